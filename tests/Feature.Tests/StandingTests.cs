using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Moderation;

namespace Feature.Tests;

/// <summary>What the platform says of creators, twice and out of order, and what follows. Finds sales by those who may not sell, and buyers who pay for it.</summary>
public sealed class StandingTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task Three_strikes_stop_sales_and_uploads_until_they_expire_and_buyers_keep_what_they_have()
    {
        var (creator, id, video) = await _shop.PublishedAsync();
        var (buyer, _) = await _shop.BuyerAsync(id);
        await _shop.SuspendAsync(creator);
        var standing = await creator.GetAsync("/v1/creators/me");
        Assert.Equal("suspended", standing.Text("status"));
        Assert.Equal(3, standing.At("strikes")!.AsArray().Count);
        Assert.Equal("standing", standing.Text("series.unmet.0.code"));
        var late = await host.PersonAsync("late");
        (await late.PostAsync($"/v1/series/{id}/checkout", Shop.Return())).IsProblem(409, "not-for-sale");
        (await creator.PostAsync("/v1/series", Shop.NewSeries())).IsProblem(403, "creator-suspended");
        (await creator.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series" })).IsProblem(409, "creator-suspended");
        (await buyer.GetAsync($"/v1/series/{id}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        Assert.Single((await buyer.GetAsync("/v1/me/library")).At("items")!.AsArray());
        // The platform takes one back.
        var platform = await host.PersonAsync("platform", "platform");
        var strike = new JsonObject { ["at"] = host.Now(), ["reason"] = "spam", ["withdrawn"] = true };
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/strikes/two", strike)).Is(HttpStatusCode.NoContent);
        Assert.Equal("approved", (await creator.GetAsync("/v1/creators/me")).Text("status"));
        (await late.PostAsync($"/v1/series/{id}/checkout", Shop.Return())).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_suspension_ends_by_the_clock()
    {
        await using var own = new RunningHost();
        await own.InitializeAsync();
        var shop = new Shop(own);
        var (creator, id, _) = await shop.PublishedAsync();
        await shop.SuspendAsync(creator);
        (await (await own.PersonAsync("early")).PostAsync($"/v1/series/{id}/checkout", Shop.Return())).IsProblem(409, "not-for-sale");
        own.Clock.Advance(TimeSpan.FromDays(90));
        (await (await own.PersonAsync("later")).PostAsync($"/v1/series/{id}/checkout", Shop.Return())).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_removal_counts_against_its_creator_until_it_is_reversed_or_the_clock_ends_it()
    {
        await using var own = new RunningHost();
        await own.InitializeAsync();
        var shop = new Shop(own);
        var (creator, onSale, video) = await shop.PublishedAsync();
        var (buyer, _) = await shop.BuyerAsync(onSale);
        var first = own.Clock.GetUtcNow();
        var removed = await RemoveAsync();
        var one = (await creator.GetAsync("/v1/creators/me")).Is(HttpStatusCode.OK);
        Assert.Equal(("approved", removed.CaseId, "moderation", "texts"), (one.Text("status"), one.Text("strikes.0.strikeId"), one.Text("strikes.0.source"), one.Text("strikes.0.reason")));
        await RemoveAsync(strike: false);
        Assert.Equal(1, await StrikesAsync());

        own.Clock.Advance(TimeSpan.FromDays(30));
        await RemoveAsync();
        await MaySellAsync("approved");
        own.Clock.Advance(TimeSpan.FromDays(1));
        var third = await RemoveAsync();
        await MaySellAsync("suspended");
        Assert.InRange(DateTimeOffset.Parse((await creator.GetAsync("/v1/creators/me")).Text("suspendedUntil"), System.Globalization.CultureInfo.InvariantCulture), first.AddDays(90), first.AddDays(90).AddMinutes(5));
        (await creator.PostAsync("/v1/series", Shop.NewSeries())).IsProblem(403, "creator-suspended");

        // Suspended as she is, she may appeal; another moderator takes decision and strike away, and a late message doesn't bring it back.
        var appeal = (await creator.PostAsync($"/v1/series/{third.SeriesId}/appeal", new JsonObject { ["note"] = "It is mine." })).Is(HttpStatusCode.Accepted).Text("appealId");
        var second = await own.PersonAsync("second", "moderator");
        (await second.PostAsync($"/v1/moderation/cases/{appeal}/decision", new JsonObject { ["decision"] = "reverse", ["rule"] = "texts", ["note"] = "So it is." })).Is(HttpStatusCode.OK);
        await own.DrainAsync();
        await MaySellAsync("approved");
        var late = new StrikeDecided(new(third.CaseId), new(creator.Id), own.Clock.GetUtcNow().AddHours(-1), "texts", Withdrawn: false, own.Clock.GetUtcNow().AddHours(-1));
        Assert.Equal(HandledAs.Done, (await own.Services.GetRequiredService<StrikeCreator>().HandleAsync(late, TestContext.Current.CancellationToken)).As);
        Assert.Equal(2, await StrikesAsync());

        await RemoveAsync();
        await MaySellAsync("suspended");
        own.Clock.Advance(first.AddDays(90).AddMinutes(-5) - own.Clock.GetUtcNow());
        await MaySellAsync("suspended");
        own.Clock.Advance(TimeSpan.FromMinutes(10));
        await MaySellAsync("approved");
        Assert.Equal(2, await StrikesAsync());

        async Task<(string SeriesId, string CaseId)> RemoveAsync(bool? strike = null)
        {
            var (series, _) = await shop.CompleteDraftAsync(creator);
            (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
            await own.DrainAsync();
            var caseId = await shop.CaseOfAsync(series);
            var body = new JsonObject { ["decision"] = "remove", ["rule"] = "texts", ["note"] = "Not here." };
            if (strike is not null)
                body["strike"] = strike;
            var moderator = await own.PersonAsync("moderator", "moderator");
            var decided = (await moderator.PostAsync($"/v1/moderation/cases/{caseId}/decision", body)).Is(HttpStatusCode.OK);
            Assert.Equal((strike ?? true).ToString().ToLowerInvariant(), decided.Text("decision.strike"));
            await own.DrainAsync();
            return (series, caseId);
        }

        async Task<int> StrikesAsync() => (await creator.GetAsync("/v1/creators/me")).At("strikes")!.AsArray().Count;

        // Whatever she may do, who has bought keeps it.
        async Task MaySellAsync(string status)
        {
            Assert.Equal(status, (await creator.GetAsync("/v1/creators/me")).Text("status"));
            var checkout = await (await own.PersonAsync("viewer")).PostAsync($"/v1/series/{onSale}/checkout", Shop.Return());
            if (status == "suspended")
                checkout.IsProblem(409, "not-for-sale");
            else
                checkout.Is(HttpStatusCode.Created);
            (await buyer.GetAsync($"/v1/series/{onSale}/videos/{video}/playback")).Is(HttpStatusCode.OK);
            Assert.Single((await buyer.GetAsync("/v1/me/library")).At("items")!.AsArray());
        }
    }

    [Fact]
    public async Task Only_a_removal_strikes_and_bans()
    {
        var creator = await _shop.CreatorAsync();
        var (series, _) = await _shop.CompleteDraftAsync(creator);
        (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var moderator = await host.PersonAsync("moderator", "moderator");
        var refused = (await moderator.PostAsync(
            $"/v1/moderation/cases/{await _shop.CaseOfAsync(series)}/decision",
            new JsonObject { ["decision"] = "requestChanges", ["rule"] = "texts", ["note"] = "See the title.", ["strike"] = true, ["banFiles"] = false })).IsProblem(422, "validation-failed");
        Assert.Equal(["banFiles:only-with-remove", "strike:only-with-remove"], refused.At("errors")!.AsArray().Select(error => $"{error!["field"]}:{error["code"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_report_that_was_overtaken_changes_nothing_and_one_that_comes_twice_counts_once()
    {
        var platform = await host.PersonAsync("platform", "platform");
        var creator = await host.PersonAsync("creator");
        async Task ReportAsync(int followers, string? reportedAt)
        {
            var profile = _shop.Profile();
            profile["followers"] = followers;
            profile["accountCreatedAt"] = "2023-01-01T00:00:00Z";
            if (reportedAt is not null)
                profile["reportedAt"] = reportedAt;
            (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
            await host.DrainAsync();
        }
        await ReportAsync(200, host.Now(TimeSpan.FromMinutes(-2)));
        await ReportAsync(20_000, host.Now(TimeSpan.FromMinutes(-3)));
        Assert.Equal("200", (await creator.GetAsync("/v1/creators/me")).Text("series.unmet.0.found"));
        var again = host.Now(TimeSpan.FromMinutes(-1));
        await ReportAsync(300, again);
        var stored = host.Stored();
        await ReportAsync(300, again);
        Assert.Equal(stored, host.Stored());
        await ReportAsync(400, null);
        Assert.Equal("400", (await creator.GetAsync("/v1/creators/me")).Text("series.unmet.0.found"));
        var future = _shop.Profile();
        future["reportedAt"] = host.Now(TimeSpan.FromHours(1));
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", future)).IsProblem(422, "validation-failed");
    }

    [Fact]
    public async Task A_rule_that_has_to_last_is_looked_at_with_every_report()
    {
        var (creator, id, _) = await _shop.PublishedAsync();
        var platform = await host.PersonAsync("platform", "platform");
        async Task ReportAsync(string accountType, int followers)
        {
            var profile = _shop.Profile();
            profile["accountType"] = accountType;
            profile["followers"] = followers;
            (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
            await host.DrainAsync();
        }
        // Fewer followers are no reason to stop somebody who is in.
        await ReportAsync("personal", 10);
        Assert.Equal("approved", (await creator.GetAsync("/v1/creators/me")).Text("status"));
        await ReportAsync("private", 25_000);
        Assert.Equal("account-type", (await creator.GetAsync("/v1/creators/me")).Text("series.lapsed.0"));
        (await (await host.PersonAsync("viewer")).PostAsync($"/v1/series/{id}/checkout", Shop.Return())).IsProblem(409, "not-for-sale");
        await ReportAsync("business", 25_000);
        Assert.Equal("approved", (await creator.GetAsync("/v1/creators/me")).Text("status"));
        (await (await host.PersonAsync("viewer")).PostAsync($"/v1/series/{id}/checkout", Shop.Return())).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_application_that_waits_is_approved_once_a_report_meets_the_rules()
    {
        var platform = await host.PersonAsync("platform", "platform");
        var creator = await host.PersonAsync("creator");
        var profile = _shop.Profile();
        profile["followers"] = 4_000;
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series", ["portfolioUrl"] = "https://courses.example.com/cleo" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal("applied", (await creator.GetAsync("/v1/creators/me")).Text("status"));
        profile["followers"] = 10_000;
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        await host.DrainAsync();
        Assert.Equal("approved", (await creator.GetAsync("/v1/creators/me")).Text("status"));
        var @operator = await host.PersonAsync("operator", "operator");
        Assert.DoesNotContain((await @operator.GetAsync("/v1/operator/applications")).At("items")!.AsArray(), item => item!["creatorId"]!.ToString() == creator.Id);
    }
}
