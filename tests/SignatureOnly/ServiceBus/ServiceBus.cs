// The names and shapes of Azure.Messaging.ServiceBus 7.20.1, as far as we use them. README.md says what they were compared with. The package knows no nullable annotations.
#nullable disable
using Azure.Core;
using SignatureOnly;

namespace Azure.Messaging.ServiceBus;

public class ServiceBusClient : IAsyncDisposable
{
    public ServiceBusClient(string connectionString, ServiceBusClientOptions options) => throw Signature.Only();

    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options) => throw Signature.Only();

    public virtual ServiceBusSender CreateSender(string queueOrTopicName) => throw Signature.Only();

    public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) => throw Signature.Only();

    public virtual ValueTask DisposeAsync() => throw Signature.Only();
}

public class ServiceBusClientOptions
{
    public string Identifier { get => throw Signature.Only(); set => throw Signature.Only(); }

    public ServiceBusRetryOptions RetryOptions { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class ServiceBusRetryOptions
{
    public ServiceBusRetryMode Mode { get => throw Signature.Only(); set => throw Signature.Only(); }

    public int MaxRetries { get => throw Signature.Only(); set => throw Signature.Only(); }

    public TimeSpan TryTimeout { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public enum ServiceBusRetryMode
{
    Fixed = 0,
    Exponential = 1,
}

public class ServiceBusSender : IAsyncDisposable
{
    public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual Task SendMessagesAsync(ServiceBusMessageBatch messageBatch, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual ValueTask DisposeAsync() => throw Signature.Only();
}

public sealed class ServiceBusMessageBatch : IDisposable
{
    public int Count => throw Signature.Only();

    public bool TryAddMessage(ServiceBusMessage message) => throw Signature.Only();

    public void Dispose() => throw Signature.Only();
}

public class ServiceBusMessage
{
    public ServiceBusMessage(ReadOnlyMemory<byte> body) => throw Signature.Only();

    public string MessageId { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string ContentType { get => throw Signature.Only(); set => throw Signature.Only(); }

    public DateTimeOffset ScheduledEnqueueTime { get => throw Signature.Only(); set => throw Signature.Only(); }

    public IDictionary<string, object> ApplicationProperties => throw Signature.Only();
}

public class ServiceBusReceivedMessage
{
    internal ServiceBusReceivedMessage() => throw Signature.Only();

    public string MessageId => throw Signature.Only();

    public BinaryData Body => throw Signature.Only();

    public int DeliveryCount => throw Signature.Only();

    public long SequenceNumber => throw Signature.Only();

    public string LockToken => throw Signature.Only();

    public DateTimeOffset LockedUntil => throw Signature.Only();

    public DateTimeOffset EnqueuedTime => throw Signature.Only();

    public string DeadLetterReason => throw Signature.Only();

    public string DeadLetterErrorDescription => throw Signature.Only();

    public IReadOnlyDictionary<string, object> ApplicationProperties => throw Signature.Only();
}

public class ServiceBusReceiver : IAsyncDisposable
{
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(int maxMessages, TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(int maxMessages, long? fromSequenceNumber = default, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual Task AbandonMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify = null, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify, string deadLetterReason, string deadLetterErrorDescription = null, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual ValueTask DisposeAsync() => throw Signature.Only();
}

public class ServiceBusReceiverOptions
{
    public ServiceBusReceiveMode ReceiveMode { get => throw Signature.Only(); set => throw Signature.Only(); }

    public SubQueue SubQueue { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public enum ServiceBusReceiveMode
{
    PeekLock = 0,
    ReceiveAndDelete = 1,
}

public enum SubQueue
{
    None = 0,
    DeadLetter = 1,
    TransferDeadLetter = 2,
}

public class ServiceBusException : Exception
{
    public ServiceBusFailureReason Reason => throw Signature.Only();
}

public enum ServiceBusFailureReason
{
    GeneralError = 0,
    MessagingEntityNotFound = 1,
    MessageLockLost = 2,
    MessageNotFound = 3,
    MessageSizeExceeded = 4,
    MessagingEntityDisabled = 5,
    QuotaExceeded = 6,
    ServiceBusy = 7,
    ServiceTimeout = 8,
    ServiceCommunicationProblem = 9,
    SessionCannotBeLocked = 10,
    SessionLockLost = 11,
    MessagingEntityAlreadyExists = 12,
}
