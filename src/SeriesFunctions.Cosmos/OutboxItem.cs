using System.Text.Json;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Cosmos;

/// <summary>
/// An outbox event as it comes out of the change feed, with the partition whose order it must keep. The feed is at least once, so the same one may come again; the
/// event's id is the message's id, and handlers are idempotent.
/// </summary>
public sealed record OutboxItem(Partition Partition, Envelope Event)
{
    /// <summary>
    /// Null for a document: the feed carries those too. Throws <see cref="FormatException"/> for an event that can't be read, which the relay parks and counts.
    /// </summary>
    public static OutboxItem? TryRead(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("type"u8, out var type) || type.ValueKind != JsonValueKind.String)
            throw new FormatException("This is not an item of ours.");
        if (!type.ValueEquals(CosmosItem.EventType))
            return null;
        if (!item.TryGetProperty("pk"u8, out var partition) || partition.ValueKind != JsonValueKind.String || !item.TryGetProperty("body"u8, out var body))
            throw new FormatException("This is not an event of ours.");
        return new(new(partition.GetString()!), Envelope.Parse(CosmosItem.Raw(body)));
    }

    /// <inheritdoc cref="TryRead(JsonElement)"/>
    public static OutboxItem? TryRead(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8);
            return TryRead(json.RootElement);
        }
        catch (JsonException e)
        {
            throw new FormatException("This is not an item of ours.", e);
        }
    }
}
