using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>
/// The payment provider's subscriptions, beside <see cref="IPaymentGateway"/>: sessions, payments and refunds are that port's, for subscriptions too. Every call can be repeated: it says what is to be
/// so, or carries a key. A change is answered with the subscription as it is then.
/// </summary>
public interface ISubscriptionGateway
{
    /// <summary>Opens a payment page for a monthly subscription. The same <see cref="SubscriptionSubject.SubscriptionId"/> gives the same session again.</summary>
    ValueTask<GatewayResult<ProviderSession>> OpenSubscriptionAsync(OpenSubscription request, CancellationToken cancellationToken);

    /// <summary>The subscription as it is now with its latest invoices: what handlers of events go by.</summary>
    ValueTask<GatewayResult<ProviderSubscription>> FindSubscriptionAsync(string id, CancellationToken cancellationToken);

    /// <summary>Whether it is renewed at the end of its period. Refused for one that has ended.</summary>
    ValueTask<GatewayResult<ProviderSubscription>> SetRenewalAsync(string id, bool renews, CancellationToken cancellationToken);

    /// <summary>
    /// Another price: at once, with the difference for the rest of the period charged now, and refused as a whole where that can't be charged; or from the next period on. The difference is to what was
    /// invoiced for the present period, whatever was to count from the next one on. See docs/adr/0055.
    /// </summary>
    ValueTask<GatewayResult<ProviderSubscription>> ChangeTermsAsync(ChangeTerms request, CancellationToken cancellationToken);

    /// <summary>Ends it at once, with everything that is open on it. One that has ended is answered as it is.</summary>
    ValueTask<GatewayResult<ProviderSubscription>> CancelNowAsync(string id, CancellationToken cancellationToken);

    /// <summary>A link to the provider's own pages on which the subscriber changes her card.</summary>
    ValueTask<GatewayResult<PortalLink>> OpenPortalAsync(string id, Uri returnUrl, CancellationToken cancellationToken);
}

/// <summary>Whose a subscription is: stored at the provider as metadata of the session and of the subscription.</summary>
public sealed record SubscriptionSubject(SubscriptionId SubscriptionId, UserId ViewerId, UserId CreatorId);

/// <summary>What is asked of the provider for a new subscription. The subject's id is the idempotency key.</summary>
public sealed record OpenSubscription(SubscriptionSubject Subject, SubscriptionTerms Terms, string Title, Uri SuccessUrl, Uri CancelUrl, DateTimeOffset ExpiresAt);

/// <summary>Other terms for the subscription <paramref name="Id"/>. <paramref name="Key"/> is the idempotency key; <paramref name="Title"/> is what the subscriber reads of the tier on her bills.</summary>
public sealed record ChangeTerms(string Key, string Id, SubscriptionTerms Terms, string Title, bool AtOnce);

public sealed record PortalLink(Uri Url);

public enum ProviderSubscriptionStatus
{
    /// <summary>Its first payment is not there (yet).</summary>
    Incomplete,
    Active,
    PastDue,
    Ended,
}

/// <summary>
/// A subscription at the provider. <paramref name="Terms"/> is what the next period is to cost. The period is that of the subscription's item and says nothing of whether it is paid:
/// <paramref name="Invoices"/> do, the latest first, as many as a year has. <paramref name="Subject"/> is null for one that is not ours.
/// </summary>
public sealed record ProviderSubscription(
    string Id, SubscriptionSubject? Subject, ProviderSubscriptionStatus Status, SubscriptionTerms Terms, DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd, bool Renews, DateTimeOffset? EndedAt,
    IReadOnlyList<ProviderInvoice> Invoices);

public enum InvoiceReason
{
    /// <summary>For a period: the first one or another.</summary>
    Period,

    /// <summary>The difference for the rest of a period, when the terms changed.</summary>
    Change,
}

/// <summary>
/// What was charged for <c>[From, To)</c> in which tier, as the subscription had both when the invoice was made out: a change that is made before it is charged is none of it.
/// <paramref name="PaymentId"/> is null until somebody tried to pay, and where nothing was to be paid.
/// </summary>
public sealed record ProviderInvoice(string Id, InvoiceReason Reason, bool IsPaid, string? PaymentId, Money Amount, TierId? TierId, DateTimeOffset From, DateTimeOffset To, DateTimeOffset CreatedAt);
