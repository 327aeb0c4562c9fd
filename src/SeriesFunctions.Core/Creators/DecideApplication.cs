using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Creators;

/// <summary>Off the queue: the rules decide an application that meets them all; every other one is put before the operators.</summary>
public sealed class SortApplication(Records records, CreatorRecords creators, DecideApplication decide, TimeProvider clock, CreatorsOptions options) : IHandle<ApplicationReceived>
{
    public async ValueTask<Handled> HandleAsync(ApplicationReceived message, CancellationToken cancellationToken)
    {
        var standing = (await creators.StandingAsync(message.CreatorId, cancellationToken))?.Value;
        if (standing?.In(message.Programme) is not { Status: ProgrammeStatus.Applied } membership || membership.ApplicationId != message.ApplicationId)
            return Handled.Done;
        var profile = (await creators.ProfileAsync(message.CreatorId, cancellationToken))?.Value;
        var unmet = Eligibility.Look(message.Programme, profile, standing, clock.GetUtcNow(), options);
        if (unmet.Count == 0 && options.ApproveByRules)
        {
            var decided = await decide.HandleAsync(message.CreatorId, approve: true, "meets every rule", message.Programme, cancellationToken);
            return decided.Problem is { } problem ? Handled.Retry(problem.Code) : Handled.Done;
        }
        var open = new OpenApplication(message.ApplicationId, message.CreatorId, message.Programme, membership.PortfolioUrl, profile?.Handle, profile?.Followers ?? 0, membership.AppliedAt!.Value);
        await records.SaveAsync(new Batch(OpenApplication.In).Put(OpenApplication.DocumentId(message.CreatorId, message.Programme), open, open.Sort), cancellationToken);
        return Handled.Done;
    }
}

/// <summary>An operator, or the rules, approves or rejects an application. The same decision again changes nothing.</summary>
public sealed class DecideApplication(Records records, CreatorRecords creators, TimeProvider clock)
{
    public async ValueTask<Result<CreatorStanding>> HandleAsync(UserId creator, bool approve, string reason, Programme? programme, CancellationToken cancellationToken)
    {
        if (new FieldChecks().Text(reason, "reason", 500) is { AllGood: false } checks)
            return checks.Problem;
        var standing = await creators.StandingAsync(creator, cancellationToken);
        if (standing is null)
            return Problem.NotFound("application");
        // An operator who names no programme means the one that waits; series before subscription.
        var decided = programme ?? (standing.Value.Series.Status is ProgrammeStatus.Applied || standing.Value.Subscription.Status is not ProgrammeStatus.Applied ? Programme.Series : Programme.Subscription);
        var membership = standing.Value.In(decided);
        // What was decided, not whether she is suspended: that is the clock's.
        if (!ProgrammeLife.Next(membership.Status, approve ? ProgrammeCause.Approve : ProgrammeCause.Reject).IsOk(out var next, out var refused))
            return refused;
        if (next == membership.Status)
            return standing.Value;

        var now = clock.GetUtcNow();
        var changed = standing.Value.With(decided, membership with { Status = next, DecidedAt = now, Reason = reason });
        var outcome = await records.SaveAsync(creators.Change(standing, changed, now).Emit(new ApplicationDecided(creator, decided, approve), now), cancellationToken);
        if (!outcome.IsOk)
            return Problem.Conflict("changed-meanwhile", "Somebody else decided this application just now. Look again.");
        Telemetry.Count(approve ? "creator-approved" : "creator-rejected");
        return changed;
    }
}

/// <summary>Off the queue: a decided application leaves the operators' list.</summary>
public sealed class CloseApplication(Records records) : IHandle<ApplicationDecided>
{
    public async ValueTask<Handled> HandleAsync(ApplicationDecided message, CancellationToken cancellationToken)
    {
        // Gone already, or never listed because the rules decided: both are what we want.
        await records.SaveAsync(new Batch(OpenApplication.In).Delete(OpenApplication.DocumentId(message.CreatorId, message.Programme)), cancellationToken);
        return Handled.Done;
    }
}

/// <summary>An operator invites somebody: followers and activity no longer count for her; age, account, region and standing do. Source: product rules, "rollout".</summary>
public sealed class InviteCreator(Records records, CreatorRecords creators)
{
    public async ValueTask<Result<CreatorStanding>> HandleAsync(UserId creator, CancellationToken cancellationToken)
    {
        var standing = await creators.StandingAsync(creator, cancellationToken);
        if (standing?.Value.Invited == true)
            return standing.Value;
        var invited = (standing?.Value ?? CreatorStanding.New(creator)) with { Invited = true };
        var outcome = await records.SaveAsync(new Batch(CreatorStanding.In(creator)).Save(CreatorStanding.DocumentId, standing, invited), cancellationToken);
        return outcome.IsOk ? invited : Problem.Conflict("changed-meanwhile", "This creator's standing changed just now. Try again.");
    }
}
