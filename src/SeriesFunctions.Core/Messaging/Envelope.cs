using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SeriesFunctions.Core.Messaging;

/// <summary>
/// An event on its way: through the outbox, the relay and a queue to its handlers. <paramref name="Id"/> is also the message id, so that what is sent
/// twice is dropped by duplicate detection. <paramref name="DueAt"/> holds it back until then. <paramref name="Body"/> is UTF-8 JSON.
/// <paramref name="TraceParent"/> is the W3C context of the request that caused it.
/// </summary>
public sealed record Envelope(
    string Id,
    string Name,
    int Version,
    DateTimeOffset OccurredAt,
    DateTimeOffset? DueAt,
    ReadOnlyMemory<byte> Body,
    string? TraceParent)
{
    /// <summary>The whole envelope as UTF-8 JSON: <c>id, name, version, occurredAt, dueAt?, traceparent?, body</c>.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(Body.Length + 256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, Id);
            json.WriteString("name"u8, Name);
            json.WriteNumber("version"u8, Version);
            json.WriteString("occurredAt"u8, OccurredAt);
            if (DueAt is { } due)
                json.WriteString("dueAt"u8, due);
            if (TraceParent is not null)
                json.WriteString("traceparent"u8, TraceParent);
            json.WritePropertyName("body"u8);
            json.WriteRawValue(Body.Span, skipInputValidation: true);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote. Throws <see cref="FormatException"/> for anything else: a message that can't be read is dead-lettered.</summary>
    public static Envelope Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            var root = document.RootElement;
            return new(
                root.GetProperty("id").GetString()!,
                root.GetProperty("name").GetString()!,
                root.GetProperty("version").GetInt32(),
                root.GetProperty("occurredAt").GetDateTimeOffset(),
                root.TryGetProperty("dueAt", out var due) ? due.GetDateTimeOffset() : null,
                JsonSerializer.SerializeToUtf8Bytes(root.GetProperty("body"), KernelJson.Default.JsonElement),
                root.TryGetProperty("traceparent", out var parent) ? parent.GetString() : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("This is not an event envelope.", e);
        }
    }

    /// <summary>The context in which its handler's span starts; default when the cause had none.</summary>
    public ActivityContext Context =>
        ActivityContext.TryParse(TraceParent, null, isRemote: true, out var context) ? context : default;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} v{Version} {Id}");
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class KernelJson : System.Text.Json.Serialization.JsonSerializerContext;
