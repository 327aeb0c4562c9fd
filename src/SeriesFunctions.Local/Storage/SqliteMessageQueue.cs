using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Local.Storage;

/// <summary>
/// Peek-lock queues in the host's database; their writes share commits with the documents'. A receiver that finds nothing sleeps until
/// something is sent, or the clock, however it gets there, reaches the next schedule or lock end. Locks end with the process. Only what is sent, or replayed, waits for the disk: a power
/// cut that undoes a delivery or its settlement makes the message come again, as a lock that ran out does.
/// </summary>
public sealed class SqliteMessageQueue(SqliteDatabase database) : IMessageQueue
{
    public async ValueTask SendAsync(string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
            return;
        await database.WriteAsync(
            (Queue: queue, Messages: messages, Bell: database.BellOf(queue)),
            static (session, s) =>
            {
                foreach (var message in s.Messages)
                    session.Messages.Send(s.Queue, message.Id, message.Body.Span, message.ScheduledFor?.UtcTicks, session.Now);
                session.RingAfterCommit(s.Bell);
                return true;
            },
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(string queue, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var bell = database.BellOf(queue);
        var until = database.Clock.GetUtcNow() + wait;
        while (true)
        {
            // Before looking: what is sent after the look rings this one.
            var news = bell.Next;
            var (messages, next) = await database.WriteAsync(
                (Queue: queue, Max: max),
                static (session, s) =>
                {
                    var received = session.Messages.Receive(s.Queue, s.Max, session.NextVersion(), session.Now);
                    return (received, received.Count > 0 ? null : session.Messages.NextAvailable(s.Queue));
                },
                cancellationToken,
                durable: false);
            if (messages.Count > 0 || database.Clock.GetUtcNow() >= until)
                return messages;
            var due = next is { } ticks && ticks < until.UtcTicks ? new DateTimeOffset(ticks, TimeSpan.Zero) : until;
            await NewsOrTimeAsync(news, due, cancellationToken);
        }
    }

    public ValueTask<bool> CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        database.WriteAsync(
            LockToken.Parse(message.LockToken),
            static (session, token) => session.Messages.Complete(token, session.Now),
            cancellationToken,
            durable: false);

    public ValueTask<bool> AbandonAsync(ReceivedMessage message, TimeSpan delay, string reason, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (Token: LockToken.Parse(message.LockToken), Delay: delay.Ticks, Reason: reason, Bell: database.BellOf(message.Queue)),
            static (session, s) =>
            {
                // Receivers that sleep until the lock's end have an earlier time to wake at.
                session.RingAfterCommit(s.Bell);
                return session.Messages.Abandon(s.Token, session.Now + s.Delay, s.Reason, session.Now);
            },
            cancellationToken,
            durable: false);

    public ValueTask<bool> DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (Token: LockToken.Parse(message.LockToken), Reason: reason, Description: description),
            static (session, s) => session.Messages.Bury(s.Token, s.Reason, s.Description, session.Now),
            cancellationToken,
            durable: false);

    public ValueTask<bool> RenewAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        database.WriteAsync(
            LockToken.Parse(message.LockToken),
            static (session, token) => session.Messages.Renew(token, session.Now),
            cancellationToken,
            durable: false);

    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return new(database.Read((Queue: queue, Max: max), static (session, s) => session.DeadLetters(s.Queue, s.Max), cancellationToken));
    }

    public ValueTask<bool> ReplayDeadLetterAsync(string queue, string messageId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (Queue: queue, Id: messageId, Bell: database.BellOf(queue)),
            static (session, s) =>
            {
                session.RingAfterCommit(s.Bell);
                return session.Messages.Replay(s.Queue, s.Id, session.Now);
            },
            cancellationToken);

    /// <summary>What the queue holds at this moment.</summary>
    public QueueCounts Counts(string queue, CancellationToken cancellationToken) =>
        database.Read(
            (Queue: queue, Now: database.Clock.GetUtcNow().UtcTicks),
            static (session, s) => session.Counts(s.Queue, s.Now),
            cancellationToken);

    private async Task NewsOrTimeAsync(Task news, DateTimeOffset due, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(news, database.Clock.UntilOrCancelledAsync(due, either.Token));
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
