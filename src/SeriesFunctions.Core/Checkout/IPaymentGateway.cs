using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Checkout;

/// <summary>
/// The payment port. Every call that changes something carries our own id as the provider's idempotency key, so that it can be repeated after
/// a time-out in which it did happen. Provider errors are translated in the adapter, once.
/// </summary>
public interface IPaymentGateway
{
    /// <summary>Opens a payment page for one checkout. The same <see cref="OpenSession.CheckoutId"/> gives the same session again.</summary>
    ValueTask<GatewayResult<ProviderSession>> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken);

    ValueTask<GatewayResult<ProviderSession>> FindSessionAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Nobody can pay on it any more. A session that is paid or expired already is answered as it is.</summary>
    ValueTask<GatewayResult<ProviderSession>> ExpireSessionAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>The payment as it is now, with all its refunds and its dispute: what handlers of events go by.</summary>
    ValueTask<GatewayResult<ProviderPayment>> FindPaymentAsync(string paymentId, CancellationToken cancellationToken);

    /// <summary>Gives money back. The same <see cref="RefundPayment.Key"/> gives the same refund again.</summary>
    ValueTask<GatewayResult<ProviderRefund>> RefundAsync(RefundPayment request, CancellationToken cancellationToken);

    /// <summary>Moves money from our balance at the provider to a creator's account there. The same <see cref="MakeTransfer.Key"/> gives the same transfer again.</summary>
    ValueTask<GatewayResult<ProviderTransfer>> TransferAsync(MakeTransfer request, CancellationToken cancellationToken);

    /// <summary>The provider's own books, for comparing them with ours: every movement of our balance in a time, in any order, each once.</summary>
    ValueTask<GatewayResult<ProviderBookPage>> ListBooksAsync(BooksRequest request, CancellationToken cancellationToken);

    /// <summary>Verifies the signature over the raw body, and only then reads it.</summary>
    WebhookReading ReadWebhook(ReadOnlyMemory<byte> rawBody, string? signatureHeader);
}

public enum GatewayStatus
{
    Ok,

    /// <summary>The provider knows no such object.</summary>
    NotFound,

    /// <summary>The provider refuses: asking again changes nothing.</summary>
    Refused,

    /// <summary>No answer, or "try later". It may have happened all the same: repeat with the same key.</summary>
    Unavailable,
}

/// <summary>What the provider answered. <paramref name="Reason"/> is a short code of the provider's, for logs and operators.</summary>
public readonly record struct GatewayResult<T>(GatewayStatus Status, T? Value, string? Reason)
    where T : class
{
    public static implicit operator GatewayResult<T>(T value) => new(GatewayStatus.Ok, value, null);

    public static GatewayResult<T> Failed(GatewayStatus status, string reason) => new(status, null, reason);
}

/// <summary>Whom a payment is for: stored at the provider as metadata of the session and of the payment, so that an event leads back to our records.</summary>
public sealed record PaymentSubject(CheckoutId CheckoutId, UserId BuyerId, SeriesId SeriesId);

/// <summary>What is asked of the provider for one checkout. <see cref="CheckoutId"/> is the idempotency key.</summary>
public sealed record OpenSession(PaymentSubject Subject, Money Price, string Title, Uri SuccessUrl, Uri CancelUrl, DateTimeOffset ExpiresAt)
{
    public CheckoutId CheckoutId => Subject.CheckoutId;
}

public enum SessionStatus
{
    Open,
    Complete,
    Expired,
}

/// <summary>
/// A payment page at the provider. <paramref name="Subject"/> is null for a session that is not ours, and for one of a subscription: that has a <paramref name="Subscriber"/>, and once it is complete
/// the provider's <paramref name="SubscriptionId"/> instead of a payment.
/// </summary>
public sealed record ProviderSession(
    string Id, Uri? Url, SessionStatus Status, bool IsPaid, string? PaymentId, PaymentSubject? Subject, Money Amount, DateTimeOffset ExpiresAt,
    Subscriptions.SubscriptionSubject? Subscriber = null, string? SubscriptionId = null);

public enum PaymentStatus
{
    Processing,
    Succeeded,
    Failed,
}

