using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Running;

/// <summary>The provider's subscriptions as one instance reaches them.</summary>
public sealed class GatedSubscriptions(ISubscriptionGateway subscriptions, Instance instance) : ISubscriptionGateway
{
    public ValueTask<GatewayResult<ProviderSession>> OpenSubscriptionAsync(OpenSubscription request, CancellationToken cancellationToken) =>
        CallAsync("open subscription", () => subscriptions.OpenSubscriptionAsync(request, cancellationToken));

    public ValueTask<GatewayResult<ProviderSubscription>> FindSubscriptionAsync(string id, CancellationToken cancellationToken) =>
        CallAsync("find subscription", () => subscriptions.FindSubscriptionAsync(id, cancellationToken));

    public ValueTask<GatewayResult<ProviderSubscription>> SetRenewalAsync(string id, bool renews, CancellationToken cancellationToken) =>
        CallAsync(renews ? "renew" : "renew not", () => subscriptions.SetRenewalAsync(id, renews, cancellationToken));

    public ValueTask<GatewayResult<ProviderSubscription>> ChangeTermsAsync(ChangeTerms request, CancellationToken cancellationToken) =>
        CallAsync("change terms", () => subscriptions.ChangeTermsAsync(request, cancellationToken));

    public ValueTask<GatewayResult<ProviderSubscription>> CancelNowAsync(string id, CancellationToken cancellationToken) =>
        CallAsync("cancel now", () => subscriptions.CancelNowAsync(id, cancellationToken));

    public ValueTask<GatewayResult<PortalLink>> OpenPortalAsync(string id, Uri returnUrl, CancellationToken cancellationToken) =>
        CallAsync("open portal", () => subscriptions.OpenPortalAsync(id, returnUrl, cancellationToken));

    private async ValueTask<GatewayResult<T>> CallAsync<T>(string call, Func<ValueTask<GatewayResult<T>>> ask)
        where T : class
    {
        var passage = await instance.BeforeAsync("provider " + call);
        if (passage == Passage.LoseRequest)
            return GatewayResult<T>.Failed(GatewayStatus.Unavailable, "request-lost");
        var answer = await ask();
        if (answer.Status == GatewayStatus.Unavailable)
            instance.Disturb();
        return await instance.AfterAsync(passage) ? GatewayResult<T>.Failed(GatewayStatus.Unavailable, "answer-lost") : answer;
    }
}
