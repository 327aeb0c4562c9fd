using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>How far somebody is, and what her refund makes of it. Finds a position that goes back, a second that counts twice, and a client that writes its own share.</summary>
public sealed class ProgressTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task The_last_position_by_the_players_clock_wins_and_no_clock_is_ahead_of_ours()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await TellAsync(viewer, Report(series, video, 9_000, TimeSpan.FromMinutes(-1)));
        // Another device, that was offline: older by its own clock, whenever it comes.
        Assert.Equal("9000", (await TellAsync(viewer, Report(series, video, 2_000, TimeSpan.FromMinutes(-3)))).Text("items.0.positionMs"));
        // A clock of next year pins nothing.
        Assert.Equal("4000", (await TellAsync(viewer, Report(series, video, 4_000, TimeSpan.FromDays(400)))).Text("items.0.positionMs"));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("5000", (await TellAsync(viewer, Report(series, video, 5_000))).Text("items.0.positionMs"));
        var seen = (await viewer.GetAsync($"/v1/series/{series}/progress")).Is(HttpStatusCode.OK);
        Assert.Equal(("5000", "0"), (seen.Text("videos.0.positionMs"), seen.Text("watchedBasisPoints")));
        (await viewer.GetAsync($"/v1/series/{series}/progress", ("If-None-Match", seen.ETag))).Is(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_second_counts_once_however_it_is_told_and_nothing_takes_it_away()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var length = await SecondsAsync(viewer, series);
        // Three seconds in pieces, twice, overlapping, backwards.
        await TellAsync(viewer, Report(series, video, 0, default, (2_000, 3_000), (0, 500), (500, 1_999), (0, 3_000)));
        await TellAsync(viewer, Report(series, video, 0, default, (1_000, 2_000)));
        await TellAsync(viewer, Report(series, video, 0));
        Assert.Equal(3 * 10_000 / length, await ShareAsync(viewer, series));
        // Beyond the end there is nothing to watch.
        await TellAsync(viewer, Report(series, video, long.MaxValue, default, (length * 1_000L, long.MaxValue)));
        Assert.Equal(3 * 10_000 / length, await ShareAsync(viewer, series));
        await TellAsync(viewer, Report(series, video, 0, default, (0, long.MaxValue)));
        Assert.Equal(10_000, await ShareAsync(viewer, series));
    }

    [Fact]
    public async Task Nobody_has_watched_more_than_time_has_passed()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        await TellAsync(viewer, Report(series, video, 20_000, default, (0, 1_000_000)));
        var watched = (await viewer.GetAsync($"/v1/series/{series}/progress")).At("videos.0.watchedSeconds")!.GetValue<int>();
        // Two seconds of the clock that the test moves, and the real time of a few requests.
        Assert.InRange(watched, 6, await SecondsAsync(viewer, series) - 1);
    }

    [Fact]
    public async Task Whoever_watched_a_tenth_keeps_it_and_whoever_watched_less_may_give_it_back()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var (little, _) = await _shop.BuyerAsync(series);
        var (much, _) = await _shop.BuyerAsync(series);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var tenth = (await SecondsAsync(little, series) + 9) / 10;
        await TellAsync(little, Report(series, video, 1_000, default, (0, (tenth - 1) * 1_000)));
        await TellAsync(much, Report(series, video, 1_000, default, (0, tenth * 1_000)));
        (await much.PostAsync($"/v1/me/purchases/{await PurchaseAsync(much)}/refund")).IsProblem(422, "watched-too-much");
        (await little.PostAsync($"/v1/me/purchases/{await PurchaseAsync(little)}/refund")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        (await little.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(403, "purchase-required");
        // What she has lost she need not continue, and can't tell of.
        Assert.Empty((await little.GetAsync("/v1/me/continue-watching")).At("items")!.AsArray());
        Assert.Equal("false", (await TellAsync(little, Report(series, video, 2_000))).Text("items.0.kept"));
    }

    [Fact]
    public async Task What_was_begun_is_there_to_continue_until_it_is_done()
    {
        var (_, first, ofFirst) = await _shop.PublishedAsync();
        var (_, second, ofSecond) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(first);
        await _shop.PayAsync(await Shop.CheckoutAsync(viewer, second));
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var length = await SecondsAsync(viewer, first);
        // One request, two series and one that is nobody's.
        var told = await TellAsync(viewer, Report(first, ofFirst, 3_000), Report(second, ofSecond, 7_000), Report("ser_nothing", "vid_nothing", 1));
        Assert.Equal(["true", "true", "false"], told.At("items")!.AsArray().Select(item => item!["kept"]!.ToString()));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await TellAsync(viewer, Report(first, ofFirst, 4_000));
        var next = (await viewer.GetAsync("/v1/me/continue-watching")).Is(HttpStatusCode.OK).At("items")!.AsArray();
        Assert.Equal([(first, 4_000), (second, 7_000)], next.Select(item => (item!["seriesId"]!.ToString(), item["positionMs"]!.GetValue<int>())));
        Assert.Equal((ofFirst, "Throwing a bowl"), (next[0]!["videoId"]!.ToString(), next[0]!["videoTitle"]!.ToString()));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await TellAsync(viewer, Report(first, ofFirst, length * 1_000L));
        Assert.Equal([second], (await viewer.GetAsync("/v1/me/continue-watching")).At("items")!.AsArray().Select(item => item!["seriesId"]!.ToString()));
    }

    [Fact]
    public async Task Telling_the_same_again_changes_nothing_whatever_the_players_clock_says()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        foreach (var later in new[] { TimeSpan.FromMinutes(-1), TimeSpan.FromHours(1) })
        {
            var report = Report(series, video, 3_000, later, (0, 3_000));
            await TellAsync(viewer, (JsonObject)report.DeepClone());
            var told = (await viewer.GetAsync($"/v1/series/{series}/progress")).Is(HttpStatusCode.OK);
            host.Clock.Advance(TimeSpan.FromSeconds(5));
            var items = (await TellAsync(viewer, (JsonObject)report.DeepClone(), (JsonObject)report.DeepClone())).At("items")!.AsArray();
            Assert.All(items, item => Assert.Equal(("true", "3000"), (item!["kept"]!.ToString(), item["positionMs"]!.ToString())));
            Assert.Equal(told.ETag, (await viewer.GetAsync($"/v1/series/{series}/progress")).ETag);
        }
        // Three seconds watched twice, at two times; told six times.
        var stored = System.Text.Json.Nodes.JsonNode.Parse(host.Documents().Single(document => document.Partition == $"viewer|{viewer.Id}" && document.Id == $"progress|{series}").Body)!;
        Assert.Equal((6, 6), (stored["playedSeconds"]!.GetValue<int>(), stored["days"]!.AsArray().Sum(day => day!["seconds"]!.GetValue<int>())));
        // Another device comes late with what nobody knew yet, twice.
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await TellAsync(viewer, Report(series, video, 1_000, TimeSpan.FromMinutes(-4), (2_000, 4_000)));
            stored = System.Text.Json.Nodes.JsonNode.Parse(host.Documents().Single(document => document.Partition == $"viewer|{viewer.Id}" && document.Id == $"progress|{series}").Body)!;
            Assert.Equal(7, stored["playedSeconds"]!.GetValue<int>());
        }
    }

    [Fact]
    public async Task Progress_is_there_for_those_to_whom_the_series_is()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        var stranger = await host.PersonAsync("stranger");
        var path = $"/v1/series/{series}/progress";
        (await stranger.GetAsync(path)).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"/v1/series/{series}/unlist")).Is(HttpStatusCode.OK);
        (await stranger.GetAsync(path)).IsProblem(404, "not-found");
        foreach (var person in new[] { viewer, creator })
            (await person.GetAsync(path)).Is(HttpStatusCode.OK);
        var (other, second, _) = await _shop.PublishedAsync();
        (await other.DeleteAsync($"/v1/series/{second}", (await other.GetAsync($"/v1/series/{second}")).ETag)).Is(HttpStatusCode.NoContent);
        foreach (var person in new[] { stranger, other })
        {
            (await person.GetAsync($"/v1/series/{second}")).IsProblem(404, "not-found");
            (await person.GetAsync($"/v1/series/{second}/progress")).IsProblem(404, "not-found");
        }
    }

    [Fact]
    public async Task Hostile_reports_are_refused_whole()
    {
        var viewer = await host.PersonAsync("viewer");
        (await viewer.PostAsync("/v1/me/progress", new JsonObject { ["items"] = new JsonArray() })).IsProblem(422, "validation-failed");
        (await viewer.PostAsync("/v1/me/progress", new JsonObject { ["items"] = new JsonArray([.. Enumerable.Range(0, 51).Select(_ => (JsonNode)Report("ser_1", "vid_1", 1))]) })).IsProblem(422, "validation-failed");
        foreach (var wrong in new[] { Report("ser/1", "vid_1", 1), Report("ser_1", "a b", 1), Report("ser_1", "vid_1", -1), Report("ser_1", "vid_1", 1, default, (5, 5)), Report("ser_1", "vid_1", 1, default, (-1, 5)) })
            (await viewer.PostAsync("/v1/me/progress", new JsonObject { ["items"] = new JsonArray(wrong) })).IsProblem(422, "validation-failed");
        var many = Report("ser_1", "vid_1", 1, default, [.. Enumerable.Range(0, 101).Select(i => ((long)i, i + 1L))]);
        (await viewer.PostAsync("/v1/me/progress", new JsonObject { ["items"] = new JsonArray(many) })).IsProblem(422, "validation-failed");
    }

    private static async Task<Reply> TellAsync(Person viewer, params JsonObject[] reports) =>
        (await viewer.PostAsync("/v1/me/progress", new JsonObject { ["items"] = new JsonArray([.. reports]) })).Is(HttpStatusCode.OK);

    private JsonObject Report(string series, string video, long position, TimeSpan later = default, params (long From, long To)[] played) => new()
    {
        ["seriesId"] = series,
        ["videoId"] = video,
        ["positionMs"] = position,
        ["at"] = host.Now(later),
        ["played"] = new JsonArray([.. played.Select(span => (JsonNode)new JsonObject { ["fromMs"] = span.From, ["toMs"] = span.To })]),
    };

    private static async Task<int> ShareAsync(Person viewer, string series) => (await viewer.GetAsync($"/v1/series/{series}/progress")).At("watchedBasisPoints")!.GetValue<int>();

    private static async Task<int> SecondsAsync(Person viewer, string series) =>
        (int)Math.Ceiling((await viewer.GetAsync($"/v1/series/{series}")).At("videos.0.durationMs")!.GetValue<long>() / 1_000.0);

    private static async Task<string> PurchaseAsync(Person viewer) => (await viewer.GetAsync("/v1/me/purchases")).Text("items.0.purchaseId");
}
