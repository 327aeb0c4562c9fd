using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>What somebody may ask about her own data: <see cref="Http.Endpoints.PrivacyEndpoints"/>, a function a route.</summary>
public sealed class PrivacyTriggers(ApiFunctions api)
{
    [Function(nameof(RequestExport))]
    public Task<IResult> RequestExport([HttpTrigger(Anonymous, "post", Route = "v1/me/export")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowExport))]
    public Task<IResult> ShowExport([HttpTrigger(Anonymous, "get", Route = "v1/me/export")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(RequestErasure))]
    public Task<IResult> RequestErasure([HttpTrigger(Anonymous, "post", Route = "v1/me/erasure")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowErasure))]
    public Task<IResult> ShowErasure([HttpTrigger(Anonymous, "get", Route = "v1/me/erasure")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(EraseAccount))]
    public Task<IResult> EraseAccount([HttpTrigger(Anonymous, "post", Route = "v1/platform/users/{userId}/erasure")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowAccountErasure))]
    public Task<IResult> ShowAccountErasure([HttpTrigger(Anonymous, "get", Route = "v1/platform/users/{userId}/erasure")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(EraseUser))]
    public Task<IResult> EraseUser([HttpTrigger(Anonymous, "post", Route = "v1/operator/users/{userId}/erasure")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowUserErasure))]
    public Task<IResult> ShowUserErasure([HttpTrigger(Anonymous, "get", Route = "v1/operator/users/{userId}/erasure")] HttpRequest request) => api.RunAsync(request);
}
