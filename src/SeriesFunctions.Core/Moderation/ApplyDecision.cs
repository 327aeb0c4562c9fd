using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Off the queue: the series, or the comment, follows what was decided about it.</summary>
public sealed class ApplyDecision(Records records, SeriesRecords series, CreatorRecords creators, CommentCases comments, TimeProvider clock) : IHandle<CaseDecided>
{
    /// <summary>The creator may write at the same time; then it is looked at again. A decision that the table refuses by now changes nothing.</summary>
    public async ValueTask<Handled> HandleAsync(CaseDecided message, CancellationToken cancellationToken)
    {
        if (message.Comment is { } comment)
            return await comments.FollowAsync(comment, message, cancellationToken);
        while (true)
        {
            if (await series.FindAsync(message.SeriesId, cancellationToken) is not { } before)
                return Handled.Done;
            if (await FollowAsync(before, message, clock.GetUtcNow(), cancellationToken) is not { } batch)
                return Handled.Done;
            if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
                continue;
            Telemetry.Count(message.Verdict switch
            {
                Verdict.Approve => "series-published",
                Verdict.Remove => "series-removed",
                Verdict.Reverse => "decision-reversed",
                _ => "changes-requested",
            });
            return Handled.Done;
        }
    }

    /// <summary>Null: nothing changes.</summary>
    private async ValueTask<Batch?> FollowAsync(Stored<Series> before, CaseDecided message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var shown = await series.FindShownAsync(message.SeriesId, cancellationToken);
        var note = new ReviewNote(message.Revision, message.Rule, message.Note, now, message.CaseId);
        switch (message.Verdict, message.Kind)
        {
            case (Verdict.Approve, CaseKind.Submission):
                if (await series.FindRevisionAsync(message.SeriesId, message.Revision, cancellationToken) is not { } revision
                    || !Publishing.Approve(before.Value, revision, shown?.Value, await HandleOfAsync(before.Value, cancellationToken), now).IsOk(out var approved, out _))
                    return null;
                return SeriesRecords.Change(before, approved.Series, shown: null, now)
                    .Save(PublicSeries.DocumentId, shown, approved.Public)
                    .Emit(new SeriesPublished(message.SeriesId, message.Revision, approved.Series.CreatorId), now);
            case (Verdict.RequestChanges, CaseKind.Submission):
                return Publishing.RequestChanges(before.Value, note, now).IsOk(out var sentBack, out _) ? SeriesRecords.Change(before, sentBack, shown: null, now) : null;
            case (Verdict.RequestChanges, CaseKind.Reports):
                return Reversal.Flag(before.Value, note, now).IsOk(out var flagged, out _) && !ReferenceEquals(flagged, before.Value) ? SeriesRecords.Change(before, flagged, shown: null, now) : null;
            case (Verdict.Remove, _):
                return Reversal.Remove(before.Value, message.CaseId, message.Buyers == BuyersAfter.Withhold, note, now).IsOk(out var removed, out _) && !ReferenceEquals(removed, before.Value)
                    ? SeriesRecords.Change(before, removed, shown, now)
                    : null;
            case (Verdict.Reverse, CaseKind.Appeal):
                return await UndoAsync(before, shown, message.Appeal!, message.Revision, now, cancellationToken);
            // What was reported stays as it is, and what was appealed stands.
            case (Verdict.Approve, CaseKind.Reports):
            case (Verdict.Uphold, CaseKind.Appeal):
                return null;
            default:
                throw new InvalidOperationException($"Nobody follows {message.Verdict} of {message.Kind}.");
        }
    }

    private async ValueTask<Batch?> UndoAsync(Stored<Series> before, Stored<PublicSeries>? shown, AppealedDecision appealed, int number, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var last = before.Value.LastRevision;
        var revision = await series.FindRevisionAsync(before.Value.Id, last, cancellationToken);
        var (after, mirror, published) = Reversal.Undo(
            before.Value, new(appealed.CaseId, number, appealed.Verdict == Verdict.Remove, appealed.Kind == CaseKind.Submission), Case.IdOf(before.Value.Id, last), revision, shown?.Value,
            await HandleOfAsync(before.Value, cancellationToken), now);
        if (ReferenceEquals(after, before.Value))
            return null;
        var batch = SeriesRecords.Change(before, after, shown: null, now);
        if (mirror is not null)
            batch.Save(PublicSeries.DocumentId, shown, mirror);
        if (published)
            batch.Emit(new SeriesPublished(after.Id, last, after.CreatorId), now);
        // A revision that was in review when the series was taken down may have been decided since; then its decision is told again.
        if (before.Value.State == SeriesState.Removed && after is { State: not SeriesState.Removed, DraftState: DraftState.InReview })
            batch.Emit(new SeriesSubmitted(after.Id, after.LastRevision, after.CreatorId), now);
        return batch;
    }

    private async ValueTask<string?> HandleOfAsync(Series series, CancellationToken cancellationToken) => (await creators.ProfileAsync(series.CreatorId, cancellationToken))?.Value.Handle;
}
