namespace SeriesFunctions.Local.Storage;

/// <summary>
/// Moves events from the outbox to their queues, in the order in which they were written. Each step is one transaction that adds to the
/// queues and takes from the outbox, so an event is moved once or not at all; moved again, where a power cut undid it. <paramref name="queuesOf"/> says by an event's name where
/// it goes; it is called on the writer's thread and must only look up.
/// </summary>
public sealed partial class OutboxRelay(SqliteDatabase database, Func<string, IReadOnlyList<string>> queuesOf, ILogger<OutboxRelay> logger) : IAsyncDisposable
{
    private const int Step = 100;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Moves what a former run left, and from then on whatever is committed.</summary>
    public void Start() => _running = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>Events that have not been moved yet.</summary>
    public int Waiting(CancellationToken cancellationToken) => database.Read(0, static (session, _) => session.OutboxCount(), cancellationToken);

    /// <summary>Moves everything that was committed before the call. Returns how many events that were.</summary>
    public async ValueTask<int> MoveAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            var (moved, unwanted) = await database.WriteAsync(this, static (session, relay) => relay.Move(session), cancellationToken, durable: false);
            foreach (var gone in unwanted)
                LogUnwanted(logger, gone.Name, gone.Id);
            total += moved;
            if (moved < Step)
                return total;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                // Before looking: what is committed after the look rings this one.
                var news = database.OutboxBell.Next;
                try
                {
                    await MoveAsync(stop);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Whatever it is: a relay that gave up would leave every event after this one where it is.
                    LogFailed(logger, e);
                    await Task.Delay(RetryAfter, database.Clock, stop);
                    continue;
                }
                await news.WaitAsync(stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped. What is left is moved at the next start.
        }
    }

    private (int Moved, List<OutboxEvent> Unwanted) Move(WriteSession session)
    {
        var events = session.Outbox.First(Step);
        List<OutboxEvent> unwanted = [];
        foreach (var one in events)
        {
            var queues = queuesOf(one.Name);
            foreach (var queue in queues)
            {
                session.Messages.Send(queue, one.Id, one.Body, one.Due, session.Now);
                session.RingAfterCommit(database.BellOf(queue));
            }
            if (queues.Count == 0)
                unwanted.Add(one);
        }
        if (events.Count > 0)
            session.Outbox.RemoveThrough(events[^1].Sequence);
        return (events.Count, unwanted);
    }

    [LoggerMessage(LogLevel.Debug, "No queue wants {EventName}; {EventId} is dropped")]
    private static partial void LogUnwanted(ILogger logger, string eventName, string eventId);

    [LoggerMessage(LogLevel.Warning, "The outbox could not be relayed; trying again in a second")]
    private static partial void LogFailed(ILogger logger, Exception reason);
}
