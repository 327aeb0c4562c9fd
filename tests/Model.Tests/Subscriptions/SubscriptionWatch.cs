using Model.Tests.Memory;
using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;
using Partition = SeriesFunctions.Core.Documents.Partition;

namespace Model.Tests.Subscriptions;

/// <summary>
/// Sees every batch as it is stored and objects to what no later write can make good: a way that the table does not have, an end that nothing at the provider is the reason of, a price that nobody agreed to,
/// a second subscription beside one that runs, a period that was bought twice.
/// </summary>
public sealed class SubscriptionWatch(World world)
{
    private readonly Dictionary<string, Subscription> _subscriptions = [];
    private readonly Dictionary<string, (Subscription Before, TermsWish Wish)> _wishes = [];
    private readonly Dictionary<string, SubscriptionTerms> _begun = [];
    private readonly Dictionary<string, InboxEvent> _heard = [];
    private readonly List<(SubscriptionId Of, DateTimeOffset From, DateTimeOffset? To)> _cancelled = [];
    private readonly List<TierSince> _tiers = [];

    private sealed record TierSince(Tier Tier, DateTimeOffset? Until);

    /// <summary>Which rows of the table were gone, and what else a campaign is to have seen.</summary>
    public HashSet<string> Seen { get; } = [];

    /// <summary>In the order in which they were started.</summary>
    public IReadOnlyCollection<Subscription> Subscriptions => _subscriptions.Values;

    /// <summary>Whether the subscriber had said at this instant that she wants no further period.</summary>
    public bool HadCancelled(SubscriptionId id, DateTimeOffset at) => _cancelled.Any(one => one.Of == id && one.From <= at && (one.To is null || at < one.To));

    /// <summary>What was agreed to at the beginning.</summary>
    public SubscriptionTerms Begun(SubscriptionId id) => _begun[id.Value];

    /// <summary>What became of an event of the provider; the inbox itself forgets it after a while. Null: it never came in.</summary>
    public InboxEvent? Heard(string eventId) => _heard.GetValueOrDefault(eventId);

    public Subscription? Find(SubscriptionId id) => _subscriptions.GetValueOrDefault(id.Value);

    /// <summary>What the subscriber agreed to under this key of the provider's, and what she had when she did.</summary>
    public (Subscription Before, TermsWish Wish)? Wished(string key) => _wishes.TryGetValue(key, out var wish) ? wish : null;

    public MemorySubscription? AtProvider(SubscriptionId id) => world.Provider.Subscriptions.FirstOrDefault(one => one.Subject.SubscriptionId == id);

    public void Saw(Partition partition, IReadOnlyList<Write> writes)
    {
        world.Watch.Saw(partition, writes);
        foreach (var id in writes.Select(write => write switch { Write.Create create => create.Id, Write.Replace replace => replace.Id, Write.Put put => put.Id, _ => null }))
        {
            if (id is null)
                continue;
            if (id.StartsWith("subscription|", StringComparison.Ordinal))
                Subscribed(world.Find<Subscription>(partition, id)!);
            else if (id == CreatorTiers.DocumentId)
                Offered(world.Find<CreatorTiers>(partition, id)!);
            else if (id == InboxEvent.DocumentId && partition.Key.StartsWith("inbox|", StringComparison.Ordinal))
                _heard[partition.Key[6..]] = world.Find<InboxEvent>(partition, id)!;
            else if (id.StartsWith("purchase|", StringComparison.Ordinal))
                Bought(world.Find<Purchase>(partition, id)!);
        }
    }

    /// <summary>Edges that lie ahead: ends of periods, of what is paid, of access, of payment pages, of an invoice's hour as a draft.</summary>
    public IEnumerable<DateTimeOffset> Edges() => _subscriptions.Values
        .Where(one => one.State != SubscriptionState.Ended)
        .SelectMany(one => new[] { one.State == SubscriptionState.Incomplete ? one.ExpiresAt : null, one.PaidUntil, one.AccessUntil, AtProvider(one.Id)?.NextTurn })
        .OfType<DateTimeOffset>().Where(edge => edge > world.Now).Distinct().Order();

