using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Creators;

/// <summary>
/// A strike against a creator. It counts in <c>[At, At + window)</c> unless it was taken back. <paramref name="Source"/> and <paramref name="Id"/> together name it:
/// <c>platform</c> or <c>moderation</c>, and an id of theirs. The report with the latest <paramref name="ReportedAt"/> holds. <paramref name="About"/> is what was removed: two decisions that both
/// removed it are one removal, and count once (docs/adr/0033).
/// </summary>
public sealed record Strike(string Source, string Id, DateTimeOffset At, string Reason, bool Withdrawn, DateTimeOffset ReportedAt, SeriesId? About = null)
{
    public bool IsAboutTheSame(Strike other) => Source == other.Source && (Id == other.Id || About is not null && About == other.About);
}

public static class StrikeSources
{
    public const string Platform = "platform";
    public const string Moderation = "moderation";
}

/// <summary>The rules of strikes, pure. Source: product rules, "standing" (3 in 90 days suspend).</summary>
public static class StrikeRules
{
    /// <summary>The standing with what a report says; the same object where the report is old news. Strikes that have expired are dropped on the way: a late word of them changes nothing.</summary>
    public static CreatorStanding Apply(CreatorStanding standing, Strike reported, DateTimeOffset now, CreatorsOptions options)
    {
        var known = standing.Strikes ?? [];
        var before = known.FirstOrDefault(strike => strike.Source == reported.Source && strike.Id == reported.Id);
        if (before is not null && !IsNews(before, reported) || reported.At + options.StrikeWindow <= now)
            return standing;
        return standing with { Strikes = [.. known.Where(strike => strike != before && strike.At + options.StrikeWindow > now), reported] };
    }

    /// <summary>Twice is once; of two reports with the same time the one that takes it back holds, in whichever order they come.</summary>
    private static bool IsNews(Strike before, Strike reported) =>
        reported.ReportedAt > before.ReportedAt || reported.ReportedAt == before.ReportedAt && reported.Withdrawn && !before.Withdrawn;
}

/// <summary>The platform or moderation gives a strike, or takes it back. The same report again, or an older one, changes nothing.</summary>
public sealed class ReportStrike(Records records, CreatorRecords creators, TimeProvider clock, CreatorsOptions options)
{
    /// <param name="creator">Whose.</param>
    /// <param name="source">One of <see cref="StrikeSources"/>.</param>
    /// <param name="id">The reporter's own id of the strike.</param>
    /// <param name="at">When she earned it.</param>
    /// <param name="reason">For people, 1 to 200 characters.</param>
    /// <param name="withdrawn">True: it was taken back.</param>
    /// <param name="reportedAt">When the reporter said this; null is now.</param>
    /// <param name="about">What was removed; null where it is nothing of ours.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Result<Done>> HandleAsync(
        UserId creator, string source, string id, DateTimeOffset at, string reason, bool withdrawn, DateTimeOffset? reportedAt, SeriesId? about, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var checks = new FieldChecks().Line(reason, "reason", 200)
            .Must(at <= now + ReportProfile.Skew, "at", "in-the-future", "A strike is given for what has happened.")
            .Must(reportedAt is null || reportedAt <= now + ReportProfile.Skew, "reportedAt", "in-the-future", "A report can't come from the future.");
        if (!checks.AllGood)
            return checks.Problem;
        var strike = new Strike(source, id, at, reason, withdrawn, reportedAt ?? now, about);
        while (true)
        {
            var stored = await creators.StandingAsync(creator, cancellationToken);
            var before = stored?.Value ?? CreatorStanding.New(creator);
            var after = StrikeRules.Apply(before, strike, now, options);
            if (ReferenceEquals(after, before))
                return Done.Value;
            if (!(await records.SaveAsync(creators.Change(stored, after, now), cancellationToken)).IsOk)
                continue;
            Telemetry.Count(withdrawn ? "strike-withdrawn" : "strike-given");
            return Done.Value;
        }
    }
}
