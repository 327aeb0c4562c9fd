using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using SeriesFunctions.App.Hosting;
using SeriesFunctions.App.Relay;

namespace SeriesFunctions.App.Triggers;

/// <summary>
/// The change feed of the one container. Without a retry policy the trigger would move on past a batch that failed; with this one it stays where it is, for as long as it takes.
/// Source: Microsoft Learn, "Azure Functions error handling and retries" and "Reliable event processing with the Cosmos DB trigger".
/// </summary>
public sealed class RelayTrigger(RelayOutbox relay)
{
    /// <summary>One physical partition's share of a batch; an event is about a kilobyte, and the queues take 100 messages at a time.</summary>
    private const int MostItems = 100;

    [Function(nameof(RelayEvents))]
    [ExponentialBackoffRetry(-1, "00:00:01", "00:05:00")]
    public Task RelayEvents(
        [CosmosDBTrigger("%Cosmos:Database%", "%Cosmos:Container%", Connection = Connections.Cosmos, LeaseContainerName = "leases", FeedPollDelay = 500, MaxItemsPerInvocation = MostItems, StartFromBeginning = true)]
        IReadOnlyList<JsonElement> items,
        CancellationToken cancellationToken) =>
        relay.HandleAsync(items, cancellationToken);
}
