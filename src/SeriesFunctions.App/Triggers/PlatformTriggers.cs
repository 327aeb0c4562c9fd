using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Where the platform is told, and what it was told: <see cref="Http.Endpoints.PlatformWebhookEndpoints"/>, a function a route.</summary>
public sealed class PlatformTriggers(ApiFunctions api)
{
    [Function(nameof(RegisterWebhook))]
    public Task<IResult> RegisterWebhook([HttpTrigger(Anonymous, "post", Route = "v1/platform/webhooks")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListWebhooks))]
    public Task<IResult> ListWebhooks([HttpTrigger(Anonymous, "get", Route = "v1/platform/webhooks")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowWebhook))]
    public Task<IResult> ShowWebhook([HttpTrigger(Anonymous, "get", Route = "v1/platform/webhooks/{endpointId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(RemoveWebhook))]
    public Task<IResult> RemoveWebhook([HttpTrigger(Anonymous, "delete", Route = "v1/platform/webhooks/{endpointId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(RotateWebhookSecret))]
    public Task<IResult> RotateWebhookSecret([HttpTrigger(Anonymous, "post", Route = "v1/platform/webhooks/{endpointId}/rotate")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(EnableWebhook))]
    public Task<IResult> EnableWebhook([HttpTrigger(Anonymous, "post", Route = "v1/platform/webhooks/{endpointId}/enable")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListDeliveries))]
    public Task<IResult> ListDeliveries([HttpTrigger(Anonymous, "get", Route = "v1/platform/webhooks/{endpointId}/deliveries")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowDelivery))]
    public Task<IResult> ShowDelivery([HttpTrigger(Anonymous, "get", Route = "v1/platform/webhooks/{endpointId}/deliveries/{deliveryId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ReplayDelivery))]
    public Task<IResult> ReplayDelivery([HttpTrigger(Anonymous, "post", Route = "v1/platform/webhooks/{endpointId}/deliveries/{deliveryId}/replay")] HttpRequest request) => api.RunAsync(request);
}
