using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests;

/// <summary>Who hears of what, once, and what reading does. Finds a notice that is lost, doubled, or shown to somebody whom it does not concern.</summary>
public sealed class NotificationTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    private static async Task<JsonArray> FeedAsync(Person reader, string query = "") =>
        (await reader.GetAsync("/v1/me/notifications" + query)).Is(HttpStatusCode.OK).At("items")!.AsArray();

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private static string[] Types(JsonArray feed) => [.. feed.Select(line => line!["type"]!.ToString())];

    private static async Task<int> UnreadAsync(Person reader) => (await reader.GetAsync("/v1/me/notifications?limit=1")).Is(HttpStatusCode.OK).At("unreadCount")!.GetValue<int>();

    [Fact]
    public async Task Creator_and_buyer_hear_of_everything_from_the_application_to_the_refund()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync($"/v1/operator/purchases/pur{checkout[3..]}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();

        Assert.Equal(
            ["application.approved", "purchase.refunded", "purchase.sold", "series.approved", "video.validated"],
            Types(await FeedAsync(creator)).Order(StringComparer.Ordinal));
        Assert.Equal(["access.changed", "access.changed", "purchase.refunded"], Types(await FeedAsync(viewer)).Order(StringComparer.Ordinal));

        var sold = (await FeedAsync(creator)).First(line => line!["type"]!.ToString() == "purchase.sold")!["about"]!;
        Assert.Equal((series, 999, "Ceramics from zero"), (sold["seriesId"]!.ToString(), sold["amount"]!["amount"]!.GetValue<int>(), sold["title"]!.ToString()));
        // Who bought is not the creator's to know.
        Assert.Null(sold["viewerId"]);
        Assert.Equal(viewer.Id, (await FeedAsync(viewer)).First(line => line!["type"]!.ToString() == "purchase.refunded")!["about"]!["viewerId"]!.ToString());
    }

    [Fact]
    public async Task Somebody_who_must_change_something_reads_the_rule_and_the_note()
    {
        var creator = await _shop.CreatorAsync();
        var (id, _) = await _shop.CompleteDraftAsync(creator);
        (await creator.PostAsync($"/v1/series/{id}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        await _shop.DecideAsync(id, "requestChanges");
        var told = (await FeedAsync(creator)).First(line => line!["type"]!.ToString() == "series.changes-requested")!["about"]!;
        Assert.Equal(id, told["seriesId"]!.ToString());
        Assert.False(string.IsNullOrEmpty(told["note"]!.ToString()));
        Assert.DoesNotContain("series.approved", Types(await FeedAsync(creator)));
    }

    [Fact]
    public async Task Creator_and_subscriber_hear_of_a_subscription_from_its_first_payment_to_its_end()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, friends);
        // Who leaves the payment page is nobody's news.
        var passerBy = await host.PersonAsync("viewer");
        (await passerBy.PostAsync($"/v1/creators/{creator.Id}/tiers/{friends}/subscribe", Shop.Return())).Is(HttpStatusCode.Created);
        await PassAsync(31);
        Assert.Equal(["subscription.renewed", "subscription.started"], Types(await FeedAsync(viewer)));
        var renewed = (await FeedAsync(viewer))[0]!["about"]!;
        Assert.Equal(("Friends", 499, friends, viewer.Id), (renewed["title"]!.ToString(), renewed["amount"]!["amount"]!.GetValue<int>(), renewed["tierId"]!.ToString(), renewed["viewerId"]!.ToString()));
        Assert.Equal((await viewer.GetAsync(mine)).Text("periodEnd"), renewed["until"]!.ToString());

        (await host.Anonymous().PostAsync($"/local/subscriptions/sub_sim_{mine.Split('_')[^1]}/card-fails")).Is(HttpStatusCode.OK);
        await PassAsync(31);
        Assert.Equal(["subscription.renewal-failed", "subscription.renewed", "subscription.started"], Types(await FeedAsync(viewer)));
        Assert.Equal((await viewer.GetAsync(mine)).Text("accessUntil"), (await FeedAsync(viewer))[0]!["about"]!["until"]!.ToString());
        await PassAsync(8);
        var ended = (await FeedAsync(viewer))[0]!;
        Assert.Equal(("subscription.ended", "not-paid"), (ended["type"]!.ToString(), ended["about"]!["reason"]!.ToString()));

        var told = (await FeedAsync(creator)).Where(line => line!["about"]!["subscriptionId"] is not null).ToList();
        Assert.Equal(["subscription.ended", "purchase.sold", "purchase.sold", "subscription.started"], told.Select(line => line!["type"]!.ToString()).OrderByDescending(type => type == "subscription.ended").ThenByDescending(type => type == "purchase.sold"));
        // Who subscribes is not the creator's to know.
        Assert.All(told, line => Assert.Null(line!["about"]!["viewerId"]));
        Assert.Empty(await FeedAsync(passerBy));

        // A queue delivers at least once, and late: the same move is told once, and a failure that is over not at all.
        var now = host.Clock.GetUtcNow();
        var (before, creatorsBefore) = ((await FeedAsync(viewer)).Count, (await FeedAsync(creator)).Count);
        foreach (var (id, from, to) in new[] { ("evt_01MOVED", "incomplete", "active"), ("evt_01MOVED", "incomplete", "active"), ("evt_01FAILED", "active", "pastDue") })
            await DispatchAsync(id, new() { ["subscriptionId"] = mine.Split('/')[^1], ["viewerId"] = viewer.Id, ["creatorId"] = creator.Id, ["tierId"] = friends, ["from"] = from, ["to"] = to, ["at"] = host.Now() });
        Assert.Equal((before + 1, creatorsBefore + 1), ((await FeedAsync(viewer)).Count, (await FeedAsync(creator)).Count));

        async Task DispatchAsync(string id, JsonObject body) => Assert.Equal(HandledAs.Done, (await host.Services.GetRequiredService<EventDispatcher>().DispatchAsync(
            Queues.Notifications, new Envelope(id, "subscription-moved", 1, now, null, System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), null).ToJson(), 1, CancellationToken.None)).As);

        async Task PassAsync(int days)
        {
            for (var day = 0; day < days; day++)
            {
                host.Clock.Advance(TimeSpan.FromDays(1));
                await host.DrainAsync();
            }
        }
    }

    [Fact]
    public async Task Who_wrote_a_comment_hears_of_replies_that_she_can_read()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var (other, _) = await _shop.BuyerAsync(series);
        var path = $"/v1/series/{series}/videos/{video}/comments";
        var comment = (await viewer.PostAsync(path, Text("Which clay?"))).Is(HttpStatusCode.Created).Text("commentId");
        // Her own reply is no news to her.
        (await viewer.PostAsync($"{path}/{comment}/replies", Text("Anybody?"))).Is(HttpStatusCode.Created);
        var reply = (await creator.PostAsync($"{path}/{comment}/replies", Text("Stoneware."))).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        var told = Assert.Single(await RepliesAsync());
        Assert.Equal((series, video, reply.Text("commentId"), comment), (told["seriesId"]!.ToString(), told["videoId"]!.ToString(), told["commentId"]!.ToString(), told["parentId"]!.ToString()));
        Assert.DoesNotContain("comment.replied", Types(await FeedAsync(creator)));

        // Changed, out of sight and back, and looked at by a person: it is the same reply.
        var one = $"{path}/{reply.Text("commentId")}";
        (await creator.PatchAsync(one, Text("Stoneware, 1240 degrees."), reply.ETag)).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"{one}/hide")).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync($"{one}/unhide")).Is(HttpStatusCode.NoContent);
        await host.DrainAsync();
        Assert.Single(await RepliesAsync());

        // One that a person has to look at first is told once she let it through.
        var held = (await other.PostAsync($"{path}/{comment}/replies", Text("Telegram: cleo_pots has the recipe"))).Is(HttpStatusCode.Created);
        Assert.Equal("held", held.Text("state"));
        await host.DrainAsync();
        Assert.Single(await RepliesAsync());
        await ApproveAsync(held.Text("commentId"));
        Assert.Equal(2, (await RepliesAsync()).Count);

        // Nothing of what she can't read: of somebody whom she blocked, or when her access has ended.
        var unwanted = (await other.PostAsync($"{path}/{comment}/replies", Text("Telegram: cleo_pots has another"))).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        (await viewer.PostAsync($"/v1/users/{other.Id}/block")).Is(HttpStatusCode.NoContent);
        await ApproveAsync(unwanted.Text("commentId"));
        Assert.Equal(2, (await RepliesAsync()).Count);
        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync($"/v1/operator/purchases/pur{checkout[3..]}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        (await creator.PostAsync($"{path}/{comment}/replies", Text("Ask me anything."))).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        Assert.Equal(2, (await RepliesAsync()).Count);

        async Task ApproveAsync(string id)
        {
            var moderator = await host.PersonAsync("moderator", "moderator");
            var open = (await moderator.GetAsync("/v1/moderation/cases?limit=100")).At("items")!.AsArray().Single(item => item!["comment"]?["commentId"]?.ToString() == id)!["caseId"];
            (await moderator.PostAsync($"/v1/moderation/cases/{open}/decision", new JsonObject { ["decision"] = "approve", ["rule"] = "comments", ["note"] = "" })).Is(HttpStatusCode.OK);
            await host.DrainAsync();
        }

        async Task<List<JsonNode>> RepliesAsync() => [.. (await FeedAsync(viewer)).Where(line => line!["type"]!.ToString() == "comment.replied").Select(line => line!["about"]!)];
    }

    [Fact]
    public async Task Start_and_end_of_a_discount_are_told_when_they_come()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        await _shop.DiscountAsync(creator, series, 40, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30));
        await host.DrainAsync();
        Assert.DoesNotContain("discount.started", Types(await FeedAsync(creator)));
        host.Clock.Advance(TimeSpan.FromMinutes(6));
        await host.DrainAsync();
        Assert.Equal("discount.started", Types(await FeedAsync(creator))[0]);
        host.Clock.Advance(TimeSpan.FromMinutes(30));
        await host.DrainAsync();
        Assert.Equal("discount.ended", Types(await FeedAsync(creator))[0]);
    }

    [Fact]
    public async Task What_was_read_stays_read_and_what_comes_later_is_new()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var feed = await FeedAsync(creator);
        Assert.Equal(3, await UnreadAsync(creator));
        Assert.All(feed, line => Assert.False(line!["read"]!.GetValue<bool>()));

        // One by itself, in the middle.
        var one = new JsonObject { ["ids"] = new JsonArray(feed[1]!["notificationId"]!.ToString()) };
        Assert.Equal(2, (await creator.PostAsync("/v1/me/notifications/read", one)).Is(HttpStatusCode.OK).At("unreadCount")!.GetValue<int>());
        Assert.Equal(2, (await creator.PostAsync("/v1/me/notifications/read", one.DeepClone())).Is(HttpStatusCode.OK).At("unreadCount")!.GetValue<int>());
        Assert.Equal([false, true, false], (await FeedAsync(creator)).Select(line => line!["read"]!.GetValue<bool>()));

        // Everything; then an older line, from a device that was away: nothing becomes unread.
        foreach (var (line, left) in new[] { (0, 0), (2, 0) })
            Assert.Equal(left, (await creator.PostAsync("/v1/me/notifications/read", new JsonObject { ["upTo"] = feed[line]!["notificationId"]!.ToString() })).Is(HttpStatusCode.OK).At("unreadCount")!.GetValue<int>());
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await _shop.BuyerAsync(series);
        Assert.Equal(1, await UnreadAsync(creator));
        Assert.Equal([false, true, true, true], (await FeedAsync(creator)).Select(line => line!["read"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Nobody_reads_or_marks_the_lines_of_another()
    {
        var (creator, _, _) = await _shop.PublishedAsync();
        var stranger = await host.PersonAsync("stranger");
        Assert.Empty(await FeedAsync(stranger));
        var line = (await FeedAsync(creator))[0]!["notificationId"]!.ToString();
        (await stranger.PostAsync("/v1/me/notifications/read", new JsonObject { ["upTo"] = line })).IsProblem(404, "not-found");
        Assert.Equal(0, (await stranger.PostAsync("/v1/me/notifications/read", new JsonObject { ["ids"] = new JsonArray(line) })).At("unreadCount")!.GetValue<int>());
        Assert.Equal(3, await UnreadAsync(creator));
        (await creator.PostAsync("/v1/me/notifications/read", new JsonObject())).IsProblem(422, "validation-failed");
        (await creator.PostAsync("/v1/me/notifications/read", new JsonObject { ["ids"] = new JsonArray("a b") })).IsProblem(422, "validation-failed");
    }

    [Fact]
    public async Task Pages_hold_every_line_once_and_lines_go_after_their_time()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        foreach (var _ in Enumerable.Range(0, 4))
            await _shop.BuyerAsync(series);
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await creator.GetAsync($"/v1/me/notifications?limit=3{cursor}")).Is(HttpStatusCode.OK);
            seen.AddRange(page.At("items")!.AsArray().Select(line => line!["notificationId"]!.ToString()));
            cursor = page.At("nextCursor")?.ToString() is { } next ? "&cursor=" + next : null;
        }
        Assert.Equal(7, seen.Distinct().Count());
        Assert.Equal(7, seen.Count);
        host.Clock.Advance(TimeSpan.FromDays(91));
        Assert.Empty(await FeedAsync(await host.SignInAsync(creator.Id)));
    }

    /// <summary>A queue delivers at least once: the whole of what the host has handled is handled again here.</summary>
    [Fact]
    public async Task An_event_that_is_handled_twice_is_told_once()
    {
        var (creator, _, _) = await _shop.PublishedAsync();
        var before = await FeedAsync(creator);
        var dispatcher = host.Services.GetRequiredService<EventDispatcher>();
        var body = System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["videoId"] = "vid_1", ["creatorId"] = creator.Id, ["accepted"] = true }.ToJsonString());
        var message = new Envelope("evt_01TWICE", "video-validated", 1, host.Clock.GetUtcNow(), null, body, null).ToJson();
        foreach (var _ in Enumerable.Range(0, 3))
            Assert.Equal(HandledAs.Done, (await dispatcher.DispatchAsync(Queues.Notifications, message, 1, CancellationToken.None)).As);
        Assert.Equal(before.Count + 1, (await FeedAsync(creator)).Count);
    }
}
