using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Contract.Tests.Messaging;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.ServiceBus;

namespace Azure.Tests.ServiceBus;

/// <summary>
/// The same suite through the SDK, on the emulator (<c>SERIES_SERVICEBUS_CONNECTION</c>, a connection string with <c>UseDevelopmentEmulator=true</c>) or on a namespace
/// (<c>SERIES_SERVICEBUS_NAMESPACE</c>, with whoever is signed in). The queues have to be there: <c>SERIES_SERVICEBUS_QUEUE</c> is the beginning of their names, and each test takes the next of
/// <c>{beginning}-0</c> … <c>{beginning}-49</c>, each with the limits of <see cref="QueueLimits"/> and duplicate detection, empty, and with siblings <c>…x</c> and <c>…-other</c>.
/// Waiting is real, so this takes minutes; what needs months says so.
/// </summary>
[Trait("needs", "servicebus")]
public sealed class ConfiguredNamespaceTests : MessageQueueContract
{
    private static readonly string? s_connection = Environment.GetEnvironmentVariable("SERIES_SERVICEBUS_CONNECTION");
    private static readonly string? s_namespace = Environment.GetEnvironmentVariable("SERIES_SERVICEBUS_NAMESPACE");
    private static readonly string s_queue = Environment.GetEnvironmentVariable("SERIES_SERVICEBUS_QUEUE") ?? "contract";

    /// <summary>The longest that a test may wait for in earnest.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(12);

    private static int s_taken = -1;

    private ServiceBusClient? _client;
    private ServiceBusMessageQueue? _opened;

    protected override DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    protected override string Name { get; } = $"{s_queue}-{Interlocked.Increment(ref s_taken)}";

    protected override ValueTask<IMessageQueue> OpenAsync()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(s_connection) && string.IsNullOrEmpty(s_namespace),
            "Neither SERIES_SERVICEBUS_CONNECTION nor SERIES_SERVICEBUS_NAMESPACE names an emulator or a namespace.");
        RealPackages.Need(typeof(ServiceBusMessageQueue).Assembly);
        return new(Connect());
    }

    protected override async ValueTask CloseAsync()
    {
        if (_opened is not null)
            await _opened.DisposeAsync();
        if (_client is not null)
            await _client.DisposeAsync();
    }

    protected override async ValueTask<IMessageQueue> ReopenAsync()
    {
        await CloseAsync();
        return Connect();
    }

    /// <summary>A second more, since the broker's clock is another one.</summary>
    protected override async ValueTask AdvanceAsync(TimeSpan by)
    {
        Assert.SkipWhen(by > s_longest, $"The broker's clock can't be moved, and {by} is too long to wait.");
        await Task.Delay(by + TimeSpan.FromSeconds(1), Stop);
    }

    private ServiceBusMessageQueue Connect()
    {
        var options = new ServiceBusOptions { ConnectionString = s_connection, Namespace = s_namespace };
        _client = ServiceBusConnection.Open(options, new DefaultAzureCredential());
        return _opened = new(_client, TimeProvider.System);
    }
}
