using System.Globalization;
using System.Text.Json;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Messaging;

/// <summary>
/// Something that the relay could not make a message of, kept with the reason: <c>not-an-event</c> or <c>too-large</c>. Document of partition <c>parked|{yyyyMMdd}</c>, in the order of parking.
/// <paramref name="Item"/> is the stored item as it came, cut where it was very long; <paramref name="EventId"/> is its own id there.
/// </summary>
public sealed record ParkedEvent(string Id, string EventId, string Reason, DateTimeOffset ParkedAt, string Item)
{
    /// <summary>Bytes of one message: 256 KB with its headers on Service Bus' standard tier. Source: "Service Bus quotas".</summary>
    public const int LargestMessage = 240 * 1024;

    public static Partition On(DateOnly day) => new($"parked|{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}");

    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    public string Sort => string.Create(CultureInfo.InvariantCulture, $"{ParkedAt.UtcDateTime:yyyyMMddHHmmss}|{Id}");

    public DateOnly Day => DayOf(ParkedAt);

    /// <summary>The event, if it can be read by now.</summary>
    public Envelope? Read()
    {
        try
        {
            using var item = JsonDocument.Parse(Item);
            return item.RootElement.ValueKind == JsonValueKind.Object && item.RootElement.TryGetProperty("body"u8, out var body)
                ? Envelope.Parse(JsonSerializer.SerializeToUtf8Bytes(body, KernelJson.Default.JsonElement))
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>Operators look at what was parked, and have it sent after all once the reason is gone.</summary>
public sealed class ParkedEvents(Records records, IMessageQueue queues, EventDispatcher dispatcher, TimeProvider clock)
{
    /// <summary>Of one day (UTC), today's where none is named; oldest first.</summary>
    public async ValueTask<Result<RecordPage<ParkedEvent>>> ListAsync(string? day, PageRequest page, CancellationToken cancellationToken)
    {
        var on = ParkedEvent.DayOf(clock.GetUtcNow());
        if (day is not null && !TryDay(day, out on))
            return BadDay;
        return await records.ListAsync<ParkedEvent>(ParkedEvent.On(on), SortRange.Prefix(""), Direction.Ascending, page, cancellationToken);
    }

    /// <summary>Sent first and forgotten then: after a crash in between it is sent again under the same id, and handlers may run twice.</summary>
    public async ValueTask<Result<Done>> ReplayAsync(string day, string id, CancellationToken cancellationToken)
    {
        if (!TryDay(day, out var on))
            return BadDay;
        if (await records.FindAsync<ParkedEvent>(ParkedEvent.On(on), id, cancellationToken) is not { } parked)
            return Problem.NotFound("parked event");
        if (parked.Value.Read() is not { } envelope)
            return Problem.Conflict("still-unreadable", "This still is no event that we can read.");
        var body = envelope.ToJson();
        if (body.Length > ParkedEvent.LargestMessage)
            return Problem.Conflict("still-too-large", "This is larger than a queue takes.");
        foreach (var queue in dispatcher.QueuesFor(envelope.Name))
            await queues.SendAsync(queue, [new(envelope.Id, body, envelope.DueAt)], cancellationToken);
        // When somebody else was faster, hers went the same way.
        await records.SaveAsync(new Batch(ParkedEvent.On(on)).Delete(id, parked.ETag), cancellationToken);
        Telemetry.Count("parked-event-replayed");
        return Done.Value;
    }

    private static readonly Problem BadDay = new(ProblemKind.Malformed, "bad-day", "A day is written 2026-01-31.");

    private static bool TryDay(string day, out DateOnly on) => DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out on);
}
