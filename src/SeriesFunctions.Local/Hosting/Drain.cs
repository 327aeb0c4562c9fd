using System.Diagnostics;
using SeriesFunctions.Local.Timers;

namespace SeriesFunctions.Local.Hosting;

/// <summary>How much of one kind of work is due and not done, and a name for it.</summary>
public sealed record Backlog(string Name, Func<CancellationToken, ValueTask<long>> CountAsync);

/// <summary>Waits until everything that is due now was worked off: timers, relay, queues, webhooks. What is held back for later is not due.</summary>
public sealed class Drain(IReadOnlyList<Backlog> backlogs, MinuteTimer timer)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What is left; empty when all is done.</summary>
    public async Task<IReadOnlyDictionary<string, long>> RunAsync(CancellationToken cancellationToken)
    {
        await timer.RunDueAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var quiet = 0;
        while (true)
        {
            var left = new Dictionary<string, long>();
            foreach (var backlog in backlogs)
            {
                if (await backlog.CountAsync(cancellationToken) is > 0 and var count)
                    left[backlog.Name] = count;
            }
            // One kind of work makes another, which may have been counted before: all of it must be quiet twice.
            quiet = left.Count == 0 ? quiet + 1 : 0;
            if (quiet == 2 || Stopwatch.GetElapsedTime(started) > Patience)
                return left;
            if (left.Count > 0)
                await Task.Delay(2, cancellationToken);
        }
    }
}