    private void Subscribed(Subscription now)
    {
        var before = _subscriptions.GetValueOrDefault(now.Id.Value);
        _subscriptions[now.Id.Value] = now;
        if (before is null)
        {
            Seen.Add(SubscriptionCause.Started.ToString());
            _begun[now.Id.Value] = now.Terms;
            if (now.State != SubscriptionState.Incomplete || !Costs(now.Terms))
                world.Violated($"{now.Id} begins as {now.State} with {now.Terms}, which the creator did not offer at {now.CreatedAt:O}.");
        }
        else
        {
            if ((now.ViewerId, now.CreatorId, now.CreatedAt, now.ExpiresAt) != (before.ViewerId, before.CreatorId, before.CreatedAt, before.ExpiresAt))
                world.Violated($"{now.Id} became somebody else's.");
            if (before.State == SubscriptionState.Ended && now != before)
                world.Violated($"{now.Id} had ended and was changed: {before} became {now}.");
            if (now.State != before.State)
                Moved(before, now);
        }
        if (now.Wish is { } wish && _wishes.TryAdd(wish.Key, (now, wish)))
        {
            if (wish.Terms != now.Terms && !Costs(wish.Terms))
                world.Violated($"{now.Id} is to cost {wish.Terms}, which is neither what it costs nor what the creator asks for.");
            Seen.Add(!wish.AtOnce ? "Wish: from the next period on" : now.Next is null ? "Wish: at once" : "Wish: at once, another was to come");
        }
        if (Runs(now) && _subscriptions.Values.FirstOrDefault(other => other.Id != now.Id && (other.ViewerId, other.CreatorId) == (now.ViewerId, now.CreatorId) && Runs(other)) is { } twin)
            world.Violated($"{now.ViewerId} has two running subscriptions to {now.CreatorId}: {twin.Id} and {now.Id}.");
    }

    public static string NameOf(SubscriptionTransition row) => $"{row.From} {row.Cause}".TrimStart();

    public static bool IsPaidFor(Subscription one) => one.State is SubscriptionState.Active or SubscriptionState.PastDue or SubscriptionState.Cancelling;

    private bool Runs(Subscription one) => IsPaidFor(one with { State = one.StateAt(world.Now) });

    private void Moved(Subscription before, Subscription now)
    {
        if (world.Scheduler.Now?.Name == "cancel" && now.State is SubscriptionState.Cancelling or SubscriptionState.Ended)
            _cancelled.Add((now.Id, world.Now, null));
        else if (now.State == SubscriptionState.Active && _cancelled.FindLastIndex(one => one.Of == now.Id && one.To is null) is var at and >= 0)
            _cancelled[at] = _cancelled[at] with { To = world.Now };
        var cause = Cause(before, now);
        if (SubscriptionMachine.Table.FirstOrDefault(row => row.From == before.State && row.To == now.State && (now.State != SubscriptionState.Ended || row.Cause == cause)) is { } row)
            Seen.Add(NameOf(row));
        // What happened at the provider before we looked once is one write here.
        else if (!Leads(before.State, now.State, cause, 3))
            world.Violated($"{now.Id} went from {before.State} to {now.State} ({now.EndReason}), which the table does not have.");
        if (now.State == SubscriptionState.Ended && !IsOver(before, now, cause))
            world.Violated($"{now.Id} ended as {now.EndReason}, and nothing at the provider says so.");
        if (now.State == SubscriptionState.Ended && now.AccessUntil > world.Now)
            world.Violated($"{now.Id} has ended and gives access until {now.AccessUntil:O}.");
    }

    private static bool Leads(SubscriptionState from, SubscriptionState to, SubscriptionCause? last, int steps) => SubscriptionMachine.Table.Any(row =>
        row.From == from && (row.To == to && (to != SubscriptionState.Ended || row.Cause == last) || steps > 1 && Leads(row.To, to, last, steps - 1)));

