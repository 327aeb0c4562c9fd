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
    Records records, IMediaStore media, TimeProvider clock, MediaOptions options, VideoLimits videoLimits, CoverLimits coverLimits, ILogger<ValidateUpload> logger)
    : IHandle<UploadCommitted>
{
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
                ["videos", var creator, var id] => await VideoAsync(new(creator), new(id), blob, cancellationToken),
                ["covers", var series, var id] => await CoverAsync(new(series), id, blob, cancellationToken),
                _ => await DropAsync(blob, cancellationToken),
            };
        }
        catch (BlobChangedException)
        {
            return Handled.Retry("blob-changed", TimeSpan.FromSeconds(1));
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
                    .Emit(new UploadDue("videos", creator.Value, id.Value), now, dueAt: now + options.ValidationTimeout),
                cancellationToken);
            if (!begun.IsOk)
                return Handled.Retry("changed-meanwhile");
            video = new(validating, begun.ETags[0]!);
        }

        var verdict = await VideoCheck.RunAsync(new BlobRangeSource(media, blob), video.Value.AnnouncedBytes, videoLimits, cancellationToken);
        if (verdict.IsAccepted && await CopyAsync(blob, Video.Blob(id), verdict.Facts!.Container == "mov" ? "video/quicktime" : "video/mp4", cancellationToken) is { } notCopied)
            return notCopied;
        var ended = verdict.IsAccepted
            ? video.Value with { Status = UploadStatus.Ready, Facts = verdict.Facts }
            : video.Value with { Status = UploadStatus.Rejected, Facts = verdict.Facts, Problems = verdict.Problems };
        var outcome = await records.SaveAsync(
            new Batch(partition)
                .Replace(Video.DocumentId(id), ended, video.ETag, ended.Sort)
                .Emit(new VideoValidated(id, creator, verdict.IsAccepted), now),
            cancellationToken);
        if (!outcome.IsOk)
            return Handled.Retry("changed-meanwhile");
        Telemetry.Count(verdict.IsAccepted ? "video-accepted" : "video-rejected");
        LogValidated(logger, id, ended.Status);
        return await DropAsync(blob, cancellationToken);
    }

    private async ValueTask<Handled> CoverAsync(SeriesId seriesId, string id, BlobFacts blob, CancellationToken cancellationToken)
    {
        var partition = Series.In(seriesId);
        var cover = await records.FindAsync<Cover>(partition, Cover.DocumentId(id), cancellationToken);
        var series = await records.FindAsync<Series>(partition, Series.DocumentId, cancellationToken);
        if (cover is null || series is null || cover.Value.Status is UploadStatus.Ready or UploadStatus.Rejected)
            return await DropAsync(blob, cancellationToken);
        var verdict = await CoverCheck.RunAsync(new BlobRangeSource(media, blob), cover.Value.AnnouncedBytes, cover.Value.ContentType, coverLimits, cancellationToken);
        if (verdict.IsAccepted && await CopyAsync(blob, Cover.Blob(id), verdict.Facts!.ContentType, cancellationToken) is { } notCopied)
            return notCopied;
        while (true)
        {
            var ended = cover.Value with { Status = verdict.IsAccepted ? UploadStatus.Ready : UploadStatus.Rejected, Facts = verdict.Facts, Problems = verdict.Problems };
            var batch = new Batch(partition).Replace(Cover.DocumentId(id), ended, cover.ETag, ended.Sort);
            // Ids sort by time: a cover that was announced earlier and arrives later doesn't displace the newer one.
            if (verdict.IsAccepted && string.CompareOrdinal(id, series.Value.Draft.CoverId) > 0)
            {
                var now = clock.GetUtcNow();
                var changed = Authoring.WithCover(series.Value, id, now);
                batch.Replace(Series.DocumentId, changed, series.ETag).Emit(new SeriesChanged(seriesId, changed.CreatorId), now);
            }
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return await DropAsync(blob, cancellationToken);
            // Its creator goes on editing meanwhile; what was found in the file stays true.
            cover = await records.FindAsync<Cover>(partition, Cover.DocumentId(id), cancellationToken);
            series = await records.FindAsync<Series>(partition, Series.DocumentId, cancellationToken);
            if (cover is null || series is null || cover.Value.Status is UploadStatus.Ready or UploadStatus.Rejected)
                return await DropAsync(blob, cancellationToken);
        }
    }

    private async ValueTask<Handled?> CopyAsync(BlobFacts blob, BlobName target, string contentType, CancellationToken cancellationToken) =>
        await media.CopyAsync(blob.Name, blob.ETag, target, contentType, cancellationToken) is CopyOutcome.Copied or CopyOutcome.AlreadyThere
            ? null
            : Handled.Retry("blob-changed", TimeSpan.FromSeconds(1));

    private async ValueTask<Handled> DropAsync(BlobFacts blob, CancellationToken cancellationToken)
    {
        await media.DeleteAsync(blob.Name, blob.ETag, cancellationToken);
        return Handled.Done;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Video {VideoId} is {Status}")]
    private static partial void LogValidated(ILogger logger, VideoId videoId, UploadStatus status);
}

