namespace SeriesFunctions.ServiceBus;

/// <summary>A message as the broker is given it. <paramref name="MessageId"/> is what its duplicate detection goes by.</summary>
internal sealed record WireMessage(string MessageId, ReadOnlyMemory<byte> Body, DateTimeOffset? ScheduledFor, IReadOnlyDictionary<string, object> Properties);

/// <summary>A message as the broker gives it. <paramref name="DeliveryCount"/> is the broker's own; <paramref name="Handle"/> is what the wire settles it by.</summary>
internal sealed record WireReceived(
    string MessageId,
    ReadOnlyMemory<byte> Body,
    int DeliveryCount,
    long SequenceNumber,
    string LockToken,
    DateTimeOffset LockedUntil,
    DateTimeOffset EnqueuedTime,
    string? DeadLetterReason,
    string? DeadLetterDescription,
    IReadOnlyDictionary<string, object> Properties,
    object? Handle);

/// <summary>
/// The few things that we ask of a broker. On one side the SDK (<see cref="ServiceBusWire"/>), on the other, in the tests, a model of what Service Bus is documented to
/// promise: so the rules about counts, copies and replays run wherever the tests do, also where the SDK can't be had. Settling answers false for a lost lock.
/// </summary>
internal interface IWire
{
    Task SendAsync(string queue, IReadOnlyList<WireMessage> messages, CancellationToken cancellationToken);

    Task<IReadOnlyList<WireReceived>> ReceiveAsync(string queue, bool deadLetters, int max, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Looks at dead letters without locking them, in the order of their sequence numbers.</summary>
    Task<IReadOnlyList<WireReceived>> PeekDeadLettersAsync(string queue, int max, long fromSequenceNumber, CancellationToken cancellationToken);

    Task<bool> CompleteAsync(string queue, bool deadLetters, WireReceived message, CancellationToken cancellationToken);

    Task<bool> AbandonAsync(string queue, bool deadLetters, WireReceived message, CancellationToken cancellationToken);

    Task<bool> DeadLetterAsync(string queue, WireReceived message, string reason, string description, IReadOnlyDictionary<string, object> properties, CancellationToken cancellationToken);

    Task<bool> RenewAsync(string queue, WireReceived message, CancellationToken cancellationToken);
}
