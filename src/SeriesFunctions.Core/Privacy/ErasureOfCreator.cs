using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Core.Privacy;

/// <summary>The rest of a creator's partition, once her series are done: videos that no buyer needs go with their files, links, profile and tiers go, strikes that count stay until they don't.</summary>
internal sealed class ErasureOfCreator(Records records, ErasureWalk walk, SeriesRecords series, CreatorsOptions options)
{
    public ValueTask<ErasurePlace?> HandleAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) => walk.EachAsync(
        turn, CreatorStanding.In(turn.User), "", at, (document, row) => DecideAsync(turn, document, row, cancellationToken), cancellationToken);

    private async ValueTask<Fate?> DecideAsync(ErasureTurn turn, Document document, PersonalDocument? row, CancellationToken cancellationToken)
    {
        var partition = CreatorStanding.In(turn.User);
        if (row is null)
            return Fate.Kept;
        if (row.Type == typeof(Video))
            return await VideoAsync(turn, Records.Read<Video>(document), document.ETag, cancellationToken);
        if (row.Type == typeof(CreatorStanding))
            return await StandingAsync(turn, document, cancellationToken);
        if (row.Type == typeof(CatalogEntry))
            return await LineAsync(turn, Records.Read<CatalogEntry>(document), cancellationToken);
        if (Spots.OwnSeriesOf(document) is not null)
            // It leads to what is done in the second pass.
            return turn.IsSecondPass ? Fate.Deleted : null;
        if (row.Type == typeof(Payee))
            return await walk.BlankAsync<Payee>(turn, partition, document.Id, Blanks.Of, _ => null, cancellationToken) == Blanking.Missing ? null : Fate.Blanked;
        if (row.Type == typeof(Link))
            // The one that people follow; this one leads there.
            await walk.DropAsync<Link>(turn, Link.In(Records.Read<Link>(document).Code), Link.DocumentId, cancellationToken);
        return row.OnErasure.Fate;
    }

    /// <summary>A line of one that stays, stays; of one that is gone it goes in the second pass, when no straggler can write an older one any more.</summary>
    private async ValueTask<Fate?> LineAsync(ErasureTurn turn, CatalogEntry line, CancellationToken cancellationToken) =>
        await series.FindShownAsync(line.SeriesId, cancellationToken) is not null ? Fate.Blanked : turn.IsSecondPass ? Fate.Deleted : null;

    private async ValueTask<Fate?> VideoAsync(ErasureTurn turn, Video video, string etag, CancellationToken cancellationToken)
    {
        var partition = Video.In(turn.User);
        var id = Video.DocumentId(video.Id);
        foreach (var used in video.UsedIn)
        {
            if ((await series.FindShownAsync(used, cancellationToken))?.Value.Find(video.Id) is not null)
                return await walk.BlankAsync<Video>(turn, partition, id, kept => Blanks.Of(kept, turn.Now), kept => kept.Sort, cancellationToken) == Blanking.Missing ? null : Fate.Blanked;
        }
        // Its files follow by the event.
        if ((await records.SaveAsync(new Batch(partition).Delete(id, etag).Emit(new VideoDeleted(video.Id, turn.User), turn.Now), cancellationToken)).IsOk)
            turn.Count(typeof(Video), Fate.Deleted);
        else
            turn.Waits = await records.FindAsync<Video>(partition, id, cancellationToken) is not null;
        return null;
    }

    private async ValueTask<Fate?> StandingAsync(ErasureTurn turn, Document document, CancellationToken cancellationToken)
    {
        if (Blanks.Of(Records.Read<CreatorStanding>(document), turn.Now, options) is not var (left, keepFor))
            return Fate.Deleted;
        turn.Waits = !(await records.SaveAsync(new Batch(CreatorStanding.In(turn.User)).Replace(document.Id, left, document.ETag, timeToLive: keepFor), cancellationToken)).IsOk;
        return Fate.Blanked;
    }
}
