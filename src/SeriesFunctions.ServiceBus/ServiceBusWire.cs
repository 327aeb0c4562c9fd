using System.Collections.Concurrent;
using System.Net.Sockets;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.ServiceBus;

/// <summary>The broker through its SDK. Senders and receivers are links that take a second to open: one each a queue, kept.</summary>
internal sealed class ServiceBusWire(ServiceBusClient client) : IWire, IAsyncDisposable
{
    /// <summary>The SDK takes no shorter wait where nothing is prefetched.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, ServiceBusSender> _senders = new();
    private readonly ConcurrentDictionary<(string Queue, bool DeadLetters), ServiceBusReceiver> _receivers = new();

    /// <summary>
    /// One batch where they fit into one, which is atomic. More where they don't: when a later one fails the caller sends all of them again, and what had got through
    /// is dropped as a duplicate.
    /// </summary>
    public Task SendAsync(string queue, IReadOnlyList<WireMessage> messages, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        var sender = _senders.GetOrAdd(queue, client.CreateSender);
        var batch = await sender.CreateMessageBatchAsync(cancellationToken);
        try
        {
            foreach (var message in messages.Select(Of))
            {
                if (batch.TryAddMessage(message))
                    continue;
                if (batch.Count == 0)
                    throw new ArgumentException($"Message {message.MessageId} is larger than the broker takes.", nameof(messages));
                await sender.SendMessagesAsync(batch, cancellationToken);
                batch.Dispose();
                batch = await sender.CreateMessageBatchAsync(cancellationToken);
                if (!batch.TryAddMessage(message))
                    throw new ArgumentException($"Message {message.MessageId} is larger than the broker takes.", nameof(messages));
            }
            await sender.SendMessagesAsync(batch, cancellationToken);
            return true;
        }
        finally
        {
            batch.Dispose();
        }
    });

    public Task<IReadOnlyList<WireReceived>> ReceiveAsync(string queue, bool deadLetters, int max, TimeSpan wait, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        var received = await Receiver(queue, deadLetters).ReceiveMessagesAsync(max, wait < ShortestWait ? ShortestWait : wait, cancellationToken);
        return (IReadOnlyList<WireReceived>)[.. received.Select(Of)];
    });

    public Task<IReadOnlyList<WireReceived>> PeekDeadLettersAsync(string queue, int max, long fromSequenceNumber, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        var seen = await Receiver(queue, deadLetters: true).PeekMessagesAsync(max, fromSequenceNumber, cancellationToken);
        return (IReadOnlyList<WireReceived>)[.. seen.Select(Of)];
    });

    public Task<bool> CompleteAsync(string queue, bool deadLetters, WireReceived message, CancellationToken cancellationToken) =>
        SettleAsync(Receiver(queue, deadLetters).CompleteMessageAsync(Sdk(message), cancellationToken));

    public Task<bool> AbandonAsync(string queue, bool deadLetters, WireReceived message, CancellationToken cancellationToken) =>
        SettleAsync(Receiver(queue, deadLetters).AbandonMessageAsync(Sdk(message), cancellationToken: cancellationToken));

    public Task<bool> DeadLetterAsync(string queue, WireReceived message, string reason, string description, IReadOnlyDictionary<string, object> properties, CancellationToken cancellationToken) =>
        SettleAsync(Receiver(queue, deadLetters: false).DeadLetterMessageAsync(Sdk(message), new Dictionary<string, object>(properties), reason, description, cancellationToken));

    public Task<bool> RenewAsync(string queue, WireReceived message, CancellationToken cancellationToken) =>
        SettleAsync(Receiver(queue, deadLetters: false).RenewMessageLockAsync(Sdk(message), cancellationToken));

    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers.Values)
            await receiver.DisposeAsync();
        foreach (var sender in _senders.Values)
            await sender.DisposeAsync();
    }

    private static Task<bool> SettleAsync(Task settling) => AskAsync(async () =>
    {
        try
        {
            await settling;
            return true;
        }
        catch (ServiceBusException e) when (e.Reason is ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.MessageNotFound)
        {
            return false;
        }
    });

    /// <summary>The one place where the broker's failures become the port's.</summary>
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ServiceBusException e)
        {
            throw new QueueUnavailableException($"Service Bus: {e.Reason}", e);
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw new QueueUnavailableException($"Service Bus: {e.GetType().Name}", e);
        }
    }

    /// <summary>
    /// What the SDK lets through as it is: a right that is not there (yet), an identity without a token, a line that breaks or a name that is not found. Only trying later helps.
    /// Source: the SDK's troubleshooting guide, "Handle Service Bus exceptions".
    /// </summary>
    internal static bool IsOutage(Exception e) =>
        e is UnauthorizedAccessException or AuthenticationFailedException or TimeoutException or IOException or SocketException;

    private static ServiceBusReceivedMessage Sdk(WireReceived message) => (ServiceBusReceivedMessage)message.Handle!;

    private static ServiceBusMessage Of(WireMessage message)
    {
        var wire = new ServiceBusMessage(message.Body) { MessageId = message.MessageId, ContentType = "application/json" };
        if (message.ScheduledFor is { } due)
            wire.ScheduledEnqueueTime = due;
        foreach (var (name, value) in message.Properties)
            wire.ApplicationProperties[name] = value;
        return wire;
    }

    private static WireReceived Of(ServiceBusReceivedMessage message) => new(
        message.MessageId, message.Body.ToMemory(), message.DeliveryCount, message.SequenceNumber, message.LockToken, message.LockedUntil, message.EnqueuedTime,
        message.DeadLetterReason, message.DeadLetterErrorDescription, message.ApplicationProperties, message);

    private ServiceBusReceiver Receiver(string queue, bool deadLetters) => _receivers.GetOrAdd(
        (queue, deadLetters),
        key => client.CreateReceiver(key.Queue, new ServiceBusReceiverOptions
        {
            ReceiveMode = ServiceBusReceiveMode.PeekLock,
            SubQueue = key.DeadLetters ? SubQueue.DeadLetter : SubQueue.None,
        }));
}
