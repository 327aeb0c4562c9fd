using System.Globalization;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Clock;

namespace SeriesFunctions.Local.Storage;

/// <summary>How a queue stands: due or locked (being worked on), scheduled for later, dead.</summary>
public sealed record QueueCounts(long Due, long Locked, long Scheduled, long Dead);

/// <summary>The queue port on the same SQLite file and through the same group commit as the documents.</summary>
public sealed class SqliteMessageQueue : IMessageQueue
{
    private readonly SqliteDatabase _database;
    private readonly HostClock _clock;
    private readonly QueueStatements _statements = new();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SqliteMessageQueue(SqliteDatabase database, HostClock clock)
    {
        _database = database;
        _clock = clock;
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>In milliseconds, rounded up: never early.</summary>
    internal static long? Due(DateTimeOffset? at) =>
        at is { } time ? (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond : null;

    /// <summary>A host that starts is alone on its folder: whoever held a lock is gone, and its messages are due again, with their counts.</summary>
    public Task ReleaseLocksAsync()
    {
        var now = Now;
        return _database.Writer.RunAsync(database =>
        {
            database.Execute(string.Create(CultureInfo.InvariantCulture, $"UPDATE messages SET token=NULL, visible={now} WHERE token IS NOT NULL AND dead IS NULL"));
            return true;
        });
    }

    public async ValueTask SendAsync(string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        var now = Now;
        await _database.Writer.RunAsync(database =>
        {
            foreach (var message in messages)
                _statements.On(database).Insert(queue, message.Id, message.Body.Span, Due(message.ScheduledFor), now);
            return true;
        });
        Arrived();
    }

    public async ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(string queue, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(wait);
        while (true)
        {
            // Taken before looking, so that what comes in between is not missed.
            var arrived = Volatile.Read(ref _arrived).Task;
            var next = NextVisible(queue);
            if (next <= Now)
            {
                var taken = await _database.Writer.RunAsync(database => _statements.On(database).Take(queue, max, Now));
                if (taken.Count > 0)
                    return taken;
                continue;
            }
            try
            {
                var waits = next == long.MaxValue ? Task.Delay(Timeout.Infinite, patience.Token) : _clock.WaitUntilAsync(DateTimeOffset.FromUnixTimeMilliseconds(next), patience.Token);
                await (await Task.WhenAny(arrived, waits));
            }
            catch (OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return [];
            }
        }
    }

    public ValueTask<bool> CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        SettleAsync(message, (statements, now) => statements.Complete(message, now));

    public ValueTask<bool> AbandonAsync(ReceivedMessage message, TimeSpan delay, string reason, CancellationToken cancellationToken) => message.DeliveryCount >= QueueLimits.MaxDeliveries
        ? DeadLetterAsync(message, reason, $"failed {message.DeliveryCount} times", cancellationToken)
        : SettleAsync(message, (statements, now) => statements.Abandon(message, now, now + (long)delay.TotalMilliseconds, reason));

    public ValueTask<bool> DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
        SettleAsync(message, (statements, now) => statements.Bury(message, now, reason, description));

    public ValueTask<bool> RenewAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        SettleAsync(message, (statements, now) => statements.Renew(message, now));

    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(string queue, int max, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_database.Read<IReadOnlyList<DeadLetter>>(reader =>
        {
            var list = reader.Statement("SELECT id, body, deliveries, reason, description, dead FROM messages WHERE queue=?1 AND dead IS NOT NULL ORDER BY seq LIMIT ?2");
            list.Text(1, queue).Number(2, max);
            var found = new List<DeadLetter>();
            while (list.Step())
                found.Add(new(queue, list.String(0), list.Bytes(1), (int)list.Long(2), list.String(3), list.String(4), DateTimeOffset.FromUnixTimeMilliseconds(list.Long(5))));
            list.Reset();
            return found;
        }));

    public async ValueTask<bool> ReplayDeadLetterAsync(string queue, string messageId, CancellationToken cancellationToken)
    {
        var now = Now;
        var replayed = await _database.Writer.RunAsync(database => _statements.On(database).Replay(queue, messageId, now));
        Arrived();
        return replayed;
    }

    /// <summary>Forgets ids that are past the duplicate window.</summary>
    public Task PurgeSeenAsync()
    {
        var before = Now - (long)QueueLimits.DuplicateWindow.TotalMilliseconds;
        return _database.Writer.RunAsync(database =>
        {
            database.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM seen WHERE at<={before}"));
            return true;
        });
    }

    /// <summary>How one queue stands.</summary>
    public QueueCounts Counts(string queue)
    {
        var now = Now;
        return _database.Read(reader =>
        {
            var count = reader.Statement("""
                SELECT count(CASE WHEN dead IS NULL AND visible<=?2 THEN 1 END), count(CASE WHEN dead IS NULL AND visible>?2 AND token IS NOT NULL THEN 1 END),
                       count(CASE WHEN dead IS NULL AND visible>?2 AND token IS NULL THEN 1 END), count(dead) FROM messages WHERE queue=?1
                """);
            count.Text(1, queue).Number(2, now);
            count.Step();
            var counts = new QueueCounts(count.Long(0), count.Long(1), count.Long(2), count.Long(3));
            count.Reset();
            return counts;
        });
    }

    /// <summary>What is due or being worked on in all queues, and what waits in the outbox, seen at one instant.</summary>
    public long Unfinished()
    {
        var now = Now;
        return _database.Read(reader =>
        {
            var count = reader.Statement("SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM messages WHERE dead IS NULL AND (visible<=?1 OR token IS NOT NULL))");
            count.Number(1, now).Step();
            var unfinished = count.Long(0);
            count.Reset();
            return unfinished;
        });
    }

    /// <summary>Wakes whoever waits for a message.</summary>
    internal void Arrived() => Interlocked.Exchange(ref _arrived, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private long NextVisible(string queue) => _database.Read(reader =>
    {
        var next = reader.Statement("SELECT min(visible) FROM messages WHERE queue=?1 AND dead IS NULL");
        next.Text(1, queue).Step();
        var visible = next.IsNull(0) ? long.MaxValue : next.Long(0);
        next.Reset();
        return visible;
    });

    private async ValueTask<bool> SettleAsync(ReceivedMessage message, Func<QueueStatements, long, bool> settle)
    {
        var now = Now;
        var held = await _database.Writer.RunAsync(database => settle(_statements.On(database), now));
        if (held)
            Arrived();
        return held;
    }
}
