using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Checkout;

public enum PurchaseState
{
    Paid,
    PartlyRefunded,
    Refunded,
    Disputed,

    /// <summary>A dispute was lost: the money is gone.</summary>
    ChargedBack,
}

/// <summary>A refund that we asked for or that the provider made. <paramref name="ProviderId"/> is null until the provider has it.</summary>
public sealed record RefundRecord(string Id, string? ProviderId, Money Amount, RefundStatus Status, string By, string Reason, DateTimeOffset At);

/// <summary>
/// A checkout, or a period of a subscription, that was paid: document <c>purchase|{id}</c> of partition <c>viewer|{buyer}</c>. <paramref name="Amount"/> is what was charged,
/// <paramref name="Refunded"/> what the provider gave back of it. Either <paramref name="SeriesId"/> or <paramref name="Period"/> says what for. <paramref name="ErasedAt"/>: its buyer was
/// erased since; it is kept for the books, grants nothing whatever becomes of its payment, and is in no list.
/// </summary>
public sealed record Purchase(
    PurchaseId Id,
    UserId BuyerId,
    SeriesId? SeriesId,
    UserId CreatorId,
    string PaymentId,
    Money Amount,
    Money Fee,
    Money Refunded,
    PurchaseState State,
    DisputeStatus? Dispute,
    string? DisputeId,
    IReadOnlyList<RefundRecord> Refunds,
    DateTimeOffset PaidAt,
    bool FeeIsKnown = true,
    PurchasedGift? Gift = null,
    SubscribedPeriod? Period = null,
    DateTimeOffset? ErasedAt = null)
{
    public static Partition In(UserId buyer) => CheckoutRecord.In(buyer);

    public static string DocumentId(PurchaseId id) => $"purchase|{id}";

    public string? Sort => ErasedAt is null ? DocumentId(Id) : null;

    /// <summary>Stands for a payment where nothing had to be paid: the provider knows no such payment.</summary>
    public static string FreePayment(CheckoutId id) => Ids.From("free", id.Value);

    public static bool IsFree(string paymentId) => paymentId.StartsWith("free_", StringComparison.Ordinal);
}

/// <summary>
/// A payment that we don't keep, with what became of it: document <c>returned|{paymentId}</c> of the buyer's partition. Once here, it never becomes a purchase.
/// <paramref name="As"/> is what it would be if we had sold it, booked as the platform's own: what it costs, nobody else bears.
/// </summary>
public sealed record ReturnedPayment(string Reason, Purchase As)
{
    public static string DocumentId(string paymentId) => $"returned|{paymentId}";
}

/// <summary>What was bought for somebody else, and what she said to it as far as we heard.</summary>
public sealed record PurchasedGift(GiftId Id, UserId To, Gifts.GiftState State);

/// <summary>What a subscription's invoice was for: the time <c>[From, To)</c> in a tier.</summary>
public sealed record SubscribedPeriod(SubscriptionId SubscriptionId, TierId TierId, string InvoiceId, Subscriptions.InvoiceReason Reason, DateTimeOffset From, DateTimeOffset To);

/// <summary>Money came in for a purchase. Everything that the books need travels with it.</summary>
public sealed record PurchaseSettled(
    PurchaseId PurchaseId, UserId BuyerId, SeriesId? SeriesId, UserId CreatorId, string PaymentId, Money Amount, Money Fee, DateTimeOffset PaidAt, bool FeeIsKnown = true,
    SubscriptionId? SubscriptionId = null) : IEvent
{
    public static string Name => "purchase-settled";

    public static int Version => 1;
}

/// <summary>Money came in that we don't keep: for the books alone.</summary>
public sealed record PaymentTaken(PurchaseId PurchaseId, UserId BuyerId, SeriesId? SeriesId, UserId CreatorId, string PaymentId, Money Amount, Money Fee, DateTimeOffset PaidAt, bool FeeIsKnown = true) : IEvent
{
    public static string Name => "payment-taken";

    public static int Version => 1;
}

/// <summary>The provider says only now what a payment cost.</summary>
public sealed record FeeBecameKnown(PurchaseId PurchaseId, UserId CreatorId, string PaymentId, Money Fee, DateTimeOffset At) : IEvent
{
    public static string Name => "fee-became-known";

    public static int Version => 1;
}

/// <summary>A refund that had been made did not arrive: the money is ours again.</summary>
public sealed record RefundCameBack(PurchaseId PurchaseId, UserId CreatorId, string PaymentId, string RefundId, Money Amount, DateTimeOffset At) : IEvent
{
    public static string Name => "refund-came-back";

    public static int Version => 1;
}

/// <summary>Money went back.</summary>
public sealed record PurchaseRefunded(PurchaseId PurchaseId, UserId CreatorId, string PaymentId, string RefundId, Money Amount, Money Sold, DateTimeOffset At) : IEvent
{
    public static string Name => "purchase-refunded";

    public static int Version => 1;
}

/// <summary>A dispute was opened, won or lost.</summary>
public sealed record DisputeMoved(PurchaseId PurchaseId, UserId CreatorId, string DisputeId, Money Amount, Money Fee, DisputeStatus Status, DateTimeOffset At, string? PaymentId = null) : IEvent
{
    public static string Name => "dispute-moved";

    public static int Version => 1;
}

/// <summary>A payment that we must not keep: a second one for the same series, a wrong amount, a series that is gone.</summary>
public sealed record PaymentUnwanted(string PaymentId, Money Amount, string Reason, int Try = 0, DateTimeOffset? Since = null) : IEvent
{
    public static string Name => "payment-unwanted";

    public static int Version => 1;
}

/// <summary>A refund was decided and recorded; the provider is to make it. <paramref name="Try"/> counts how often it did not answer.</summary>
public sealed record RefundRequested(PurchaseId PurchaseId, UserId BuyerId, string RefundId, string PaymentId, Money Amount, int Try = 0, DateTimeOffset? Since = null) : IEvent
{
    public static string Name => "refund-requested";

    public static int Version => 1;
}
