using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Health and the API's own description: <see cref="Http.Endpoints.SystemEndpoints"/>; parked events: <see cref="Http.Endpoints.ParkedEventEndpoints"/>; a function a route.</summary>
public sealed class SystemTriggers(ApiFunctions api)
{
    [Function(nameof(Live))]
    public Task<IResult> Live([HttpTrigger(Anonymous, "get", Route = "health/live")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(Ready))]
    public Task<IResult> Ready([HttpTrigger(Anonymous, "get", Route = "health/ready")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(OpenApi))]
    public Task<IResult> OpenApi([HttpTrigger(Anonymous, "get", Route = "openapi.json")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListParkedEvents))]
    public Task<IResult> ListParkedEvents([HttpTrigger(Anonymous, "get", Route = "v1/operator/parked-events")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ReplayParkedEvent))]
    public Task<IResult> ReplayParkedEvent([HttpTrigger(Anonymous, "post", Route = "v1/operator/parked-events/{day}/{parkedId}/replay")] HttpRequest request) => api.RunAsync(request);

    /// <summary>What no other route takes, so that it too is answered with a problem. It is no route of the contract.</summary>
    [Function(nameof(NoRoute))]
    public Task<IResult> NoRoute([HttpTrigger(Anonymous, "get", "post", "put", "patch", "delete", Route = "v1/{*path}")] HttpRequest request) => api.RunAsync(request);
}
