using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation;

/// <summary>What a moderator says about a case. The last three are for a removal alone; null is the default: buyers keep it, a strike, files are not banned.</summary>
public sealed record NewDecision(Verdict Verdict, string Rule, string Note, BuyersAfter? Buyers = null, bool? Strike = null, bool? BanFiles = null);

/// <summary>A moderator decides a case.</summary>
public sealed class DecideCase(Records records, CaseRecords cases, TimeProvider clock)
{
    /// <summary>The same decision by the same moderator again answers the same; any other decision on a decided case is refused.</summary>
    public async ValueTask<Result<Case>> HandleAsync(CaseId id, UserId moderator, NewDecision wanted, CancellationToken cancellationToken)
    {
        const string OnlyWithRemove = "This goes with remove alone.";
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
            var now = clock.GetUtcNow();
            var decision = new Decision(
                id, wanted.Verdict, moderator.Value, wanted.Rule, wanted.Note, now, wanted.Buyers ?? BuyersAfter.Keep, removes && (wanted.Strike ?? true), removes && (wanted.BanFiles ?? false));
            if (!CaseRules.Decide(open.Value, decision, now).IsOk(out var decided, out var problem))
                return problem;
            if (ReferenceEquals(decided, open.Value))
                return decided;
            var batch = (await cases.ChangeAsync(open, decided, cancellationToken))
                .Create(Decision.DocumentId(id), decision)
                .Emit(CaseDecided.Of(decided, decision), now);
            if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
                continue;
            Telemetry.Count("case-decided");
            return decided;
        }
    }
}
