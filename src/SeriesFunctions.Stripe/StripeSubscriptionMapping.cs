using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Stripe;

internal sealed record SubscriptionFacts(
    string Id, string? Status, bool CancelAtPeriodEnd, DateTimeOffset? CancelAt, DateTimeOffset? EndedAt, IReadOnlyDictionary<string, string>? Metadata, SubscriptionItemFacts? Item);

/// <summary>Periods are the item's, not the subscription's, since API version 2025-03-31.</summary>
internal sealed record SubscriptionItemFacts(string Id, DateTimeOffset CurrentPeriodStart, DateTimeOffset CurrentPeriodEnd, long? UnitAmount, string? Currency, string? ProductId);

/// <summary>An invoice; its metadata is what the subscription's was when it was finalized, which is an hour after its lines were fixed.</summary>
internal sealed record InvoiceFacts(
    string Id, string? Status, string? BillingReason, long AmountPaid, string? Currency, DateTimeOffset Created, IReadOnlyDictionary<string, string>? Metadata, IReadOnlyList<InvoiceLineFacts> Lines,
    IReadOnlyList<InvoicePaymentFacts> Payments);

internal sealed record InvoiceLineFacts(long Amount, DateTimeOffset Start, DateTimeOffset End, string? ProductId);

internal sealed record InvoicePaymentFacts(string? Status, string? PaymentIntentId);

/// <summary>What the provider's subscriptions and invoices mean in the port's words. Pure.</summary>
internal static partial class StripeMapping
{
    public static ProviderSubscription Subscription(SubscriptionFacts subscription, IReadOnlyList<InvoiceFacts> invoices)
    {
        var item = subscription.Item;
        var terms = new SubscriptionTerms(TierOf(item?.ProductId) ?? TierOf(subscription.Metadata) ?? default, StripeAmounts.FromWire(item?.UnitAmount ?? 0, item?.Currency));
        return new(
            subscription.Id,
            Subscriber(subscription.Metadata),
            // Paused ones are none of ours, and a trial is as good as paid.
            subscription.Status switch
            {
                "active" or "trialing" or "paused" => ProviderSubscriptionStatus.Active,
                "past_due" or "unpaid" => ProviderSubscriptionStatus.PastDue,
                "incomplete" => ProviderSubscriptionStatus.Incomplete,
                _ => ProviderSubscriptionStatus.Ended,
            },
            terms, item?.CurrentPeriodStart ?? default, item?.CurrentPeriodEnd ?? default,
            !subscription.CancelAtPeriodEnd && subscription.CancelAt is null, subscription.EndedAt,
            [.. invoices.OrderByDescending(invoice => invoice.Created).ThenByDescending(invoice => invoice.Id, StringComparer.Ordinal).Select(Invoice)]);
    }

    /// <summary>
    /// An invoice is for the time of its lines: on a renewal that is the period that begins, not the one that <c>period_start</c> and <c>period_end</c> name. Where terms changed, a credit and a charge
    /// both reach to the end of the period. It is for the tier whose product is charged: metadata are the subscription's of an hour later. See docs/adr/0054.
    /// </summary>
    public static ProviderInvoice Invoice(InvoiceFacts invoice)
    {
        var charged = invoice.Lines.Where(line => line.Amount > 0).DefaultIfEmpty(new(0, invoice.Created, invoice.Created, null)).ToList();
        return new(
            invoice.Id,
            invoice.BillingReason == "subscription_update" ? InvoiceReason.Change : InvoiceReason.Period,
            invoice.Status == "paid",
            invoice.Payments.Where(payment => payment.Status == "paid").Concat(invoice.Payments).FirstOrDefault(payment => payment.PaymentIntentId is not null)?.PaymentIntentId,
            StripeAmounts.FromWire(invoice.AmountPaid, invoice.Currency),
            charged.Select(line => TierOf(line.ProductId)).FirstOrDefault(tier => tier is not null) ?? TierOf(invoice.Metadata),
            charged.Min(line => line.Start), charged.Max(line => line.End), invoice.Created);
    }

    /// <summary>A tier's product has the tier's id; the provider's own ids begin otherwise, and say that somebody chose the product on its pages.</summary>
    private static TierId? TierOf(string? productId) =>
        productId is not null && !productId.StartsWith("prod_", StringComparison.Ordinal) && Ids.IsValid(productId) ? new TierId(productId) : null;

    private static TierId? TierOf(IReadOnlyDictionary<string, string>? metadata) =>
        metadata?.TryGetValue(StripeRequests.TierKey, out var tier) == true && Ids.IsValid(tier) ? new TierId(tier) : null;

    private static SubscriptionSubject? Subscriber(IReadOnlyDictionary<string, string>? metadata) =>
        metadata is not null
        && metadata.TryGetValue(StripeRequests.SubscriptionKey, out var subscription) && Ids.IsValid(subscription)
        && metadata.TryGetValue(StripeRequests.ViewerKey, out var viewer) && Ids.IsValid(viewer)
        && metadata.TryGetValue(StripeRequests.CreatorKey, out var creator) && Ids.IsValid(creator)
            ? new(new(subscription), new(viewer), new(creator))
            : null;
}
