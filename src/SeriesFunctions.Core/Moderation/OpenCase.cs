using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Off the queue: opens the case of a submitted revision, lets the automatic checks look, and leaves what they don't decide to a person.</summary>
public sealed class OpenCase(
    Records records, CaseRecords cases, SeriesRecords series, CreatorRecords creators, IReadOnlyList<IContentCheck> checks, RevisionFiles files, TimeProvider clock) : IHandle<SeriesSubmitted>
{
    public async ValueTask<Handled> HandleAsync(SeriesSubmitted message, CancellationToken cancellationToken)
    {
        if (await series.FindRevisionAsync(message.SeriesId, message.Revision, cancellationToken) is not { } revision)
            return Handled.Done;
        if (await cases.FindAsync(Case.IdOf(message.SeriesId, message.Revision), cancellationToken) is { } known)
            return await AgainAsync(known.Value, cancellationToken);
        if (await files.MustWaitAsync(revision, clock.GetUtcNow(), cancellationToken))
            return Handled.Retry("content-not-hashed");
        var status = await creators.StatusAsync(message.CreatorId, revision.ForSubscribers ? Programme.Subscription : Programme.Series, cancellationToken);
        var results = new List<CheckResult>();
        foreach (var check in checks)
            results.Add(await check.LookAsync(new(revision, status), cancellationToken));

        var now = clock.GetUtcNow();
        var opened = new Case(
            Case.IdOf(message.SeriesId, message.Revision), message.SeriesId, message.CreatorId, message.Revision, revision.Content.Title,
            CaseState.Open, results, Decision: null, now, CaseKind.Submission, CaseRisks.OfChecks(results));
        if (results.Find(result => result is { Passed: false, Clear: true }) is { } failed)
        {
            var decision = new Decision(opened.Id, Verdict.RequestChanges, Decision.Automatic, failed.Check, $"See {failed.Finding}.", now);
            opened = opened with { State = CaseState.Decided, Decision = decision };
        }
        while (await cases.FindAsync(opened.Id, cancellationToken) is null)
        {
            var batch = CaseRecords.Open(opened, await cases.OfSeriesAsync(opened.SeriesId, cancellationToken));
            if (opened.Decision is { } decision)
                batch.Create(Decision.DocumentId(opened.Id), decision).Emit(CaseDecided.Of(opened, decision), now);
            if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
                continue;
            Telemetry.Count("case-opened");
            break;
        }
        return Handled.Done;
    }

    /// <summary>
    /// The message came before; or the series was taken down while its revision was in review and is back. What was decided in between found it down and changed nothing, so it is
    /// told again.
    /// </summary>
    private async ValueTask<Handled> AgainAsync(Case known, CancellationToken cancellationToken)
    {
        if (known.Decision is { } decision && (await series.FindAsync(known.SeriesId, cancellationToken))?.Value is { DraftState: DraftState.InReview } head
            && head.State != SeriesState.Removed && head.LastRevision == known.Revision)
            await records.SaveAsync(new Batch(Case.In(known.Id)).Emit(CaseDecided.Of(known, decision), clock.GetUtcNow()), cancellationToken);
        return Handled.Done;
    }
}
