using System.Globalization;
using SeriesFunctions.Core.Analytics;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;
using static SeriesFunctions.Http.Conventions.Who;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>What became of a creator's series: watched, clicked, sold, given back.</summary>
public sealed class AnalyticsEndpoints(ShowAnalytics show)
{
    private static readonly QueryParameter[] Range =
    [
        new("from", "The first day (2026-01-31, UTC); without it, 28 days before to."), new("to", "The day after the last; without it, tomorrow."),
        new("by", "How it is split.", "day"), new("seriesId", "Only this series."),
    ];

    public IEnumerable<ApiRoute> Routes =>
    [
        new("ShowAnalytics", "GET", "v1/creators/me/analytics", User, "Views, viewers, watch time, clicks, sales, refunds and revenue of the caller's series, by day, series and place; up to 92 days.", ShowAsync)
        { Response = typeof(AnalyticsView), Query = Range, Refusals = ["400 bad-day, bad-by, bad-range, bad-id"] },
    ];

    private async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!Day(call, "from").IsOk(out var from, out var problem) || !Day(call, "to").IsOk(out var to, out problem))
            return problem;
        if (call.Query("by") is not (null or "day"))
            return new Problem(ProblemKind.Malformed, "bad-by", "by is one of: day.");
        var series = call.Query("seriesId");
        if (series is not null && !Ids.IsValid(series))
            return new Problem(ProblemKind.Malformed, "bad-id", "An id is 1 to 64 characters of A-Z a-z 0-9 _ -.");
        SeriesId? only = series is null ? null : new(series);
        return (await show.HandleAsync(call.User, from.Value, to.Value, only, cancellationToken)).IsOk(out var seen, out problem) ? Answer.Json(AnalyticsView.Of(seen, only)) : problem;
    }

    private sealed record Asked(DateOnly? Value);

    private static Result<Asked> Day(ApiCall call, string name)
    {
        if (call.Query(name) is not { } text)
            return new Asked(null);
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and < 9000
            ? new Asked(day)
            : new Problem(ProblemKind.Malformed, "bad-day", $"{name} is a day as in 2026-01-31.");
    }
}
