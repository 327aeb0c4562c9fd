using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Standing, applications, the books: <see cref="Http.Endpoints.CreatorEndpoints"/>; the audit trail: <see cref="Http.Endpoints.AuditEndpoints"/>, a function a route.</summary>
public sealed class CreatorTriggers(ApiFunctions api)
{
    [Function(nameof(ReportProfile))]
    public Task<IResult> ReportProfile([HttpTrigger(Anonymous, "put", Route = "v1/platform/creators/{creatorId}/profile")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ReportStrike))]
    public Task<IResult> ReportStrike([HttpTrigger(Anonymous, "put", Route = "v1/platform/creators/{creatorId}/strikes/{strikeId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowMyStanding))]
    public Task<IResult> ShowMyStanding([HttpTrigger(Anonymous, "get", Route = "v1/creators/me")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(Apply))]
    public Task<IResult> Apply([HttpTrigger(Anonymous, "post", Route = "v1/creators/me/application")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowMyBalance))]
    public Task<IResult> ShowMyBalance([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/balance")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowMyPayoutAccount))]
    public Task<IResult> ShowMyPayoutAccount([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/payout-account")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(OpenMyPayoutAccount))]
    public Task<IResult> OpenMyPayoutAccount([HttpTrigger(Anonymous, "post", Route = "v1/creators/me/payout-account")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListApplications))]
    public Task<IResult> ListApplications([HttpTrigger(Anonymous, "get", Route = "v1/operator/applications")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(DecideApplication))]
    public Task<IResult> DecideApplication([HttpTrigger(Anonymous, "post", Route = "v1/operator/applications/{creatorId}/decision")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListAudit))]
    public Task<IResult> ListAudit([HttpTrigger(Anonymous, "get", Route = "v1/operator/audit")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(InviteCreator))]
    public Task<IResult> InviteCreator([HttpTrigger(Anonymous, "post", Route = "v1/operator/invitations")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowTrialBalance))]
    public Task<IResult> ShowTrialBalance([HttpTrigger(Anonymous, "get", Route = "v1/operator/ledger/{creatorId}")] HttpRequest request) => api.RunAsync(request);
}
