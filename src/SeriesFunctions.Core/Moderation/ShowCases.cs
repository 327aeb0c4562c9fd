using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation;

/// <summary>What moderators read: one case with the revision it is about, and pages of cases: open ones by risk and age, decided ones oldest first.</summary>
public sealed class ShowCases(Records records, SeriesRecords series)
{
    public async ValueTask<Result<(Stored<Case> Case, SeriesRevision? Revision)>> OneAsync(CaseId id, CancellationToken cancellationToken)
    {
        if (await records.FindAsync<Case>(Case.In(id), Case.DocumentId(id), cancellationToken) is not { } found)
            return Problem.NotFound("case");
        return (found, await series.FindRevisionAsync(found.Value.SeriesId, found.Value.Revision, cancellationToken));
    }

    /// <summary>The first reports of a case.</summary>
    public async ValueTask<IReadOnlyList<GatheredReport>> ReportsAsync(CaseId id, CancellationToken cancellationToken) =>
        (await records.ListAsync<GatheredReport>(Case.In(id), SortRange.Prefix(GatheredReport.SortPrefix(id)), Direction.Ascending, new(20, null), cancellationToken)).IsOk(out var page, out _)
            ? page.Items
            : [];

    /// <summary>Merges the shards. The cursor is the position of the last case given, so it means the same to every shard.</summary>
    public async ValueTask<Result<RecordPage<Case>>> PageAsync(CaseState state, PageRequest page, CancellationToken cancellationToken)
    {
        if (page.Cursor is { } cursor && (cursor.Length > 100 || !cursor.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '|')))
            return PageRequest.ForeignCursor;
        var range = SortRange.Prefix(Case.SortPrefix(state));
        // The first sort key after the cursor's is the cursor's own and the smallest character there is.
        if (page.Cursor is { } after)
            range = range with { From = range.From + after + "\x01" };
        var merged = new List<Case>();
        for (var shard = 0; shard < Case.Shards; shard++)
        {
            var read = await records.ListAsync<Case>(Case.Shard(shard), range, Direction.Ascending, new(page.Limit + 1, null), cancellationToken);
            if (!read.IsOk(out var part, out var problem))
                return problem;
            merged.AddRange(part.Items);
        }
        merged.Sort((a, b) => string.CompareOrdinal(a.Position, b.Position));
        var items = merged.Take(page.Limit).ToList();
        return new RecordPage<Case>(items, merged.Count > items.Count ? items[^1].Position : null);
    }

    /// <summary>The open case of this risk that has waited longest.</summary>
    public async ValueTask<Case?> OldestAsync(CaseRisk risk, CancellationToken cancellationToken)
    {
        var first = new List<Case>();
        for (var shard = 0; shard < Case.Shards; shard++)
        {
            var range = SortRange.Prefix($"{Case.SortPrefix(CaseState.Open)}{(int)risk}|");
            if ((await records.ListAsync<Case>(Case.Shard(shard), range, Direction.Ascending, new(1, null), cancellationToken)).IsOk(out var page, out _))
                first.AddRange(page.Items);
        }
        return first.MinBy(open => open.OpenedAt);
    }
}
