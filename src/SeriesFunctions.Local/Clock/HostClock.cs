namespace SeriesFunctions.Local.Clock;

/// <summary>
/// The host's clock: the system's, moved forward by what <c>POST /local/clock</c> or a test added. Everything in the host asks this one, so queues,
/// timers, signatures and the simulated provider go with it. It never goes back.
/// </summary>
public sealed class HostClock(TimeProvider system) : TimeProvider
{
    private long _offsetTicks;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HostClock()
        : this(System)
    {
    }

    public override DateTimeOffset GetUtcNow() => system.GetUtcNow() + Offset;

    public override long GetTimestamp() => system.GetTimestamp();

    public override long TimestampFrequency => system.TimestampFrequency;

    /// <summary>How far ahead of the system's clock this one is.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    /// <summary>Moves the clock forward and wakes whoever waits for a time. Returns the new time.</summary>
    public DateTimeOffset Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref _offsetTicks, by.Ticks);
        Interlocked.Exchange(ref _moved, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return GetUtcNow();
    }

    /// <summary>Completes with the next <see cref="Advance"/>. Take it before reading the time, or a move between the two is missed.</summary>
    public Task Moved => Volatile.Read(ref _moved).Task;

    /// <summary>Returns when this clock, however it gets there, shows <paramref name="due"/> or later.</summary>
    public async Task WaitUntilAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        await UntilOrCancelledAsync(due, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>As <see cref="WaitUntilAsync"/>, for those who mostly give up because something else came first: it returns then, since an exception each time would cost more than what they wait for.</summary>
    public async Task UntilOrCancelledAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var moved = Moved;
            var left = due - GetUtcNow();
            if (left <= TimeSpan.Zero)
                return;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            // A day at a time: a timer can't be set for months, and a discount may start in half a year.
            await Task.WhenAny(moved, Task.Delay(left < TimeSpan.FromDays(1) ? left : TimeSpan.FromDays(1), system, either.Token));
            await either.CancelAsync();
        }
    }
}
