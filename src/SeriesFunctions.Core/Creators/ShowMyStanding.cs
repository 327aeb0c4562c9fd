using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Creators;

/// <summary><paramref name="Lapsed"/> names the rules that have to last and don't hold at the moment: while there is one, an approved creator is suspended.</summary>
public sealed record ProgrammeView(ProgrammeStatus Status, bool Eligible, IReadOnlyList<Unmet> Unmet, IReadOnlyList<string> Lapsed);

/// <summary><paramref name="Source"/> is <c>platform</c> or <c>moderation</c>; moderation's has the id of the case that was decided, and goes when that is reversed.</summary>
public sealed record StrikeView(string StrikeId, string Source, DateTimeOffset At, DateTimeOffset ExpiresAt, string Reason);

/// <summary>
/// <paramref name="Status"/> is that of the series programme. <paramref name="Strikes"/> are those that count now; <paramref name="SuspendedUntil"/> is when enough
/// of them will have expired, null where they don't suspend.
/// </summary>
public sealed record StandingView(
    UserId CreatorId, ProgrammeStatus Status, ProgrammeView Series, ProgrammeView Subscription, IReadOnlyList<StrikeView> Strikes, DateTimeOffset? SuspendedUntil);

/// <summary>A user looks up what she may join and what is missing.</summary>
public sealed class ShowMyStanding(CreatorRecords creators, TimeProvider clock, CreatorsOptions options)
{
    public async ValueTask<StandingView> HandleAsync(UserId user, CancellationToken cancellationToken)
    {
        var profile = (await creators.ProfileAsync(user, cancellationToken))?.Value;
        var standing = (await creators.StandingAsync(user, cancellationToken))?.Value ?? CreatorStanding.New(user);
        var now = clock.GetUtcNow();
        return new(
            user, standing.StatusAt(Programme.Series, now, options), View(Programme.Series), View(Programme.Subscription),
            [.. standing.ActiveStrikes(now, options).Select(strike => new StrikeView(strike.Id, strike.Source, strike.At, strike.At + options.StrikeWindow, strike.Reason))], standing.SuspendedUntil(now, options));

        ProgrammeView View(Programme programme)
        {
            var unmet = Eligibility.Look(programme, profile, standing, now, options);
            return new(standing.StatusAt(programme, now, options), unmet.Count == 0, unmet, standing.In(programme).LapsedAt(now));
        }
    }
}
