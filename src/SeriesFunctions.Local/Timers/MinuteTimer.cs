using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Clock;

namespace SeriesFunctions.Local.Timers;

/// <summary>The local host's timer triggers: at each full minute of the host's clock, and once after it was moved, everything on the list is done in turn.</summary>
public sealed partial class MinuteTimer(IReadOnlyList<TimedWork> works, HostClock clock, ILogger<MinuteTimer> logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private long _ranForMinute;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await RunDueAsync(cancellationToken);
                var next = new DateTimeOffset((Minute(clock.GetUtcNow()) + 1) * TimeSpan.TicksPerMinute, TimeSpan.Zero);
                await clock.WaitUntilAsync(next, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Does everything that this minute asks for, unless it was done already. Two callers wait for each other.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var minute = Minute(clock.GetUtcNow());
            if (minute == _ranForMinute)
                return;
            foreach (var work in works)
                await RunAsync(work, cancellationToken);
            _ranForMinute = minute;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task RunAsync(TimedWork work, CancellationToken cancellationToken)
    {
        try
        {
            await work.RunAsync(cancellationToken);
        }
        // One timer's failure must not keep the others from running.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e, work.Name);
        }
    }

    public void Dispose() => _turn.Dispose();

    private static long Minute(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMinute;

    [LoggerMessage(Level = LogLevel.Error, Message = "Timer {Timer} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string timer);
}
