using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Who rates, once, and what all of it comes to. Finds a rating that counts twice and an average that is not one.</summary>
public sealed class RatingTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task A_buyer_rates_once_changes_it_and_takes_it_back()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var path = $"/v1/series/{series}/rating";
        (await creator.PostAsync(path, Stars(5))).IsProblem(409, "own-series");
        (await (await host.PersonAsync("stranger")).PostAsync(path, Stars(1))).IsProblem(403, "purchase-required");
        foreach (var wrong in new[] { Stars(0), Stars(6), Stars(5, " "), Stars(5, new string('a', 1_001)), Stars(5, "See https://pots.example.com/x") })
            (await viewer.PostAsync(path, wrong)).IsProblem(422, "validation-failed");
        (await viewer.GetAsync(path)).IsProblem(404, "not-found");

        var rated = (await viewer.PostAsync(path, Stars(4, "Good hands."))).Is(HttpStatusCode.Created);
        (await viewer.PostAsync(path, Stars(4, "Good hands."))).Is(HttpStatusCode.Created);
        (await viewer.PostAsync(path, Stars(5))).IsProblem(409, "already-rated");
        var edited = (await viewer.PatchAsync(path, new JsonObject { ["stars"] = 2 }, rated.ETag)).Is(HttpStatusCode.OK);
        Assert.Equal(("2", "Good hands."), (edited.Text("stars"), edited.Text("text")));
        (await viewer.PatchAsync(path, new JsonObject { ["stars"] = 3 }, rated.ETag)).IsProblem(412, "stale");
        await SummaryAsync(series, 1, 2m, [0, 1, 0, 0, 0]);
        var silent = (await viewer.PatchAsync(path, new JsonObject { ["text"] = null }, edited.ETag)).Is(HttpStatusCode.OK);
        Assert.Empty((await host.Anonymous().GetAsync(path + "s")).At("items")!.AsArray());
        await SummaryAsync(series, 1, 2m, [0, 1, 0, 0, 0]);

        // Given back: what she said stays, and is hers to take back.
        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync($"/v1/operator/purchases/pur{checkout[3..]}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        (await viewer.PatchAsync(path, new JsonObject { ["stars"] = 1 }, silent.ETag)).IsProblem(403, "purchase-required");
        await SummaryAsync(series, 1, 2m, [0, 1, 0, 0, 0]);
        (await viewer.DeleteAsync(path, silent.ETag)).Is(HttpStatusCode.NoContent);
        await SummaryAsync(series, 0, null, [0, 0, 0, 0, 0]);
    }

    [Fact]
    public async Task Average_and_histogram_are_exact_when_many_rate_and_change_their_minds_at_once()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var oper = await host.PersonAsync("operator", "operator");
        var path = $"/v1/series/{series}/rating";
        var last = await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
        {
            var viewer = await host.PersonAsync("viewer");
            (await oper.PostAsync($"/v1/operator/viewers/{viewer.Id}/access/{series}", new JsonObject { ["decision"] = "grant", ["reason"] = "test" })).Is(HttpStatusCode.OK);
            var dice = new Random(i);
            var stars = dice.Next(1, 6);
            var etag = (await viewer.PostAsync(path, Stars(stars, $"Number {i}."))).Is(HttpStatusCode.Created).ETag;
            for (var n = 0; n < 4; n++)
            {
                stars = dice.Next(1, 6);
                etag = (await viewer.PatchAsync(path, new JsonObject { ["stars"] = stars }, etag)).Is(HttpStatusCode.OK).ETag;
            }
            return stars;
        }));
        var histogram = Enumerable.Range(1, 5).Select(stars => last.Count(given => given == stars)).ToArray();
        await SummaryAsync(series, 24, Math.Round(last.Sum() / 24m, 2, MidpointRounding.AwayFromZero), histogram);
        var seen = new HashSet<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await host.Anonymous().GetAsync($"{path}s?limit=7{cursor}")).Is(HttpStatusCode.OK);
            Assert.All(page.At("items")!.AsArray(), item => Assert.True(seen.Add(item!["authorId"]!.ToString())));
            cursor = page.At("nextCursor")?.ToString() is { } next ? "&cursor=" + next : null;
        }
        Assert.Equal(24, seen.Count);
    }

    private async Task SummaryAsync(string series, int count, decimal? average, int[] histogram)
    {
        var summary = (await host.Anonymous().GetAsync($"/v1/series/{series}/ratings")).Is(HttpStatusCode.OK).At("summary")!;
        Assert.Equal((count, average), (summary["count"]!.GetValue<int>(), summary["average"]?.GetValue<decimal>()));
        Assert.Equal(histogram, summary["histogram"]!.AsArray().Select(stars => stars!.GetValue<int>()));
    }

    private static JsonObject Stars(int stars, string? text = null)
    {
        var body = new JsonObject { ["stars"] = stars };
        if (text is not null)
            body["text"] = text;
        return body;
    }
}
