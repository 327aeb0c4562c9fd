namespace SeriesFunctions.Core.Messaging;

/// <summary>
/// The queue port, with the promises of a peek-lock queue: at least once; locked while a receiver works on it; scheduled; a duplicate id within
/// <see cref="QueueLimits.DuplicateWindow"/> is dropped; the <see cref="QueueLimits.MaxDeliveries"/>th failure is a dead letter with its reason. Order is not promised.
/// </summary>
public interface IMessageQueue
{
    /// <summary>Durable when it returns. All of them or none.</summary>
    ValueTask SendAsync(string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken);

    /// <summary>
    /// Locks up to <paramref name="max"/> due messages for <see cref="QueueLimits.LockTime"/>, waiting up to <paramref name="wait"/> for the first.
    /// A message whose lock ran out is delivered again with a higher count.
    /// </summary>
    ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(string queue, int max, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>The work is done; the message goes. False when the lock was lost: it will come again.</summary>
    ValueTask<bool> CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken);

    /// <summary>
    /// The work failed: again no earlier than after <paramref name="delay"/>, or, at the last delivery, a dead letter with <paramref name="reason"/>.
    /// False when the lock was lost.
    /// </summary>
    ValueTask<bool> AbandonAsync(ReceivedMessage message, TimeSpan delay, string reason, CancellationToken cancellationToken);

    /// <summary>The work can't succeed. Kept, with why. False when the lock was lost.</summary>
    ValueTask<bool> DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken);

    /// <summary>Holds the lock for another <see cref="QueueLimits.LockTime"/>. False when it was lost.</summary>
    ValueTask<bool> RenewAsync(ReceivedMessage message, CancellationToken cancellationToken);

    /// <summary>Dead letters, oldest first.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(string queue, int max, CancellationToken cancellationToken);

    /// <summary>Puts a dead letter back with a fresh delivery count. False when there is none with that id.</summary>
    ValueTask<bool> ReplayDeadLetterAsync(string queue, string messageId, CancellationToken cancellationToken);
}

/// <summary>The numbers behind the promises; the same on both sides.</summary>
public static class QueueLimits
{
    public const int MaxDeliveries = 10;
    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan DuplicateWindow = TimeSpan.FromMinutes(10);
}

/// <summary>A message to send. <paramref name="ScheduledFor"/> null means now.</summary>
public sealed record QueueMessage(string Id, ReadOnlyMemory<byte> Body, DateTimeOffset? ScheduledFor = null);

/// <summary>A locked message. <paramref name="DeliveryCount"/> is 1 the first time.</summary>
public sealed record ReceivedMessage(string Queue, string Id, ReadOnlyMemory<byte> Body, int DeliveryCount, string LockToken, DateTimeOffset EnqueuedAt);

/// <summary>A message that nobody could handle.</summary>
public sealed record DeadLetter(string Queue, string Id, ReadOnlyMemory<byte> Body, int DeliveryCount, string Reason, string Description, DateTimeOffset DeadLetteredAt);

/// <summary>The queues can't be reached, or refuse for now. What was asked may have happened.</summary>
public sealed class QueueUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
