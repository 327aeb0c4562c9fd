using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Creators;

/// <summary>Why somebody's part in a programme moves.</summary>
public enum ProgrammeCause
{
    /// <summary>She applies, and meets every rule or all but those that a portfolio may stand in for.</summary>
    Apply,

    /// <summary>An operator, or the rules, let her in.</summary>
    Approve,

    /// <summary>An operator turns her down.</summary>
    Reject,

    /// <summary>Her strikes are as many as suspend, or a rule that has to last holds no longer.</summary>
    Suspend,

    /// <summary>Strikes expired or were taken back, and every rule that has to last holds.</summary>
    Resume,
}

/// <summary>One row of the table. <paramref name="Effect"/> is what it means for the creator, in a sentence.</summary>
public sealed record ProgrammeTransition(ProgrammeStatus From, ProgrammeCause Cause, ProgrammeStatus To, string Effect);

/// <summary>
/// Every way that somebody's part in a programme can go, as one table: whoever decides about an application asks it, and docs/creators.md is drawn from it. What is not in it is refused, or, of
/// what nobody asks for (<c>suspend</c>, <c>resume</c>), changes nothing. Source: product rules, "Creators and eligibility"; that one may apply again is ours.
/// </summary>
public static class ProgrammeLife
{
    public static readonly IReadOnlyList<ProgrammeTransition> Table =
    [
        new(ProgrammeStatus.None, ProgrammeCause.Apply, ProgrammeStatus.Applied, "Who meets every rule is approved off the queue; who needs her portfolio waits for an operator."),
        new(ProgrammeStatus.Applied, ProgrammeCause.Apply, ProgrammeStatus.Applied, "The first application counts; nothing changes."),
        new(ProgrammeStatus.Applied, ProgrammeCause.Approve, ProgrammeStatus.Approved, "She makes and sells."),
        new(ProgrammeStatus.Applied, ProgrammeCause.Reject, ProgrammeStatus.Rejected, "She reads the operator's reason."),
        new(ProgrammeStatus.Approved, ProgrammeCause.Apply, ProgrammeStatus.Approved, "She is in already; nothing changes."),
        new(ProgrammeStatus.Approved, ProgrammeCause.Approve, ProgrammeStatus.Approved, "The same decision again."),
        new(ProgrammeStatus.Approved, ProgrammeCause.Suspend, ProgrammeStatus.Suspended, "No new uploads, series or sales; buyers keep what they have."),
        new(ProgrammeStatus.Rejected, ProgrammeCause.Apply, ProgrammeStatus.Applied, "A new application, looked at anew."),
        new(ProgrammeStatus.Rejected, ProgrammeCause.Reject, ProgrammeStatus.Rejected, "The same decision again."),
        new(ProgrammeStatus.Suspended, ProgrammeCause.Approve, ProgrammeStatus.Suspended, "She was approved; that ends no suspension."),
        new(ProgrammeStatus.Suspended, ProgrammeCause.Resume, ProgrammeStatus.Approved, "She makes and sells again, by the clock alone."),
    ];

    private static readonly Dictionary<(ProgrammeStatus, ProgrammeCause), ProgrammeStatus> Moves = Table.ToDictionary(row => (row.From, row.Cause), row => row.To);

    private static readonly Problem NoApplication = Problem.NotFound("application");
    private static readonly Problem IsSuspended = Problem.Conflict("creator-suspended", "Your part in this programme is suspended for now.");

    /// <summary>Where it goes from here, or why it doesn't.</summary>
    public static Result<ProgrammeStatus> Next(ProgrammeStatus from, ProgrammeCause cause) => Moves.TryGetValue((from, cause), out var to) ? to : Refusal(from, cause);

    private static Result<ProgrammeStatus> Refusal(ProgrammeStatus from, ProgrammeCause cause) => (from, cause) switch
    {
        // Nobody asked for it, so nobody is told no.
        (_, ProgrammeCause.Suspend or ProgrammeCause.Resume) => from,
        (ProgrammeStatus.None, _) => NoApplication,
        (ProgrammeStatus.Suspended, ProgrammeCause.Apply) => IsSuspended,
        // It was the approval that counts, whatever became of her since.
        (ProgrammeStatus.Suspended, _) => AlreadyDecided(ProgrammeStatus.Approved),
        _ => AlreadyDecided(from),
    };

    private static Problem AlreadyDecided(ProgrammeStatus decided) => Problem.Conflict("already-decided", $"This application was decided already: {decided.ToString().ToLowerInvariant()}.");
}
