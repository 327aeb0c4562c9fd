using Contract.Tests.Payments;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Payments;
using SeriesFunctions.Stripe;

namespace Azure.Tests.Stripe;

/// <summary>The promises of the port of subscriptions, kept through the real library on the API in memory. Says so where the library is not on the feed.</summary>
public sealed class StripeSubscriptionGatewayTests : SubscriptionGatewayContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stripe-").FullName;
    private readonly HostClock _clock = new();
    private SimulatedProvider? _provider;
    private StripeApi? _api;
    private StripePaymentGateway? _gateway;

    protected override IPaymentGateway Payments => _gateway!;

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override ValueTask<ISubscriptionGateway> OpenAsync()
    {
        RealPackages.Need(typeof(StripePaymentGateway).Assembly);
        _provider = new(_folder, _clock, new());
        _api = new(_provider, _clock);
        var options = new StripeOptions { ApiKey = "sk_test_1", NetworkRetries = 0 };
        return new(_gateway = new(StripeConnection.Open(options, _api), Options.Create(options), _clock, NullLogger<StripePaymentGateway>.Instance));
    }

    protected override ValueTask CloseAsync()
    {
        _api?.Dispose();
        _provider?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return default;
    }

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return default;
    }

    protected override async ValueTask PayAsync(string sessionId) => Done(await _provider!.PayAsync(sessionId));

    protected override async ValueTask SetCardAsync(string id, bool fails) => Done(await _provider!.SetCardAsync(id, fails));

    [Fact]
    public async Task A_tier_is_one_product_by_the_name_that_it_has_now()
    {
        OpenSubscription Request(int number, string title) => new(
            new(new($"sbn_{number}"), new("usr_viewer"), new("usr_creator")), new(new("tie_1"), Money.Usd(499)), title, new("https://app.example/ok"), new("https://app.example/no"), Now.AddMinutes(30));
        Assert.All(
            await Task.WhenAll(Enumerable.Range(1, 4).Select(number => Gateway.OpenSubscriptionAsync(Request(number, "Friends"), Cancel).AsTask())), opened => Assert.Equal((GatewayStatus.Ok, null), (opened.Status, opened.Reason)));
        Assert.Equal([KeyValuePair.Create("tie_1", "Friends")], _api!.Products);
        await Gateway.OpenSubscriptionAsync(Request(5, "Best friends"), Cancel);
        Assert.Equal([KeyValuePair.Create("tie_1", "Best friends")], _api.Products);
    }

    private static void Done<T>(Result<T> result) => Assert.Null(result.Problem);
}
