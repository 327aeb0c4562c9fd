using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Reads and writes cases, with the rule that every write follows: a case and the index of its series' open cases change in one batch.</summary>
public sealed class CaseRecords(Records records)
{
    public ValueTask<Stored<Case>?> FindAsync(CaseId id, CancellationToken cancellationToken) => records.FindAsync<Case>(Case.In(id), Case.DocumentId(id), cancellationToken);

    public ValueTask<Stored<SeriesCases>?> OfSeriesAsync(SeriesId id, CancellationToken cancellationToken) =>
        records.FindAsync<SeriesCases>(Case.In(id), SeriesCases.DocumentId(id), cancellationToken);

    /// <summary>True while any case about the series is open: then moderators may watch it. Source: product rules, "Playback".</summary>
    public async ValueTask<bool> AnyOpenAsync(SeriesId id, CancellationToken cancellationToken) => await OfSeriesAsync(id, cancellationToken) is { Value.Open.Count: > 0 };

    /// <summary>A batch that stores a new case, and that it is open where it is; of one about a comment its series need not know.</summary>
    public static Batch Open(Case opened, Stored<SeriesCases>? index)
    {
        var batch = new Batch(Case.In(opened.Id)).Create(Case.DocumentId(opened.Id), opened, opened.Sort);
        if (opened.State == CaseState.Decided || opened.Comment is not null)
            return batch;
        var before = index?.Value ?? SeriesCases.None(opened.SeriesId);
        var after = before.With(opened.Id);
        return batch.Save(SeriesCases.DocumentId(opened.SeriesId), index, opened.Kind == CaseKind.Reports ? after with { ReportRounds = before.ReportRounds + 1 } : after);
    }

    /// <summary>A batch that stores the changed case, and that it is no longer open once it is decided.</summary>
    public async ValueTask<Batch> ChangeAsync(Stored<Case> before, Case after, CancellationToken cancellationToken)
    {
        var batch = new Batch(Case.In(after.Id)).Replace(Case.DocumentId(after.Id), after, before.ETag, after.Sort);
        if (after.State == CaseState.Decided && await OfSeriesAsync(after.SeriesId, cancellationToken) is { } index && index.Value.Open.Contains(after.Id))
            batch.Replace(SeriesCases.DocumentId(after.SeriesId), index.Value.Without(after.Id), index.ETag);
        return batch;
    }
}
