using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>A creator's promo codes.</summary>
public sealed class PromoCodeEndpoints(SetPromoCode set, ShowPromoCodes show, EndPromoCode end, EstimateProceeds proceeds, PricingOptions pricing, TimeProvider clock)
{
    public async ValueTask<Answer> SetAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<PromoCodeRequest>().IsOk(out var body, out var problem)
            || !(await set.HandleAsync(call.SeriesId, call.User, body.Value.ToNew(), call.Key, cancellationToken)).IsOk(out var made, out problem))
            return problem;
        return Answer.Json(View(made, await proceeds.ForAsync(call.User, cancellationToken)), ETag(made), 201, location: $"/v1/series/{call.SeriesId}/codes/{made.Code.Value.Code}");
    }

    public async ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var estimate = await proceeds.ForAsync(call.User, cancellationToken);
        return await Pages.AnswerAsync(call, page => show.PageAsync(call.SeriesId, call.User, page, cancellationToken), seen => View(seen, estimate));
    }

    public async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await show.FindAsync(call.SeriesId, call.User, call.Id("code"), cancellationToken)).IsOk(out var found, out var problem)
            ? Answer.Json(View(found, await proceeds.ForAsync(call.User, cancellationToken)), ETag(found))
            : problem;

    public async ValueTask<Answer> EndAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await end.HandleAsync(call.SeriesId, call.User, call.Id("code"), call.IfMatch, cancellationToken)).Problem is { } problem ? problem : Answer.Empty();

    private PromoCodeView View(CodeSeen seen, Estimate estimate) => PromoCodeView.Of(seen, pricing, estimate, clock.GetUtcNow());

    /// <summary>Uses and the clock make another representation of the same document.</summary>
    private string ETag(CodeSeen seen) => $"{seen.Code.ETag}~{seen.Uses.Held}.{seen.Uses.Paid}.{seen.Code.Value.StateAt(clock.GetUtcNow())}";
}
