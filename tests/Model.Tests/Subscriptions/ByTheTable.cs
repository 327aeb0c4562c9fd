using Model.Tests.Memory;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Subscriptions;

/// <summary>What docs/subscriptions.md gives a subscriber, read off the provider's books alone: what was paid for which time, what of it went back, whether it is renewed, and whether it runs.</summary>
public static class ByTheTable
{
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    /// <summary>The periods that she paid for. A second invoice for a time that is paid goes back and is none.</summary>
    public static IEnumerable<MemoryInvoice> Periods(MemorySubscription subscription)
    {
        DateTimeOffset? until = null;
        foreach (var invoice in subscription.Invoices.Where(invoice => invoice is { IsPaid: true, Reason: InvoiceReason.Period }))
        {
            if (invoice.From < until)
                continue;
            until = invoice.To;
            yield return invoice;
        }
    }

    public static DateTimeOffset? PaidUntil(MemorySubscription subscription) => Periods(subscription).LastOrDefault()?.To;

    /// <summary>When access is over, if nothing happens meanwhile. Null: nothing is paid.</summary>
    public static DateTimeOffset? AccessUntil(MemorySubscription subscription) =>
        PaidUntil(subscription) + (subscription is { Renews: false, Status: ProviderSubscriptionStatus.Active } ? TimeSpan.Zero : Grace);

    /// <summary>What she has: what the last period that is paid was made out for, or the change since; null: nothing is paid.</summary>
    public static SubscriptionTerms? Terms(MemorySubscription subscription) =>
        Periods(subscription).LastOrDefault() is { } period ? Changes(subscription, period).LastOrDefault(period).Terms : null;

    /// <summary>What she may watch now; null: nothing.</summary>
    public static TierId? TierAt(MemorySubscription subscription, DateTimeOffset now)
    {
        if (!subscription.Runs || now >= AccessUntil(subscription) || Periods(subscription).LastOrDefault() is not { } period)
            return null;
        return Changes(subscription, period).Append(period).Any(invoice => invoice.Payment!.Dispute?.Status == DisputeStatus.Open) ? null : Terms(subscription)!.TierId;
    }

    /// <summary>The money for the present period is gone, so the subscription has to end.</summary>
    public static bool IsMoneyGone(MemorySubscription subscription) => Periods(subscription).LastOrDefault() is { } period
        && (period.Payment!.Refunded >= period.Amount.Amount || Changes(subscription, period).Append(period).Any(invoice => invoice.Payment!.Dispute?.Status == DisputeStatus.Lost));

    /// <summary>The differences that were paid since a period began.</summary>
    private static IEnumerable<MemoryInvoice> Changes(MemorySubscription subscription, MemoryInvoice period) =>
        subscription.Invoices.Where(invoice => invoice is { IsPaid: true, Reason: InvoiceReason.Change } && invoice.From >= period.From);
}
