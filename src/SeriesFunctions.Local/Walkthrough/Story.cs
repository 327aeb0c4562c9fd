using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace SeriesFunctions.Local.Walkthrough;

/// <summary>
/// The whole business once, over HTTP: from a creator's profile to a refund, on the host at the client's base address.
/// Each chapter leaves what the next one needs in the fields; what differs between hosts is the stage's.
/// </summary>
public sealed partial class Story(HttpClient http, IStage stage, FileInfo video, FileInfo cover, TextWriter output)
{
    public static readonly IReadOnlyList<string> Roles = ["platform", "creator", "operator", "moderator", "viewer"];

    private readonly StepPrinter _steps = new(output);
    // A word of its own, so that the story finds its series among those of earlier runs.
    private readonly string _title = "Ceramics from zero " + Guid.NewGuid().ToString("N")[..6];
    private ApiClient _anyone = null!, _platform = null!, _creator = null!, _operator = null!, _moderator = null!, _viewer = null!;
    private string _creatorId = "", _videoId = "", _seriesId = "", _playbackUrl = "", _checkoutId = "", _discountEnd = "";

    public int Steps => _steps.Steps;

    public async Task RunAsync()
    {
        await SignInAsync();
        await BecomeCreatorAsync();
        await UploadAsync();
        await PublishAsync();
        await DiscountAsync();
        if (await BuyAsync())
        {
            await WatchAsync();
            await EndDiscountAsync();
            await GiveBackAsync();
        }
        else
        {
            await EndDiscountAsync();
            output.WriteLine();
            output.WriteLine("Nobody can pay here, so nobody watched and nothing was given back.");
        }
    }

    /// <summary>By the clock where it can be moved, by hand where it can't.</summary>
    private Task EndDiscountAsync() => stage.Clock is { } clock ? TimePassesAsync(clock) : EndByHandAsync();

    private async Task SignInAsync()
    {
        _steps.Chapter("Everybody signs in");
        _anyone = new(http);
        await _steps.RunAsync("five people", async () =>
        {
            _platform = (await stage.SignInAsync("platform")).Client;
            (_, _creator, _creatorId) = await stage.SignInAsync("creator");
            _operator = (await stage.SignInAsync("operator")).Client;
            _moderator = (await stage.SignInAsync("moderator")).Client;
            _viewer = (await stage.SignInAsync("viewer")).Client;
            return "platform, creator, operator, moderator, viewer";
        });
    }

