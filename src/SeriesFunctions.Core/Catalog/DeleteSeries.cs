using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Catalog;

/// <summary>
/// The owner deletes a series that nobody bought. A payment for it that is under way is given back when it arrives. What was on sale once is kept out of sight with its
/// videos: a sale that was settled at this very moment, and that the series has not heard of yet, keeps what was paid for.
/// </summary>
public sealed class DeleteSeries(Records records, SeriesRecords series, TimeProvider clock)
{
    public async ValueTask<Result<Done>> HandleAsync(SeriesId id, UserId owner, string etag, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var before, out var problem))
            return problem;
        if (before.ETag != etag)
            return Problem.Stale;
        if (SeriesLife.Refuses(before.Value, SeriesCommand.Delete) is { } refused)
            return refused;
        Stored<PublicSeries>? shown = null;
        if (before.Value.WasPublished)
        {
            var buyers = await records.ListAsync<Buyer>(Series.In(id), SortRange.Prefix("buyer|"), Direction.Ascending, new(1, null), cancellationToken);
            if (buyers.IsOk(out var page, out _) && page.Items.Count > 0)
                return Problem.Conflict("has-buyers", "Somebody bought this series. Unlist it instead: its buyers keep it.");
            shown = await series.FindPublicAsync(id, cancellationToken);
        }
        var outcome = await records.SaveAsync(SeriesRecords.Delete(before, shown, clock.GetUtcNow()), cancellationToken);
        return outcome.IsOk ? Done.Value : Problem.Stale;
    }
}

/// <summary>
/// Off the queue: what belonged to a deleted series goes too: its lists' entries and its covers. Its revisions, discounts and promo codes stay in its partition, where nobody but its own
/// documents leads to them: what was decided, promised and used is still to be accounted for, and a payment that is on its way is judged and its code's use given back by them.
/// </summary>
public sealed class ClearDeletedSeries(Records records, IMediaStore media, MediaFiles files, IndexSeries index) : IHandle<SeriesDeleted>
{
    public async ValueTask<Handled> HandleAsync(SeriesDeleted message, CancellationToken cancellationToken)
    {
        await index.HandleAsync(new SeriesChanged(message.SeriesId, message.CreatorId), cancellationToken);
        string? cursor = null;
        do
        {
            var read = await records.ListAsync<Cover>(Series.In(message.SeriesId), SortRange.Prefix("cover|"), Direction.Ascending, new(100, cursor), cancellationToken);
            if (!read.IsOk(out var covers, out var problem))
                return Handled.Poison(problem.Code);
            foreach (var cover in covers.Items)
            {
                await media.DeleteAsync(cover.Upload, null, cancellationToken);
                await files.ForgetAsync(MediaFile.Covers, cover.Id, cancellationToken);
                await records.SaveAsync(new Batch(Series.In(message.SeriesId)).Delete(Cover.DocumentId(cover.Id)), cancellationToken);
            }
            cursor = covers.Cursor;
        }
        while (cursor is not null);
        return Handled.Done;
    }
}
