using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Memory;

/// <summary>Nobody in these histories subscribes: the provider knows no subscription, and opens none.</summary>
internal sealed class NoSubscriptions : ISubscriptionGateway
{
    public ValueTask<GatewayResult<ProviderSession>> OpenSubscriptionAsync(OpenSubscription request, CancellationToken cancellationToken) =>
        new(GatewayResult<ProviderSession>.Failed(GatewayStatus.Refused, "no_subscriptions_here"));

    public ValueTask<GatewayResult<ProviderSubscription>> FindSubscriptionAsync(string id, CancellationToken cancellationToken) => None();

    public ValueTask<GatewayResult<ProviderSubscription>> SetRenewalAsync(string id, bool renews, CancellationToken cancellationToken) => None();

    public ValueTask<GatewayResult<ProviderSubscription>> ChangeTermsAsync(ChangeTerms request, CancellationToken cancellationToken) => None();

    public ValueTask<GatewayResult<ProviderSubscription>> CancelNowAsync(string id, CancellationToken cancellationToken) => None();

    public ValueTask<GatewayResult<PortalLink>> OpenPortalAsync(string id, Uri returnUrl, CancellationToken cancellationToken) =>
        new(GatewayResult<PortalLink>.Failed(GatewayStatus.NotFound, "resource_missing"));

    private static ValueTask<GatewayResult<ProviderSubscription>> None() => new(GatewayResult<ProviderSubscription>.Failed(GatewayStatus.NotFound, "resource_missing"));
}
