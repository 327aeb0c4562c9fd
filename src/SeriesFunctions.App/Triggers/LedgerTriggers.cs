using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>What a creator earns, and what operators do about it: <see cref="Http.Endpoints.LedgerEndpoints"/>, a function a route.</summary>
public sealed class LedgerTriggers(ApiFunctions api)
{
    [Function(nameof(ListMySales))]
    public Task<IResult> ListMySales([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/sales")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListMyStatements))]
    public Task<IResult> ListMyStatements([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/statements")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowMyStatement))]
    public Task<IResult> ShowMyStatement([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/statements/{month}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListMyPayouts))]
    public Task<IResult> ListMyPayouts([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/payouts")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(PostAdjustment))]
    public Task<IResult> PostAdjustment([HttpTrigger(Anonymous, "post", Route = "v1/operator/ledger/{creatorId}/adjustments")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowCommission))]
    public Task<IResult> ShowCommission([HttpTrigger(Anonymous, "get", Route = "v1/operator/creators/{creatorId}/commission")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(SetCommission))]
    public Task<IResult> SetCommission([HttpTrigger(Anonymous, "put", Route = "v1/operator/creators/{creatorId}/commission")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowPayoutAccount))]
    public Task<IResult> ShowPayoutAccount([HttpTrigger(Anonymous, "get", Route = "v1/operator/creators/{creatorId}/payout-account")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(SetPayoutAccount))]
    public Task<IResult> SetPayoutAccount([HttpTrigger(Anonymous, "put", Route = "v1/operator/creators/{creatorId}/payout-account")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListPayouts))]
    public Task<IResult> ListPayouts([HttpTrigger(Anonymous, "get", Route = "v1/operator/payouts")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowPayout))]
    public Task<IResult> ShowPayout([HttpTrigger(Anonymous, "get", Route = "v1/operator/payouts/{payoutId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(StartPayout))]
    public Task<IResult> StartPayout([HttpTrigger(Anonymous, "post", Route = "v1/operator/payouts")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListReconciliations))]
    public Task<IResult> ListReconciliations([HttpTrigger(Anonymous, "get", Route = "v1/operator/reconciliations")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowReconciliation))]
    public Task<IResult> ShowReconciliation([HttpTrigger(Anonymous, "get", Route = "v1/operator/reconciliations/{day}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListDifferences))]
    public Task<IResult> ListDifferences([HttpTrigger(Anonymous, "get", Route = "v1/operator/reconciliations/{day}/differences")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(StartReconciliation))]
    public Task<IResult> StartReconciliation([HttpTrigger(Anonymous, "post", Route = "v1/operator/reconciliations")] HttpRequest request) => api.RunAsync(request);
}
