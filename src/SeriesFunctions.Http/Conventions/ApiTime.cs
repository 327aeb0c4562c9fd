using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeriesFunctions.Http.Conventions;

/// <summary>Times on the wire: RFC 3339 with an offset in, UTC with <c>Z</c> and milliseconds out. A time without an offset is nobody's time and refused.</summary>
public sealed class ApiTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || reader.GetString() is not { Length: >= 20 and <= 40 } text
            || text[10] is not ('T' or 't') || !(text[^1] is 'Z' or 'z' || text[^6] is '+' or '-')
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            throw new JsonException("Not an RFC 3339 time.");
        var utc = time.ToUniversalTime();
        return new(utc.Ticks - utc.Ticks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => Write(writer, value.UtcDateTime);

    internal static void Write(Utf8JsonWriter writer, DateTime utc)
    {
        // "O" has a fast path of its own, which a custom format has not: 2026-11-20T10:15:30.1234567Z, cut after the milliseconds.
        Span<byte> text = stackalloc byte[28];
        utc.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[23] = (byte)'Z';
        writer.WriteStringValue(text[..24]);
    }
}

/// <summary>The same for what is kept as a time in UTC, and only told.</summary>
public sealed class ApiUtcTime : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Requests carry times with an offset.");

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => ApiTime.Write(writer, value);
}

/// <summary>Enums on the wire: their names in camelCase, never numbers.</summary>
public sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
