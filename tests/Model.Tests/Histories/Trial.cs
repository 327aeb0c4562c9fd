using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;

namespace Model.Tests.Histories;

/// <summary>What became of a history. <paramref name="Trace"/> is a hash over everything that happened, in its order.</summary>
public sealed record Verdict(
    IReadOnlyList<string> Violations, ulong Trace, long Calls, int Payments, IReadOnlySet<(CheckoutState? From, CheckoutState To)> Moves, IReadOnlySet<PurchaseState> Purchases)
{
    /// <summary>What else happened that a campaign is to have seen.</summary>
    public IReadOnlySet<string> Seen { get; init; } = new HashSet<string>();

    /// <summary>How long the history went on, and at how many instants of it everything was compared.</summary>
    public int Days { get; init; }

    public int Instants { get; init; }

    public bool IsGood => Violations.Count == 0;
}

/// <summary>Plays a history in a world of its own, drains it, and judges.</summary>
public static class Trial
{
    private const long MostCallsAtRest = 100_000;

    private static readonly TimeSpan Horizon = TimeSpan.FromDays(5);

    /// <param name="history">What happens.</param>
    /// <param name="log">Where every step and every call of a port is written to; null as a rule.</param>
    public static Verdict Run(History history, TextWriter? log = null)
    {
        using var world = new World();
        var background = new Background(world) { Log = log };
        var player = new Player(world, background);
        foreach (var step in history.Steps)
        {
            if (world.Violations.Count > 0)
                break;
            log?.WriteLine($"{world.Now:dd HH:mm:ss.fff} == {step}");
            var dice = new Dice(step.Dice);
            player.Play(step, dice);
            background.Run(dice.Roll(24), dice, history.FaultsPerMille);
        }
        if (world.Violations.Count == 0 && Drain(world, background, player, new(history.Seed)))
        {
            new Judge(world).Decide(background.Timers);
            Look(world, background, player);
            if (history.Seed % 4 == 0 && world.Violations.Count == 0)
                Again(world, background, player, new(history.Seed));
        }
        return new(world.Violations, background.Trace, world.Scheduler.Calls, world.Provider.Payments.Count, world.Watch.Moves, world.Watch.PurchaseStates) { Seen = world.Seen };
    }

    /// <summary>Nothing goes wrong any more, everybody decides, all that was promised comes due, and whatever waits is worked off.</summary>
    private static bool Drain(World world, Background background, Player player, Dice dice)
    {
        world.Provider.Outage = false;
        if (!Rest(world, background, dice))
            return false;
        foreach (var payment in world.Provider.Payments)
        {
            if (payment.Status == PaymentStatus.Processing)
                world.Provider.Confirm(payment, good: dice.Roll(3) != 0);
            if (payment.Dispute?.Status == DisputeStatus.Open)
                world.Provider.CloseDispute(payment, won: dice.Roll(2) == 0);
        }
        world.Clock.Advance(TimeSpan.FromMinutes(31));
        background.StartTimers(dice);
        if (!Rest(world, background, dice))
            return false;
        player.Replay(world.Instance(0));
        return Rest(world, background, dice) && Compare(world, background, player, dice);
    }

    /// <summary>Every day is compared with the provider's books, what the reports say is done, and compared once more.</summary>
    private static bool Compare(World world, Background background, Player player, Dice dice)
    {
        var judge = new Judge(world);
        player.ReconcileAll(world.Instance(0), "first");
        if (!Rest(world, background, dice))
            return false;
        judge.Reconciled(beforeTheyAreFollowed: true);
        player.FollowReports(world.Instance(1));
        if (!Rest(world, background, dice))
            return false;
        player.ReconcileAll(world.Instance(0), "second");
        if (!Rest(world, background, dice))
            return false;
        judge.Reconciled(beforeTheyAreFollowed: false);
        return true;
    }

    /// <summary>Everything that was ever received is applied once more: nothing changes of what anybody has or is owed.</summary>
    private static void Again(World world, Background background, Player player, Dice dice)
    {
        var before = world.Belongings();
        var since = world.Now;
        player.ReplayAll(world.Instance(1));
        if (!Rest(world, background, dice))
            return;
        new Judge(world).Applied(since);
        var after = world.Belongings();
        foreach (var changed in after.Except(before).Concat(before.Except(after)))
            world.Violated($"Applying everything again changed {changed}.");
    }

    /// <summary>Works and lets time go by until nothing waits any more. False when it does not come to rest.</summary>
    internal static bool Rest(World world, Background background, Dice dice)
    {
        var until = world.Now + Horizon;
        var most = world.Scheduler.Calls + MostCallsAtRest;
        while (world.Scheduler.Calls < most)
        {
            if (background.Run(1_000, dice, faultsPerMille: 0))
                continue;
            var next = world.Provider.Outgoing.Select(told => (DateTimeOffset?)told.DeliverAt).Append(world.Queue.Next).Min();
            if (next is null || next > until)
                return true;
            if (next > world.Now)
                world.Clock.Advance(next.Value - world.Now);
        }
        world.Violated($"It does not come to rest: {string.Join("; ", world.Scheduler.Gates.Select(gate => $"{gate.Op.Name} at {gate.Call}"))}");
        return false;
    }

    /// <summary>At last every viewer asks for every video: she gets it if and only if she has access.</summary>
    private static void Look(World world, Background background, Player player)
    {
        var dice = new Dice(1);
        foreach (var viewer in World.Viewers)
        {
            for (var series = 0; series < World.Series.Count; series++)
            {
                var id = World.Series[series].Id;
                var watched = false;
                player.Watch(viewer, series, world.Instance(0), may => watched = may);
                background.Run(1_000, dice, faultsPerMille: 0);
                var live = world.Find<SeriesFunctions.Core.Library.Access>(SeriesFunctions.Core.Library.Access.In(viewer), SeriesFunctions.Core.Library.Access.DocumentId(id))?.IsLive == true;
                if (watched != live)
                    world.Violated($"{viewer} {(watched ? "may" : "may not")} watch {id} and {(live ? "has" : "has no")} access.");
            }
        }
    }
}
