using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Payments;
using SeriesFunctions.Stripe;

namespace Azure.Tests.Stripe;

/// <summary>The gateway through the real library on the API in memory, and the provider behind that. Says so where the library is not on the feed.</summary>
internal sealed class StripeStage : IDisposable
{
    private readonly string _folder;

    public StripeStage()
    {
        RealPackages.Need(typeof(StripePaymentGateway).Assembly);
        _folder = Directory.CreateTempSubdirectory("stripe-").FullName;
        Provider = new(_folder, Clock, new());
        Api = new(Provider, Clock);
        var options = new StripeOptions { ApiKey = "sk_test_1", NetworkRetries = 0 };
        Gateway = new(StripeConnection.Open(options, Api), Options.Create(options), Clock, NullLogger<StripePaymentGateway>.Instance);
    }

    public HostClock Clock { get; } = new();

    public SimulatedProvider Provider { get; }

    public StripeApi Api { get; }

    public StripePaymentGateway Gateway { get; }

    public void Dispose()
    {
        Api.Dispose();
        Provider.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
