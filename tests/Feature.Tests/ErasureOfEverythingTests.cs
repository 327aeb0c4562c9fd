using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Privacy;

namespace Feature.Tests;

/// <summary>
/// A viewer and a creator who did everything that leaves something, and then everything that is stored is looked through: for a word that is in whatever they wrote, and for their ids where the table says that
/// nothing stays. Once as it goes, and once with a checkpoint after each document and every write failing before it happens or after. Finds a place that nobody thought of.
/// </summary>
public sealed class ErasureOfEverythingTests
{
    /// <summary>In whatever they wrote or gave, and in nothing that buyers need.</summary>
    private const string Word = "quokka";

    /// <summary>What can't be made here: it is gone before anybody is erased, about staff, or on its way.</summary>
    private static readonly string[] NotMade = ["OpenCheckout", "OpenApplication", "GoneVideo"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_that_they_wrote_is_anywhere_and_their_ids_are_only_where_the_table_says(bool failing)
    {
        FailsOnce? failures = null;
        await using var host = new RunningHost { Replace = services => FailsOnce.Stand(services, made => failures = made) };
        await host.StartAsync(failing ? ["--Privacy:ErasureAtATime=1"] : []);
        var (viewer, creator, buyer, series, video) = await LivesAsync(host);
        var before = host.Documents();
        var touched = before.Where(document => Names(document, viewer) || Names(document, creator)).Select(document => PersonalData.Of(new(document.Partition), document.Id)!.Type.Name).ToHashSet();
        var missing = PersonalData.All.Where(row => row.OnErasure.Fate != Fate.Kept).Select(row => row.Type.Name).Where(type => !touched.Contains(type)).Except(Unnamed).ToList();
        Assert.Equal(NotMade.Order(StringComparer.Ordinal), missing.Order(StringComparer.Ordinal));
        Assert.True(before.Count(document => document.Body.Contains(Word, StringComparison.Ordinal)) > 25, "they wrote too little");

        failures!.IsOn = failing;
        await EraseAsync(host, viewer);
        // Her subscription was the creator's only one, and what is owed is paid.
        failures.IsOn = false;
        await PayOutAsync(host, creator);
        failures.IsOn = failing;
        await EraseAsync(host, creator);
        failures.IsOn = false;
        if (failing)
            Assert.True(failures.Failures > 80, $"only {failures.Failures} writes failed");

        var wrong = new List<string>();
        foreach (var document in host.Documents())
        {
            var row = PersonalData.Of(new(document.Partition), document.Id);
            if (document.Body.Contains(Word, StringComparison.Ordinal))
                wrong.Add($"{document.Partition} {document.Id} ({row?.Type.Name}) says {Around(document.Body, Word)}");
            foreach (var gone in new[] { viewer, creator })
            {
                // Whose series somebody has, and whom she has blocked, is hers to know.
                var isAnothers = document.Partition.StartsWith("viewer|", StringComparison.Ordinal) && document.Partition != $"viewer|{gone.Id}";
                var isHersToKnow = isAnothers && (gone == creator || row?.Type.Name == "Blocks");
                if (Names(document, gone) && !isHersToKnow && (isAnothers || row is null || row.OnErasure.Fate == Fate.Deleted))
                    wrong.Add($"{document.Partition} {document.Id} ({row?.Type.Name}) names {gone.Id}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        (await buyer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        var oper = await host.PersonAsync("operator", "operator");
        Assert.Equal("true", (await oper.GetAsync($"/v1/operator/ledger/{creator.Id}")).Text("balances"));
        Assert.Empty((await oper.GetAsync("/v1/operator/dead-letters")).At("items")!.AsArray());
    }

    /// <summary>Types that are blanked or deleted with a document that leads to them, and don't name anybody themselves.</summary>
    private static readonly string[] Unnamed = ["Rating", "LikedComments", "SeriesRevision", "Discount", "PromoCode", "CommissionPolicy", "CreatorTiers"];

    private static bool Names((string Partition, string Id, string Body) document, Person person) =>
        document.Partition.Contains(person.Id, StringComparison.Ordinal) || document.Id.Contains(person.Id, StringComparison.Ordinal) || document.Body.Contains(person.Id, StringComparison.Ordinal);

    private static string Around(string text, string word) => text.Substring(Math.Max(0, text.IndexOf(word, StringComparison.Ordinal) - 40), Math.Min(80, text.Length - Math.Max(0, text.IndexOf(word, StringComparison.Ordinal) - 40)));

    private static async Task EraseAsync(RunningHost host, Person person)
    {
        (await SendAsync(host, () => person.PostAsync("/v1/me/erasure", key: "forget-me"))).Is(HttpStatusCode.Accepted);
        var first = await host.UntilAsync(person, "running");
        while (first.At("secondPassAt") is null)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(20));
            await host.DrainAsync();
            first = (await person.GetAsync("/v1/me/erasure")).Is(HttpStatusCode.OK);
            Assert.True(first.Text("state") == "running", first.Body!.ToJsonString());
        }
        host.Clock.Advance(TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1));
        await host.UntilAsync(person, "done");
        // What was cut off elsewhere meanwhile is made good.
        for (var minute = 0; minute < 10; minute++)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(1));
            await host.DrainAsync();
        }
    }

    /// <summary>A client tries again when the store was not there.</summary>
    private static async Task<Reply> SendAsync(RunningHost host, Func<Task<Reply>> send)
    {
        for (var attempt = 0; ; attempt++)
        {
            var reply = await send();
            if (reply.Status != HttpStatusCode.ServiceUnavailable || attempt == 5)
                return reply;
            host.Clock.Advance(TimeSpan.FromSeconds(2));
        }
    }

    private static async Task PayOutAsync(RunningHost host, Person creator)
    {
        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync("/v1/operator/payouts", new JsonObject { ["creatorId"] = creator.Id, ["reason"] = $"the {Word} leaves" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
    }

    private static JsonObject Said(string text) => new() { ["text"] = $"{text} {Word}" };

    private static async Task<(Person Viewer, Person Creator, Person Buyer, string Series, string Video)> LivesAsync(RunningHost host)
    {
        var shop = new Shop(host);
        var oper = await host.PersonAsync("operator", "operator");
        var (creator, tier, series, video, exclusive) = await CreatorsLifeAsync(host, shop, oper);
        var (buyer, _) = await shop.BuyerAsync(series);
        var viewer = await ViewersLifeAsync(host, shop, oper, creator, tier, series, video, exclusive, buyer);
        await ModerateAsync(host);
        await host.DrainAsync();
        return (viewer, creator, buyer, series, video);
    }

    private static async Task<(Person Creator, string Tier, string Series, string Video, string Exclusive)> CreatorsLifeAsync(RunningHost host, Shop shop, Person oper)
    {
        var platform = await host.PersonAsync("platform", "platform");
        var creator = await host.PersonAsync("cleo");
        var profile = shop.Profile();
        profile["handle"] = $"@{Word}";
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        foreach (var programme in new[] { "series", "subscription" })
        {
            (await creator.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = programme, ["portfolioUrl"] = $"https://{Word}.example.com/" })).Is(HttpStatusCode.Accepted);
            await host.DrainAsync();
        }
        (await platform.PutAsync($"/v1/platform/creators/{creator.Id}/strikes/one", new JsonObject { ["at"] = host.Now(TimeSpan.FromDays(-89)), ["reason"] = Word })).Is(HttpStatusCode.NoContent);
        var tier = (await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier($"{Word}s", 499))).Is(HttpStatusCode.Created).Text("tierId");
        var links = await creator.GetAsync("/v1/creators/me/product-links");
        (await creator.PutAsync(
            "/v1/creators/me/product-links", new JsonObject { ["links"] = new JsonArray(new JsonObject { ["label"] = $"My {Word}s", ["url"] = $"https://{Word}.com/" }) }, links.ETag)).Is(HttpStatusCode.OK);

        // Sold; and published and never sold, after it was sent back and appealed; a draft; one for subscribers; a video in nothing, and an upload that never came.
        var (series, video) = await shop.CompleteDraftAsync(creator);
        (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        await shop.DecideAsync(series);
        var (unsold, _) = await shop.CompleteDraftAsync(creator);
        (await creator.PatchAsync($"/v1/series/{unsold}", new JsonObject { ["title"] = $"The {Word}", ["description"] = $"All of {Word}." }, (await creator.GetAsync($"/v1/series/{unsold}")).ETag)).Is(HttpStatusCode.OK);
        (await creator.PostAsync($"/v1/series/{unsold}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        await shop.DecideAsync(unsold, "requestChanges");
        (await creator.PostAsync($"/v1/series/{unsold}/appeal", new JsonObject { ["note"] = $"It is a {Word}!" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var second = await host.PersonAsync("second", "moderator");
        (await second.PostAsync($"/v1/moderation/cases/{await shop.CaseOfAsync(unsold)}/decision", new JsonObject { ["decision"] = "reverse", ["rule"] = "texts", ["note"] = "So it is." })).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        await Shop.DraftAsync(creator);
        var own = await creator.GetAsync($"/v1/series/{series}");
        (await creator.PatchAsync($"/v1/series/{series}", new JsonObject { ["description"] = $"Now with a {Word}." }, own.ETag)).Is(HttpStatusCode.OK);
        var forSubscribers = await shop.ReadyVideoAsync(creator);
        var exclusive = await shop.ExclusiveAsync(creator, forSubscribers, tier);
        await shop.ReadyVideoAsync(creator);
        await Shop.AnnounceAsync(creator);

        (await creator.PostAsync($"/v1/series/{series}/codes", new JsonObject { ["code"] = "HALF", ["percentOff"] = 50, ["perViewer"] = 3 })).Is(HttpStatusCode.Created);
        await shop.DiscountAsync(creator, series, 20, TimeSpan.FromDays(20), TimeSpan.FromDays(1));
        (await creator.PostAsync("/v1/creators/me/links", new JsonObject { ["kind"] = "series", ["place"] = "campaign", ["campaign"] = Word, ["seriesId"] = series })).Is(HttpStatusCode.Created);
        foreach (var (path, body) in new (string, JsonObject)[]
        {
            ("payout-account", new() { ["account"] = "acct_cleo" }), ("commission", new() { ["basisPoints"] = 100, ["reason"] = $"agreed with the {Word}" }),
        })
            (await oper.PutAsync($"/v1/operator/creators/{creator.Id}/{path}", body, (await oper.GetAsync($"/v1/operator/creators/{creator.Id}/{path}")).ETag)).Is(HttpStatusCode.OK);
        (await oper.PostAsync($"/v1/operator/ledger/{creator.Id}/adjustments", new JsonObject { ["amount"] = Shop.Price(100), ["reason"] = $"for the {Word}" })).Is(HttpStatusCode.Created);
        await PayOutAsync(host, creator);
        (await creator.PostAsync("/v1/creators/me/payout-account", new JsonObject { ["returnUrl"] = $"https://app.example.com/{Word}" })).Is(HttpStatusCode.Created);
        (await creator.PostAsync($"/v1/series/{series}/videos/{video}/comments", Said("Thank you all"))).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        return (creator, tier, series, video, exclusive);
    }

    private static async Task<Person> ViewersLifeAsync(RunningHost host, Shop shop, Person oper, Person creator, string tier, string series, string video, string exclusive, Person buyer)
    {
        var viewer = await host.PersonAsync("vera");
        static JsonObject Return() => new() { ["successUrl"] = $"https://app.example.com/{Word}", ["cancelUrl"] = $"https://app.example.com/no-{Word}" };
        static JsonObject For(Person receiver, JsonObject body)
        {
            body["receiverId"] = receiver.Id;
            return body;
        }

        // Never paid; bought with a code; given away and taken; given to her, once taken and once waiting; a payment that went back.
        var other = (await shop.PublishedAsync()).SeriesId;
        (await viewer.PostAsync($"/v1/series/{other}/checkout", Return())).Is(HttpStatusCode.Created);
        host.Clock.Advance(TimeSpan.FromMinutes(40));
        await host.DrainAsync();
        var coded = Return();
        coded["promoCode"] = "HALF";
        await shop.PayAsync((await viewer.PostAsync($"/v1/series/{series}/checkout", coded)).Is(HttpStatusCode.Created));
        var friend = await host.PersonAsync("friend");
        await shop.PayAsync((await viewer.PostAsync($"/v1/series/{series}/gifts", For(friend, Return()))).Is(HttpStatusCode.Created));
        (await friend.PostAsync($"/v1/me/gifts/{(await friend.GetAsync("/v1/me/gifts")).Text("items.0.giftId")}/accept")).Is(HttpStatusCode.OK);
        foreach (var isTaken in new[] { true, false })
        {
            var given = isTaken ? other : (await shop.PublishedAsync()).SeriesId;
            await shop.PayAsync((await friend.PostAsync($"/v1/series/{given}/gifts", For(viewer, Shop.Return()))).Is(HttpStatusCode.Created));
            if (isTaken)
                (await viewer.PostAsync($"/v1/me/gifts/{(await viewer.GetAsync("/v1/me/gifts")).Text("items.0.giftId")}/accept")).Is(HttpStatusCode.OK);
        }
        await ReturnedAsync(host, viewer);
        var opened = (await viewer.PostAsync($"/v1/creators/{creator.Id}/tiers/{tier}/subscribe", Return())).Is(HttpStatusCode.Created);
        await shop.PayAsync(opened);

        var path = $"/v1/series/{series}/videos/{video}";
        var mine = (await viewer.PostAsync($"{path}/comments", Said("Which clay?"))).Is(HttpStatusCode.Created).Text("commentId");
        var theirs = (await buyer.PostAsync($"{path}/comments", new JsonObject { ["text"] = "What a bowl" })).Is(HttpStatusCode.Created).Text("commentId");
        (await viewer.PostAsync($"{path}/comments/{theirs}/replies", Said("Indeed"))).Is(HttpStatusCode.Created);
        (await viewer.PostAsync($"{path}/comments/{theirs}/like")).Is(HttpStatusCode.NoContent);
        (await viewer.PostAsync($"{path}/like")).Is(HttpStatusCode.NoContent);
        (await viewer.PostAsync($"/v1/series/{series}/rating", new JsonObject { ["stars"] = 4, ["text"] = $"Good {Word}." })).Is(HttpStatusCode.Created);
        var talk = new SeriesFunctions.Core.Engagement.Comment(new("com_exclusive"), new(viewer.Id), null, $"For subscribers: {Word}", SeriesFunctions.Core.Engagement.CommentState.Visible, host.Clock.GetUtcNow());
        var at = SeriesFunctions.Core.Engagement.Spot.InSeries(new(exclusive), (await ExclusiveVideoAsync(host, exclusive))!.Value);
        var speak = host.Services.GetRequiredService<SeriesFunctions.Core.Engagement.Talk>();
        Assert.True(await speak.SaveAsync(await speak.ChangeAsync(at, null, talk, new(viewer.Id), CancellationToken.None), CancellationToken.None));
        foreach (var comment in new[] { null, theirs })
        {
            var report = new JsonObject { ["seriesId"] = series, ["videoId"] = video, ["reason"] = "spam", ["note"] = $"A {Word}." };
            if (comment is not null)
                report["commentId"] = comment;
            (await viewer.PostAsync("/v1/reports", report)).Is(HttpStatusCode.Accepted);
        }
        (await buyer.PostAsync("/v1/reports", new JsonObject { ["seriesId"] = series, ["videoId"] = video, ["commentId"] = mine, ["reason"] = "spam" })).Is(HttpStatusCode.Accepted);
        (await viewer.PostAsync($"/v1/users/{friend.Id}/block")).Is(HttpStatusCode.NoContent);
        (await buyer.PostAsync($"/v1/users/{viewer.Id}/block")).Is(HttpStatusCode.NoContent);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var played = new JsonObject { ["seriesId"] = series, ["videoId"] = video, ["positionMs"] = 4_000, ["at"] = host.Now(), ["played"] = new JsonArray(new JsonObject { ["fromMs"] = 0, ["toMs"] = 4_000 }) };
        (await viewer.PostAsync("/v1/me/progress", new JsonObject { ["items"] = new JsonArray(played) })).Is(HttpStatusCode.OK);
        (await viewer.PostAsync("/v1/me/export")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var line = (await viewer.GetAsync("/v1/me/notifications")).Text("items.0.notificationId");
        (await viewer.PostAsync("/v1/me/notifications/read", new JsonObject { ["upTo"] = line })).Is(HttpStatusCode.OK);
        // A refund of a part, with what somebody wrote about it.
        var purchase = (await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray().First(item => item!["seriesId"]?.ToString() == series && item["gift"] is null)!["purchaseId"]!.ToString();
        (await oper.PostAsync($"/v1/operator/purchases/{purchase}/refund", new JsonObject { ["amount"] = Shop.Price(100), ["reason"] = $"a broken {Word}" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        return viewer;
    }

    private static async Task<VideoId?> ExclusiveVideoAsync(RunningHost host, string exclusive) =>
        (await host.Services.GetRequiredService<SeriesFunctions.Core.Catalog.SeriesRecords>().FindShownAsync(new(exclusive), CancellationToken.None))?.Value.Content.Videos[0].Id;

    /// <summary>A payment that was not kept, and given back long ago.</summary>
    private static async Task ReturnedAsync(RunningHost host, Person viewer)
    {
        var amount = Money.Usd(999);
        var taken = new Purchase(
            new("pur_returned"), new(viewer.Id), new("ser_gone"), SeriesFunctions.Core.Ledger.Accounts.Platform, "pi_returned", amount, Money.Usd(0), amount, PurchaseState.Refunded, null, null,
            [new("ref_1", "re_1", amount, RefundStatus.Succeeded, "system", Word, host.Clock.GetUtcNow())], host.Clock.GetUtcNow());
        var saved = await host.Services.GetRequiredService<Records>().SaveAsync(
            new Batch(Purchase.In(new(viewer.Id))).Create(ReturnedPayment.DocumentId("pi_returned"), new ReturnedPayment("series-gone", taken)), CancellationToken.None);
        Assert.True(saved.IsOk);
    }

    /// <summary>Whatever waits for a person is decided: nothing was wrong.</summary>
    private static async Task ModerateAsync(RunningHost host)
    {
        var moderator = await host.PersonAsync("moderator", "moderator");
        foreach (var open in (await moderator.GetAsync("/v1/moderation/cases?limit=100")).Is(HttpStatusCode.OK).At("items")!.AsArray())
            (await moderator.PostAsync($"/v1/moderation/cases/{open!["caseId"]}/decision", new JsonObject { ["decision"] = "approve", ["rule"] = "texts", ["note"] = "Fine." })).Is(HttpStatusCode.OK);
        await host.DrainAsync();
    }
}
