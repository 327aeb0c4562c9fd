using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Short links, where they lead and what they say of those who follow them; product links and profiles. Finds an open redirect, a page that runs what somebody wrote, and a URL that is not what it looks like.</summary>
public sealed class LinkTests : IAsyncLifetime
{
    private static readonly string Fingerprint = string.Join(':', Enumerable.Repeat("AB", 32));

    private readonly RunningHost _host = new();
    private readonly Shop _shop;

    public LinkTests() => _shop = new(_host);

    public async ValueTask InitializeAsync() => await _host.StartAsync(
        "--Links:AppUrl=https://app.example.com/open", "--Links:AppStoreUrl=https://apps.example.com/id1?a=1&b=2", "--Links:AppleAppIds=ABCDE12345.com.example.app", "--Links:AndroidPackage=com.example.app",
        $"--Links:AndroidFingerprints={Fingerprint}", "--Links:DeniedHosts=casino.com, bad.shop");

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_link_leads_to_the_app_and_nowhere_else()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var made = await MakeAsync(creator, "series", "video", series);
        // There is one for a creator, a target and a place.
        Assert.Equal(made.Text("linkCode"), (await MakeAsync(creator, "series", "video", series)).Text("linkCode"));
        Assert.NotEqual(made.Text("linkCode"), (await MakeAsync(creator, "series", "profile", series)).Text("linkCode"));
        Assert.NotEqual(made.Text("linkCode"), (await MakeAsync(creator, "series", "campaign", series, "spring")).Text("linkCode"));

        var path = made.Text("path");
        foreach (var attack in new[] { "", "?to=https://evil.example.org", "?url=//evil.example.org", "?link=https://evil.example.org" })
        {
            var followed = (await _host.Anonymous().GetAsync(path + attack, ("X-Forwarded-Host", "evil.example.org"))).Is(HttpStatusCode.Found);
            Assert.Matches($"^https://app\\.example\\.com/open/series/{series}\\?link={made.Text("linkCode")}-[0-9]+$", followed.Headers.Location!.ToString());
            Assert.False(followed.Headers.Contains("Set-Cookie"));
            Assert.True(followed.Headers.CacheControl!.NoStore);
        }
        (await _host.Anonymous().GetAsync("/l/nothing")).IsProblem(404, "not-found");
        (await _host.Anonymous().GetAsync("/l/..%2f..%2fevil")).IsProblem(400, "bad-id");

