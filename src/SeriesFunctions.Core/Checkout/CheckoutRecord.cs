using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Checkout;

/// <summary>Where a checkout is, as clients see it.</summary>
public enum CheckoutState
{
    Open,
    Paid,
    Expired,
    Failed,
    Refunded,
    Disputed,
}

/// <summary>
/// A viewer's attempt to buy a series, with the price that was promised and the title as it was, so that the provider hears the same however often it is asked: document <c>checkout|{id}</c> of partition <c>viewer|{buyer}</c>.
/// <paramref name="PromoCode"/> is the code whose use it holds; <paramref name="GiftTo"/> is who is to get it, null for the buyer herself.
/// <paramref name="ErasedAt"/>: its buyer was erased since; nobody is shown it.
/// <paramref name="State"/> is what happened, by <see cref="CheckoutMachine"/>; whether an open one has expired is for the clock to say, see <see cref="StateAt"/>.
/// </summary>
public sealed record CheckoutRecord(
    CheckoutId Id,
    UserId BuyerId,
    SeriesId SeriesId,
    UserId CreatorId,
    string Title,
    Money ListPrice,
    Money Price,
    DiscountId? DiscountId,
    string? LinkCode,
    string SuccessUrl,
    string CancelUrl,
    CheckoutState State,
    string? SessionId,
    string? PayUrl,
    string? FailureCode,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    string? PromoCode = null,
    UserId? GiftTo = null,
    DateTimeOffset? ErasedAt = null)
{
    public static Partition In(UserId buyer) => new($"viewer|{buyer}");

    public static string DocumentId(CheckoutId id) => $"checkout|{id}";

    /// <summary>By a cause of the table, and by no other way.</summary>
    public CheckoutRecord Moved(CheckoutCause cause, string? failureCode = null) => this with { State = CheckoutMachine.Next(State, cause), FailureCode = failureCode ?? FailureCode };

    public CheckoutState StateAt(DateTimeOffset now) => State == CheckoutState.Open && now >= ExpiresAt ? CheckoutState.Expired : State;
}

/// <summary>
/// The one open checkout of a viewer for a series: document <c>open|{seriesId}</c> of the viewer's partition; for a gift <c>open|{seriesId}|{receiver}</c>, one a receiver.
/// </summary>
public sealed record OpenCheckout(CheckoutId CheckoutId, DateTimeOffset ExpiresAt)
{
    public static string DocumentId(SeriesId id, UserId? giftTo = null) => giftTo is { } receiver ? $"open|{id}|{receiver}" : $"open|{id}";
}

/// <summary>Held back until a checkout's time is over, or told at once when there is another reason to end it.</summary>
public sealed record CheckoutDue(CheckoutId CheckoutId, UserId BuyerId, CheckoutCause Cause) : Messaging.IEvent
{
    public static string Name => "checkout-due";

    public static int Version => 1;
}

/// <summary>Leads from a checkout or purchase to its buyer's partition: document <c>owner</c> of partition <c>checkout|{id}</c>. <paramref name="Erased"/>: she was erased and is told of nothing any more.</summary>
public sealed record CheckoutOwner(UserId BuyerId, SeriesId? SeriesId, bool Erased = false)
{
    public const string DocumentId = "owner";

    public static Partition In(CheckoutId id) => new($"checkout|{id}");
}
