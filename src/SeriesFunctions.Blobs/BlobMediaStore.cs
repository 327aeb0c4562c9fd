using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Blobs;

/// <summary>The media port on Blob Storage: block blobs in the containers <c>uploads</c> and <c>media</c>, both private. docs/adr/0011 says why it is done this way.</summary>
public sealed class BlobMediaStore : IMediaStore, IDisposable
{
    private readonly BlobServiceClient _service;
    private readonly BlobCalls _calls;
    private readonly DelegationKeys _keys;
    private readonly UrlSigner _urls;
    private readonly ServerSideCopy _copy;
    private readonly TimeSpan _patience;
    private readonly TimeSpan _copyPatience;

    public BlobMediaStore(BlobServiceClient service, IOptions<BlobsOptions> options, CallTimes times, TimeProvider clock, ILogger<BlobMediaStore> logger)
    {
        _service = service;
        _patience = TimeSpan.FromSeconds(options.Value.OperationSeconds);
        _copyPatience = TimeSpan.FromSeconds(options.Value.CopySeconds);
        _calls = new(times, clock);
        _keys = new(service, _calls, options.Value, clock, logger);
        _urls = new(service, _keys, clock);
        _copy = new(service, _urls, options.Value, clock, logger);
    }

    public async ValueTask<SignedUpload> SignUploadAsync(BlobName blob, string contentType, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var (url, end) = await _urls.WriteAsync(Client(blob), expiresAt, cancellationToken);
        return new(url, new Dictionary<string, string> { ["x-ms-blob-type"] = "BlockBlob", ["Content-Type"] = contentType }, end);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The blob is an upload: nothing in there was looked at, so it is served to nobody.</exception>
    public ValueTask<Uri> SignReadAsync(BlobName blob, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        blob.Container == BlobContainer.Media
            ? _urls.ReadAsync(Client(blob), expiresAt, cancellationToken)
            : throw new ArgumentException("Uploads are never served.", nameof(blob));

    public async ValueTask<BlobFacts?> FindAsync(BlobName blob, CancellationToken cancellationToken)
    {
        var client = Client(blob);
        return await _calls.AskAsync<BlobFacts?>(
            "find",
            _patience,
            async deadline => await ServerSideCopy.FindAsync(client, deadline) is { } found
                ? new(blob, found.ContentLength, found.ContentType, ETags.Text(found.ETag), found.LastModified)
                : null,
            cancellationToken);
    }

    public async ValueTask<int?> ReadAsync(BlobName blob, string etag, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var client = Client(blob);
        if (ETags.Parse(etag) is not { } version)
            return null;
        return await _calls.AskAsync("read", _patience, deadline => ReadAsync(client, version, offset, buffer, deadline), cancellationToken);
    }

    public async ValueTask<CopyOutcome> CopyAsync(BlobName source, string sourceEtag, BlobName target, string contentType, CancellationToken cancellationToken)
    {
        Check(source);
        Check(target);
        return await _calls.AskAsync("copy", _copyPatience, deadline => _copy.CopyAsync(source, sourceEtag, target, contentType, deadline), cancellationToken);
    }

    public async ValueTask<BlobFacts> WriteAsync(BlobName blob, string contentType, Stream content, CancellationToken cancellationToken)
    {
        var client = Client(blob);
        return await _calls.AskAsync(
            "write",
            _copyPatience,
            async deadline =>
            {
                // The SDK repeats a part that failed; a try of ours begins anew.
                content.Position = 0;
                var length = content.Length;
                var made = (await client.UploadAsync(content, new BlobUploadOptions { HttpHeaders = new() { ContentType = contentType } }, deadline)).Value;
                return new BlobFacts(blob, length, contentType, ETags.Text(made.ETag), made.LastModified);
            },
            cancellationToken);
    }

    public async ValueTask<bool> DeleteAsync(BlobName blob, string? etag, CancellationToken cancellationToken)
    {
        var client = Client(blob);
        return await _calls.AskAsync("delete", _patience, deadline => DeleteAsync(client, etag, deadline), cancellationToken);
    }

    public async ValueTask<BlobPage> ListAsync(BlobContainer container, string prefix, string? cursor, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        var client = _service.GetBlobContainerClient(new BlobName(container, "").ContainerName);
        return await _calls.AskAsync(
            "list",
            _patience,
            async deadline =>
            {
                await foreach (var page in client.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, deadline).AsPages(cursor, limit))
                {
                    // A name that is none of ours was not written by anything of ours, and no call of the port could take it.
                    var items = page.Values.Where(item => BlobName.IsValid(item.Name)).Select(item => Facts(new(container, item.Name), item.Properties)).ToList();
                    return new BlobPage(items, string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
                }
                return new([], null);
            },
            cancellationToken);
    }

    public void Dispose() => _keys.Dispose();

    private static async Task<int?> ReadAsync(BlobClient client, ETag version, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var same = new BlobRequestConditions { IfMatch = version };
        try
        {
            if (!buffer.IsEmpty)
            {
                var options = new BlobDownloadOptions { Range = new(offset, buffer.Length), Conditions = same };
                try
                {
                    using var body = (await client.DownloadStreamingAsync(options, cancellationToken)).Value;
                    var read = await body.Content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
                    return read >= body.Details.ContentLength ? read : throw new IOException("The answer was cut off.");
                }
                catch (RequestFailedException e) when (Answers.Of(e) == Answer.BeyondEnd)
                {
                    // Of which version is not said: asked below.
                }
            }
            await client.GetPropertiesAsync(same, cancellationToken);
            return 0;
        }
        catch (RequestFailedException e) when (Answers.Of(e) is Answer.Missing or Answer.Stale)
        {
            return null;
        }
    }

    private static async Task<bool> DeleteAsync(BlobClient client, string? etag, CancellationToken cancellationToken)
    {
        BlobRequestConditions? same = null;
        if (etag is not null)
        {
            if (ETags.Parse(etag) is not { } version)
                return await ServerSideCopy.FindAsync(client, cancellationToken) is null;
            same = new() { IfMatch = version };
        }
        try
        {
            try
            {
                await client.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, same, cancellationToken);
            }
            catch (RequestFailedException e) when (Answers.Of(e) == Answer.Leased)
            {
                // A copy that died, or somebody with the upload's URL. Neither may keep a blob that is not wanted any more.
                await SourceLease.BreakAsync(client, cancellationToken);
                await client.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, same, cancellationToken);
            }
            return true;
        }
        catch (RequestFailedException e) when (Answers.Of(e) == Answer.Missing)
        {
            return true;
        }
        catch (RequestFailedException e) when (Answers.Of(e) == Answer.Stale)
        {
            // Of a blob that is not there, too, it can be said that it is not the one with this etag.
            return await ServerSideCopy.FindAsync(client, cancellationToken) is null;
        }
    }

    private static BlobFacts Facts(BlobName name, BlobItemProperties found) =>
        new(name, found.ContentLength ?? 0, found.ContentType, ETags.Text(found.ETag ?? default), found.LastModified ?? default);

    private BlobClient Client(BlobName blob)
    {
        Check(blob);
        return _service.GetBlobContainerClient(blob.ContainerName).GetBlobClient(blob.Name);
    }

    private static void Check(BlobName blob)
    {
        if (!BlobName.IsValid(blob.Name))
            throw new ArgumentException("This is not a blob's name.", nameof(blob));
    }
}