    /// <summary>Why one ended, by what it says of itself.</summary>
    private SubscriptionCause? Cause(Subscription before, Subscription now) => (now.State, now.EndReason) switch
    {
        (not SubscriptionState.Ended, _) => null,
        (_, "not-paid" or "superseded" or "payment-refused") when before.State == SubscriptionState.Incomplete && now.PaidUntil is null => SubscriptionCause.NotPaid,
        (_, "already-subscribed" or "amount-mismatch" or "subscription-ended") => SubscriptionCause.PaymentReturned,
        (_, "not-paid") => SubscriptionCause.GraceOver,
        (_, "refunded" or "dispute-lost") => SubscriptionCause.MoneyGone,
        (_, "ended-at-provider") => SubscriptionCause.EndedAtProvider,
        (_, "cancelled") => before.State == SubscriptionState.PastDue && world.Scheduler.Now?.Name == "cancel" ? SubscriptionCause.CancelAsked : SubscriptionCause.PeriodOver,
        _ => null,
    };

    /// <summary>Whether it is so at the provider at this instant: an end is never taken back, so there is no second chance to be right.</summary>
    private bool IsOver(Subscription before, Subscription now, SubscriptionCause? cause)
    {
        var there = AtProvider(now.Id);
        var payments = there?.Invoices.Where(invoice => invoice.IsPaid).Select(invoice => invoice.Payment!).ToList() ?? [];
        return cause switch
        {
            SubscriptionCause.NotPaid => payments.Count == 0,
            SubscriptionCause.PaymentReturned => there is not null && (there.Status == ProviderSubscriptionStatus.Ended || _subscriptions.Values.Any(other => other.Id != now.Id && (other.ViewerId, other.CreatorId) == (now.ViewerId, now.CreatorId) && other.ProviderId is not null)),
            SubscriptionCause.MoneyGone => payments.Any(payment => payment.Refunded >= payment.Amount.Amount || payment.Dispute?.Status == DisputeStatus.Lost),
            SubscriptionCause.EndedAtProvider => there?.Status == ProviderSubscriptionStatus.Ended,
            SubscriptionCause.GraceOver => there?.Status == ProviderSubscriptionStatus.Ended && world.Now >= now.PaidUntil + ByTheTable.Grace,
            // One that was past due and is not paid is over because of that.
            SubscriptionCause.PeriodOver => world.Now >= now.PaidUntil && (before.State != SubscriptionState.PastDue || now.PaidUntil != before.PaidUntil),
            SubscriptionCause.CancelAsked => true,
            _ => false,
        };
    }

    private void Offered(CreatorTiers now)
    {
        foreach (var tier in now.All)
        {
            var at = _tiers.FindIndex(known => known.Tier.Id == tier.Id && known.Until is null);
            if (at >= 0 && (_tiers[at].Tier.Price, _tiers[at].Tier.RetiredAt) == (tier.Price, tier.RetiredAt))
                continue;
            if (at >= 0)
                _tiers[at] = _tiers[at] with { Until = world.Now };
            _tiers.Add(new(tier, null));
        }
    }

    /// <summary>Whether the tier was offered at this price while the request ran.</summary>
    private bool Costs(SubscriptionTerms terms)
    {
        var since = world.Scheduler.Now?.StartedAt ?? world.Now;
        return _tiers.Any(known => known.Tier.Id == terms.TierId && known.Tier.Price == terms.Price && known.Tier.RetiredAt is null && (known.Until is null || known.Until >= since));
    }

    /// <summary>A period is bought once.</summary>
    private void Bought(Purchase now)
    {
        if (now.Period is not { Reason: InvoiceReason.Period } period)
            return;
        if (world.Watch.Purchases.FirstOrDefault(other => other.Id != now.Id && other.Period is { Reason: InvoiceReason.Period } before && before.SubscriptionId == period.SubscriptionId && before.From < period.To && period.From < before.To) is { } twin)
            world.Violated($"{twin.Id} and {now.Id} are for the same period of {period.SubscriptionId}.");
    }
}
