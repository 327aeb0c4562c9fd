using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>
/// What one sale, one view and one upload cost is what docs/scale.md says. Finds the read that somebody added to a path that a hundred million viewers take. When a change is meant,
/// <c>SCALE_WRITE=1 dotnet test tests/Feature.Tests --filter CostTests</c> writes the table anew.
/// </summary>
public sealed class CostTests
{
    private const string Begin = "<!-- counted by CostTests -->", End = "<!-- /counted -->";

    [Fact]
    public async Task The_document_says_what_the_code_does()
    {
        var measured = await MeasureAsync();
        var path = Path.Combine(Root(), "docs", "scale.md");
        var document = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var table = $"{Begin}\n{Head}{string.Concat(measured.Select(row => $"| {row.Name} | {row.Cost} |\n"))}{End}";
        var written = Regex.Match(document, $"{Regex.Escape(Begin)}.*{Regex.Escape(End)}", RegexOptions.Singleline).Value;
        if (Environment.GetEnvironmentVariable("SCALE_WRITE") == "1")
            await File.WriteAllTextAsync(path, document.Replace(written, table, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        else
            Assert.Equal(table, written);
    }

    private const string Head = """
        | what happens | point reads | pages | batches | items written | messages | blob calls | provider calls | request units, about |
        |---|--:|--:|--:|--:|--:|--:|--:|--:|

        """;

    private static async Task<List<(string Name, Cost Cost)>> MeasureAsync()
    {
        var costs = new Costs();
        // One handler at a time, so that none meets another and decides again; and no minute turns, whose sweeps would be counted.
        await using var host = new RunningHost { Replace = costs.Stand, Clock = new(new StoppedClock()) };
        await host.StartAsync("--Local:QueueConcurrency=1");
        var shop = new Shop(host);
        var rows = new List<(string, Cost)>();
        var creator = await shop.CreatorAsync();
        await host.DrainAsync();

        async Task RowAsync(string name, Func<Task> act)
        {
            await host.DrainAsync();
            var before = costs.Now;
            await act();
            await host.DrainAsync();
            rows.Add((name, costs.Now - before));
        }

        var video = "";
        await RowAsync("**upload**: a video is announced, uploaded, read and kept", async () => video = await shop.ReadyVideoAsync(creator));
        var (series, _) = await shop.CompleteDraftAsync(creator);
        await RowAsync("a series is submitted, checked and opened as a case", async () => (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted));
        await RowAsync("it is approved and appears in the catalogue", () => shop.DecideAsync(series));
        var viewer = await host.PersonAsync("viewer");
        await RowAsync("**view**: a page of the catalogue", async () => (await host.Anonymous().GetAsync("/v1/series?limit=20")).Is(HttpStatusCode.OK));
        await RowAsync("**view**: one series, signed in", async () => (await viewer.GetAsync($"/v1/series/{series}")).Is(HttpStatusCode.OK));
        await RowAsync("**sale**: checkout", async () => await Shop.CheckoutAsync(viewer, series));
        var other = await host.PersonAsync("other");
        var checkout = await Shop.CheckoutAsync(other, series);
        await RowAsync("**sale**: from payment to access, library and ledger", () => shop.PayAsync(checkout));
        var id = (await other.GetAsync($"/v1/series/{series}")).Text("videos.0.videoId");
        await RowAsync("**view**: a playback URL", async () => (await other.GetAsync($"/v1/series/{series}/videos/{id}/playback")).Is(HttpStatusCode.OK));
        await RowAsync("**view**: the library", async () => (await other.GetAsync("/v1/me/library")).Is(HttpStatusCode.OK));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var path = $"/v1/series/{series}/videos/{id}";
        JsonObject Watched(int second) => new()
        {
            ["items"] = new JsonArray(new JsonObject
            {
                ["seriesId"] = series,
                ["videoId"] = id,
                ["positionMs"] = second * 1_000,
                ["at"] = host.Now(),
                ["played"] = new JsonArray(new JsonObject { ["fromMs"] = (second - 1) * 1_000, ["toMs"] = second * 1_000 }),
            }),
        };
        await RowAsync("**view**: progress is told, for the first time in five minutes", async () => (await other.PostAsync("/v1/me/progress", Watched(1))).Is(HttpStatusCode.OK));
        await RowAsync("**view**: progress is told again", async () => (await other.PostAsync("/v1/me/progress", Watched(2))).Is(HttpStatusCode.OK));
        await RowAsync("a video is liked", async () => (await other.PostAsync(path + "/like")).Is(HttpStatusCode.NoContent));
        await RowAsync("a comment is written", async () => (await other.PostAsync(path + "/comments", new JsonObject { ["text"] = "Lovely." })).Is(HttpStatusCode.Created));
        await RowAsync("**view**: a page of comments", async () => (await other.GetAsync(path + "/comments")).Is(HttpStatusCode.OK));
        var link = (await creator.PostAsync("/v1/creators/me/links", new JsonObject { ["kind"] = "series", ["place"] = "video", ["seriesId"] = series })).Is(HttpStatusCode.Created).Text("linkCode");
        await RowAsync("a short link is resolved", async () => (await other.GetAsync($"/v1/links/{link}")).Is(HttpStatusCode.OK));
        var purchase = (await other.GetAsync("/v1/me/purchases")).Text("items.0.purchaseId");
        var @operator = await host.PersonAsync("operator", "operator");
        await RowAsync("a purchase is refunded", async () =>
            (await @operator.PostAsync($"/v1/operator/purchases/{purchase}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted));
        Assert.False(string.IsNullOrEmpty(video));
        return rows;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SeriesFunctions.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
