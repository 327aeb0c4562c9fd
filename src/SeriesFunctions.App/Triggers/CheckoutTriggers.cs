using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Buying, watching, giving back: <see cref="Http.Endpoints.CheckoutEndpoints"/>, a function a route.</summary>
public sealed class CheckoutTriggers(ApiFunctions api)
{
    [Function(nameof(StartCheckout))]
    public Task<IResult> StartCheckout([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/checkout")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowCheckout))]
    public Task<IResult> ShowCheckout([HttpTrigger(Anonymous, "get", Route = "v1/checkouts/{checkoutId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ReceiveWebhook))]
    public Task<IResult> ReceiveWebhook([HttpTrigger(Anonymous, "post", Route = "v1/webhooks/stripe")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowLibrary))]
    public Task<IResult> ShowLibrary([HttpTrigger(Anonymous, "get", Route = "v1/me/library")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListMyPurchases))]
    public Task<IResult> ListMyPurchases([HttpTrigger(Anonymous, "get", Route = "v1/me/purchases")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(RefundPurchase))]
    public Task<IResult> RefundPurchase([HttpTrigger(Anonymous, "post", Route = "v1/operator/purchases/{purchaseId}/refund")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(StartPlayback))]
    public Task<IResult> StartPlayback([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/videos/{videoId}/playback")] HttpRequest request) => api.RunAsync(request);
}
