using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests;

/// <summary>Everything that somebody of the staff does leaves one entry, found by object, actor and time. Finds an action without a trace, a doubled one, and a text that got into the trail.</summary>
public sealed class AuditTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    private async Task<JsonArray> TrailAsync(string query)
    {
        var reader = await host.PersonAsync("auditor", "operator");
        return (await reader.GetAsync("/v1/operator/audit" + query)).Is(HttpStatusCode.OK).At("items")!.AsArray();
    }

    private static string[] Actions(JsonArray trail) => [.. trail.Select(entry => entry!["action"]!.ToString())];

    private static (string?, string?) Field(JsonNode entry, string record, string field)
    {
        var found = entry["changes"]!.AsArray().First(change => change!["record"]!.ToString() == record)!["fields"]!.AsArray().First(one => one!["field"]!.ToString() == field)!;
        return (found["before"]?.ToString(), found["after"]?.ToString());
    }

    [Fact]
    public async Task What_staff_did_to_somebody_is_found_with_before_and_after_and_without_a_word_of_hers()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync("/v1/operator/invitations", new JsonObject { ["creatorId"] = creator.Id })).Is(HttpStatusCode.Created);
        var purchase = "pur" + checkout[3..];
        (await oper.PostAsync($"/v1/operator/purchases/{purchase}/refund", new JsonObject { ["reason"] = "She is unwell" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();

        var mine = await TrailAsync($"?actor={oper.Id}");
        Assert.Equal(["RefundPurchase", "InviteCreator"], Actions(mine));
        Assert.Equal(("false", "true"), Field(mine[1]!, "CreatorStanding", "invited"));
        Assert.Equal((null, "999"), Field(mine[0]!, "Purchase", "refunds[0].amount.amount"));
        Assert.Equal((null, oper.Id), Field(mine[0]!, "Purchase", "refunds[0].by"));
        Assert.Equal((null, "(text)"), Field(mine[0]!, "Purchase", "refunds[0].reason"));
        Assert.All(mine, entry => Assert.Equal(("operator", "127.0.0.0/24"), (entry!["role"]!.ToString(), entry["from"]!.ToString())));

        // The same entry, from each side.
        foreach (var about in new[] { purchase, viewer.Id, series, creator.Id })
            Assert.Contains("RefundPurchase", Actions(await TrailAsync($"?object={about}")));
        Assert.Contains("ReportProfile", Actions(await TrailAsync($"?object={creator.Id}")));
        Assert.Contains("DecideCase", Actions(await TrailAsync($"?object={series}")));

        var all = (await TrailAsync($"?object={creator.Id}&limit=100")).ToJsonString() + mine.ToJsonString();
        foreach (var text in new[] { "unwell", "@cleo", "1994-05", "Ceramics", "See the title" })
            Assert.DoesNotContain(text, all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_request_again_leaves_no_second_entry_and_a_refused_one_none()
    {
        var oper = await host.PersonAsync("operator", "operator");
        var body = new JsonObject { ["creatorId"] = "somebody-new" };
        foreach (var key in new[] { "one", "one", "two" })
            (await oper.PostAsync("/v1/operator/invitations", body.DeepClone(), key)).Is(HttpStatusCode.Created);
        (await oper.PostAsync("/v1/operator/purchases/pur_1/refund", new JsonObject { ["reason"] = "r" })).IsProblem(404, "not-found");
        await host.DrainAsync();
        var trail = await TrailAsync($"?actor={oper.Id}");
        Assert.Equal(["InviteCreator", "InviteCreator"], Actions(trail));
        // Asked with another key it is another request, and one that changed nothing.
        Assert.Empty(trail[0]!["changes"]!.AsArray());
        Assert.Equal((null, "true"), Field(trail[1]!, "CreatorStanding", "invited"));
    }

    [Fact]
    public async Task What_changes_standing_and_publication_is_in_the_trail_whoever_did_it_and_a_sale_is_not()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        (await creator.PostAsync($"/v1/series/{series}/unlist")).Is(HttpStatusCode.OK);
        await host.DrainAsync();

        Assert.Equal(["UnlistSeries", "SubmitSeries"], Actions(await TrailAsync($"?actor={creator.Id}")));
        var about = (await TrailAsync($"?object={series}&limit=100")).Select(entry => $"{entry!["role"]} {entry["action"]}");
        Assert.Equal(["moderator DecideCase", "system case-decided", "user SubmitSeries", "user UnlistSeries"], about.Order(StringComparer.Ordinal));
        // Whichever comes first: the application, or the profile that was reported just before it.
        var standing = Assert.Single(await TrailAsync($"?object={creator.Id}&limit=100"), entry => entry!["action"]!.ToString() is "application-received" or "profile-reported")!;
        Assert.Equal(("Applied", "Approved"), Field(standing, "CreatorStanding", "series.status"));
        // Money and access have books of their own, with who and why.
        Assert.Empty(await TrailAsync($"?object={viewer.Id}"));
    }

    [Fact]
    public async Task An_entry_that_is_delivered_twice_is_there_once()
    {
        var body = """{"entry":{"id":"aud_01TWICE","at":"AT","actor":"twice-1","role":"operator","action":"InviteCreator","objects":["obj-twice"],"changes":[]},"from":"127.0.0.0/24"}"""
            .Replace("AT", host.Now(), StringComparison.Ordinal);
        var message = new Envelope("evt_audit_01TWICE", "audit-noted", 1, host.Clock.GetUtcNow(), null, Encoding.UTF8.GetBytes(body), null).ToJson();
        foreach (var _ in Enumerable.Range(0, 3))
            Assert.Equal(HandledAs.Done, (await host.Services.GetRequiredService<EventDispatcher>().DispatchAsync(Queues.Notifications, message, 1, CancellationToken.None)).As);
        Assert.Single(await TrailAsync("?actor=twice-1"));
        Assert.Single(await TrailAsync("?object=obj-twice"));
        Assert.Single(await TrailAsync("?limit=100"), entry => entry!["entryId"]!.ToString() == "aud_01TWICE");
    }

    [Fact]
    public async Task The_trail_is_read_by_time_in_pages_over_days_and_forgets_only_where_somebody_was()
    {
        var oper = await host.PersonAsync("operator", "operator");
        var started = host.Now();
        foreach (var day in Enumerable.Range(0, 3))
        {
            foreach (var n in Enumerable.Range(0, 3))
                (await oper.PostAsync("/v1/operator/invitations", new JsonObject { ["creatorId"] = $"day-{day}-{n}" })).Is(HttpStatusCode.Created);
            await host.DrainAsync();
            host.Clock.Advance(TimeSpan.FromDays(1));
            oper = await host.SignInAsync(oper.Id, "operator");
        }
        var range = $"from={Uri.EscapeDataString(started)}&to={Uri.EscapeDataString(host.Now())}";
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await oper.GetAsync($"/v1/operator/audit?limit=2&{range}{cursor}")).Is(HttpStatusCode.OK);
            seen.AddRange(page.At("items")!.AsArray().Where(entry => entry!["actorId"]!.ToString() == oper.Id).Select(entry => entry!["objects"]![0]!.ToString()));
            cursor = page.At("nextCursor")?.ToString() is { } next ? "&cursor=" + next : null;
        }
        Assert.Equal(9, seen.Count);
        Assert.Equal(9, seen.Distinct().Count());
        Assert.Equal("day-2", seen[0][..5]);
        Assert.Equal(9, (await TrailAsync($"?actor={oper.Id}&{range}")).Count);
        Assert.Empty(await TrailAsync($"?actor={oper.Id}&to={Uri.EscapeDataString(started)}"));

        host.Clock.Advance(TimeSpan.FromDays(181));
        var later = await TrailAsync($"?actor={oper.Id}");
        Assert.Equal(9, later.Count);
        Assert.All(later, entry => Assert.Null(entry!["from"]));
    }

    [Theory]
    [InlineData("?object=a%20b", "bad-id")]
    [InlineData("?actor=%C3%A4", "bad-id")]
    [InlineData("?from=yesterday", "bad-time")]
    [InlineData("?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "bad-time")]
    [InlineData("?from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z", "bad-time")]
    [InlineData("?cursor=MjAyNjAxMDE", "bad-cursor")]
    public async Task A_question_that_is_none_is_refused(string query, string code) =>
        (await (await host.PersonAsync("auditor", "operator")).GetAsync("/v1/operator/audit" + query)).IsProblem(400, code);
}
