using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Catalog;

/// <summary>Reads and writes series, with the one rule that every write follows: head, mirror and event go in one batch.</summary>
public sealed class SeriesRecords(Records records)
{
    public ValueTask<Stored<Series>?> FindAsync(SeriesId id, CancellationToken cancellationToken) =>
        records.FindAsync<Series>(Series.In(id), Series.DocumentId, cancellationToken);

    /// <summary>What was approved of a series. A video for subscribers is no series to anybody who asks here.</summary>
    public async ValueTask<Stored<PublicSeries>?> FindPublicAsync(SeriesId id, CancellationToken cancellationToken) =>
        await FindShownAsync(id, cancellationToken) is { Value.Tiers: null } shown ? shown : null;

    /// <summary>What was approved, of a series and of a video for subscribers.</summary>
    public ValueTask<Stored<PublicSeries>?> FindShownAsync(SeriesId id, CancellationToken cancellationToken) =>
        records.FindAsync<PublicSeries>(Series.In(id), PublicSeries.DocumentId, cancellationToken);

    public async ValueTask<SeriesRevision?> FindRevisionAsync(SeriesId id, int number, CancellationToken cancellationToken) =>
        (await records.FindAsync<SeriesRevision>(Series.In(id), SeriesRevision.DocumentId(number), cancellationToken))?.Value;

    /// <summary>The series, when it is the caller's. One that she may see but not change is a 403, any other a 404.</summary>
    public async ValueTask<Result<Stored<Series>>> FindOwnAsync(SeriesId id, UserId caller, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { Value.Tiers: null } series)
            return Problem.NotFound("series");
        if (series.Value.CreatorId == caller)
            return series;
        return series.Value.State == SeriesState.Published
            ? Problem.Forbidden("not-the-owner", "Only the creator of this series can do this.")
            : Problem.NotFound("series");
    }

    /// <summary>As <see cref="FindOwnAsync"/>, and videos for subscribers too: to those who did not make one it is not there.</summary>
    public async ValueTask<Result<Stored<Series>>> FindOwnOfAnyKindAsync(SeriesId id, UserId caller, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { Value.Tiers: not null } exclusive && exclusive.Value.CreatorId == caller ? exclusive : await FindOwnAsync(id, caller, cancellationToken);

    /// <summary>A batch that stores the changed series, keeps what shoppers see in line, and says that it changed.</summary>
    public static Batch Change(Stored<Series> before, Series after, Stored<PublicSeries>? shown, DateTimeOffset now)
    {
        var batch = new Batch(Series.In(after.Id)).Replace(Series.DocumentId, SeriesEdit.Note(before.Value, after), before.ETag);
        if (shown is not null)
            batch.Replace(PublicSeries.DocumentId, Publishing.Mirror(shown.Value, after), shown.ETag);
        return batch.Emit(new SeriesChanged(after.Id, after.CreatorId), now);
    }

    /// <summary>A batch that deletes the series, says so in what was shown of it, and has the rest follow.</summary>
    public static Batch Delete(Stored<Series> series, Stored<PublicSeries>? shown, DateTimeOffset now)
    {
        var batch = new Batch(Series.In(series.Value.Id)).Delete(Series.DocumentId, series.ETag);
        if (shown is not null)
            batch.Replace(PublicSeries.DocumentId, shown.Value with { State = SeriesState.Removed, DeletedAt = now, Version = series.Value.Version + 1 }, shown.ETag);
        return batch.Emit(new SeriesDeleted(series.Value.Id, series.Value.CreatorId, series.Value.Draft.Category, series.Value.Version), now);
    }
}
