using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Creators;

/// <summary>The platform reported another profile of a creator.</summary>
public sealed record ProfileReported(UserId CreatorId) : IEvent
{
    public static string Name => "profile-reported";

    public static int Version => 1;
}

/// <summary>
/// The host app reports a creator's numbers. The last report counts: by the time at which it was made where it says so, else by when it came. Saying it twice changes nothing,
/// and a report that was overtaken by a later one is taken and changes nothing either.
/// </summary>
public sealed class ReportProfile(Records records, CreatorRecords creators, TimeProvider clock)
{
    /// <summary>How far the platform's clock may go ahead of ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <param name="creator">Whose.</param>
    /// <param name="reported">What is reported; its <c>ReportedAt</c> is set here.</param>
    /// <param name="reportedAt">When the platform made the report; null is now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Result<Done>> HandleAsync(UserId creator, CreatorProfile reported, DateTimeOffset? reportedAt, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var checks = new FieldChecks()
            .Must(reported.Followers >= 0, "followers", "negative", "A count is 0 or more.")
            .Must(reported.PostsLast30Days >= 0, "postsLast30Days", "negative", "A count is 0 or more.")
            .Must(reported.ViewsLast30Days >= 0, "viewsLast30Days", "negative", "A count is 0 or more.")
            .Must(reported.AccountCreatedAt <= now, "accountCreatedAt", "in-the-future", "An account can't be created in the future.")
            .Must(reported.BirthDate.Year >= 1900 && reported.BirthDate <= DateOnly.FromDateTime(now.UtcDateTime), "birthDate", "not-a-birth-date", "A date from 1900 to today.")
            .Must(reported.Country.Length == 2 && reported.Country.All(char.IsAsciiLetterUpper), "country", "not-a-country", "An ISO 3166-1 code of two capital letters.")
            .Must(reportedAt is null || reportedAt <= now + Skew, "reportedAt", "in-the-future", "A report can't come from the future.")
            .Line(reported.Handle, "handle", 64);
        if (!checks.AllGood)
            return checks.Problem;
        var profile = reported with { ReportedAt = reportedAt ?? now };
        while (true)
        {
            var before = await creators.ProfileAsync(creator, cancellationToken);
            if (before is not null && (profile.ReportedAt < before.Value.ReportedAt || profile with { ReportedAt = before.Value.ReportedAt } == before.Value && profile.ReportedAt == before.Value.ReportedAt))
                return Done.Value;
            var outcome = await records.SaveAsync(
                new Batch(CreatorStanding.In(creator)).Save(CreatorProfile.DocumentId, before, profile).Emit(new ProfileReported(creator), now), cancellationToken);
            if (outcome.IsOk)
                return Done.Value;
        }
    }
}

/// <summary>
/// Off the queue: looks again at everything that hangs on a profile, as the profile is now. An application that meets every rule by now is approved; where a rule
/// that has to last no longer holds, her part in the programme rests until a report says that it does. Any order and any number of times is fine.
/// </summary>
public sealed class Reevaluate(Records records, CreatorRecords creators, SortApplication sort, TimeProvider clock, CreatorsOptions options) : IHandle<ProfileReported>
{
    public async ValueTask<Handled> HandleAsync(ProfileReported message, CancellationToken cancellationToken)
    {
        if (await creators.StandingAsync(message.CreatorId, cancellationToken) is not { } standing || await creators.ProfileAsync(message.CreatorId, cancellationToken) is not { } profile)
            return Handled.Done;
        var now = clock.GetUtcNow();
        var after = standing.Value;
        foreach (var programme in Enum.GetValues<Programme>())
        {
            var membership = after.In(programme);
            if (membership is { Status: ProgrammeStatus.Applied, ApplicationId: { } application })
            {
                var sorted = await sort.HandleAsync(new(message.CreatorId, programme, application), cancellationToken);
                if (sorted.As != HandledAs.Done)
                    return sorted;
                // What it decided is another document by now: look at it the next time round.
                if ((await creators.StandingAsync(message.CreatorId, cancellationToken))?.ETag != standing.ETag)
                    return await HandleAsync(message, cancellationToken);
                continue;
            }
            var lapsed = membership.Status == ProgrammeStatus.Approved ? Eligibility.Lapsed(programme, profile.Value, after, now, options) : [];
            DateTimeOffset? ofAge = lapsed.Contains(Eligibility.AgeCode) ? Eligibility.OfAgeAt(programme, profile.Value, options) : null;
            if (!lapsed.SequenceEqual(membership.Lapsed ?? []) || ofAge != membership.OfAgeAt)
                after = after.With(programme, membership with { Lapsed = lapsed.Count == 0 ? null : lapsed, OfAgeAt = ofAge });
        }
        // That a suspension ended by the clock alone may not have been told: its message was lost.
        if (ReferenceEquals(after, standing.Value) && creators.IsTold(after, now))
            return Handled.Done;
        return (await records.SaveAsync(creators.Change(standing, after, now), cancellationToken)).IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }
}
