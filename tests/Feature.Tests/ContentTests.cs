using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Moderation;

namespace Feature.Tests;

/// <summary>What is in the files, as moderators see it, and files that change after somebody looked. Finds duplicates that nobody notices and content that is swapped.</summary>
public sealed class ContentTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task The_same_file_by_another_creator_is_a_finding_for_the_moderator()
    {
        var unique = Unique(1);
        var (firstVideo, firstCase) = await SubmittedAsync(await _shop.CreatorAsync(), unique);
        Assert.True(Check(firstCase, "duplicate-content")["passed"]!.GetValue<bool>());
        Assert.True(Check(firstCase, "known-bad-content")["passed"]!.GetValue<bool>());

        var (_, secondCase) = await SubmittedAsync(await _shop.CreatorAsync(), unique);
        var found = Check(secondCase, "duplicate-content");
        Assert.False(found["passed"]!.GetValue<bool>());
        Assert.Contains($"videos[0] is the same file as {firstVideo} of creator-", found["finding"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("open", secondCase.Text("state"));
    }

    [Fact]
    public async Task A_file_that_is_known_to_be_bad_goes_back_without_a_person()
    {
        var bad = Unique(2);
        await host.StopAsync();
        await host.StartAsync($"--Moderation:KnownBadContent={Convert.ToHexString(SHA256.HashData(bad))}");
        var (_, opened) = await SubmittedAsync(await _shop.CreatorAsync(), bad);
        Assert.Equal("decided", opened.Text("state"));
        Assert.Equal("known-bad-content", opened.Text("decision.rule"));
    }

    [Fact]
    public async Task A_removal_bans_its_files_until_it_is_reversed_or_a_moderator_lifts_that()
    {
        var (one, two) = (Unique(5), Unique(6));
        var first = await host.PersonAsync("first", "moderator");
        foreach (var bad in new[] { one, two })
        {
            var creator = await _shop.CreatorAsync();
            var removed = (await SubmittedAsync(creator, bad)).Case;
            var decision = new JsonObject { ["decision"] = "remove", ["rule"] = "stolen", ["note"] = "Not hers.", ["banFiles"] = true };
            (await first.PostAsync($"/v1/moderation/cases/{removed.Text("caseId")}/decision", decision)).Is(HttpStatusCode.OK);
            await host.DrainAsync();
            Assert.Equal("known-bad-content", (await SubmittedAsync(await _shop.CreatorAsync(), bad)).Case.Text("decision.rule"));
            var path = $"/v1/moderation/known-bad-files/{Convert.ToHexString(SHA256.HashData(bad))}";
            var shown = (await first.GetAsync(path)).Is(HttpStatusCode.OK);
            Assert.Equal(("true", removed.Text("caseId"), first.Id, "stolen"), (shown.Text("banned"), shown.Text("causes.0.caseId"), shown.Text("causes.0.by"), shown.Text("causes.0.reason")));
            if (bad == one)
            {
                (await first.DeleteAsync(path, "\"0\"")).IsProblem(412, "stale");
                (await first.DeleteAsync(path, shown.ETag)).Is(HttpStatusCode.NoContent);
                (await first.DeleteAsync(path, shown.ETag)).IsProblem(404, "not-found");
            }
            else
            {
                var appeal = (await creator.PostAsync($"/v1/series/{removed.Text("seriesId")}/appeal", new JsonObject { ["note"] = "It is mine." })).Is(HttpStatusCode.Accepted).Text("appealId");
                var second = await host.PersonAsync("second", "moderator");
                (await second.PostAsync($"/v1/moderation/cases/{appeal}/decision", new JsonObject { ["decision"] = "reverse", ["rule"] = "hers", ["note"] = "So it is." })).Is(HttpStatusCode.OK);
                await host.DrainAsync();
            }
            shown = await first.GetAsync(path);
            Assert.Equal("false", shown.Text("banned"));
            Assert.NotNull(shown.At("causes.0.liftedBy"));
            Assert.True(Check((await SubmittedAsync(await _shop.CreatorAsync(), bad)).Case, "known-bad-content")["passed"]!.GetValue<bool>());

            // What was decided comes once more, late.
            var handler = host.Services.GetRequiredService<BanFiles>();
            var again = new FilesBanned(new(removed.Text("caseId")), new(removed.Text("seriesId")), 1, first.Id, "stolen", host.Clock.GetUtcNow());
            Assert.Equal(HandledAs.Done, (await handler.HandleAsync(again, TestContext.Current.CancellationToken)).As);
            Assert.Equal("false", (await first.GetAsync(path)).Text("banned"));
        }
    }

    [Fact]
    public async Task A_reversal_that_comes_before_the_ban_leaves_the_file_alone()
    {
        var bad = Unique(7);
        var submitted = (await SubmittedAsync(await _shop.CreatorAsync(), bad)).Case;
        var handler = host.Services.GetRequiredService<BanFiles>();
        var banned = new FilesBanned(new(submitted.Text("caseId")), new(submitted.Text("seriesId")), 1, "first", "stolen", host.Clock.GetUtcNow());
        foreach (var message in new[] { banned with { Lifted = new("second", banned.At) }, banned, banned with { Lifted = new("second", banned.At) } })
            Assert.Equal(HandledAs.Done, (await handler.HandleAsync(message, TestContext.Current.CancellationToken)).As);
        (await (await host.PersonAsync("moderator", "moderator")).GetAsync($"/v1/moderation/known-bad-files/{Convert.ToHexString(SHA256.HashData(bad))}")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task Moderators_ban_a_file_by_its_hash_and_read_the_list()
    {
        var bad = Unique(8);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bad));
        var moderator = await host.PersonAsync("moderator", "moderator");
        var body = new JsonObject { ["sha256"] = hash.ToUpperInvariant(), ["reason"] = "on the hotline's list" };
        var banned = (await moderator.PostAsync("/v1/moderation/known-bad-files", body)).Is(HttpStatusCode.Created);
        Assert.Equal((hash, "true", moderator.Id), (banned.Text("sha256"), banned.Text("banned"), banned.Text("causes.0.by")));
        var again = (await (await host.PersonAsync("other", "moderator")).PostAsync("/v1/moderation/known-bad-files", body.DeepClone())).Is(HttpStatusCode.Created);
        Assert.Equal(banned.ETag, again.ETag);
        Assert.Equal("known-bad-content", (await SubmittedAsync(await _shop.CreatorAsync(), bad)).Case.Text("decision.rule"));
        Assert.Contains(hash, await ListAsync("banned"));
        Assert.DoesNotContain(hash, await ListAsync("lifted"));
        (await moderator.DeleteAsync($"/v1/moderation/known-bad-files/{hash}", banned.ETag)).Is(HttpStatusCode.NoContent);
        Assert.DoesNotContain(hash, await ListAsync("banned"));
        Assert.Contains(hash, await ListAsync("lifted"));

        (await moderator.PostAsync("/v1/moderation/known-bad-files", new JsonObject { ["sha256"] = hash[1..], ["reason"] = " " })).IsProblem(422, "validation-failed");
        (await moderator.PostAsync("/v1/moderation/known-bad-files", new JsonObject { ["sha256"] = "g" + hash[1..], ["reason"] = "x" })).IsProblem(422, "validation-failed");
        (await moderator.GetAsync("/v1/moderation/known-bad-files?state=some")).IsProblem(400, "bad-state");
        (await moderator.GetAsync($"/v1/moderation/known-bad-files/{new string('0', 64)}")).IsProblem(404, "not-found");

        async Task<IEnumerable<string>> ListAsync(string state) =>
            (await moderator.GetAsync($"/v1/moderation/known-bad-files?state={state}&limit=100")).Is(HttpStatusCode.OK).At("items")!.AsArray().Select(item => item!["sha256"]!.ToString());
    }

    [Theory]
    [InlineData("decision")]
    [InlineData("word")]
    public async Task A_ban_puts_what_is_on_sale_with_the_same_file_before_a_moderator_and_takes_nothing_down(string by)
    {
        var bad = Unique(9);
        var (creator, others) = (await _shop.CreatorAsync(), new[] { await _shop.CreatorAsync(), await _shop.CreatorAsync() });
        var copies = new List<(string SeriesId, string VideoId)>();
        foreach (var other in others)
            copies.Add(await OnSaleAsync(other, bad));
        var moderator = await host.PersonAsync("moderator", "moderator");
        // One of them is only handed in: its own case has the check.
        var (ownVideo, ownCase) = await SubmittedAsync(creator, bad);
        Assert.NotEqual(copies[0].VideoId, ownVideo);
        if (by == "decision")
        {
            (await moderator.PostAsync($"/v1/moderation/cases/{ownCase.Text("caseId")}/decision", new JsonObject
            {
                ["decision"] = "remove",
                ["rule"] = "texts",
                ["note"] = "Not here.",
                ["banFiles"] = true,
            })).Is(HttpStatusCode.OK);
        }
        else
        {
            (await moderator.PostAsync("/v1/moderation/known-bad-files", new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bad)), ["reason"] = "on the hotline's list" })).Is(HttpStatusCode.Created);
        }
        await host.DrainAsync();
        foreach (var (series, video) in copies)
        {
            var opened = (await moderator.GetAsync($"/v1/moderation/cases/{await _shop.CaseOfAsync(series)}")).Is(HttpStatusCode.OK);
            Assert.Equal(("reports", "critical", "open"), (opened.Text("kind"), opened.Text("risk"), opened.Text("state")));
            Assert.Equal($"{video} is banned", Check(opened, "known-bad-content")["finding"]!.ToString());
            (await host.Anonymous().GetAsync($"/v1/series/{series}")).Is(HttpStatusCode.OK);
        }

        // The message comes once more, a report joins, and it is one case with one finding, as urgent as before.
        var seek = host.Services.GetRequiredService<SeekCopies>();
        Assert.Equal(HandledAs.Done, (await seek.HandleAsync(new([new(Convert.ToHexStringLower(SHA256.HashData(bad)))], null), TestContext.Current.CancellationToken)).As);
        (await (await host.PersonAsync("reporter")).PostAsync("/v1/reports", new JsonObject { ["seriesId"] = copies[0].SeriesId, ["reason"] = "spam" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var one = (await moderator.GetAsync($"/v1/moderation/cases/{await _shop.CaseOfAsync(copies[0].SeriesId)}")).Is(HttpStatusCode.OK);
        Assert.Equal(("critical", 1, 1), (one.Text("risk"), one.At("reports.count")!.GetValue<int>(), one.At("checks")!.AsArray().Count(check => check!["check"]!.ToString() == "known-bad-content")));

        // What is looked at and stays, stays.
        (await moderator.PostAsync($"/v1/moderation/cases/{one.Text("caseId")}/decision", new JsonObject { ["decision"] = "approve", ["rule"] = "texts", ["note"] = "A clip that many have." })).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await host.Anonymous().GetAsync($"/v1/series/{copies[0].SeriesId}")).Is(HttpStatusCode.OK);
    }

    private async Task<(string SeriesId, string VideoId)> OnSaleAsync(Person creator, byte[] bytes)
    {
        var (video, upload) = await Shop.AnnounceAsync(creator, bytes.Length);
        var (series, _) = await SubmitAsync(creator, video, upload, bytes);
        await _shop.DecideAsync(series);
        return (series, video);
    }

    [Fact]
    public async Task An_upload_after_the_series_was_submitted_changes_neither_the_video_nor_the_review()
    {
        var creator = await _shop.CreatorAsync();
        var bytes = Unique(3);
        var (video, upload) = await Shop.AnnounceAsync(creator, bytes.Length);
        var (series, caseId) = await SubmitAsync(creator, video, upload, bytes);
        var other = Unique(4);
        (await creator.UploadAsync(upload, other)).Is(HttpStatusCode.Created);
        await host.DrainAsync();

        Assert.Equal("ready", (await creator.GetAsync($"/v1/videos/{video}")).Text("status"));
        var url = (await creator.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK).Text("url");
        Assert.Equal(bytes, (await host.Anonymous().GetAsync(url)).Is(HttpStatusCode.OK).Bytes);
        var moderator = await host.PersonAsync("moderator", "moderator");
        Assert.Equal("open", (await moderator.GetAsync($"/v1/moderation/cases/{caseId}")).Text("state"));
    }

    /// <summary>A video that nobody else has: what is behind a complete movie does no harm.</summary>
    private static byte[] Unique(byte mark) => [.. Shop.SampleVideo, mark, .. RandomNumberGenerator.GetBytes(16)];

    private static JsonNode Check(Reply opened, string name) => opened.At("checks")!.AsArray().Single(check => check!["check"]!.ToString() == name)!;

    private async Task<(string VideoId, Reply Case)> SubmittedAsync(Person creator, byte[] bytes)
    {
        var (video, upload) = await Shop.AnnounceAsync(creator, bytes.Length);
        var (_, caseId) = await SubmitAsync(creator, video, upload, bytes);
        var moderator = await host.PersonAsync("moderator", "moderator");
        return (video, (await moderator.GetAsync($"/v1/moderation/cases/{caseId}")).Is(HttpStatusCode.OK));
    }

    private async Task<(string SeriesId, string CaseId)> SubmitAsync(Person creator, string video, JsonNode upload, byte[] bytes)
    {
        (await creator.UploadAsync(upload, bytes)).Is(HttpStatusCode.Created);
        var series = await Shop.DraftAsync(creator);
        byte[] picture = [.. Shop.SampleCover, .. RandomNumberGenerator.GetBytes(16)];
        var cover = (await creator.PostAsync($"/v1/series/{series}/cover", new JsonObject { ["fileName"] = "cover.jpg", ["sizeBytes"] = picture.Length, ["contentType"] = "image/jpeg" })).Is(HttpStatusCode.Created);
        (await creator.UploadAsync(cover.At("upload")!, picture)).Is(HttpStatusCode.Created);
        (await creator.PostAsync($"/v1/series/{series}/videos", new JsonObject { ["videoId"] = video, ["title"] = "Throwing a bowl" })).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        return (series, $"cas{series[3..]}-0001");
    }
}
