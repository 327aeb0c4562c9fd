using SeriesFunctions.Core.Analytics;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Http.Views;

/// <summary>
/// A view is one person watching one video on one day. Money is one amount a currency: <paramref name="Revenue"/> what was charged, <paramref name="Refunded"/> what was given back, by a refund or a lost dispute, whenever it was sold.
/// <paramref name="SubscriptionRevenue"/> is the part of it that subscribers paid; each period is a sale. <paramref name="ConversionBasisPoints"/> of 10,000 clicks led to a sale within seven days; null without clicks.
/// </summary>
public sealed record NumbersView(
    long Views, long WatchSeconds, long Clicks, long Sales, long LinkSales, int? ConversionBasisPoints, long Refunds, IReadOnlyList<Money> Revenue, IReadOnlyList<Money> Refunded,
    IReadOnlyList<Money> SubscriptionRevenue, long SubscribersGained, long SubscribersLost)
{
    public static NumbersView Of(IReadOnlyList<DayStats> rows)
    {
        var sum = rows.Aggregate(Numbers.Zero, (total, row) => total + row.Numbers);
        var byLink = rows.Where(row => row.Key.Place is not null).Sum(row => row.Numbers.Sales);
        return new(
            sum.Views, sum.WatchSeconds, sum.Clicks, sum.Sales, byLink, sum.Clicks == 0 ? null : (int)(byLink * 10_000 / sum.Clicks), sum.Refunds,
            Amounts(rows, numbers => numbers.Revenue), Amounts(rows, numbers => numbers.Refunded),
            Amounts([.. rows.Where(row => row.Key.SeriesId is null)], numbers => numbers.Revenue), sum.SubscribersGained, sum.SubscribersLost);
    }

    private static IReadOnlyList<Money> Amounts(IReadOnlyList<DayStats> rows, Func<Numbers, long> of) =>
        [.. rows.Where(row => row.Key.Currency is not null).GroupBy(row => row.Key.Currency!).Select(group => new Money(group.Sum(row => of(row.Numbers)), group.Key)).Where(money => money.Amount != 0).OrderBy(money => money.Currency, StringComparer.Ordinal)];
}

/// <summary><paramref name="Viewers"/> are people who watched on that day, each once.</summary>
public sealed record DayNumbersView(DateOnly Day, long Viewers, NumbersView Numbers);

public sealed record SeriesNumbersView(SeriesId SeriesId, NumbersView Numbers);

/// <summary><paramref name="Place"/> is video, profile or campaign:name.</summary>
public sealed record PlaceNumbersView(string Place, NumbersView Numbers);

/// <summary>The caller's numbers from a day (UTC) on and before another. What was just watched or clicked is in it within a quarter of an hour.</summary>
public sealed record AnalyticsView(
    DateOnly From, DateOnly To, SeriesId? SeriesId, NumbersView Total, IReadOnlyList<DayNumbersView> Days, IReadOnlyList<SeriesNumbersView> Series, IReadOnlyList<PlaceNumbersView> Places)
{
    public static AnalyticsView Of(AnalyticsSeen seen, SeriesId? series) => new(
        seen.From, seen.To, series, NumbersView.Of(seen.All),
        [.. seen.Days.Select(day => new DayNumbersView(day.Day, day.Rows.Where(row => row.Key.SeriesId == series).Sum(row => row.Numbers.Viewers), NumbersView.Of(day.Rows)))],
        [.. seen.Series.Select(one => new SeriesNumbersView(one.Series, NumbersView.Of(one.Rows)))],
        [.. seen.Places.Select(place => new PlaceNumbersView(place.Place, NumbersView.Of(place.Rows)))]);
}
