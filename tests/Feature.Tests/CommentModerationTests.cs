using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Messaging;
using static Feature.Tests.Driving.Conversation;

namespace Feature.Tests;

/// <summary>What checks, reports and moderators do to comments. Finds one that is seen before a person has looked, one that stays away although its removal was reversed, and a count that forgets it.</summary>
public sealed class CommentModerationTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Conversation _talk = new(host);

    [Fact]
    public async Task What_the_checks_are_sure_of_is_refused_and_what_they_are_not_waits_for_a_person()
    {
        var (creator, viewer, path) = await _talk.BeginAsync();
        var refused = (await viewer.PostAsync(path, Text("Buy at https://cheap.example.com/pots"))).IsProblem(422, "validation-failed");
        Assert.Equal(("text", "link"), (refused.Text("errors.0.field"), refused.Text("errors.0.code")));
        foreach (var (decision, state) in new[] { ("approve", "visible"), ("remove", null) })
        {
            var held = (await viewer.PostAsync(path, Text("Telegram: cleo_pots has the recipe"))).Is(HttpStatusCode.Created);
            Assert.Equal("held", held.Text("state"));
            var one = $"{path}/{held.Text("commentId")}";
            await host.DrainAsync();
            (await creator.GetAsync(one)).IsProblem(404, "not-found");
            Assert.Equal("held", (await viewer.GetAsync(one)).Text("state"));
            var before = await CountAsync(creator, path);
            var open = await CaseAsync(held.Text("commentId"));
            Assert.Equal(("comment", "Telegram: cleo_pots has the recipe", "messenger-account"), (open.Text("kind"), open.Text("comment.text"), open.Text("checks.0.finding")));
            await DecideAsync(open.Text("caseId"), decision);
            if (state is null)
                (await viewer.GetAsync(one)).IsProblem(404, "not-found");
            else
                Assert.Equal(state, (await creator.GetAsync(one)).Text("state"));
            Assert.Equal(int.Parse(before, CultureInfo.InvariantCulture) + (state is null ? 0 : 1), int.Parse(await CountAsync(creator, path), CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task Reports_gather_in_one_case_and_a_removal_is_told_to_the_author_alone()
    {
        var (creator, viewer, path) = await _talk.BeginAsync();
        var comment = (await viewer.PostAsync(path, Text("All potters are fools."))).Text("commentId");
        var parts = path.Split('/');
        JsonObject Report(string reason) => new() { ["seriesId"] = parts[3], ["videoId"] = parts[5], ["commentId"] = comment, ["reason"] = reason };
        (await viewer.PostAsync("/v1/reports", Report("hate"))).IsProblem(409, "own-comment");
        (await (await host.PersonAsync("stranger")).PostAsync("/v1/reports", Report("hate"))).IsProblem(403, "purchase-required");
        (await creator.PostAsync("/v1/reports", Report("hate"))).Is(HttpStatusCode.Accepted);
        (await creator.PostAsync("/v1/reports", Report("hate"))).Is(HttpStatusCode.Accepted);
        (await creator.PostAsync("/v1/reports", Report("spam"))).IsProblem(409, "already-reported");
        (await (await _talk.JoinAsync(path)).PostAsync("/v1/reports", Report("spam"))).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();

        var open = await CaseAsync(comment);
        Assert.Equal(("2", "35", "All potters are fools."), (open.Text("reports.count"), open.Text("reports.points"), open.Text("comment.text")));
        var path2 = $"/v1/moderation/cases/{open.Text("caseId")}/decision";
        // Nobody decides about what she wrote.
        var author = await host.SignInAsync(viewer.Id, "moderator");
        (await author.PostAsync(path2, Decision("approve"))).IsProblem(403, "own-series");
        (await (await host.PersonAsync("moderator", "moderator")).PostAsync(path2, Decision("requestChanges"))).IsProblem(422, "decision-does-not-fit");
        // The creator has not written it: it is no strike of hers, and nobody can make it one.
        var strike = Decision("remove");
        strike["strike"] = true;
        (await (await host.PersonAsync("moderator", "moderator")).PostAsync(path2, strike)).IsProblem(422, "decision-does-not-fit");
        Assert.Equal("false", (await (await host.PersonAsync("moderator", "moderator")).PostAsync(path2, Decision("remove"))).Is(HttpStatusCode.OK).Text("decision.strike"));
        await host.DrainAsync();
        Assert.Empty(Texts(await creator.GetAsync(path)));
        Assert.Equal("0", await CountAsync(creator, path));
        // The series is as it was.
        Assert.Equal("published", (await viewer.GetAsync($"/v1/series/{parts[3]}")).Text("state"));
        var told = (await viewer.GetAsync("/v1/me/notifications")).At("items")!.AsArray().Single(line => line!["type"]!.ToString() == "comment.removed")!["about"]!;
        Assert.Equal(comment, told["commentId"]!.ToString());
        Assert.DoesNotContain("comment.removed", (await creator.GetAsync("/v1/me/notifications")).Body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_author_appeals_a_removal_once_and_gets_back_exactly_what_was()
    {
        var (creator, viewer, path) = await _talk.BeginAsync();
        var comment = (await viewer.PostAsync(path, Text("All potters are fools."))).Text("commentId");
        var one = $"{path}/{comment}";
        (await creator.PostAsync($"{one}/pin")).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync($"{one}/like")).Is(HttpStatusCode.NoContent);
        var reader = await _talk.JoinAsync(path);
        (await viewer.PostAsync($"{one}/appeal", Note("It is irony."))).IsProblem(409, "nothing-to-appeal");
        var first = await RemoveAsync();
        var before = await SeenAsync();
        Assert.Empty(before);

        (await creator.PostAsync($"{one}/appeal", Note("Hers."))).IsProblem(404, "not-found");
        (await viewer.PostAsync($"{one}/appeal", Note(" "))).IsProblem(422, "validation-failed");
        var appeal = (await viewer.PostAsync($"{one}/appeal", Note("It is irony."))).Is(HttpStatusCode.Accepted);
        Assert.Equal(appeal.Text("appealId"), (await viewer.PostAsync($"{one}/appeal", Note("It is irony."))).Is(HttpStatusCode.Accepted).Text("appealId"));
        (await viewer.PostAsync($"{one}/appeal", Note("Once more."))).IsProblem(409, "already-appealed");
        var shown = (await first.GetAsync($"/v1/moderation/cases/{appeal.Text("appealId")}")).Is(HttpStatusCode.OK);
        Assert.Equal(("appeal", "All potters are fools.", "It is irony."), (shown.Text("kind"), shown.Text("comment.text"), shown.Text("appeal.note")));
        (await first.PostAsync($"/v1/moderation/cases/{appeal.Text("appealId")}/decision", Decision("reverse"))).IsProblem(403, "own-decision");
        (await (await host.SignInAsync(viewer.Id, "moderator")).PostAsync($"/v1/moderation/cases/{appeal.Text("appealId")}/decision", Decision("reverse"))).IsProblem(403, "own-series");
        await DecideAsync(appeal.Text("appealId"), "reverse");

        // In sight, pinned and liked, and counted.
        var back = Assert.Single(await SeenAsync())!;
        Assert.Equal((comment, "true", "1"), (back["commentId"]!.ToString(), back["pinned"]!.ToString(), back["likes"]!.ToString()));
        Assert.Equal("1", await CountAsync(reader, path));
        Assert.Contains("comment.restored", (await viewer.GetAsync("/v1/me/notifications")).Body!.ToJsonString(), StringComparison.Ordinal);

        // The removal comes again and changes nothing; then another one, and an old reversal gives nothing back.
        var dispatcher = host.Services.GetRequiredService<EventDispatcher>();
        var caseId = appeal.Text("appealId")[..^2];
        await AgainAsync(caseId, "remove", null);
        Assert.Single(await SeenAsync());
        await RemoveAsync();
        await AgainAsync(appeal.Text("appealId"), "reverse", caseId);
        Assert.Empty(await SeenAsync());
        var second = (await viewer.PostAsync($"{one}/appeal", Note("Still irony."))).Is(HttpStatusCode.Accepted);
        await DecideAsync(second.Text("appealId"), "uphold");
        Assert.Empty(await SeenAsync());
        (await viewer.PostAsync($"{one}/appeal", Note("Please."))).IsProblem(409, "already-appealed");

        async Task<JsonArray> SeenAsync() => (await reader.GetAsync(path)).Is(HttpStatusCode.OK).At("items")!.AsArray();

        async Task<Person> RemoveAsync()
        {
            var parts = path.Split('/');
            (await (await _talk.JoinAsync(path)).PostAsync("/v1/reports", new JsonObject { ["seriesId"] = parts[3], ["videoId"] = parts[5], ["commentId"] = comment, ["reason"] = "hate" })).Is(HttpStatusCode.Accepted);
            await host.DrainAsync();
            var moderator = await host.PersonAsync("moderator", "moderator");
            (await moderator.PostAsync($"/v1/moderation/cases/{(await CaseAsync(comment)).Text("caseId")}/decision", Decision("remove"))).Is(HttpStatusCode.OK);
            await host.DrainAsync();
            return moderator;
        }

        async Task AgainAsync(string id, string verdict, string? appealed)
        {
            var parts = path.Split('/');
            var body = new JsonObject
            {
                ["caseId"] = id,
                ["seriesId"] = parts[3],
                ["revision"] = 0,
                ["verdict"] = verdict,
                ["rule"] = "comments",
                ["note"] = "As it says.",
                ["kind"] = appealed is null ? "comment" : "appeal",
                ["comment"] = new JsonObject { ["spot"] = new JsonObject { ["kind"] = "series", ["of"] = parts[3], ["videoId"] = parts[5] }, ["id"] = comment, ["authorId"] = viewer.Id, ["text"] = "", ["version"] = 1 },
            };
            if (appealed is not null)
                body["appeal"] = new JsonObject { ["caseId"] = appealed, ["kind"] = "comment", ["verdict"] = "remove", ["decidedBy"] = "somebody", ["rule"] = "comments", ["note"] = "" };
            var message = new Envelope($"evt_01AGAIN{verdict}", "case-decided", 1, host.Clock.GetUtcNow(), null, System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), null).ToJson();
            Assert.Equal(HandledAs.Done, (await dispatcher.DispatchAsync(Queues.Moderation, message, 1, CancellationToken.None)).As);
        }
    }

    private static JsonObject Note(string note) => new() { ["note"] = note };

    private async Task<Reply> CaseAsync(string comment)
    {
        var moderator = await host.PersonAsync("moderator", "moderator");
        var open = (await moderator.GetAsync("/v1/moderation/cases?limit=100")).Is(HttpStatusCode.OK).At("items")!.AsArray();
        var id = open.Single(item => item!["comment"]?["commentId"]?.ToString() == comment)!["caseId"]!;
        return (await moderator.GetAsync($"/v1/moderation/cases/{id}")).Is(HttpStatusCode.OK);
    }

    private async Task DecideAsync(string caseId, string decision)
    {
        (await (await host.PersonAsync("moderator", "moderator")).PostAsync($"/v1/moderation/cases/{caseId}/decision", Decision(decision))).Is(HttpStatusCode.OK);
        await host.DrainAsync();
    }

    private static JsonObject Decision(string decision) => new() { ["decision"] = decision, ["rule"] = "comments", ["note"] = "As it says." };
}
