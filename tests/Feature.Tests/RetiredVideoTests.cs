using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>A video that was taken out of a series that is on sale. Finds somebody who watches what she never bought, and a buyer who loses what she did.</summary>
public sealed class RetiredVideoTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task Who_bought_before_keeps_it_and_who_buys_afterwards_has_what_is_on_sale()
    {
        var (creator, series, stays) = await _shop.PublishedAsync();
        var leaves = await _shop.ReadyVideoAsync(creator);
        (await creator.PostAsync($"/v1/series/{series}/videos", new JsonObject { ["videoId"] = leaves, ["title"] = "Trimming" })).Is(HttpStatusCode.Created);
        await ReviewAsync(creator, series);
        var (old, oldCheckout) = await _shop.BuyerAsync(series);
        await TakeOutAsync(creator, series, leaves);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var (late, _) = await _shop.BuyerAsync(series);

        foreach (var (person, has) in new[] { (old, true), (late, false), (creator, true) })
        {
            await SeesAsync(person, series, leaves, has);
            await SeesAsync(person, series, stays, true);
        }
        (await late.PostAsync($"/v1/series/{series}/videos/{leaves}/comments", new JsonObject { ["text"] = "Lovely." })).IsProblem(404, "not-found");
        Assert.False((await TellAsync(late, series, leaves)).At("items.0.kept")!.GetValue<bool>());
        Assert.True((await TellAsync(old, series, leaves)).At("items.0.kept")!.GetValue<bool>());

        // Where she finds it; and what she has watched of all that is hers.
        Assert.Equal([(stays, false), (leaves, true)], Videos(await old.GetAsync($"/v1/series/{series}")));
        foreach (var person in new[] { late, host.Anonymous(), creator })
            Assert.Equal([(stays, false)], Videos(await person.GetAsync($"/v1/series/{series}")));
        await TellAsync(late, series, stays);
        await TellAsync(old, series, stays);
        Assert.Equal(10_000, await ShareAsync(late, series));
        Assert.Equal(10_000, await ShareAsync(old, series));

        // Given back and bought again is bought afterwards.
        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync($"/v1/operator/purchases/pur{oldCheckout[3..]}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        await SeesAsync(old, series, leaves, false);
        await _shop.PayAsync(await Shop.CheckoutAsync(old, series));
        await SeesAsync(old, series, stays, true);
        await SeesAsync(old, series, leaves, false);
    }

    [Fact]
    public async Task What_comes_back_into_the_series_is_everybodys_again()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var leaves = await _shop.ReadyVideoAsync(creator);
        (await creator.PostAsync($"/v1/series/{series}/videos", new JsonObject { ["videoId"] = leaves, ["title"] = "Trimming" })).Is(HttpStatusCode.Created);
        await ReviewAsync(creator, series);
        await TakeOutAsync(creator, series, leaves);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var (late, _) = await _shop.BuyerAsync(series);
        await SeesAsync(late, series, leaves, false);
        (await creator.PostAsync($"/v1/series/{series}/videos", new JsonObject { ["videoId"] = leaves, ["title"] = "Trimming again" })).Is(HttpStatusCode.Created);
        await ReviewAsync(creator, series);
        await SeesAsync(late, series, leaves, true);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await TakeOutAsync(creator, series, leaves);
        await SeesAsync(late, series, leaves, true);
    }

    private async Task TakeOutAsync(Person creator, string series, string video)
    {
        (await creator.DeleteAsync($"/v1/series/{series}/videos/{video}", (await creator.GetAsync($"/v1/series/{series}")).ETag)).Is(HttpStatusCode.OK);
        await ReviewAsync(creator, series);
    }

    private async Task ReviewAsync(Person creator, string series)
    {
        (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        await _shop.DecideAsync(series);
    }

    private static async Task SeesAsync(Person person, string series, string video, bool has)
    {
        var of = $"/v1/series/{series}/videos/{video}";
        foreach (var path in new[] { $"{of}/playback", $"{of}/comments", $"{of}/engagement" })
        {
            var reply = await person.GetAsync(path);
            Assert.True((reply.Status == HttpStatusCode.OK) == has && (has || (int)reply.Status is 403 or 404), $"{path} for {person.Id}: {(int)reply.Status}");
        }
    }

    private async Task<Reply> TellAsync(Person viewer, string series, string video)
    {
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var span = new JsonObject { ["fromMs"] = 0, ["toMs"] = 10_000_000 };
        var report = new JsonObject { ["seriesId"] = series, ["videoId"] = video, ["positionMs"] = 1_000, ["at"] = host.Now(), ["played"] = new JsonArray(span) };
        return (await viewer.PostAsync("/v1/me/progress", new JsonObject { ["items"] = new JsonArray(report) })).Is(HttpStatusCode.OK);
    }

    private static async Task<int> ShareAsync(Person viewer, string series) => (await viewer.GetAsync($"/v1/series/{series}/progress")).Is(HttpStatusCode.OK).At("watchedBasisPoints")!.GetValue<int>();

    private static (string, bool)[] Videos(Reply series) =>
        [.. series.Is(HttpStatusCode.OK).At("videos")!.AsArray().Select(video => (video!["videoId"]!.ToString(), video["retired"]?.GetValue<bool>() ?? false))];
}
