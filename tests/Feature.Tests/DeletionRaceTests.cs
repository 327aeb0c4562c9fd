using System.Net;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>A series is deleted while sales of it go through. Finds a buyer who paid and has neither the series nor her money.</summary>
public sealed class DeletionRaceTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const int Buyers = 6;
    private readonly Shop _shop = new(host);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Whoever_paid_while_the_series_was_deleted_watches_it_or_has_her_money_back(int paidBefore)
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var etag = (await creator.GetAsync($"/v1/series/{series}")).ETag;
        var sales = new List<(Person Viewer, Reply Checkout)>();
        for (var i = 0; i < Buyers; i++)
        {
            var viewer = await host.PersonAsync("viewer");
            sales.Add((viewer, await Shop.CheckoutAsync(viewer, series)));
        }

        // All at once, the deletion somewhere among the payments; what follows from them goes on beside it.
        var payments = sales.Take(paidBefore).Select(sale => PayAsync(sale.Checkout)).ToList();
        var deletion = creator.DeleteAsync($"/v1/series/{series}", etag);
        payments.AddRange(sales.Skip(paidBefore).Select(sale => PayAsync(sale.Checkout)));
        var paid = await Task.WhenAll(payments);
        var deleted = await deletion;
        await host.DrainAsync();

        Assert.True(deleted.Status is HttpStatusCode.NoContent || deleted.At("code")?.ToString() is "has-buyers" or "stale", $"{(int)deleted.Status} {deleted.Body?.ToJsonString()}");
        for (var i = 0; i < Buyers; i++)
            await HasItOrHerMoneyAsync(sales[i].Viewer, sales[i].Checkout.Text("checkoutId"), series, video, paid[i], mustHaveIt: deleted.Status != HttpStatusCode.NoContent);
        if (deleted.Status == HttpStatusCode.NoContent)
            (await host.Anonymous().GetAsync($"/v1/series/{series}")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_payment_for_a_series_that_is_gone_goes_back()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        var checkout = await Shop.CheckoutAsync(viewer, series);
        (await creator.DeleteAsync($"/v1/series/{series}", (await creator.GetAsync($"/v1/series/{series}")).ETag)).Is(HttpStatusCode.NoContent);
        var paid = await PayAsync(checkout);
        await host.DrainAsync();
        await HasItOrHerMoneyAsync(viewer, checkout.Text("checkoutId"), series, video, paid, mustHaveIt: false);
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(404, "not-found");
        var failed = await viewer.GetAsync($"/v1/checkouts/{checkout.Text("checkoutId")}");
        Assert.True(!paid || failed.Text("failureCode") == "series-gone", failed.Body?.ToJsonString());
    }

    private async Task<bool> PayAsync(Reply checkout) => (await host.Anonymous().PostAsync(new Uri(checkout.Text("url")).AbsolutePath + "/pay")).Status == HttpStatusCode.OK;

    private async Task HasItOrHerMoneyAsync(Person viewer, string checkout, string series, string video, bool paid, bool mustHaveIt)
    {
        var payment = host.Services.GetRequiredService<SimulatedProvider>().FindPayment("pi_sim_" + checkout[4..]);
        var kept = payment is null ? 0 : payment.Amount - payment.Refunded;
        Assert.True(!paid || payment is not null, $"{checkout} was paid, and the provider doesn't know of it");
        var watches = (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Status == HttpStatusCode.OK;
        var state = (await viewer.GetAsync($"/v1/checkouts/{checkout}")).Text("state");
        Assert.True(watches == kept > 0, $"{checkout} is {state}: {kept} of her money is kept, and she {(watches ? "watches" : "doesn't watch")}");
        Assert.Equal(watches, state == "paid");
        Assert.Equal(watches, (await viewer.GetAsync("/v1/me/library")).At("items")!.AsArray().Any(item => item!["seriesId"]!.ToString() == series));
        Assert.True(watches || !(mustHaveIt && paid), $"{checkout} was paid, the series is still there, and she doesn't watch");
    }
}
