using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Cosmos;

namespace SeriesFunctions.App.Relay;

/// <summary>
/// Off the change feed, onto the queues: of a batch of items the events, each to every queue that wants it. Within a queue they are sent in the order of the feed, which is the order
/// of writing within a partition. A failure to send is thrown, and the same batch comes again; the event's id is the message's id, so what had been sent is dropped as a duplicate.
/// One that can never be sent must not hold up all others behind it: it is parked in the store, counted and alerted on.
/// </summary>
public sealed partial class RelayOutbox(EventDispatcher dispatcher, IMessageQueue queues, Records records, TimeProvider clock, ILogger<RelayOutbox> logger)
{
    public async Task HandleAsync(IReadOnlyList<JsonElement> items, CancellationToken cancellationToken)
    {
        var perQueue = new Dictionary<string, List<QueueMessage>>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (await ReadAsync(item, cancellationToken) is not { } envelope)
                continue;
            var wanted = dispatcher.QueuesFor(envelope.Name);
            if (wanted.Count == 0)
                continue;
            var body = envelope.ToJson();
            if (body.Length > ParkedEvent.LargestMessage)
            {
                await ParkAsync(item, envelope.Id, "too-large", cancellationToken);
                continue;
            }
            var message = new QueueMessage(envelope.Id, body, envelope.DueAt);
            foreach (var queue in wanted)
            {
                if (!perQueue.TryGetValue(queue, out var messages))
                    perQueue.Add(queue, messages = []);
                messages.Add(message);
            }
        }
        foreach (var (queue, messages) in perQueue)
            await queues.SendAsync(queue, messages, cancellationToken);
        if (perQueue.Count > 0)
            Telemetry.OutboxLag.Record(Lag(items).TotalSeconds);
    }

    private async ValueTask<Envelope?> ReadAsync(JsonElement item, CancellationToken cancellationToken)
    {
        try
        {
            return OutboxItem.TryRead(item)?.Event;
        }
        catch (FormatException)
        {
            await ParkAsync(item, IdOf(item), "not-an-event", cancellationToken);
            return null;
        }
    }

    private async ValueTask ParkAsync(JsonElement item, string id, string reason, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var text = item.GetRawText();
        var parked = new ParkedEvent(Ids.Derived("prk", id), id, reason, now, text.Length <= StoreLimits.MaxBytes / 4 ? text : text[..(StoreLimits.MaxBytes / 4)]);
        // Put: the same item again is the same document. A store that does not take it throws: passed over without having been parked it would be lost, so the batch comes again instead.
        var outcome = await records.SaveAsync(new Batch(ParkedEvent.On(parked.Day)).Put(parked.Id, parked, parked.Sort), cancellationToken);
        if (!outcome.IsOk)
            throw new StoreUnavailableException($"The event {parked.Id} could not be parked: {outcome.Status}.");
        Telemetry.Count("event-parked");
        LogParked(logger, parked.Id, reason);
    }

    private static string IdOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id"u8, out var id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()!
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(item.GetRawText())));

    /// <summary>How long ago the oldest item of the batch was written, by the service's own second.</summary>
    private TimeSpan Lag(IReadOnlyList<JsonElement> items)
    {
        var oldest = items.Min(item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("_ts"u8, out var written) && written.TryGetInt64(out var second) ? second : long.MaxValue);
        return oldest == long.MaxValue ? TimeSpan.Zero : clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(oldest);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The event {ParkedId} was parked: {Reason}")]
    private static partial void LogParked(ILogger logger, string parkedId, string reason);
}
