using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Ledger;

namespace Model.Tests.Histories;

/// <summary>
/// One cart that is completed by several requests at once on two instances over one store: a double click and two tabs, then the payment's events at both instances at once while the viewer
/// clicks again, in an order of calls that a seed decides. The etag is the only lock there is.
/// </summary>
public static class Interleaving
{
    private const int Plenty = 10_000;

    /// <summary>What is wrong, and a hash over the order in which the calls went.</summary>
    public static (IReadOnlyList<string> Violations, ulong Trace) Run(ulong seed)
    {
        using var world = new World();
        var background = new Background(world);
        var player = new Player(world, background);
        var dice = new Dice(seed);
        player.Play(new(Act.DoubleClick, 0, 0, seed), dice);
        player.Play(new(Act.TwoTabs, 0, 2, seed), dice);
        background.Run(Plenty, dice, faultsPerMille: 0);

        var open = world.Watch.Checkouts.Values.Where(checkout => checkout.State == CheckoutState.Open).ToList();
        if (open.Count != 1 || world.Provider.Sessions.Count != 1)
            world.Violated($"One cart became {open.Count} orders and {world.Provider.Sessions.Count} payment pages.");
        foreach (var page in world.Provider.Sessions)
            world.Provider.Pay(page.Id);
        background.DeliverToBoth();
        player.Play(new(Act.DoubleClick, 0, 4, seed), dice);
        background.Run(Plenty, dice, faultsPerMille: 0);

        var (series, creator, price, _) = World.Series[0];
        var sales = world.All<LedgerTransaction>(LedgerTransaction.In(creator).Key, "tx|").Where(transaction => transaction.Kind == TransactionKind.Sale).ToList();
        if (world.Watch.Purchases.Count != 1 || sales.Count != 1 || sales[0].On(Accounts.Provider) != world.Provider.Balance)
            world.Violated($"One payment became {world.Watch.Purchases.Count} purchases and {sales.Count} sales in the books.");
        if (world.Provider.Payments.Sum(payment => payment.Amount.Amount - payment.Refunded) != price.Amount)
            world.Violated("The viewer was not charged once.");
        var access = world.Find<SeriesFunctions.Core.Library.Access>(SeriesFunctions.Core.Library.Access.In(World.Viewers[0]), SeriesFunctions.Core.Library.Access.DocumentId(series));
        if (access?.Grants.Count != 1 || !access.IsLive)
            world.Violated($"{access?.Grants.Count ?? 0} grants came of one payment.");
        if (world.Watch.Checkouts.Values.Count(checkout => checkout.State != CheckoutState.Expired) != 1)
            world.Violated($"{world.Watch.Checkouts.Count} orders are there in the end: {string.Join(", ", world.Watch.Checkouts.Values.Select(checkout => checkout.State))}.");
        return (world.Violations, background.Trace);
    }

    /// <summary>So many of them on every core: how many different orders of calls there were, and the first that ended wrong.</summary>
    public static (int Different, string? Wrong) RunMany(ulong firstSeed, int count)
    {
        var traces = new System.Collections.Concurrent.ConcurrentDictionary<ulong, bool>();
        string? wrong = null;
        Parallel.For(0, count, (number, loop) =>
        {
            var (violations, trace) = Run(firstSeed + (ulong)number);
            traces[trace] = true;
            if (violations.Count == 0)
                return;
            wrong ??= $"Seed {firstSeed + (ulong)number}: {string.Join(" ", violations)}";
            loop.Stop();
        });
        return (traces.Count, wrong);
    }
}
