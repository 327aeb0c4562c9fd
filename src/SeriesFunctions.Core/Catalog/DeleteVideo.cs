using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Core.Catalog;

/// <summary>
/// The owner deletes a video that no series of hers uses any more. What was on sale once stays for those who bought it: then it leaves her lists and its file is kept.
/// </summary>
public sealed class DeleteVideo(Records records, VideoRecords videos, SeriesRecords series, TimeProvider clock)
{
    private enum Use
    {
        None,

        /// <summary>In the working copy, in review or on sale.</summary>
        Current,

        /// <summary>It was on sale: its buyers keep it.</summary>
        Sold,
    }

    public async ValueTask<Result<Done>> HandleAsync(UserId owner, VideoId id, string etag, CancellationToken cancellationToken)
    {
        if (await videos.FindAsync(owner, id, cancellationToken) is not { } video)
            return Problem.NotFound("video");
        if (video.ETag != etag)
            return Problem.Stale;
        var sold = false;
        foreach (var used in video.Value.UsedIn)
        {
            var use = await UseAsync(used, id, cancellationToken);
            if (use == Use.Current)
                return Problem.Conflict("video-in-use", $"The series {used} uses this video. Remove it there first.");
            sold |= use == Use.Sold;
        }
        // The record, so that nobody can take the video in; its files follow by the event.
        var now = clock.GetUtcNow();
        var partition = Video.In(owner);
        if (sold)
        {
            var withdrawn = video.Value with { WithdrawnAt = now };
            return (await records.SaveAsync(new Batch(partition).Replace(Video.DocumentId(id), withdrawn, video.ETag, withdrawn.Sort), cancellationToken)).IsOk ? Done.Value : Problem.Stale;
        }
        while (true)
        {
            var account = await records.FindAsync<UploadAccount>(partition, UploadAccount.DocumentId, cancellationToken);
            var batch = new Batch(partition)
                .Delete(Video.DocumentId(id), video.ETag)
                .Put(GoneVideo.DocumentId(id), new GoneVideo(id, now), timeToLive: GoneVideo.KeptFor)
                .Emit(new VideoDeleted(id, owner), now);
            if (account?.Value.Without(video.Value) is { } left)
                batch.Replace(UploadAccount.DocumentId, left, account.ETag);
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return Done.Value;
            // Where it was not the video that changed, it was what is counted beside it.
            if ((await records.FindAsync<Video>(partition, Video.DocumentId(id), cancellationToken))?.ETag != video.ETag)
                return Problem.Stale;
        }
    }

    private async ValueTask<Use> UseAsync(SeriesId id, VideoId video, CancellationToken cancellationToken)
    {
        if ((await series.FindAsync(id, cancellationToken))?.Value.Draft.Videos.Any(v => v.Id == video) == true)
            return Use.Current;
        if ((await series.FindPublicAsync(id, cancellationToken))?.Value is not { } shown || shown.Find(video) is null)
            return Use.None;
        return shown.DeletedAt is null && shown.Content.Videos.Any(v => v.Id == video) ? Use.Current : Use.Sold;
    }
}
