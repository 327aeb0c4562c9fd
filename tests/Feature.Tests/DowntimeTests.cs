using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>Discounts at once, and what comes due while nothing runs, with its message or with that lost. Finds the discount that two creations share, and what nobody ever ends.</summary>
public sealed class DowntimeTests : IAsyncLifetime
{
    private readonly RunningHost _host = new();
    private readonly Shop _shop;

    public DowntimeTests() => _shop = new(_host);

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>The host is down for so long. With <paramref name="lost"/> every message of a queue is gone meanwhile.</summary>
    private async Task DownAsync(TimeSpan time, string? lost = null)
    {
        await _host.StopAsync();
        if (lost is not null)
        {
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(_host.Folder, "series.db")};Pooling=False");
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM messages WHERE queue = $queue";
            command.Parameters.AddWithValue("$queue", lost);
            Assert.True(await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken) > 0, "There was nothing to lose.");
        }
        _host.Clock.Advance(time);
        await _host.StartAsync();
        await _host.DrainAsync();
    }

    private ValueTask<Stored<T>?> FindAsync<T>(Partition partition, string id)
        where T : class => _host.Services.GetRequiredService<Records>().FindAsync<T>(partition, id, TestContext.Current.CancellationToken);

    private async Task<(int Own, int Shown, int Listed, int InCreators)> OffersAsync(string series, string creator) => (
        (await FindAsync<Series>(Series.In(new(series)), Series.DocumentId))!.Value.Offers.Count,
        (await FindAsync<PublicSeries>(Series.In(new(series)), PublicSeries.DocumentId))!.Value.Offers.Count,
        (await FindAsync<CatalogEntry>(CatalogLists.Public(CatalogLists.All), $"new|{series}"))!.Value.Offers.Count,
        (await FindAsync<CatalogEntry>(new($"creator|{creator}"), $"public|{series}"))!.Value.Offers.Count);

    /// <summary>How often the creator was told that it began, and that it ended.</summary>
    private async Task<(int Started, int Ended)> ToldAsync(Person creator, string discount)
    {
        var feed = (await (await _host.SignInAsync(creator.Id)).GetAsync("/v1/me/notifications?limit=100")).Is(HttpStatusCode.OK);
        int Of(string type) => feed.At("items")!.AsArray().Count(line => line!["type"]!.ToString() == type && line["about"]!["discountId"]?.ToString() == discount);
        return (Of("discount.started"), Of("discount.ended"));
    }

    [Fact]
    public async Task Of_fifty_overlapping_discounts_at_once_one_is_set_and_disjoint_ones_all_are()
    {
        var creator = await _shop.CreatorAsync();
        for (var round = 0; round < 6; round++)
        {
            var series = await Shop.DraftAsync(creator);
            var path = $"/v1/series/{series}/discounts";
            // All of them hold at the thousandth minute, and no two are the same.
            var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
                creator.PostAsync(path, _shop.DiscountBody(5 + i, TimeSpan.FromMinutes(1_000 - 10 * i), TimeSpan.FromMinutes(20 * i + 11)))));
            Assert.Single(replies, reply => reply.Status == HttpStatusCode.Created);
            Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.Created), reply => reply.IsProblem(409, "discount-overlaps"));
            Assert.Single((await creator.GetAsync(path + "?limit=100")).At("items")!.AsArray());
        }
        var calm = await Shop.DraftAsync(creator);
        var apart = await Task.WhenAll(Enumerable.Range(0, 15).Select(i =>
            creator.PostAsync($"/v1/series/{calm}/discounts", _shop.DiscountBody(10, TimeSpan.FromHours(1 + i), TimeSpan.FromHours(1)))));
        Assert.All(apart, reply => reply.Is(HttpStatusCode.Created));
        Assert.Equal(15, (await creator.GetAsync($"/v1/series/{calm}/discounts?limit=100")).At("items")!.AsArray().Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_discount_that_began_and_ended_while_nothing_ran_leaves_no_offer_and_is_told_of_once(bool lost)
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var discount = await _shop.DiscountAsync(creator, series, 30, TimeSpan.FromHours(1), TimeSpan.FromHours(2));
        await _host.DrainAsync();
        Assert.Equal((1, 1, 1, 1), await OffersAsync(series, creator.Id));
        await DownAsync(TimeSpan.FromHours(4), lost ? "discounts" : null);
        Assert.Equal((0, 0, 0, 0), await OffersAsync(series, creator.Id));
        Assert.Equal("999", (await _host.Anonymous().GetAsync($"/v1/series/{series}")).Text("currentPrice.amount"));
        Assert.Equal("999", (await _host.Anonymous().GetAsync("/v1/series")).Text("items.0.currentPrice.amount"));
        var id = discount["discountId"]!.ToString();
        // That it had begun is no news any more.
        Assert.Equal((0, 1), await ToldAsync(creator, id));
        // The sweep that follows the messages, or the messages that follow the sweep, say nothing again.
        _host.Clock.Advance(TimeSpan.FromMinutes(2));
        await _host.DrainAsync();
        Assert.Equal((0, 1), await ToldAsync(creator, id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_discount_whose_edges_each_fell_into_a_downtime_begins_and_ends_once(bool lost)
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var id = (await _shop.DiscountAsync(creator, series, 30, TimeSpan.FromHours(1), TimeSpan.FromHours(2)))["discountId"]!.ToString();
        await _host.DrainAsync();
        await DownAsync(TimeSpan.FromHours(2), lost ? "discounts" : null);
        Assert.Equal((1, 1, 1, 1), await OffersAsync(series, creator.Id));
        Assert.Equal((1, 0), await ToldAsync(creator, id));
        Assert.Equal("699", (await _host.Anonymous().GetAsync("/v1/series")).Text("items.0.currentPrice.amount"));
        // Where they are lost, the first downtime has taken both edges' messages.
        await DownAsync(TimeSpan.FromHours(2));
        Assert.Equal((0, 0, 0, 0), await OffersAsync(series, creator.Id));
        Assert.Equal((1, 1), await ToldAsync(creator, id));
        Assert.Equal("999", (await _host.Anonymous().GetAsync("/v1/series")).Text("items.0.currentPrice.amount"));
    }

    [Fact]
    public async Task A_checkout_whose_expiry_was_lost_is_ended_by_the_sweep_and_gives_its_code_back()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        (await creator.PostAsync($"/v1/series/{series}/codes", new JsonObject { ["code"] = "ONE", ["percentOff"] = 50, ["limit"] = 1 })).Is(HttpStatusCode.Created);
        var viewer = await _host.PersonAsync("viewer");
        var body = Shop.Return();
        body["promoCode"] = "ONE";
        var checkout = (await viewer.PostAsync($"/v1/series/{series}/checkout", body)).Is(HttpStatusCode.Created).Text("checkoutId");
        await _host.DrainAsync();
        await DownAsync(TimeSpan.FromMinutes(1), "payments");
        // Nor does the provider tell.
        _host.Services.GetRequiredService<SimulatedProviderOptions>().DropPercent = 100;
        async Task<CheckoutState> StoredAsync() => (await FindAsync<CheckoutRecord>(CheckoutRecord.In(new(viewer.Id)), CheckoutRecord.DocumentId(new(checkout))))!.Value.State;
        _host.Clock.Advance(TimeSpan.FromMinutes(31));
        await _host.DrainAsync();
        Assert.Equal(CheckoutState.Open, await StoredAsync());
        _host.Clock.Advance(TimeSpan.FromMinutes(5));
        await _host.DrainAsync();
        Assert.Equal(CheckoutState.Expired, await StoredAsync());
        Assert.Null(await FindAsync<OpenCheckout>(CheckoutRecord.In(new(viewer.Id)), OpenCheckout.DocumentId(new(series))));
        creator = await _host.SignInAsync(creator.Id);
        var uses = (await creator.GetAsync($"/v1/series/{series}/codes/one")).Is(HttpStatusCode.OK);
        Assert.Equal(("0", "0"), (uses.Text("held"), uses.Text("used")));
    }

    [Fact]
    public async Task A_checkout_that_came_to_its_end_while_the_provider_was_out_for_a_day_is_ended_when_it_is_back()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var viewer = await _host.PersonAsync("viewer");
        var checkout = (await Shop.CheckoutAsync(viewer, series)).Text("checkoutId");
        var provider = _host.Services.GetRequiredService<SimulatedProviderOptions>();
        (provider.Outage, provider.DropPercent) = (true, 100);
        // Ten deliveries and a dead letter.
        for (var i = 0; i < 24; i++)
        {
            _host.Clock.Advance(TimeSpan.FromHours(1));
            await _host.DrainAsync();
        }
        async Task<CheckoutState> StoredAsync() => (await FindAsync<CheckoutRecord>(CheckoutRecord.In(new(viewer.Id)), CheckoutRecord.DocumentId(new(checkout))))!.Value.State;
        Assert.Equal(CheckoutState.Open, await StoredAsync());
        provider.Outage = false;
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        await _host.DrainAsync();
        Assert.Equal(CheckoutState.Expired, await StoredAsync());
    }

    [Fact]
    public async Task A_gift_whose_expiry_was_lost_goes_back_by_the_sweep()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var (buyer, receiver) = (await _host.PersonAsync("buyer"), await _host.PersonAsync("receiver"));
        var body = Shop.Return();
        body["receiverId"] = receiver.Id;
        var checkout = (await buyer.PostAsync($"/v1/series/{series}/gifts", body)).Is(HttpStatusCode.Created);
        await _shop.PayAsync(checkout);
        await DownAsync(TimeSpan.FromDays(1), "payments");
        _host.Clock.Advance(TimeSpan.FromDays(29) + TimeSpan.FromMinutes(1));
        await _host.DrainAsync();
        buyer = await _host.SignInAsync(buyer.Id);
        Assert.Equal("paid", (await buyer.GetAsync("/v1/me/purchases")).Text("items.0.state"));
        _host.Clock.Advance(TimeSpan.FromMinutes(5));
        await _host.DrainAsync();
        var purchases = await buyer.GetAsync("/v1/me/purchases");
        Assert.Equal(("refunded", "expired"), (purchases.Text("items.0.state"), purchases.Text("items.0.gift.state")));
    }
}
