using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;
using SeriesFunctions.Local.Payments;

namespace Contract.Tests.Payments;

/// <summary>The simulated provider's accounts keep the contract.</summary>
public sealed class SimulatedPayoutAccountsTests : PayoutAccountsContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provider-").FullName;
    private readonly HostClock _clock = new();
    private SimulatedProvider _provider = null!;

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override ValueTask<IPayoutAccounts> OpenAsync()
    {
        var options = new SimulatedProviderOptions();
        _provider = new(_folder, _clock, options);
        return new(new SimulatedPaymentGateway(_provider, options, new([]), new HostAddress { Url = new("http://127.0.0.1:1") }, _clock));
    }

    protected override ValueTask CloseAsync()
    {
        _provider.Dispose();
        Directory.Delete(_folder, recursive: true);
        return default;
    }

    protected override async ValueTask PayAsync(string sessionId) => Assert.Null((await _provider.PayAsync(sessionId)).Problem);

    protected override async ValueTask BecomeAsync(string accountId, PayoutAccountStatus status) => Assert.Null((await _provider.SetAccountAsync(accountId, status)).Problem);
}
