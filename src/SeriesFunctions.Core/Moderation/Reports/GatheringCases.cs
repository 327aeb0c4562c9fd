using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>
/// The one open case about what is on sale of a series, opened with the first thing that speaks against it. A case has one series and a series one such case, since both change in one batch
/// with the index.
/// </summary>
public sealed class GatheringCases(Records records, CaseRecords cases, SeriesRecords series, TimeProvider clock)
{
    /// <summary>A series that is gone or removed has nothing left to decide on.</summary>
    /// <param name="id">Of which series; a video for subscribers is one too.</param>
    /// <param name="gather">The case with what is new; the same one where nothing is.</param>
    /// <param name="add">What else is stored with it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Handled> GatherAsync(SeriesId id, Func<Case, PublicSeries, ValueTask<Case>> gather, Action<Batch, Case> add, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await series.FindShownAsync(id, cancellationToken) is not { Value: { State: not SeriesState.Removed } shown })
                return Handled.Done;
            var index = await cases.OfSeriesAsync(id, cancellationToken);
            Stored<Case>? open = null;
            if (index?.Value.GatheringReports is { } gathering)
            {
                if (await cases.FindAsync(gathering, cancellationToken) is not { } found)
                    return Handled.Retry("case-not-there");
                if (found.Value.State == CaseState.Decided)
                    continue;
                open = found;
            }
            var before = open?.Value ?? new Case(
                Case.IdOfReports(shown.Id, (index?.Value.ReportRounds ?? 0) + 1), shown.Id, shown.CreatorId, shown.Revision, shown.Content.Title, CaseState.Open, [], null,
                clock.GetUtcNow(), CaseKind.Reports);
            var after = await gather(before, shown);
            if (ReferenceEquals(after, before))
                return Handled.Done;
            var batch = open is null ? CaseRecords.Open(after, index) : await cases.ChangeAsync(open, after, cancellationToken);
            add(batch, after);
            if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
                continue;
            if (open is null)
                Telemetry.Count("case-opened");
            if (after.Risk == CaseRisk.Critical && before.Risk != CaseRisk.Critical)
                Telemetry.Count("reports-over-threshold");
            return Handled.Done;
        }
    }
}
