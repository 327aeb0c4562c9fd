using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Cases and their decisions: <see cref="Http.Endpoints.ModerationEndpoints"/>, a function a route.</summary>
public sealed class ModerationTriggers(ApiFunctions api)
{
    [Function(nameof(FileReport))]
    public Task<IResult> FileReport([HttpTrigger(Anonymous, "post", Route = "v1/reports")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(AppealDecision))]
    public Task<IResult> AppealDecision([HttpTrigger(Anonymous, "post", Route = "v1/series/{seriesId}/appeal")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListCases))]
    public Task<IResult> ListCases([HttpTrigger(Anonymous, "get", Route = "v1/moderation/cases")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowCase))]
    public Task<IResult> ShowCase([HttpTrigger(Anonymous, "get", Route = "v1/moderation/cases/{caseId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ClaimCase))]
    public Task<IResult> ClaimCase([HttpTrigger(Anonymous, "post", Route = "v1/moderation/cases/{caseId}/claim")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ReleaseCase))]
    public Task<IResult> ReleaseCase([HttpTrigger(Anonymous, "post", Route = "v1/moderation/cases/{caseId}/release")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListKnownBadFiles))]
    public Task<IResult> ListKnownBadFiles([HttpTrigger(Anonymous, "get", Route = "v1/moderation/known-bad-files")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowKnownBadFile))]
    public Task<IResult> ShowKnownBadFile([HttpTrigger(Anonymous, "get", Route = "v1/moderation/known-bad-files/{sha256}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(BanFile))]
    public Task<IResult> BanFile([HttpTrigger(Anonymous, "post", Route = "v1/moderation/known-bad-files")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(LiftFileBan))]
    public Task<IResult> LiftFileBan([HttpTrigger(Anonymous, "delete", Route = "v1/moderation/known-bad-files/{sha256}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(DecideCase))]
    public Task<IResult> DecideCase([HttpTrigger(Anonymous, "post", Route = "v1/moderation/cases/{caseId}/decision")] HttpRequest request) => api.RunAsync(request);
}
