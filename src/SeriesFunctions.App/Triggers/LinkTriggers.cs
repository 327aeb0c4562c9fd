using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Short links and profiles: <see cref="Http.Endpoints.LinkEndpoints"/>; what became of them: <see cref="Http.Endpoints.AnalyticsEndpoints"/>; a function a route.</summary>
public sealed class LinkTriggers(ApiFunctions api)
{
    [Function(nameof(FollowLink))]
    public Task<IResult> FollowLink([HttpTrigger(Anonymous, "get", Route = "l/{linkCode}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowLinkPage))]
    public Task<IResult> ShowLinkPage([HttpTrigger(Anonymous, "get", Route = "l/{linkCode}/page")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(AppleAppSite))]
    public Task<IResult> AppleAppSite([HttpTrigger(Anonymous, "get", Route = ".well-known/apple-app-site-association")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(AndroidAssetLinks))]
    public Task<IResult> AndroidAssetLinks([HttpTrigger(Anonymous, "get", Route = ".well-known/assetlinks.json")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ResolveLink))]
    public Task<IResult> ResolveLink([HttpTrigger(Anonymous, "get", Route = "v1/links/{linkCode}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(MakeLink))]
    public Task<IResult> MakeLink([HttpTrigger(Anonymous, "post", Route = "v1/creators/me/links")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListMyLinks))]
    public Task<IResult> ListMyLinks([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/links")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowMyLink))]
    public Task<IResult> ShowMyLink([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/links/{linkCode}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(EndLink))]
    public Task<IResult> EndLink([HttpTrigger(Anonymous, "delete", Route = "v1/creators/me/links/{linkCode}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowProductLinks))]
    public Task<IResult> ShowProductLinks([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/product-links")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(SetProductLinks))]
    public Task<IResult> SetProductLinks([HttpTrigger(Anonymous, "put", Route = "v1/creators/me/product-links")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowProfile))]
    public Task<IResult> ShowProfile([HttpTrigger(Anonymous, "get", Route = "v1/creators/{creatorId}/profile")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowAnalytics))]
    public Task<IResult> ShowAnalytics([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/analytics")] HttpRequest request) => api.RunAsync(request);
}
