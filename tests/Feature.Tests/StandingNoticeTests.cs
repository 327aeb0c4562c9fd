using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests;

/// <summary>What a creator and the platform hear of strikes, a suspension and its end. Finds an end that nobody is told of because nothing but time passed, and one that is told twice.</summary>
public sealed class StandingNoticeTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task Each_strike_the_suspension_and_its_end_by_the_clock_are_told_once_to_her_and_to_the_platform()
    {
        await using var own = new RunningHost();
        await own.StartAsync("--Notifications:AllowLocalEndpoints=true");
        await using var receiver = await Receiver.StartAsync();
        var shop = new Shop(own);
        var creator = await shop.CreatorAsync();
        var platform = await own.PersonAsync("platform", "platform");
        (await platform.PostAsync("/v1/platform/webhooks", new JsonObject
        {
            ["url"] = receiver.Url.ToString(),
            ["types"] = new JsonArray("strike.given", "strike.withdrawn", "programme.suspended", "programme.resumed"),
        })).Is(HttpStatusCode.Created);
        var first = own.Clock.GetUtcNow();
        await shop.SuspendAsync(creator);
        await own.DrainAsync();
        Assert.Equal(["programme.suspended", "strike.given", "strike.given", "strike.given"], await ToldAsync(own, creator));
        var suspended = await AboutAsync(own, creator, "programme.suspended");
        Assert.Equal("series", suspended["programme"]!.ToString());
        var until = DateTimeOffset.Parse(suspended["until"]!.ToString(), CultureInfo.InvariantCulture);
        Assert.InRange(until, first.AddDays(90).AddSeconds(-1), first.AddDays(90).AddMinutes(5));
        Assert.Equal((await creator.GetAsync("/v1/creators/me")).Text("suspendedUntil"), suspended["until"]!.ToString());
        var struck = (await FeedAsync(own, creator)).Where(line => line!["type"]!.ToString() == "strike.given").Select(line => line!["about"]!).ToList();
        Assert.Equal(["one", "three", "two"], struck.Select(about => about["strikeId"]!.ToString()).Order(StringComparer.Ordinal));
        Assert.All(struck, about => Assert.Equal(("spam", null), (about["note"]?.ToString(), about["rule"]?.ToString())));

        // The same reports again are no news.
        await own.DrainAsync();
        Assert.Equal(4, (await ToldAsync(own, creator)).Count);

        // A fourth one moves the end; so the day that was the end passes without a word.
        own.Clock.Advance(TimeSpan.FromDays(80));
        platform = await own.SignInAsync(platform.Id, "platform");
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/strikes/four", new JsonObject { ["at"] = own.Now(), ["reason"] = "spam" })).Is(HttpStatusCode.NoContent);
        await own.DrainAsync();
        var second = DateTimeOffset.Parse((await (await own.SignInAsync(creator.Id)).GetAsync("/v1/creators/me")).Text("suspendedUntil"), CultureInfo.InvariantCulture);
        Assert.True(second >= until);
        own.Clock.Advance(second - own.Clock.GetUtcNow() - TimeSpan.FromMinutes(20));
        await own.DrainAsync();
        Assert.DoesNotContain("programme.resumed", await ToldAsync(own, creator));
        own.Clock.Advance(TimeSpan.FromMinutes(21));
        await own.DrainAsync();
        Assert.Equal("approved", (await (await own.SignInAsync(creator.Id)).GetAsync("/v1/creators/me")).Text("status"));
        Assert.Single(await ToldAsync(own, creator), "programme.resumed");

        // The message for it comes once more, as it may.
        var due = new Envelope("evt_01AGAIN", "suspension-due", 1, own.Clock.GetUtcNow(), null, Encoding.UTF8.GetBytes(new JsonObject { ["creatorId"] = creator.Id, ["at"] = RunningHost.Time(second) }.ToJsonString()), null).ToJson();
        Assert.Equal(HandledAs.Done, (await own.Services.GetRequiredService<EventDispatcher>().DispatchAsync(Queues.Moderation, due, 1, TestContext.Current.CancellationToken)).As);
        await own.DrainAsync();
        Assert.Single(await ToldAsync(own, creator), "programme.resumed");

        // To the platform the same, but for what it wrote itself.
        var bodies = receiver.Received.Select(got => JsonNode.Parse(got.Body)!).ToList();
        Assert.Equal(
            ["programme.resumed", "programme.suspended", "strike.given", "strike.given", "strike.given", "strike.given"],
            bodies.Select(body => body["type"]!.ToString()).Order(StringComparer.Ordinal));
        Assert.All(bodies, body => Assert.Equal(creator.Id, body["data"]!["creatorId"]!.ToString()));
        Assert.All(bodies, body => Assert.Null(body["data"]!["note"]));
    }

    [Fact]
    public async Task A_strike_that_is_taken_back_ends_the_suspension_at_once_and_both_are_told()
    {
        var creator = await _shop.CreatorAsync();
        var platform = await host.PersonAsync("platform", "platform");
        await _shop.SuspendAsync(creator);
        var back = new JsonObject { ["at"] = host.Now(), ["reason"] = "spam", ["withdrawn"] = true };
        for (var i = 0; i < 2; i++)
            (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/strikes/two", back.DeepClone())).Is(HttpStatusCode.NoContent);
        // One that was never given and is taken back is nothing to her.
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/strikes/never", back.DeepClone())).Is(HttpStatusCode.NoContent);
        await host.DrainAsync();
        Assert.Equal(["programme.resumed", "programme.suspended", "strike.given", "strike.given", "strike.given", "strike.withdrawn"], await ToldAsync(host, creator));
        Assert.Equal("two", (await AboutAsync(host, creator, "strike.withdrawn"))["strikeId"]!.ToString());
    }

    [Fact]
    public async Task A_rule_that_lapses_and_holds_again_is_told_with_its_code()
    {
        var creator = await _shop.CreatorAsync();
        var platform = await host.PersonAsync("platform", "platform");
        foreach (var type in new[] { "private", "private", "business" })
        {
            var profile = _shop.Profile();
            profile["accountType"] = type;
            (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
            await host.DrainAsync();
        }
        Assert.Equal(["programme.resumed", "programme.suspended"], await ToldAsync(host, creator));
        var about = await AboutAsync(host, creator, "programme.suspended");
        Assert.Equal("""["account-type"]""", about["lapsed"]!.ToJsonString());
        Assert.Null(about["until"]);
    }

    [Fact]
    public async Task A_birthday_ends_a_suspension_for_her_age_and_is_told()
    {
        await using var own = new RunningHost();
        await own.InitializeAsync();
        var shop = new Shop(own);
        var creator = await shop.CreatorAsync();
        var platform = await own.PersonAsync("platform", "platform");
        var profile = shop.Profile();
        var birthday = DateOnly.FromDateTime(own.Clock.GetUtcNow().UtcDateTime).AddDays(10);
        profile["birthDate"] = birthday.AddYears(-18).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        await own.DrainAsync();
        Assert.Equal(("suspended", "age"), ((await creator.GetAsync("/v1/creators/me")).Text("status"), (await creator.GetAsync("/v1/creators/me")).Text("series.lapsed.0")));
        own.Clock.Advance(new DateTimeOffset(birthday, TimeOnly.MinValue, TimeSpan.Zero) - own.Clock.GetUtcNow());
        await own.DrainAsync();
        creator = await own.SignInAsync(creator.Id);
        var after = await creator.GetAsync("/v1/creators/me");
        Assert.Equal("approved", after.Text("status"));
        Assert.Empty(after.At("series.lapsed")!.AsArray());
        (await creator.PostAsync("/v1/series", Shop.NewSeries())).Is(HttpStatusCode.Created);
        Assert.Equal(["programme.resumed", "programme.suspended"], await ToldAsync(own, creator));
    }

    [Fact]
    public async Task An_end_whose_message_was_lost_is_told_with_the_next_report()
    {
        await using var own = new RunningHost();
        await own.InitializeAsync();
        var shop = new Shop(own);
        var creator = await shop.CreatorAsync();
        var platform = await own.PersonAsync("platform", "platform");
        // Told of a suspension that has ended since, as it stands where no message came.
        var records = own.Services.GetRequiredService<Records>();
        var before = (await records.FindAsync<CreatorStanding>(CreatorStanding.In(new(creator.Id)), CreatorStanding.DocumentId, TestContext.Current.CancellationToken))!;
        var untold = before.Value with { Series = before.Value.Series with { SuspensionTold = own.Clock.GetUtcNow() } };
        Assert.True((await records.SaveAsync(new Batch(CreatorStanding.In(new(creator.Id))).Replace(CreatorStanding.DocumentId, untold, before.ETag), TestContext.Current.CancellationToken)).IsOk);
        for (var i = 0; i < 2; i++)
        {
            (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", shop.Profile())).Is(HttpStatusCode.NoContent);
            await own.DrainAsync();
            Assert.Equal(["programme.resumed"], await ToldAsync(own, creator));
        }
    }

    [Fact]
    public async Task Two_cases_that_both_remove_one_series_are_one_strike_until_both_are_reversed()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var first = await host.PersonAsync("first", "moderator");
        // A change in review and a report about what is on sale: two cases about one series.
        var read = await creator.GetAsync($"/v1/series/{series}");
        (await creator.PatchAsync($"/v1/series/{series}", new JsonObject { ["title"] = "Ceramics, faster" }, read.ETag)).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
        (await (await host.PersonAsync("reporter")).PostAsync("/v1/reports", new JsonObject { ["seriesId"] = series, ["reason"] = "fraud" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var open = (await first.GetAsync("/v1/moderation/cases?limit=100")).At("items")!.AsArray().Where(item => item!["seriesId"]!.ToString() == series).Select(item => item!["caseId"]!.ToString()).ToList();
        Assert.Equal(2, open.Count);
        foreach (var caseId in open)
        {
            (await first.PostAsync($"/v1/moderation/cases/{caseId}/decision", new JsonObject { ["decision"] = "remove", ["rule"] = "texts", ["note"] = "Not here." })).Is(HttpStatusCode.OK);
            await host.DrainAsync();
        }
        Assert.Equal(1, await StrikesAsync());
        Assert.Single(await ToldAsync(host, creator), "strike.given");
        Assert.Equal("texts", (await AboutAsync(host, creator, "strike.given"))["rule"]!.ToString());

        var second = await host.PersonAsync("second", "moderator");
        foreach (var left in new[] { 1, 0 })
        {
            var appeal = (await creator.PostAsync($"/v1/series/{series}/appeal", new JsonObject { ["note"] = $"Look again, {left}." })).Is(HttpStatusCode.Accepted).Text("appealId");
            (await second.PostAsync($"/v1/moderation/cases/{appeal}/decision", new JsonObject { ["decision"] = "reverse", ["rule"] = "texts", ["note"] = "So it is." })).Is(HttpStatusCode.OK);
            await host.DrainAsync();
            Assert.Equal(left, await StrikesAsync());
            Assert.Equal(1 - left, (await ToldAsync(host, creator)).Count(type => type == "strike.withdrawn"));
        }

        async Task<int> StrikesAsync() => (await creator.GetAsync("/v1/creators/me")).At("strikes")!.AsArray().Count;
    }

    /// <summary>Older events of a creator's strike, stored before strikes knew what they are about, are read as they were.</summary>
    [Fact]
    public async Task A_strike_of_before_that_says_nothing_of_a_series_still_strikes()
    {
        var creator = await _shop.CreatorAsync();
        var body = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["caseId"] = "cas_old-0001",
            ["creatorId"] = creator.Id,
            ["at"] = host.Now(),
            ["rule"] = "texts",
            ["withdrawn"] = false,
            ["decidedAt"] = host.Now(),
        });
        var message = new Envelope("evt_01OLD", "strike-decided", 1, host.Clock.GetUtcNow(), null, body, null).ToJson();
        Assert.Equal(HandledAs.Done, (await host.Services.GetRequiredService<EventDispatcher>().DispatchAsync(Queues.Moderation, message, 1, TestContext.Current.CancellationToken)).As);
        Assert.Equal((StrikeSources.Moderation, "cas_old-0001"), ((await creator.GetAsync("/v1/creators/me")).Text("strikes.0.source"), (await creator.GetAsync("/v1/creators/me")).Text("strikes.0.strikeId")));
    }

    /// <summary>What she was told about her standing, by type; each line as often as it stands in her feed.</summary>
    private static async Task<List<string>> ToldAsync(RunningHost at, Person creator) =>
        [.. (await FeedAsync(at, creator)).Select(line => line!["type"]!.ToString()).Where(type => type.StartsWith("strike.", StringComparison.Ordinal) || type.StartsWith("programme.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The newest line of a type.</summary>
    private static async Task<JsonNode> AboutAsync(RunningHost at, Person creator, string type) => (await FeedAsync(at, creator)).First(line => line!["type"]!.ToString() == type)!["about"]!;

    private static async Task<JsonArray> FeedAsync(RunningHost at, Person creator) =>
        (await (await at.SignInAsync(creator.Id)).GetAsync("/v1/me/notifications?limit=100")).Is(HttpStatusCode.OK).At("items")!.AsArray();
}
