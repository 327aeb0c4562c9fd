using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;

namespace SeriesFunctions.Http.Views;

public sealed record CheckoutRequestBody(string SuccessUrl, string CancelUrl, string? LinkCode = null, string? PromoCode = null);

/// <summary>
/// Send the viewer to <paramref name="Url"/>; there is none where nothing has to be paid. The price is promised until <paramref name="ExpiresAt"/>. <paramref name="FailureCode"/> says why
/// a payment went back: <c>amount-mismatch</c>, <c>already-owned</c>, <c>purchase-disputed</c>, <c>series-gone</c>, <c>code-used-up</c>; or <c>payment-refused</c>.
/// </summary>
public sealed record CheckoutView(
    CheckoutId CheckoutId, SeriesId SeriesId, CheckoutState State, Money ListPrice, Money Price, string? Url, DateTimeOffset ExpiresAt, PurchaseId? PurchaseId, string? FailureCode,
    string? PromoCode, UserId? GiftTo, GiftId? GiftId)
{
    public static CheckoutView Of(CheckoutRecord checkout, CheckoutState state) => new(
        checkout.Id, checkout.SeriesId, state, checkout.ListPrice, checkout.Price, state == CheckoutState.Open ? checkout.PayUrl : null, checkout.ExpiresAt,
        state is CheckoutState.Paid or CheckoutState.Refunded or CheckoutState.Disputed ? Core.Kernel.PurchaseId.Of(checkout.Id) : null, checkout.FailureCode,
        checkout.PromoCode, checkout.GiftTo?.IfKnown(), checkout.GiftTo is null ? null : Core.Kernel.GiftId.Of(checkout.Id));
}

public sealed record LibraryItem(SeriesId SeriesId, string? Title, UserId? CreatorId, string? CreatorHandle, string? CoverUrl, int VideoCount, IReadOnlyList<GrantCause> Causes, DateTimeOffset Since)
{
    public static LibraryItem Of(Access access, PublicSeries? series) => new(
        access.SeriesId, series?.Content.Title, series?.CreatorId, series?.CreatorHandle, series?.Content.CoverId is null ? null : SeriesView.CoverPath(access.SeriesId),
        series?.Content.Videos.Count ?? 0, [.. access.Grants.Where(grant => grant.State == GrantState.Live).Select(grant => grant.Cause).Distinct()], access.FirstGrantedAt);
}

public sealed record RefundView(string RefundId, Money Amount, RefundStatus Status, DateTimeOffset At);

/// <summary>Of a series, or of a period of a subscription: either <paramref name="SeriesId"/> or <paramref name="SubscriptionId"/> is there.</summary>
public sealed record PurchaseView(
    PurchaseId PurchaseId, SeriesId? SeriesId, SubscriptionId? SubscriptionId, PurchaseState State, Money Amount, Money Refunded, IReadOnlyList<RefundView> Refunds, DateTimeOffset PaidAt, PurchasedGiftView? Gift)
{
    public static PurchaseView Of(Purchase purchase) => new(
        purchase.Id, purchase.SeriesId, purchase.Period?.SubscriptionId, purchase.State, purchase.Amount, purchase.Refunded,
        [.. purchase.Refunds.Select(refund => new RefundView(refund.Id, refund.Amount, refund.Status, refund.At))], purchase.PaidAt,
        purchase.Gift is { } gift ? new(gift.Id, gift.To.IfKnown(), gift.State) : null);
}

/// <summary>No amount: all that is left.</summary>
public sealed record RefundRequest(string Reason, Money? Amount = null);

public sealed record PlaybackView(Uri Url, DateTimeOffset ExpiresAt);

/// <summary>Totals by currency and account in minor units, debits positive, added up from every transaction.</summary>
public sealed record TrialBalanceView(UserId CreatorId, bool Balances, long Transactions, IReadOnlyDictionary<string, long> Totals)
{
    public static TrialBalanceView Of(UserId creator, TrialBalance balance) => new(creator, balance.Balances, balance.Transactions, balance.Totals);
}

/// <summary>What a webhook is answered.</summary>
public sealed record WebhookView(bool Stored);

public sealed record HealthView(string Status, IReadOnlyList<DependencyView> Dependencies);

public sealed record DependencyView(string Name, string Status);
