using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>How much one creator may upload. Finds a quota that a hundred requests at once get around, and one that never comes back.</summary>
public sealed class UploadQuotaTests : IAsyncLifetime
{
    private static readonly int s_size = Shop.SampleVideo.Length;

    private readonly RunningHost _host = new();
    private Shop _shop = null!;

    public ValueTask InitializeAsync()
    {
        _shop = new(_host);
        return new(_host.StartAsync("--Media:MostOpenUploads=7", $"--Media:UploadBytesPerDay={20L * s_size}", $"--Media:StoredBytesPerCreator={9L * s_size}"));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_hundred_announcements_at_once_open_exactly_as_many_as_may_be()
    {
        var creator = await _shop.CreatorAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => AnnounceAsync(creator)));
        Assert.Equal(7, replies.Count(reply => reply.Status == HttpStatusCode.Created));
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.Created), reply => reply.IsProblem(409, "too-many-uploads"));
        Assert.Equal(7, (await creator.GetAsync("/v1/me/videos?limit=100")).At("items")!.AsArray().Count);
        // Somebody else's are her own.
        (await AnnounceAsync(await _shop.CreatorAsync())).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_same_key_gets_its_upload_again_although_no_other_may_be_opened()
    {
        var creator = await _shop.CreatorAsync();
        var first = (await AnnounceAsync(creator, key: "mine")).Is(HttpStatusCode.Created);
        await FillAsync(creator);
        Assert.Equal(first.Text("videoId"), (await AnnounceAsync(creator, key: "mine")).Is(HttpStatusCode.Created).Text("videoId"));
    }

    [Fact]
    public async Task A_refused_announcement_stores_nothing()
    {
        var creator = await _shop.CreatorAsync();
        await FillAsync(creator);
        await _host.DrainAsync();
        var before = _host.Stored();
        (await AnnounceAsync(creator)).IsProblem(409, "too-many-uploads");
        Assert.Equal(before, _host.Stored());
    }

    [Fact]
    public async Task An_upload_that_is_deleted_refused_or_never_comes_is_given_back()
    {
        var creator = await _shop.CreatorAsync();
        var videos = await FillAsync(creator);
        (await creator.DeleteAsync($"/v1/videos/{videos[0].Id}", (await creator.GetAsync($"/v1/videos/{videos[0].Id}")).ETag)).Is(HttpStatusCode.NoContent);
        (await AnnounceAsync(creator)).Is(HttpStatusCode.Created);
        (await AnnounceAsync(creator)).IsProblem(409, "too-many-uploads");

        (await creator.UploadAsync(videos[1].Upload, Encoding.UTF8.GetBytes(new string('x', s_size)))).Is(HttpStatusCode.Created);
        await _host.DrainAsync();
        Assert.Equal("rejected", (await creator.GetAsync($"/v1/videos/{videos[1].Id}")).Text("status"));
        (await AnnounceAsync(creator)).Is(HttpStatusCode.Created);
        (await AnnounceAsync(creator)).IsProblem(409, "too-many-uploads");

        // At the end of their tickets, whether or not anything has tidied up.
        _host.Clock.Advance(TimeSpan.FromHours(24));
        (await AnnounceAsync(creator)).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_was_announced_counts_until_midnight_and_what_was_refused_does_not()
    {
        var creator = await _shop.CreatorAsync();
        // Early in a day, so that it doesn't end meanwhile.
        var now = _host.Clock.GetUtcNow();
        _host.Clock.Advance(now.UtcDateTime.Date.AddDays(1).AddHours(1) - now.UtcDateTime);
        (await AnnounceAsync(creator, 20L * s_size + 1)).IsProblem(429, "upload-quota-used");
        for (var i = 0; i < 20; i++)
        {
            var (id, _) = await OpenAsync(creator);
            // Deleted before it came: its bytes are given back.
            (await creator.DeleteAsync($"/v1/videos/{id}", (await creator.GetAsync($"/v1/videos/{id}")).ETag)).Is(HttpStatusCode.NoContent);
        }
        for (var i = 0; i < 20; i++)
        {
            var (id, upload) = await OpenAsync(creator);
            (await creator.UploadAsync(upload, Shop.SampleVideo)).Is(HttpStatusCode.Created);
            await _host.DrainAsync();
            (await creator.DeleteAsync($"/v1/videos/{id}", (await creator.GetAsync($"/v1/videos/{id}")).ETag)).Is(HttpStatusCode.NoContent);
        }
        var refused = (await AnnounceAsync(creator)).IsProblem(429, "upload-quota-used");
        Assert.InRange(int.Parse(refused.Headers.GetValues("Retry-After").Single(), System.Globalization.CultureInfo.InvariantCulture), 60, 23 * 3_600);
        _host.Clock.Advance(TimeSpan.FromHours(23));
        (await AnnounceAsync(creator)).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Stored_videos_and_open_uploads_fill_the_storage_together_and_a_deleted_video_makes_room()
    {
        var creator = await _shop.CreatorAsync();
        var kept = new List<string>();
        for (var i = 0; i < 4; i++)
            kept.Add(await _shop.ReadyVideoAsync(creator));
        for (var i = 0; i < 5; i++)
            (await AnnounceAsync(creator)).Is(HttpStatusCode.Created);
        (await AnnounceAsync(creator)).IsProblem(409, "storage-full");
        (await creator.DeleteAsync($"/v1/videos/{kept[0]}", (await creator.GetAsync($"/v1/videos/{kept[0]}")).ETag)).Is(HttpStatusCode.NoContent);
        (await AnnounceAsync(creator)).Is(HttpStatusCode.Created);
        (await AnnounceAsync(creator)).IsProblem(409, "storage-full");
    }

    private static Task<Reply> AnnounceAsync(Person creator, long? size = null, string? key = null) =>
        creator.PostAsync("/v1/videos", new JsonObject { ["fileName"] = "bowl.mp4", ["sizeBytes"] = size ?? s_size, ["contentType"] = "video/mp4" }, key);

    private static Task<(string Id, JsonNode Upload)> OpenAsync(Person creator) => Shop.AnnounceAsync(creator);

    private static async Task<List<(string Id, JsonNode Upload)>> FillAsync(Person creator)
    {
        var opened = new List<(string, JsonNode)>();
        while (await AnnounceAsync(creator) is { Status: HttpStatusCode.Created } reply)
            opened.Add((reply.Text("videoId"), reply.At("upload")!));
        return opened;
    }
}
