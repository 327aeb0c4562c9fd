using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Announcing and watching over uploads: <see cref="Http.Endpoints.VideoEndpoints"/>, a function a route.</summary>
public sealed class VideoTriggers(ApiFunctions api)
{
    [Function(nameof(AnnounceVideo))]
    public Task<IResult> AnnounceVideo([HttpTrigger(Anonymous, "post", Route = "v1/videos")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowVideo))]
    public Task<IResult> ShowVideo([HttpTrigger(Anonymous, "get", Route = "v1/videos/{videoId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListMyVideos))]
    public Task<IResult> ListMyVideos([HttpTrigger(Anonymous, "get", Route = "v1/me/videos")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(DeleteVideo))]
    public Task<IResult> DeleteVideo([HttpTrigger(Anonymous, "delete", Route = "v1/videos/{videoId}")] HttpRequest request) => api.RunAsync(request);
}
