using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Buying, watching, giving back: what money and access do. Finds access without payment and payment without access.</summary>
public sealed class StoryTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task A_paid_checkout_gives_access_and_a_refund_takes_it_away()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        Assert.Equal("paid", (await viewer.GetAsync($"/v1/checkouts/{checkout}")).Text("state"));
        Assert.Equal("true", (await viewer.GetAsync($"/v1/series/{series}")).Text("owned"));
        Assert.Equal(series, (await viewer.GetAsync("/v1/me/library")).Text("items.0.seriesId"));
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        // 999 less 2.9 % and 30 cents.
        Assert.Equal("940", (await creator.GetAsync("/v1/creators/me/balance")).Text("owed.0.amount"));

        var @operator = await host.PersonAsync("operator", "operator");
        var purchase = (await viewer.GetAsync("/v1/me/purchases")).Text("items.0.purchaseId");
        (await @operator.PostAsync($"/v1/operator/purchases/{purchase}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal("refunded", (await viewer.GetAsync("/v1/me/purchases")).Text("items.0.state"));
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(403, "purchase-required");
        Assert.Empty((await viewer.GetAsync("/v1/me/library")).At("items")!.AsArray());
        var books = await @operator.GetAsync($"/v1/operator/ledger/{creator.Id}");
        Assert.Equal("true", books.Text("balances"));
        Assert.Equal("2", books.Text("transactions"));
        (await @operator.PostAsync($"/v1/operator/purchases/{purchase}/refund", new JsonObject { ["reason"] = "again" })).IsProblem(409, "already-refunded");
    }

    [Fact]
    public async Task A_partial_refund_keeps_access_and_never_gives_back_more_than_was_paid()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        var @operator = await host.PersonAsync("operator", "operator");
        var refund = $"/v1/operator/purchases/{(await viewer.GetAsync("/v1/me/purchases")).Text("items.0.purchaseId")}/refund";
        (await @operator.PostAsync(refund, new JsonObject { ["reason"] = "part", ["amount"] = Shop.Price(400) })).Is(HttpStatusCode.Accepted);
        (await @operator.PostAsync(refund, new JsonObject { ["reason"] = "too much", ["amount"] = Shop.Price(600) })).IsProblem(422, "validation-failed");
        await host.DrainAsync();
        Assert.Equal("partlyRefunded", (await viewer.GetAsync("/v1/me/purchases")).Text("items.0.state"));
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_same_refund_request_twice_gives_the_money_back_once()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        var @operator = await host.PersonAsync("operator", "operator");
        var refund = $"/v1/operator/purchases/{(await viewer.GetAsync("/v1/me/purchases")).Text("items.0.purchaseId")}/refund";
        var body = new JsonObject { ["reason"] = "part", ["amount"] = Shop.Price(300) };
        for (var i = 0; i < 3; i++)
            (await @operator.PostAsync(refund, body.DeepClone(), "same-refund")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal("300", (await viewer.GetAsync("/v1/me/purchases")).Text("items.0.refunded.amount"));
    }

    [Fact]
    public async Task A_viewer_has_one_open_checkout_for_a_series_and_cannot_pay_twice()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        var first = await Shop.CheckoutAsync(viewer, series);
        var again = (await viewer.PostAsync($"/v1/series/{series}/checkout", Shop.Return())).Is(HttpStatusCode.OK);
        Assert.Equal(first.Text("checkoutId"), again.Text("checkoutId"));
        await _shop.PayAsync(first);
        (await viewer.PostAsync($"/v1/series/{series}/checkout", Shop.Return())).IsProblem(409, "already-owned");
        (await host.Anonymous().PostAsync(new Uri(first.Text("url")).AbsolutePath + "/pay")).IsProblem(409, "already-paid");
    }

    [Fact]
    public async Task Twenty_identical_checkouts_at_once_are_one()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => viewer.PostAsync($"/v1/series/{series}/checkout", Shop.Return(), "double-click")));
        Assert.All(replies, reply => Assert.Equal(HttpStatusCode.Created, reply.Status));
        Assert.Single(replies.Select(reply => reply.Text("checkoutId")).Distinct());
        Assert.Single(replies.Select(reply => reply.Text("url")).Distinct());
    }

    [Fact]
    public async Task A_reused_key_answers_the_same_and_with_another_body_is_refused()
    {
        var creator = await _shop.CreatorAsync();
        var first = (await creator.PostAsync("/v1/series", Shop.NewSeries(), "k1")).Is(HttpStatusCode.Created);
        var same = (await creator.PostAsync("/v1/series", Shop.NewSeries(), "k1")).Is(HttpStatusCode.Created);
        Assert.Equal(first.Bytes, same.Bytes);
        (await creator.PostAsync("/v1/series", Shop.NewSeries(1_499), "k1")).IsProblem(422, "idempotency-key-reused");
        Assert.NotEqual(first.Text("seriesId"), (await creator.PostAsync("/v1/series", Shop.NewSeries(), "k2")).Text("seriesId"));
    }

    [Fact]
    public async Task Somebody_elses_things_are_not_to_be_seen_or_touched()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var other = await _shop.CreatorAsync();
        var (_, checkout) = await _shop.BuyerAsync(series);
        (await other.GetAsync($"/v1/videos/{video}")).IsProblem(404, "not-found");
        (await other.GetAsync($"/v1/checkouts/{checkout}")).IsProblem(404, "not-found");
        (await other.PatchAsync($"/v1/series/{series}", new JsonObject { ["title"] = "Mine now" }, "\"1\"")).IsProblem(403, "not-the-owner");
        (await other.PostAsync($"/v1/series/{series}/videos", new JsonObject { ["videoId"] = video })).IsProblem(403, "not-the-owner");
        var draft = await Shop.DraftAsync(await _shop.CreatorAsync());
        (await other.GetAsync($"/v1/series/{draft}")).IsProblem(404, "not-found");
        (await other.PostAsync($"/v1/series/{draft}/submit")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_playback_url_streams_ranges_and_dies_when_it_expires()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        var url = (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Text("url");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(100, 299) } };
        using var part = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(Shop.SampleVideo[100..300], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("video/mp4", part.Content.Headers.ContentType!.MediaType);

        host.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(url, TestContext.Current.CancellationToken)).StatusCode);
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(url, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(url.Replace(video, "vid_other", StringComparison.Ordinal), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_checkout_expires_by_the_clock_and_its_price_is_kept_until_then()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        await _shop.DiscountAsync(creator, series, 30, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        var viewer = await host.PersonAsync("viewer");
        var checkout = await Shop.CheckoutAsync(viewer, series);
        Assert.Equal("699", checkout.Text("price.amount"));
        host.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("999", (await viewer.GetAsync($"/v1/series/{series}")).Text("currentPrice.amount"));
        Assert.Equal("699", (await viewer.GetAsync($"/v1/checkouts/{checkout.Text("checkoutId")}")).Text("price.amount"));
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("expired", (await viewer.GetAsync($"/v1/checkouts/{checkout.Text("checkoutId")}")).Text("state"));
        (await host.Anonymous().PostAsync(new Uri(checkout.Text("url")).AbsolutePath + "/pay")).IsProblem(409, "session-expired");
        Assert.Equal("999", (await Shop.CheckoutAsync(viewer, series)).Text("price.amount"));
    }

    [Fact]
    public async Task A_dispute_suspends_access_a_won_one_restores_it_and_a_lost_one_ends_it()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var payment = "pi_sim_" + checkout[4..];
        var playback = $"/v1/series/{series}/videos/{video}/playback";
        (await host.Anonymous().PostAsync($"/local/payments/{payment}/dispute")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await viewer.GetAsync(playback)).IsProblem(403, "purchase-required");
        Assert.Equal("disputed", (await viewer.GetAsync($"/v1/checkouts/{checkout}")).Text("state"));
        (await host.Anonymous().PostAsync($"/local/payments/{payment}/win")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await viewer.GetAsync(playback)).Is(HttpStatusCode.OK);

        var (second, secondCheckout) = await _shop.BuyerAsync(series);
        (await host.Anonymous().PostAsync($"/local/payments/pi_sim_{secondCheckout[4..]}/dispute")).Is(HttpStatusCode.OK);
        (await host.Anonymous().PostAsync($"/local/payments/pi_sim_{secondCheckout[4..]}/lose")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await second.GetAsync(playback)).IsProblem(403, "purchase-required");
        var @operator = await host.PersonAsync("operator", "operator");
        Assert.Equal("true", (await @operator.GetAsync($"/v1/operator/ledger/{creator.Id}")).Text("balances"));
    }

    [Fact]
    public async Task A_webhook_that_the_provider_did_not_sign_is_refused()
    {
        const string Body = """{"id":"evt_1","type":"checkout.session.completed","created":1,"data":{"object":{"object":"checkout.session","id":"cs_1"}}}""";
        (await host.Anonymous().SendAsync("POST", "/v1/webhooks/stripe", Body)).IsProblem(400, "bad-signature");
        (await host.Anonymous().SendAsync("POST", "/v1/webhooks/stripe", Body, ("Stripe-Signature", "t=1,v1=" + new string('0', 64)))).IsProblem(400, "bad-signature");
        (await host.Anonymous().SendAsync("POST", "/v1/webhooks/stripe", new string('x', 600_000))).IsProblem(413, "body-too-large");
    }
}
