using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests;

/// <summary>Somebody wants to be forgotten. Finds money that nobody can account for afterwards, a buyer who loses what she paid for, a number that is no longer exact, and somebody who is forgotten too early or comes back by herself.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private readonly RunningHost _host = new();
    private Shop _shop = null!;
    private Person _operator = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        _shop = new(_host);
        _operator = await _host.PersonAsync("operator", "operator");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static JsonObject Text(string text) => new() { ["text"] = text };

    [Fact]
    public async Task A_viewer_is_forgotten_and_every_number_stays_exact()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var (other, _) = await _shop.BuyerAsync(series);
        var path = $"/v1/series/{series}/videos/{video}";
        var mine = (await viewer.PostAsync($"{path}/comments", Text("Which clay?"))).Is(HttpStatusCode.Created).Text("commentId");
        var theirs = (await other.PostAsync($"{path}/comments", Text("Stoneware?"))).Is(HttpStatusCode.Created).Text("commentId");
        (await other.PostAsync($"{path}/comments/{mine}/replies", Text("Any will do."))).Is(HttpStatusCode.Created);
        (await viewer.PostAsync($"{path}/comments/{theirs}/like")).Is(HttpStatusCode.NoContent);
        foreach (var person in new[] { viewer, other })
        {
            (await person.PostAsync($"{path}/like")).Is(HttpStatusCode.NoContent);
            (await person.PostAsync($"/v1/series/{series}/rating", new JsonObject { ["stars"] = person == viewer ? 1 : 5, ["text"] = "Said." })).Is(HttpStatusCode.Created);
        }
        await _host.DrainAsync();

        var report = await _host.EraseAsync(viewer);
        Assert.Equal(("1", "1", "2"), ((await other.GetAsync($"{path}/engagement")).Text("likes"), (await other.GetAsync($"/v1/series/{series}/ratings")).Text("summary.count"), (await other.GetAsync($"{path}/engagement")).Text("comments")));
        Assert.Equal("0", (await other.GetAsync($"{path}/comments/{theirs}")).Text("likes"));
        var tombstone = (await other.GetAsync($"{path}/comments")).At("items")!.AsArray().Single(comment => comment!["commentId"]!.ToString() == mine)!;
        Assert.Equal(("", "deleted", null), (tombstone["text"]!.ToString(), tombstone["state"]!.ToString(), tombstone["authorId"]?.ToString()));
        Assert.Equal("Any will do.", (await other.GetAsync($"{path}/comments/{mine}/replies")).Text("items.0.text"));

        // She has nothing any more; what the books need is there for who has its id.
        (await viewer.GetAsync($"{path}/playback")).IsProblem(403, "purchase-required");
        foreach (var list in new[] { "/v1/me/library", "/v1/me/purchases", "/v1/me/notifications", "/v1/me/blocks" })
            Assert.Empty((await viewer.GetAsync(list)).Is(HttpStatusCode.OK).At("items")!.AsArray());
        (await viewer.PostAsync($"/v1/me/purchases/pur{checkout[3..]}/refund")).IsProblem(404, "not-found");
        Assert.Equal("999", (await _operator.GetAsync($"/v1/operator/purchases/pur{checkout[3..]}")).Is(HttpStatusCode.OK).Text("amount.amount"));
        await _host.BooksAreEvenAsync(creator);
        var rows = report.At("documents")!.AsArray().ToDictionary(row => row!["type"]!.ToString(), row => row!);
        Assert.Equal((1, 1, 1), (rows["Comment"]["blanked"]!.GetValue<int>(), rows["Rating"]["deleted"]!.GetValue<int>(), rows["Purchase"]["blanked"]!.GetValue<int>()));
        Assert.Contains("books", rows["Purchase"]["because"]!.ToString(), StringComparison.Ordinal);

        // She may begin anew: nobody knows her.
        (await viewer.PostAsync($"/v1/series/{series}/checkout", Shop.Return())).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_export_afterwards_has_what_is_kept_and_nothing_else()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        (await viewer.PostAsync("/v1/me/export")).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        var media = _host.Services.GetRequiredService<IMediaStore>();
        var old = BlobName.Media($"exports/{(await viewer.GetAsync("/v1/me/export")).Text("exportId")}.zip");
        Assert.NotNull(await media.FindAsync(old, TestContext.Current.CancellationToken));
        await _host.EraseAsync(viewer);
        Assert.Null(await media.FindAsync(old, TestContext.Current.CancellationToken));

        (await viewer.PostAsync("/v1/me/export")).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        var file = await _host.Anonymous().GetAsync(new Uri((await viewer.GetAsync("/v1/me/export")).Text("download.url")).PathAndQuery);
        using var zip = new ZipArchive(new MemoryStream(file.Bytes));
        Assert.Equal(
            ["index.json", $"privacy/{viewer.Id}/erasure.json", $"privacy/{viewer.Id}/export.json", $"viewer/{viewer.Id}/checkout.json", $"viewer/{viewer.Id}/purchase.json"],
            zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        using var reader = new StreamReader(zip.GetEntry($"viewer/{viewer.Id}/checkout.json")!.Open());
        Assert.DoesNotContain("app.example.com", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dispute_and_a_refund_that_come_afterwards_are_booked_and_tell_nobody_and_give_nobody_anything()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        await _host.EraseAsync(viewer);
        var payment = $"/local/payments/pi_sim_{checkout[4..]}";
        var purchase = $"/v1/operator/purchases/pur{checkout[3..]}";
        foreach (var (step, state) in new[] { ("dispute", "disputed"), ("win", "paid") })
        {
            (await _host.Anonymous().PostAsync($"{payment}/{step}")).Is(HttpStatusCode.OK);
            await _host.DrainAsync();
            Assert.Equal(state, (await _operator.GetAsync(purchase)).Text("state"));
            await _host.BooksAreEvenAsync(creator);
        }
        (await _operator.PostAsync($"{purchase}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        Assert.Equal("refunded", (await _operator.GetAsync(purchase)).Text("state"));
        await _host.BooksAreEvenAsync(creator);
        Assert.Contains("purchase.refunded", (await creator.GetAsync("/v1/me/notifications")).At("items")!.AsArray().Select(line => line!["type"]!.ToString()));

        Assert.Empty((await viewer.GetAsync("/v1/me/notifications")).At("items")!.AsArray());
        Assert.Empty((await viewer.GetAsync("/v1/me/library")).At("items")!.AsArray());
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(403, "purchase-required");
        Assert.DoesNotContain(_host.Documents(), document => document.Partition == $"series|{series}" && document.Id.StartsWith("buyer|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_open_blocks_and_is_told_by_code_and_nothing_was_erased()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var receiver = await _host.PersonAsync("receiver");
        var gift = Shop.Return();
        gift["receiverId"] = receiver.Id;
        await _shop.PayAsync((await viewer.PostAsync($"/v1/series/{series}/gifts", gift)).Is(HttpStatusCode.Created));
        (await _host.Anonymous().PostAsync($"/local/payments/pi_sim_{checkout[4..]}/dispute")).Is(HttpStatusCode.OK);
        await _host.DrainAsync();
        var (_, another, _) = await _shop.PublishedAsync();
        await Shop.CheckoutAsync(viewer, another);

        var blocked = await _host.AskToEraseAsync(viewer);
        Assert.Equal(("blocked", "open-checkout,open-dispute,open-gift"), (blocked.Text("state"), string.Join(',', blocked.Blockers())));
        Assert.All(blocked.At("blockers")!.AsArray(), blocker => Assert.NotEmpty(blocker!["detail"]!.ToString()));
        Assert.Empty(blocked.At("documents")!.AsArray());
        Assert.Equal(2, (await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray().Count);

        (await receiver.PostAsync($"/v1/me/gifts/{(await receiver.GetAsync("/v1/me/gifts")).Text("items.0.giftId")}/accept")).Is(HttpStatusCode.OK);
        (await _host.Anonymous().PostAsync($"/local/payments/pi_sim_{checkout[4..]}/lose")).Is(HttpStatusCode.OK);
        await _host.DrainAsync();
        _host.Clock.Advance(TimeSpan.FromMinutes(40));
        await _host.DrainAsync();
        await _host.EraseAsync(viewer);

        // A creator who is owed something, and whose series is being looked at.
        var (draft, _) = await _shop.CompleteDraftAsync(creator);
        (await creator.PostAsync($"/v1/series/{draft}/submit")).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        Assert.Equal(["in-review", "uneven-books"], (await _host.AskToEraseAsync(creator)).Blockers());
    }

    [Fact]
    public async Task Buyers_keep_what_they_bought_of_a_creator_who_is_forgotten_and_the_rest_of_hers_goes_with_its_files()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var (buyer, checkout) = await _shop.BuyerAsync(series);
        var (unsold, unsoldVideo) = await _shop.CompleteDraftAsync(creator);
        (await creator.PostAsync($"/v1/series/{unsold}/submit")).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        await _shop.DecideAsync(unsold);
        var (draft, draftVideo) = await _shop.CompleteDraftAsync(creator);
        await _host.PayOutAsync(creator);
        var cover = (await buyer.GetAsync($"/v1/series/{series}")).Text("coverUrl");

        await _host.EraseAsync(creator);
        (await buyer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        var mine = (await buyer.GetAsync($"/v1/series/{series}")).Is(HttpStatusCode.OK);
        Assert.Equal(("Ceramics from zero", null, "unlisted"), (mine.Text("title"), mine.At("creatorHandle")?.ToString(), mine.Text("state")));
        Assert.NotEqual(HttpStatusCode.NotFound, (await buyer.GetAsync(cover)).Status);
        Assert.Equal("Ceramics from zero", (await buyer.GetAsync("/v1/me/library")).Text("items.0.title"));

        Assert.Empty((await _host.Anonymous().GetAsync("/v1/series?category=crafts")).At("items")!.AsArray());
        (await _host.Anonymous().GetAsync($"/v1/creators/{creator.Id}/profile")).IsProblem(404, "not-found");
        foreach (var gone in new[] { unsold, draft })
            (await creator.GetAsync($"/v1/series/{gone}")).IsProblem(404, "not-found");
        Assert.Equal("none", (await creator.GetAsync("/v1/creators/me")).Text("status"));
        (await creator.PostAsync($"/v1/series/{series}/relist")).IsProblem(403, "creator-required");
        var media = _host.Services.GetRequiredService<IMediaStore>();
        var left = (await media.ListAsync(BlobContainer.Media, "", null, 100, TestContext.Current.CancellationToken)).Items.Select(blob => blob.Name.Name).ToList();
        Assert.Contains($"videos/{video}", left);
        Assert.DoesNotContain(left, name => name.Contains(unsoldVideo, StringComparison.Ordinal) || name.Contains(draftVideo, StringComparison.Ordinal));
        Assert.Equal(2, left.Count);

        // And who comes later for her money.
        await _host.BooksAreEvenAsync(creator);
        (await _operator.PostAsync($"/v1/operator/purchases/pur{checkout[3..]}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        await _host.BooksAreEvenAsync(creator);
        (await buyer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task Strikes_stay_for_as_long_as_they_count()
    {
        var creator = await _shop.CreatorAsync();
        var platform = await _host.PersonAsync("platform", "platform");
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/strikes/one", new JsonObject { ["at"] = _host.Now(), ["reason"] = "spam" })).Is(HttpStatusCode.NoContent);
        // The host app's account is gone; it asks for her.
        (await platform.PostAsync($"/v1/platform/users/{creator.Id}/erasure")).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        _host.Clock.Advance(TimeSpan.FromDays(3));
        await _host.DrainAsync();
        Assert.Equal("done", (await platform.GetAsync($"/v1/platform/users/{creator.Id}/erasure")).Is(HttpStatusCode.OK).Text("state"));
        var standing = (await creator.GetAsync("/v1/creators/me")).Is(HttpStatusCode.OK);
        Assert.Equal(("none", 1), (standing.Text("status"), standing.At("strikes")!.AsArray().Count));
        Assert.Contains(_host.Documents(), document => document.Partition == $"creator|{creator.Id}");
        _host.Clock.Advance(TimeSpan.FromDays(90));
        Assert.Empty((await creator.GetAsync("/v1/creators/me")).At("strikes")!.AsArray());
    }

    [Fact]
    public async Task While_it_goes_on_asking_again_is_the_same_and_nothing_can_be_bought_and_a_message_of_before_does_nothing()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var (viewer, _) = await _shop.BuyerAsync(series);
        (await viewer.GetAsync("/v1/me/erasure")).IsProblem(404, "not-found");
        var first = (await viewer.PostAsync("/v1/me/erasure")).Is(HttpStatusCode.Accepted).Text("erasureId");
        await _host.DrainAsync();
        Assert.Equal(first, (await viewer.PostAsync("/v1/me/erasure")).Is(HttpStatusCode.Accepted).Text("erasureId"));
        (await viewer.PostAsync($"/v1/series/{series}/checkout", Shop.Return())).IsProblem(409, "erasure-under-way");
        var waiting = (await _operator.GetAsync($"/v1/operator/users/{viewer.Id}/erasure")).Is(HttpStatusCode.OK);

        var body = new JsonObject { ["id"] = first, ["userId"] = viewer.Id, ["turn"] = 0 }.ToJsonString();
        var message = new Envelope("evt_again", "erasure-due", 1, _host.Clock.GetUtcNow(), null, System.Text.Encoding.UTF8.GetBytes(body), null).ToJson();
        Assert.Equal(HandledAs.Done, (await _host.Services.GetRequiredService<EventDispatcher>().DispatchAsync(Queues.Notifications, message, 2, CancellationToken.None)).As);
        Assert.Equal(waiting.Body!.ToJsonString(), (await _operator.GetAsync($"/v1/operator/users/{viewer.Id}/erasure")).Body!.ToJsonString());

        _host.Clock.Advance(TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1));
        await _host.UntilAsync(viewer, "done");
        // A second one finds next to nothing, and says so.
        var again = await _host.EraseAsync(viewer);
        Assert.NotEqual(first, again.Text("erasureId"));
        Assert.DoesNotContain(again.At("documents")!.AsArray(), row => row!["type"]!.ToString() is "Access" or "SeriesProgress" && row["deleted"]!.GetValue<int>() > 0);
        Assert.Equal("1", again.At("documents")!.AsArray().Single(row => row!["type"]!.ToString() == "Purchase")!["blanked"]!.ToString());
    }
}
