using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using SignatureOnly;

namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions
{
    [AttributeUsage(AttributeTargets.Method)]
    public abstract class BindingAttribute : Attribute;

    [AttributeUsage(AttributeTargets.Parameter)]
    public abstract class TriggerBindingAttribute : BindingAttribute;
}

namespace Microsoft.Azure.Functions.Worker
{
    // Worker.Extensions.Http 3.3.0
    public enum AuthorizationLevel
    {
        Anonymous = 0,
        User = 1,
        Function = 2,
        System = 3,
        Admin = 4,
    }

    public sealed class HttpTriggerAttribute : TriggerBindingAttribute
    {
        public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
        {
            AuthLevel = authLevel;
            Methods = methods;
        }

        public string? Route { get; set; }

        public string[]? Methods { get; private set; }

        public AuthorizationLevel AuthLevel { get; private set; }
    }

    // Worker.Extensions.Http.AspNetCore 2.1.1
    public static class FunctionContextExtensions
    {
        public static HttpContext? GetHttpContext(this FunctionContext context) => throw Signature.Only();
    }

    // Worker.Extensions.Storage.Blobs 6.8.2
    public enum BlobTriggerSource
    {
        LogsAndContainerScan,
        EventGrid,
    }

    public sealed class BlobTriggerAttribute(string blobPath) : TriggerBindingAttribute
    {
        public string BlobPath => blobPath;

        public string? Connection { get; set; }

        public BlobTriggerSource Source { get; set; } = BlobTriggerSource.LogsAndContainerScan;
    }

    // Worker.Extensions.ServiceBus 5.24.0
    public sealed class ServiceBusTriggerAttribute(string queueName) : TriggerBindingAttribute
    {
        public string? Connection { get; set; }

        public string? QueueName => queueName;

        public bool AutoCompleteMessages { get; set; }
    }

    public class ServiceBusMessageActions
    {
        protected ServiceBusMessageActions()
        {
        }

        public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw Signature.Only();

        public virtual Task AbandonMessageAsync(
            ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default) =>
            throw Signature.Only();

        public virtual Task DeadLetterMessageAsync(
            ServiceBusReceivedMessage message,
            Dictionary<string, object>? propertiesToModify = default,
            string? deadLetterReason = default,
            string? deadLetterErrorDescription = default,
            CancellationToken cancellationToken = default) =>
            throw Signature.Only();

        public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw Signature.Only();
    }

    // Worker.Extensions.CosmosDB 4.16.1
    public sealed class CosmosDBTriggerAttribute(string databaseName, string containerName) : TriggerBindingAttribute
    {
        public string ContainerName { get; private set; } = containerName;

        public string DatabaseName { get; private set; } = databaseName;

        public string? Connection { get; set; }

        public string? LeaseContainerName { get; set; }

        public int FeedPollDelay { get; set; }

        public int MaxItemsPerInvocation { get; set; }

        public bool StartFromBeginning { get; set; }
    }

    // Worker.Extensions.Timer 4.3.1
    public sealed class TimerTriggerAttribute : TriggerBindingAttribute
    {
        public TimerTriggerAttribute(string schedule)
        {
            Schedule = schedule;
            UseMonitor = true;
        }

        public string Schedule { get; private set; }

        public bool UseMonitor { get; set; }

        public bool RunOnStartup { get; set; }
    }

    public class TimerInfo
    {
        public bool IsPastDue { get; set; }
    }
}
