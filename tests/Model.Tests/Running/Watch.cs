using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Pricing;
using Partition = SeriesFunctions.Core.Documents.Partition;

namespace Model.Tests.Running;

/// <summary>
/// Sees every batch as it is stored and objects to what no later write can make good: a price that is not what the series cost, a promise that changes,
/// two open checkouts at once, an entry of the ledger or an applied event that is written again.
/// </summary>
public sealed class Watch(World world)
{
    private readonly Dictionary<string, CheckoutRecord> _checkouts = [];
    private readonly Dictionary<string, Purchase> _purchases = [];
    private readonly Dictionary<string, DateTimeOffset> _applied = [];
    private readonly HashSet<string> _posted = [];
    private readonly List<KnownCommission> _commissions = [];
    private readonly Dictionary<string, int> _rates = [];
    private readonly List<KnownDiscount> _discounts = [];
    private readonly Dictionary<(SeriesId Series, string Code), PromoCode> _codes = [];

    private sealed record KnownCommission(UserId CreatorId, CommissionVersion Agreed, DateTimeOffset StoredAt);

    private sealed record KnownDiscount(Discount Discount, DateTimeOffset SetAt)
    {
        public DateTimeOffset? EndedAt { get; init; }
    }

    /// <summary>Which states of a checkout came after which.</summary>
    public HashSet<(CheckoutState? From, CheckoutState To)> Moves { get; } = [];

    public HashSet<PurchaseState> PurchaseStates { get; } = [];

    public void Saw(Partition partition, IReadOnlyList<Write> writes)
    {
        foreach (var write in writes)
        {
            var (id, sort) = write switch
            {
                Write.Create create => (create.Id, create.Sort),
                Write.Replace replace => (replace.Id, replace.Sort),
                Write.Put put => (put.Id, put.Sort),
                _ => (null, null),
            };
            if (id is null)
                continue;
            if (partition.Key.StartsWith("viewer|", StringComparison.Ordinal) && id.StartsWith("checkout|", StringComparison.Ordinal))
                Checkout(world.Find<CheckoutRecord>(partition, id)!);
            else if (id.StartsWith("purchase|", StringComparison.Ordinal))
                Bought(world.Find<Purchase>(partition, id)!);
            else if (id == InboxEvent.DocumentId && partition.Key.StartsWith("inbox|", StringComparison.Ordinal))
                Applied(world.Find<InboxEvent>(partition, id)!);
            else if (id == CodeUses.DocumentId && partition.Key.StartsWith("code|", StringComparison.Ordinal))
                Used(partition, world.Find<CodeUses>(partition, id)!);
            else if (id.StartsWith("code|", StringComparison.Ordinal))
                Coded(world.Find<PromoCode>(partition, id)!);
            else if (id.StartsWith("discount|", StringComparison.Ordinal))
                Discounted(world.Find<Discount>(partition, id)!);
            else if (partition.Key.StartsWith("ledger|", StringComparison.Ordinal) && sort?.StartsWith("tx|", StringComparison.Ordinal) == true)
                Posted(partition, id);
            else if (partition.Key.StartsWith("ledger|", StringComparison.Ordinal) && id == CommissionPolicy.DocumentId)
                Agreed(world.Find<CommissionPolicy>(partition, id)!, new(partition.Key["ledger|".Length..]));
        }
    }

