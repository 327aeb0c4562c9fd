using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>Money that comes when its checkout is over. Finds a payment that is kept for nothing, one that goes back although its price was promised, and a code that is used once too often.</summary>
public sealed class LatePaymentTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    private SimulatedProviderOptions Provider => host.Services.GetRequiredService<SimulatedProviderOptions>();

    /// <summary>
    /// The provider opened a page and its answer was lost, so our record knows none. The buyer pays in its last minute and her bank takes an hour: our checkout has expired, and its promo code's use was given back, when the money comes.
    /// </summary>
    private async Task<string> PaidLateAsync(Person viewer, string series, string? code = null)
    {
        Provider.LoseAnswers = true;
        (await Shop.StartAsync(viewer, series, code)).IsProblem(503, "unavailable");
        Provider.LoseAnswers = false;
        var records = host.Services.GetRequiredService<Records>();
        var checkout = (await records.FindAsync<OpenCheckout>(CheckoutRecord.In(new(viewer.Id)), OpenCheckout.DocumentId(new(series)), TestContext.Current.CancellationToken))!.Value.CheckoutId.Value;
        host.Clock.Advance(TimeSpan.FromMinutes(29));
        await PayWithDelayAsync($"/local/checkout/cs_sim{checkout[3..]}");
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await host.DrainAsync();
        var stored = await records.FindAsync<CheckoutRecord>(CheckoutRecord.In(new(viewer.Id)), CheckoutRecord.DocumentId(new(checkout)), TestContext.Current.CancellationToken);
        Assert.Equal(CheckoutState.Expired, stored!.Value.State);
        return checkout;
    }

    private async Task PayWithDelayAsync(string page)
    {
        Provider.ConfirmationDelay = TimeSpan.FromHours(1);
        (await host.Anonymous().PostAsync(page + "/pay")).Is(HttpStatusCode.OK);
        Provider.ConfirmationDelay = TimeSpan.Zero;
    }

    private async Task TheMoneyComesAsync()
    {
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.DrainAsync();
    }

    [Fact]
    public async Task A_payment_after_expiry_is_honoured_at_the_promised_price_while_the_series_is_for_sale()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        await _shop.DiscountAsync(creator, series, 40, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        var viewer = await host.PersonAsync("viewer");
        var checkout = await PaidLateAsync(viewer, series);
        (await creator.PostAsync($"/v1/series/{series}/unlist")).Is(HttpStatusCode.OK);
        await TheMoneyComesAsync();
        Assert.Equal(("paid", null), await Shop.StateAsync(viewer, checkout));
        Assert.Equal((599, 0), _shop.MoneyOf(checkout));
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_payment_after_expiry_goes_back_when_the_series_was_deleted()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        var checkout = await PaidLateAsync(viewer, series);
        (await creator.DeleteAsync($"/v1/series/{series}", (await creator.GetAsync($"/v1/series/{series}")).ETag)).Is(HttpStatusCode.NoContent);
        await TheMoneyComesAsync();
        Assert.Equal(("failed", "series-gone"), await Shop.StateAsync(viewer, checkout));
        Assert.Equal((999, 999), _shop.MoneyOf(checkout));
        Assert.Empty((await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray());
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_viewer_who_pays_in_two_tabs_gets_the_second_payment_back_at_once()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        // In the first tab her bank asks and asks; in the second she starts anew and pays.
        var first = await Shop.CheckoutAsync(viewer, series);
        await PayWithDelayAsync(new Uri(first.Text("url")).AbsolutePath);
        host.Clock.Advance(TimeSpan.FromMinutes(31));
        await host.DrainAsync();
        var second = (await Shop.StartAsync(viewer, series)).Is(HttpStatusCode.Created);
        await _shop.PayAsync(second);
        await TheMoneyComesAsync();
        Assert.Equal(("paid", null), await Shop.StateAsync(viewer, second.Text("checkoutId")));
        Assert.Equal(("failed", "already-owned"), await Shop.StateAsync(viewer, first.Text("checkoutId")));
        Assert.Equal((999, 0), _shop.MoneyOf(second.Text("checkoutId")));
        Assert.Equal((999, 999), _shop.MoneyOf(first.Text("checkoutId")));
        Assert.Single((await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray());
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        Assert.Equal("true", (await (await host.PersonAsync("operator", "operator")).GetAsync($"/v1/operator/ledger/{creator.Id}")).Text("balances"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_late_payment_takes_a_use_of_its_code_that_is_left_and_goes_back_when_none_is(bool othersWereFaster)
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        (await creator.PostAsync($"/v1/series/{series}/codes", new JsonObject { ["code"] = "LAST", ["percentOff"] = 50, ["limit"] = 1 })).Is(HttpStatusCode.Created);
        var viewer = await host.PersonAsync("viewer");
        var late = await PaidLateAsync(viewer, series, "last");
        if (othersWereFaster)
            await _shop.PayAsync((await Shop.StartAsync(await host.PersonAsync("faster"), series, "last")).Is(HttpStatusCode.Created));
        await TheMoneyComesAsync();
        (string State, string? Why) wanted = othersWereFaster ? ("failed", "code-used-up") : ("paid", null);
        Assert.Equal(wanted, await Shop.StateAsync(viewer, late));
        Assert.Equal((500, othersWereFaster ? 500 : 0), _shop.MoneyOf(late));
        var uses = (await creator.GetAsync($"/v1/series/{series}/codes/last")).Is(HttpStatusCode.OK);
        Assert.Equal(("0", "1"), (uses.Text("held"), uses.Text("used")));
    }
}
