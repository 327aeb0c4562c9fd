using System.Globalization;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Core.Messaging;

public enum DueKind
{
    Discount,
    Checkout,
    Gift,
    Subscription,
}

/// <summary>Something that a sweep must look at once <paramref name="At"/> has come.</summary>
public sealed record DueItem(DueKind Kind, string Owner, string Id, DateTimeOffset At);

/// <summary>How far a sweep has come.</summary>
public sealed record SweepMark(DateTimeOffset SweptUntil);

/// <summary>
/// What comes due at a time, in one partition an hour (<c>due|{kind}|{hour}</c>), sorted by its minute: a sweep reads only the minutes since the last one, however much lies ahead, and one that
/// catches up reads once an hour that it missed.
/// </summary>
public sealed class DueWork(Records records, TimeProvider clock)
{
    /// <summary>Kept for so long after it came due, in case nothing ran for a while.</summary>
    private static readonly TimeSpan KeptAfter = TimeSpan.FromDays(30);

    private static readonly Partition Marks = new("due");

    /// <summary>How long a sweep leaves to the message that was to come at a time what nobody waits for to the minute.</summary>
    public static readonly TimeSpan LeftToItsMessage = TimeSpan.FromMinutes(5);

    public async ValueTask RememberAsync(DueItem item, CancellationToken cancellationToken)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{item.Owner}|{item.Id}|{item.At.ToUnixTimeMilliseconds()}");
        var keep = item.At - clock.GetUtcNow() + KeptAfter;
        if (keep > TimeSpan.Zero)
            await records.SaveAsync(new Batch(In(item.Kind, item.At)).Put(id, item, sort: $"{Sort(item.At)}|{id}", timeToLive: keep), cancellationToken);
    }

    /// <summary>
    /// Hands every item that came due since the last sweep to <paramref name="work"/>. The mark moves only past whole minutes whose items were all worked off,
    /// so a crash or a failure in between does some of it again and leaves nothing out.
    /// </summary>
    public async Task SweepAsync(DueKind kind, Func<DueItem, CancellationToken, ValueTask<Handled>> work, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var markId = $"mark|{kind.ToString().ToLowerInvariant()}";
        var mark = await records.FindAsync<SweepMark>(Marks, markId, cancellationToken);
        // The first sweep ever has nothing to look back on but what was noted in the last days.
        var from = Minute(mark?.Value.SweptUntil ?? now - TimeSpan.FromDays(1));
        if (now - from > KeptAfter)
            from = Minute(now - KeptAfter);
        var marked = from;
        for (var at = from; at <= now; at = NextHour(at))
        {
            var (stuckAt, any) = await SweepHourAsync(kind, at, now, work, cancellationToken);
            var reached = stuckAt ?? (NextHour(at) <= now ? NextHour(at) : Minute(now));
            // One write an hour in which there was something to catch up with, and one at the end: the mark need not be exact, only never too far.
            if (reached > marked && (any || NextHour(at) > now))
            {
                await records.SaveAsync(new Batch(Marks).Put(markId, new SweepMark(reached)), cancellationToken);
                marked = reached;
            }
            if (stuckAt is not null)
                return;
        }
    }

    /// <summary>What came due from a minute to the end of its hour: the minute of the first item that can't be worked off yet, null as a rule, and whether there was anything.</summary>
    private async ValueTask<(DateTimeOffset? StuckAt, bool Any)> SweepHourAsync(
        DueKind kind, DateTimeOffset from, DateTimeOffset now, Func<DueItem, CancellationToken, ValueTask<Handled>> work, CancellationToken cancellationToken)
    {
        var any = false;
        string? cursor = null;
        do
        {
            var read = await records.ListAsync<DueItem>(In(kind, from), new(Sort(from), Sort(now.AddMinutes(1))), Direction.Ascending, new(100, cursor), cancellationToken);
            if (!read.IsOk(out var page, out _))
                return (from, any);
            foreach (var item in page.Items.Where(item => item.At <= now))
            {
                any = true;
                if ((await work(item, cancellationToken)).As == HandledAs.Retry)
                    return (Minute(item.At), any);
            }
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return (null, any);
    }

    private static Partition In(DueKind kind, DateTimeOffset at) =>
        new($"due|{kind.ToString().ToLowerInvariant()}|{at.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture)}");

    private static string Sort(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture);

    private static DateTimeOffset NextHour(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerHour + TimeSpan.TicksPerHour, TimeSpan.Zero);

    private static DateTimeOffset Minute(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
}
