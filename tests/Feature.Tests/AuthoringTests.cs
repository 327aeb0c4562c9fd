using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Making, reviewing and pricing a series. Finds drafts that leak, edits that get lost, prices that a timer decides.</summary>
public sealed class AuthoringTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task Every_unmet_rule_is_named_with_what_is_needed_and_found()
    {
        var platform = await host.PersonAsync("platform", "platform");
        var young = await host.PersonAsync("young");
        (await young.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series" })).IsProblem(422, "not-eligible");
        var profile = _shop.Profile();
        profile["followers"] = 200;
        profile["postsLast30Days"] = 1;
        profile["accountType"] = "private";
        profile["birthDate"] = host.Now(TimeSpan.FromDays(-365 * 17))[..10];
        (await platform.PutAsync($"/v1/platform/creators/{young.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        var refused = (await young.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series" })).IsProblem(422, "not-eligible");
        Assert.Equal(["account-type", "age", "followers", "posts"], refused.At("unmet")!.AsArray().Select(unmet => unmet!["code"]!.ToString()).Order());
        Assert.Equal("none", (await young.GetAsync("/v1/creators/me")).Text("status"));
        (await young.PostAsync("/v1/series", Shop.NewSeries())).IsProblem(403, "creator-required");
    }

    [Fact]
    public async Task A_small_creator_with_a_portfolio_waits_for_an_operator()
    {
        var platform = await host.PersonAsync("platform", "platform");
        var small = await host.PersonAsync("small");
        var @operator = await host.PersonAsync("operator", "operator");
        var profile = _shop.Profile();
        profile["followers"] = 4_000;
        (await platform.PutAsync($"/v1/platform/creators/{small.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        (await small.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series" })).IsProblem(422, "not-eligible");
        (await small.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series", ["portfolioUrl"] = "https://courses.example.com/cleo" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal("applied", (await small.GetAsync("/v1/creators/me")).Text("status"));
        Assert.Contains((await @operator.GetAsync("/v1/operator/applications")).At("items")!.AsArray(), item => item!["creatorId"]!.ToString() == small.Id);
        var decision = $"/v1/operator/applications/{small.Id}/decision";
        (await @operator.PostAsync(decision, new JsonObject { ["decision"] = "approve", ["reason"] = "good courses" })).Is(HttpStatusCode.OK);
        (await @operator.PostAsync(decision, new JsonObject { ["decision"] = "approve", ["reason"] = "good courses" })).Is(HttpStatusCode.OK);
        (await @operator.PostAsync(decision, new JsonObject { ["decision"] = "reject", ["reason"] = "no" })).IsProblem(409, "already-decided");
        await host.DrainAsync();
        Assert.DoesNotContain((await @operator.GetAsync("/v1/operator/applications")).At("items")!.AsArray(), item => item!["creatorId"]!.ToString() == small.Id);
        (await small.PostAsync("/v1/series", Shop.NewSeries())).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_invitation_skips_followers_but_not_age()
    {
        var platform = await host.PersonAsync("platform", "platform");
        var @operator = await host.PersonAsync("operator", "operator");
        var invited = await host.PersonAsync("invited");
        var profile = _shop.Profile();
        profile["followers"] = 3;
        profile["viewsLast30Days"] = 0;
        (await platform.PutAsync($"/v1/platform/creators/{invited.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        (await @operator.PostAsync("/v1/operator/invitations", new JsonObject { ["creatorId"] = invited.Id })).Is(HttpStatusCode.Created);
        Assert.Equal("true", (await invited.GetAsync("/v1/creators/me")).Text("series.eligible"));
        profile["birthDate"] = host.Now(TimeSpan.FromDays(-365 * 15))[..10];
        (await platform.PutAsync($"/v1/platform/creators/{invited.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        Assert.Equal("age", (await invited.GetAsync("/v1/creators/me")).Text("series.unmet.0.code"));
    }

    [Fact]
    public async Task Two_editors_with_one_etag_one_wins()
    {
        var creator = await _shop.CreatorAsync();
        var id = await Shop.DraftAsync(creator);
        var etag = (await creator.GetAsync($"/v1/series/{id}")).ETag;
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["title"] = $"Title {i}" }, etag)));
        var won = Assert.Single(replies, reply => reply.Status == HttpStatusCode.OK);
        Assert.All(replies.Where(reply => reply != won), reply => reply.IsProblem(412, "stale"));
        Assert.Equal(won.Text("title"), (await creator.GetAsync($"/v1/series/{id}")).Text("title"));
        (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["title"] = "Again" }, won.ETag)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Text_comes_back_as_it_was_written_and_never_as_a_page()
    {
        var creator = await _shop.CreatorAsync();
        var body = Shop.NewSeries();
        body["title"] = "Töpfern & 陶芸 <b>";
        var made = (await creator.PostAsync("/v1/series", body)).Is(HttpStatusCode.Created);
        Assert.Contains("\"Töpfern & 陶芸 <b>\"", System.Text.Encoding.UTF8.GetString(made.Bytes), StringComparison.Ordinal);
        Assert.Equal("nosniff", made.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("application/json", made.ContentType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_is_edited_reordered_and_deleted()
    {
        var creator = await _shop.CreatorAsync();
        var (one, two) = (await _shop.ReadyVideoAsync(creator), await _shop.ReadyVideoAsync(creator));
        var id = await Shop.DraftAsync(creator);
        (await creator.PostAsync($"/v1/series/{id}/videos", new JsonObject { ["videoId"] = one })).Is(HttpStatusCode.Created);
        var both = (await creator.PostAsync($"/v1/series/{id}/videos", new JsonObject { ["videoId"] = two, ["title"] = "First", ["position"] = 0 })).Is(HttpStatusCode.Created);
        Assert.Equal([two, one], both.At("videos")!.AsArray().Select(video => video!["videoId"]!.ToString()));
        var ordered = (await creator.PutAsync($"/v1/series/{id}/videos/order", new JsonObject { ["videoIds"] = new JsonArray(one, two) }, both.ETag)).Is(HttpStatusCode.OK);
        (await creator.PutAsync($"/v1/series/{id}/videos/order", new JsonObject { ["videoIds"] = new JsonArray(one, one) }, ordered.ETag)).IsProblem(422, "validation-failed");
        var retitled = (await creator.PatchAsync($"/v1/series/{id}/videos/{one}", new JsonObject { ["title"] = "Renamed" }, ordered.ETag)).Is(HttpStatusCode.OK);
        Assert.Equal("Renamed", retitled.Text("videos.0.title"));
        var preview = (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["previewVideoId"] = one, ["price"] = Shop.Price(1_499) }, retitled.ETag)).Is(HttpStatusCode.OK);
        Assert.Equal("true", preview.Text("videos.0.isPreview"));
        var cleared = (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["previewVideoId"] = null }, preview.ETag)).Is(HttpStatusCode.OK);
        (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["title"] = null }, cleared.ETag)).IsProblem(400, "malformed-body");
        (await creator.DeleteAsync($"/v1/videos/{two}", (await creator.GetAsync($"/v1/videos/{two}")).ETag)).IsProblem(409, "video-in-use");
        var removed = (await creator.DeleteAsync($"/v1/series/{id}/videos/{two}", cleared.ETag)).Is(HttpStatusCode.OK);
        (await creator.DeleteAsync($"/v1/videos/{two}", (await creator.GetAsync($"/v1/videos/{two}")).ETag)).Is(HttpStatusCode.NoContent);
        (await creator.GetAsync($"/v1/videos/{two}")).IsProblem(404, "not-found");
        (await creator.DeleteAsync($"/v1/series/{id}", removed.ETag)).Is(HttpStatusCode.NoContent);
        await host.DrainAsync();
        (await creator.GetAsync($"/v1/series/{id}")).IsProblem(404, "not-found");
        Assert.Empty((await creator.GetAsync("/v1/me/series")).At("items")!.AsArray());
    }

    [Fact]
    public async Task Submission_lists_everything_that_is_missing()
    {
        var creator = await _shop.CreatorAsync();
        var id = await Shop.DraftAsync(creator);
        var missing = (await creator.PostAsync($"/v1/series/{id}/submit")).IsProblem(422, "not-complete");
        Assert.Equal(["no-cover", "no-videos"], missing.At("errors")!.AsArray().Select(error => error!["code"]!.ToString()).Order());
        var (complete, _) = await _shop.CompleteDraftAsync(creator);
        var (late, _) = await Shop.AnnounceAsync(creator);
        (await creator.PostAsync($"/v1/series/{complete}/videos", new JsonObject { ["videoId"] = late })).Is(HttpStatusCode.Created);
        var notReady = (await creator.PostAsync($"/v1/series/{complete}/submit")).IsProblem(409, "video-not-ready");
        Assert.Equal("videos[1]", notReady.Text("errors.0.field"));
    }

    [Fact]
    public async Task What_shoppers_see_is_the_approved_revision_until_the_next_is_approved()
    {
        var (creator, id, _) = await _shop.PublishedAsync();
        var own = await creator.GetAsync($"/v1/series/{id}");
        (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["price"] = Shop.Price(1_499) }, own.ETag)).IsProblem(409, "price-fixed");
        var edited = (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["title"] = "Ceramics, second edition" }, own.ETag)).Is(HttpStatusCode.OK);
        Assert.Equal("editing", edited.Text("draft.state"));
        Assert.Equal("Ceramics from zero", (await host.Anonymous().GetAsync($"/v1/series/{id}")).Text("title"));
        (await creator.PostAsync($"/v1/series/{id}/submit")).Is(HttpStatusCode.Accepted);
        (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["title"] = "Too late" }, (await creator.GetAsync($"/v1/series/{id}")).ETag)).IsProblem(409, "in-review");
        await host.DrainAsync();
        await _shop.DecideAsync(id, "requestChanges");
        Assert.Equal("Ceramics from zero", (await host.Anonymous().GetAsync($"/v1/series/{id}")).Text("title"));
        Assert.Equal("See the title.", (await creator.GetAsync($"/v1/series/{id}")).Text("draft.review.note"));
        (await creator.PostAsync($"/v1/series/{id}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        await _shop.DecideAsync(id);
        Assert.Equal("Ceramics, second edition", (await host.Anonymous().GetAsync($"/v1/series/{id}")).Text("title"));
    }

    [Fact]
    public async Task An_unlisted_series_is_gone_for_shoppers_and_stays_with_its_buyers()
    {
        var (creator, id, video) = await _shop.PublishedAsync();
        var (buyer, _) = await _shop.BuyerAsync(id);
        (await creator.PostAsync($"/v1/series/{id}/unlist")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await host.Anonymous().GetAsync($"/v1/series/{id}")).IsProblem(404, "not-found");
        Assert.Empty((await host.Anonymous().GetAsync($"/v1/creators/{creator.Id}/series")).At("items")!.AsArray());
        (await buyer.GetAsync($"/v1/series/{id}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        (await creator.DeleteAsync($"/v1/series/{id}", (await creator.GetAsync($"/v1/series/{id}")).ETag)).IsProblem(409, "has-buyers");
        (await creator.PostAsync($"/v1/series/{id}/relist")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        Assert.Single((await host.Anonymous().GetAsync($"/v1/creators/{creator.Id}/series")).At("items")!.AsArray());
    }

    [Fact]
    public async Task A_discount_holds_from_its_start_to_the_millisecond_of_its_end()
    {
        var (creator, id, _) = await _shop.PublishedAsync();
        var set = await _shop.DiscountAsync(creator, id, 25, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        var starts = DateTimeOffset.Parse(set["startsAt"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture);
        async Task<string> PriceAsync() => (await host.Anonymous().GetAsync($"/v1/series/{id}")).Text("currentPrice.amount");
        Assert.Equal("999", await PriceAsync());
        host.Clock.Advance(starts - host.Clock.GetUtcNow());
        // 749.25 rounds to 749.
        Assert.Equal("749", await PriceAsync());
        host.Clock.Advance(starts + TimeSpan.FromHours(1) - host.Clock.GetUtcNow());
        Assert.Equal("999", await PriceAsync());
        await host.DrainAsync();
        Assert.Equal("ended", (await creator.GetAsync($"/v1/series/{id}/discounts")).Text("items.0.state"));
    }

    [Fact]
    public async Task Discounts_may_not_overlap_even_when_they_are_set_at_once_and_may_be_ended_early()
    {
        var (creator, id, _) = await _shop.PublishedAsync();
        var bodies = Enumerable.Range(0, 6).Select(i => _shop.DiscountBody(20 + i, TimeSpan.FromMinutes(i), TimeSpan.FromHours(2))).ToList();
        var replies = await Task.WhenAll(bodies.Select(body => creator.PostAsync($"/v1/series/{id}/discounts", body)));
        var set = Assert.Single(replies, reply => reply.Status == HttpStatusCode.Created);
        Assert.All(replies.Where(reply => reply != set), reply => reply.IsProblem(409, "discount-overlaps"));
        var discount = $"/v1/series/{id}/discounts/{set.Text("discountId")}";
        (await creator.DeleteAsync(discount, (await creator.GetAsync(discount)).ETag)).Is(HttpStatusCode.NoContent);
        Assert.Equal("999", (await host.Anonymous().GetAsync($"/v1/series/{id}")).Text("currentPrice.amount"));
        Assert.Equal("ended", (await creator.GetAsync(discount)).Text("state"));
        Assert.Equal(HttpStatusCode.Created, (await creator.PostAsync($"/v1/series/{id}/discounts", _shop.DiscountBody(50, TimeSpan.Zero, TimeSpan.FromHours(1)))).Status);
    }

    [Theory]
    [InlineData(4, 0, 60, 422)]
    [InlineData(91, 0, 60, 422)]
    [InlineData(30, 0, 9, 422)]
    [InlineData(30, 0, 43_201, 422)]
    [InlineData(30, -5, 60, 422)]
    [InlineData(30, 259_201, 60, 422)]
    [InlineData(5, 0, 10, 201)]
    [InlineData(90, 259_199, 43_200, 201)]
    public async Task A_discount_keeps_to_the_rules(int percent, int startsInMinutes, int minutes, int status)
    {
        var creator = await _shop.CreatorAsync();
        var id = await Shop.DraftAsync(creator, 18_999);
        Assert.Equal(status, (int)(await creator.PostAsync($"/v1/series/{id}/discounts", _shop.DiscountBody(percent, TimeSpan.FromMinutes(startsInMinutes), TimeSpan.FromMinutes(minutes)))).Status);
    }

    [Fact]
    public async Task The_catalogue_pages_through_everything_once_and_caches_no_longer_than_a_price_holds()
    {
        var creator = await _shop.CreatorAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var (id, _) = await _shop.CompleteDraftAsync(creator);
            (await creator.PostAsync($"/v1/series/{id}/submit")).Is(HttpStatusCode.Accepted);
            await host.DrainAsync();
            await _shop.DecideAsync(id);
            ids.Add(id);
        }
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await host.Anonymous().GetAsync($"/v1/creators/{creator.Id}/series?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Is(HttpStatusCode.OK);
            found.AddRange(page.At("items")!.AsArray().Select(item => item!["seriesId"]!.ToString()));
            Assert.Equal("public, max-age=30", page.Headers.CacheControl!.ToString());
            cursor = page.At("nextCursor")?.ToString();
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Reverse(ids), found);
        var first = await host.Anonymous().GetAsync($"/v1/series/{ids[0]}");
        (await host.Anonymous().GetAsync($"/v1/series/{ids[0]}", ("If-None-Match", first.ETag))).Is(HttpStatusCode.NotModified);
        await _shop.DiscountAsync(creator, ids[0], 30, TimeSpan.FromSeconds(12), TimeSpan.FromHours(1));
        var soon = await host.Anonymous().GetAsync($"/v1/series/{ids[0]}", ("If-None-Match", first.ETag));
        Assert.InRange(soon.Headers.CacheControl!.MaxAge!.Value.TotalSeconds, 8, 12);
    }
}
