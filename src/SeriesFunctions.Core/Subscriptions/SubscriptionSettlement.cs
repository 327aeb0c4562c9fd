using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>An invoice with our record of its payment. <paramref name="Payment"/> is null where that was not asked for again: then nothing about it changes.</summary>
public sealed record InvoiceBooks(ProviderInvoice Invoice, ProviderPayment? Payment, Purchase? Purchase, ReturnedPayment? Returned);

/// <summary>Our records around one subscription, before or after. <paramref name="OtherRuns"/>: she has another one to the same creator.</summary>
public sealed record SubscriptionBooks(Subscription Subscription, CreatorAccess? Access, IReadOnlyList<InvoiceBooks> Invoices, bool OtherRuns);

/// <summary>What the provider's present state means for our records: what to store and which events to emit.</summary>
public sealed record SubscriptionDecision(SubscriptionBooks After, IReadOnlyList<object> Events);

/// <summary>
/// The one place that decides what a subscription at the provider and its payments do to our records. Pure, and a function of what is so, not of what was said: however events arrive, the same
/// subscription leads to the same books. Periods are paid by invoices, not by what the provider calls the subscription.
/// </summary>
public static class SubscriptionSettlement
{
    public static SubscriptionDecision Decide(SubscriptionBooks before, ProviderSubscription found, TimeSpan grace, DateTimeOffset now)
    {
        var events = new List<object>();
        var invoices = new List<InvoiceBooks>();
        foreach (var invoice in before.Invoices.OrderBy(one => one.Invoice.CreatedAt).ThenBy(one => one.Invoice.Id, StringComparer.Ordinal))
            invoices.Add(Settle(before, invoice, invoices, found, events));

        var subscription = Follow(before.Subscription, invoices, found, grace, now);
        if (subscription.State != before.Subscription.State)
            events.Add(Moved(before.Subscription, subscription, now));
        // Over here and not there: it must not be renewed.
        if (subscription.State == SubscriptionState.Ended && found.Status != ProviderSubscriptionStatus.Ended && before.Subscription.State != SubscriptionState.Ended)
            events.Add(new SubscriptionToTell(subscription.Id, subscription.ViewerId));
        var access = subscription.AccessUntil is null && before.Access is null ? before.Access : Grant(before.Access, before.Subscription, subscription, invoices, now);
        return new(new(subscription, access, invoices, before.OtherRuns), events);
    }

    public static SubscriptionMoved Moved(Subscription before, Subscription after, DateTimeOffset now) =>
        new(after.Id, after.ViewerId, after.CreatorId, after.Terms.TierId, before.State, after.State, after.EndReason, now);

    /// <summary>Ends a subscription; what access it had ends now at the latest.</summary>
    public static Subscription End(Subscription subscription, SubscriptionCause cause, string reason, DateTimeOffset at) => subscription.Moved(cause) with
    {
        EndedAt = at,
        EndReason = reason,
        Renews = null,
        Wish = null,
        Next = null,
        AccessUntil = subscription.AccessUntil is { } until && until < at ? until : subscription.PaidUntil is null ? null : at,
    };

    /// <summary>When it is to be looked at again: when the clock or the provider should have changed something.</summary>
    public static DateTimeOffset NextLook(Subscription subscription, DateTimeOffset now)
    {
        if (subscription.State == SubscriptionState.Incomplete)
            return subscription.ExpiresAt > now ? subscription.ExpiresAt : now + Again;
        // The provider takes an hour or so to charge; then once a day; and when access is over.
        var end = subscription.AccessUntil!.Value;
        var renewal = subscription.PaidUntil!.Value + Slack;
        while (renewal <= now && renewal < end)
            renewal += TimeSpan.FromDays(1);
        var next = renewal < end ? renewal : end;
        return next > now ? next : now + Again;
    }

    /// <summary>What is over when we hear of it, after a downtime, is looked at at once, so that the provider charges for it no more; a look that is due already is not put off.</summary>
    private static DateTimeOffset LookFrom(Subscription before, Subscription after, DateTimeOffset now) =>
        now < after.AccessUntil ? NextLook(after, now) : before.LookAt < now ? before.LookAt : now;

