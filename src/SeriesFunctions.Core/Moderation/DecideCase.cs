using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation;

/// <summary>
/// What a moderator says about a case. For a removal alone are <paramref name="Buyers"/> (null: they keep it), <paramref name="Strike"/> (null: the creator gets one) and
/// <paramref name="BanFiles"/> (null: the files are not banned).
/// </summary>
public sealed record NewDecision(Verdict Verdict, string Rule, string Note, BuyersAfter? Buyers = null, bool? Strike = null, bool? BanFiles = null);

/// <summary>A moderator decides a case.</summary>
public sealed class DecideCase(Records records, CaseRecords cases, TimeProvider clock)
{
    private const string OnlyWithRemove = "This goes with remove alone.";

    /// <summary>The same decision by the same moderator again answers the same; any other decision on a decided case is refused.</summary>
    public async ValueTask<Result<Case>> HandleAsync(CaseId id, UserId moderator, NewDecision wanted, CancellationToken cancellationToken)
    {
        var removes = wanted.Verdict == Verdict.Remove;
        var checks = new FieldChecks().Line(wanted.Rule, "rule", 64).Text(wanted.Note, "note", 2_000)
            .Must(wanted.Verdict == Verdict.Approve || !string.IsNullOrWhiteSpace(wanted.Note), "note", "blank", "A creator who has to change something must read what.")
            .Must(removes || wanted.Buyers is null, "buyers", "only-with-remove", OnlyWithRemove)
            .Must(removes || wanted.Strike is null, "strike", "only-with-remove", OnlyWithRemove)
            .Must(removes || wanted.BanFiles is null, "banFiles", "only-with-remove", OnlyWithRemove);
        if (!checks.AllGood)
            return checks.Problem;
        while (true)
        {
            if (await cases.FindAsync(id, cancellationToken) is not { } open)
                return Problem.NotFound("case");
            // A comment is a viewer's: its removal is nothing that the creator has done, and it has no files.
            var ofSeries = open.Value.Comment is null;
            if (!ofSeries && (wanted.Strike == true || wanted.BanFiles == true))
                return Problem.Refused("decision-does-not-fit", "The removal of a comment neither strikes the creator nor bans files.");
            var now = clock.GetUtcNow();
            var decision = new Decision(
                id, wanted.Verdict, moderator.Value, wanted.Rule, wanted.Note, now, wanted.Buyers ?? BuyersAfter.Keep, removes && ofSeries && (wanted.Strike ?? true), removes && (wanted.BanFiles ?? false));
            if (!CaseRules.Decide(open.Value, decision, now).IsOk(out var decided, out var problem))
                return problem;
            if (ReferenceEquals(decided, open.Value))
                return decided;
            var batch = (await cases.ChangeAsync(open, decided, cancellationToken))
                .Create(Decision.DocumentId(id), decision)
                .Emit(CaseDecided.Of(decided, decision), now);
            await AddConsequencesAsync(batch, decided, decision, now, cancellationToken);
            if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
                continue;
            Telemetry.Count("case-decided");
            return decided;
        }
    }

    /// <summary>What else it brings about: for those who reported it, the creator's standing and the files; and of a reversal, the end of what the decision that is no longer one brought about.</summary>
    private async ValueTask AddConsequencesAsync(Batch batch, Case decided, Decision decision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (decided.Reports is not null)
            batch.Emit(new ReportsSettled(decided.Id, decision.Verdict == Verdict.Approve ? ReportOutcome.Dismissed : ReportOutcome.Confirmed, 1), now);
        if (decision.Strike)
            batch.Emit(StrikeDecided.Of(decided, decision), now);
        if (decision.BanFiles)
            batch.Emit(FilesBanned.Of(decided, decision), now);
        if (decision.Verdict != Verdict.Reverse || await cases.FindAsync(decided.Appeal!.CaseId, cancellationToken) is not { } reversed)
            return;
        batch.Replace(Case.DocumentId(reversed.Value.Id), reversed.Value with { OverturnedBy = decided.Id }, reversed.ETag, reversed.Value.Sort);
        if (reversed.Value.Reports is not null)
            batch.Emit(new ReportsSettled(reversed.Value.Id, ReportOutcome.Dismissed, 2), now);
        if (reversed.Value.Decision is { Strike: true } struck)
            batch.Emit(StrikeDecided.Of(reversed.Value, struck) with { Withdrawn = true, DecidedAt = decision.At }, now);
        if (reversed.Value.Decision is { BanFiles: true } banned)
            batch.Emit(FilesBanned.Of(reversed.Value, banned) with { Lifted = new(decision.DecidedBy, decision.At) }, now);
    }
}
