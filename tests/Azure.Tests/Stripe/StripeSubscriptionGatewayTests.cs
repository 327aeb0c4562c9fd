using Contract.Tests.Payments;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace Azure.Tests.Stripe;

/// <summary>The promises of the port of subscriptions, kept through the real library on the API in memory. Says so where the library is not on the feed.</summary>
public sealed class StripeSubscriptionGatewayTests : SubscriptionGatewayContract
{
    private StripeStage? _stage;

    protected override IPaymentGateway Payments => _stage!.Gateway;

    protected override DateTimeOffset Now => _stage!.Clock.GetUtcNow();

    protected override ValueTask<ISubscriptionGateway> OpenAsync() => new((_stage = new()).Gateway);

    protected override ValueTask CloseAsync()
    {
        _stage?.Dispose();
        return default;
    }

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _stage!.Clock.Advance(by);
        return default;
    }

    protected override async ValueTask PayAsync(string sessionId) => Done(await _stage!.Provider.PayAsync(sessionId));

    protected override async ValueTask SetCardAsync(string id, bool fails) => Done(await _stage!.Provider.SetCardAsync(id, fails));

    [Fact]
    public async Task A_tier_is_one_product_by_the_name_that_it_has_now()
    {
        OpenSubscription Request(int number, string title) => new(
            new(new($"sbn_{number}"), new("usr_viewer"), new("usr_creator")), new(new("tie_1"), Money.Usd(499)), title, new("https://app.example/ok"), new("https://app.example/no"), Now.AddMinutes(30));
        Assert.All(
            await Task.WhenAll(Enumerable.Range(1, 4).Select(number => Gateway.OpenSubscriptionAsync(Request(number, "Friends"), Cancel).AsTask())), opened => Assert.Equal((GatewayStatus.Ok, null), (opened.Status, opened.Reason)));
        Assert.Equal([KeyValuePair.Create("tie_1", "Friends")], _stage!.Api.Products);
        await Gateway.OpenSubscriptionAsync(Request(5, "Best friends"), Cancel);
        Assert.Equal([KeyValuePair.Create("tie_1", "Best friends")], _stage.Api.Products);
    }

    private static void Done<T>(Result<T> result) => Assert.Null(result.Problem);
}
