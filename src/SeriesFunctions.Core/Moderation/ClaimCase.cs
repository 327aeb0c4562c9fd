using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Moderation;

/// <summary>A moderator takes a case for <see cref="ModerationOptions.ClaimLease"/>, so that two don't work on one, or gives it back. Doing it again changes nothing but the time.</summary>
public sealed class ClaimCase(Records records, CaseRecords cases, ModerationOptions options, TimeProvider clock)
{
    public ValueTask<Result<Stored<Case>>> HandleAsync(CaseId id, UserId moderator, CancellationToken cancellationToken) =>
        ChangeAsync(id, (open, now) => CaseRules.Claim(open, moderator, now, options.ClaimLease), cancellationToken);

    public ValueTask<Result<Stored<Case>>> ReleaseAsync(CaseId id, UserId moderator, CancellationToken cancellationToken) =>
        ChangeAsync(id, (open, now) => CaseRules.Release(open, moderator, now), cancellationToken);

    /// <summary>Whoever writes first has it; the other one looks again and is told.</summary>
    private async ValueTask<Result<Stored<Case>>> ChangeAsync(CaseId id, Func<Case, DateTimeOffset, Result<Case>> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await cases.FindAsync(id, cancellationToken) is not { } before)
                return Problem.NotFound("case");
            if (!change(before.Value, clock.GetUtcNow()).IsOk(out var after, out var problem))
                return problem;
            if (ReferenceEquals(after, before.Value))
                return before;
            var outcome = await records.SaveAsync(await cases.ChangeAsync(before, after, cancellationToken), cancellationToken);
            if (outcome.IsOk)
                return new Stored<Case>(after, outcome.ETags[0]!);
        }
    }
}
