using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>What operators look at and put right, and the viewer's own refund: <see cref="Http.Endpoints.OperationsEndpoints"/>, a function a route.</summary>
public sealed class OperationsTriggers(ApiFunctions api)
{
    [Function(nameof(ListDeadLetters))]
    public Task<IResult> ListDeadLetters([HttpTrigger(Anonymous, "get", Route = "v1/operator/dead-letters")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ReplayDeadLetter))]
    public Task<IResult> ReplayDeadLetter([HttpTrigger(Anonymous, "post", Route = "v1/operator/dead-letters/{queue}/{messageId}/replay")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(StartReplay))]
    public Task<IResult> StartReplay([HttpTrigger(Anonymous, "post", Route = "v1/operator/replays")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowReplay))]
    public Task<IResult> ShowReplay([HttpTrigger(Anonymous, "get", Route = "v1/operator/replays/{replayId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowInboxEvent))]
    public Task<IResult> ShowInboxEvent([HttpTrigger(Anonymous, "get", Route = "v1/operator/inbox/{eventId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowPurchase))]
    public Task<IResult> ShowPurchase([HttpTrigger(Anonymous, "get", Route = "v1/operator/purchases/{purchaseId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowAccess))]
    public Task<IResult> ShowAccess([HttpTrigger(Anonymous, "get", Route = "v1/operator/viewers/{viewerId}/access/{seriesId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ChangeAccess))]
    public Task<IResult> ChangeAccess([HttpTrigger(Anonymous, "post", Route = "v1/operator/viewers/{viewerId}/access/{seriesId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(RefundMyPurchase))]
    public Task<IResult> RefundMyPurchase([HttpTrigger(Anonymous, "post", Route = "v1/me/purchases/{purchaseId}/refund")] HttpRequest request) => api.RunAsync(request);
}
