using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Promo codes over HTTP: price, window, limit, and that a use is neither given twice nor lost. Finds a code that two checkouts use up at once, or that a failed one burns.</summary>
public sealed class PromoCodeTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    private static JsonObject Percent(string code, int percent, int? limit = null, int? perViewer = null)
    {
        var body = new JsonObject { ["code"] = code, ["percentOff"] = percent };
        if (limit is { } uses)
            body["limit"] = uses;
        if (perViewer is { } times)
            body["perViewer"] = times;
        return body;
    }

    private static async Task<Reply> MakeAsync(Person creator, string series, JsonObject body) => (await creator.PostAsync($"/v1/series/{series}/codes", body)).Is(HttpStatusCode.Created);

    private static JsonObject With(string code)
    {
        var body = Shop.Return();
        body["promoCode"] = code;
        return body;
    }

    private static Task<Reply> TryAsync(Person viewer, string series, string code, string? key = null) => viewer.PostAsync($"/v1/series/{series}/checkout", With(code), key);

    private static async Task<(int Held, int Used)> UsesAsync(Person creator, string series, string code)
    {
        var seen = (await creator.GetAsync($"/v1/series/{series}/codes/{code}")).Is(HttpStatusCode.OK);
        return (seen.At("held")!.GetValue<int>(), seen.At("used")!.GetValue<int>());
    }

    [Fact]
    public async Task A_code_is_held_at_checkout_and_used_when_it_is_paid()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var made = await MakeAsync(creator, series, Percent(" spring-20 ", 20, limit: 5));
        Assert.Equal("SPRING-20", made.Text("code"));
        Assert.Equal("799", made.Text("priceWithCode.amount"));
        // 799 less 2.9 % (23) and 30 cents.
        Assert.Equal("746", made.Text("estimatedProceeds.amount"));

        var viewer = await host.PersonAsync("viewer");
        var quote = (await viewer.GetAsync($"/v1/series/{series}/quote?promoCode=Spring-20")).Is(HttpStatusCode.OK);
        Assert.Equal(("799", "SPRING-20"), (quote.Text("price.amount"), quote.Text("promoCode")));
        Assert.Equal((0, 0), await UsesAsync(creator, series, "spring-20"));

        var checkout = (await TryAsync(viewer, series, "sPrInG-20 ")).Is(HttpStatusCode.Created);
        Assert.Equal(("799", "999"), (checkout.Text("price.amount"), checkout.Text("listPrice.amount")));
        Assert.Equal((1, 0), await UsesAsync(creator, series, "SPRING-20"));
        await _shop.PayAsync(checkout);
        Assert.Equal("paid", (await viewer.GetAsync($"/v1/checkouts/{checkout.Text("checkoutId")}")).Text("state"));
        Assert.Equal((0, 1), await UsesAsync(creator, series, "SPRING-20"));
        Assert.Equal("799", (await viewer.GetAsync("/v1/me/purchases")).Text("items.0.amount.amount"));
    }

    [Fact]
    public async Task A_code_comes_off_a_running_discount_and_stops_at_the_lowest_price()
    {
        var (creator, series, _) = await _shop.PublishedAsync(299);
        await _shop.DiscountAsync(creator, series, 60, TimeSpan.Zero, TimeSpan.FromHours(1));
        await MakeAsync(creator, series, Percent("HALF", 50));
        await MakeAsync(creator, series, new JsonObject { ["code"] = "BUCK", ["amountOff"] = Shop.Price(20) });
        var viewer = await host.PersonAsync("viewer");
        // 299 less 60 % is 120; half of that would be 60.
        Assert.Equal("99", (await viewer.GetAsync($"/v1/series/{series}/quote?promoCode=half")).Text("price.amount"));
        Assert.Equal("100", (await viewer.GetAsync($"/v1/series/{series}/quote?promoCode=buck")).Text("price.amount"));
        var (cheap, lowest, _) = await _shop.PublishedAsync(99);
        (await cheap.PostAsync($"/v1/series/{lowest}/codes", Percent("HALF", 50))).IsProblem(422, "validation-failed");
    }

    [Fact]
    public async Task A_code_that_cannot_be_used_is_a_documented_422_and_nothing_is_stored()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        await MakeAsync(creator, series, Percent("ONCE", 10, limit: 1));
        await _shop.PayAsync((await TryAsync(await host.PersonAsync("first"), series, "ONCE")).Is(HttpStatusCode.Created));
        await MakeAsync(creator, series, new JsonObject { ["code"] = "LATER", ["percentOff"] = 10, ["startsAt"] = host.Now(TimeSpan.FromDays(1)) });
        var ended = await MakeAsync(creator, series, Percent("ENDED", 10));
        (await creator.DeleteAsync($"/v1/series/{series}/codes/ended", ended.ETag)).Is(HttpStatusCode.NoContent);
        await MakeAsync(creator, series, new JsonObject { ["code"] = "SHORT", ["percentOff"] = 10, ["endsAt"] = host.Now(TimeSpan.FromMinutes(10)) });
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        await host.DrainAsync();

        var viewer = await host.PersonAsync("viewer");
        foreach (var (code, problem) in new[] { ("NONE", "code-unknown"), ("", "code-unknown"), ("ä", "code-unknown"), (new string('x', 40), "code-unknown"), ("once", "code-used-up"), ("later", "code-not-running"), ("ended", "code-not-running"), ("short", "code-not-running") })
        {
            var before = host.Stored();
            (await TryAsync(viewer, series, code)).IsProblem(422, problem);
            (await viewer.GetAsync($"/v1/series/{series}/quote?promoCode={Uri.EscapeDataString(code)}")).IsProblem(422, problem);
            Assert.Equal(before, host.Stored());
        }
    }

    [Fact]
    public async Task A_code_cannot_be_made_wrong_or_twice()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var path = $"/v1/series/{series}/codes";
        var wrong = (await creator.PostAsync(path, new JsonObject { ["code"] = "a b", ["percentOff"] = 101, ["amountOff"] = Shop.Price(100), ["limit"] = 0, ["perViewer"] = 0, ["endsAt"] = host.Now(TimeSpan.FromDays(-1)) })).IsProblem(422, "validation-failed");
        Assert.Equal(
            ["code:not-a-code", "endsAt:ends-before-start", "limit:limit-out-of-range", "perViewer:per-viewer-out-of-range", "percentOff:percent-or-amount", "percentOff:percent-out-of-range"],
            wrong.At("errors")!.AsArray().Select(error => $"{error!["field"]}:{error["code"]}").Order(StringComparer.Ordinal));
        (await creator.PostAsync(path, new JsonObject { ["code"] = "DEEP", ["amountOff"] = Shop.Price(901) })).IsProblem(422, "validation-failed");

        var made = (await creator.PostAsync(path, Percent("SAME", 10), "code-key")).Is(HttpStatusCode.Created);
        Assert.Equal(made.Bytes, (await creator.PostAsync(path, Percent("SAME", 10), "code-key")).Is(HttpStatusCode.Created).Bytes);
        (await creator.PostAsync(path, Percent("SAME", 20), "code-key")).IsProblem(422, "idempotency-key-reused");
        (await creator.PostAsync(path, Percent("same", 10))).IsProblem(409, "code-exists");
        (await (await host.PersonAsync("other")).PostAsync(path, Percent("MINE", 10))).IsProblem(403, "not-the-owner");
        (await (await host.PersonAsync("other")).GetAsync($"{path}/SAME")).IsProblem(403, "not-the-owner");
        (await creator.DeleteAsync($"{path}/SAME", "\"1f\"")).IsProblem(412, "stale");
        Assert.Equal(["SAME"], (await creator.GetAsync(path)).At("items")!.AsArray().Select(item => item!["code"]!.ToString()));
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => creator.PostAsync(path, Percent("RACE", 10))));
        Assert.Equal((1, 19), (replies.Count(reply => reply.Status == HttpStatusCode.Created), replies.Count(reply => reply.Status == HttpStatusCode.Conflict)));
    }

    [Fact]
    public async Task Two_hundred_checkouts_at_once_cannot_use_a_code_more_often_than_its_limit()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        await MakeAsync(creator, series, Percent("TEN", 30, limit: 10));
        var viewers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => host.PersonAsync("many")));
        var replies = await Task.WhenAll(viewers.Select(viewer => TryAsync(viewer, series, "ten")));
        var open = replies.Where(reply => reply.Status == HttpStatusCode.Created).ToList();
        Assert.Equal(10, open.Count);
        Assert.All(replies.Except(open), reply => reply.IsProblem(422, "code-used-up"));
        Assert.Equal((10, 0), await UsesAsync(creator, series, "ten"));
        // Six pay, four don't: their uses come back and no others.
        foreach (var checkout in open.Take(6))
            await _shop.PayAsync(checkout);
        host.Clock.Advance(TimeSpan.FromMinutes(31));
        await host.DrainAsync();
        Assert.Equal((0, 6), await UsesAsync(creator, series, "ten"));
        var again = await Task.WhenAll((await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.PersonAsync("more")))).Select(viewer => TryAsync(viewer, series, "TEN")));
        Assert.Equal(4, again.Count(reply => reply.Status == HttpStatusCode.Created));
    }

    [Fact]
    public async Task A_double_click_with_the_last_use_of_a_code_is_one_checkout()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        await MakeAsync(creator, series, Percent("LAST", 30, limit: 1));
        var viewer = await host.PersonAsync("viewer");
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => TryAsync(viewer, series, "last", i % 2 == 0 ? "double-click" : null)));
        Assert.All(replies, reply => Assert.True(reply.Status is HttpStatusCode.Created or HttpStatusCode.OK, reply.Body?.ToJsonString()));
        Assert.Single(replies.Select(reply => reply.Text("checkoutId")).Distinct());
        Assert.Equal((1, 0), await UsesAsync(creator, series, "LAST"));
        await _shop.PayAsync(replies[0]);
        Assert.Equal((0, 1), await UsesAsync(creator, series, "LAST"));
    }

    [Fact]
    public async Task A_code_given_later_replaces_the_open_checkout_and_nobody_can_pay_on_the_old_page()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        await MakeAsync(creator, series, Percent("LATE", 50));
        var viewer = await host.PersonAsync("viewer");
        var full = await Shop.CheckoutAsync(viewer, series);
        var half = (await TryAsync(viewer, series, "LATE")).Is(HttpStatusCode.Created);
        Assert.Equal("500", half.Text("price.amount"));
        Assert.Equal("expired", (await viewer.GetAsync($"/v1/checkouts/{full.Text("checkoutId")}")).Text("state"));
        (await host.Anonymous().PostAsync(new Uri(full.Text("url")).AbsolutePath + "/pay")).IsProblem(409, "session-expired");
        // And back: without the code the use is free again.
        var back = (await viewer.PostAsync($"/v1/series/{series}/checkout", Shop.Return())).Is(HttpStatusCode.Created);
        Assert.Equal("999", back.Text("price.amount"));
        await host.DrainAsync();
        Assert.Equal((0, 0), await UsesAsync(creator, series, "LATE"));
    }

    [Fact]
    public async Task A_viewer_uses_a_code_once_unless_its_creator_says_otherwise()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        await MakeAsync(creator, series, Percent("MINE", 30));
        await MakeAsync(creator, series, Percent("TWICE", 30, perViewer: 2));
        var viewer = await host.PersonAsync("viewer");
        async Task<Reply> GiveAsync(string code)
        {
            var body = With(code);
            body["receiverId"] = (await host.PersonAsync("friend")).Id;
            return await viewer.PostAsync($"/v1/series/{series}/gifts", body);
        }
        (await GiveAsync("mine")).Is(HttpStatusCode.Created);
        (await GiveAsync("mine")).IsProblem(422, "code-already-used");
        (await GiveAsync("twice")).Is(HttpStatusCode.Created);
        (await GiveAsync("twice")).Is(HttpStatusCode.Created);
        (await GiveAsync("twice")).IsProblem(422, "code-already-used");
    }

    [Fact]
    public async Task A_code_of_a_hundred_percent_gives_access_at_once_and_books_a_sale_of_nothing()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        await MakeAsync(creator, series, Percent("FREE", 100, limit: 1));
        var viewer = await host.PersonAsync("viewer");
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => TryAsync(viewer, series, "free", "free-click")));
        var checkout = replies[0].Is(HttpStatusCode.Created);
        Assert.Single(replies.Select(reply => reply.Text("checkoutId")).Distinct());
        Assert.Equal(("paid", "0", null), (checkout.Text("state"), checkout.Text("price.amount"), checkout.At("url")?.ToString()));
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        Assert.Equal((0, 1), await UsesAsync(creator, series, "FREE"));
        Assert.Equal(("paid", "0"), ((await viewer.GetAsync("/v1/me/purchases")).Text("items.0.state"), (await viewer.GetAsync("/v1/me/purchases")).Text("items.0.amount.amount")));
        (await TryAsync(await host.PersonAsync("second"), series, "free")).IsProblem(422, "code-used-up");
        var books = await (await host.PersonAsync("operator", "operator")).GetAsync($"/v1/operator/ledger/{creator.Id}");
        Assert.Equal("true", books.Text("balances"));
        Assert.All(books.At("totals")!.AsObject(), total => Assert.Equal(0, total.Value!.GetValue<long>()));
    }
}