    private static readonly TimeSpan Slack = TimeSpan.FromHours(3);
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    private static InvoiceBooks Settle(SubscriptionBooks before, InvoiceBooks one, IReadOnlyList<InvoiceBooks> earlier, ProviderSubscription found, List<object> events)
    {
        if (one.Payment is not { Status: PaymentStatus.Succeeded } payment)
            return one;
        if (one.Returned is null && one.Purchase is { } known)
            return one with { Purchase = Aftermath.Apply(known, payment, events) };
        var reason = one.Returned?.Reason ?? Unwanted(before, one.Invoice, payment, earlier, found);
        var subscription = before.Subscription;
        if (reason is not null)
            return one with { Returned = Settlement.GiveBack(one.Returned, payment, subscription.ViewerId, seriesId: null, reason, events) };
        var purchase = new Purchase(
            IdOf(one.Invoice), subscription.ViewerId, SeriesId: null, subscription.CreatorId, payment.Id, payment.Amount, payment.Fee ?? payment.Amount with { Amount = 0 }, payment.Amount with { Amount = 0 },
            PurchaseState.Paid, Dispute: null, DisputeId: null, Refunds: [], payment.CreatedAt, payment.Fee is not null, Gift: null,
            new(subscription.Id, one.Invoice.TierId ?? subscription.Terms.TierId, one.Invoice.Id, one.Invoice.Reason, one.Invoice.From, one.Invoice.To));
        events.Add(new PurchaseSettled(purchase.Id, purchase.BuyerId, purchase.SeriesId, purchase.CreatorId, payment.Id, payment.Amount, purchase.Fee, payment.CreatedAt, purchase.FeeIsKnown, subscription.Id));
        return one with { Purchase = Aftermath.Apply(purchase, payment, events) };
    }

    /// <summary>The same invoice, the same purchase; by time, as every purchase.</summary>
    public static PurchaseId IdOf(ProviderInvoice invoice) => new(Ids.Derived("pur", invoice.Id, invoice.CreatedAt));

    /// <summary>Why a payment can't be kept; null when it can.</summary>
    private static string? Unwanted(SubscriptionBooks before, ProviderInvoice invoice, ProviderPayment payment, IReadOnlyList<InvoiceBooks> earlier, ProviderSubscription found)
    {
        var subscription = before.Subscription;
        var isFirst = subscription.State == SubscriptionState.Incomplete && !earlier.Any(one => one.Purchase is not null);
        if (before.OtherRuns)
            return "already-subscribed";
        if (isFirst && payment.Amount != subscription.Terms.Price)
            return "amount-mismatch";
        if (invoice.Reason == InvoiceReason.Period && earlier.Any(one => one.Purchase is { Period: { Reason: InvoiceReason.Period } period } && invoice.From < period.To && period.From < invoice.To))
            return "period-paid-twice";
        // She had said before that she wants no further period, and the provider had not been told yet.
        if (subscription is { State: SubscriptionState.Cancelling, Renews: false } && invoice.Reason == InvoiceReason.Period && invoice.From >= subscription.PaidUntil)
            return "cancelled-before";
        // It is over before what this pays for is: it can't be given.
        var endedAt = subscription.State == SubscriptionState.Ended ? subscription.EndedAt : found.Status == ProviderSubscriptionStatus.Ended ? found.EndedAt : null;
        return endedAt < invoice.To ? "subscription-ended" : null;
    }

