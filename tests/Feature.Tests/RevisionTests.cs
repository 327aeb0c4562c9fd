using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;

namespace Feature.Tests;

/// <summary>Editing what is on sale, together and after people bought it. Finds reviews that show too much or too little, and buyers who lose a video.</summary>
public sealed class RevisionTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task The_case_of_a_later_revision_shows_what_changed_and_nothing_else()
    {
        var (creator, id, first) = await _shop.PublishedAsync();
        var second = await _shop.ReadyVideoAsync(creator);
        var own = await creator.GetAsync($"/v1/series/{id}");
        var edited = (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["description"] = "From clay to kiln." }, own.ETag)).Is(HttpStatusCode.OK);
        (await creator.PatchAsync($"/v1/series/{id}/videos/{first}", new JsonObject { ["title"] = "Throwing" }, edited.ETag)).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"/v1/series/{id}/videos", new JsonObject { ["videoId"] = second, ["title"] = "Firing", ["position"] = 0 })).Is(HttpStatusCode.Created);
        (await creator.PostAsync($"/v1/series/{id}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var moderator = await host.PersonAsync("moderator", "moderator");
        var open = (await moderator.GetAsync($"/v1/moderation/cases/{await _shop.CaseOfAsync(id)}")).Is(HttpStatusCode.OK);
        Assert.Equal("1", open.Text("basedOn"));
        Assert.Null(open.At("changes.title"));
        Assert.Null(open.At("changes.cover"));
        Assert.Equal("From clay to bowl.", open.Text("changes.description.before"));
        Assert.Equal("From clay to kiln.", open.Text("changes.description.after"));
        Assert.Equal(second, open.Text("changes.added.0.id"));
        Assert.Single(open.At("changes.added")!.AsArray());
        Assert.Equal("Throwing", open.Text("changes.retitled.0.after"));
        Assert.Empty(open.At("changes.removed")!.AsArray());
        Assert.Equal("false", open.Text("changes.reordered"));
    }

    [Fact]
    public async Task What_was_edited_back_to_what_is_approved_needs_no_review()
    {
        var (creator, id, _) = await _shop.PublishedAsync();
        var own = await creator.GetAsync($"/v1/series/{id}");
        var edited = (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["title"] = "Other" }, own.ETag)).Is(HttpStatusCode.OK);
        (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["title"] = "Ceramics from zero" }, edited.ETag)).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"/v1/series/{id}/submit")).IsProblem(409, "nothing-to-review");
    }

    [Fact]
    public async Task Who_edits_an_old_copy_hears_what_changed_and_can_go_on_from_there()
    {
        var creator = await _shop.CreatorAsync();
        var id = await Shop.DraftAsync(creator);
        var phone = await creator.GetAsync($"/v1/series/{id}");
        var laptop = (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["title"] = "From the laptop" }, phone.ETag)).Is(HttpStatusCode.OK);
        (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["price"] = Shop.Price(1_499) }, laptop.ETag)).Is(HttpStatusCode.OK);
        var stale = (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["description"] = "From the phone" }, phone.ETag)).IsProblem(412, "stale");
        Assert.Equal(["title", "price"], stale.At("changed")!.AsArray().Select(field => field!.ToString()));
        Assert.Equal("From the laptop", stale.Text("current.draft.content.title"));
        var again = (await creator.PatchAsync($"/v1/series/{id}", new JsonObject { ["description"] = "From the phone" }, stale.Text("currentETag"))).Is(HttpStatusCode.OK);
        Assert.Equal("From the laptop", again.Text("title"));
        Assert.Equal("From the phone", again.Text("description"));
        // Deleting on an old reading is the same.
        Assert.Equal(["description"], (await creator.DeleteAsync($"/v1/series/{id}", stale.Text("currentETag"))).IsProblem(412, "stale").At("changed")!.AsArray().Select(field => field!.ToString()));
        // Somebody else's old copy tells her nothing.
        var stranger = await host.PersonAsync("stranger");
        (await stranger.PatchAsync($"/v1/series/{id}", new JsonObject { ["title"] = "Mine" }, phone.ETag)).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task Video_first_makes_a_series_around_a_video_in_one_call()
    {
        var creator = await _shop.CreatorAsync();
        var video = await _shop.ReadyVideoAsync(creator);
        var body = new JsonObject { ["newSeries"] = Shop.NewSeries(), ["title"] = "Throwing a bowl" };
        var made = (await creator.PostAsync($"/v1/videos/{video}/series", body, "once")).Is(HttpStatusCode.Created);
        Assert.Equal("draft", made.Text("state"));
        Assert.Equal(video, made.Text("videos.0.videoId"));
        Assert.Equal("Throwing a bowl", made.Text("videos.0.title"));
        var again = (await creator.PostAsync($"/v1/videos/{video}/series", body, "once")).Is(HttpStatusCode.Created);
        Assert.Equal(made.Text("seriesId"), again.Text("seriesId"));
        await host.DrainAsync();
        Assert.Single((await creator.GetAsync("/v1/me/series")).At("items")!.AsArray());
        (await creator.DeleteAsync($"/v1/videos/{video}", (await creator.GetAsync($"/v1/videos/{video}")).ETag)).IsProblem(409, "video-in-use");

        var second = await _shop.ReadyVideoAsync(creator);
        var added = (await creator.PostAsync($"/v1/videos/{second}/series", new JsonObject { ["seriesId"] = made.Text("seriesId"), ["position"] = 0 })).Is(HttpStatusCode.Created);
        Assert.Equal([second, video], added.At("videos")!.AsArray().Select(item => item!["videoId"]!.ToString()));
        (await creator.PostAsync($"/v1/videos/{second}/series", new JsonObject())).IsProblem(422, "validation-failed");
        (await creator.PostAsync($"/v1/videos/{second}/series", new JsonObject { ["seriesId"] = made.Text("seriesId"), ["newSeries"] = Shop.NewSeries() })).IsProblem(422, "validation-failed");
        (await creator.PostAsync("/v1/videos/vid_nobodys/series", new JsonObject { ["newSeries"] = Shop.NewSeries() })).IsProblem(422, "validation-failed");
    }

    [Fact]
    public async Task A_video_that_was_bought_stays_with_its_buyers_when_it_leaves_the_series_and_when_it_is_deleted()
    {
        var (creator, id, first) = await _shop.PublishedAsync();
        var (buyer, _) = await _shop.BuyerAsync(id);
        var second = await _shop.ReadyVideoAsync(creator);
        var added = (await creator.PostAsync($"/v1/series/{id}/videos", new JsonObject { ["videoId"] = second })).Is(HttpStatusCode.Created);
        (await creator.DeleteAsync($"/v1/series/{id}/videos/{first}", added.ETag)).Is(HttpStatusCode.OK);
        // Out of the working copy, and on sale until the revision is approved.
        (await creator.DeleteAsync($"/v1/videos/{first}", (await creator.GetAsync($"/v1/videos/{first}")).ETag)).IsProblem(409, "video-in-use");
        (await creator.PostAsync($"/v1/series/{id}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        await _shop.DecideAsync(id);
        Assert.Equal([second], (await host.Anonymous().GetAsync($"/v1/series/{id}")).At("videos")!.AsArray().Select(item => item!["videoId"]!.ToString()));
        (await creator.DeleteAsync($"/v1/videos/{first}", (await creator.GetAsync($"/v1/videos/{first}")).ETag)).Is(HttpStatusCode.NoContent);
        (await creator.GetAsync($"/v1/videos/{first}")).IsProblem(404, "not-found");
        Assert.DoesNotContain((await creator.GetAsync("/v1/me/videos")).At("items")!.AsArray(), item => item!["videoId"]!.ToString() == first);
        // Nor does the sweep of files that nobody knows take it.
        host.Clock.Advance(TimeSpan.FromHours(2));
        await host.Services.GetRequiredService<SeriesFunctions.Core.Media.SweepMedia>().HandleAsync(TestContext.Current.CancellationToken);
        var playback = (await buyer.GetAsync($"/v1/series/{id}/videos/{first}/playback")).Is(HttpStatusCode.OK);
        Assert.Equal(Shop.SampleVideo, (await host.Anonymous().GetAsync(playback.Text("url"))).Is(HttpStatusCode.OK).Bytes);
        (await (await host.PersonAsync("late")).GetAsync($"/v1/series/{id}/videos/{first}/playback")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_deleted_series_is_gone_for_everybody_and_its_videos_can_be_deleted()
    {
        var (creator, id, video) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("late");
        var late = await Shop.CheckoutAsync(viewer, id);
        (await creator.DeleteAsync($"/v1/series/{id}", (await creator.GetAsync($"/v1/series/{id}")).ETag)).Is(HttpStatusCode.NoContent);
        await host.DrainAsync();
        (await creator.GetAsync($"/v1/series/{id}")).IsProblem(404, "not-found");
        (await host.Anonymous().GetAsync($"/v1/series/{id}")).IsProblem(404, "not-found");
        Assert.Empty((await host.Anonymous().GetAsync($"/v1/creators/{creator.Id}/series")).At("items")!.AsArray());
        (await (await host.PersonAsync("viewer")).PostAsync($"/v1/series/{id}/checkout", Shop.Return())).IsProblem(404, "not-found");
        (await creator.DeleteAsync($"/v1/videos/{video}", (await creator.GetAsync($"/v1/videos/{video}")).ETag)).Is(HttpStatusCode.NoContent);
        // The payment that was on its way comes to nothing and is given back.
        await _shop.PayAsync(late);
        Assert.Equal("failed", (await viewer.GetAsync($"/v1/checkouts/{late.Text("checkoutId")}")).Text("state"));
    }
}
