using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Off the queue: opens the case of a submitted revision, lets the automatic checks look, and leaves what they don't decide to a person.</summary>
public sealed class OpenCase(Records records, SeriesRecords series, CreatorRecords creators, IReadOnlyList<IContentCheck> checks, RevisionFiles files, TimeProvider clock) : IHandle<SeriesSubmitted>
{
    public async ValueTask<Handled> HandleAsync(SeriesSubmitted message, CancellationToken cancellationToken)
    {
        if (await series.FindRevisionAsync(message.SeriesId, message.Revision, cancellationToken) is not { } revision)
            return Handled.Done;
        if (await files.MustWaitAsync(revision, clock.GetUtcNow(), cancellationToken))
            return Handled.Retry("content-not-hashed");
        var standing = (await creators.StandingAsync(message.CreatorId, cancellationToken))?.Value;
        var results = new List<CheckResult>();
        foreach (var check in checks)
            results.Add(await check.LookAsync(new(revision, standing), cancellationToken));

        var now = clock.GetUtcNow();
        var opened = new Case(
            Case.IdOf(message.SeriesId, message.Revision), message.SeriesId, message.CreatorId, message.Revision, revision.Content.Title,
            CaseState.Open, results, Decision: null, now);
        var batch = new Batch(Case.In(opened.Id));
        if (results.Find(result => result is { Passed: false, Clear: true }) is { } failed)
        {
            var decision = new Decision(opened.Id, Verdict.RequestChanges, Decision.Automatic, failed.Check, $"See {failed.Finding}.", now);
            opened = opened with { State = CaseState.Decided, Decision = decision };
            batch.Create(Decision.DocumentId(opened.Id), decision)
                .Emit(new CaseDecided(opened.Id, opened.SeriesId, opened.Revision, decision.Verdict, decision.Rule, decision.Note), now);
        }
        var outcome = await records.SaveAsync(batch.Create(Case.DocumentId(opened.Id), opened, opened.Sort), cancellationToken);
        if (outcome.IsOk)
            Telemetry.Count("case-opened");
        // A conflict: the message came before, and the case is open.
        return Handled.Done;
    }
}

/// <summary>A moderator looks at cases and decides them.</summary>
public sealed class DecideCase(Records records, TimeProvider clock)
{
    /// <summary>The same decision by the same moderator again answers the same; any other decision on a decided case is refused.</summary>
    public async ValueTask<Result<Case>> HandleAsync(CaseId id, UserId moderator, Verdict verdict, string rule, string note, CancellationToken cancellationToken)
    {
        var checks = new FieldChecks().Line(rule, "rule", 64).Text(note, "note", 2_000)
            .Must(verdict == Verdict.Approve || !string.IsNullOrWhiteSpace(note), "note", "blank", "A creator who has to change something must read what.");
        if (!checks.AllGood)
            return checks.Problem;
        if (await records.FindAsync<Case>(Case.In(id), Case.DocumentId(id), cancellationToken) is not { } open)
            return Problem.NotFound("case");
        if (open.Value.Decision is { } made)
        {
            return made.DecidedBy == moderator.Value && made.Verdict == verdict
                ? open.Value
                : Problem.Conflict("already-decided", "This case was decided already.");
        }
        if (open.Value.CreatorId == moderator)
            return Problem.Forbidden("own-series", "Nobody reviews her own series.");

        var now = clock.GetUtcNow();
        var decision = new Decision(id, verdict, moderator.Value, rule, note, now);
        var decided = open.Value with { State = CaseState.Decided, Decision = decision };
        var outcome = await records.SaveAsync(
            new Batch(Case.In(id))
                .Create(Decision.DocumentId(id), decision)
                .Replace(Case.DocumentId(id), decided, open.ETag, decided.Sort)
                .Emit(new CaseDecided(id, decided.SeriesId, decided.Revision, verdict, rule, note), now),
            cancellationToken);
        if (!outcome.IsOk)
            return Problem.Conflict("already-decided", "Another moderator decided this case just now.");
        Telemetry.Count("case-decided");
        return decided;
    }
}

/// <summary>Off the queue: the series follows what was decided about its revision.</summary>
public sealed class ApplyDecision(Records records, SeriesRecords series, CreatorRecords creators, TimeProvider clock) : IHandle<CaseDecided>
{
    /// <summary>The creator may write at the same time; then it is looked at again. A decision that the table refuses by now changes nothing.</summary>
    public async ValueTask<Handled> HandleAsync(CaseDecided message, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryAsync(message, cancellationToken))
                return Handled.Done;
        }
    }

    private async ValueTask<bool> TryAsync(CaseDecided message, CancellationToken cancellationToken)
    {
        var id = message.SeriesId;
        if (await series.FindAsync(id, cancellationToken) is not { } before || await series.FindRevisionAsync(id, message.Revision, cancellationToken) is not { } revision)
            return true;
        var now = clock.GetUtcNow();
        var shown = await series.FindPublicAsync(id, cancellationToken);
        Batch batch;
        switch (message.Verdict)
        {
            case Verdict.Approve:
                var handle = (await creators.ProfileAsync(before.Value.CreatorId, cancellationToken))?.Value.Handle;
                if (!Publishing.Approve(before.Value, revision, shown?.Value, handle, now).IsOk(out var approved, out _))
                    return true;
                batch = SeriesRecords.Change(before, approved.Series, shown: null, now)
                    .Save(PublicSeries.DocumentId, shown, approved.Public)
                    .Emit(new SeriesPublished(id, message.Revision, approved.Series.CreatorId), now);
                break;
            case Verdict.RequestChanges:
                if (!Publishing.RequestChanges(before.Value, message.Revision, message.Rule, message.Note, now).IsOk(out var sentBack, out _))
                    return true;
                batch = SeriesRecords.Change(before, sentBack, shown: null, now);
                break;
            case Verdict.Remove:
                if (!Publishing.Remove(before.Value, message.Revision, message.Rule, message.Note, now).IsOk(out var removed, out _))
                    return true;
                batch = SeriesRecords.Change(before, removed, shown, now);
                break;
            default:
                throw new InvalidOperationException($"Nobody applies {message.Verdict} yet.");
        }
        if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
            return false;
        Telemetry.Count(message.Verdict switch { Verdict.Approve => "series-published", Verdict.Remove => "series-removed", _ => "changes-requested" });
        return true;
    }
}
