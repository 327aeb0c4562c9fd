using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests;

/// <summary>Who writes what, who sees it, and what is counted. Finds a comment that is seen by somebody who must not, one that is lost, and a count that parts from what is there.</summary>
public sealed class CommentTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task A_comment_is_written_once_edited_in_the_version_that_was_read_and_taken_back()
    {
        var (creator, viewer, path) = await TalkAsync();
        var first = (await viewer.PostAsync(path, Text("Lovely glaze."), "key-1")).Is(HttpStatusCode.Created);
        Assert.Equal(first.Text("commentId"), (await viewer.PostAsync(path, Text("Lovely glaze."), "key-1")).Is(HttpStatusCode.Created).Text("commentId"));
        (await viewer.PostAsync(path, Text("Another."), "key-1")).IsProblem(422, "idempotency-key-reused");
        var one = $"{path}/{first.Text("commentId")}";

        // A like in between makes no edit stale.
        (await creator.PostAsync($"{one}/like")).Is(HttpStatusCode.NoContent);
        await host.DrainAsync();
        var edited = (await viewer.PatchAsync(one, Text("Lovely blue glaze."), first.ETag)).Is(HttpStatusCode.OK);
        Assert.NotNull(edited.At("editedAt"));
        (await viewer.PatchAsync(one, Text("Lovely green glaze."), first.ETag)).IsProblem(412, "stale");
        (await creator.PatchAsync(one, Text("Mine."), edited.ETag)).IsProblem(403, "not-the-author");
        (await viewer.PostAsync(path, Text(" "))).IsProblem(422, "validation-failed");
        (await viewer.PostAsync(path, Text(new string('a', 1_001)))).IsProblem(422, "validation-failed");

        var seen = (await creator.GetAsync(path)).Is(HttpStatusCode.OK);
        Assert.Equal(("Lovely blue glaze.", "1", "true", "false"), (seen.Text("items.0.text"), seen.Text("items.0.likes"), seen.Text("items.0.liked"), seen.Text("items.0.byCreator")));
        (await viewer.DeleteAsync(one, first.ETag)).IsProblem(412, "stale");
        (await viewer.DeleteAsync(one, edited.ETag)).Is(HttpStatusCode.NoContent);
        Assert.Empty((await creator.GetAsync(path)).At("items")!.AsArray());
        (await viewer.GetAsync(one)).IsProblem(404, "not-found");
        Assert.Equal("0", await CommentsAsync(creator, path));
    }

    [Fact]
    public async Task Replies_have_one_level_and_outlive_what_they_reply_to()
    {
        var (creator, viewer, path) = await TalkAsync();
        var comment = (await viewer.PostAsync(path, Text("Which clay?"))).Is(HttpStatusCode.Created);
        var one = $"{path}/{comment.Text("commentId")}";
        var reply = (await creator.PostAsync($"{one}/replies", Text("Stoneware."))).Is(HttpStatusCode.Created);
        Assert.Equal("true", reply.Text("byCreator"));
        (await viewer.PostAsync($"{path}/{reply.Text("commentId")}/replies", Text("Thanks."))).IsProblem(409, "reply-to-reply");
        (await viewer.PostAsync($"{one}/replies", Text("Thanks."))).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        Assert.Equal("2", (await viewer.GetAsync(one)).Text("replies"));
        Assert.Equal(["Stoneware.", "Thanks."], Texts(await viewer.GetAsync($"{one}/replies")));
        // Replies are in their comment's list and in no other.
        Assert.Equal(["Which clay?"], Texts(await viewer.GetAsync(path)));
        Assert.Equal("3", await CommentsAsync(viewer, path));

        (await viewer.DeleteAsync(one, comment.ETag)).Is(HttpStatusCode.NoContent);
        var gone = await creator.GetAsync(path);
        Assert.Equal(("deleted", ""), (gone.Text("items.0.state"), gone.Text("items.0.text")));
        Assert.Null(gone.At("items.0.authorId"));
        Assert.Equal(2, (await creator.GetAsync($"{one}/replies")).At("items")!.AsArray().Count);
        (await creator.PostAsync($"{one}/replies", Text("Late."))).IsProblem(404, "not-found");
        Assert.Equal("2", await CommentsAsync(creator, path));
    }

    [Fact]
    public async Task The_creator_pins_one_and_hides_others_and_top_goes_by_likes_and_replies()
    {
        var (creator, viewer, path) = await TalkAsync();
        var ids = new List<string>();
        foreach (var text in new[] { "one", "two", "three" })
        {
            ids.Add((await viewer.PostAsync(path, Text(text))).Is(HttpStatusCode.Created).Text("commentId"));
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(["three", "two", "one"], Texts(await viewer.GetAsync(path)));
        (await creator.PostAsync($"{path}/{ids[0]}/like")).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync($"{path}/{ids[0]}/like")).Is(HttpStatusCode.NoContent);
        await host.DrainAsync();
        Assert.Equal(["one", "three", "two"], Texts(await viewer.GetAsync(path + "?sort=top")));

        (await viewer.PostAsync($"{path}/{ids[1]}/pin")).IsProblem(403, "not-the-owner");
        (await creator.PostAsync($"{path}/{ids[2]}/pin")).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync($"{path}/{ids[1]}/pin")).Is(HttpStatusCode.NoContent);
        Assert.Equal(["two", "three", "one"], Texts(await viewer.GetAsync(path)));
        Assert.Equal(["two", "one", "three"], Texts(await viewer.GetAsync(path + "?sort=top")));
        (await creator.PostAsync($"{path}/{ids[1]}/unpin")).Is(HttpStatusCode.NoContent);
        Assert.Equal(["three", "two", "one"], Texts(await viewer.GetAsync(path)));

        (await creator.PostAsync($"{path}/{ids[1]}/hide")).Is(HttpStatusCode.NoContent);
        Assert.Equal(["three", "one"], Texts(await viewer.GetAsync(path)));
        Assert.Equal(["two"], Texts(await creator.GetAsync(path + "?sort=hidden")));
        (await viewer.GetAsync(path + "?sort=hidden")).IsProblem(403, "not-the-owner");
        (await viewer.GetAsync(path + "?sort=best")).IsProblem(400, "bad-sort");
        // Its author still sees it; others don't.
        Assert.Equal("hidden", (await viewer.GetAsync($"{path}/{ids[1]}")).Text("state"));
        Assert.Equal("2", await CommentsAsync(viewer, path));
        (await creator.PostAsync($"{path}/{ids[1]}/unhide")).Is(HttpStatusCode.NoContent);
        Assert.Equal("3", await CommentsAsync(viewer, path));
        (await creator.PostAsync($"{path}/{ids[0]}/unlike")).Is(HttpStatusCode.NoContent);
        await host.DrainAsync();
        Assert.Equal(["three", "two", "one"], Texts(await viewer.GetAsync(path + "?sort=top")));
    }

    [Fact]
    public async Task A_comment_that_is_hidden_takes_its_replies_out_of_the_number_of_all_and_brings_them_back()
    {
        var (creator, viewer, path) = await TalkAsync();
        (await viewer.PostAsync(path, Text("Lovely."))).Is(HttpStatusCode.Created);
        var comment = (await viewer.PostAsync(path, Text("Which clay?"))).Is(HttpStatusCode.Created);
        var one = $"{path}/{comment.Text("commentId")}";
        var replies = new List<Reply>();
        foreach (var text in new[] { "Stoneware.", "Porcelain.", "None." })
            replies.Add((await viewer.PostAsync($"{one}/replies", Text(text))).Is(HttpStatusCode.Created));
        string Of(int reply) => $"{path}/{replies[reply].Text("commentId")}";
        await IsAsync(5);
        (await creator.PostAsync($"{Of(2)}/hide")).Is(HttpStatusCode.NoContent);
        await IsAsync(4);

        (await creator.PostAsync($"{one}/hide")).Is(HttpStatusCode.NoContent);
        await IsAsync(1);
        (await creator.PostAsync($"{one}/hide")).Is(HttpStatusCode.NoContent);
        await IsAsync(1);
        // Below what nobody sees: one is taken back, one is shown again, another one is hidden.
        (await viewer.DeleteAsync(Of(0), replies[0].ETag)).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync($"{Of(2)}/unhide")).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync($"{Of(1)}/hide")).Is(HttpStatusCode.NoContent);
        await IsAsync(1);
        (await creator.PostAsync($"{one}/unhide")).Is(HttpStatusCode.NoContent);
        await IsAsync(3);
        Assert.Equal(["None."], Texts(await viewer.GetAsync($"{one}/replies")));

        // Told while it is hidden what happened before.
        (await viewer.PostAsync($"{one}/replies", Text("Thanks."))).Is(HttpStatusCode.Created);
        (await creator.PostAsync($"{one}/hide")).Is(HttpStatusCode.NoContent);
        await IsAsync(1);
        // Its author takes it back: what others have replied is there again.
        (await viewer.DeleteAsync(one, comment.ETag)).Is(HttpStatusCode.NoContent);
        await IsAsync(3);
        Assert.Equal(["None.", "Thanks."], Texts(await viewer.GetAsync($"{one}/replies")).Order());

        async Task IsAsync(int number)
        {
            await host.DrainAsync();
            await CountedAgainAsync(path, comment.Text("commentId"));
            Assert.Equal($"{number}", await CommentsAsync(viewer, path));
        }
    }

    [Fact]
    public async Task When_access_ends_what_was_written_stays_and_no_more_is_written()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var path = $"/v1/series/{series}/videos/{video}/comments";
        var stranger = await host.PersonAsync("stranger");
        (await stranger.PostAsync(path, Text("Hello."))).IsProblem(403, "purchase-required");
        (await stranger.GetAsync(path)).IsProblem(403, "purchase-required");
        var mine = (await viewer.PostAsync(path, Text("Lovely."))).Is(HttpStatusCode.Created);
        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync($"/v1/operator/purchases/pur{checkout[3..]}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal(["Lovely."], Texts(await creator.GetAsync(path)));
        var one = $"{path}/{mine.Text("commentId")}";
        (await viewer.PostAsync(path, Text("More."))).IsProblem(403, "purchase-required");
        (await viewer.PatchAsync(one, Text("Changed."), mine.ETag)).IsProblem(403, "purchase-required");
        (await viewer.PostAsync($"{one}/replies", Text("More."))).IsProblem(403, "purchase-required");
        // It is hers to read and to take back.
        (await viewer.GetAsync(path)).IsProblem(403, "purchase-required");
        (await viewer.DeleteAsync(one, (await viewer.GetAsync(one)).Is(HttpStatusCode.OK).ETag)).Is(HttpStatusCode.NoContent);
        Assert.Empty(Texts(await creator.GetAsync(path)));
    }

    [Fact]
    public async Task Whom_somebody_blocked_writes_nothing_to_her_and_is_not_heard_by_her()
    {
        var (creator, viewer, path) = await TalkAsync();
        var other = await JoinAsync(path);
        var hers = (await viewer.PostAsync(path, Text("Hers."))).Text("commentId");
        (await other.PostAsync(path, Text("Theirs."))).Is(HttpStatusCode.Created);
        (await viewer.PostAsync($"/v1/users/{other.Id}/block")).Is(HttpStatusCode.NoContent);
        (await other.PostAsync($"{path}/{hers}/replies", Text("But."))).IsProblem(403, "blocked");
        Assert.Equal(["Hers."], Texts(await viewer.GetAsync(path)));
        Assert.Equal(2, Texts(await creator.GetAsync(path)).Length);
        (await creator.PostAsync($"/v1/users/{other.Id}/block")).Is(HttpStatusCode.NoContent);
        (await other.PostAsync(path, Text("More."))).IsProblem(403, "blocked");
        (await other.PostAsync($"{path}/{hers}/like")).IsProblem(403, "blocked");
        (await creator.PostAsync($"/v1/users/{other.Id}/unblock")).Is(HttpStatusCode.NoContent);
        (await other.PostAsync(path, Text("More."))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_the_checks_are_sure_of_is_refused_and_what_they_are_not_waits_for_a_person()
    {
        var (creator, viewer, path) = await TalkAsync();
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
            var before = await CommentsAsync(creator, path);
            var open = await CaseAsync(held.Text("commentId"));
            Assert.Equal(("comment", "Telegram: cleo_pots has the recipe", "messenger-account"), (open.Text("kind"), open.Text("comment.text"), open.Text("checks.0.finding")));
            await DecideAsync(open.Text("caseId"), decision);
            if (state is null)
                (await viewer.GetAsync(one)).IsProblem(404, "not-found");
            else
                Assert.Equal(state, (await creator.GetAsync(one)).Text("state"));
            Assert.Equal(int.Parse(before, System.Globalization.CultureInfo.InvariantCulture) + (state is null ? 0 : 1), int.Parse(await CommentsAsync(creator, path), System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task Reports_gather_in_one_case_and_a_removal_is_told_to_the_author_alone()
    {
        var (creator, viewer, path) = await TalkAsync();
        var comment = (await viewer.PostAsync(path, Text("All potters are fools."))).Text("commentId");
        var parts = path.Split('/');
        JsonObject Report(string reason) => new() { ["seriesId"] = parts[3], ["videoId"] = parts[5], ["commentId"] = comment, ["reason"] = reason };
        (await viewer.PostAsync("/v1/reports", Report("hate"))).IsProblem(409, "own-comment");
        (await (await host.PersonAsync("stranger")).PostAsync("/v1/reports", Report("hate"))).IsProblem(403, "purchase-required");
        (await creator.PostAsync("/v1/reports", Report("hate"))).Is(HttpStatusCode.Accepted);
        (await creator.PostAsync("/v1/reports", Report("hate"))).Is(HttpStatusCode.Accepted);
        (await creator.PostAsync("/v1/reports", Report("spam"))).IsProblem(409, "already-reported");
        (await (await JoinAsync(path)).PostAsync("/v1/reports", Report("spam"))).Is(HttpStatusCode.Accepted);
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
        Assert.Equal("0", await CommentsAsync(creator, path));
        // The series is as it was.
        Assert.Equal("published", (await viewer.GetAsync($"/v1/series/{parts[3]}")).Text("state"));
        var told = (await viewer.GetAsync("/v1/me/notifications")).At("items")!.AsArray().Single(line => line!["type"]!.ToString() == "comment.removed")!["about"]!;
        Assert.Equal(comment, told["commentId"]!.ToString());
        Assert.DoesNotContain("comment.removed", (await creator.GetAsync("/v1/me/notifications")).Body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_author_appeals_a_removal_once_and_gets_back_exactly_what_was()
    {
        var (creator, viewer, path) = await TalkAsync();
        var comment = (await viewer.PostAsync(path, Text("All potters are fools."))).Text("commentId");
        var one = $"{path}/{comment}";
        (await creator.PostAsync($"{one}/pin")).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync($"{one}/like")).Is(HttpStatusCode.NoContent);
        var reader = await JoinAsync(path);
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
        Assert.Equal("1", await CommentsAsync(reader, path));
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
            (await (await JoinAsync(path)).PostAsync("/v1/reports", new JsonObject { ["seriesId"] = parts[3], ["videoId"] = parts[5], ["commentId"] = comment, ["reason"] = "hate" })).Is(HttpStatusCode.Accepted);
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

    [Fact]
    public async Task What_is_counted_is_what_is_there_when_many_write_at_once_and_events_come_twice()
    {
        var (creator, _, path) = await TalkAsync();
        var people = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => JoinAsync(path)));
        var comment = (await creator.PostAsync(path, Text("Ask me."))).Text("commentId");
        var one = $"{path}/{comment}";
        await Task.WhenAll(people.Select(async (person, i) =>
        {
            for (var n = 0; n < 5; n++)
            {
                (await person.PostAsync($"{one}/like")).Is(HttpStatusCode.NoContent);
                var reply = (await person.PostAsync($"{one}/replies", Text($"Reply {n}."))).Is(HttpStatusCode.Created);
                if (n == 2)
                    (await person.DeleteAsync($"{path}/{reply.Text("commentId")}", reply.ETag)).Is(HttpStatusCode.NoContent);
                if (i % 3 == 0)
                    (await person.PostAsync($"{one}/unlike")).Is(HttpStatusCode.NoContent);
            }
        }));
        await host.DrainAsync();
        await CheckAsync();
        await CountedAgainAsync(path, comment);
        await CheckAsync();

        async Task CheckAsync()
        {
            var seen = await creator.GetAsync(one);
            Assert.Equal(("8", "48", "49"), (seen.Text("likes"), seen.Text("replies"), await CommentsAsync(creator, path)));
            Assert.Equal(48, (await creator.GetAsync($"{one}/replies?limit=100")).At("items")!.AsArray().Count);
        }
    }

    /// <summary>What tells that a comment is counted comes twice more.</summary>
    private async Task CountedAgainAsync(string path, string comment)
    {
        var dispatcher = host.Services.GetRequiredService<EventDispatcher>();
        var parts = path.Split('/');
        var body = new JsonObject { ["spot"] = new JsonObject { ["kind"] = "Series", ["of"] = parts[3], ["videoId"] = parts[5] }, ["commentId"] = comment };
        var message = new Envelope("evt_01TWICE", "comment-counted", 1, host.Clock.GetUtcNow(), null, System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), null).ToJson();
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal(HandledAs.Done, (await dispatcher.DispatchAsync(Queues.Catalog, message, 1, CancellationToken.None)).As);
    }

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private static string[] Texts(Reply page) => [.. page.Is(HttpStatusCode.OK).At("items")!.AsArray().Select(item => item!["text"]!.ToString())];

    private static async Task<string> CommentsAsync(Person reader, string path) => (await reader.GetAsync(path[..^"comments".Length] + "engagement")).Is(HttpStatusCode.OK).Text("comments");

    private async Task<(Person Creator, Person Viewer, string Path)> TalkAsync()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var path = $"/v1/series/{series}/videos/{video}/comments";
        return (creator, await JoinAsync(path), path);
    }

    /// <summary>Somebody more who has the series.</summary>
    private async Task<Person> JoinAsync(string path)
    {
        var viewer = await host.PersonAsync("viewer");
        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync($"/v1/operator/viewers/{viewer.Id}/access/{path.Split('/')[3]}", new JsonObject { ["decision"] = "grant", ["reason"] = "test" })).Is(HttpStatusCode.OK);
        return viewer;
    }

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
