using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation;

/// <summary>
/// What may be done to a case, when and by whom, pure. docs/moderation.md has it as a table, and a test goes through all of it. Source: product rules, "Moderation"; the lease is ours.
/// </summary>
public static class CaseRules
{
    public static readonly Problem AlreadyDecided = Problem.Conflict("already-decided", "This case was decided already.");
    public static readonly Problem NothingToAppeal = Problem.Conflict("nothing-to-appeal", "No decision stands against this now.");
    private static readonly Problem OwnSeries = Problem.Forbidden("own-series", "Nobody reviews her own series.");
    private static readonly Problem OwnDecision = Problem.Forbidden("own-decision", "An appeal is decided by another moderator than the one whose decision it is about.");

    /// <summary>A moderator takes a case for so long; again, it is hers for so long from now.</summary>
    public static Result<Case> Claim(Case open, UserId moderator, DateTimeOffset now, TimeSpan lease)
    {
        if (open.State == CaseState.Decided)
            return AlreadyDecided;
        if ((MayNot(open, moderator) ?? HeldByAnother(open, moderator, now)) is { } refused)
            return refused;
        return open with { Lease = new(moderator, now + lease) };
    }

    /// <summary>A moderator gives a case back. One that is free already stays so.</summary>
    public static Result<Case> Release(Case open, UserId moderator, DateTimeOffset now)
    {
        if (open.State == CaseState.Decided)
            return AlreadyDecided;
        if (HeldByAnother(open, moderator, now) is { } refused)
            return refused;
        return open.Lease is null ? open : open with { Lease = null };
    }

    /// <summary>
    /// The decided case. The same verdict by the same moderator again is the same case; anything else about a decided one is refused. It takes no claim, but for one of
    /// somebody else's.
    /// </summary>
    public static Result<Case> Decide(Case open, Decision decision, DateTimeOffset now)
    {
        var moderator = new UserId(decision.DecidedBy);
        if (open.Decision is { } made)
            return made.DecidedBy == decision.DecidedBy && made.Verdict == decision.Verdict ? open : AlreadyDecided;
        if ((MayNot(open, moderator) ?? HeldByAnother(open, moderator, now)) is { } refused)
            return refused;
        if (!Fits(open.Kind, decision.Verdict))
            return Problem.Refused("decision-does-not-fit", open.Kind switch
            {
                CaseKind.Appeal => "An appeal is decided by uphold or reverse.",
                CaseKind.Comment => "A comment stays (approve) or goes (remove).",
                _ => "Only an appeal is decided by uphold or reverse.",
            });
        return open with { State = CaseState.Decided, Decision = decision, Lease = null };
    }

    /// <summary>The case of an appeal against what was decided in this one.</summary>
    public static Result<Case> Appeal(Case decided, string note, DateTimeOffset now) =>
        decided is { Kind: not CaseKind.Appeal, OverturnedBy: null, Decision: { Verdict: Verdict.RequestChanges or Verdict.Remove } decision }
            ? new Case(
                Case.IdOfAppeal(decided.Id), decided.SeriesId, decided.CreatorId, decided.Revision, decided.Title, CaseState.Open, decided.Checks, null, now, CaseKind.Appeal,
                decision.Verdict == Verdict.Remove && decided.Comment is null ? CaseRisk.High : CaseRisk.Normal,
                Appeal: new(decided.Id, decided.Kind, decision.Verdict, decision.DecidedBy, decision.Rule, note), Comment: decided.Comment)
            : NothingToAppeal;

    public static bool Fits(CaseKind kind, Verdict verdict) => kind switch
    {
        CaseKind.Appeal => verdict is Verdict.Uphold or Verdict.Reverse,
        CaseKind.Comment => verdict is Verdict.Approve or Verdict.Remove,
        _ => verdict is Verdict.Approve or Verdict.RequestChanges or Verdict.Remove,
    };

    /// <summary>Who has to do with it herself.</summary>
    private static Problem? MayNot(Case open, UserId moderator) =>
        open.CreatorId == moderator ? OwnSeries : open.Appeal?.DecidedBy == moderator.Value ? OwnDecision : null;

    private static Problem? HeldByAnother(Case open, UserId moderator, DateTimeOffset now) => open.HeldBy(now) is { } holder && holder != moderator
        ? Problem.Conflict("claimed", "Another moderator is working on this case.") with
        {
            Extensions = new Dictionary<string, object> { ["claimedBy"] = holder.Value, ["claimedUntil"] = open.Lease!.Until },
        }
        : null;
}

/// <summary>How soon a person should look. Points add up; the bands are ours.</summary>
public static class CaseRisks
{
    /// <summary>Points of what an automatic check left to a person.</summary>
    private static int PointsOf(CheckResult found) => found switch
    {
        { Passed: true } => 0,
        { Points: { } points } => points,
        { Check: "blocked-words" or "duplicate-content" or "creator-standing" } => 30,
        _ => 10,
    };

    public static CaseRisk OfChecks(IEnumerable<CheckResult> checks) => Band(checks.Sum(PointsOf), 60);

    /// <summary>At <paramref name="threshold"/> points it is critical, from half of them on high.</summary>
    public static CaseRisk OfReports(int points, int threshold) => points >= threshold ? CaseRisk.Critical : points * 2 >= threshold ? CaseRisk.High : CaseRisk.Normal;

    private static CaseRisk Band(int points, int critical) => points switch
    {
        _ when points >= critical => CaseRisk.Critical,
        >= 30 => CaseRisk.High,
        >= 10 => CaseRisk.Normal,
        _ => CaseRisk.Low,
    };
}
