using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;

namespace SeriesFunctions.Core.Privacy;

/// <summary>
/// A creator's series, one after the other. What nobody bought is deleted, at once out of sight and in the second pass for good: until then a sale that was settled at this very moment keeps what was paid for.
/// What somebody bought stays hers, off sale and without the creator's handle, working copy and notes. Source: product rules, "delete", "purchase scope".
/// </summary>
internal sealed class ErasureOfSeries(Records records, ErasureWalk walk, SeriesRecords series, CaseRecords cases, MediaFiles files, IMediaStore media)
{
    private const int MostAttempts = 5;

    public ValueTask<ErasurePlace?> HandleAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) => walk.EachAsync(
        turn, CreatorStanding.In(turn.User), "", at,
        async (document, _) =>
        {
            if (Spots.OwnSeriesOf(document) is { } id)
                await HandleAsync(turn, id, cancellationToken);
            return null;
        },
        cancellationToken);

    private async ValueTask HandleAsync(ErasureTurn turn, SeriesId id, CancellationToken cancellationToken)
    {
        await BlankCasesAsync(turn, id, cancellationToken);
        var sold = turn.Sold.Contains(id) || await HasBuyersAsync(id, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var head = await series.FindAsync(id, cancellationToken);
            var shown = await series.FindShownAsync(id, cancellationToken);
            var batch = new Batch(Series.In(id));
            if (sold && shown is not null)
                Keep(batch, head, shown, turn.Now);
            else if (head is not null)
                batch = SeriesRecords.Delete(head, shown is null ? null : shown with { Value = shown.Value with { CreatorHandle = null } }, turn.Now);
            if (batch.Writes.Count == 0 || (await records.SaveAsync(batch, cancellationToken)).IsOk)
            {
                if (sold && shown is not null)
                {
                    turn.Count(typeof(PublicSeries), Fate.Blanked);
                    await TidyAsync(turn, id, shown.Value.Content.CoverId, cancellationToken);
                }
                else if (head is not null)
                    turn.Count(typeof(Series), Fate.Deleted);
                else if (turn.IsSecondPass)
                    await ForgetAsync(turn, id, shown?.Value, cancellationToken);
                return;
            }
            if (attempt == MostAttempts)
            {
                turn.Waits = true;
                return;
            }
        }
    }

    private async ValueTask<bool> HasBuyersAsync(SeriesId id, CancellationToken cancellationToken) =>
        (await records.ListAsync<Buyer>(Series.In(id), SortRange.Prefix("buyer|"), Direction.Ascending, new(1, null), cancellationToken)).IsOk(out var buyers, out _) && buyers.Items.Count > 0;

    private static void Keep(Batch batch, Stored<Series>? head, Stored<PublicSeries> shown, DateTimeOffset now)
    {
        var after = head is null ? null : Blanks.Of(head.Value, shown.Value, now);
        if (after is not null && !ReferenceEquals(after, head!.Value))
            batch.Replace(Series.DocumentId, after, head.ETag);
        var mirror = (after is null ? shown.Value : Publishing.Mirror(shown.Value, after)) with { CreatorHandle = null };
        if (batch.Writes.Count == 0 && shown.Value.CreatorHandle is null)
            return;
        batch.Replace(PublicSeries.DocumentId, mirror, shown.ETag).Emit(new SeriesChanged(mirror.Id, mirror.CreatorId), now);
    }

    /// <summary>What only its creator needed of one that stays.</summary>
    private async ValueTask TidyAsync(ErasureTurn turn, SeriesId id, string? coverId, CancellationToken cancellationToken)
    {
        var partition = Series.In(id);
        var inUse = coverId is null ? null : Cover.DocumentId(coverId);
        foreach (var prefix in (string[])["code|", "cover|", "discount|", "revision|"])
        {
            await foreach (var document in records.ScanAsync(partition, prefix, null, cancellationToken))
            {
                turn.Spend();
                if (document.Id == inUse)
                {
                    if (await walk.BlankAsync<Cover>(turn, partition, document.Id, Blanks.Of, after => after.Sort, cancellationToken) != Blanking.Missing)
                        turn.Count(typeof(Cover), Fate.Blanked);
                }
                else
                    await DropAsync(turn, partition, document, cancellationToken);
            }
        }
    }

    /// <summary>The second pass: nobody bought it in the meantime. All of it goes, then its lines in the lists; the one that leads here goes with the rest of her partition.</summary>
    private async ValueTask ForgetAsync(ErasureTurn turn, SeriesId id, PublicSeries? shown, CancellationToken cancellationToken)
    {
        await foreach (var document in records.ScanAsync(Series.In(id), cancellationToken))
        {
            turn.Spend();
            await DropAsync(turn, Series.In(id), document, cancellationToken);
        }
        var known = (await records.FindAsync<CatalogEntry>(CreatorStanding.In(turn.User), $"public|{id}", cancellationToken))?.Value.Category;
        foreach (var list in new[] { CatalogLists.All, known, shown?.Content.Category }.OfType<string>().Where(list => list.Length > 0).Distinct())
        {
            foreach (var line in (string[])[$"new|{id}", $"price|{id}"])
                await walk.DropAsync<CatalogEntry>(turn, CatalogLists.Public(list), line, cancellationToken);
        }
    }

    private async ValueTask DropAsync(ErasureTurn turn, Partition partition, Document document, CancellationToken cancellationToken)
    {
        var type = PersonalData.Of(partition, document.Id)?.Type ?? typeof(Document);
        if (type == typeof(Cover))
        {
            var cover = Records.Read<Cover>(document);
            await media.DeleteAsync(cover.Upload, null, cancellationToken);
            await files.ForgetAsync(MediaFile.Covers, cover.Id, cancellationToken);
        }
        if ((await records.SaveAsync(new Batch(partition).Delete(document.Id), cancellationToken)).IsOk)
            turn.Count(type, Fate.Deleted);
    }

    /// <summary>Of every revision, of the reports, and of the appeals against either. Found by their names, so before the revisions go.</summary>
    private async ValueTask BlankCasesAsync(ErasureTurn turn, SeriesId id, CancellationToken cancellationToken)
    {
        var about = new List<CaseId>();
        await foreach (var document in records.ScanAsync(Series.In(id), "revision|", null, cancellationToken))
            about.Add(Case.IdOf(id, Records.Read<SeriesRevision>(document).Number));
        for (var round = (await cases.OfSeriesAsync(id, cancellationToken))?.Value.ReportRounds ?? 0; round > 0; round--)
            about.Add(Case.IdOfReports(id, round));
        foreach (var one in about.SelectMany(decided => (CaseId[])[decided, Case.IdOfAppeal(decided)]))
        {
            turn.Spend();
            turn.CountUnnamed(typeof(Case), await walk.BlankAsync<Case>(turn, Case.In(one), Case.DocumentId(one), Blanks.OfSeries, after => after.Sort, cancellationToken));
        }
    }
}