/// <summary>The watchdog: an upload that never came, or a validation that never ended, is rejected with its reason.</summary>
public sealed class EndOverdueUpload(Records records, TimeProvider clock, MediaOptions options) : IHandle<UploadDue>
{
    private static readonly MediaProblem NotUploaded = new("upload-expired", "The file was not uploaded while its ticket was good. Start again with a new upload.");
    private static readonly MediaProblem NotValidated = new("validation-timed-out", "We could not finish checking this file. Please upload it again.");

    public ValueTask<Handled> HandleAsync(UploadDue message, CancellationToken cancellationToken) => message.Kind switch
    {
        "videos" => VideoAsync(new(message.OwnerId), new(message.Id), cancellationToken),
        "covers" => CoverAsync(new(message.OwnerId), message.Id, cancellationToken),
        _ => ValueTask.FromResult(Handled.Poison("unknown-kind")),
    };

    private async ValueTask<Handled> VideoAsync(UserId creator, VideoId id, CancellationToken cancellationToken)
    {
        var video = await records.FindAsync<Video>(Video.In(creator), Video.DocumentId(id), cancellationToken);
        if (video is null || Reason(video.Value.Status, video.Value.UploadExpiresAt, video.Value.ValidatingSince) is not { } reason)
            return Handled.Done;
        var ended = video.Value with { Status = UploadStatus.Rejected, Problems = [reason] };
        var outcome = await records.SaveAsync(
            new Batch(Video.In(creator))
                .Replace(Video.DocumentId(id), ended, video.ETag, ended.Sort)
                .Emit(new VideoValidated(id, creator, Accepted: false), clock.GetUtcNow()),
            cancellationToken);
        return outcome.IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }

    private async ValueTask<Handled> CoverAsync(SeriesId series, string id, CancellationToken cancellationToken)
    {
        var cover = await records.FindAsync<Cover>(Series.In(series), Cover.DocumentId(id), cancellationToken);
        if (cover is null || Reason(cover.Value.Status, cover.Value.UploadExpiresAt, null) is not { } reason)
            return Handled.Done;
        var ended = cover.Value with { Status = UploadStatus.Rejected, Problems = [reason] };
        var outcome = await records.SaveAsync(new Batch(Series.In(series)).Replace(Cover.DocumentId(id), ended, cover.ETag, ended.Sort), cancellationToken);
        return outcome.IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }

    private MediaProblem? Reason(UploadStatus status, DateTimeOffset uploadExpiresAt, DateTimeOffset? validatingSince) => status switch
    {
        UploadStatus.AwaitingUpload when clock.GetUtcNow() >= uploadExpiresAt => NotUploaded,
        UploadStatus.Validating when clock.GetUtcNow() >= validatingSince + options.ValidationTimeout => NotValidated,
        _ => null,
    };
}
