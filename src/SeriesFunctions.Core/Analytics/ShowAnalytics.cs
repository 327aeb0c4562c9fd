using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Analytics;

/// <summary>
/// A creator's numbers in <c>[From, To)</c>, of all her series or of one. <paramref name="Days"/> has every day, <paramref name="Series"/> and <paramref name="Places"/> those with something to tell; only days tell of
/// viewers, since people who came twice can't be added up.
/// </summary>
public sealed record AnalyticsSeen(
    DateOnly From, DateOnly To, IReadOnlyList<(DateOnly Day, IReadOnlyList<DayStats> Rows)> Days, IReadOnlyList<(SeriesId Series, IReadOnlyList<DayStats> Rows)> Series,
    IReadOnlyList<(string Place, IReadOnlyList<DayStats> Rows)> Places, IReadOnlyList<DayStats> All);

/// <summary>A creator reads her numbers.</summary>
public sealed class ShowAnalytics(StatsRecords stats, TimeProvider clock)
{
    public const int MostDays = 92;

    private const int UsualDays = 28;

    public async ValueTask<Result<AnalyticsSeen>> HandleAsync(UserId creator, DateOnly? asksFrom, DateOnly? asksTo, SeriesId? series, CancellationToken cancellationToken)
    {
        var tomorrow = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1);
        var to = asksTo ?? asksFrom?.AddDays(UsualDays) ?? tomorrow;
        var from = asksFrom ?? to.AddDays(-UsualDays);
        var days = to.DayNumber - from.DayNumber;
        if (days is < 1 or > MostDays)
            return new Problem(ProblemKind.Malformed, "bad-range", $"From 1 to {MostDays} days, from included and to not.");
        // What is about no series is how many people there were of all series together: of one series, its own rows say that.
        var rows = (await stats.ReadAsync(creator, from, to, cancellationToken)).Where(row => series is null || row.Key.SeriesId == series).ToList();
        var byDay = rows.ToLookup(row => row.Key.Day);
        return new AnalyticsSeen(
            from, to,
            [.. Enumerable.Range(0, days).Select(from.AddDays).Select(day => (day, (IReadOnlyList<DayStats>)[.. byDay[day]]))],
            [.. rows.Where(row => row.Key.SeriesId is not null).GroupBy(row => row.Key.SeriesId!.Value).OrderBy(group => group.Key.Value, StringComparer.Ordinal).Select(group => (group.Key, (IReadOnlyList<DayStats>)[.. group]))],
            [.. rows.Where(row => row.Key.Place is not null).GroupBy(row => row.Key.Place!).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, (IReadOnlyList<DayStats>)[.. group]))],
            rows);
    }
}
