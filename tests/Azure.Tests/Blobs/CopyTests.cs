using System.Net;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Contract.Tests.Media;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Local.Clock;

namespace Azure.Tests.Blobs;

/// <summary>Copies of several blocks, and everything that can happen between two of their requests.</summary>
[Collection("azurite")]
[Trait("needs", "azurite")]
public sealed class CopyTests : IAsyncLifetime
{
    private const int Megabyte = 1 << 20;
    private const string Stage = "comp=block&";
    private const string Commit = "comp=blocklist";

    private static readonly BlobName s_source = BlobName.Upload("videos/usr_1/vid_1");
    private static readonly BlobName s_target = BlobName.Media("videos/vid_1");
    private static readonly byte[] s_body = SignedUrls.Bytes((3 * Megabyte) + 12_345);

    private readonly HostClock _clock = new();
    private MediaAccount _account = null!;
    private SignedUpload _ticket = null!;
    private BlobFacts _uploaded = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _account = await MediaAccount.OnAzuriteAsync(
            options =>
            {
                options.CopyBlockMegabytes = 1;
                options.CopyParallelism = 1;
                options.Retries = 1;
            },
            _clock);
        _ticket = await _account.Store.SignUploadAsync(s_source, "video/mp4", DateTimeOffset.UtcNow.AddHours(1), Stop);
        _uploaded = await UploadAsync(s_body);
        _account.Line.Requests.Clear();
    }

    public ValueTask DisposeAsync() => _account?.DisposeAsync() ?? default;

    [Fact]
    public async Task A_copy_of_several_blocks_is_whole_and_carries_where_it_came_from()
    {
        Assert.Equal(CopyOutcome.Copied, await CopyAsync());

        await AssertCopiedAsync(s_body);
        var staged = _account.Line.Of("PUT", Stage).ToList();
        Assert.Equal(4, staged.Count);
        Assert.All(staged, request => Assert.Equal($"\"{_uploaded.ETag}\"", request.Headers["x-ms-source-if-match"]));
        Assert.Equal("bytes=3145728-3158072", staged[^1].Headers["x-ms-source-range"]);
        Assert.Equal("*", _account.Line.Of("PUT", Commit).Single().Headers["If-None-Match"]);
        var copy = Client(s_target);
        Assert.Equal("private", (await copy.GetPropertiesAsync(cancellationToken: Stop)).Value.CacheControl);
        Assert.Equal(s_source.Name, (await copy.GetTagsAsync(cancellationToken: Stop)).Value.Tags["source"]);
    }

    [Fact]
    public async Task A_copy_of_nothing_is_a_blob_of_no_bytes()
    {
        _uploaded = await UploadAsync([]);
        Assert.Equal(CopyOutcome.Copied, await CopyAsync());
        await AssertCopiedAsync([]);
    }

    [Fact]
    public async Task Several_blocks_at_once_stay_in_order()
    {
        _account.Options.CopyParallelism = 4;
        Assert.Equal(CopyOutcome.Copied, await CopyAsync());
        await AssertCopiedAsync(s_body);
    }

    [Fact]
    public async Task A_copy_without_tags_needs_no_right_to_write_them()
    {
        _account.Options.TagCopies = false;
        Assert.Equal(CopyOutcome.Copied, await CopyAsync());
        Assert.DoesNotContain("x-ms-tags", _account.Line.Of("PUT", Commit).Single().Headers.Keys);
    }

    [Fact]
    public async Task A_copy_that_fails_half_way_leaves_nothing_and_can_be_made_again()
    {
        var asked = 0;
        _account.Line.Before = (request, _) => Task.FromResult(
            request.RequestUri!.Query.Contains(Stage, StringComparison.Ordinal) && ++asked > 2 ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : null);

        await Assert.ThrowsAsync<MediaUnavailableException>(CopyAsync);

        Assert.Null(await _account.Store.FindAsync(s_target, Stop));
        Assert.Equal(4, asked);
        _account.Line.Before = (_, _) => Task.FromResult<HttpResponseMessage?>(null);
        // The lease was given back: the upload is its owner's again.
        using (var put = await _ticket.PutAsync(s_body))
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        _uploaded = (await _account.Store.FindAsync(s_source, Stop))!;
        Assert.Equal(CopyOutcome.Copied, await CopyAsync());
        await AssertCopiedAsync(s_body);
    }

    [Fact]
    public async Task A_copy_whose_last_answer_was_lost_finds_itself()
    {
        var lost = 0;
        _account.Line.After = (request, answer) => request.RequestUri!.Query.Contains(Commit, StringComparison.Ordinal) && lost++ == 0 ? null : answer;

        Assert.Equal(CopyOutcome.AlreadyThere, await CopyAsync());

        Assert.Equal(2, lost);
        await AssertCopiedAsync(s_body);
    }

    [Fact]
    public async Task While_it_is_copied_the_upload_can_not_be_replaced_through_its_URL()
    {
        var refused = default(HttpStatusCode);
        AtTheSecondBlock(async () =>
        {
            using var put = await _ticket.PutAsync([1]);
            refused = put.StatusCode;
        });

        Assert.Equal(CopyOutcome.Copied, await CopyAsync());

        Assert.Equal(HttpStatusCode.PreconditionFailed, refused);
        await AssertCopiedAsync(s_body);
        using var afterwards = await _ticket.PutAsync([1]);
        Assert.Equal(HttpStatusCode.Created, afterwards.StatusCode);
    }

    [Fact]
    public async Task An_upload_that_is_replaced_all_the_same_is_not_copied()
    {
        AtTheSecondBlock(async () =>
        {
            await Client(s_source).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Stop);
            (await _ticket.PutAsync(SignedUrls.Bytes(s_body.Length, 2))).Dispose();
        });

        Assert.Equal(CopyOutcome.Changed, await CopyAsync());

        Assert.Null(await _account.Store.FindAsync(s_target, Stop));
    }

    [Fact]
    public async Task An_upload_that_is_deleted_meanwhile_is_not_copied()
    {
        AtTheSecondBlock(async () => Assert.True(await _account.Store.DeleteAsync(s_source, null, Stop)));

        Assert.Equal(CopyOutcome.NotFound, await CopyAsync());

        Assert.Null(await _account.Store.FindAsync(s_target, Stop));
    }

    [Fact]
    public async Task A_long_copy_renews_its_lease()
    {
        _account.Line.Before = (request, _) =>
        {
            if (request.RequestUri!.Query.Contains(Stage, StringComparison.Ordinal))
                _clock.Advance(TimeSpan.FromSeconds(30));
            return Task.FromResult<HttpResponseMessage?>(null);
        };

        Assert.Equal(CopyOutcome.Copied, await CopyAsync());

        var lease = _account.Line.Of("PUT", "comp=lease").Select(request => request.Headers["x-ms-lease-action"]);
        Assert.Equal(["acquire", "renew", "renew", "renew", "release"], lease);
    }

    [Fact]
    public async Task A_copy_that_lost_its_lease_stops_and_can_be_made_again()
    {
        AtTheSecondBlock(async () =>
        {
            await Client(s_source).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Stop);
            _clock.Advance(TimeSpan.FromSeconds(30));
        });

        await Assert.ThrowsAsync<MediaUnavailableException>(CopyAsync);

        Assert.Null(await _account.Store.FindAsync(s_target, Stop));
        Assert.Equal(CopyOutcome.Copied, await CopyAsync());
        await AssertCopiedAsync(s_body);
    }

    [Fact]
    public async Task A_lease_taken_with_the_uploads_URL_keeps_nobody_from_copying_or_deleting_it()
    {
        await LeaseForeverAsync();
        Assert.Equal(CopyOutcome.Copied, await CopyAsync());
        await AssertCopiedAsync(s_body);

        await LeaseForeverAsync();
        Assert.False(await _account.Store.DeleteAsync(s_source, "0", Stop));
        Assert.True(await _account.Store.DeleteAsync(s_source, _uploaded.ETag, Stop));
        Assert.Null(await _account.Store.FindAsync(s_source, Stop));
    }

    [Fact]
    public async Task A_copy_that_died_leaves_a_lease_that_the_next_one_shares()
    {
        using var gone = new CancellationTokenSource();
        _account.Line.Before = (request, _) =>
        {
            if (request.RequestUri!.Query.Contains(Stage, StringComparison.Ordinal))
                gone.Cancel();
            // A process that is killed gives nothing back.
            return Task.FromResult(request.Headers.TryGetValues("x-ms-lease-action", out var action) && action.Single() == "release"
                ? new HttpResponseMessage(HttpStatusCode.OK) { Headers = { ETag = new("\"0\"") }, Content = new ByteArrayContent([]) { Headers = { LastModified = DateTimeOffset.UtcNow } } }
                : null);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _account.Store.CopyAsync(s_source, _uploaded.ETag, s_target, "video/mp4", gone.Token));
        using (var put = await _ticket.PutAsync([1]))
            Assert.Equal(HttpStatusCode.PreconditionFailed, put.StatusCode);
        _account.Line.Before = (_, _) => Task.FromResult<HttpResponseMessage?>(null);
        _account.Line.Requests.Clear();

        Assert.Equal(CopyOutcome.Copied, await CopyAsync());

        Assert.DoesNotContain(_account.Line.Requests, request => request.Headers.TryGetValue("x-ms-lease-action", out var action) && action == "break");
        await AssertCopiedAsync(s_body);
    }

    [Fact]
    public async Task Of_copies_of_one_upload_at_once_one_is_made()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TryCopyAsync(), Stop)));

        Assert.Single(outcomes, outcome => outcome == CopyOutcome.Copied);
        Assert.All(outcomes, outcome => Assert.True(outcome is CopyOutcome.Copied or CopyOutcome.AlreadyThere or null, outcome.ToString()));
        await AssertCopiedAsync(s_body);
    }

    [Fact]
    public async Task A_copy_that_takes_too_long_is_given_up()
    {
        await using var hasty = await MediaAccount.OnAzuriteAsync(options => options.CopySeconds = 1);
        var upload = await hasty.Store.SignUploadAsync(s_source, "video/mp4", DateTimeOffset.UtcNow.AddHours(1), Stop);
        (await upload.PutAsync([1])).Dispose();
        var facts = (await hasty.Store.FindAsync(s_source, Stop))!;
        hasty.Line.Before = async (request, stop) =>
        {
            if (request.RequestUri!.Query.Contains(Stage, StringComparison.Ordinal))
                await Task.Delay(Timeout.Infinite, stop);
            return null;
        };

        await Assert.ThrowsAsync<MediaUnavailableException>(async () => await hasty.Store.CopyAsync(s_source, facts.ETag, s_target, "video/mp4", Stop));

        Assert.Null(await hasty.Store.FindAsync(s_target, Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\"b")]
    [InlineData("a\r\nx-ms-meta-a: b")]
    [InlineData("*")]
    [InlineData("ä")]
    public async Task An_etag_that_none_can_be_names_no_version(string etag)
    {
        Assert.Equal(CopyOutcome.Changed, await _account.Store.CopyAsync(s_source, etag, s_target, "video/mp4", Stop));
        Assert.Null(await _account.Store.ReadAsync(s_source, etag, 0, new byte[1], Stop));
        Assert.False(await _account.Store.DeleteAsync(s_source, etag, Stop));
        Assert.Equal(_uploaded, await _account.Store.FindAsync(s_source, Stop));
    }

    private async Task<CopyOutcome> CopyAsync() => await _account.Store.CopyAsync(s_source, _uploaded.ETag, s_target, "video/mp4", Stop);

    /// <summary>Null where it was interrupted by the other one, and is to be tried again.</summary>
    private async Task<CopyOutcome?> TryCopyAsync()
    {
        try
        {
            return await CopyAsync();
        }
        catch (MediaUnavailableException)
        {
            return null;
        }
    }

    private async Task<BlobFacts> UploadAsync(byte[] body)
    {
        (await _ticket.PutAsync(body)).Dispose();
        return (await _account.Store.FindAsync(s_source, Stop))!;
    }

    private async Task LeaseForeverAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, SignedUrls.With(_ticket.Url, "comp=lease"))
        {
            Headers = { { "x-ms-lease-action", "acquire" }, { "x-ms-lease-duration", "-1" } },
            Content = new ByteArrayContent([]),
        };
        using var answer = await SignedUrls.Http.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private void AtTheSecondBlock(Func<Task> happens)
    {
        var asked = 0;
        _account.Line.Before = async (request, _) =>
        {
            if (request.RequestUri!.Query.Contains(Stage, StringComparison.Ordinal) && ++asked == 2)
                await happens();
            return null;
        };
    }

    private async Task AssertCopiedAsync(byte[] expected)
    {
        var url = await _account.Store.SignReadAsync(s_target, DateTimeOffset.UtcNow.AddMinutes(5), Stop);
        using var answer = await url.GetAsync();
        Assert.Equal(expected, await answer.Content.ReadAsByteArrayAsync(Stop));
    }

    private BlobClient Client(BlobName blob) => _account.Service.GetBlobContainerClient(blob.ContainerName).GetBlobClient(blob.Name);
}
