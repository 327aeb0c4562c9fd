using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Progress, likes, blocks: <see cref="Http.Endpoints.EngagementEndpoints"/>; a function a route.</summary>
public sealed class EngagementTriggers(ApiFunctions api)
{
    [Function(nameof(ReportProgress))]
    public Task<IResult> ReportProgress([HttpTrigger(Anonymous, "post", Route = "v1/me/progress")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListContinueWatching))]
    public Task<IResult> ListContinueWatching([HttpTrigger(Anonymous, "get", Route = "v1/me/continue-watching")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowMyProgress))]
    public Task<IResult> ShowMyProgress([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/progress")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(LikeVideo))]
    public Task<IResult> LikeVideo([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/videos/{videoId}/like")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(UnlikeVideo))]
    public Task<IResult> UnlikeVideo([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/videos/{videoId}/unlike")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowEngagement))]
    public Task<IResult> ShowEngagement([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/videos/{videoId}/engagement")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(BlockUser))]
    public Task<IResult> BlockUser([HttpTrigger(Anonymous, "post", Route = "v1/users/{userId}/block")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(UnblockUser))]
    public Task<IResult> UnblockUser([HttpTrigger(Anonymous, "post", Route = "v1/users/{userId}/unblock")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListBlocks))]
    public Task<IResult> ListBlocks([HttpTrigger(Anonymous, "get", Route = "v1/me/blocks")] HttpRequest request) => api.RunAsync(request);
}
