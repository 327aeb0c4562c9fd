using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Blobs;

/// <summary>
/// Copies a blob inside the service: it is told to fetch block after block from the source, then to make them the target. Until that last request the target does not exist,
/// so a copy that ends half way leaves nothing to be seen; its blocks are forgotten after a week. docs/adr/0011 says why it is done in blocks.
/// </summary>
internal sealed partial class ServerSideCopy(BlobServiceClient service, UrlSigner urls, BlobsOptions options, TimeProvider clock, ILogger logger)
{
    public async Task<CopyOutcome> CopyAsync(BlobName source, string sourceEtag, BlobName target, string contentType, CancellationToken cancellationToken)
    {
        var from = service.GetBlobContainerClient(source.ContainerName).GetBlobClient(source.Name);
        var to = service.GetBlobContainerClient(target.ContainerName).GetBlockBlobClient(target.Name);
        if (await LookAsync(from, sourceEtag, to, cancellationToken) is { } already)
            return already;
        var etag = ETags.Parse(sourceEtag)!.Value;
        try
        {
            await using var lease = await SourceLease.TakeAsync(from, etag, clock, cancellationToken);
            var length = (await from.GetPropertiesAsync(new() { IfMatch = etag }, cancellationToken)).Value.ContentLength;
            var blocks = await StageAsync(from, etag, length, to, lease, cancellationToken);
            await to.CommitBlockListAsync(
                blocks,
                new()
                {
                    // A viewer's player may keep it, and nothing between us and the viewer.
                    HttpHeaders = new() { ContentType = contentType, CacheControl = "private" },
                    Tags = options.TagCopies ? new Dictionary<string, string> { ["source"] = source.Name } : null,
                    Conditions = new() { IfNoneMatch = ETag.All },
                },
                cancellationToken);
            LogCopied(logger, source, target, length, blocks.Count);
            return CopyOutcome.Copied;
        }
        catch (RequestFailedException e) when (Answers.Of(e) is not (Answer.Outage or Answer.Misunderstood))
        {
            // Somebody was faster, with the target or with the source. What there is now is the answer; where there is none, our lease or our blocks were lost, and
            // the copy can be tried again.
            return await LookAsync(from, sourceEtag, to, cancellationToken)
                ?? throw new MediaUnavailableException($"The copy was interrupted: {e.ErrorCode}.", e);
        }
    }

    /// <summary>The outcome when nothing is to be copied; null when the source is the one that is meant and the target is not there.</summary>
    private static async Task<CopyOutcome?> LookAsync(BlobClient from, string sourceEtag, BlockBlobClient to, CancellationToken cancellationToken)
    {
        if (await FindAsync(from, cancellationToken) is not { } found)
            return CopyOutcome.NotFound;
        if (ETags.Text(found.ETag) != sourceEtag)
            return CopyOutcome.Changed;
        return await FindAsync(to, cancellationToken) is null ? null : CopyOutcome.AlreadyThere;
    }

    public static async Task<BlobProperties?> FindAsync(BlobBaseClient blob, CancellationToken cancellationToken)
    {
        try
        {
            return await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (Answers.Of(e) == Answer.Missing)
        {
            return null;
        }
    }

    /// <summary>The ids of the staged blocks, in order.</summary>
    private async Task<IReadOnlyList<string>> StageAsync(
        BlobClient from, ETag etag, long length, BlockBlobClient to, SourceLease lease, CancellationToken cancellationToken)
    {
        var size = (long)options.CopyBlockMegabytes << 20;
        // The same for each attempt at this version, and never that of another: copies to one target that run at once don't mix.
        var version = SHA256.HashData(Encoding.UTF8.GetBytes($"{from.BlobContainerName}/{from.Name}\n{etag}"));
        var blocks = Enumerable.Range(0, (int)((length + size - 1) / size)).Select(index => BlockId(version, index)).ToList();
        var url = await urls.ReadAsync(from, clock.GetUtcNow() + TimeSpan.FromSeconds(options.CopySeconds) + DelegationKeys.Skew, cancellationToken);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, blocks.Count),
            new ParallelOptions { MaxDegreeOfParallelism = options.CopyParallelism, CancellationToken = cancellationToken },
            async (index, stop) =>
            {
                await lease.KeepAsync(stop);
                var offset = index * size;
                await to.StageBlockFromUriAsync(
                    url,
                    blocks[index],
                    new()
                    {
                        SourceRange = new(offset, Math.Min(size, length - offset)),
                        SourceConditions = new() { IfMatch = etag },
                    },
                    stop);
            });
        return blocks;
    }

    private static string BlockId(byte[] version, int index)
    {
        Span<byte> id = stackalloc byte[24];
        version.AsSpan(0, 20).CopyTo(id);
        BinaryPrimitives.WriteInt32BigEndian(id[20..], index);
        return Convert.ToBase64String(id);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Copied {Source} to {Target}: {Length} bytes in {Blocks} blocks")]
    private static partial void LogCopied(ILogger logger, BlobName source, BlobName target, long length, int blocks);
}
