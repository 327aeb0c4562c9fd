using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Local.Hosting;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>Checkouts where something happens meanwhile. Finds money that is kept for nothing, a price that moved under a buyer, and a second page that can be paid on.</summary>
public sealed class CheckoutEdgeTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    private static string Page(Reply checkout) => new Uri(checkout.Text("url")).AbsolutePath;

    [Theory]
    [InlineData(-1, "USD")]
    [InlineData(1, "USD")]
    [InlineData(0, "EUR")]
    public async Task A_payment_of_another_amount_or_currency_gives_nothing_and_goes_back(int more, string currency)
    {
        await using var other = new RunningHost { Replace = services => WrongPages.Stand(services, price => new(price.Amount + more, currency)) };
        await other.InitializeAsync();
        var shop = new Shop(other);
        var (_, series, video) = await shop.PublishedAsync();
        var viewer = await other.PersonAsync("viewer");
        var checkout = await Shop.CheckoutAsync(viewer, series);
        await shop.PayAsync(checkout);
        Assert.Equal(("failed", "amount-mismatch"), await Shop.StateAsync(viewer, checkout.Text("checkoutId")));
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(403, "purchase-required");
        var payment = other.Services.GetRequiredService<SimulatedProvider>().FindPayment("pi_sim_" + checkout.Text("checkoutId")[4..])!;
        Assert.Equal(999 + more, payment.Amount);
        Assert.Equal(payment.Amount, payment.Refunded);
        Assert.Empty((await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray());
    }

    [Fact]
    public async Task Up_to_the_last_millisecond_the_discount_holds_and_from_then_on_the_full_price()
    {
        var now = DateTimeOffset.UtcNow;
        await using var still = new RunningHost { Clock = new(new StoppedTime(new(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero))) };
        await still.InitializeAsync();
        var shop = new Shop(still);
        var (creator, series, _) = await shop.PublishedAsync();
        await shop.DiscountAsync(creator, series, 30, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        var viewers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => still.PersonAsync("viewer")));

        async Task<(string Quote, string Shown, string Checkout)> PricesAsync(Person viewer) => (
            (await viewer.GetAsync($"/v1/series/{series}/quote")).Text("price.amount"), (await viewer.GetAsync($"/v1/series/{series}")).Text("currentPrice.amount"),
            (await Shop.CheckoutAsync(viewer, series)).Text("price.amount"));

        still.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(("999", "999", "999"), await PricesAsync(viewers[0]));
        still.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(("699", "699", "699"), await PricesAsync(viewers[1]));
        still.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(("699", "699", "699"), await PricesAsync(viewers[2]));
        still.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(("999", "999", "999"), await PricesAsync(viewers[3]));
        // Opened before the end, paid after it: the price that was promised.
        var promised = (await Shop.StartAsync(viewers[2], series)).Is(HttpStatusCode.OK);
        await shop.PayAsync(promised);
        Assert.Equal("699", (await viewers[2].GetAsync("/v1/me/purchases")).Text("items.0.amount.amount"));
    }

    [Fact]
    public async Task An_open_checkout_outlives_the_listing_but_not_a_removal()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        var unlisted = await Shop.CheckoutAsync(viewer, series);
        var late = await host.PersonAsync("viewer");
        var removed = await Shop.CheckoutAsync(late, series);
        (await creator.PostAsync($"/v1/series/{series}/unlist")).Is(HttpStatusCode.OK);
        (await Shop.StartAsync(await host.PersonAsync("viewer"), series)).IsProblem(404, "not-found");
        await _shop.PayAsync(unlisted);
        Assert.Equal(("paid", null), await Shop.StateAsync(viewer, unlisted.Text("checkoutId")));
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);

        (await creator.PostAsync($"/v1/series/{series}/relist")).Is(HttpStatusCode.OK);
        var own = await creator.GetAsync($"/v1/series/{series}");
        (await creator.PatchAsync($"/v1/series/{series}", new JsonObject { ["title"] = "Ceramics, and more" }, own.ETag)).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        await _shop.DecideAsync(series, "remove");
        await _shop.PayAsync(removed);
        Assert.Equal(("failed", "series-gone"), await Shop.StateAsync(late, removed.Text("checkoutId")));
        Assert.Equal((999, 999), _shop.MoneyOf(removed.Text("checkoutId")));
        Assert.Equal((999, 0), _shop.MoneyOf(unlisted.Text("checkoutId")));
    }

    [Fact]
    public void The_drawing_of_a_checkouts_states_is_what_the_code_says()
    {
        var document = File.ReadAllText(Repository.File("docs/checkout.md"));
        Assert.True(StateTable.Checkout.Redraw(document) == document, "docs/checkout.md is stale: dotnet run --project src/SeriesFunctions.Local -- checkout-states docs/checkout.md");
    }

    [Fact]
    public async Task Two_devices_at_once_have_one_page_that_can_be_paid_on()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        (await creator.PostAsync($"/v1/series/{series}/codes", new JsonObject { ["code"] = "TEN", ["percentOff"] = 10 })).Is(HttpStatusCode.Created);
        for (var round = 0; round < 8; round++)
        {
            var phone = await host.PersonAsync("viewer");
            var tablet = await host.SignInAsync(phone.Id);
            // In half of the rounds the tablet has a promo code: then one page replaces the other.
            var code = round % 2 == 0 ? null : "TEN";
            var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? Shop.StartAsync(phone, series) : Shop.StartAsync(tablet, series, code)));
            Assert.All(replies, reply => Assert.True(reply.Status is HttpStatusCode.Created or HttpStatusCode.OK, reply.Body?.ToJsonString()));
            var pages = replies.Where(reply => reply.At("url") is not null).Select(Page).Distinct().ToList();
            if (code is null)
                Assert.Single(pages);
            var taken = 0;
            foreach (var page in pages)
            {
                if ((await host.Anonymous().PostAsync(page + "/pay")).Status == HttpStatusCode.OK)
                    taken++;
            }
            Assert.Equal(1, taken);
            await host.DrainAsync();
            Assert.Equal("paid", Assert.Single((await phone.GetAsync("/v1/me/purchases")).At("items")!.AsArray())!["state"]!.ToString());
        }
    }

    [Fact]
    public async Task A_key_of_a_checkout_with_another_body_is_refused_and_opens_nothing()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        (await creator.PostAsync($"/v1/series/{series}/codes", new JsonObject { ["code"] = "TEN", ["percentOff"] = 10 })).Is(HttpStatusCode.Created);
        var viewer = await host.PersonAsync("viewer");
        var first = (await Shop.StartAsync(viewer, series, key: "one-key")).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        var before = host.Stored();
        (await Shop.StartAsync(viewer, series, "TEN", "one-key")).IsProblem(422, "idempotency-key-reused");
        Assert.Equal(before, host.Stored());
        Assert.Equal(first.Bytes, (await Shop.StartAsync(viewer, series, key: "one-key")).Is(HttpStatusCode.Created).Bytes);
        Assert.Equal(("open", null), await Shop.StateAsync(viewer, first.Text("checkoutId")));
    }

    [Fact]
    public async Task A_use_that_was_held_by_a_process_that_died_before_its_checkout_comes_back()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        (await creator.PostAsync($"/v1/series/{series}/codes", new JsonObject { ["code"] = "ONE", ["percentOff"] = 50, ["limit"] = 1 })).Is(HttpStatusCode.Created);
        var codes = host.Services.GetRequiredService<CodeRecords>();
        var unlucky = await host.PersonAsync("viewer");
        // All that StartCheckout has done when it dies there.
        async Task HoldAsync()
        {
            var now = host.Clock.GetUtcNow();
            var code = (await codes.FindAsync(new(series), "ONE", TestContext.Current.CancellationToken))!.Value;
            var held = await codes.HoldAsync(code, new(unlucky.Id), null, new(new(Ids.New("chk", now)), now + TimeSpan.FromMinutes(30)), dead: null, now, TestContext.Current.CancellationToken);
            Assert.True(held.IsOk(out _, out _));
        }
        var other = await host.PersonAsync("viewer");
        await HoldAsync();
        (await Shop.StartAsync(other, series, "ONE")).IsProblem(422, "code-used-up");
        host.Clock.Advance(TimeSpan.FromMinutes(30));
        await host.DrainAsync();
        var uses = (await creator.GetAsync($"/v1/series/{series}/codes/one")).Is(HttpStatusCode.OK);
        Assert.Equal(("0", "0"), (uses.Text("held"), uses.Text("used")));

        // And she herself goes on with her own hold, long before its time is over.
        await HoldAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await _shop.PayAsync((await Shop.StartAsync(unlucky, series, "ONE")).Is(HttpStatusCode.Created));
        host.Clock.Advance(TimeSpan.FromMinutes(30));
        await host.DrainAsync();
        uses = await creator.GetAsync($"/v1/series/{series}/codes/one");
        Assert.Equal(("0", "1"), (uses.Text("held"), uses.Text("used")));
        (await Shop.StartAsync(other, series, "ONE")).IsProblem(422, "code-used-up");
    }

    [Fact]
    public async Task Refunds_at_once_wait_for_each_other_and_never_give_back_more_than_was_paid()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var @operator = await host.PersonAsync("operator", "operator");
        var refund = $"/v1/operator/purchases/pur{checkout[3..]}/refund";
        var replies = await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => @operator.PostAsync(refund, new JsonObject { ["reason"] = "a part", ["amount"] = Shop.Price(100) })));
        Assert.Equal(9, replies.Count(reply => reply.Status == HttpStatusCode.Accepted));
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.Accepted), reply => reply.IsProblem(422, "validation-failed"));
        await host.DrainAsync();
        Assert.Equal((999, 900), _shop.MoneyOf(checkout));
        Assert.Equal("900", (await viewer.GetAsync("/v1/me/purchases")).Text("items.0.refunded.amount"));
    }

    /// <summary>A clock that stands, for what happens at one millisecond; the host's clock is moved on top of it.</summary>
    private sealed class StoppedTime(DateTimeOffset at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at;
    }
}
