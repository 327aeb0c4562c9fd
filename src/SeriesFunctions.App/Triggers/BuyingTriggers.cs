using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Promo codes: <see cref="Http.Endpoints.PromoCodeEndpoints"/>; gifts: <see cref="Http.Endpoints.GiftEndpoints"/>; a function a route.</summary>
public sealed class BuyingTriggers(ApiFunctions api)
{
    [Function(nameof(SetPromoCode))]
    public Task<IResult> SetPromoCode([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/codes")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListPromoCodes))]
    public Task<IResult> ListPromoCodes([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/codes")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowPromoCode))]
    public Task<IResult> ShowPromoCode([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/codes/{code}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(EndPromoCode))]
    public Task<IResult> EndPromoCode([HttpTrigger(Anonymous, "delete", Route = "v1/series/{seriesId}/codes/{code}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowQuote))]
    public Task<IResult> ShowQuote([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/quote")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(GiveSeries))]
    public Task<IResult> GiveSeries([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/gifts")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListMyGifts))]
    public Task<IResult> ListMyGifts([HttpTrigger(Anonymous, "get", Route = "v1/me/gifts")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowGift))]
    public Task<IResult> ShowGift([HttpTrigger(Anonymous, "get", Route = "v1/me/gifts/{giftId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(AcceptGift))]
    public Task<IResult> AcceptGift([HttpTrigger(Anonymous, "post", Route = "v1/me/gifts/{giftId}/accept")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(DeclineGift))]
    public Task<IResult> DeclineGift([HttpTrigger(Anonymous, "post", Route = "v1/me/gifts/{giftId}/decline")] HttpRequest request) => api.RunAsync(request);
}
