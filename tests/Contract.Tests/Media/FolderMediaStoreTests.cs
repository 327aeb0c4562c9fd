using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Local.Clock;

namespace Contract.Tests.Media;

/// <summary>The folder store keeps the contract, and what only a folder can get wrong: crashes, restarts, hostile names.</summary>
public sealed partial class FolderMediaStoreTests : MediaStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("media-store-").FullName;
    private readonly HostClock _clock = new();
    private readonly List<BlobFacts> _told = [];
    private FolderMediaHost _host = null!;

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override async ValueTask<IMediaStore> OpenAsync()
    {
        _host = await FolderMediaHost.StartAsync(_folder, _clock, _told.Add);
        return _host.Store;
    }

    protected override async ValueTask CloseAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_URL_is_good_until_its_expiry_and_not_at_it()
    {
        await UploadAsync(Blob, [1]);
        var url = await Store.SignReadAsync(Blob, Now.AddMinutes(15), Cancel);
        _clock.Advance(TimeSpan.FromMinutes(14));
        using var before = await url.GetAsync();
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        _clock.Advance(TimeSpan.FromMinutes(1));
        using var after = await url.GetAsync();
        await AssertProblemAsync(after, HttpStatusCode.Forbidden, "url-expired");
    }

    [Fact]
    public async Task Refusals_are_problems_with_a_code()
    {
        var url = await ReadUrlAsync(Blob);
        using var missing = await url.GetAsync();
        await AssertProblemAsync(missing, HttpStatusCode.NotFound, "not-found");
        using var forged = await SignedUrls.Tamper(url, "sig").GetAsync();
        await AssertProblemAsync(forged, HttpStatusCode.Forbidden, "bad-signature");
        using var unsigned = await new Uri(url.GetLeftPart(UriPartial.Path)).GetAsync();
        await AssertProblemAsync(unsigned, HttpStatusCode.Forbidden, "bad-signature");
        var upload = await SignAsync(Blob);
        using var unknown = await SignedUrls.Http.PutAsync(SignedUrls.With(upload.Url, "comp=page"), new ByteArrayContent([1]), Cancel);
        await AssertProblemAsync(unknown, HttpStatusCode.BadRequest, "unknown-operation");
    }

    [Fact]
    public async Task The_signed_content_type_can_not_be_changed()
    {
        var upload = await SignAsync(Blob);
        var changed = upload with { Url = new(upload.Url.AbsoluteUri.Replace("mp4", "mp3", StringComparison.Ordinal)) };
        using var answer = await changed.PutAsync([1]);
        await AssertProblemAsync(answer, HttpStatusCode.Forbidden, "bad-signature");
    }

    [Fact]
    public async Task Uploads_are_never_served()
    {
        var blob = BlobName.Upload("videos/1");
        await UploadAsync(blob, [1]);
        using var answer = await (await ReadUrlAsync(blob)).GetAsync();
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Media_may_be_kept_by_its_viewer_only()
    {
        await UploadAsync(Blob, [1]);
        using var answer = await (await ReadUrlAsync(Blob)).GetAsync();
        Assert.Equal("private", answer.Headers.CacheControl!.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_range_of_a_version_that_was_replaced_is_answered_with_the_whole_new_one()
    {
        var first = await UploadAsync(Blob, [1, 2, 3]);
        await UploadAsync(Blob, [4, 5, 6]);
        using var answer = await (await ReadUrlAsync(Blob)).GetAsync(request =>
        {
            request.Headers.Range = new(0, 0);
            request.Headers.IfRange = new($"\"{first.ETag}\"");
        });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([4, 5, 6], await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    /// <summary>Blob Storage has no such ranges, so the port doesn't promise them; a player may try all the same.</summary>
    [Fact]
    public async Task The_last_bytes_can_be_asked_for()
    {
        var body = SignedUrls.Bytes(1_000);
        await UploadAsync(Blob, body);
        using var answer = await (await ReadUrlAsync(Blob)).GetRangeAsync(null, 10);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(body[990..], await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task A_committed_upload_is_told_of_once_and_a_refused_one_never()
    {
        (await (await SignAsync(Blob)).PutAsync([1], request => request.Content!.Headers.ContentMD5 = Md5([2]))).Dispose();
        Assert.Empty(_told);
        var facts = await UploadAsync(Blob, [1]);
        Assert.Equal([facts], _told);
    }

    [Fact]
    public async Task A_broken_upload_leaves_no_file_behind()
    {
        var upload = await SignAsync(Blob);
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(upload.Url.Host, upload.Url.Port, Cancel);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"PUT {upload.Url.PathAndQuery} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"), Cancel);
            await socket.GetStream().WriteAsync(SignedUrls.Bytes(50_000), Cancel);
            await UntilAsync(() => Directory.EnumerateFiles(Path.Combine(_folder, "unfinished")).Any());
        }
        await UntilAsync(() => !Directory.EnumerateFiles(Path.Combine(_folder, "unfinished")).Any());
        Assert.Null(await Store.FindAsync(Blob, Cancel));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task An_upload_that_announces_more_than_the_limit_is_413_before_it_is_sent()
    {
        var upload = await SignAsync(Blob);
        using var socket = new TcpClient();
        await socket.ConnectAsync(upload.Url.Host, upload.Url.Port, Cancel);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"PUT {upload.Url.PathAndQuery} HTTP/1.1\r\nHost: x\r\nContent-Length: {(4L << 30) + (1 << 20) + 1}\r\n\r\n"), Cancel);
        using var reader = new StreamReader(socket.GetStream());
        Assert.StartsWith("HTTP/1.1 413", await reader.ReadLineAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../key")]
    [InlineData("..%2F..%2Fkey")]
    [InlineData("videos/%2e%2e/%2e%2e/%2e%2e/key")]
    [InlineData("videos/..%5C..%5Ckey")]
    [InlineData("%2Fetc%2Fpasswd")]
    [InlineData("videos/vid_1~")]
    [InlineData("videos//vid_1")]
    [InlineData("videos/vid_1%00.mp4")]
    [InlineData("C:%5Cwindows")]
    public async Task A_hostile_name_never_leaves_the_folder(string name)
    {
        var before = Files();
        var upload = await SignAsync(Blob);
        var (status, _) = await RawAsync(upload.Url, $"/media/media/{name}{upload.Url.Query}");
        Assert.Contains(status, new[] { 400, 403, 404 });
        Assert.Equal(before, Files());
    }

    [Theory]
    [InlineData("../key")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a~")]
    [InlineData("")]
    public async Task A_name_that_is_none_is_not_even_looked_for(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.FindAsync(BlobName.Media(name), Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await SignAsync(BlobName.Media(name)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.DeleteAsync(BlobName.Media(name), null, Cancel));
    }

    [Fact]
    public async Task Blobs_and_URLs_outlive_a_restart()
    {
        var facts = await UploadAsync(Blob, [1, 2, 3]);
        var url = await ReadUrlAsync(Blob);
        await RestartAsync();
        Assert.Equal(facts, await Store.FindAsync(Blob, Cancel));
        using var answer = await Here(url).GetAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotEqual(facts.ETag, (await UploadAsync(Blob, [1, 2, 3])).ETag);
    }

    [Fact]
    public void The_key_can_be_read_by_its_owner_only()
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "key")));
    }

    [Fact]
    public async Task What_an_earlier_process_did_not_finish_is_swept_at_the_start()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "unfinished", "half"), [1], Cancel);
        await RestartAsync();
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder, "unfinished")));
    }

    [Fact]
    public async Task A_crash_between_a_commit_and_its_tidying_leaves_the_new_content()
    {
        var first = await UploadAsync(Blob, [1]);
        var file = Directory.EnumerateFiles(_folder, first.ETag + "~*", SearchOption.AllDirectories).Single();
        var second = await UploadAsync(Blob, [2]);
        await File.WriteAllBytesAsync(file, [1], Cancel);

        Assert.Equal(second, await Store.FindAsync(Blob, Cancel));
        Assert.Equal([2], await DownloadAsync(Blob));
        Assert.True(await Store.DeleteAsync(Blob, second.ETag, Cancel));
        Assert.Null(await Store.FindAsync(Blob, Cancel));
    }

    [Fact]
    public async Task A_file_that_a_desktop_left_is_no_blob_and_in_nobodys_way()
    {
        await UploadAsync(BlobName.Upload("videos/1"), [1]);
        foreach (var folder in new[] { "uploads/videos", "uploads/videos/1~" })
            await File.WriteAllBytesAsync(Path.Combine(_folder, folder, ".DS_Store"), [1], Cancel);
        Assert.Equal(["videos/1"], await NamesAsync(""));
        await UploadAsync(BlobName.Upload("videos/1"), [2]);
        Assert.True(await Store.DeleteAsync(BlobName.Upload("videos/1"), null, Cancel));
        Assert.Empty(await NamesAsync(""));
    }

    private async Task RestartAsync()
    {
        await _host.DisposeAsync();
        Store = await OpenAsync();
    }

    /// <summary>An earlier host's URL at this host's port.</summary>
    private Uri Here(Uri url) => new(_host.Url, url.PathAndQuery);

    private List<string> Files() => [.. Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>HttpClient would tidy the path up before it is sent.</summary>
    private static async Task<(int Status, string Answer)> RawAsync(Uri server, string target)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, Cancel);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"PUT {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"), Cancel);
        using var reader = new StreamReader(socket.GetStream());
        var answer = await reader.ReadToEndAsync(Cancel);
        return (int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), answer);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
    }

    /// <summary>What another thread is about to do has a deadline, not a duration.</summary>
    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (!isSo())
            await Task.Delay(5, deadline.Token);
    }
}
