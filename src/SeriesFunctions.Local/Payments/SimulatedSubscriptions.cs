using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Local.Payments;

/// <summary>What a payment page of a subscription is for.</summary>
public sealed record SimulatedOffer(string SubscriptionId, string CreatorId, string TierId);

/// <summary>
/// An invoice of a subscription. <paramref name="PaymentId"/> is null until it was paid. <paramref name="Monthly"/> is what a whole month of it costs, which is its amount but where that is a difference;
/// null where that was not written down yet.
/// </summary>
public sealed record SimulatedInvoice(
    string Id, InvoiceReason Reason, long Amount, string TierId, DateTimeOffset From, DateTimeOffset To, DateTimeOffset CreatedAt, string? PaymentId, long? Monthly = null);

/// <summary>
/// A subscription with all its invoices, oldest first. Its periods are months from <paramref name="Anchor"/>, <paramref name="Period"/> counts them from 0. <paramref name="NextTurn"/> is when the clock
/// next changes it: the end of the period, or the next try to charge; null once it has ended. <paramref name="Keys"/> are the changes that were made.
/// </summary>
public sealed record SimulatedSubscription(
    string Id, string SubscriptionId, string ViewerId, string CreatorId, string TierId, string Title, long Amount, string Currency, ProviderSubscriptionStatus Status, DateTimeOffset Anchor, int Period,
    bool Renews, bool CardFails, int FailedTries, DateTimeOffset? NextTurn, DateTimeOffset? EndedAt, IReadOnlyList<SimulatedInvoice> Invoices, IReadOnlyList<string> Keys)
{
    public DateTimeOffset From => Anchor.AddMonths(Period);

    public DateTimeOffset To => Anchor.AddMonths(Period + 1);

    /// <summary>What a month cost when something was invoiced last, whatever the next one is to cost.</summary>
    public long Billed => Invoices.OrderBy(invoice => invoice.CreatedAt).LastOrDefault()?.Monthly ?? Amount;
}

/// <summary>A link to the pages on which a subscriber changes her card.</summary>
public sealed record SimulatedPortal(string Id, string SubscriptionId, string ReturnUrl, DateTimeOffset ExpiresAt);
