using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>Tiers and subscriptions: <see cref="Http.Endpoints.SubscriptionEndpoints"/>, a function a route.</summary>
public sealed class SubscriptionTriggers(ApiFunctions api)
{
    [Function(nameof(AddTier))]
    public Task<IResult> AddTier([HttpTrigger(Anonymous, "post", Route = "v1/creators/me/tiers")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListMyTiers))]
    public Task<IResult> ListMyTiers([HttpTrigger(Anonymous, "get", Route = "v1/creators/me/tiers")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ReorderTiers))]
    public Task<IResult> ReorderTiers([HttpTrigger(Anonymous, "put", Route = "v1/creators/me/tiers/order")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(PatchTier))]
    public Task<IResult> PatchTier([HttpTrigger(Anonymous, "patch", Route = "v1/creators/me/tiers/{tierId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(RetireTier))]
    public Task<IResult> RetireTier([HttpTrigger(Anonymous, "delete", Route = "v1/creators/me/tiers/{tierId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListTiers))]
    public Task<IResult> ListTiers([HttpTrigger(Anonymous, "get", Route = "v1/creators/{creatorId}/tiers")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowTier))]
    public Task<IResult> ShowTier([HttpTrigger(Anonymous, "get", Route = "v1/creators/{creatorId}/tiers/{tierId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(Subscribe))]
    public Task<IResult> Subscribe([HttpTrigger(Anonymous, "post", Route = "v1/creators/{creatorId}/tiers/{tierId}/subscribe")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ListMySubscriptions))]
    public Task<IResult> ListMySubscriptions([HttpTrigger(Anonymous, "get", Route = "v1/me/subscriptions")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ShowMySubscription))]
    public Task<IResult> ShowMySubscription([HttpTrigger(Anonymous, "get", Route = "v1/me/subscriptions/{subscriptionId}")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(CancelSubscription))]
    public Task<IResult> CancelSubscription([HttpTrigger(Anonymous, "post", Route = "v1/me/subscriptions/{subscriptionId}/cancel")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ResumeSubscription))]
    public Task<IResult> ResumeSubscription([HttpTrigger(Anonymous, "post", Route = "v1/me/subscriptions/{subscriptionId}/resume")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(ChangeSubscriptionTier))]
    public Task<IResult> ChangeSubscriptionTier([HttpTrigger(Anonymous, "post", Route = "v1/me/subscriptions/{subscriptionId}/tier")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(AgreeSubscriptionPrice))]
    public Task<IResult> AgreeSubscriptionPrice([HttpTrigger(Anonymous, "post", Route = "v1/me/subscriptions/{subscriptionId}/price")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(OpenSubscriptionPortal))]
    public Task<IResult> OpenSubscriptionPortal([HttpTrigger(Anonymous, "post", Route = "v1/me/subscriptions/{subscriptionId}/portal")] HttpRequest request) => api.RunAsync(request);
}