    private async Task BecomeCreatorAsync()
    {
        _steps.Chapter("A creator joins the programme");
        await _steps.RunAsync("platform reports her profile", async () =>
        {
            var now = await NowAsync();
            (await _platform.PutAsync($"/v1/platform/creators/{_creatorId}/profile", new JsonObject
            {
                ["followers"] = 25_000,
                ["accountCreatedAt"] = Time(now.AddYears(-2)),
                ["accountType"] = "personal",
                ["postsLast30Days"] = 12,
                ["viewsLast30Days"] = 48_000,
                ["country"] = "US",
                ["birthDate"] = "1994-05-17",
                ["handle"] = "@ceramics.cleo",
            })).Expect(HttpStatusCode.NoContent);
            return "204";
        });
        var approved = false;
        await _steps.RunAsync("she sees that she is eligible", async () =>
        {
            var me = (await _creator.GetAsync("/v1/creators/me")).Expect(HttpStatusCode.OK);
            // Somebody who comes with a token of her own may have been here before.
            approved = me.Text("status") == "approved";
            return approved ? "she is in the programme already" : $"status {me.Expect("status", "none").Expect("series.eligible", "true").Text("status")}, eligible";
        });
        if (approved)
            return;
        await _steps.RunAsync("she applies", async () =>
            "202 " + (await _creator.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series" })).Expect(HttpStatusCode.Accepted).Text("status"));
        await _steps.RunAsync("and is approved", () => stage.AfterwardsAsync(async () =>
        {
            var me = await _creator.GetAsync("/v1/creators/me");
            // A host whose settings send every application to a person.
            if (me.Text("status") == "applied")
                await _operator.PostAsync($"/v1/operator/applications/{_creatorId}/decision", new JsonObject { ["decision"] = "approve", ["reason"] = "fine work" });
            return "status " + (await _creator.GetAsync("/v1/creators/me")).Expect("status", "approved").Text("status");
        }));
    }

    private async Task UploadAsync()
    {
        _steps.Chapter("She uploads");
        JsonNode? upload = null;
        await _steps.RunAsync("a ticket for her video", async () =>
        {
            var ticket = (await _creator.PostAsync("/v1/videos", new JsonObject
            {
                ["fileName"] = video.Name,
                ["sizeBytes"] = video.Length,
                ["contentType"] = video.Extension.Equals(".mov", StringComparison.OrdinalIgnoreCase) ? "video/quicktime" : "video/mp4",
                ["title"] = "Throwing a bowl",
            })).Expect(HttpStatusCode.Created).Expect("status", "awaitingUpload");
            _videoId = ticket.Text("videoId");
            upload = ticket.At("upload");
            return $"201 {_videoId}";
        });
        await _steps.RunAsync("the pipeline PUTs the file", () => PutAsync(upload!, video));
        await _steps.RunAsync("the blob trigger has read it", () => stage.AfterwardsAsync(async () =>
        {
            var ready = await _creator.GetAsync($"/v1/videos/{_videoId}");
            if (ready.Text("status") == "rejected")
                throw new StepFailedException(ready.At("problems")!.ToJsonString());
            ready.Expect("status", "ready");
            var seconds = double.Parse(ready.Text("facts.durationMs"), CultureInfo.InvariantCulture) / 1000;
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s, {ready.Text("facts.videoCodec")}/{ready.At("facts.audioCodec") ?? "no audio"}, {ready.Text("facts.width")}x{ready.Text("facts.height")}, {ready.Text("facts.sizeBytes")} bytes");
        }));
        await _steps.RunAsync("a file that is no video is turned down", async () =>
        {
            var fake = new FileInfo(Path.GetTempFileName());
            try
            {
                await File.WriteAllTextAsync(fake.FullName, string.Concat(Enumerable.Repeat("This is not a video. ", 100)));
                fake.Refresh();
                var ticket = (await _creator.PostAsync("/v1/videos", new JsonObject { ["fileName"] = "holiday.mp4", ["sizeBytes"] = fake.Length, ["contentType"] = "video/mp4" })).Expect(HttpStatusCode.Created);
                await PutAsync(ticket.At("upload")!, fake);
                return await stage.AfterwardsAsync(async () =>
                    "rejected: " + (await _creator.GetAsync($"/v1/videos/{ticket.Text("videoId")}")).Expect("status", "rejected").Expect("problems.0.code", "not-a-video").Text("problems.0.code"));
            }
            finally
            {
                fake.Delete();
            }
        });
    }

    private async Task PublishAsync()
    {
        _steps.Chapter("She makes a series of it");
        await _steps.RunAsync("series at USD 9.99", async () =>
        {
            var made = (await _creator.PostAsync("/v1/series", new JsonObject
            {
                ["title"] = _title,
                ["description"] = "From the first lump of clay to a glazed bowl.",
                ["category"] = "crafts",
                ["price"] = new JsonObject { ["amount"] = 999, ["currency"] = "USD" },
            })).Expect(HttpStatusCode.Created).Expect("state", "draft");
            _seriesId = made.Text("seriesId");
            return $"201 {_seriesId}";
        });
        await _steps.RunAsync("its cover", async () =>
        {
            var ticket = (await _creator.PostAsync($"/v1/series/{_seriesId}/cover", new JsonObject { ["fileName"] = cover.Name, ["sizeBytes"] = cover.Length, ["contentType"] = "image/jpeg" })).Expect(HttpStatusCode.Created);
            await PutAsync(ticket.At("upload")!, cover);
            return await stage.AfterwardsAsync(async () => (await _creator.GetAsync($"/v1/series/{_seriesId}")).Expect("draft.cover.status", "ready").Text("draft.cover.status"));
        });
        await _steps.RunAsync("the video goes in", async () =>
            "ETag " + (await _creator.PostAsync($"/v1/series/{_seriesId}/videos", new JsonObject { ["videoId"] = _videoId })).Expect(HttpStatusCode.Created).Headers.ETag);
        await _steps.RunAsync("she submits it", async () =>
            "202 " + (await _creator.PostAsync($"/v1/series/{_seriesId}/submit")).Expect(HttpStatusCode.Accepted).Expect("state", "inReview").Text("state"));
        await _steps.RunAsync("a case is open, automatic checks passed", async () =>
        {
            var found = await stage.AfterwardsAsync(async () =>
            {
                var cases = (await _moderator.GetAsync("/v1/moderation/cases?state=open&limit=100")).Expect(HttpStatusCode.OK);
                return cases.At("items")!.AsArray().FirstOrDefault(c => c!["seriesId"]!.ToString() == _seriesId) ?? throw new StepFailedException("no case is open");
            });
            if (!found["checks"]!.AsArray().All(check => check!["passed"]!.GetValue<bool>()))
                throw new StepFailedException(found["checks"]!.ToJsonString());
            var id = found["caseId"]!.ToString();
            (await _moderator.PostAsync($"/v1/moderation/cases/{id}/decision", new JsonObject { ["decision"] = "approve", ["rule"] = "none", ["note"] = "Lovely." })).Expect(HttpStatusCode.OK);
            return $"{found["checks"]!.AsArray().Count} checks passed; moderator approved {id}";
        });
        await _steps.RunAsync("the catalogue shows it", () => stage.AfterwardsAsync(async () =>
        {
            var page = (await _anyone.GetAsync("/v1/series?category=crafts&limit=100&q=" + Uri.EscapeDataString(_title))).Expect(HttpStatusCode.OK);
            if (page.At("items")!.AsArray().All(item => item!["seriesId"]!.ToString() != _seriesId))
                throw new StepFailedException("it is not in the list");
            return $"{page.At("items")!.AsArray().Count} found, published";
        }));
    }

    private async Task DiscountAsync()
    {
        _steps.Chapter("She sets a discount");
        await _steps.RunAsync("30 % off for ten minutes", async () =>
        {
            var now = await NowAsync();
            var set = (await _creator.PostAsync($"/v1/series/{_seriesId}/discounts", new JsonObject { ["percentOff"] = 30, ["startsAt"] = Time(now), ["endsAt"] = Time(now.AddMinutes(10)) }))
                .Expect(HttpStatusCode.Created).Expect("discountedPrice.amount", "699");
            _discountEnd = set.Text("endsAt");
            return $"201 {set.Text("discountedPrice.amount")} until {_discountEnd}";
        });
        await _steps.RunAsync("a viewer sees the price", async () =>
            "now " + (await _viewer.GetAsync($"/v1/series/{_seriesId}")).Expect(HttpStatusCode.OK).Expect("currentPrice.amount", "699").Text("currentPrice.amount") + " instead of 999");
        await _steps.RunAsync("and may not watch yet", async () =>
            "403 " + (await _viewer.GetAsync($"/v1/series/{_seriesId}/videos/{_videoId}/playback")).Expect(HttpStatusCode.Forbidden).Expect("code", "purchase-required").Text("code"));
    }

    /// <summary>False where nobody can pay.</summary>
    private async Task<bool> BuyAsync()
    {
        _steps.Chapter("The viewer buys");
        var page = "";
        await _steps.RunAsync("checkout", async () =>
        {
            var checkout = (await _viewer.PostAsync($"/v1/series/{_seriesId}/checkout", new JsonObject { ["successUrl"] = "https://app.example.com/thanks", ["cancelUrl"] = "https://app.example.com/back" }))
                .Expect(HttpStatusCode.Created).Expect("state", "open").Expect("price.amount", "699");
            _checkoutId = checkout.Text("checkoutId");
            page = checkout.Text("url");
            return $"201 {_checkoutId}";
        });
        var paid = false;
        await _steps.RunAsync("she pays on the provider's page", async () =>
        {
            paid = await stage.PayAsync(new(page), _title);
            return paid ? "signed webhooks are on their way" : "a page without a person: " + new Uri(page).Host;
        });
        if (!paid)
            return false;
        await _steps.RunAsync("webhook, inbox, queue: access is granted", () => stage.AfterwardsAsync(async () =>
        {
            (await _viewer.GetAsync($"/v1/checkouts/{_checkoutId}")).Expect("state", "paid");
            (await _viewer.GetAsync($"/v1/series/{_seriesId}")).Expect("owned", "true");
            return "paid, owned, in the library: " + (await _viewer.GetAsync("/v1/me/library")).Expect("items.0.seriesId", _seriesId).Text("items.0.title");
        }));
        return true;
    }

    private async Task WatchAsync()
    {
        _steps.Chapter("And watches");
        await _steps.RunAsync("a playback URL", async () =>
        {
            var playback = (await _viewer.GetAsync($"/v1/series/{_seriesId}/videos/{_videoId}/playback")).Expect(HttpStatusCode.OK);
            _playbackUrl = playback.Text("url");
            return $"good until {playback.Text("expiresAt")}";
        });
        await _steps.RunAsync("streams by ranges", async () =>
        {
            var (head, whole) = (await RangeAsync(0, 1023), await http.GetByteArrayAsync(new Uri(_playbackUrl)));
            var sent = await File.ReadAllBytesAsync(video.FullName);
            return sent.SequenceEqual(whole)
                ? $"206 {head}; all {whole.Length} bytes as uploaded"
                : throw new StepFailedException($"{whole.Length} bytes came, {video.Length} were uploaded");
        });
    }

    private async Task TimePassesAsync(IStageClock clock)
    {
        _steps.Chapter("Time passes");
        await _steps.RunAsync("two seconds before the end: still the discount", async () =>
        {
            await clock.AdvanceToAsync(End.AddSeconds(-2));
            return (await _anyone.GetAsync($"/v1/series/{_seriesId}")).Expect("currentPrice.amount", "699").Text("currentPrice.amount");
        });
        await _steps.RunAsync("at the end: the very next quote is full price", async () =>
        {
            await clock.AdvanceToAsync(End);
            return (await _anyone.GetAsync($"/v1/series/{_seriesId}")).Expect("currentPrice.amount", "999").Text("currentPrice.amount");
        });
        await _steps.RunAsync("queue message and timer have tidied up", () => stage.AfterwardsAsync(TidiedUpAsync));
        await _steps.RunAsync("a quarter of an hour later the URL is dead", async () =>
        {
            await clock.AdvanceToAsync((await NowAsync()).AddMinutes(6));
            using var response = await http.GetAsync(new Uri(_playbackUrl));
            return response.StatusCode == HttpStatusCode.Forbidden ? "403" : throw new StepFailedException($"expected 403, got {(int)response.StatusCode}");
        });
    }

    private async Task EndByHandAsync()
    {
        _steps.Chapter("She ends the discount");
        await _steps.RunAsync("now, since this clock is everybody's", async () =>
        {
            var discount = (await _creator.GetAsync($"/v1/series/{_seriesId}/discounts")).Expect(HttpStatusCode.OK).Text("items.0.discountId");
            var read = (await _creator.GetAsync($"/v1/series/{_seriesId}/discounts/{discount}")).Expect(HttpStatusCode.OK);
            (await _creator.DeleteAsync($"/v1/series/{_seriesId}/discounts/{discount}", read.Headers.ETag!.ToString())).Expect(HttpStatusCode.NoContent);
            return "the very next quote is full price: " + (await _anyone.GetAsync($"/v1/series/{_seriesId}")).Expect("currentPrice.amount", "999").Text("currentPrice.amount");
        });
        await _steps.RunAsync("queue message and timer have tidied up", () => stage.AfterwardsAsync(TidiedUpAsync));
    }

    private async Task<string> TidiedUpAsync()
    {
        var discounts = (await _creator.GetAsync($"/v1/series/{_seriesId}/discounts")).Expect("items.0.state", "ended");
        var page = (await _anyone.GetAsync("/v1/series?category=crafts&limit=100&q=" + Uri.EscapeDataString(_title))).Expect(HttpStatusCode.OK);
        var listed = page.At("items")!.AsArray().FirstOrDefault(item => item!["seriesId"]!.ToString() == _seriesId) ?? throw new StepFailedException("the list has lost it");
        return listed["discount"] is null ? $"discount {discounts.Text("items.0.state")}, the list shows {listed["currentPrice"]!["amount"]}" : throw new StepFailedException("the list still shows a discount");
    }

    private async Task GiveBackAsync()
    {
        _steps.Chapter("The money goes back");
        await _steps.RunAsync("an operator refunds the purchase", async () =>
        {
            var purchase = (await _viewer.GetAsync("/v1/me/purchases")).Expect("items.0.state", "paid").Text("items.0.purchaseId");
            return "202 " + (await _operator.PostAsync($"/v1/operator/purchases/{purchase}/refund", new JsonObject { ["reason"] = "asked nicely" })).Expect(HttpStatusCode.Accepted).Text("purchaseId");
        });
        await _steps.RunAsync("access is gone", () => stage.AfterwardsAsync(async () =>
        {
            (await _viewer.GetAsync($"/v1/checkouts/{_checkoutId}")).Expect("state", "refunded");
            return "403 " + (await _viewer.GetAsync($"/v1/series/{_seriesId}/videos/{_videoId}/playback")).Expect(HttpStatusCode.Forbidden).Expect("code", "purchase-required").Text("code");
        }));
        await _steps.RunAsync("the ledger balances", async () =>
        {
            var books = (await _operator.GetAsync($"/v1/operator/ledger/{_creatorId}")).Expect(HttpStatusCode.OK).Expect("balances", "true");
            // The sale and its refund; more for a creator who was here before.
            if (int.Parse(books.Text("transactions"), CultureInfo.InvariantCulture) < 2)
                throw new StepFailedException($"only {books.Text("transactions")} transactions");
            return $"{books.Text("transactions")} transactions, {books.At("totals")!.ToJsonString()} add up to zero";
        });
    }
}
