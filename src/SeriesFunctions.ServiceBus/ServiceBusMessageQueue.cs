using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.ServiceBus;

/// <summary>
/// The queue port on Service Bus. The queues are made by infra/: duplicate detection over <see cref="QueueLimits.DuplicateWindow"/>, locks of <see cref="QueueLimits.LockTime"/>,
/// <see cref="QueueLimits.MaxDeliveries"/> deliveries. The rules are in <see cref="WireRules"/>.
/// </summary>
public sealed class ServiceBusMessageQueue : IMessageQueue, IAsyncDisposable
{
    /// <summary>Dead letters looked at in one go while one is searched for.</summary>
    private const int PeekSize = 100;

    private readonly IWire _wire;
    private readonly TimeProvider _clock;

    /// <summary>What this process has locked; the port names a message by its token, the SDK by itself.</summary>
    private readonly ConcurrentDictionary<string, WireReceived> _held = new();

    public ServiceBusMessageQueue(ServiceBusClient client, TimeProvider clock)
        : this(new ServiceBusWire(client), clock)
    {
    }

    internal ServiceBusMessageQueue(IWire wire, TimeProvider clock) => (_wire, _clock) = (wire, clock);

    public async ValueTask SendAsync(string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count > 0)
        {
            await _wire.SendAsync(
                queue, [.. messages.DistinctBy(message => message.Id).Select(message => new WireMessage(message.Id, message.Body, message.ScheduledFor, s_none))], cancellationToken);
        }
    }

    public async ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(string queue, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ForgetWhatRanOut();
        var received = new List<ReceivedMessage>();
        foreach (var message in await _wire.ReceiveAsync(queue, deadLetters: false, max, wait, cancellationToken))
        {
            var deliveries = WireRules.DeliveriesOf(message.DeliveryCount, message.Properties);
            // The broker counts only the deliveries of this copy, so it can't know when a lock has run out once too often.
            if (deliveries > QueueLimits.MaxDeliveries)
            {
                await BuryAsync(queue, message, QueueLimits.MaxDeliveries, WireRules.TooManyDeliveries, "Its lock ran out too often.", cancellationToken);
                continue;
            }
            _held[message.LockToken] = message;
            received.Add(new(queue, WireRules.IdOf(message.MessageId, message.Properties), message.Body, deliveries, message.LockToken, message.EnqueuedTime));
        }
        return received;
    }

    public async ValueTask<bool> CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        _held.TryRemove(message.LockToken, out var held) && await _wire.CompleteAsync(message.Queue, deadLetters: false, held, cancellationToken);

    public async ValueTask<bool> AbandonAsync(ReceivedMessage message, TimeSpan delay, string reason, CancellationToken cancellationToken)
    {
        if (!_held.TryRemove(message.LockToken, out var held))
            return false;
        switch (WireRules.Retry(message.DeliveryCount, delay))
        {
            case RetryAs.DeadLetter:
                return await BuryAsync(message.Queue, held, message.DeliveryCount, reason, "", cancellationToken);
            case RetryAs.GiveBack:
                return await _wire.AbandonAsync(message.Queue, deadLetters: false, held, cancellationToken);
            default:
                // A lock that is lost already belongs to somebody else, who will say what becomes of the message.
                if (!await _wire.RenewAsync(message.Queue, held, cancellationToken))
                    return false;
                // First the copy: after a crash in between there are two, and every handler may run twice. The other way round there might be none.
                await SendCopyAsync(message.Queue, message.Id, message.Body, message.DeliveryCount, held.SequenceNumber, _clock.GetUtcNow() + delay, cancellationToken);
                return await _wire.CompleteAsync(message.Queue, deadLetters: false, held, cancellationToken);
        }
    }

    /// <summary>The copy that comes at <paramref name="at"/> in the place of a message whose <paramref name="deliveries"/> so far went wrong; the message itself is to be completed afterwards.</summary>
    public async ValueTask SendCopyAsync(string queue, string eventId, ReadOnlyMemory<byte> body, int deliveries, long sequenceNumber, DateTimeOffset at, CancellationToken cancellationToken) =>
        await _wire.SendAsync(queue, [new(WireRules.CopyId(eventId, deliveries, sequenceNumber), body, at, WireRules.CopyProperties(eventId, deliveries))], cancellationToken);

    public async ValueTask<bool> DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
        _held.TryRemove(message.LockToken, out var held) && await BuryAsync(message.Queue, held, message.DeliveryCount, reason, description, cancellationToken);

    public async ValueTask<bool> RenewAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        _held.TryGetValue(message.LockToken, out var held) && await _wire.RenewAsync(message.Queue, held, cancellationToken);

    public async ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var letters = new List<DeadLetter>();
        for (var from = 0L; letters.Count < max;)
        {
            var page = await _wire.PeekDeadLettersAsync(queue, Math.Min(PeekSize, max - letters.Count), from, cancellationToken);
            if (page.Count == 0)
                break;
            letters.AddRange(page.Select(message => WireRules.Letter(queue, message)));
            from = page[^1].SequenceNumber + 1;
        }
        return letters;
    }

    /// <summary>
    /// A dead letter can't be fetched by its id: they are received in their order until it comes, and the others are given back. Their number is small, or somebody has been told.
    /// </summary>
    public async ValueTask<bool> ReplayDeadLetterAsync(string queue, string messageId, CancellationToken cancellationToken)
    {
        if (!await IsThereAsync(queue, messageId, cancellationToken))
            return false;
        var others = new List<WireReceived>();
        try
        {
            // What is held is not received again, so this ends when all have been seen.
            while (await _wire.ReceiveAsync(queue, deadLetters: true, PeekSize, TimeSpan.Zero, cancellationToken) is { Count: > 0 } page)
            {
                var wanted = page.FirstOrDefault(message => WireRules.IdOf(message.MessageId, message.Properties) == messageId);
                others.AddRange(page.Where(message => message != wanted));
                if (wanted is null)
                    continue;
                // First the copy, under a wire id of its own, since the message's may still be remembered as a duplicate.
                await _wire.SendAsync(
                    queue, [new(WireRules.CopyId(messageId, 0, wanted.SequenceNumber), wanted.Body, null, WireRules.ReplayProperties(messageId))], cancellationToken);
                await _wire.CompleteAsync(queue, deadLetters: true, wanted, cancellationToken);
                return true;
            }
            return false;
        }
        finally
        {
            foreach (var other in others)
                await _wire.AbandonAsync(queue, deadLetters: true, other, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _wire is IAsyncDisposable disposable ? disposable.DisposeAsync() : default;

    private static readonly IReadOnlyDictionary<string, object> s_none = new Dictionary<string, object>();

    private async Task<bool> IsThereAsync(string queue, string messageId, CancellationToken cancellationToken)
    {
        for (var from = 0L; ;)
        {
            var page = await _wire.PeekDeadLettersAsync(queue, PeekSize, from, cancellationToken);
            if (page.Any(message => WireRules.IdOf(message.MessageId, message.Properties) == messageId))
                return true;
            if (page.Count == 0)
                return false;
            from = page[^1].SequenceNumber + 1;
        }
    }

    private Task<bool> BuryAsync(string queue, WireReceived message, int deliveries, string reason, string description, CancellationToken cancellationToken) =>
        _wire.DeadLetterAsync(queue, message, WireRules.Clip(reason), WireRules.Clip(description), WireRules.DeadProperties(deliveries, _clock.GetUtcNow()), cancellationToken);

    /// <summary>A receiver that went away leaves its entries behind; renewed ones are younger than they look, so they get some grace.</summary>
    private void ForgetWhatRanOut()
    {
        var before = _clock.GetUtcNow() - TimeSpan.FromHours(1);
        foreach (var (token, message) in _held)
        {
            if (message.LockedUntil < before)
                _held.TryRemove(token, out _);
        }
    }
}
