using System.Text;
using Model.Tests.Histories;
using Model.Tests.Memory;
using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Subscriptions;

/// <summary>Compares what is stored with what the provider's own books and docs/subscriptions.md say: at instants all through the year, and at the end.</summary>
public sealed class SubscriptionJudge(SubscriptionStage stage)
{
    /// <summary>A subscriber may say on the provider's pages that she wants no further period when one has begun and is about to be charged: that is looked at once more within an hour.</summary>
    private static readonly TimeSpan LookedAtWithin = TimeSpan.FromHours(2);

    private readonly World _world = stage.World;

    /// <summary>At how many instants access was compared exactly.</summary>
    public int Instants { get; private set; }

    /// <summary>
    /// At any instant: nobody watches what she has not paid for, whatever we have heard of it. Where nothing is under way that we could have heard of: she watches if and only if the table says so.
    /// </summary>
    public void Look()
    {
        var isQuiet = IsQuiet();
        Instants += isQuiet ? 1 : 0;
        foreach (var viewer in SubscriptionStage.Viewers)
        {
            foreach (var creator in World.Creators)
                Look(viewer, creator, isQuiet);
        }
        if (!isQuiet)
            return;
        foreach (var subscription in _world.Provider.Subscriptions.Where(one => one.Runs && IsKnown(one)))
        {
            if (ByTheTable.IsMoneyGone(subscription))
                _world.Violated($"The money for the present period of {subscription.Id} is gone, and it runs.");
            if (stage.Watch.Find(subscription.Subject.SubscriptionId) is { Wish: null } ours && SubscriptionWatch.IsPaidFor(ours) && ByTheTable.Terms(subscription) is { } terms
                && (ours.Terms, ours.Next) != (terms, subscription.Terms == terms ? null : subscription.Terms))
                _world.Violated($"{ours.Id} says that she has {ours.Terms} and then {ours.Next}; what she paid is for {terms}, and the next period is to cost {subscription.Terms}.");
            if (_world.Now >= ByTheTable.AccessUntil(subscription) + LookedAtWithin)
                _world.Violated($"{subscription.Id} gives no access since {ByTheTable.AccessUntil(subscription):O}, and it runs at the provider, which will charge for it.");
        }
    }

    /// <summary>After the history was drained: money, and what is left over.</summary>
    public void Decide()
    {
        foreach (var subscription in _world.Provider.Subscriptions)
        {
            Terms(subscription);
            foreach (var invoice in subscription.Invoices.Where(invoice => invoice.IsPaid))
                Payment(subscription, invoice);
        }
        foreach (var pair in _world.Provider.Subscriptions.GroupBy(one => (one.Subject.ViewerId, one.Subject.CreatorId)))
            NobodyPaysTwice([.. pair]);
        foreach (var subscription in stage.Watch.Subscriptions)
        {
            if (subscription.State == SubscriptionState.Incomplete)
                _world.Violated($"{subscription.Id} is open long after its time.");
            if (subscription.Wish is not null || subscription.Renews is not null)
                _world.Violated($"The provider was never told what the subscriber of {subscription.Id} wants.");
        }
        foreach (var told in _world.Provider.Told.Where(told => stage.Watch.Heard(told.Id)?.AppliedAt is null))
            _world.Violated($"The event {told.Id} {told.Type} was {(stage.Watch.Heard(told.Id) is { } heard ? $"never applied: {heard.LastReason}" : "lost")}.");
        new Judge(_world).Ledger();
        foreach (var letter in _world.Queue.DeadLetters)
            _world.Violated($"A dead letter is left: {letter.Queue} {letter.Reason}: {Encoding.UTF8.GetString(letter.Body.Span)}");
    }

