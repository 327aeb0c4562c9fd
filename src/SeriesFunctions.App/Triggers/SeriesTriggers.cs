using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>What is for sale, as anybody sees it: <see cref="Http.Endpoints.SeriesEndpoints"/>, a function a route.</summary>
public sealed class SeriesTriggers(ApiFunctions api)
{
    [Function(nameof(BrowseSeries))]
    public Task<IResult> BrowseSeries([HttpTrigger(Anonymous, "get", Route = "v1/series")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowSeries))]
    public Task<IResult> ShowSeries([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowCover))]
    public Task<IResult> ShowCover([HttpTrigger(Anonymous, "get", Route = "v1/series/{seriesId}/cover")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListSeriesOfCreator))]
    public Task<IResult> ListSeriesOfCreator([HttpTrigger(Anonymous, "get", Route = "v1/creators/{creatorId}/series")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListMySeries))]
    public Task<IResult> ListMySeries([HttpTrigger(Anonymous, "get", Route = "v1/me/series")] HttpRequest request) => api.RunAsync(request);
}
