using System.Net;
using Contract.Tests.Media;
using SeriesFunctions.Core.Media;

namespace Azure.Tests.Blobs;

/// <summary>What the signed URLs allow and, more so, what they don't, with Azurite as the judge of the signatures.</summary>
[Collection("azurite")]
[Trait("needs", "azurite")]
public sealed class UrlTests : IAsyncLifetime
{
    private static readonly BlobName s_upload = BlobName.Upload("videos/usr_1/vid_1");
    private static readonly BlobName s_media = BlobName.Media("videos/vid_1");

    private MediaAccount _account = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static DateTimeOffset Soon => DateTimeOffset.UtcNow.AddMinutes(15);

    public async ValueTask InitializeAsync() => _account = await MediaAccount.OnAzuriteAsync();

    public ValueTask DisposeAsync() => _account?.DisposeAsync() ?? default;

    [Fact]
    public async Task A_URL_to_upload_only_writes_one_blob_over_HTTPS_and_is_signed_with_a_key_of_our_identity()
    {
        var end = DateTimeOffset.UtcNow.AddHours(3);
        var upload = await _account.Store.SignUploadAsync(s_upload, "video/mp4", end, Stop);

        var query = Query(upload.Url);
        Assert.Equal(("w", "b", "https"), (query["sp"], query["sr"], query["spr"]));
        Assert.Equal(end.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture), query["se"]);
        Assert.Equal("11111111-1111-1111-1111-111111111111", query["skoid"]);
        Assert.False(query.ContainsKey("st"));
        Assert.Equal(end, upload.ExpiresAt);
        Assert.Equal("BlockBlob", upload.Headers["x-ms-blob-type"]);
        Assert.Equal("video/mp4", upload.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_URL_to_read_only_reads_one_blob_over_HTTPS()
    {
        var query = Query(await _account.Store.SignReadAsync(s_media, Soon, Stop));
        Assert.Equal(("r", "b", "https"), (query["sp"], query["sr"], query["spr"]));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("HEAD", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "comp=blocklist&blocklisttype=all")]
    [InlineData("GET", "comp=metadata")]
    [InlineData("GET", "comp=tags")]
    [InlineData("PUT", "comp=tags")]
    public async Task A_URL_to_upload_is_no_use_for_anything_else(string verb, string parameters)
    {
        var upload = await UploadAsync(s_upload);
        using var answer = await SendAsync(verb, SignedUrls.With(upload.Url, parameters));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.NotNull(await _account.Store.FindAsync(s_upload, Stop));
    }

    [Theory]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("PUT", "comp=block&blockid=MQ%3D%3D")]
    [InlineData("PUT", "comp=blocklist")]
    [InlineData("PUT", "comp=metadata")]
    [InlineData("PUT", "comp=properties")]
    [InlineData("PUT", "comp=lease")]
    [InlineData("PUT", "comp=snapshot")]
    [InlineData("PUT", "comp=tags")]
    public async Task A_URL_to_read_is_no_use_for_anything_else(string verb, string parameters)
    {
        await UploadAsync(s_media);
        var before = await _account.Store.FindAsync(s_media, Stop);
        using var answer = await SendAsync(verb, SignedUrls.With(await _account.Store.SignReadAsync(s_media, Soon, Stop), parameters));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(before, await _account.Store.FindAsync(s_media, Stop));
    }

    [Theory]
    [InlineData("/media/videos/vid_1", "/media")]
    [InlineData("/media/videos/vid_1", "/media/videos")]
    [InlineData("/media/videos/vid_1", "/media/videos/vid_1/")]
    [InlineData("/media/videos/vid_1", "/media/videos/VID_1")]
    [InlineData("/media/videos/vid_1", "/media/videos/vid_10")]
    [InlineData("/media/videos/vid_1", "/media/covers/vid_1")]
    [InlineData("/media/videos/vid_1", "/uploads/videos/vid_1")]
    public async Task A_URL_to_read_opens_no_other_address(string from, string to)
    {
        await UploadAsync(s_media);
        await UploadAsync(BlobName.Media("videos/vid_10"));
        var url = (await _account.Store.SignReadAsync(s_media, Soon, Stop)).AbsoluteUri;
        using var other = await new Uri(url.Replace(from + "?", to + "?restype=container&comp=list&", StringComparison.Ordinal)).GetAsync();
        Assert.Contains(other.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.BadRequest });
        using var plain = await new Uri(url.Replace(from + "?", to + "?", StringComparison.Ordinal)).GetAsync();
        Assert.Contains(plain.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.BadRequest });
    }

    [Fact]
    public async Task A_URL_is_good_to_its_last_second_and_not_after_it()
    {
        await UploadAsync(s_media);
        var end = DateTimeOffset.UtcNow.AddSeconds(2);
        var url = await _account.Store.SignReadAsync(s_media, end, Stop);
        using (var before = await url.GetAsync())
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        // Real time: Azurite has no clock that could be set. Polled, with a deadline.
        var last = HttpStatusCode.OK;
        while (last == HttpStatusCode.OK && DateTimeOffset.UtcNow < end.AddSeconds(5))
        {
            using var answer = await url.GetAsync();
            last = answer.StatusCode;
        }
        Assert.Equal(HttpStatusCode.Forbidden, last);
        Assert.True(DateTimeOffset.UtcNow >= end.AddSeconds(-1));
    }

    [Fact]
    public async Task A_ticket_for_longer_than_any_key_lives_is_shortened_and_says_so()
    {
        var asked = DateTimeOffset.UtcNow.AddDays(7);
        var upload = await _account.Store.SignUploadAsync(s_upload, "video/mp4", asked, Stop);
        Assert.InRange(upload.ExpiresAt, asked.AddMinutes(-30), asked.AddMinutes(-1));
        using var answer = await upload.PutAsync([1]);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task A_URL_to_read_for_longer_than_any_key_lives_is_a_bug_of_the_caller() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await _account.Store.SignReadAsync(s_media, DateTimeOffset.UtcNow.AddDays(7), Stop));

    [Fact]
    public async Task Uploads_are_never_served() =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await _account.Store.SignReadAsync(s_upload, Soon, Stop));

    private async Task<SignedUpload> UploadAsync(BlobName blob)
    {
        var upload = await _account.Store.SignUploadAsync(blob, "video/mp4", Soon, Stop);
        using var answer = await upload.PutAsync([1, 2, 3]);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return upload;
    }

    private static async Task<HttpResponseMessage> SendAsync(string verb, Uri url)
    {
        using var request = new HttpRequestMessage(new(verb), url);
        if (!url.Query.Contains("comp=", StringComparison.Ordinal))
            request.Headers.Add("x-ms-blob-type", "BlockBlob");
        request.Headers.Add("x-ms-lease-action", "break");
        if (verb == "PUT")
            request.Content = new ByteArrayContent([9]);
        return await SignedUrls.Http.SendAsync(request, Stop);
    }

    private static Dictionary<string, string> Query(Uri url) =>
        url.Query[1..].Split('&').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => Uri.UnescapeDataString(part[1]));
}
