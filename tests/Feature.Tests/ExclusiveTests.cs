using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Videos for subscribers: reviewed as everything is, watched by whom the clock and the tier let in, and nothing of them for anybody else. Finds a title, a count or a URL that leaks.</summary>
public sealed class ExclusiveTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task It_is_reviewed_and_then_in_the_feed_of_its_tiers_alone()
    {
        var (creator, friends, family) = await _shop.TiersAsync();
        var (friend, friendMine) = await _shop.SubscriberAsync(creator, friends);
        var (relative, _) = await _shop.SubscriberAsync(creator, family);
        var stranger = await host.PersonAsync("stranger");
        var video = await _shop.ReadyVideoAsync(creator);
        var feed = $"/v1/creators/{creator.Id}/exclusives";
        var made = (await creator.PostAsync("/v1/creators/me/exclusives", Body(video, family), "one")).Is(HttpStatusCode.Created);
        var id = made.Text("exclusiveId");
        Assert.Equal("inReview", made.Text("state"));
        Assert.Equal(id, (await creator.PostAsync("/v1/creators/me/exclusives", Body(video, family), "one")).Text("exclusiveId"));
        await host.DrainAsync();
        Assert.Empty((await relative.GetAsync(feed)).Is(HttpStatusCode.OK).At("items")!.AsArray());
        (await relative.GetAsync($"{feed}/{id}/playback")).IsProblem(403, "subscription-required");
        await _shop.DecideAsync(id);

        Assert.Equal(id, (await relative.GetAsync(feed)).Text("items.0.exclusiveId"));
        var played = (await relative.GetAsync($"{feed}/{id}/playback")).Is(HttpStatusCode.OK);
        using var http = new HttpClient();
        Assert.Equal(Shop.SampleVideo, await http.GetByteArrayAsync(new Uri(played.Text("url")), TestContext.Current.CancellationToken));
        var likes = $"/v1/series/{id}/videos/{video}/like";
        (await relative.PostAsync(likes)).Is(HttpStatusCode.NoContent);
        (await friend.PostAsync(likes)).IsProblem(404, "not-found");
        (await stranger.GetAsync($"/v1/series/{id}/videos/{video}/comments")).IsProblem(404, "not-found");
        // Of the other tier: the same answers as if there were nothing.
        Assert.Empty((await friend.GetAsync(feed)).Is(HttpStatusCode.OK).At("items")!.AsArray());
        Assert.Equal(Code(await friend.GetAsync($"{feed}/exc_none/playback")), Code(await friend.GetAsync($"{feed}/{id}/playback")));
        (await stranger.GetAsync(feed)).IsProblem(403, "subscription-required");
        (await stranger.GetAsync($"/v1/creators/{stranger.Id}-2/exclusives")).IsProblem(403, "subscription-required");

        var etag = (await creator.GetAsync($"/v1/creators/me/exclusives/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal("published", etag.Text("state"));
        (await creator.PutAsync($"/v1/creators/me/exclusives/{id}/tiers", Tiers(friends), etag.ETag)).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        Assert.Equal(id, (await friend.GetAsync(feed)).Text("items.0.exclusiveId"));
        Assert.Empty((await relative.GetAsync(feed)).At("items")!.AsArray());
        (await relative.GetAsync($"{feed}/{id}/playback")).IsProblem(403, "subscription-required");

        (await friend.PostAsync($"{friendMine}/cancel")).Is(HttpStatusCode.OK);
        (await friend.GetAsync($"{feed}/{id}/playback")).Is(HttpStatusCode.OK);
        host.Clock.Advance(TimeSpan.FromDays(31));
        (await friend.GetAsync($"{feed}/{id}/playback")).IsProblem(403, "subscription-required");
        (await friend.GetAsync(feed)).IsProblem(403, "subscription-required");
    }

    [Fact]
    public async Task It_is_no_series_to_anybody()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var video = await _shop.ReadyVideoAsync(creator);
        var id = await _shop.ExclusiveAsync(creator, video, friends);
        var (subscriber, _) = await _shop.SubscriberAsync(creator, friends);
        foreach (var person in new[] { host.Anonymous(), subscriber, creator })
        {
            (await person.GetAsync($"/v1/series/{id}")).IsProblem(404, "not-found");
            foreach (var list in new[] { "/v1/series?limit=100", $"/v1/creators/{creator.Id}/series", "/v1/series?category=crafts&limit=100" })
                Assert.DoesNotContain(id, Encoding.UTF8.GetString((await person.GetAsync(list)).Bytes), StringComparison.Ordinal);
        }
        Assert.DoesNotContain(id, Encoding.UTF8.GetString((await creator.GetAsync("/v1/me/series")).Bytes), StringComparison.Ordinal);
        (await subscriber.PostAsync($"/v1/series/{id}/checkout", Shop.Return())).IsProblem(404, "not-found");
        (await subscriber.GetAsync($"/v1/series/{id}/quote")).IsProblem(404, "not-found");
        (await subscriber.GetAsync($"/v1/series/{id}/videos/{video}/playback")).IsProblem(404, "not-found");
        (await creator.GetAsync($"/v1/series/{id}/videos/{video}/playback")).IsProblem(404, "not-found");
        (await creator.PostAsync($"/v1/series/{id}/discounts", _shop.DiscountBody(20, TimeSpan.FromHours(1), TimeSpan.FromHours(1)))).IsProblem(404, "not-found");
        (await creator.PostAsync($"/v1/series/{id}/unlist")).IsProblem(404, "not-found");
        // Its video is in use, until it is taken back.
        var own = await creator.GetAsync($"/v1/videos/{video}");
        (await creator.DeleteAsync($"/v1/videos/{video}", own.ETag)).IsProblem(409, "video-in-use");
        (await creator.DeleteAsync($"/v1/creators/me/exclusives/{id}", (await creator.GetAsync($"/v1/creators/me/exclusives/{id}")).ETag)).Is(HttpStatusCode.NoContent);
        await host.DrainAsync();
        Assert.Empty((await subscriber.GetAsync($"/v1/creators/{creator.Id}/exclusives")).At("items")!.AsArray());
        (await subscriber.GetAsync($"/v1/creators/{creator.Id}/exclusives/{id}/playback")).IsProblem(403, "subscription-required");
        Assert.Empty((await creator.GetAsync("/v1/creators/me/exclusives")).At("items")!.AsArray());
    }

    [Fact]
    public async Task What_moderation_sends_back_or_takes_down_is_seen_by_nobody_but_its_creator()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var (subscriber, _) = await _shop.SubscriberAsync(creator, friends);
        var video = await _shop.ReadyVideoAsync(creator);
        var id = (await creator.PostAsync("/v1/creators/me/exclusives", Body(video, friends))).Text("exclusiveId");
        await host.DrainAsync();
        await _shop.DecideAsync(id, "remove");
        var mine = await creator.GetAsync($"/v1/creators/me/exclusives/{id}");
        Assert.Equal(("removed", "texts"), (mine.Text("state"), mine.Text("reviewNote.rule")));
        (await subscriber.GetAsync($"/v1/creators/{creator.Id}/exclusives/{id}/playback")).IsProblem(403, "subscription-required");
        Assert.Empty((await subscriber.GetAsync($"/v1/creators/{creator.Id}/exclusives")).At("items")!.AsArray());
    }

    [Fact]
    public async Task An_edit_is_reviewed_while_subscribers_see_what_was_approved()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var (subscriber, _) = await _shop.SubscriberAsync(creator, friends);
        var id = await _shop.ExclusiveAsync(creator, await _shop.ReadyVideoAsync(creator), friends);
        var (mine, feed) = ($"/v1/creators/me/exclusives/{id}", $"/v1/creators/{creator.Id}/exclusives");
        var first = (await creator.GetAsync(mine)).Is(HttpStatusCode.OK);
        Assert.Equal(("published", "approved"), (first.Text("state"), first.Text("draftState")));
        Assert.Equal(first.ETag, (await creator.PatchAsync(mine, new JsonObject { ["title"] = first.Text("title") }, first.ETag)).Is(HttpStatusCode.OK).ETag);
        (await creator.PatchAsync(mine, new JsonObject { ["title"] = " " }, first.ETag)).IsProblem(422, "validation-failed");
        (await (await _shop.SubscriptionCreatorAsync()).PatchAsync(mine, new JsonObject { ["title"] = "Mine" }, first.ETag)).IsProblem(404, "not-found");

        var edited = (await creator.PatchAsync(mine, new JsonObject { ["title"] = "Beside the wheel", ["description"] = "And the kiln." }, first.ETag)).Is(HttpStatusCode.OK);
        Assert.Equal(("published", "inReview", "Beside the wheel"), (edited.Text("state"), edited.Text("draftState"), edited.Text("title")));
        (await creator.PatchAsync(mine, new JsonObject { ["title"] = "Again" }, first.ETag)).IsProblem(412, "stale");
        (await creator.PatchAsync(mine, new JsonObject { ["title"] = "Again" }, edited.ETag)).IsProblem(409, "in-review");
        await host.DrainAsync();
        Assert.Equal("Behind the wheel", (await subscriber.GetAsync(feed)).Text("items.0.title"));
        (await subscriber.GetAsync($"{feed}/{id}/playback")).Is(HttpStatusCode.OK);

        await _shop.DecideAsync(id, "requestChanges");
        var back = await creator.GetAsync(mine);
        Assert.Equal(("published", "changesRequested", "texts"), (back.Text("state"), back.Text("draftState"), back.Text("reviewNote.rule")));
        Assert.Equal("Behind the wheel", (await subscriber.GetAsync(feed)).Text("items.0.title"));
        Assert.Equal("inReview", (await creator.PatchAsync(mine, new JsonObject { ["title"] = "Near the wheel" }, back.ETag)).Is(HttpStatusCode.OK).Text("draftState"));
        await host.DrainAsync();
        await _shop.DecideAsync(id);
        Assert.Equal(("Near the wheel", "And the kiln."), ((await subscriber.GetAsync(feed)).Text("items.0.title"), (await subscriber.GetAsync(feed)).Text("items.0.description")));
        Assert.Equal("approved", (await creator.GetAsync(mine)).Text("draftState"));
        Assert.Single((await subscriber.GetAsync(feed)).At("items")!.AsArray());
    }

    [Fact]
    public async Task A_removal_is_reported_for_appealed_and_reversed_to_exactly_what_was()
    {
        var (creator, friends, family) = await _shop.TiersAsync();
        var (subscriber, _) = await _shop.SubscriberAsync(creator, friends);
        var (relative, _) = await _shop.SubscriberAsync(creator, family);
        var video = await _shop.ReadyVideoAsync(creator);
        var id = await _shop.ExclusiveAsync(creator, video, friends);
        var (feed, talk) = ($"/v1/creators/{creator.Id}/exclusives", $"/v1/series/{id}/videos/{video}");
        (await subscriber.PostAsync($"{talk}/like")).Is(HttpStatusCode.NoContent);
        var comment = (await subscriber.PostAsync($"{talk}/comments", new JsonObject { ["text"] = "Lovely." })).Is(HttpStatusCode.Created).Text("commentId");
        var before = (await subscriber.GetAsync(feed)).At("items")!.ToJsonString();

        // Nobody but those who watch it hears that there is something to report; a comment on it neither.
        var stranger = await host.PersonAsync("stranger");
        foreach (var outsider in new[] { stranger, relative })
        {
            Assert.Equal(Code(await outsider.PostAsync("/v1/reports", Report("exc_none", null, null))), Code(await outsider.PostAsync("/v1/reports", Report(id, null, null))));
            Assert.Equal(Code(await outsider.PostAsync("/v1/reports", Report("exc_none", "vid_none", comment))), Code(await outsider.PostAsync("/v1/reports", Report(id, video, comment))));
            Assert.Equal(Code(await outsider.PostAsync("/v1/series/exc_none/appeal", new JsonObject { ["note"] = "Why?" })), Code(await outsider.PostAsync($"/v1/series/{id}/appeal", new JsonObject { ["note"] = "Why?" })));
            Assert.Equal(Code(await outsider.GetAsync("/v1/series/exc_none/progress")), Code(await outsider.GetAsync($"/v1/series/{id}/progress")));
        }
        (await subscriber.PostAsync("/v1/reports", Report(id, video, comment))).IsProblem(409, "own-comment");
        (await creator.PostAsync("/v1/reports", Report(id, null, null))).IsProblem(409, "own-series");
        (await creator.PostAsync("/v1/reports", Report(id, video, comment))).Is(HttpStatusCode.Accepted);
        (await subscriber.PostAsync("/v1/reports", Report(id, video, null))).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var moderator = await host.PersonAsync("moderator", "moderator");
        var open = (await moderator.GetAsync("/v1/moderation/cases?limit=100")).At("items")!.AsArray().Where(item => item!["seriesId"]!.ToString() == id).ToList();
        Assert.Equal(["comment", "reports"], open.Select(item => item!["kind"]!.ToString()).Order(StringComparer.Ordinal));
        (await moderator.GetAsync($"{feed}/{id}/playback")).Is(HttpStatusCode.OK);
        await DecideAsync(moderator, open.Single(item => item!["kind"]!.ToString() == "reports")!["caseId"]!.ToString(), "remove");

        (await moderator.GetAsync($"{feed}/{id}/playback")).IsProblem(403, "subscription-required");
        Assert.Empty((await subscriber.GetAsync(feed)).Is(HttpStatusCode.OK).At("items")!.AsArray());
        (await subscriber.GetAsync($"{feed}/{id}/playback")).IsProblem(403, "subscription-required");
        (await subscriber.GetAsync($"{talk}/engagement")).IsProblem(404, "not-found");
        (await subscriber.PostAsync($"{talk}/comments", new JsonObject { ["text"] = "Why?" })).IsProblem(404, "not-found");
        Assert.Equal("removed", (await creator.GetAsync($"/v1/creators/me/exclusives/{id}")).Text("state"));

        var appeal = (await creator.PostAsync($"/v1/series/{id}/appeal", new JsonObject { ["note"] = "It shows a kiln." })).Is(HttpStatusCode.Accepted);
        Assert.Equal("remove", appeal.Text("against"));
        (await moderator.PostAsync($"/v1/moderation/cases/{appeal.Text("appealId")}/decision", Verdict("reverse"))).IsProblem(403, "own-decision");
        await DecideAsync(await host.PersonAsync("moderator", "moderator"), appeal.Text("appealId"), "reverse");
        Assert.Equal(before, (await subscriber.GetAsync(feed)).At("items")!.ToJsonString());
        Assert.Empty((await relative.GetAsync(feed)).At("items")!.AsArray());
        (await subscriber.GetAsync($"{feed}/{id}/playback")).Is(HttpStatusCode.OK);
        var engagement = (await subscriber.GetAsync($"{talk}/engagement")).Is(HttpStatusCode.OK);
        Assert.Equal(("1", "true", "1"), (engagement.Text("likes"), engagement.Text("liked"), engagement.Text("comments")));
        Assert.Equal(("published", "approved"), ((await creator.GetAsync($"/v1/creators/me/exclusives/{id}")).Text("state"), (await creator.GetAsync($"/v1/creators/me/exclusives/{id}")).Text("draftState")));
        (await creator.PostAsync($"/v1/series/{id}/appeal", new JsonObject { ["note"] = "Again." })).IsProblem(409, "nothing-to-appeal");
    }

    [Fact]
    public async Task A_subscriber_goes_on_where_she_was_for_as_long_as_she_may_watch()
    {
        var (creator, friends, family) = await _shop.TiersAsync();
        var (subscriber, mine) = await _shop.SubscriberAsync(creator, friends);
        var (relative, _) = await _shop.SubscriberAsync(creator, family);
        var video = await _shop.ReadyVideoAsync(creator);
        var id = await _shop.ExclusiveAsync(creator, video, friends);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var (person, kept) in new[] { (subscriber, true), (relative, false), (await host.PersonAsync("stranger"), false) })
            Assert.Equal(kept, (await person.PostAsync("/v1/me/progress", Watched(id, video))).Is(HttpStatusCode.OK).At("items.0.kept")!.GetValue<bool>());
        var next = (await subscriber.GetAsync("/v1/me/continue-watching")).Is(HttpStatusCode.OK);
        Assert.Equal((id, creator.Id, video, "2000"), (next.Text("items.0.seriesId"), next.Text("items.0.creatorId"), next.Text("items.0.videoId"), next.Text("items.0.positionMs")));
        Assert.Equal("2", (await subscriber.GetAsync($"/v1/series/{id}/progress")).Is(HttpStatusCode.OK).Text("videos.0.watchedSeconds"));
        host.Clock.Advance(TimeSpan.FromMinutes(11));
        await host.DrainAsync();
        Assert.Equal((id, "1", "2"), (await AnalyticsAsync("series.0.seriesId"), await AnalyticsAsync("series.0.numbers.views"), await AnalyticsAsync("series.0.numbers.watchSeconds")));

        (await subscriber.PostAsync($"{mine}/cancel")).Is(HttpStatusCode.OK);
        host.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Empty((await subscriber.GetAsync("/v1/me/continue-watching")).At("items")!.AsArray());
        Assert.False((await subscriber.PostAsync("/v1/me/progress", Watched(id, video))).At("items.0.kept")!.GetValue<bool>());

        async Task<string> AnalyticsAsync(string path) => (await creator.GetAsync("/v1/creators/me/analytics")).Is(HttpStatusCode.OK).Text(path);
    }

    private JsonObject Watched(string id, string video) => new()
    {
        ["items"] = new JsonArray(new JsonObject
        {
            ["seriesId"] = id,
            ["videoId"] = video,
            ["positionMs"] = 2_000,
            ["at"] = host.Now(),
            ["played"] = new JsonArray(new JsonObject { ["fromMs"] = 0, ["toMs"] = 2_000 }),
        }),
    };

    private static JsonObject Report(string id, string? video, string? comment)
    {
        var body = new JsonObject { ["seriesId"] = id, ["reason"] = "misleading" };
        if (video is not null)
            body["videoId"] = video;
        if (comment is not null)
            body["commentId"] = comment;
        return body;
    }

    private static JsonObject Verdict(string decision) => new() { ["decision"] = decision, ["rule"] = "videos", ["note"] = "As it says." };

    private async Task DecideAsync(Person moderator, string caseId, string decision)
    {
        (await moderator.PostAsync($"/v1/moderation/cases/{caseId}/decision", Verdict(decision))).Is(HttpStatusCode.OK);
        await host.DrainAsync();
    }

    [Fact]
    public async Task What_can_t_be_published_is_refused()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var (video, _) = await Shop.AnnounceAsync(creator);
        (await creator.PostAsync("/v1/creators/me/exclusives", Body(video, friends))).IsProblem(409, "video-not-ready");
        var ready = await _shop.ReadyVideoAsync(creator);
        (await creator.PostAsync("/v1/creators/me/exclusives", Body(ready))).IsProblem(422, "validation-failed");
        (await creator.PostAsync("/v1/creators/me/exclusives", Body(ready, "tie_none"))).IsProblem(422, "validation-failed");
        (await creator.PostAsync("/v1/creators/me/exclusives", Body("vid_none", friends))).IsProblem(422, "validation-failed");
        var other = await _shop.CreatorAsync();
        (await other.PostAsync("/v1/creators/me/exclusives", Body(ready, friends))).IsProblem(403, "subscription-programme-required");
    }

    [Fact]
    public async Task A_stranger_learns_of_no_comment_and_an_author_whose_time_is_over_takes_hers_back()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var (subscriber, mine) = await _shop.SubscriberAsync(creator, friends);
        var (lasting, _) = await _shop.SubscriberAsync(creator, friends);
        var video = await _shop.ReadyVideoAsync(creator);
        var id = await _shop.ExclusiveAsync(creator, video, friends);
        var path = $"/v1/series/{id}/videos/{video}/comments";
        var written = (await subscriber.PostAsync(path, new JsonObject { ["text"] = "Lovely." })).Is(HttpStatusCode.Created);
        var there = $"{path}/{written.Text("commentId")}";
        var stranger = await host.PersonAsync("stranger");
        foreach (var one in new[] { there, $"{path}/com_none" })
        {
            (await stranger.PatchAsync(one, new JsonObject { ["text"] = "Mine." }, written.ETag)).IsProblem(404, "not-found");
            (await stranger.DeleteAsync(one, written.ETag)).IsProblem(404, "not-found");
            (await stranger.PostAsync($"{one}/unlike")).IsProblem(404, "not-found");
            (await stranger.PostAsync($"{one}/like")).IsProblem(404, "not-found");
        }
        (await lasting.DeleteAsync(there, written.ETag)).IsProblem(403, "not-the-author");
        (await lasting.PostAsync($"{there}/unlike")).Is(HttpStatusCode.NoContent);
        (await subscriber.PostAsync($"{there}/like")).Is(HttpStatusCode.NoContent);

        (await subscriber.PostAsync($"{mine}/cancel")).Is(HttpStatusCode.OK);
        host.Clock.Advance(TimeSpan.FromDays(32));
        (await subscriber.GetAsync(path)).IsProblem(404, "not-found");
        (await subscriber.PostAsync($"{there}/unlike")).Is(HttpStatusCode.NoContent);
        (await subscriber.DeleteAsync(there, written.ETag)).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_tier_is_named_once_and_the_creator_sees_her_own_feed()
    {
        var (creator, friends, family) = await _shop.TiersAsync();
        var video = await _shop.ReadyVideoAsync(creator);
        var id = await _shop.ExclusiveAsync(creator, video, friends);
        var other = await _shop.ExclusiveAsync(creator, await _shop.ReadyVideoAsync(creator), family);
        var mine = $"/v1/creators/me/exclusives/{id}";
        var etag = (await creator.GetAsync(mine)).ETag;
        foreach (var twice in new[] { Tiers(friends, friends, family), Tiers(family, family) })
            (await creator.PutAsync($"{mine}/tiers", twice, etag)).IsProblem(422, "validation-failed");
        Assert.Equal([friends], (await creator.GetAsync(mine)).At("tierIds")!.AsArray().Select(tier => tier!.ToString()));

        // Of whatever tier; what is in review or taken back is in her own list alone.
        (await creator.PostAsync("/v1/creators/me/exclusives", Body(await _shop.ReadyVideoAsync(creator), friends))).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        Assert.Equal([other, id], (await creator.GetAsync($"/v1/creators/{creator.Id}/exclusives")).Is(HttpStatusCode.OK).At("items")!.AsArray().Select(item => item!["exclusiveId"]!.ToString()));
    }

    private static JsonObject Tiers(params string[] tiers) => new() { ["tierIds"] = new JsonArray([.. tiers.Select(tier => JsonValue.Create(tier))]) };

    private static JsonObject Body(string video, params string[] tiers)
    {
        var body = Tiers(tiers);
        body["videoId"] = video;
        body["title"] = "Behind the wheel";
        return body;
    }

    private static string Code(Reply reply) => $"{(int)reply.Status} {reply.Text("code")} {reply.Text("detail")}";
}
