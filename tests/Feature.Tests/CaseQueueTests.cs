using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation;

namespace Feature.Tests;

/// <summary>What moderators find to do, in which order, and that no two of them do the same. Finds a queue that loses, repeats or misorders cases.</summary>
public sealed class CaseQueueTests(RunningHost host) : IClassFixture<RunningHost>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_claimed_case_is_one_moderators_alone_until_its_lease_is_over()
    {
        var (first, second) = (await host.PersonAsync("first", "moderator"), await host.PersonAsync("second", "moderator"));
        var id = (await CaseAsync(CaseRisk.Normal)).Id;
        var claimed = (await first.PostAsync($"/v1/moderation/cases/{id}/claim")).Is(HttpStatusCode.OK);
        Assert.Equal(first.Id, claimed.Text("lease.claimedBy"));
        Assert.InRange((DateTimeOffset.Parse(claimed.Text("lease.claimedUntil"), null) - host.Clock.GetUtcNow()).TotalMinutes, 14.9, 15);

        var refused = (await second.PostAsync($"/v1/moderation/cases/{id}/claim")).IsProblem(409, "claimed");
        Assert.Equal(first.Id, refused.Text("claimedBy"));
        (await DecideAsync(second, id)).IsProblem(409, "claimed");
        (await second.PostAsync($"/v1/moderation/cases/{id}/release")).IsProblem(409, "claimed");

        // Hers again, for longer; then it is over.
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        (await first.PostAsync($"/v1/moderation/cases/{id}/claim")).Is(HttpStatusCode.OK);
        host.Clock.Advance(TimeSpan.FromMinutes(14));
        (await second.PostAsync($"/v1/moderation/cases/{id}/claim")).IsProblem(409, "claimed");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await first.GetAsync($"/v1/moderation/cases/{id}")).At("lease"));
        (await second.PostAsync($"/v1/moderation/cases/{id}/claim")).Is(HttpStatusCode.OK);

        Assert.Null((await second.PostAsync($"/v1/moderation/cases/{id}/release")).Is(HttpStatusCode.OK).At("lease"));
        (await second.PostAsync($"/v1/moderation/cases/{id}/release")).Is(HttpStatusCode.OK);
        // A decision takes no claim.
        Assert.Equal("decided", (await DecideAsync(first, id)).Is(HttpStatusCode.OK).Text("state"));
        (await second.PostAsync($"/v1/moderation/cases/{id}/claim")).IsProblem(409, "already-decided");
    }

    [Fact]
    public async Task The_queue_is_ordered_by_risk_and_age_over_every_shard_and_page()
    {
        var moderator = await host.PersonAsync("moderator", "moderator");
        var made = new List<Case>();
        for (var i = 0; i < 23; i++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            made.Add(await CaseAsync((CaseRisk)((i * 7 + 3) % 4)));
        }
        Assert.True(made.Select(open => Case.In(open.Id)).Distinct().Count() > 1, "all cases are in one shard, so nothing was merged");
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await moderator.GetAsync($"/v1/moderation/cases?limit=4{(cursor is null ? "" : $"&cursor={cursor}")}")).Is(HttpStatusCode.OK);
            found.AddRange(page.At("items")!.AsArray().Select(item => item!["caseId"]!.ToString()));
            cursor = page.At("nextCursor")?.ToString();
        }
        while (cursor is not null);
        Assert.Equal(made.OrderBy(open => open.Risk).ThenBy(open => open.OpenedAt).Select(open => open.Id.Value), found.Where(id => made.Exists(open => open.Id.Value == id)));
        Assert.Equal(found.Count, found.Distinct().Count());

        // However urgent others are, the one that waits longest is the one that the alert is about.
        host.Clock.Advance(TimeSpan.FromHours(30));
        moderator = await host.SignInAsync(moderator.Id, "moderator");
        var everything = (await moderator.GetAsync("/v1/moderation/cases?limit=100")).At("items")!.AsArray();
        var oldest = everything.Min(item => DateTimeOffset.Parse(item!["openedAt"]!.ToString(), null));
        Assert.InRange(
            (await host.Services.GetRequiredService<MeasureCases>().OldestAsync(Cancelled) - (host.Clock.GetUtcNow() - oldest)).TotalSeconds, -5, 5);
        Assert.NotEqual(oldest, DateTimeOffset.Parse(everything[0]!["openedAt"]!.ToString(), null));
    }

    [Fact]
    public async Task Of_two_moderators_at_one_case_one_gets_it_and_one_decides_it_200_times()
    {
        var (first, second) = (await host.PersonAsync("first", "moderator"), await host.PersonAsync("second", "moderator"));
        var records = host.Services.GetRequiredService<Records>();
        for (var i = 0; i < 200; i++)
        {
            var id = (await CaseAsync(CaseRisk.Low)).Id;
            var claims = await Task.WhenAll(first.PostAsync($"/v1/moderation/cases/{id}/claim"), second.PostAsync($"/v1/moderation/cases/{id}/claim"));
            var winner = Assert.Single(claims, claim => claim.Status == HttpStatusCode.OK);
            Assert.Single(claims, claim => claim.Status == HttpStatusCode.Conflict).IsProblem(409, "claimed");
            if (i % 2 == 0)
                (await (claims[0] == winner ? first : second).PostAsync($"/v1/moderation/cases/{id}/release")).Is(HttpStatusCode.OK);
            var decisions = await Task.WhenAll(DecideAsync(first, id, "approve"), DecideAsync(second, id, "requestChanges"));
            var decided = Assert.Single(decisions, decision => decision.Status == HttpStatusCode.OK);
            var stored = (await records.FindAsync<Decision>(Case.In(id), Decision.DocumentId(id), Cancelled))!.Value;
            Assert.Equal(decided == decisions[0] ? (first.Id, Verdict.Approve) : (second.Id, Verdict.RequestChanges), (stored.DecidedBy, stored.Verdict));
            if (i % 2 == 1)
                Assert.Equal(winner.Text("lease.claimedBy"), stored.DecidedBy);
            var index = (await records.FindAsync<SeriesCases>(Case.In(id), SeriesCases.DocumentId(SeriesOf(id)), Cancelled))!.Value;
            Assert.Empty(index.Open);
        }
    }

    private static Task<Reply> DecideAsync(Person moderator, CaseId id, string decision = "approve") =>
        moderator.PostAsync($"/v1/moderation/cases/{id}/decision", new JsonObject { ["decision"] = decision, ["rule"] = "texts", ["note"] = "As it says." });

    private static SeriesId SeriesOf(CaseId id) => new("ser" + id.Value[3..id.Value.IndexOf('-', StringComparison.Ordinal)]);

    /// <summary>An open case as a submission leaves it, of a series that is not there: the queue is all this is about.</summary>
    private async Task<Case> CaseAsync(CaseRisk risk)
    {
        var now = host.Clock.GetUtcNow();
        var series = new SeriesId(Ids.New("ser", now));
        var open = new Case(Case.IdOf(series, 1), series, new("cleo"), 1, "Ceramics", CaseState.Open, [], null, now, CaseKind.Submission, risk);
        Assert.True((await host.Services.GetRequiredService<Records>().SaveAsync(CaseRecords.Open(open, null), Cancelled)).IsOk);
        return open;
    }
}
