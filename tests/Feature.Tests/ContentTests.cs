using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

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
