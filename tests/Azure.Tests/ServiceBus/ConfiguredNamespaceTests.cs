using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Contract.Tests.Messaging;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.ServiceBus;

namespace Azure.Tests.ServiceBus;

/// <summary>
/// The same suite through the SDK, on the emulator (<c>SERIES_SERVICEBUS_CONNECTION</c>, a connection string with <c>UseDevelopmentEmulator=true</c>) or on a namespace
/// (<c>SERIES_SERVICEBUS_NAMESPACE</c>, with whoever is signed in). The queues of <see cref="QueuePool"/> have to be there, with the limits of <see cref="QueueLimits"/> and duplicate detection:
/// infra/local/servicebus.json makes them. Waiting is real, so this takes half an hour; what needs months says so.
/// </summary>
[Trait("needs", "servicebus")]
public sealed class ConfiguredNamespaceTests : MessageQueueContract
{
    private static readonly string? s_connection = Environment.GetEnvironmentVariable("SERIES_SERVICEBUS_CONNECTION");
    private static readonly string? s_namespace = Environment.GetEnvironmentVariable("SERIES_SERVICEBUS_NAMESPACE");
    private static readonly QueuePool s_pool = new("contract");

    /// <summary>The longest that a test may wait for in earnest.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(12);

    private ServiceBusClient? _client;
    private ServiceBusMessageQueue? _opened;
    private BorrowedQueue? _borrowed;

    protected override DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    protected override string Name { get; } = s_pool.Next();

    /// <summary>The emulator remembers no id for longer.</summary>
    protected override TimeSpan DuplicateWindow => string.IsNullOrEmpty(s_connection) ? QueueLimits.DuplicateWindow : TimeSpan.FromMinutes(5);

    protected override ValueTask<IMessageQueue> OpenAsync()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(s_connection) && string.IsNullOrEmpty(s_namespace),
            "Neither SERIES_SERVICEBUS_CONNECTION nor SERIES_SERVICEBUS_NAMESPACE names an emulator or a namespace.");
        RealPackages.Need(typeof(ServiceBusMessageQueue).Assembly);
        var wire = Connect();
        return new(_borrowed = new(_opened!, wire, TimeProvider.System));
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
        var wire = Connect();
        return _borrowed = _borrowed!.Reopened(_opened!, wire);
    }

    /// <summary>A second more, since the broker's clock is another one.</summary>
    protected override async ValueTask AdvanceAsync(TimeSpan by)
    {
        Assert.SkipWhen(by > s_longest, $"The broker's clock can't be moved, and {by} is too long to wait.");
        await Task.Delay(by + TimeSpan.FromSeconds(1), Stop);
    }

    private ServiceBusWire Connect()
    {
        var options = new ServiceBusOptions { ConnectionString = s_connection, Namespace = s_namespace };
        _client = ServiceBusConnection.Open(options, new DefaultAzureCredential());
        var wire = new ServiceBusWire(_client);
        _opened = new(wire, TimeProvider.System);
        return wire;
    }
}
