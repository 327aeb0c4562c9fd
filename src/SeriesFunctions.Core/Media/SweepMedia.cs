using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Privacy;

namespace SeriesFunctions.Core.Media;

/// <summary>How far a sweep through the media container is: document <c>mark|media</c> of partition <c>due</c>. A null cursor: it came to the end.</summary>
public sealed record MediaSweep(DateTimeOffset StartedAt, string? Cursor)
{
    public const string DocumentId = "mark|media";

    public static readonly Partition In = new("due");
}

/// <summary>
/// By the clock, a few pages at a time: finds in the media container what every event was lost for. A blob whose record is gone or was refused goes, an accepted file
/// that nobody hashes is hashed, and what belongs to nothing we know goes after <see cref="MediaOptions.UnknownBlobsKeptFor"/>. Uploads are swept by <see cref="UploadEvents"/>.
/// </summary>
public sealed partial class SweepMedia(Records records, MediaFiles files, IMediaStore media, TimeProvider clock, MediaOptions options, ILogger<SweepMedia> logger)
{
    private const int PageSize = 100;
    private const int PagesARun = 4;

    /// <summary>Younger ones are being worked on just now.</summary>
    private static readonly TimeSpan LeftAlone = TimeSpan.FromMinutes(10);

    public async Task HandleAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var sweep = (await records.FindAsync<MediaSweep>(MediaSweep.In, MediaSweep.DocumentId, cancellationToken))?.Value;
        if (sweep is { Cursor: null } && now < sweep.StartedAt + options.MediaSweepEvery)
            return;
        if (sweep?.Cursor is null)
            sweep = new(now, null);
        for (var page = 0; page < PagesARun; page++)
        {
            var blobs = await media.ListAsync(BlobContainer.Media, "", sweep.Cursor, PageSize, cancellationToken);
            foreach (var blob in blobs.Items)
            {
                if (now - blob.LastModified >= LeftAlone)
                    await LookAsync(blob, now, cancellationToken);
            }
            sweep = sweep with { Cursor = blobs.Cursor };
            await records.SaveAsync(new Batch(MediaSweep.In).Put(MediaSweep.DocumentId, sweep), cancellationToken);
            if (sweep.Cursor is null)
                return;
        }
    }

    private async ValueTask LookAsync(BlobFacts blob, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (blob.Name.Name.StartsWith(DataExport.Folder, StringComparison.Ordinal))
        {
            if (now - blob.LastModified >= options.ExportsKeptFor)
                await media.DeleteAsync(blob.Name, blob.ETag, cancellationToken);
            return;
        }
        if (Parts(blob.Name) is not var (kind, id) || await files.FindAsync(id, cancellationToken) is not { } file || file.Value.Kind != kind)
        {
            await DropUnknownAsync(blob, now, cancellationToken);
            return;
        }
        var (status, creator) = await RecordAsync(file.Value, cancellationToken);
        if (creator is not { } owner || status == UploadStatus.Rejected)
        {
            LogDropped(logger, blob.Name, creator is null ? "its record is gone" : "it was refused");
            await files.ForgetAsync(kind, id, cancellationToken);
            Telemetry.Count("blob-swept");
            return;
        }
        var hashedAt = file.Value.Hashing?.At ?? file.Value.CreatedAt;
        if (status == UploadStatus.Ready && file.Value.Sha256 is null && now - hashedAt >= options.MediaSweepEvery)
            await records.SaveAsync(new Batch(MediaFile.In(id)).Emit(new ContentHashDue(id, owner, file.Value.Offset), now), cancellationToken);
    }

    private async ValueTask<(UploadStatus? Status, UserId? Creator)> RecordAsync(MediaFile file, CancellationToken cancellationToken)
    {
        if (file.Kind == MediaFile.Videos)
        {
            var video = (await records.FindAsync<Video>(Video.In(new(file.OwnerId)), Video.DocumentId(new(file.Id)), cancellationToken))?.Value;
            return (video?.Status, video?.CreatorId);
        }
        var cover = (await records.FindAsync<Cover>(Series.In(new(file.OwnerId)), Cover.DocumentId(file.Id), cancellationToken))?.Value;
        return (cover?.Status, cover?.CreatorId);
    }

    /// <summary>The parts of a name as we make them; null for any other name.</summary>
    private static (string Kind, string Id)? Parts(BlobName name) =>
        name.Name.Split('/') is [MediaFile.Videos or MediaFile.Covers, var id] parts && Ids.IsValid(id) ? (parts[0], id) : null;

    private async ValueTask DropUnknownAsync(BlobFacts blob, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A name that our URLs can't even write was put there by hand, and is left to that hand.
        if (now - blob.LastModified < options.UnknownBlobsKeptFor || !BlobName.IsValid(blob.Name.Name))
            return;
        LogDropped(logger, blob.Name, "nobody knows it");
        await media.DeleteAsync(blob.Name, blob.ETag, cancellationToken);
        Telemetry.Count("blob-swept");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Blob {Blob} was dropped: {Reason}")]
    private static partial void LogDropped(ILogger logger, BlobName blob, string reason);
}
