using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using SeriesFunctions.Core.Media;

namespace Contract.Tests.Media;

/// <summary>What every media store must do. A store joins by deriving from this and saying how it is opened, empty.</summary>
public abstract partial class MediaStoreContract : IAsyncLifetime
{
    protected const string Mp4 = "video/mp4";

    protected static readonly BlobName Blob = BlobName.Media("videos/vid_1");

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected IMediaStore Store { get; set; } = null!;

    /// <summary>The time that the store goes by.</summary>
    protected abstract DateTimeOffset Now { get; }

    /// <summary>A store with nothing in it.</summary>
    protected abstract ValueTask<IMediaStore> OpenAsync();

    protected abstract ValueTask CloseAsync();

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_upload_is_found_with_its_length_type_and_etag()
    {
        var before = Now.AddSeconds(-5);
        using var answer = await (await SignAsync(Blob)).PutAsync(SignedUrls.Bytes(1_000));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);

        var facts = await FindAsync(Blob);
        Assert.Equal(Blob, facts.Name);
        Assert.Equal(1_000, facts.Length);
        Assert.Equal(Mp4, facts.ContentType);
        Assert.Equal(answer.Headers.ETag!.Tag.Trim('"'), facts.ETag);
        Assert.InRange(facts.LastModified, before, Now.AddSeconds(5));
    }

    [Fact]
    public async Task An_empty_upload_is_a_blob_of_no_bytes()
    {
        await UploadAsync(Blob, []);
        Assert.Equal(0, (await FindAsync(Blob)).Length);
        Assert.Empty(await DownloadAsync(Blob));
    }

    [Fact]
    public async Task What_was_uploaded_is_what_is_read()
    {
        var body = SignedUrls.Bytes(300_000);
        var facts = await UploadAsync(Blob, body);
        Assert.Equal(body, await DownloadAsync(Blob));

        var part = new byte[1_000];
        Assert.Equal(1_000, await Store.ReadAsync(Blob, facts.ETag, 123_456, part, Cancel));
        Assert.Equal(body[123_456..124_456], part);
        Assert.Equal(7, await Store.ReadAsync(Blob, facts.ETag, body.Length - 7, part, Cancel));
        Assert.Equal(body[^7..], part[..7]);
        Assert.Equal(0, await Store.ReadAsync(Blob, facts.ETag, body.Length, part, Cancel));
    }

    [Fact]
    public async Task A_blob_that_is_not_there_is_null_and_404()
    {
        Assert.Null(await Store.FindAsync(Blob, Cancel));
        Assert.Null(await Store.ReadAsync(Blob, "0", 0, new byte[1], Cancel));
        using var answer = await (await ReadUrlAsync(Blob)).GetAsync();
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_blob_and_another_one_below_its_name_do_not_meet()
    {
        await UploadAsync(BlobName.Media("a"), [1]);
        await UploadAsync(BlobName.Media("a/b"), [2]);
        Assert.Equal([1], await DownloadAsync(BlobName.Media("a")));
        Assert.Equal([2], await DownloadAsync(BlobName.Media("a/b")));
    }

    [Fact]
    public async Task Overwriting_changes_the_etag_and_the_old_etag_reads_null()
    {
        var first = await UploadAsync(Blob, [1, 2, 3]);
        var second = await UploadAsync(Blob, [4, 5]);
        Assert.NotEqual(first.ETag, second.ETag);
        Assert.Null(await Store.ReadAsync(Blob, first.ETag, 0, new byte[3], Cancel));
        Assert.Equal([4, 5], await DownloadAsync(Blob));
    }

    [Fact]
    public async Task Overwriting_with_the_same_bytes_is_another_version_too()
    {
        var first = await UploadAsync(Blob, [1]);
        Assert.NotEqual(first.ETag, (await UploadAsync(Blob, [1])).ETag);
    }

    [Fact]
    public async Task Overwriting_can_change_the_content_type()
    {
        await UploadAsync(Blob, [1]);
        var upload = await Store.SignUploadAsync(Blob, "image/png", Now.AddHours(1), Cancel);
        (await upload.PutAsync([2])).Dispose();
        Assert.Equal("image/png", (await FindAsync(Blob)).ContentType);
        Assert.Equal([2], await DownloadAsync(Blob));
    }

    [Fact]
    public async Task A_reader_sees_one_whole_content_or_another_while_they_are_overwritten()
    {
        var contents = Enumerable.Range(0, 4).Select(seed => SignedUrls.Bytes(50_000 + seed, seed)).ToList();
        await UploadAsync(Blob, contents[0]);
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < 40; i++)
                    await UploadAsync(Blob, contents[i % contents.Count]);
            },
            Cancel);
        while (!writing.IsCompleted)
        {
            var seen = await DownloadAsync(Blob);
            Assert.Contains(contents, content => content.AsSpan().SequenceEqual(seen));
            Assert.NotNull(await Store.FindAsync(Blob, Cancel));
        }
        await writing;
    }

    [Fact]
    public async Task An_upload_whose_MD5_is_wrong_is_refused_and_not_stored()
    {
        using var answer = await (await SignAsync(Blob)).PutAsync([1, 2, 3], request => request.Content!.Headers.ContentMD5 = Md5([9]));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(await Store.FindAsync(Blob, Cancel));

        using var good = await (await SignAsync(Blob)).PutAsync([1, 2, 3], request => request.Content!.Headers.ContentMD5 = Md5([1, 2, 3]));
        Assert.Equal(HttpStatusCode.Created, good.StatusCode);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing()
    {
        var upload = await SignAsync(Blob);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => SignedUrls.Http.PutAsync(upload.Url, new BrokenContent(sent: 200_000, announced: 300_000), Cancel));
        Assert.Null(await Store.FindAsync(Blob, Cancel));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_what_was_there()
    {
        var before = await UploadAsync(Blob, [1, 2, 3]);
        var upload = await SignAsync(Blob);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => SignedUrls.Http.PutAsync(upload.Url, new BrokenContent(sent: 200_000, announced: 300_000), Cancel));
        Assert.Equal(before, await Store.FindAsync(Blob, Cancel));
    }

    protected ValueTask<SignedUpload> SignAsync(BlobName blob) => Store.SignUploadAsync(blob, Mp4, Now.AddHours(1), Cancel);

    protected ValueTask<Uri> ReadUrlAsync(BlobName blob) => Store.SignReadAsync(blob, Now.AddHours(1), Cancel);

    protected async Task<BlobFacts> FindAsync(BlobName blob) => await Store.FindAsync(blob, Cancel) ?? throw new InvalidOperationException($"There is no {blob}.");

    protected async Task<BlobFacts> UploadAsync(BlobName blob, byte[] body)
    {
        using var answer = await (await SignAsync(blob)).PutAsync(body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await FindAsync(blob);
    }

    protected async Task<byte[]> DownloadAsync(BlobName blob)
    {
        using var answer = await (await ReadUrlAsync(blob)).GetAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

#pragma warning disable CA5351 // MD5 is what the header means.
    protected static byte[] Md5(byte[] body) => MD5.HashData(body);
#pragma warning restore CA5351

    /// <summary>Announces more than it sends, then breaks off.</summary>
    private sealed class BrokenContent : HttpContent
    {
        private readonly int _sent;

        public BrokenContent(int sent, long announced)
        {
            _sent = sent;
            Headers.ContentLength = announced;
            Headers.ContentType = new MediaTypeHeaderValue(Mp4);
            Headers.TryAddWithoutValidation("x-ms-blob-type", "BlockBlob");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(SignedUrls.Bytes(_sent));
            await stream.FlushAsync();
            throw new IOException("The line is gone.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
