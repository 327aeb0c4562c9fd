using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Media;

/// <summary>
/// The blob trigger's work: decides by reading the file whether an upload is accepted, and moves it from uploads to media.
/// Copy, then record, then delete: a crash between any two is mended by doing it again.
/// </summary>
public sealed partial class ValidateUpload(
    Records records, IMediaStore media, MediaFiles files, TimeProvider clock, MediaOptions options, VideoLimits videoLimits, CoverLimits coverLimits, ILogger<ValidateUpload> logger)
    : IHandle<UploadCommitted>
{
    private static readonly Handled BlobChanged = Handled.Retry("blob-changed", TimeSpan.FromSeconds(1));
    private static readonly Handled ChangedMeanwhile = Handled.Retry("changed-meanwhile");

    public async ValueTask<Handled> HandleAsync(UploadCommitted message, CancellationToken cancellationToken)
    {
        if (!BlobName.IsValid(message.BlobName))
            return Handled.Poison("bad-blob-name");
        // What is there now decides, not what the event says: events come late, twice and out of order.
        var blob = await media.FindAsync(BlobName.Upload(message.BlobName), cancellationToken);
        if (blob is null)
            return Handled.Done;
        try
        {
            return message.BlobName.Split('/') switch
            {
                [MediaFile.Videos, var creator, var id] => await VideoAsync(new(creator), new(id), blob, cancellationToken),
                [MediaFile.Covers, var series, var id] => await CoverAsync(new(series), id, blob, cancellationToken),
                _ => await DropAsync(blob, cancellationToken),
            };
        }
        catch (BlobChangedException)
        {
            return BlobChanged;
        }
    }

    private async ValueTask<Handled> VideoAsync(UserId creator, VideoId id, BlobFacts blob, CancellationToken cancellationToken)
    {
        var partition = Video.In(creator);
        var video = await records.FindAsync<Video>(partition, Video.DocumentId(id), cancellationToken);
        if (video is null || video.Value.Status is UploadStatus.Ready or UploadStatus.Rejected)
            return await DropAsync(blob, cancellationToken);
        var now = clock.GetUtcNow();
        if (video.Value.Status == UploadStatus.AwaitingUpload)
        {
            var validating = video.Value with { Status = UploadStatus.Validating, ValidatingSince = now };
            var begun = await records.SaveAsync(
                new Batch(partition)
                    .Replace(Video.DocumentId(id), validating, video.ETag, validating.Sort)
                    .Emit(new UploadDue(MediaFile.Videos, creator.Value, id.Value), now, dueAt: now + options.ValidationTimeout),
                cancellationToken);
            if (!begun.IsOk)
                return ChangedMeanwhile;
            video = new(validating, begun.ETags[0]!);
        }

        var verdict = await VideoCheck.RunAsync(new BlobRangeSource(media, blob), video.Value.AnnouncedBytes, videoLimits, cancellationToken);
        if (verdict.IsAccepted)
        {
            var contentType = verdict.Facts!.Container == "mov" ? "video/quicktime" : "video/mp4";
            var (kept, again) = await MoveAsync(blob, new(MediaFile.Videos, creator.Value, id.Value, now), contentType, cancellationToken);
            if (again is { } notMoved)
                return notMoved;
            // What lies in media is what is sold: where an earlier attempt, or an earlier version of the upload, got there first, its facts count.
            if (kept is not null)
                verdict = await VideoCheck.RunAsync(new BlobRangeSource(media, kept), video.Value.AnnouncedBytes, videoLimits, cancellationToken);
        }
        else if (await IsReplacedAsync(blob, cancellationToken))
            return BlobChanged;

        var end = clock.GetUtcNow();
        var ended = UploadRules.At(video.Value, end, options);
        if (ended.Status == UploadStatus.Validating)
        {
            ended = verdict.IsAccepted
                ? ended with { Status = UploadStatus.Ready, Facts = verdict.Facts }
                : ended with { Status = UploadStatus.Rejected, Facts = verdict.Facts, Problems = verdict.Problems };
        }
        var isReady = ended.Status == UploadStatus.Ready;
        var batch = new Batch(partition).Replace(Video.DocumentId(id), ended, video.ETag, ended.Sort).Emit(new VideoValidated(id, creator, isReady), end);
        if (isReady)
            batch.Emit(new ContentHashDue(id.Value, creator, 0), end);
        if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
            return ChangedMeanwhile;
        Telemetry.Count(isReady ? "video-accepted" : "video-rejected");
        LogValidated(logger, id, ended.Status);
        return await DropAsync(blob, cancellationToken);
    }

    private async ValueTask<Handled> CoverAsync(SeriesId seriesId, string id, BlobFacts blob, CancellationToken cancellationToken)
    {
        var partition = Series.In(seriesId);
        var cover = await records.FindAsync<Cover>(partition, Cover.DocumentId(id), cancellationToken);
        if (cover is null || cover.Value.Status is UploadStatus.Ready or UploadStatus.Rejected)
            return await DropAsync(blob, cancellationToken);
        var now = clock.GetUtcNow();
        if (cover.Value.Status == UploadStatus.AwaitingUpload)
        {
            var validating = cover.Value with { Status = UploadStatus.Validating, ValidatingSince = now };
            var begun = await records.SaveAsync(
                new Batch(partition)
                    .Replace(Cover.DocumentId(id), validating, cover.ETag, validating.Sort)
                    .Emit(new UploadDue(MediaFile.Covers, seriesId.Value, id), now, dueAt: now + options.ValidationTimeout),
                cancellationToken);
            if (!begun.IsOk)
                return ChangedMeanwhile;
            cover = new(validating, begun.ETags[0]!);
        }

        var verdict = await CoverCheck.RunAsync(new BlobRangeSource(media, blob), cover.Value.AnnouncedBytes, cover.Value.ContentType, coverLimits, cancellationToken);
        if (verdict.IsAccepted)
        {
            var (kept, again) = await MoveAsync(blob, new(MediaFile.Covers, seriesId.Value, id, now), verdict.Facts!.ContentType, cancellationToken);
            if (again is { } notMoved)
                return notMoved;
            if (kept is not null)
                verdict = await CoverCheck.RunAsync(new BlobRangeSource(media, kept), cover.Value.AnnouncedBytes, cover.Value.ContentType, coverLimits, cancellationToken);
        }
        else if (await IsReplacedAsync(blob, cancellationToken))
            return BlobChanged;

        while (true)
        {
            var series = await records.FindAsync<Series>(partition, Series.DocumentId, cancellationToken);
            if (cover is null || series is null || cover.Value.Status is UploadStatus.Ready or UploadStatus.Rejected)
                return await DropAsync(blob, cancellationToken);
            var end = clock.GetUtcNow();
            var ended = UploadRules.At(cover.Value, end, options);
            if (ended.Status == UploadStatus.Validating)
                ended = ended with { Status = verdict.IsAccepted ? UploadStatus.Ready : UploadStatus.Rejected, Facts = verdict.Facts, Problems = verdict.Problems };
            var batch = new Batch(partition).Replace(Cover.DocumentId(id), ended, cover.ETag, ended.Sort);
            if (ended.Status == UploadStatus.Ready)
            {
                batch.Emit(new ContentHashDue(id, ended.CreatorId, 0), end);
                // Ids sort by time: a cover that was announced earlier and arrives later doesn't displace the newer one.
                if (string.CompareOrdinal(id, series.Value.Draft.CoverId) > 0 && Authoring.WithCover(series.Value, id, end).IsOk(out var changed, out _))
                    batch.Replace(Series.DocumentId, SeriesEdit.Note(series.Value, changed), series.ETag).Emit(new SeriesChanged(seriesId, changed.CreatorId), end);
            }
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return await DropAsync(blob, cancellationToken);
            // Its creator goes on editing meanwhile; what was found in the file stays true.
            cover = await records.FindAsync<Cover>(partition, Cover.DocumentId(id), cancellationToken);
        }
    }

    /// <summary>Copies what was accepted to media, where it is noted first whose it is. <c>Kept</c> is what was there already and stays.</summary>
    private async ValueTask<(BlobFacts? Kept, Handled? Again)> MoveAsync(BlobFacts blob, MediaFile file, string contentType, CancellationToken cancellationToken)
    {
        await files.NoteAsync(file, cancellationToken);
        return await media.CopyAsync(blob.Name, blob.ETag, file.Blob, contentType, cancellationToken) switch
        {
            CopyOutcome.Copied => (null, null),
            CopyOutcome.AlreadyThere when await media.FindAsync(file.Blob, cancellationToken) is { } kept => (kept, null),
            _ => (null, BlobChanged),
        };
    }

    /// <summary>A refusal is final, so it has to be about what is there now.</summary>
    private async ValueTask<bool> IsReplacedAsync(BlobFacts blob, CancellationToken cancellationToken) =>
        await media.FindAsync(blob.Name, cancellationToken) is { } now && now.ETag != blob.ETag;

    private async ValueTask<Handled> DropAsync(BlobFacts blob, CancellationToken cancellationToken)
    {
        await media.DeleteAsync(blob.Name, blob.ETag, cancellationToken);
        return Handled.Done;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Video {VideoId} is {Status}")]
    private static partial void LogValidated(ILogger logger, VideoId videoId, UploadStatus status);
}
