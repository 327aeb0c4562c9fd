using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Media;

/// <summary>
/// The watchdog: an upload that never came, or a validation that never ended, is rejected with its reason. A file that came although nobody told us is told of now.
/// </summary>
public sealed class EndOverdueUpload(Records records, IMediaStore media, TimeProvider clock, MediaOptions options) : IHandle<UploadDue>
{
    /// <summary>For so long after the end of its ticket, a file that is there is still taken to validation.</summary>
    private static readonly TimeSpan ToldFor = TimeSpan.FromHours(1);

    public ValueTask<Handled> HandleAsync(UploadDue message, CancellationToken cancellationToken) => message.Kind switch
    {
        MediaFile.Videos => VideoAsync(message, new(message.OwnerId), new(message.Id), cancellationToken),
        MediaFile.Covers => CoverAsync(message, new(message.OwnerId), message.Id, cancellationToken),
        _ => ValueTask.FromResult(Handled.Poison("unknown-kind")),
    };

    private async ValueTask<Handled> VideoAsync(UploadDue message, UserId creator, VideoId id, CancellationToken cancellationToken)
    {
        if (await records.FindAsync<Video>(Video.In(creator), Video.DocumentId(id), cancellationToken) is not { } video)
            return Handled.Done;
        var now = clock.GetUtcNow();
        var batch = new Batch(Video.In(creator));
        var (status, expiresAt, since) = (video.Value.Status, video.Value.UploadExpiresAt, video.Value.ValidatingSince);
        if (await LookAsync(message, video.Value.Upload, status, expiresAt, since, batch, now, cancellationToken) is { } handled)
            return handled;
        if (batch.Writes.Count == 0)
        {
            var ended = video.Value with { Status = UploadStatus.Rejected, Problems = [Reason(status)] };
            batch.Replace(Video.DocumentId(id), ended, video.ETag, ended.Sort).Emit(new VideoValidated(id, creator, Accepted: false), now);
        }
        return (await records.SaveAsync(batch, cancellationToken)).IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }

    private async ValueTask<Handled> CoverAsync(UploadDue message, SeriesId series, string id, CancellationToken cancellationToken)
    {
        if (await records.FindAsync<Cover>(Series.In(series), Cover.DocumentId(id), cancellationToken) is not { } cover)
            return Handled.Done;
        var now = clock.GetUtcNow();
        var batch = new Batch(Series.In(series));
        var (status, expiresAt, since) = (cover.Value.Status, cover.Value.UploadExpiresAt, cover.Value.ValidatingSince);
        if (await LookAsync(message, cover.Value.Upload, status, expiresAt, since, batch, now, cancellationToken) is { } handled)
            return handled;
        if (batch.Writes.Count == 0)
        {
            var ended = cover.Value with { Status = UploadStatus.Rejected, Problems = [Reason(status)] };
            batch.Replace(Cover.DocumentId(id), ended, cover.ETag, ended.Sort);
        }
        return (await records.SaveAsync(batch, cancellationToken)).IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }

    /// <summary>Answers when nothing is to be written; leaves the batch empty when the upload is to be ended, and fills it when it is to go on.</summary>
    private async ValueTask<Handled?> LookAsync(
        UploadDue message, BlobName upload, UploadStatus status, DateTimeOffset expiresAt, DateTimeOffset? since, Batch batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (UploadRules.DueAt(status, expiresAt, since, options) is not { } dueAt)
            return Handled.Done;
        // The queue's clock is not ours: a message that comes a moment too early must come again, or nobody would end this upload.
        if (now < dueAt)
            return Handled.Retry("not-due-yet", dueAt - now);
        if (status == UploadStatus.AwaitingUpload && now < expiresAt + ToldFor && await media.FindAsync(upload, cancellationToken) is { } blob)
            batch.Emit(new UploadCommitted(upload.Name, blob.ETag), now).Emit(message, now, dueAt: now + options.ValidationTimeout);
        return null;
    }

    private static MediaProblem Reason(UploadStatus status) => status == UploadStatus.Validating ? UploadRules.NotValidated : UploadRules.NotUploaded;
}