    private void Checkout(CheckoutRecord now)
    {
        if (_checkouts.GetValueOrDefault(now.Id.Value) is not { } before)
        {
            Moves.Add((null, now.State));
            if (_checkouts.Values.FirstOrDefault(other => other.BuyerId == now.BuyerId && other.SeriesId == now.SeriesId && other.GiftTo == now.GiftTo && now.State == CheckoutState.Open && other.StateAt(world.Now) == CheckoutState.Open) is { } other)
                world.Violated($"{now.BuyerId} has two open checkouts of {now.SeriesId}: {other.Id} and {now.Id}.");
            var list = World.Series.Single(series => series.Id == now.SeriesId).Price;
            var possible = Prices(now.SeriesId, list, now.CreatedAt).Select(price => WithCode(now, price)).ToList();
            if (now.ListPrice != list || !possible.Contains(now.Price))
                world.Violated($"Checkout {now.Id} promises {now.Price}; {now.SeriesId} cost {string.Join(" or ", possible)} at {now.CreatedAt:O}.");
        }
        else
        {
            if (now.State != before.State && !Moves.Contains((before.State, now.State)))
            {
                if (!CheckoutMachine.Table.Any(row => row.From == before.State && row.To == now.State) && !InTwoSteps(before.State, now.State))
                    world.Violated($"Checkout {now.Id} went from {before.State} to {now.State}, which the table does not have.");
                Moves.Add((before.State, now.State));
            }
            if ((now.Price, now.ListPrice, now.BuyerId, now.SeriesId, now.CreatedAt, now.ExpiresAt) != (before.Price, before.ListPrice, before.BuyerId, before.SeriesId, before.CreatedAt, before.ExpiresAt))
                world.Violated($"Checkout {now.Id} changed what it had promised: {before} became {now}.");
        }
        _checkouts[now.Id.Value] = now;
    }

    /// <summary>What happened at the provider before we looked once is one write here.</summary>
    private static bool InTwoSteps(CheckoutState from, CheckoutState to) =>
        CheckoutMachine.Table.Any(first => first.From == from && CheckoutMachine.Table.Any(second => second.From == first.To && second.To == to));

    /// <summary>A code comes off the price of the moment and stops at 99 cents; only one of 100 percent makes it free. Source: docs/adr/0020.</summary>
    private Money WithCode(CheckoutRecord checkout, Money price)
    {
        if (checkout.PromoCode is not { } text)
            return price;
        if (_codes.GetValueOrDefault((checkout.SeriesId, text)) is not { } code || checkout.CreatedAt < code.StartsAt || checkout.CreatedAt >= code.EndsAt)
        {
            world.Violated($"Checkout {checkout.Id} uses the code {text}, which does not hold.");
            return price;
        }
        if (code.PercentOff == 100)
            return price with { Amount = 0 };
        var less = code.PercentOff is { } percent ? (long)Math.Floor(price.Amount * (100m - percent) / 100m + 0.5m) : price.Amount - code.AmountOff!.Value.Amount;
        return price with { Amount = Math.Min(price.Amount, Math.Max(less, 99)) };
    }

    private void Coded(PromoCode now) => _codes[(now.SeriesId, now.Code)] = now;

    private void Used(Partition partition, CodeUses now)
    {
        var code = _codes.Values.Single(code => CodeUses.In(code.SeriesId, code.Code) == partition);
        if (now.Held < 0 || now.Paid < 0 || now.Total > code.Limit)
            world.Violated($"The code {code.Code} of {code.SeriesId} may be used {code.Limit} times: {now}.");
    }

    public IReadOnlyCollection<PromoCode> Codes => _codes.Values;

    /// <summary>What the series could cost at an instant. A discount that is set or ended while the request runs may count or not.</summary>
    private List<Money> Prices(SeriesId series, Money list, DateTimeOffset at)
    {
        var since = world.Scheduler.Now?.StartedAt ?? at;
        List<Money> prices = [];
        var surelyOff = false;
        foreach (var known in _discounts.Where(known => known.Discount.SeriesId == series && known.Discount.StartsAt <= at && at < known.Discount.EndsAt))
        {
            if (known.EndedAt is { } ended && ended < since)
                continue;
            // Half up, by hand: the remaining hundredths of a cent and a half, cut off.
            prices.Add(list with { Amount = (long)Math.Floor(list.Amount * (100m - known.Discount.PercentOff) / 100m + 0.5m) });
            surelyOff |= known.SetAt < since && known.EndedAt is null;
        }
        if (!surelyOff)
            prices.Add(list);
        return prices;
    }

    private void Bought(Purchase now)
    {
        PurchaseStates.Add(now.State);
        if (now.Refunded.Amount > now.Amount.Amount)
            world.Violated($"Purchase {now.Id} has more given back than paid.");
        if (_purchases.GetValueOrDefault(now.Id.Value) is { } before
            && (now.PaymentId, now.Amount, now.BuyerId, now.SeriesId, now.PaidAt) != (before.PaymentId, before.Amount, before.BuyerId, before.SeriesId, before.PaidAt))
            world.Violated($"Purchase {now.Id} became another one.");
        _purchases[now.Id.Value] = now;
    }