    private static Subscription Follow(Subscription before, IReadOnlyList<InvoiceBooks> invoices, ProviderSubscription found, TimeSpan grace, DateTimeOffset now)
    {
        if (before.State == SubscriptionState.Ended)
            return before;
        var after = before with { ProviderId = found.Id };
        var kept = invoices.Where(one => one.Purchase is not null).Select(one => one.Purchase!).ToList();
        if (kept.Count == 0)
        {
            if (invoices.FirstOrDefault(one => one.Returned is not null) is { } returned)
                return End(after, SubscriptionCause.PaymentReturned, returned.Returned!.Reason, now);
            return found.Status == ProviderSubscriptionStatus.Ended ? End(after, SubscriptionCause.NotPaid, "not-paid", now) : after;
        }
        // A difference is no period: one that is paid before the period itself is charged gives the tier, and no time.
        var periods = kept.Where(purchase => purchase.Period!.Reason == InvoiceReason.Period).Select(purchase => purchase.Period!).ToList();
        // The provider names the latest invoices only: behind very many changes the period's own may be out of sight.
        var paidUntil = periods.Count > 0 ? periods.Max(period => period.To) : before.PaidUntil ?? kept[0].Period!.From;
        var last = kept.LastOrDefault(purchase => purchase.Period!.To >= paidUntil) ?? kept[^1];
        after = after with { FirstPaidAt = before.FirstPaidAt ?? kept[0].PaidAt, PaidUntil = paidUntil, PeriodStart = periods.FirstOrDefault(period => period.To == paidUntil)?.From ?? before.PeriodStart };
        // What the provider has beyond what was paid last counts from the next period on.
        var terms = Paid(last, before, found);
        after = after with { Terms = terms, Next = found.Terms == terms ? null : found.Terms };

        var refused = invoices.LastOrDefault(one => one.Returned is { Reason: "cancelled-before" or "subscription-ended" });
        // One that ended there without having been paid is past due to its end.
        var isUnpaid = found.Status == ProviderSubscriptionStatus.PastDue
            || found.Status == ProviderSubscriptionStatus.Ended && before.State == SubscriptionState.PastDue && before.PaidUntil == paidUntil;
        var target = isUnpaid ? SubscriptionState.PastDue
            : (before.Renews ?? found.Renews) ? SubscriptionState.Active
            : SubscriptionState.Cancelling;
        foreach (var cause in SubscriptionMachine.Way(before.State, target))
            after = after.Moved(cause);
        after = after with { AccessUntil = SubscriptionMachine.AccessUntil(after.State, paidUntil, grace), OnHold = Current(invoices, paidUntil).Any(purchase => purchase.State == PurchaseState.Disputed) };

        if (Gone(invoices, paidUntil) is { } gone)
            return End(after, SubscriptionCause.MoneyGone, Aftermath.ReasonOf(gone.State)!, now);
        if (refused is not null && after.State == SubscriptionState.Cancelling && now >= paidUntil)
            return End(after, SubscriptionCause.PeriodOver, "cancelled", paidUntil);
        if (found.Status != ProviderSubscriptionStatus.Ended)
            return after.State != before.State || after.PaidUntil != before.PaidUntil ? after with { LookAt = LookFrom(before, after, now) } : after;
        var at = found.EndedAt ?? now;
        return after.State switch
        {
            SubscriptionState.Cancelling when at >= paidUntil => End(after, SubscriptionCause.PeriodOver, "cancelled", at),
            SubscriptionState.Active or SubscriptionState.PastDue when at >= after.AccessUntil => End(after, SubscriptionCause.GraceOver, "not-paid", at),
            _ => End(after, SubscriptionCause.EndedAtProvider, "ended-at-provider", at),
        };
    }

    /// <summary>
    /// What a month costs by what was paid last. A period's payment is its price, whatever was agreed to between its beginning and its charge. A difference says which tier it is for and not what that
    /// costs: what she asked for, or has, or the provider goes on with.
    /// </summary>
    private static SubscriptionTerms Paid(Purchase last, Subscription before, ProviderSubscription found)
    {
        var tier = last.Period!.TierId;
        if (last.Period.Reason == InvoiceReason.Period)
            return new(tier, last.Amount);
        var wished = before.Wish is { AtOnce: true } wish ? wish.Terms : before.Terms;
        return new[] { wished, before.Terms, found.Terms }.FirstOrDefault(terms => terms.TierId == tier) ?? before.Terms with { TierId = tier };
    }

    /// <summary>What was paid for the present period, and of one that is not charged yet.</summary>
    private static IEnumerable<Purchase> Current(IReadOnlyList<InvoiceBooks> invoices, DateTimeOffset paidUntil) =>
        invoices.Where(one => one.Purchase?.Period!.To >= paidUntil).Select(one => one.Purchase!);

    /// <summary>The money for the present period is gone: a full refund of it, or a dispute that was lost. A difference that was given back is a favour and ends nothing.</summary>
    private static Purchase? Gone(IReadOnlyList<InvoiceBooks> invoices, DateTimeOffset paidUntil) => Current(invoices, paidUntil)
        .FirstOrDefault(purchase => purchase.State == PurchaseState.ChargedBack || purchase is { State: PurchaseState.Refunded, Period.Reason: InvoiceReason.Period });

    private static CreatorAccess Grant(CreatorAccess? access, Subscription before, Subscription after, IReadOnlyList<InvoiceBooks> invoices, DateTimeOffset now)
    {
        if (after.AccessUntil is null)
            return access!;
        if (after.PaidUntil is { } paidUntil && Gone(invoices, paidUntil) is { } gone && after.State == SubscriptionState.Ended && before.State != SubscriptionState.Ended)
            return CreatorAccess.Set(access, after, GrantState.Revoked, Aftermath.ReasonOf(gone.State), now, Aftermath.ActorOf(gone));
        if (before.State == SubscriptionState.Ended)
            return access!;
        return CreatorAccess.Set(access, after, after.OnHold ? GrantState.Suspended : GrantState.Live, after.OnHold ? "disputed" : null, now, "provider");
    }
}
