using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Ledger;

namespace Model.Tests.Memory;

/// <summary>Nobody in these histories opens an account at the provider: it knows none, and opens none.</summary>
internal sealed class NoPayoutAccounts : IPayoutAccounts
{
    public ValueTask<GatewayResult<ProviderAccount>> OpenAccountAsync(OpenAccount request, CancellationToken cancellationToken) =>
        new(GatewayResult<ProviderAccount>.Failed(GatewayStatus.Refused, "no_accounts_here"));

    public ValueTask<GatewayResult<ProviderAccount>> FindAccountAsync(string accountId, CancellationToken cancellationToken) =>
        new(GatewayResult<ProviderAccount>.Failed(GatewayStatus.NotFound, "resource_missing"));

    public ValueTask<GatewayResult<OnboardingLink>> LinkAccountAsync(LinkAccount request, CancellationToken cancellationToken) =>
        new(GatewayResult<OnboardingLink>.Failed(GatewayStatus.NotFound, "resource_missing"));
}