/// <summary>
/// A payment with everything that happened to it since. <paramref name="Fee"/> is the provider's processing fee, null until it is known. A subscription's has no subject but the provider's
/// <paramref name="SubscriptionId"/>.
/// </summary>
public sealed record ProviderPayment(
    string Id,
    PaymentStatus Status,
    PaymentSubject? Subject,
    Money Amount,
    Money? Fee,
    DateTimeOffset CreatedAt,
    IReadOnlyList<ProviderRefund> Refunds,
    ProviderDispute? Dispute,
    string? SubscriptionId = null);

public enum RefundStatus
{
    Pending,
    Succeeded,
    Failed,
}

/// <summary>
/// A refund. <paramref name="Key"/> is what we called it when we asked for it, kept at the provider as the refund's metadata <c>refund_key</c>; null for one that was made there.
/// </summary>
public sealed record ProviderRefund(string Id, string PaymentId, Money Amount, RefundStatus Status, DateTimeOffset CreatedAt, string? Key = null);

public enum DisputeStatus
{
    Open,
    Won,
    Lost,
}

/// <summary>A dispute. <paramref name="Fee"/> is what the provider charges for it.</summary>
public sealed record ProviderDispute(string Id, string PaymentId, Money Amount, Money Fee, DisputeStatus Status, DateTimeOffset CreatedAt);

/// <summary>A refund to make. <paramref name="Key"/> is the idempotency key.</summary>
public sealed record RefundPayment(string Key, string PaymentId, Money Amount);

/// <summary>A transfer to make. <paramref name="Key"/> is the idempotency key, <paramref name="Account"/> the receiver's account at the provider (<c>acct_…</c>).</summary>
public sealed record MakeTransfer(string Key, string Account, Money Amount);

public sealed record ProviderTransfer(string Id, string Account, Money Amount, DateTimeOffset CreatedAt);

/// <summary>What moved our balance at the provider. Stripe: <c>reporting_category</c> of a balance transaction.</summary>
public enum BookKind
{
    /// <summary>Something that none of our flows causes: a payout to our own bank, a fee for another service.</summary>
    Other,
    Charge,
    Refund,

    /// <summary>A refund that did not arrive came back.</summary>
    RefundFailure,
    Dispute,
    DisputeReversal,
    Transfer,
}

/// <summary>
/// One movement of our balance. <paramref name="Amount"/> is signed (a refund is negative), <paramref name="Fee"/> is taken off it: net is amount less fee.
/// <paramref name="SourceId"/> is the object behind it: the payment (not its charge), the refund, the dispute or the transfer. <paramref name="PaymentId"/> is the payment that it belongs to, if any.
/// </summary>
public sealed record ProviderBookEntry(string Id, BookKind Kind, Money Amount, Money Fee, string? SourceId, string? PaymentId, DateTimeOffset CreatedAt);

/// <summary>Movements with <paramref name="From"/> ≤ created &lt; <paramref name="To"/>; <paramref name="Cursor"/> is what the page before answered.</summary>
public sealed record BooksRequest(DateTimeOffset From, DateTimeOffset To, string? Cursor = null);

/// <summary>A page of the books; a null <paramref name="Cursor"/> is the end.</summary>
public sealed record ProviderBookPage(IReadOnlyList<ProviderBookEntry> Entries, string? Cursor);

/// <summary>Which object an event is about; the event's own copy of it is not believed.</summary>
public enum ProviderObject
{
    /// <summary>An event that we take note of and do nothing about.</summary>
    Other,
    Session,
    Payment,

    /// <summary>A creator's account.</summary>
    Account,
    Subscription,
}

/// <summary>
/// A verified event. <paramref name="ObjectId"/> is the session's, the account's, the subscription's (for invoices: of the subscription that they are of) or the payment's id (for refunds and disputes: of
/// the payment that they are about).
/// </summary>
public sealed record ProviderEvent(string Id, string Type, ProviderObject Object, string ObjectId, DateTimeOffset CreatedAt);

/// <summary>Either a verified event or why it is refused (<c>bad-signature</c>, <c>malformed</c>, <c>not-configured</c>).</summary>
public readonly record struct WebhookReading(ProviderEvent? Event, string? Refusal);