        var profile = await MakeAsync(creator, "profile", "profile");
        Assert.StartsWith($"https://app.example.com/open/creators/{creator.Id}?link=", (await _host.Anonymous().GetAsync(profile.Text("path"))).Headers.Location!.ToString(), StringComparison.Ordinal);
        // An app that was opened by the link asks what it is.
        var target = (await _host.Anonymous().GetAsync($"/v1/links/{made.Text("linkCode")}")).Is(HttpStatusCode.OK);
        Assert.Equal(("series", series, creator.Id), (target.Text("kind"), target.Text("seriesId"), target.Text("creatorId")));
    }

    [Fact]
    public async Task A_link_leads_to_a_tier_for_as_long_as_it_is_offered()
    {
        var creator = await _shop.SubscriptionOnlyCreatorAsync();
        var tier = Shop.NewTier("Friends <3", 499);
        tier["perks"] = new JsonArray("A glaze a week & more");
        var made = (await creator.PostAsync("/v1/creators/me/tiers", tier)).Is(HttpStatusCode.Created);
        var id = made.Text("tierId");
        var other = await _shop.SubscriptionCreatorAsync();
        (await other.PostAsync("/v1/creators/me/links", TierLink(id))).IsProblem(404, "not-found");
        (await (await _shop.CreatorAsync()).PostAsync("/v1/creators/me/links", TierLink(id))).IsProblem(403, "subscription-programme-required");
        (await creator.PostAsync("/v1/creators/me/links", Body("tier", "video"))).IsProblem(422, "validation-failed");
        (await creator.PostAsync("/v1/creators/me/links", Body("profile", "profile"))).Is(HttpStatusCode.Created);

        var link = (await creator.PostAsync("/v1/creators/me/links", TierLink(id))).Is(HttpStatusCode.Created);
        Assert.Equal(("tier", id), (link.Text("kind"), link.Text("tierId")));
        var followed = (await _host.Anonymous().GetAsync(link.Text("path"))).Is(HttpStatusCode.Found);
        Assert.Matches($"^https://app\\.example\\.com/open/creators/{creator.Id}/tiers/{id}\\?link={link.Text("linkCode")}-[0-9]+$", followed.Headers.Location!.ToString());
        var target = (await _host.Anonymous().GetAsync($"/v1/links/{link.Text("linkCode")}")).Is(HttpStatusCode.OK);
        Assert.Equal(("tier", id, creator.Id), (target.Text("kind"), target.Text("tierId"), target.Text("creatorId")));
        Assert.Null(target.At("seriesId"));
        var html = Encoding.UTF8.GetString((await _host.Anonymous().GetAsync(link.Text("path") + "/page")).Is(HttpStatusCode.OK).Bytes);
        Assert.Contains("<h1>Friends &lt;3</h1>", html, StringComparison.Ordinal);
        Assert.Contains("<li>A glaze a week &amp; more</li>", html, StringComparison.Ordinal);
        Assert.Contains("USD 4.99 a month", html, StringComparison.Ordinal);

        (await creator.DeleteAsync($"/v1/creators/me/tiers/{id}", (await creator.GetAsync("/v1/creators/me/tiers")).ETag)).Is(HttpStatusCode.NoContent);
        Assert.DoesNotContain("Friends", Encoding.UTF8.GetString((await _host.Anonymous().GetAsync(link.Text("path") + "/page")).Is(HttpStatusCode.OK).Bytes), StringComparison.Ordinal);
        (await creator.PostAsync("/v1/creators/me/links", TierLink(id))).IsProblem(409, "tier-retired");
    }

    [Fact]
    public async Task A_profile_shows_the_tiers_that_can_be_subscribed_to()
    {
        var (creator, friends, family) = await _shop.TiersAsync();
        var path = $"/v1/creators/{creator.Id}/profile";
        var both = (await _host.Anonymous().GetAsync(path)).Is(HttpStatusCode.OK);
        Assert.Equal([friends, family], both.At("tiers")!.AsArray().Select(tier => tier!["tierId"]!.ToString()));
        Assert.Equal(("Friends", "499"), (both.Text("tiers.0.name"), both.Text("tiers.0.price.amount")));
        (await creator.PatchAsync($"/v1/creators/me/tiers/{friends}", new JsonObject { ["perks"] = new JsonArray("A glaze a week") }, (await creator.GetAsync("/v1/creators/me/tiers")).ETag)).Is(HttpStatusCode.OK);
        (await creator.DeleteAsync($"/v1/creators/me/tiers/{family}", (await creator.GetAsync("/v1/creators/me/tiers")).ETag)).Is(HttpStatusCode.NoContent);
        var one = (await _host.Anonymous().GetAsync(path, ("If-None-Match", both.ETag))).Is(HttpStatusCode.OK);
        Assert.Equal((1, "A glaze a week"), (one.At("tiers")!.AsArray().Count, one.Text("tiers.0.perks.0")));
        // Nobody can subscribe while she is suspended.
        await _shop.SuspendAsync(creator);
        await _host.DrainAsync();
        Assert.Empty((await _host.Anonymous().GetAsync(path)).Is(HttpStatusCode.OK).At("tiers")!.AsArray());
    }

    [Fact]
    public async Task A_link_is_its_creators_and_can_be_ended_and_taken_up_again()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (other, _, _) = await _shop.PublishedAsync();
        (await other.PostAsync("/v1/creators/me/links", Body("series", "video", series))).IsProblem(404, "not-found");
        (await (await _host.PersonAsync("viewer")).PostAsync("/v1/creators/me/links", Body("profile", "profile"))).IsProblem(403, "creator-required");
        foreach (var wrong in new[] { Body("series", "video"), Body("profile", "video", series), Body("profile", "campaign"), Body("profile", "video", null, "spring"), Body("profile", "campaign", null, "Bad Name") })
            (await creator.PostAsync("/v1/creators/me/links", wrong)).IsProblem(422, "validation-failed");

        var made = await MakeAsync(creator, "series", "video", series);
        var one = $"/v1/creators/me/links/{made.Text("linkCode")}";
        await _host.DrainAsync();
        Assert.Equal([made.Text("linkCode")], Codes(await creator.GetAsync("/v1/creators/me/links")));
        (await other.GetAsync(one)).IsProblem(404, "not-found");
        (await other.DeleteAsync(one, made.ETag)).IsProblem(404, "not-found");
        (await creator.DeleteAsync(one, "\"0\"")).IsProblem(412, "stale");
        (await creator.DeleteAsync(one, (await creator.GetAsync(one)).Is(HttpStatusCode.OK).ETag)).Is(HttpStatusCode.NoContent);
        await _host.DrainAsync();
        Assert.Empty(Codes(await creator.GetAsync("/v1/creators/me/links")));
        (await _host.Anonymous().GetAsync(made.Text("path"))).IsProblem(404, "not-found");
        Assert.Equal(made.Text("linkCode"), (await MakeAsync(creator, "series", "video", series)).Text("linkCode"));
        (await _host.Anonymous().GetAsync(made.Text("path"))).Is(HttpStatusCode.Found);
    }

    [Fact]
    public async Task The_page_shows_what_is_on_sale_and_runs_nothing_of_what_somebody_wrote()
    {
        var creator = await _shop.CreatorAsync();
        var (series, _) = await _shop.CompleteDraftAsync(creator);
        const string Hostile = "<script>alert(1)</script>\"'&";
        (await creator.PatchAsync($"/v1/series/{series}", new JsonObject { ["title"] = Hostile, ["description"] = "</p><img src=x onerror=alert(1)>" }, (await creator.GetAsync($"/v1/series/{series}")).ETag)).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        await _shop.DecideAsync(series);
        var path = (await MakeAsync(creator, "series", "video", series)).Text("path") + "/page";
        var page = (await _host.Anonymous().GetAsync(path)).Is(HttpStatusCode.OK);
        Assert.Equal("text/html", page.ContentType);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var html = Encoding.UTF8.GetString(page.Bytes);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img src=x", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("https://apps.example.com/id1?a=1&amp;b=2", html, StringComparison.Ordinal);

        (await creator.PostAsync($"/v1/series/{series}/unlist")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("alert", Encoding.UTF8.GetString((await _host.Anonymous().GetAsync(path)).Is(HttpStatusCode.OK).Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Phones_are_told_which_apps_may_open_a_link()
    {
        var apple = (await _host.Anonymous().GetAsync("/.well-known/apple-app-site-association")).Is(HttpStatusCode.OK);
        Assert.Equal(("application/json", "ABCDE12345.com.example.app", "/l/*"), (apple.ContentType, apple.Text("applinks.details.0.appIDs.0"), apple.At("applinks.details.0.components.0")!["/"]!.ToString()));
        var android = (await _host.Anonymous().GetAsync("/.well-known/assetlinks.json")).Is(HttpStatusCode.OK);
        Assert.Equal(("com.example.app", Fingerprint), (android.At("0")!["target"]!["package_name"]!.ToString(), android.At("0")!["target"]!["sha256_cert_fingerprints"]![0]!.ToString()));
    }

    [Fact]
    public async Task A_profile_shows_series_and_product_links_with_the_host_as_machines_read_it()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        const string Path = "/v1/creators/me/product-links";
        var none = (await creator.GetAsync(Path)).Is(HttpStatusCode.OK);
        Assert.Empty(none.At("links")!.AsArray());
        // The letter in the middle is Cyrillic.
        var set = (await creator.PutAsync(Path, Links(("My pots", "https://shop.cleopots.com/bowls?x=1#y"), ("Glazes", "https://cl\u0435o.com/")), none.ETag)).Is(HttpStatusCode.OK);
        Assert.Equal(("shop.cleopots.com", "xn--clo-sdd.com"), (set.Text("links.0.host"), set.Text("links.1.host")));
        (await creator.PutAsync(Path, Links(), none.ETag)).IsProblem(412, "stale");
        foreach (var (url, code) in new[]
        {
            ("http://shop.cleopots.com", "not-https"), ("javascript:alert(1)", "not-https"), ("//shop.cleopots.com", "not-https"), ("shop.cleopots.com", "not-a-url"), ("https://user:pw@cleopots.com", "not-plain"),
            ("https://cleopots.com:8443/", "not-plain"), ("https://127.0.0.1/", "bad-host"), ("https://[::1]/", "bad-host"), ("https://localhost/", "bad-host"), ("https://router.local/", "bad-host"),
            ("https://2130706433/", "bad-host"), ("https://casino.com/", "denied-host"), ("https://www.CASINO.com./", "denied-host"), ("https://cleo pots.com/", "not-a-url"), ("https://cleopots.com\\@evil.org/", "not-a-url"),
            ("https://" + new string('a', 500) + ".com/", "not-a-url"),
        })
        {
            var refused = (await creator.PutAsync(Path, Links(("Shop", url)), set.ETag)).IsProblem(422, "validation-failed");
            Assert.Equal((url, "links[0].url", code), (url, refused.Text("errors.0.field"), refused.Text("errors.0.code")));
        }
        (await creator.PutAsync(Path, Links([.. Enumerable.Range(0, 6).Select(i => ($"Shop {i}", "https://cleopots.com/"))]), set.ETag)).IsProblem(422, "validation-failed");
        Assert.Equal("link", (await creator.PutAsync(Path, Links(("https://evil.com/x", "https://cleopots.com/")), set.ETag)).IsProblem(422, "validation-failed").Text("errors.0.code"));

        var profile = (await _host.Anonymous().GetAsync($"/v1/creators/{creator.Id}/profile")).Is(HttpStatusCode.OK);
        Assert.Equal(("@cleo", series, "My pots"), (profile.Text("handle"), profile.Text("series.0.seriesId"), profile.Text("links.0.label")));
        (await _host.Anonymous().GetAsync($"/v1/creators/{creator.Id}/profile", ("If-None-Match", profile.ETag))).Is(HttpStatusCode.NotModified);
        (await _host.Anonymous().GetAsync("/v1/creators/nobody-1/profile")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_profile_is_another_one_when_anything_that_it_shows_is()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var path = $"/v1/creators/{creator.Id}/profile";
        var full = (await _host.Anonymous().GetAsync(path)).Is(HttpStatusCode.OK);
        (await _host.Anonymous().GetAsync(path, ("If-None-Match", full.ETag))).Is(HttpStatusCode.NotModified);
        // The same price for longer.
        var first = await _shop.DiscountAsync(creator, series, 20, default, TimeSpan.FromHours(1));
        await _host.DrainAsync();
        var shorter = (await _host.Anonymous().GetAsync(path, ("If-None-Match", full.ETag))).Is(HttpStatusCode.OK);
        var one = $"/v1/series/{series}/discounts/{first["discountId"]}";
        (await creator.DeleteAsync(one, (await creator.GetAsync(one)).ETag)).Is(HttpStatusCode.NoContent);
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        await _shop.DiscountAsync(creator, series, 20, default, TimeSpan.FromHours(5));
        await _host.DrainAsync();
        var longer = (await _host.Anonymous().GetAsync(path, ("If-None-Match", shorter.ETag))).Is(HttpStatusCode.OK);
        Assert.Equal(shorter.Text("series.0.currentPrice.amount"), longer.Text("series.0.currentPrice.amount"));
        Assert.NotEqual(shorter.Text("series.0.discount.endsAt"), longer.Text("series.0.discount.endsAt"));
    }

    [Fact]
    public async Task A_link_to_a_series_that_was_deleted_leads_nowhere()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var link = await MakeAsync(creator, "series", "video", series);
        (await creator.DeleteAsync($"/v1/series/{series}", (await creator.GetAsync($"/v1/series/{series}")).ETag)).Is(HttpStatusCode.NoContent);
        (await _host.Anonymous().GetAsync($"/v1/links/{link.Text("linkCode")}")).IsProblem(404, "not-found");
    }

    private static async Task<Reply> MakeAsync(Person creator, string kind, string place, string? series = null, string? campaign = null) =>
        (await creator.PostAsync("/v1/creators/me/links", Body(kind, place, series, campaign))).Is(HttpStatusCode.Created);

    private static JsonObject TierLink(string tier) => new() { ["kind"] = "tier", ["place"] = "profile", ["tierId"] = tier };

    private static JsonObject Body(string kind, string place, string? series = null, string? campaign = null)
    {
        var body = new JsonObject { ["kind"] = kind, ["place"] = place };
        if (series is not null)
            body["seriesId"] = series;
        if (campaign is not null)
            body["campaign"] = campaign;
        return body;
    }

    private static JsonObject Links(params (string Label, string Url)[] links) =>
        new() { ["links"] = new JsonArray([.. links.Select(link => (JsonNode)new JsonObject { ["label"] = link.Label, ["url"] = link.Url })]) };

    private static string[] Codes(Reply page) => [.. page.Is(HttpStatusCode.OK).At("items")!.AsArray().Select(item => item!["linkCode"]!.ToString())];
}
