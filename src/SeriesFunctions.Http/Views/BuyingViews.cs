using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Http.Views;

/// <summary>Either <paramref name="PercentOff"/> (1 to 100) or <paramref name="AmountOff"/>. Left out: from now on, until it is ended, as often as wanted, once a viewer.</summary>
public sealed record PromoCodeRequest(
    string Code, int? PercentOff = null, Money? AmountOff = null, DateTimeOffset? StartsAt = null, DateTimeOffset? EndsAt = null, int? Limit = null, int? PerViewer = null)
{
    public NewPromoCode ToNew() => new(Code, PercentOff, AmountOff, StartsAt, EndsAt, Limit, PerViewer);
}

/// <summary>
/// <paramref name="Held"/> uses belong to open checkouts, <paramref name="Used"/> ones were paid for; together they never exceed <paramref name="Limit"/>. <paramref name="PriceWithCode"/> is
/// what a buyer pays at the full price, <paramref name="EstimatedProceeds"/> what the creator gets of that after the expected processing fee and commission.
/// </summary>
public sealed record PromoCodeView(
    string Code, int? PercentOff, Money? AmountOff, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, DateTimeOffset? EndedAt, DiscountState State, int? Limit, int PerViewer, int Held, int Used,
    Money PriceWithCode, Money EstimatedProceeds)
{
    public static PromoCodeView Of(CodeSeen seen, PricingOptions pricing, Estimate estimate, DateTimeOffset now)
    {
        var code = seen.Code.Value;
        var price = code.Terms.Off(seen.ListPrice, pricing.LowestPrice);
        return new(
            code.Code, code.PercentOff, code.AmountOff, code.StartsAt, code.EndsAt, code.EndedAt, code.StateAt(now), code.Limit, code.PerViewer, seen.Uses.Held, seen.Uses.Paid,
            price, estimate.Of(price));
    }
}

/// <summary>What a checkout would cost now. <paramref name="Until"/> is when a discount or the code next changes that; null when nothing is set to.</summary>
public sealed record QuoteView(Money ListPrice, Money Price, OfferView? Discount, string? PromoCode, DateTimeOffset? Until)
{
    public static QuoteView Of(QuoteSeen seen) => new(seen.Quote.ListPrice, seen.Quote.Price, OfferView.Of(seen.Quote.Offer), seen.Quote.Code?.Code, seen.Until);
}

/// <summary><paramref name="ReceiverId"/> is the user id of whoever is to get it.</summary>
public sealed record GiftRequest(UserId ReceiverId, string SuccessUrl, string CancelUrl, string? LinkCode = null, string? PromoCode = null);

/// <summary>What the caller was given. Accept or decline it until <paramref name="ExpiresAt"/>; after that its giver gets the money back. <paramref name="From"/> is null once its giver was erased.</summary>
public sealed record GiftView(GiftId GiftId, SeriesId SeriesId, string? Title, string? CoverUrl, UserId? From, GiftState State, bool OnHold, DateTimeOffset OfferedAt, DateTimeOffset ExpiresAt)
{
    public static GiftView Of(GiftSeen seen, DateTimeOffset now)
    {
        var gift = seen.Gift.Value;
        return new(
            gift.Id, gift.SeriesId, seen.Series?.Content.Title, seen.Series?.Content.CoverId is null ? null : SeriesView.CoverPath(gift.SeriesId), gift.From.IfKnown(), gift.StateAt(now), gift.OnHold,
            gift.OfferedAt, gift.ExpiresAt);
    }
}

/// <summary>A gift as its giver sees it, with the purchase. <paramref name="To"/> is null once its receiver was erased.</summary>
public sealed record PurchasedGiftView(GiftId GiftId, UserId? To, GiftState State);
