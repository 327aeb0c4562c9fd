using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Creators;

public sealed record ProgrammeView(ProgrammeStatus Status, bool Eligible, IReadOnlyList<Unmet> Unmet);

/// <summary><paramref name="Status"/> is that of the series programme.</summary>
public sealed record StandingView(UserId CreatorId, ProgrammeStatus Status, ProgrammeView Series, ProgrammeView Subscription);

/// <summary>A user looks up what she may join and what is missing.</summary>
public sealed class ShowMyStanding(CreatorRecords creators, TimeProvider clock, CreatorsOptions options)
{
    public async ValueTask<StandingView> HandleAsync(UserId user, CancellationToken cancellationToken)
    {
        var profile = (await creators.ProfileAsync(user, cancellationToken))?.Value;
        var standing = (await creators.StandingAsync(user, cancellationToken))?.Value ?? CreatorStanding.New(user);
        return new(user, standing.Series.Status, View(Programme.Series), View(Programme.Subscription));

        ProgrammeView View(Programme programme)
        {
            var unmet = Eligibility.Look(programme, profile, standing.Invited, clock.GetUtcNow(), options);
            return new(standing.In(programme).Status, unmet.Count == 0, unmet);
        }
    }
}
