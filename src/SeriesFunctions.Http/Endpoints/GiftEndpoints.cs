using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Giving a series to somebody, and what the receiver says to it.</summary>
public sealed class GiftEndpoints(StartCheckout start, ShowGifts show, AnswerGift answer, TimeProvider clock)
{
    public async ValueTask<Answer> GiveAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<GiftRequest>().IsOk(out var body, out var problem))
            return problem;
        var asked = body.Value;
        if (!Ids.IsValid(asked.ReceiverId.Value))
            return Problem.Invalid([new("receiverId", "not-a-user-id", "1 to 64 characters of A-Z a-z 0-9 _ -.")]);
        if (!(await start.HandleAsync(call.SeriesId, call.User, new(asked.SuccessUrl, asked.CancelUrl, asked.LinkCode, asked.PromoCode, asked.ReceiverId), call.Key, cancellationToken)).IsOk(out var started, out problem))
            return problem;
        return CheckoutEndpoints.Started(started, clock.GetUtcNow());
    }

    public ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => show.PageAsync(call.User, page, cancellationToken), seen => GiftView.Of(seen, clock.GetUtcNow()));

    public async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken) =>
        Seen(await show.FindAsync(new(call.Id("giftId")), call.User, cancellationToken));

    public async ValueTask<Answer> AcceptAsync(ApiCall call, CancellationToken cancellationToken) =>
        Seen(await answer.HandleAsync(new(call.Id("giftId")), call.User, accept: true, cancellationToken));

    public async ValueTask<Answer> DeclineAsync(ApiCall call, CancellationToken cancellationToken) =>
        Seen(await answer.HandleAsync(new(call.Id("giftId")), call.User, accept: false, cancellationToken));

    private Answer Seen(Result<GiftSeen> result)
    {
        if (!result.IsOk(out var seen, out var problem))
            return problem;
        var view = GiftView.Of(seen, clock.GetUtcNow());
        return Answer.Json(view, $"{seen.Gift.ETag}~{view.State}");
    }
}