    /// <summary>Nothing runs, nothing is on its way or to be tried again but what a payment cost, and everybody answers.</summary>
    private bool IsQuiet() => !_world.Provider.Outage && _world.Scheduler.Gates.Count == 0 && _world.Store.Outbox.Count == 0 && _world.Queue.Due.Count == 0 && _world.Provider.Outgoing.All(told => told.Type == "charge.updated")
        && _world.Queue.DeadLetters.Count == 0
        && _world.Queue.Waiting.All(message => message.Deliveries == 0 && Encoding.UTF8.GetString(message.Body.Span).Contains($"\"{SubscriptionDue.Name}\"", StringComparison.Ordinal));

    /// <summary>What happened to it last was told to us, or somebody has asked since, and gone through with what he was told.</summary>
    private static bool IsKnown(MemorySubscription subscription) =>
        !subscription.HasLostEvents || subscription.Asked.Any(op => op is { Task.IsCompletedSuccessfully: true, WasDisturbed: false });

    private void Look(UserId viewer, UserId creator, bool isQuiet)
    {
        var has = _world.Find<CreatorAccess>(CreatorAccess.In(viewer), CreatorAccess.DocumentId(creator))?.TiersAt(_world.Now) ?? [];
        var there = _world.Provider.Subscriptions.Where(one => one.Subject.ViewerId == viewer && one.Subject.CreatorId == creator).ToList();
        foreach (var tier in has)
        {
            if (!there.Any(one => _world.Now < ByTheTable.PaidUntil(one) + ByTheTable.Grace && one.Invoices.Any(invoice => invoice.IsPaid && invoice.TierId == tier)))
                _world.Violated($"{viewer} may watch {tier} at {_world.Now:O} and has paid for nothing of the kind.");
        }
        if (!isQuiet || !there.All(IsKnown))
            return;
        var due = there.Select(one => ByTheTable.TierAt(one, _world.Now)).OfType<TierId>().Order(Comparer<TierId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))).ToList();
        if (!has.OrderBy(tier => tier.Value, StringComparer.Ordinal).SequenceEqual(due))
            _world.Violated($"At {_world.Now:O} {viewer} may watch [{string.Join(", ", has)}] of {creator}, and by what is paid it is [{string.Join(", ", due)}].");
    }

    /// <summary>Each period costs what the subscriber had agreed to when it began, and each change at the provider is one that she asked for.</summary>
    private void Terms(MemorySubscription subscription)
    {
        if (stage.Watch.Find(subscription.Subject.SubscriptionId) is not { } ours)
        {
            _world.Violated($"{subscription.Id} is for a subscription that we never wrote.");
            return;
        }
        foreach (var (request, _) in subscription.Changes)
        {
            if (stage.Watch.Wished(request.Key) is not { } wished || (wished.Before.Id, wished.Wish.Terms, wished.Wish.AtOnce) != (ours.Id, request.Terms, request.AtOnce))
                _world.Violated($"{subscription.Id} was changed to {request.Terms}, and its subscriber has not asked for that.");
            else if (subscription.Invoices.FirstOrDefault(invoice => invoice.Change == request.Key) is { } invoice)
                Difference(invoice, wished.Before);
        }
        foreach (var invoice in subscription.Invoices.Where(invoice => invoice.Reason == InvoiceReason.Period))
        {
            var agreed = subscription.Changes.Where(change => change.In < invoice.From).Select(change => change.Request.Terms).LastOrDefault(stage.Watch.Begun(ours.Id));
            if ((invoice.TierId, invoice.Amount) != (agreed.TierId, agreed.Price))
                _world.Violated($"{invoice.Id} costs {invoice.Amount} for {invoice.TierId}; agreed was {agreed}.");
        }
    }

    /// <summary>A dearer tier costs what the rest of the period costs in it, less what it costs at the price that she had paid; whatever was to count from the next period on.</summary>
    private void Difference(MemoryInvoice invoice, Subscription before)
    {
        // What a period costs that has begun and is not charged yet she could not know.
        if (before.PaidUntil != invoice.To)
            return;
        decimal left = (invoice.To - invoice.From).Ticks, whole = (invoice.To - before.PeriodStart!.Value).Ticks;
        long Rest(Money price) => (long)Math.Floor(price.Amount * left / whole + 0.5m);
        if (invoice.Amount.Amount != Rest(invoice.Terms.Price) - Rest(before.Terms.Price))
            _world.Violated($"{invoice.Id} costs {invoice.Amount} for {invoice.Terms} from {invoice.From:O} to {invoice.To:O}; paid was {before.Terms}.");
    }

    /// <summary>What came in is sold or given back, and our record of it says what the provider's says.</summary>
    private void Payment(MemorySubscription subscription, MemoryInvoice invoice)
    {
        var payment = invoice.Payment!;
        var chargedAt = _world.Provider.Books.First(entry => entry.Kind == BookKind.Charge && entry.PaymentId == payment.Id).CreatedAt;
        if (invoice.Reason == InvoiceReason.Period && payment.IsKept && !subscription.WasResumedThere && stage.Watch.HadCancelled(subscription.Subject.SubscriptionId, chargedAt))
            _world.Violated($"{payment.Id} was charged at {chargedAt:O}, when the subscriber of {subscription.Id} had cancelled, and was kept.");
        var purchase = _world.Watch.Purchases.FirstOrDefault(bought => bought.PaymentId == payment.Id);
        var refunded = payment.Refunds.Where(refund => refund.Status == RefundStatus.Succeeded).Sum(refund => refund.Amount.Amount);
        if (purchase is null)
        {
            if (payment.IsKept)
                _world.Violated($"{payment.Id} of {subscription.Id} was kept silently: no purchase, no refund.");
            return;
        }
        if ((purchase.Amount, purchase.BuyerId, purchase.CreatorId) != (invoice.Amount, subscription.Subject.ViewerId, subscription.Subject.CreatorId)
            || purchase.Period is not { } period || (period.From, period.To, period.TierId, period.Reason) != (invoice.From, invoice.To, invoice.TierId, invoice.Reason))
            _world.Violated($"{purchase.Id} is not what {invoice.Id} was for.");
        if (purchase.Refunded.Amount != refunded || purchase.Dispute != payment.Dispute?.Status || purchase.Refunds.Any(refund => refund.Status == RefundStatus.Pending))
            _world.Violated($"{purchase.Id} has {purchase.Refunded} given back and dispute {purchase.Dispute}; the provider has {refunded} and {payment.Dispute?.Status}.");
    }

    /// <summary>Of all that a viewer paid a creator and that was kept, no two periods are of one time. One that ended early was for the time until then.</summary>
    private void NobodyPaysTwice(IReadOnlyList<MemorySubscription> subscriptions)
    {
        var kept = subscriptions
            .SelectMany(one => one.Invoices.Where(invoice => invoice is { Reason: InvoiceReason.Period, IsPaid: true } && invoice.Payment!.IsKept), (one, invoice) => (one.Id, Invoice: invoice, To: one.EndedAt < invoice.To ? one.EndedAt.Value : invoice.To))
            .OrderBy(paid => paid.Invoice.From).ToList();
        for (var i = 1; i < kept.Count; i++)
        {
            // A refund that the bank did not take, long after she had subscribed again, is money that came back to us unasked: for an operator to send on.
            if (kept[i].Invoice.From < kept[i - 1].To && !new[] { kept[i], kept[i - 1] }.Any(paid => paid.Invoice.Payment!.Refunds.Any(refund => refund.Status == RefundStatus.Failed)))
                _world.Violated($"{kept[i - 1].Invoice.Id} and {kept[i].Invoice.Id} are paid for one time.");
        }
        foreach (var one in subscriptions)
        {
            foreach (var invoice in one.Invoices.Where(invoice => invoice is { Reason: InvoiceReason.Period, IsPaid: true } && invoice.Payment!.IsKept && one.EndedAt <= invoice.From))
                _world.Violated($"{invoice.Id} is for a time after {one.Id} had ended, and was kept.");
        }
    }
}
