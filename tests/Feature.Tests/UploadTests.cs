using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Uploads that go wrong in every way they do. Finds videos that stay in validating, and files that are believed.</summary>
public sealed class UploadTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task The_facts_of_a_video_come_from_the_file()
    {
        var creator = await _shop.CreatorAsync();
        var video = await creator.GetAsync($"/v1/videos/{await _shop.ReadyVideoAsync(creator)}");
        Assert.Equal("h264", video.Text("facts.videoCodec"));
        Assert.Equal("aac", video.Text("facts.audioCodec"));
        Assert.Equal(Shop.SampleVideo.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), video.Text("facts.sizeBytes"));
        Assert.InRange(video.At("facts.durationMs")!.GetValue<long>(), 30_000, 31_000);
    }

    [Fact]
    public async Task A_file_that_is_no_video_is_rejected_with_its_reason()
    {
        var creator = await _shop.CreatorAsync();
        var bytes = Encoding.UTF8.GetBytes(new string('x', 5_000));
        var (id, upload) = await Shop.AnnounceAsync(creator, bytes.Length);
        (await creator.UploadAsync(upload, bytes)).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        var video = await creator.GetAsync($"/v1/videos/{id}");
        Assert.Equal("rejected", video.Text("status"));
        Assert.Equal("not-a-video", video.Text("problems.0.code"));
    }

    [Fact]
    public async Task A_file_larger_than_announced_is_rejected()
    {
        var creator = await _shop.CreatorAsync();
        var (id, upload) = await Shop.AnnounceAsync(creator, Shop.SampleVideo.Length - 1_000);
        (await creator.UploadAsync(upload, Shop.SampleVideo)).Is(HttpStatusCode.Created);
        await host.DrainAsync();
        var video = await creator.GetAsync($"/v1/videos/{id}");
        Assert.Equal("rejected", video.Text("status"));
        Assert.Contains(video.At("problems")!.AsArray(), problem => problem!["code"]!.ToString() == "size-mismatch");
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing_and_can_be_sent_again()
    {
        var creator = await _shop.CreatorAsync();
        var (id, upload) = await Shop.AnnounceAsync(creator);
        var url = new Uri(upload["url"]!.ToString());
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
            var head = $"PUT {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: video/mp4\r\nContent-Length: {Shop.SampleVideo.Length}\r\n\r\n";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(Shop.SampleVideo.AsMemory(0, 50_000), TestContext.Current.CancellationToken);
        }
        await host.DrainAsync();
        Assert.Equal("awaitingUpload", (await creator.GetAsync($"/v1/videos/{id}")).Text("status"));
        (await creator.UploadAsync(upload, Shop.SampleVideo, ("Content-MD5", Convert.ToBase64String(new byte[16])))).IsProblem(400, "md5-mismatch");
#pragma warning disable CA5351 // What Content-MD5 asks for.
        (await creator.UploadAsync(upload, Shop.SampleVideo, ("Content-MD5", Convert.ToBase64String(MD5.HashData(Shop.SampleVideo))))).Is(HttpStatusCode.Created);
#pragma warning restore CA5351
        await host.DrainAsync();
        Assert.Equal("ready", (await creator.GetAsync($"/v1/videos/{id}")).Text("status"));
    }

    [Fact]
    public async Task A_ticket_writes_one_blob_until_it_expires_and_reads_nothing()
    {
        var creator = await _shop.CreatorAsync();
        var (id, upload) = await Shop.AnnounceAsync(creator);
        var url = upload["url"]!.ToString();
        var other = upload.DeepClone();
        other["url"] = url.Replace(id, "vid_another", StringComparison.Ordinal);
        (await creator.UploadAsync(other, Shop.SampleVideo)).IsProblem(403, "bad-signature");
        other["url"] = url.Replace("sp=w", "sp=r", StringComparison.Ordinal);
        (await creator.UploadAsync(other, Shop.SampleVideo)).IsProblem(403, "bad-signature");
        (await creator.GetAsync(url)).IsProblem(403, "bad-signature");
        host.Clock.Advance(TimeSpan.FromHours(25));
        var late = await host.PersonAsync("late");
        (await late.UploadAsync(upload, Shop.SampleVideo)).IsProblem(403, "url-expired");
    }

    [Fact]
    public async Task The_key_of_a_deleted_video_does_not_bring_it_back()
    {
        var creator = await _shop.CreatorAsync();
        var body = new JsonObject { ["fileName"] = "bowl.mp4", ["sizeBytes"] = 1_000, ["contentType"] = "video/mp4" };
        var made = (await creator.PostAsync("/v1/videos", body, "the-key")).Is(HttpStatusCode.Created);
        var again = (await creator.PostAsync("/v1/videos", body, "the-key")).Is(HttpStatusCode.Created);
        Assert.Equal(made.Text("videoId"), again.Text("videoId"));
        var video = $"/v1/videos/{made.Text("videoId")}";
        (await creator.DeleteAsync(video, (await creator.GetAsync(video)).ETag)).Is(HttpStatusCode.NoContent);
        (await creator.PostAsync("/v1/videos", body, "the-key")).IsProblem(404, "not-found");
        await host.DrainAsync();
        (await creator.PostAsync("/v1/videos", body, "the-key")).IsProblem(404, "not-found");
        (await creator.GetAsync(video)).IsProblem(404, "not-found");
        (await creator.PostAsync("/v1/videos", body, "another-key")).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_ticket_that_nobody_used_ends_with_its_reason()
    {
        var platform = new Shop(host);
        var creator = await platform.CreatorAsync();
        var made = await creator.PostAsync("/v1/videos", new JsonObject { ["fileName"] = "never.mp4", ["sizeBytes"] = 1_000, ["contentType"] = "video/mp4" }, "ticket");
        host.Clock.Advance(TimeSpan.FromHours(23));
        await host.DrainAsync();
        Assert.Equal("awaitingUpload", (await creator.GetAsync($"/v1/videos/{made.Text("videoId")}")).Text("status"));
        host.Clock.Advance(TimeSpan.FromMinutes(59));
        await host.DrainAsync();
        // Her token is good for a day by the same clock, to the last minute.
        Assert.Equal("awaitingUpload", (await creator.GetAsync($"/v1/videos/{made.Text("videoId")}")).Text("status"));
    }

    [Theory]
    [InlineData("", 10, "video/mp4", "fileName")]
    [InlineData("a.mp4", 0, "video/mp4", "sizeBytes")]
    [InlineData("a.mp4", 5_000_000_000, "video/mp4", "sizeBytes")]
    [InlineData("a.mp4", 10, "video/x-matroska", "contentType")]
    public async Task An_announcement_keeps_to_the_rules(string name, long size, string type, string field)
    {
        var creator = await _shop.CreatorAsync();
        var refused = (await creator.PostAsync("/v1/videos", new JsonObject { ["fileName"] = name, ["sizeBytes"] = size, ["contentType"] = type })).IsProblem(422, "validation-failed");
        Assert.Equal(field, refused.Text("errors.0.field"));
    }
}
