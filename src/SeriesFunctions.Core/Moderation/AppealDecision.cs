using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation;

/// <summary>
/// The owner appeals what moderation decided about her series or her video for subscribers, once per decision: what took it down, or what sent her working copy back. The same appeal again answers the same.
/// Source: product rules, "Moderation".
/// </summary>
public sealed class AppealDecision(Records records, CaseRecords cases, SeriesRecords series, TimeProvider clock)
{
    internal static readonly Problem AlreadyAppealed = Problem.Conflict("already-appealed", "This decision was appealed already; there is one appeal per decision.");

    public async ValueTask<Result<Case>> HandleAsync(SeriesId id, UserId owner, string note, CancellationToken cancellationToken)
    {
        var checks = new FieldChecks().Must(!string.IsNullOrWhiteSpace(note), "note", "blank", "Say why the decision is wrong.").Text(note, "note", 2_000);
        if (!checks.AllGood)
            return checks.Problem;
        while (true)
        {
            if (!(await series.FindOwnOfAnyKindAsync(id, owner, cancellationToken)).IsOk(out var own, out var problem))
                return problem;
            Problem? refused = CaseRules.NothingToAppeal;
            var changed = false;
            foreach (var decision in StandingAgainst(own.Value))
            {
                if (await cases.FindAsync(Case.IdOfAppeal(decision), cancellationToken) is { } before)
                {
                    if (before.Value.Appeal!.Note == note)
                        return before.Value;
                    refused = AlreadyAppealed;
                    continue;
                }
                if (await cases.FindAsync(decision, cancellationToken) is not { } decided)
                    continue;
                if (!CaseRules.Appeal(decided.Value, note, clock.GetUtcNow()).IsOk(out var appeal, out refused))
                    continue;
                if (!(await records.SaveAsync(CaseRecords.Open(appeal, await cases.OfSeriesAsync(id, cancellationToken)), cancellationToken)).IsOk)
                {
                    changed = true;
                    break;
                }
                Telemetry.Count("decision-appealed");
                return appeal;
            }
            if (!changed)
                return refused ?? CaseRules.NothingToAppeal;
        }
    }

    /// <summary>The decisions that hold the series down, or the one that sent its working copy back.</summary>
    private static IEnumerable<CaseId> StandingAgainst(Series series) =>
        series.Removal is { } removal ? removal.Causes.Select(cause => cause.CaseId)
        : series is { DraftState: DraftState.ChangesRequested, ReviewNote.CaseId: { } sentBack } ? [sentBack]
        : [];
}
