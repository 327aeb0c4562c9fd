using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Messaging;
using static Feature.Tests.Driving.Conversation;

namespace Feature.Tests;

/// <summary>Who writes what, who sees it, and what is counted. Finds a comment that is seen by somebody who must not, one that is lost, and a count that parts from what is there.</summary>
public sealed class CommentTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Conversation _talk = new(host);

    [Fact]
    public async Task A_comment_is_written_once_edited_in_the_version_that_was_read_and_taken_back()
    {
        var (creator, viewer, path) = await _talk.BeginAsync();
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
        foreach (var blank in new[] { " ", "\u200B\u2060", "\u3164", "\u200D \u2800\uFE0F" })
            (await viewer.PostAsync(path, Text(blank))).IsProblem(422, "validation-failed");
        (await viewer.PostAsync(path, Text(new string('a', 1_001)))).IsProblem(422, "validation-failed");

        var seen = (await creator.GetAsync(path)).Is(HttpStatusCode.OK);
        Assert.Equal(("Lovely blue glaze.", "1", "true", "false"), (seen.Text("items.0.text"), seen.Text("items.0.likes"), seen.Text("items.0.liked"), seen.Text("items.0.byCreator")));
        (await viewer.DeleteAsync(one, first.ETag)).IsProblem(412, "stale");
        (await viewer.DeleteAsync(one, edited.ETag)).Is(HttpStatusCode.NoContent);
        Assert.Empty((await creator.GetAsync(path)).At("items")!.AsArray());
        (await viewer.GetAsync(one)).IsProblem(404, "not-found");
        Assert.Equal("0", await CountAsync(creator, path));
    }

    [Fact]
    public async Task Replies_have_one_level_and_outlive_what_they_reply_to()
    {
        var (creator, viewer, path) = await _talk.BeginAsync();
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
        Assert.Equal("3", await CountAsync(viewer, path));

        (await viewer.DeleteAsync(one, comment.ETag)).Is(HttpStatusCode.NoContent);
        var gone = await creator.GetAsync(path);
        Assert.Equal(("deleted", ""), (gone.Text("items.0.state"), gone.Text("items.0.text")));
        Assert.Null(gone.At("items.0.authorId"));
        Assert.Equal(2, (await creator.GetAsync($"{one}/replies")).At("items")!.AsArray().Count);
        (await creator.PostAsync($"{one}/replies", Text("Late."))).IsProblem(404, "not-found");
        Assert.Equal("2", await CountAsync(creator, path));
    }

    [Fact]
    public async Task The_creator_pins_one_and_hides_others_and_top_goes_by_likes_and_replies()
    {
        var (creator, viewer, path) = await _talk.BeginAsync();
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
        Assert.Equal("2", await CountAsync(viewer, path));
        (await creator.PostAsync($"{path}/{ids[1]}/unhide")).Is(HttpStatusCode.NoContent);
        Assert.Equal("3", await CountAsync(viewer, path));
        (await creator.PostAsync($"{path}/{ids[0]}/unlike")).Is(HttpStatusCode.NoContent);
        await host.DrainAsync();
        Assert.Equal(["three", "two", "one"], Texts(await viewer.GetAsync(path + "?sort=top")));
    }

    [Fact]
    public async Task A_comment_that_is_hidden_takes_its_replies_out_of_the_number_of_all_and_brings_them_back()
    {
        var (creator, viewer, path) = await _talk.BeginAsync();
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
            Assert.Equal($"{number}", await CountAsync(viewer, path));
        }
    }

    [Fact]
    public async Task When_access_ends_what_was_written_stays_and_no_more_is_written()
    {
        var shop = new Shop(host);
        var (creator, series, video) = await shop.PublishedAsync();
        var (viewer, checkout) = await shop.BuyerAsync(series);
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
        var (creator, viewer, path) = await _talk.BeginAsync();
        var other = await _talk.JoinAsync(path);
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
    public async Task What_is_counted_is_what_is_there_when_many_write_at_once_and_events_come_twice()
    {
        var (creator, _, path) = await _talk.BeginAsync();
        var people = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _talk.JoinAsync(path)));
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
            Assert.Equal(("8", "48", "49"), (seen.Text("likes"), seen.Text("replies"), await CountAsync(creator, path)));
            Assert.Equal(48, (await creator.GetAsync($"{one}/replies?limit=100")).At("items")!.AsArray().Count);
        }
    }

    [Fact]
    public async Task A_cursor_of_one_order_is_none_of_the_other()
    {
        var (_, viewer, path) = await _talk.BeginAsync();
        foreach (var text in new[] { "one", "two", "three" })
            (await viewer.PostAsync(path, Text(text))).Is(HttpStatusCode.Created);
        var newest = (await viewer.GetAsync($"{path}?limit=1")).Text("nextCursor");
        var top = (await viewer.GetAsync($"{path}?sort=top&limit=1")).Text("nextCursor");
        Assert.Equal(["two"], Texts(await viewer.GetAsync($"{path}?limit=1&cursor={newest}")));
        Assert.Equal(["two"], Texts(await viewer.GetAsync($"{path}?sort=top&limit=1&cursor={top}")));
        (await viewer.GetAsync($"{path}?sort=top&cursor={newest}")).IsProblem(400, "bad-cursor");
        (await viewer.GetAsync($"{path}?sort=newest&cursor={top}")).IsProblem(400, "bad-cursor");
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
}
