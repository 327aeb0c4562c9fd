using System.Net;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;

namespace Feature.Tests;

/// <summary>Likes and blocks over HTTP. Finds a like that is lost or counted twice when many write at once, and one of somebody who may not watch.</summary>
public sealed class LikeTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const int Writers = 64;
    private const int Writes = 10_000;

    private readonly Shop _shop = new(host);

    [Fact]
    public async Task Ten_thousand_likes_and_unlikes_by_64_writers_end_exact()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        // Two writers a viewer: two devices of one person meet as well.
        var viewers = new List<Person>();
        for (var i = 0; i < Writers / 2; i++)
            viewers.Add(await BuyerAsync(series));
        var path = $"/v1/series/{series}/videos/{video}";
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var dice = new Random(writer);
            for (var i = 0; i < Writes / Writers + 1; i++)
                (await viewers[writer / 2].PostAsync(path + (dice.Next(2) == 0 ? "/like" : "/unlike"))).Is(HttpStatusCode.NoContent);
        }));
        var liking = 0;
        foreach (var viewer in viewers)
            liking += (await viewer.GetAsync(path + "/engagement")).Is(HttpStatusCode.OK).At("liked")!.GetValue<bool>() ? 1 : 0;
        Assert.InRange(liking, 1, viewers.Count - 1);
        Assert.Equal(liking, (await viewers[0].GetAsync(path + "/engagement")).At("likes")!.GetValue<int>());
    }

    [Fact]
    public async Task Only_those_who_may_watch_like_and_what_they_gave_they_may_take()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var path = $"/v1/series/{series}/videos/{video}";
        var stranger = await host.PersonAsync("stranger");
        (await stranger.PostAsync(path + "/like")).IsProblem(403, "purchase-required");
        (await stranger.GetAsync(path + "/engagement")).IsProblem(403, "purchase-required");
        foreach (var nowhere in new[] { $"/v1/series/{series}/videos/vid_nothing", $"/v1/series/ser_nothing/videos/{video}" })
        {
            (await stranger.PostAsync($"{nowhere}/like")).IsProblem(404, "not-found");
            (await stranger.PostAsync($"{nowhere}/unlike")).IsProblem(404, "not-found");
        }
        (await stranger.PostAsync(path + "/unlike")).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync(path + "/like")).Is(HttpStatusCode.NoContent);

        var (viewer, checkout) = await _shop.BuyerAsync(series);
        (await viewer.PostAsync(path + "/like")).Is(HttpStatusCode.NoContent);
        (await viewer.PostAsync(path + "/like")).Is(HttpStatusCode.NoContent);
        var likes = (await creator.GetAsync(path + "/engagement")).Is(HttpStatusCode.OK);
        Assert.Equal(("2", "true"), (likes.Text("likes"), likes.Text("liked")));

        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync($"/v1/operator/purchases/pur{checkout[3..]}/refund", new System.Text.Json.Nodes.JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal("2", (await creator.GetAsync(path + "/engagement")).Text("likes"));
        (await viewer.PostAsync(path + "/like")).IsProblem(403, "purchase-required");
        (await viewer.PostAsync(path + "/unlike")).Is(HttpStatusCode.NoContent);
        Assert.Equal("1", (await creator.GetAsync(path + "/engagement")).Text("likes"));
    }

    [Fact]
    public async Task Whom_a_creator_blocked_can_like_nothing_of_hers_until_she_is_unblocked()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var viewer = await BuyerAsync(series);
        var path = $"/v1/series/{series}/videos/{video}";
        (await creator.PostAsync($"/v1/users/{creator.Id}/block")).IsProblem(409, "own-account");
        foreach (var _ in Enumerable.Range(0, 2))
            (await creator.PostAsync($"/v1/users/{viewer.Id}/block")).Is(HttpStatusCode.NoContent);
        Assert.Equal([viewer.Id], (await creator.GetAsync("/v1/me/blocks")).At("items")!.AsArray().Select(block => block!["userId"]!.ToString()));
        (await viewer.PostAsync(path + "/like")).IsProblem(403, "blocked");
        // She bought it, and watches it.
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"/v1/users/{viewer.Id}/unblock")).Is(HttpStatusCode.NoContent);
        (await viewer.PostAsync(path + "/like")).Is(HttpStatusCode.NoContent);
        Assert.Empty((await creator.GetAsync("/v1/me/blocks")).At("items")!.AsArray());
    }

    /// <summary>A viewer with a grant, past the shop: how she got it is not what is tested here.</summary>
    private async Task<Person> BuyerAsync(string series)
    {
        var viewer = await host.PersonAsync("viewer");
        var id = new UserId(viewer.Id);
        var access = Access.Set(null, id, new(series), GrantCause.Purchase, "pur_1", GrantState.Live, null, host.Clock.GetUtcNow());
        var saved = await host.Services.GetRequiredService<Records>().SaveAsync(
            new Batch(Access.In(id)).Create(Access.DocumentId(access.SeriesId), access, access.Sort), TestContext.Current.CancellationToken);
        Assert.True(saved.IsOk);
        return viewer;
    }
}
