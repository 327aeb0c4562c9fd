using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;
using SeriesFunctions.Local.Payments;

namespace Contract.Tests.Payments;

/// <summary>The simulated provider's subscriptions keep the contract.</summary>
public sealed class SimulatedSubscriptionGatewayTests : SubscriptionGatewayContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provider-").FullName;
    private readonly HostClock _clock = new();
    private SimulatedProvider _provider = null!;
    private SimulatedPaymentGateway _gateway = null!;

    protected override IPaymentGateway Payments => _gateway;

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override ValueTask<ISubscriptionGateway> OpenAsync()
    {
        var options = new SimulatedProviderOptions();
        _provider = new(_folder, _clock, options);
        return new(_gateway = new(_provider, options, new([]), new HostAddress { Url = new("http://127.0.0.1:1") }, _clock));
    }

    protected override ValueTask CloseAsync()
    {
        _provider.Dispose();
        Directory.Delete(_folder, recursive: true);
        return default;
    }

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return default;
    }

    protected override async ValueTask PayAsync(string sessionId) => Assert.Null((await _provider.PayAsync(sessionId)).Problem);

    protected override async ValueTask SetCardAsync(string id, bool fails) => Assert.Null((await _provider.SetCardAsync(id, fails)).Problem);
}
