using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Videos for subscribers: <see cref="Http.Endpoints.ExclusiveEndpoints"/>, a function a route.</summary>
public sealed class ExclusiveTriggers(ApiFunctions api)
{
    [Function(nameof(PublishExclusive))]
    public Task<IResult> PublishExclusive([HttpTrigger(Anonymous, "post", Route = "v1/creators/me/exclusives")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListMyExclusives))]
    public Task<IResult> ListMyExclusives([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/exclusives")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowMyExclusive))]
    public Task<IResult> ShowMyExclusive([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/exclusives/{exclusiveId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(EditExclusive))]
    public Task<IResult> EditExclusive([HttpTrigger(Anonymous, "patch", Route = "v1/creators/me/exclusives/{exclusiveId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(SetExclusiveTiers))]
    public Task<IResult> SetExclusiveTiers([HttpTrigger(Anonymous, "put", Route = "v1/creators/me/exclusives/{exclusiveId}/tiers")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(RemoveExclusive))]
    public Task<IResult> RemoveExclusive([HttpTrigger(Anonymous, "delete", Route = "v1/creators/me/exclusives/{exclusiveId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListExclusives))]
    public Task<IResult> ListExclusives([HttpTrigger(Anonymous, "get", Route = "v1/creators/{creatorId}/exclusives")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(PlayExclusive))]
    public Task<IResult> PlayExclusive([HttpTrigger(Anonymous, "get", Route = "v1/creators/{creatorId}/exclusives/{exclusiveId}/playback")] HttpRequest request) => api.RunAsync(request);
}