    /// <summary>Whether an operator has asked for anything to be applied again.</summary>
    public bool MayReplay { get; set; }

    private void Applied(InboxEvent now)
    {
        if (MayReplay && now is { AppliedAt: null, State: InboxState.Received })
            _applied.Remove(now.Id);
        if (_applied.TryGetValue(now.Id, out var at) && now.AppliedAt != at)
            world.Violated($"The event {now.Id} had been applied and was taken up again.");
        if (now.AppliedAt is { } applied)
            _applied[now.Id] = applied;
    }

    private void Discounted(Discount now)
    {
        var at = _discounts.FindIndex(known => known.Discount.Id == now.Id);
        if (at >= 0)
        {
            _discounts[at] = _discounts[at] with { EndedAt = _discounts[at].EndedAt ?? (now.EndedAt is null ? null : world.Now) };
            return;
        }
        if (_discounts.Any(known => known.EndedAt is null && known.Discount.SeriesId == now.SeriesId && known.Discount.StartsAt < now.EndsAt && now.StartsAt < known.Discount.EndsAt))
            world.Violated($"Two discounts of {now.SeriesId} hold at one time.");
        _discounts.Add(new(now, world.Now));
    }

    private void Posted(Partition partition, string id)
    {
        if (!_posted.Add($"{partition} {id}"))
            world.Violated($"The ledger's entry {id} was written twice.");
        var posted = world.Find<LedgerTransaction>(partition, id)!;
        if (posted is { Kind: TransactionKind.Sale, PaymentId: { } payment } && posted.CreatorId != Accounts.Platform)
            Sold(posted, payment);
    }

    /// <summary>A sale has the commission that was agreed when it was paid; one that is agreed while it is booked may count or not.</summary>
    private void Sold(LedgerTransaction sale, string payment)
    {
        var since = world.Scheduler.Now?.StartedAt ?? world.Now;
        var agreed = _commissions.Where(version => version.CreatorId == sale.CreatorId).ToList();
        var surely = agreed.Count(version => version.StoredAt < since);
        var possible = Enumerable.Range(surely, agreed.Count - surely + 1)
            .Select(known => agreed.Take(known).LastOrDefault(version => version.Agreed.From <= sale.At)).Select(version => version?.Agreed.Version ?? 0).ToHashSet();
        if (!possible.Contains(sale.PolicyVersion ?? 0))
            world.Violated($"{sale.Id} of {sale.At:O} was booked with version {sale.PolicyVersion} of the commission, not with {string.Join(" or ", possible)}.");
        _rates[payment] = agreed.FirstOrDefault(version => version.Agreed.Version == sale.PolicyVersion)?.Agreed.BasisPoints ?? World.CommissionBasisPoints;
    }

    private void Agreed(CommissionPolicy now, UserId creator)
    {
        foreach (var version in now.Versions.Skip(_commissions.Count(known => known.CreatorId == creator)))
            _commissions.Add(new(creator, version, world.Now));
    }

    /// <summary>The commission of a sale in basis points.</summary>
    public int CommissionOf(string paymentId) => _rates.GetValueOrDefault(paymentId);

    /// <summary>Edges of discounts and checkouts that lie ahead: where prices and promises change.</summary>
    public IEnumerable<DateTimeOffset> Edges() => _discounts.SelectMany(known => new[] { known.Discount.StartsAt, known.Discount.EndsAt })
        .Concat(_checkouts.Values.Where(checkout => checkout.State == CheckoutState.Open).Select(checkout => checkout.ExpiresAt))
        .Where(edge => edge > world.Now).Distinct().Order();

    public IReadOnlyList<Discount> Discounts => [.. _discounts.Select(known => known.Discount)];

    public IReadOnlyCollection<Purchase> Purchases => _purchases.Values;

    public IReadOnlyDictionary<string, CheckoutRecord> Checkouts => _checkouts;
}
