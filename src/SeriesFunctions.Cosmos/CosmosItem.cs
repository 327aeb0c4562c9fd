using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Cosmos;

/// <summary>
/// What we store: <c>{ id: "doc|…" or "event|…", pk, type: "doc" or "event", sort?, ttl?, body }</c>. The body is written and read as the bytes that it is; no
/// serializer sees it.
/// (The service itself keeps numbers as doubles and drops white space, so that a body comes back equal as JSON, not always byte for byte.)
/// </summary>
internal static class CosmosItem
{
    public const string EventType = "event";

    private const string DocumentType = "doc";

    /// <summary>
    /// The stored ids carry the type: an event and a document may then have the same id, and an id such as <c>..</c>, which the address of a request would swallow,
    /// is safe in it.
    /// </summary>
    private const string DocumentPrefix = "doc|", EventPrefix = "event|";

    /// <summary>The least text that is greater than every stored id of a document.</summary>
    public const string BehindDocuments = "doc}";

    public static string StoredId(string documentId) => DocumentPrefix + documentId;

    public static MemoryStream Write(Partition partition, string id, string? sort, ReadOnlyMemory<byte> body, TimeSpan? timeToLive) =>
        Write(partition, StoredId(id), DocumentType, sort is null ? null : SortKey.Of(sort, id), Seconds(timeToLive), body.Span);

    public static MemoryStream Write(Partition partition, Envelope envelope, TimeSpan retention) =>
        Write(partition, EventPrefix + envelope.Id, EventType, null, Seconds(retention), envelope.ToJson());

    /// <summary>The document in the answer to a point read.</summary>
    public static Document Read(Stream content, string etag)
    {
        using var json = JsonDocument.Parse(content);
        return Read(json.RootElement, etag);
    }

    /// <summary>The documents of a page of a query, and the stored sort key of the last one, if it has one.</summary>
    public static (List<Document> Items, string? Last) ReadPage(Stream content)
    {
        using var json = JsonDocument.Parse(content);
        var found = json.RootElement.GetProperty("Documents");
        var items = new List<Document>(found.GetArrayLength());
        string? last = null;
        foreach (var item in found.EnumerateArray())
        {
            items.Add(Read(item, ETag.FromService(item.GetProperty("_etag").GetString())));
            last = item.TryGetProperty("sort", out var sort) ? sort.GetString() : null;
        }
        return (items, last);
    }

    /// <summary>The bytes of a part of a parsed document, as they came.</summary>
    public static byte[] Raw(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();

    private static Document Read(JsonElement item, string etag) => new(
        item.GetProperty("id").GetString()![DocumentPrefix.Length..],
        etag,
        item.TryGetProperty("sort", out var sort) ? SortKey.SortOf(sort.GetString()!) : null,
        Raw(item.GetProperty("body")));

    private static MemoryStream Write(Partition partition, string id, string type, string? sort, int? seconds, ReadOnlySpan<byte> body)
    {
        var buffer = new ArrayBufferWriter<byte>(body.Length + 512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("pk"u8, partition.Key);
            json.WriteString("type"u8, type);
            if (sort is not null)
                json.WriteString("sort"u8, sort);
            if (seconds is { } ttl)
                json.WriteNumber("ttl"u8, ttl);
            json.WritePropertyName("body"u8);
            // Checked, since what is not one JSON value would otherwise add properties of its own to the item.
            json.WriteRawValue(body);
            json.WriteEndObject();
        }
        return MemoryMarshal.TryGetArray(buffer.WrittenMemory, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false, publiclyVisible: true)
            : new MemoryStream(buffer.WrittenSpan.ToArray(), writable: false);
    }

    /// <summary>
    /// The service counts whole seconds from the second of the last write, so a fraction is rounded up: a document may live up to a second longer than
    /// asked, never shorter. When its time is over the service hides it from reads, queries and writes at once, before it is collected; no clock of ours takes part.
    /// </summary>
    private static int? Seconds(TimeSpan? timeToLive)
    {
        if (timeToLive is not { } time)
            return null;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(timeToLive));
        return (int)Math.Min(int.MaxValue, Math.Ceiling(time.TotalSeconds));
    }
}
