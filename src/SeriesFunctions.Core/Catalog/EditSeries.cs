using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Catalog;

/// <summary>
/// The owner changes the working copy of her series. Every change goes the same way: load, compare the etag that the client read, let the rule decide, save.
/// </summary>
public sealed class EditSeries(Records records, SeriesRecords series, VideoRecords videos, TimeProvider clock, PricingOptions pricing, CatalogOptions catalog)
{
    internal static readonly Problem NoSuchVideo = Problem.Invalid([new("videoId", "no-such-video", "There is no such video of yours.")]);

    public ValueTask<Result<Stored<Series>>> PatchAsync(SeriesId id, UserId owner, string etag, SeriesPatch patch, CancellationToken cancellationToken) =>
        ChangeAsync(id, owner, etag, (before, now) => Authoring.Patch(before, patch, now, pricing, catalog), cancellationToken);

    /// <summary>No etag: an added video harms nobody's edit, so what somebody else changed meanwhile is kept and this is put beside it.</summary>
    public async ValueTask<Result<Stored<Series>>> AttachAsync(SeriesId id, UserId owner, VideoId videoId, string? title, int? position, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var before, out var problem))
                return problem;
            if (await videos.FindAsync(owner, videoId, cancellationToken) is not { } video)
                return NoSuchVideo;
            var now = clock.GetUtcNow();
            if (!Authoring.Attach(before.Value, video.Value, title, position, now).IsOk(out var after, out problem))
                return problem;
            if (ReferenceEquals(after, before.Value))
                return before;
            if (!(await videos.MarkUsedAsync(owner, videoId, id, cancellationToken)).IsOk(out _, out problem))
                return problem;
            var outcome = await records.SaveAsync(SeriesRecords.Change(before, after, shown: null, now), cancellationToken);
            if (outcome.IsOk)
                return new Stored<Series>(after, outcome.ETags[0]!);
        }
    }

    public ValueTask<Result<Stored<Series>>> RetitleAsync(SeriesId id, UserId owner, string etag, VideoId video, string title, CancellationToken cancellationToken) =>
        ChangeAsync(id, owner, etag, (before, now) => Authoring.Retitle(before, video, title, now), cancellationToken);

    public ValueTask<Result<Stored<Series>>> DetachAsync(SeriesId id, UserId owner, string etag, VideoId video, CancellationToken cancellationToken) =>
        ChangeAsync(id, owner, etag, (before, now) => Authoring.Detach(before, video, now), cancellationToken);

    public ValueTask<Result<Stored<Series>>> ReorderAsync(SeriesId id, UserId owner, string etag, IReadOnlyList<VideoId> order, CancellationToken cancellationToken) =>
        ChangeAsync(id, owner, etag, (before, now) => Authoring.Reorder(before, order, now), cancellationToken);

    private async ValueTask<Result<Stored<Series>>> ChangeAsync(
        SeriesId id, UserId owner, string etag, Func<Series, DateTimeOffset, Result<Series>> change, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var before, out var problem))
            return problem;
        if (before.ETag != etag)
            return Problem.Stale;
        var now = clock.GetUtcNow();
        if (!change(before.Value, now).IsOk(out var after, out problem))
            return problem;
        if (ReferenceEquals(after, before.Value))
            return before;
        // Nothing that shoppers see changes here: edits wait for review, and a price can't change once there is something to see.
        var outcome = await records.SaveAsync(SeriesRecords.Change(before, after, shown: null, now), cancellationToken);
        return outcome.IsOk ? new Stored<Series>(after, outcome.ETags[0]!) : Problem.Stale;
    }
}
