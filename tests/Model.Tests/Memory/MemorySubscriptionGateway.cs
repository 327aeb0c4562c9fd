using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Memory;

/// <summary>The port of subscriptions on the provider in memory; <paramref name="asker"/> says who asks.</summary>
public sealed class MemorySubscriptionGateway(MemoryProvider provider, Func<Op?>? asker = null) : ISubscriptionGateway
{
    public ValueTask<GatewayResult<ProviderSession>> OpenSubscriptionAsync(OpenSubscription request, CancellationToken cancellationToken) => Ask(() => provider.OpenSubscription(request));

    public ValueTask<GatewayResult<ProviderSubscription>> FindSubscriptionAsync(string id, CancellationToken cancellationToken) => Ask(() => provider.FindSubscription(id, asker?.Invoke()));

    public ValueTask<GatewayResult<ProviderSubscription>> SetRenewalAsync(string id, bool renews, CancellationToken cancellationToken) => Ask(() => provider.SetRenewal(id, renews));

    public ValueTask<GatewayResult<ProviderSubscription>> ChangeTermsAsync(ChangeTerms request, CancellationToken cancellationToken) => Ask(() => provider.ChangeTerms(request));

    public ValueTask<GatewayResult<ProviderSubscription>> CancelNowAsync(string id, CancellationToken cancellationToken) => Ask(() => provider.CancelNow(id));

    public ValueTask<GatewayResult<PortalLink>> OpenPortalAsync(string id, Uri returnUrl, CancellationToken cancellationToken) => Ask(() => provider.OpenPortal(id));

    private ValueTask<GatewayResult<T>> Ask<T>(Func<GatewayResult<T>> ask)
        where T : class
    {
        lock (provider.Gate)
            return new(provider.Outage ? GatewayResult<T>.Failed(GatewayStatus.Unavailable, "outage") : ask());
    }
}
