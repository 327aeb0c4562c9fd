using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Media;

/// <summary>Reads a creator's videos and notes what they are used for.</summary>
public sealed class VideoRecords(Records records, TimeProvider clock, MediaOptions options)
{
    /// <summary>A validation that has not ended in time is ended by whoever looks at it, so that it is seen to be over although the watchdog has not come yet.</summary>
    public async ValueTask<Stored<Video>?> FindAsync(UserId owner, VideoId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await records.FindAsync<Video>(Video.In(owner), Video.DocumentId(id), cancellationToken) is not { Value.WithdrawnAt: null } video)
                return null;
            var now = clock.GetUtcNow();
            var ended = UploadRules.At(video.Value, now, options);
            if (ReferenceEquals(ended, video.Value))
                return video;
            var outcome = await records.SaveAsync(
                new Batch(Video.In(owner)).Replace(Video.DocumentId(id), ended, video.ETag, ended.Sort).Emit(new VideoValidated(id, owner, Accepted: false), now), cancellationToken);
            if (outcome.IsOk)
                return new(ended, outcome.ETags[0]!);
        }
    }

    /// <summary>Newest first, each as it is now.</summary>
    public async ValueTask<Result<RecordPage<Video>>> ListAsync(UserId owner, PageRequest page, CancellationToken cancellationToken)
    {
        var read = await records.ListAsync<Video>(Video.In(owner), SortRange.Prefix("video|"), Direction.Descending, page, cancellationToken);
        if (!read.IsOk(out var found, out var problem))
            return problem;
        var now = clock.GetUtcNow();
        return found with { Items = [.. found.Items.Select(video => UploadRules.At(video, now, options))] };
    }

    public async ValueTask<IReadOnlyDictionary<VideoId, Stored<Video>>> FindAllAsync(UserId owner, IEnumerable<VideoId> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<VideoId, Stored<Video>>();
        foreach (var id in ids)
        {
            if (await FindAsync(owner, id, cancellationToken) is { } video)
                found[id] = video;
        }
        return found;
    }

    /// <summary>
    /// Notes on the video that a series uses it, before the series takes it in: a crash between the two leaves a note too many, which <see cref="Catalog.DeleteVideo"/>
    /// looks into, and never a series whose video can be deleted.
    /// </summary>
    public async ValueTask<Result<Video>> MarkUsedAsync(UserId owner, VideoId id, SeriesId series, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync(owner, id, cancellationToken) is not { } video)
                return Problem.NotFound("video");
            if (video.Value.UsedIn.Contains(series))
                return video.Value;
            var marked = video.Value with { UsedIn = [.. video.Value.UsedIn, series] };
            var outcome = await records.SaveAsync(new Batch(Video.In(owner)).Replace(Video.DocumentId(id), marked, video.ETag, marked.Sort), cancellationToken);
            if (outcome.IsOk)
                return marked;
        }
    }

    /// <summary>
    /// Writes videos as they are, so that somebody who read them before can't delete them on that reading. False when one of them changed or went since it was read.
    /// </summary>
    public async ValueTask<bool> HoldAsync(UserId owner, IReadOnlyList<Stored<Video>> videos, CancellationToken cancellationToken)
    {
        if (videos.Count == 0)
            return true;
        var batch = new Batch(Video.In(owner));
        foreach (var video in videos)
            batch.Replace(Video.DocumentId(video.Value.Id), video.Value, video.ETag, video.Value.Sort);
        return (await records.SaveAsync(batch, cancellationToken)).IsOk;
    }
}
