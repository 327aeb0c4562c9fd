using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Buying, watching, giving back.</summary>
public sealed class CheckoutEndpoints(StartCheckout start, ShowCheckout show, ShowQuote quote, ReceiveWebhook receive, RefundPurchase refund, LibraryRecords library, StartPlayback playback, TimeProvider clock)
{
    public async ValueTask<Answer> StartAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<CheckoutRequestBody>().IsOk(out var body, out var problem)
            || !(await start.HandleAsync(call.SeriesId, call.User, new(body.Value.SuccessUrl, body.Value.CancelUrl, body.Value.LinkCode, body.Value.PromoCode), call.Key, cancellationToken)).IsOk(out var started, out problem))
            return problem;
        return Started(started, clock.GetUtcNow());
    }

    public async ValueTask<Answer> QuoteAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await quote.HandleAsync(call.SeriesId, call.User, call.Query("promoCode"), cancellationToken)).IsOk(out var seen, out var problem) ? Answer.Json(QuoteView.Of(seen)) : problem;

    internal static Answer Started(StartedCheckout started, DateTimeOffset now)
    {
        var view = CheckoutView.Of(started.Checkout, started.Checkout.StateAt(now));
        return Answer.Json(view, status: started.IsNew ? 201 : 200, location: started.IsNew ? $"/v1/checkouts/{view.CheckoutId}" : null);
    }

    public async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await show.HandleAsync(new(call.Id("checkoutId")), call.User, cancellationToken)).IsOk(out var found, out var problem)
            ? Answer.Json(CheckoutView.Of(found.Checkout.Value, found.State), $"{found.Checkout.ETag}~{found.State}")
            : problem;

    public async ValueTask<Answer> ReceiveWebhookAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await receive.HandleAsync(call.Body, call.Http.Request.Headers["Stripe-Signature"], cancellationToken)).IsOk(out var isNew, out var problem)
            ? Answer.Json(new WebhookView(isNew))
            : problem;

    public ValueTask<Answer> LibraryAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => library.PageAsync(call.User, page, cancellationToken), item => LibraryItem.Of(item.Access, item.Series));

    public ValueTask<Answer> PurchasesAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => library.PurchasesAsync(call.User, page, cancellationToken), PurchaseView.Of);

    public async ValueTask<Answer> RefundAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<RefundRequest>().IsOk(out var body, out var problem)
            || !(await refund.HandleAsync(new PurchaseId(call.Id("purchaseId")), body.Value.Amount, body.Value.Reason, call.User, call.Key, cancellationToken)).IsOk(out var made, out problem))
            return problem;
        return Answer.Json(PurchaseView.Of(made.Purchase.Value), status: 202);
    }

    public async ValueTask<Answer> PlaybackAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await playback.HandleAsync(call.SeriesId, call.VideoId, call.User, call.Caller!.Is(Roles.Moderator), cancellationToken)).IsOk(out var url, out var problem)
            ? Answer.Json(new PlaybackView(url.Url, url.ExpiresAt))
            : problem;
}
