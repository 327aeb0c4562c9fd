using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Ratings: <see cref="Http.Endpoints.RatingEndpoints"/>; a function a route.</summary>
public sealed class RatingTriggers(ApiFunctions api)
{
    [Function(nameof(ListRatings))]
    public Task<IResult> ListRatings([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/ratings")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(RateSeries))]
    public Task<IResult> RateSeries([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/rating")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowMyRating))]
    public Task<IResult> ShowMyRating([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/rating")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(EditMyRating))]
    public Task<IResult> EditMyRating([HttpTrigger(Anonymous, "patch", Route = "v1/series/{seriesId}/rating")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(DeleteMyRating))]
    public Task<IResult> DeleteMyRating([HttpTrigger(Anonymous, "delete", Route = "v1/series/{seriesId}/rating")] HttpRequest request) => api.RunAsync(request);
}
