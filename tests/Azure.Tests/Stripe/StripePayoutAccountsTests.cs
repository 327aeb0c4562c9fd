using Contract.Tests.Payments;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Payments;
using SeriesFunctions.Stripe;

namespace Azure.Tests.Stripe;

/// <summary>The accounts' promises, kept through the real library on the API in memory. Says so where the library is not on the feed.</summary>
public sealed class StripePayoutAccountsTests : PayoutAccountsContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stripe-").FullName;
    private readonly HostClock _clock = new();
    private SimulatedProvider? _provider;
    private StripeApi? _api;

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override ValueTask<IPayoutAccounts> OpenAsync()
    {
        RealPackages.Need(typeof(StripePaymentGateway).Assembly);
        _provider = new(_folder, _clock, new());
        _api = new(_provider, _clock);
        var options = new StripeOptions { ApiKey = "sk_test_1", NetworkRetries = 0 };
        return new(new StripePaymentGateway(StripeConnection.Open(options, _api), Options.Create(options), _clock, NullLogger<StripePaymentGateway>.Instance));
    }

    protected override ValueTask CloseAsync()
    {
        _api?.Dispose();
        _provider?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return default;
    }

    protected override async ValueTask PayAsync(string sessionId) => Assert.Null((await _provider!.PayAsync(sessionId)).Problem);

    protected override async ValueTask BecomeAsync(string accountId, PayoutAccountStatus status) => Assert.Null((await _provider!.SetAccountAsync(accountId, status)).Problem);
}
