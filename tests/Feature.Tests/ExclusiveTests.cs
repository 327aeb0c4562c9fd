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
