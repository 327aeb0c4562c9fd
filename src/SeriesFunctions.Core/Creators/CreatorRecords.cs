using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Creators;

/// <summary>Reads what we know of a creator.</summary>
public sealed class CreatorRecords(Records records, TimeProvider clock, CreatorsOptions options)
{
    public ValueTask<Stored<CreatorProfile>?> ProfileAsync(UserId id, CancellationToken cancellationToken) =>
        records.FindAsync<CreatorProfile>(CreatorStanding.In(id), CreatorProfile.DocumentId, cancellationToken);

    public ValueTask<Stored<CreatorStanding>?> StandingAsync(UserId id, CancellationToken cancellationToken) =>
        records.FindAsync<CreatorStanding>(CreatorStanding.In(id), CreatorStanding.DocumentId, cancellationToken);

    /// <summary>A batch that stores the changed standing and tells what is new about it.</summary>
    public Batch Change(Stored<CreatorStanding>? before, CreatorStanding after, DateTimeOffset now) => StandingNews.Change(before, after, now, options);

    /// <summary>She knows of each of her programmes whether she is suspended.</summary>
    public bool IsTold(CreatorStanding standing, DateTimeOffset now) =>
        Enum.GetValues<Programme>().All(programme => standing.StatusAt(programme, now, options) == ProgrammeStatus.Suspended == standing.In(programme).SuspensionTold is not null);

    /// <summary>Where somebody stands in a programme now.</summary>
    public async ValueTask<ProgrammeStatus> StatusAsync(UserId id, Programme programme, CancellationToken cancellationToken) =>
        (await StandingAsync(id, cancellationToken))?.Value.StatusAt(programme, clock.GetUtcNow(), options) ?? ProgrammeStatus.None;

    /// <summary>Null when the user may make and sell series; otherwise why not.</summary>
    public async ValueTask<Problem?> MayCreateAsync(UserId id, CancellationToken cancellationToken) =>
        await StatusAsync(id, Programme.Series, cancellationToken) switch
        {
            ProgrammeStatus.Approved => null,
            ProgrammeStatus.Suspended => Problem.Forbidden("creator-suspended", "Your part in the programme is suspended for now."),
            _ => CreatorRequired,
        };

    internal static readonly Problem CreatorRequired = Problem.Forbidden("creator-required", "Only approved creators can do this. Apply at POST /v1/creators/me/application.");

    /// <summary>Null when the user is in one of the programmes, for what belongs to neither alone: videos, a profile; otherwise why not.</summary>
    public async ValueTask<Problem?> MayPublishAsync(UserId id, CancellationToken cancellationToken) =>
        await MayCreateAsync(id, cancellationToken) is { } refused && await MayOfferSubscriptionsAsync(id, cancellationToken) is not null ? refused : null;

    /// <summary>Null when the user may offer tiers to subscribe to and make subscriber-only videos; otherwise why not.</summary>
    public async ValueTask<Problem?> MayOfferSubscriptionsAsync(UserId id, CancellationToken cancellationToken) =>
        await StatusAsync(id, Programme.Subscription, cancellationToken) switch
        {
            ProgrammeStatus.Approved => null,
            ProgrammeStatus.Suspended => Problem.Forbidden("creator-suspended", "Your part in the subscription programme is suspended for now."),
            _ => Problem.Forbidden("subscription-programme-required", "Only creators in the subscription programme can do this. Apply at POST /v1/creators/me/application with the programme subscription."),
        };
}
