using System.Globalization;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Analytics;

/// <summary>
/// What is counted. A view is one person watching one video on one day; <paramref name="Viewers"/> are people who watched on that day; <paramref name="Revenue"/> is what was charged and
/// <paramref name="Refunded"/> what was given back of it, in minor units of the row's currency. <paramref name="Sales"/> are payments: each period of a subscription is one.
/// </summary>
public sealed record Numbers(
    long Views = 0, long Viewers = 0, long WatchSeconds = 0, long Clicks = 0, long Sales = 0, long Refunds = 0, long Revenue = 0, long Refunded = 0, long SubscribersGained = 0, long SubscribersLost = 0)
{
    public static readonly Numbers Zero = new();

    public static Numbers operator +(Numbers a, Numbers b) => new(
        a.Views + b.Views, a.Viewers + b.Viewers, a.WatchSeconds + b.WatchSeconds, a.Clicks + b.Clicks, a.Sales + b.Sales, a.Refunds + b.Refunds, a.Revenue + b.Revenue, a.Refunded + b.Refunded,
        a.SubscribersGained + b.SubscribersGained, a.SubscribersLost + b.SubscribersLost);

    public static Numbers operator -(Numbers a, Numbers b) => new(
        a.Views - b.Views, a.Viewers - b.Viewers, a.WatchSeconds - b.WatchSeconds, a.Clicks - b.Clicks, a.Sales - b.Sales, a.Refunds - b.Refunds, a.Revenue - b.Revenue, a.Refunded - b.Refunded,
        a.SubscribersGained - b.SubscribersGained, a.SubscribersLost - b.SubscribersLost);
}

/// <summary>What a number is about: a day (UTC), a series, the place that led to it, and the currency of its money; null where there is none.</summary>
public sealed record StatsKey(DateOnly Day, SeriesId? SeriesId = null, string? Place = null, string? Currency = null)
{
    public static Partition In(UserId creator, DateOnly day) => new(string.Create(CultureInfo.InvariantCulture, $"stats|{creator}|{day:yyyyMM}"));

    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Prefix(Day)}{SeriesId?.Value ?? "-"}|{Place ?? "-"}|{Currency ?? "-"}");

    public static string Prefix(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"day|{day:yyyyMMdd}|");
}

/// <summary>A part of the numbers of a day: document <c>day|{yyyyMMdd}|{series}|{place}|{currency}|{part}</c> of partition <c>stats|{creator}|{yyyyMM}</c>.</summary>
public sealed record DayStats(StatsKey Key, Numbers Numbers)
{
    /// <summary>So that handlers that run at once seldom meet.</summary>
    public const int Parts = 4;

    public static string DocumentId(StatsKey key, string cause) => string.Create(CultureInfo.InvariantCulture, $"{key.Text}|{Spread.Of(cause, Parts)}");
}

/// <summary>
/// What one cause has contributed so far: document <c>mark|{cause}</c> of the same partition. A cause contributes a total and not a step, and the row moves by what the total differs from the mark; both in one
/// batch. So a message may come twice, late, and again with more.
/// </summary>
public sealed record StatsMark(Numbers Contributed)
{
    public static string DocumentId(string cause) => $"mark|{cause}";
}

/// <summary>Keeps the numbers. See docs/adr/0049.</summary>
public sealed class StatsRecords(Records records)
{
    /// <summary>A dead letter that is replayed after that counts again: a year and a month is longer than anybody keeps one.</summary>
    private static readonly TimeSpan MarkKeptFor = TimeSpan.FromDays(400);

    public async ValueTask ContributeAsync(UserId creator, StatsKey key, string cause, Numbers total, CancellationToken cancellationToken)
    {
        var partition = StatsKey.In(creator, key.Day);
        var markId = StatsMark.DocumentId(cause);
        var rowId = DayStats.DocumentId(key, cause);
        while (true)
        {
            var mark = await records.FindAsync<StatsMark>(partition, markId, cancellationToken);
            var more = total - (mark?.Value.Contributed ?? Numbers.Zero);
            if (more == Numbers.Zero)
                return;
            var row = await records.FindAsync<DayStats>(partition, rowId, cancellationToken);
            var batch = new Batch(partition).Save(rowId, row, new DayStats(key, (row?.Value.Numbers ?? Numbers.Zero) + more), rowId);
            if (mark is null)
                batch.Create(markId, new StatsMark(total), timeToLive: MarkKeptFor);
            else
                batch.Replace(markId, new StatsMark(total), mark.ETag, timeToLive: MarkKeptFor);
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return;
        }
    }

    /// <summary>Everything counted from a day on and before another.</summary>
    public async ValueTask<IReadOnlyList<DayStats>> ReadAsync(UserId creator, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var found = new List<DayStats>();
        for (var month = new DateOnly(from.Year, from.Month, 1); month < to; month = month.AddMonths(1))
        {
            string? cursor = null;
            do
            {
                var read = await records.ListAsync<DayStats>(
                    StatsKey.In(creator, month), new(StatsKey.Prefix(from), StatsKey.Prefix(to)), Direction.Ascending, new(1_000, cursor), cancellationToken);
                if (!read.IsOk(out var page, out var problem))
                    throw new InvalidOperationException($"A cursor of our own was refused: {problem.Code}.");
                found.AddRange(page.Items);
                cursor = page.Cursor;
            }
            while (cursor is not null);
        }
        return found;
    }
}
