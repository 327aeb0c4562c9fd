using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Cosmos;

namespace Azure.Tests.Cosmos;

/// <summary>Reads a partition's change feed as the Functions trigger reads a range's: what is new since the last time, of which the events are relayed.</summary>
internal sealed class ChangeFeed(Container container)
{
    private readonly ConcurrentDictionary<Partition, string> _positions = new();

    public async Task<IReadOnlyList<Envelope>> TakeAsync(Partition partition, CancellationToken cancellationToken)
    {
        var from = _positions.TryGetValue(partition, out var position)
            ? ChangeFeedStartFrom.ContinuationToken(position)
            : ChangeFeedStartFrom.Beginning(FeedRange.FromPartitionKey(new(partition.Key)));
        using var pages = container.GetChangeFeedStreamIterator(from, ChangeFeedMode.Incremental, new() { PageSizeHint = 10 });
        List<Envelope> events = [];
        while (pages.HasMoreResults)
        {
            using var page = await pages.ReadNextAsync(cancellationToken);
            _positions[partition] = page.ContinuationToken;
            if (page.StatusCode == HttpStatusCode.NotModified)
                break;
            page.EnsureSuccessStatusCode();
            using var json = await JsonDocument.ParseAsync(page.Content, cancellationToken: cancellationToken);
            foreach (var item in json.RootElement.GetProperty("Documents").EnumerateArray())
            {
                if (OutboxItem.TryRead(item) is not { } outbox)
                    continue;
                Assert.Equal(partition, outbox.Partition);
                events.Add(outbox.Event);
            }
        }
        return events;
    }
}
