using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Gifts;

/// <summary>Where a gift is.</summary>
public enum GiftState
{
    /// <summary>Waits for its receiver.</summary>
    Offered,
    Accepted,

    /// <summary>The receiver doesn't want it; the buyer gets the money back.</summary>
    Declined,

    /// <summary>The receiver said nothing in time; the buyer gets the money back.</summary>
    Expired,

    /// <summary>The receiver had the series, or another gift of it, when this one was paid; the buyer gets the money back.</summary>
    Returned,

    /// <summary>The buyer's money went back before the receiver answered.</summary>
    Withdrawn,
}

/// <summary>
/// A series that somebody bought for <paramref name="To"/>: document <c>gift|{id}</c> of partition <c>viewer|{to}</c>. <paramref name="OnHold"/> while its payment is disputed.
/// One is offered to a receiver for a series at a time: <see cref="OfferedGift"/>.
/// </summary>
public sealed record Gift(
    GiftId Id, PurchaseId PurchaseId, UserId From, UserId To, SeriesId SeriesId, UserId CreatorId, GiftState State, bool OnHold, DateTimeOffset OfferedAt, DateTimeOffset ExpiresAt, DateTimeOffset? AnsweredAt)
{
    public static Partition In(UserId receiver) => Access.In(receiver);

    public static string DocumentId(GiftId id) => $"gift|{id}";

    /// <summary>Newest last; a list is read descending.</summary>
    public string Sort => DocumentId(Id);

    /// <summary>By the clock: nobody has to tidy up first.</summary>
    public GiftState StateAt(DateTimeOffset now) => State == GiftState.Offered && now >= ExpiresAt ? GiftState.Expired : State;
}

/// <summary>The gift of a series that waits for its receiver's answer: document <c>offered|{seriesId}</c> of her partition.</summary>
public sealed record OfferedGift(GiftId GiftId)
{
    public static string DocumentId(SeriesId id) => $"offered|{id}";
}

/// <summary>The purchase behind a gift was made or changed: the gift and what it grants are to follow.</summary>
public sealed record GiftMoved(GiftId GiftId, PurchaseId PurchaseId, UserId BuyerId, UserId To) : IEvent
{
    public static string Name => "gift-moved";

    public static int Version => 1;
}

/// <summary>A gift changed on its receiver's side: the buyer's purchase is to say so, and the money goes back where nobody took it.</summary>
public sealed record GiftAnswered(GiftId GiftId, PurchaseId PurchaseId, UserId BuyerId, UserId To) : IEvent
{
    public static string Name => "gift-answered";

    public static int Version => 1;
}

/// <summary>Held back until a gift has waited long enough.</summary>
public sealed record GiftDue(GiftId GiftId, UserId To) : IEvent
{
    public static string Name => "gift-due";

    public static int Version => 1;
}

/// <summary>What is stored of a gift on its receiver's side, before or after.</summary>
public sealed record GiftBooks(Gift? Gift, Access? Access, OfferedGift? Offered);

/// <summary>The rules for gifts, pure. Source: ADR 21.</summary>
public static class GiftRules
{
    /// <summary>The gift as its purchase makes it now. The same purchase leads to the same books, however often and in whatever order one looks.</summary>
    public static GiftBooks Follow(GiftBooks before, Purchase purchase, UserId receiver, DateTimeOffset now, TimeSpan waits)
    {
        var gift = before.Gift;
        var grant = Aftermath.GrantOf(purchase.State);
        if (gift is null)
        {
            // Bought and given back before anybody looked: there is nothing to offer.
            if (grant == GrantState.Revoked)
                return before;
            gift = new(
                GiftId.Of(purchase.Id.Checkout), purchase.Id, purchase.BuyerId, receiver, purchase.SeriesId!.Value, purchase.CreatorId, GiftState.Returned, false, now, now + waits, AnsweredAt: null);
            return Offer(before, gift with { OnHold = grant == GrantState.Suspended });
        }
        gift = gift with { OnHold = grant == GrantState.Suspended };
        return gift.State switch
        {
            GiftState.Offered when grant == GrantState.Revoked => new(gift with { State = GiftState.Withdrawn }, before.Access, Without(before.Offered, gift.Id)),
            // A refund that failed after all: the money is ours again, so it is offered again or goes back once more.
            GiftState.Withdrawn when grant == GrantState.Live => Offer(before, gift),
            GiftState.Accepted => before with
            {
                Gift = gift,
                Access = Access.Set(before.Access, gift.To, gift.SeriesId, GrantCause.Gift, gift.PurchaseId.Value, grant, Aftermath.ReasonOf(purchase.State), now, Aftermath.ActorOf(purchase)),
            },
            _ => before with { Gift = gift },
        };
    }

    /// <summary>The receiver says yes.</summary>
    public static Result<GiftBooks> Accept(GiftBooks before, DateTimeOffset now) => Answerable(before.Gift, GiftState.Accepted, now) is { } refused
        ? refused
        : before.Gift is { State: GiftState.Accepted }
            ? before
            : before.Access?.IsLive == true
                ? Problem.Conflict("already-owned", "You have this series already. Decline the gift, and its giver gets the money back.")
                : new GiftBooks(
                    before.Gift! with { State = GiftState.Accepted, AnsweredAt = now },
                    Access.Set(before.Access, before.Gift.To, before.Gift.SeriesId, GrantCause.Gift, before.Gift.PurchaseId.Value, GrantState.Live, null, now, before.Gift.To.Value),
                    Without(before.Offered, before.Gift.Id));

    /// <summary>The receiver says no.</summary>
    public static Result<GiftBooks> Decline(GiftBooks before, DateTimeOffset now) => Answerable(before.Gift, GiftState.Declined, now) is { } refused
        ? refused
        : before.Gift is { State: GiftState.Declined }
            ? before
            : before with { Gift = before.Gift! with { State = GiftState.Declined, AnsweredAt = now }, Offered = Without(before.Offered, before.Gift.Id) };

    /// <summary>Nobody answered in time.</summary>
    public static GiftBooks Expire(GiftBooks before, DateTimeOffset now) => before.Gift is { State: GiftState.Offered } gift && now >= gift.ExpiresAt
        ? before with { Gift = gift with { State = GiftState.Expired }, Offered = Without(before.Offered, gift.Id) }
        : before;

    /// <summary>Whether the money behind it belongs to its buyer again.</summary>
    public static bool GoesBack(GiftState state) => state is GiftState.Declined or GiftState.Expired or GiftState.Returned;

    private static GiftBooks Offer(GiftBooks before, Gift gift)
    {
        var free = before.Offered is null || before.Offered.GiftId == gift.Id;
        return before.Access?.IsLive == true || !free
            ? before with { Gift = gift with { State = GiftState.Returned } }
            : before with { Gift = gift with { State = GiftState.Offered }, Offered = new(gift.Id) };
    }

    private static Problem? Answerable(Gift? gift, GiftState wanted, DateTimeOffset now)
    {
        if (gift is null)
            return Problem.NotFound("gift");
        var state = gift.StateAt(now);
        // The same answer again changes nothing.
        if (state == wanted)
            return null;
        if (state != GiftState.Offered)
            return Problem.Conflict("gift-closed", $"This gift is {state.ToString().ToLowerInvariant()}.");
        return gift.OnHold && wanted == GiftState.Accepted ? Problem.Conflict("gift-on-hold", "The payment for this gift is disputed. Try again when that is settled.") : null;
    }

    private static OfferedGift? Without(OfferedGift? offered, GiftId id) => offered?.GiftId == id ? null : offered;
}
