using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Making series, covers and discounts: <see cref="Http.Endpoints.AuthoringEndpoints"/>, a function a route.</summary>
public sealed class AuthoringTriggers(ApiFunctions api)
{
    [Function(nameof(CreateSeries))]
    public Task<IResult> CreateSeries([HttpTrigger(Anonymous, "post", Route = "v1/series")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(AddVideoToSeries))]
    public Task<IResult> AddVideoToSeries([HttpTrigger(Anonymous, "post", Route = "v1/videos/{videoId}/series")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(PatchSeries))]
    public Task<IResult> PatchSeries([HttpTrigger(Anonymous, "patch", Route = "v1/series/{seriesId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(DeleteSeries))]
    public Task<IResult> DeleteSeries([HttpTrigger(Anonymous, "delete", Route = "v1/series/{seriesId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(AttachVideo))]
    public Task<IResult> AttachVideo([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/videos")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ReorderVideos))]
    public Task<IResult> ReorderVideos([HttpTrigger(Anonymous, "put", Route = "v1/series/{seriesId}/videos/order")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(RetitleVideo))]
    public Task<IResult> RetitleVideo([HttpTrigger(Anonymous, "patch", Route = "v1/series/{seriesId}/videos/{videoId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(DetachVideo))]
    public Task<IResult> DetachVideo([HttpTrigger(Anonymous, "delete", Route = "v1/series/{seriesId}/videos/{videoId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(AnnounceCover))]
    public Task<IResult> AnnounceCover([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/cover")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(SubmitSeries))]
    public Task<IResult> SubmitSeries([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/submit")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(UnlistSeries))]
    public Task<IResult> UnlistSeries([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/unlist")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(RelistSeries))]
    public Task<IResult> RelistSeries([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/relist")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(SetDiscount))]
    public Task<IResult> SetDiscount([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/discounts")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListDiscounts))]
    public Task<IResult> ListDiscounts([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/discounts")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowDiscount))]
    public Task<IResult> ShowDiscount([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/discounts/{discountId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(EndDiscount))]
    public Task<IResult> EndDiscount([HttpTrigger(Anonymous, "delete", Route = "v1/series/{seriesId}/discounts/{discountId}")] HttpRequest request) => api.RunAsync(request);
}
