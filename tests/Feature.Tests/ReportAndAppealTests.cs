using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Moderation;

namespace Feature.Tests;

/// <summary>What viewers report, what moderators decide about it, and how creators get it back. Finds a removal that can't be undone exactly, and a report that counts twice.</summary>
public sealed class ReportAndAppealTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task Reports_gather_in_one_case_that_rises_in_the_queue()
    {
        var (creator, id, video) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        var filed = (await ReportAsync(viewer, id, "spam")).Is(HttpStatusCode.Accepted);
        Assert.Equal(filed.Text("reportId"), (await ReportAsync(viewer, id, "spam")).Is(HttpStatusCode.Accepted).Text("reportId"));
        (await ReportAsync(viewer, id, "hate")).IsProblem(409, "already-reported");
        (await ReportAsync(viewer, id, "hate", video)).Is(HttpStatusCode.Accepted);
        (await ReportAsync(creator, id, "spam")).IsProblem(409, "own-series");
        (await ReportAsync(viewer, id, "spam", "vid_nothing")).IsProblem(404, "not-found");
        (await ReportAsync(viewer, "ser_nothing", "spam")).IsProblem(404, "not-found");
        (await viewer.PostAsync("/v1/reports", new JsonObject { ["seriesId"] = id, ["reason"] = "other" })).IsProblem(422, "validation-failed");
        await host.DrainAsync();

        var open = await CaseAsync(id);
        Assert.Equal(("reports", "normal", "2", "35"), (open.Text("kind"), open.Text("risk"), open.Text("reports.count"), open.Text("reports.points")));
        Assert.DoesNotContain(viewer.Id, open.Body!.ToJsonString(), StringComparison.Ordinal);
        // The gravest reason alone puts it on top.
        (await ReportAsync(await host.PersonAsync("other"), id, "minorSafety")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal(("critical", "3"), ((await CaseAsync(id)).Text("risk"), (await CaseAsync(id)).Text("reports.count")));

        // Moderators may watch what they decide on, for as long as it is open.
        var moderator = await host.PersonAsync("moderator", "moderator");
        (await moderator.GetAsync($"/v1/series/{id}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        await DecideAsync(moderator, open.Text("caseId"), "approve");
        (await moderator.GetAsync($"/v1/series/{id}/videos/{video}/playback")).IsProblem(403, "purchase-required");
        Assert.Equal("published", (await viewer.GetAsync($"/v1/series/{id}")).Text("state"));

        // She was wrong twice, so what she says weighs a quarter as much; and it opens another case.
        var (_, another, _) = await _shop.PublishedAsync();
        (await ReportAsync(viewer, another, "fraud")).Is(HttpStatusCode.Accepted);
        (await ReportAsync(await host.PersonAsync("third"), id, "fraud")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal("10", (await CaseAsync(another)).Text("reports.points"));
        Assert.Equal("20", (await CaseAsync(id)).Text("reports.points"));
        Assert.NotEqual(open.Text("caseId"), (await CaseAsync(id)).Text("caseId"));
    }

    [Fact]
    public async Task A_reporter_is_limited_by_the_day()
    {
        var (_, id, _) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        var records = host.Services.GetRequiredService<Records>();
        var day = DateOnly.FromDateTime(host.Clock.GetUtcNow().UtcDateTime);
        var partition = Report.In(new(viewer.Id));
        Assert.True((await records.SaveAsync(
            new Batch(partition).Create(Reporter.DocumentId, new Reporter(0, 0, day, 20)),
            TestContext.Current.CancellationToken)).IsOk);
        var refused = (await ReportAsync(viewer, id, "spam")).IsProblem(429, "too-many-reports");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        host.Clock.Advance(refused.Headers.RetryAfter.Delta.Value + TimeSpan.FromSeconds(1));
        viewer = await host.SignInAsync(viewer.Id);
        (await ReportAsync(viewer, id, "spam")).Is(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("keep")]
    [InlineData("withhold")]
    public async Task A_removal_that_is_reversed_gives_back_exactly_what_was(string buyers)
    {
        var (creator, id, video) = await _shop.PublishedAsync();
        await _shop.DiscountAsync(creator, id, 25, TimeSpan.Zero, TimeSpan.FromDays(2));
        var (buyer, _) = await _shop.BuyerAsync(id);
        await host.DrainAsync();
        var before = (await buyer.GetAsync($"/v1/series/{id}")).Is(HttpStatusCode.OK).Body!.ToJsonString();
        var seen = (await host.Anonymous().GetAsync($"/v1/series/{id}")).Is(HttpStatusCode.OK).Body!.ToJsonString();
        (await creator.PostAsync($"/v1/series/{id}/appeal", new JsonObject { ["note"] = "Why?" })).IsProblem(409, "nothing-to-appeal");

        (await ReportAsync(await host.PersonAsync("reporter"), id, "illegal")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var first = await host.PersonAsync("first", "moderator");
        await DecideAsync(first, (await CaseAsync(id)).Text("caseId"), "remove", buyers);
        (await host.Anonymous().GetAsync($"/v1/series/{id}")).IsProblem(404, "not-found");
        var playback = await buyer.GetAsync($"/v1/series/{id}/videos/{video}/playback");
        if (buyers == "keep")
            playback.Is(HttpStatusCode.OK);
        else
            playback.IsProblem(403, "withheld");
        (await creator.GetAsync($"/v1/series/{id}")).Is(HttpStatusCode.OK);

        var note = new JsonObject { ["note"] = "It is legal; see the licence." };
        var appeal = (await creator.PostAsync($"/v1/series/{id}/appeal", note)).Is(HttpStatusCode.Accepted);
        Assert.Equal(appeal.Text("appealId"), (await creator.PostAsync($"/v1/series/{id}/appeal", note.DeepClone())).Is(HttpStatusCode.Accepted).Text("appealId"));
        (await creator.PostAsync($"/v1/series/{id}/appeal", new JsonObject { ["note"] = "Once more." })).IsProblem(409, "already-appealed");
        (await buyer.PostAsync($"/v1/series/{id}/appeal", note.DeepClone())).IsProblem(404, "not-found");
        var path = $"/v1/moderation/cases/{appeal.Text("appealId")}";
        (await first.PostAsync($"{path}/claim")).IsProblem(403, "own-decision");
        (await first.PostAsync($"{path}/decision", Decision("reverse"))).IsProblem(403, "own-decision");
        var second = await host.PersonAsync("second", "moderator");
        (await second.PostAsync($"{path}/decision", Decision("remove"))).IsProblem(422, "decision-does-not-fit");
        await DecideAsync(second, appeal.Text("appealId"), "reverse");

        Assert.Equal(before, (await buyer.GetAsync($"/v1/series/{id}")).Body!.ToJsonString());
        Assert.Equal(seen, (await host.Anonymous().GetAsync($"/v1/series/{id}")).Body!.ToJsonString());
        (await buyer.GetAsync($"/v1/series/{id}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        Assert.Null((await creator.GetAsync($"/v1/series/{id}")).At("draft.review"));
        (await creator.PostAsync($"/v1/series/{id}/appeal", note.DeepClone())).IsProblem(409, "nothing-to-appeal");
    }

    [Fact]
    public async Task A_revision_that_was_sent_back_or_removed_is_approved_when_its_creator_is_right_and_stays_back_when_not()
    {
        foreach (var (decided, verdict, state) in new[] { ("requestChanges", "reverse", "published"), ("requestChanges", "uphold", "changesRequested"), ("remove", "reverse", "published"), ("remove", "uphold", "removed") })
        {
            var creator = await _shop.CreatorAsync();
            var (id, _) = await _shop.CompleteDraftAsync(creator);
            (await creator.PostAsync($"/v1/series/{id}/submit")).Is(HttpStatusCode.Accepted);
            await host.DrainAsync();
            await _shop.DecideAsync(id, decided);
            var appeal = (await creator.PostAsync($"/v1/series/{id}/appeal", new JsonObject { ["note"] = "The title is fine." })).Is(HttpStatusCode.Accepted);
            await DecideAsync(await host.PersonAsync("second", "moderator"), appeal.Text("appealId"), verdict);
            Assert.Equal(state, (await creator.GetAsync($"/v1/series/{id}")).Text("state"));
        }
    }

    [Fact]
    public async Task What_is_on_sale_and_has_to_change_stays_on_sale_until_it_has_or_the_appeal_says_that_it_need_not()
    {
        var (creator, id, _) = await _shop.PublishedAsync();
        (await ReportAsync(await host.PersonAsync("reporter"), id, "misleading")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        await DecideAsync(await host.PersonAsync("first", "moderator"), (await CaseAsync(id)).Text("caseId"), "requestChanges");
        var own = await creator.GetAsync($"/v1/series/{id}");
        Assert.Equal(("published", "changesRequested", "texts"), (own.Text("state"), own.Text("draft.state"), own.Text("draft.review.rule")));
        (await host.Anonymous().GetAsync($"/v1/series/{id}")).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"/v1/series/{id}/submit")).IsProblem(409, "nothing-to-review");
        var appeal = (await creator.PostAsync($"/v1/series/{id}/appeal", new JsonObject { ["note"] = "It says what it is." })).Is(HttpStatusCode.Accepted);
        await DecideAsync(await host.PersonAsync("second", "moderator"), appeal.Text("appealId"), "reverse");
        Assert.Equal("approved", (await creator.GetAsync($"/v1/series/{id}")).Text("draft.state"));
        Assert.Null((await creator.GetAsync($"/v1/series/{id}")).At("draft.review"));
    }

    private static Task<Reply> ReportAsync(Person viewer, string id, string reason, string? video = null)
    {
        var body = new JsonObject { ["seriesId"] = id, ["reason"] = reason };
        if (video is not null)
            body["videoId"] = video;
        return viewer.PostAsync("/v1/reports", body);
    }

    private async Task<Reply> CaseAsync(string id)
    {
        var moderator = await host.PersonAsync("reader", "moderator");
        return (await moderator.GetAsync($"/v1/moderation/cases/{await _shop.CaseOfAsync(id)}")).Is(HttpStatusCode.OK);
    }

    private async Task DecideAsync(Person moderator, string caseId, string decision, string? buyers = null)
    {
        (await moderator.PostAsync($"/v1/moderation/cases/{caseId}/decision", Decision(decision, buyers))).Is(HttpStatusCode.OK);
        await host.DrainAsync();
    }

    private static JsonObject Decision(string decision, string? buyers = null)
    {
        var body = new JsonObject { ["decision"] = decision, ["rule"] = "texts", ["note"] = "As it says." };
        if (buyers is not null)
            body["buyers"] = buyers;
        return body;
    }
}
