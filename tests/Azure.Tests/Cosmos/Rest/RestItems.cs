using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Azure.Tests.Cosmos.Rest;

internal enum Verb
{
    // The numbers are the SDK's OperationType, which is what a batch carries.
    Create = 0,
    Read = 2,
    Delete = 4,
    Replace = 5,
    Upsert = 20,
}

/// <summary>One operation, by itself or in a batch.</summary>
internal sealed record Operation(Verb Verb, string? Id, ReadOnlyMemory<byte> Body, string? IfMatch);

/// <summary>Its answer. Charges follow the documented rules of thumb: about 1 for reading a kilobyte, 5.5 for writing one.</summary>
internal sealed record Answer(HttpStatusCode Status, string? ETag = null, byte[]? Body = null, double Charge = 1);

/// <summary>A stored item with its system properties.</summary>
internal sealed record Item(string PartitionKey, string Id, string ETag, long Lsn, long Seconds, long? TimeToLive, JsonObject Json)
{
    public byte[] Bytes { get; } = JsonSerializer.SerializeToUtf8Bytes(Json, s_options);

    public string? Sort => Json["sort"]?.GetValue<string>();

    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>
/// The items of one container in memory, with the rules that the public REST reference gives ("Create a document", "Replace a document", "Delete a document",
/// "Expire data with time to live", "Transactional batch operations"): ids are unique per partition key, every write has a new etag and log number, what has
/// expired is hidden before it is collected, a batch is carried out in order and as a whole or not at all.
/// </summary>
internal sealed class RestItems(TimeProvider clock)
{
    private const int MaxBytes = 2 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string PartitionKey, string Id), Item> _items = [];
    private long _lsn;

    public long Lsn
    {
        get
        {
            lock (_lock)
                return _lsn;
        }
    }

    /// <summary>Carries out all or nothing. Where one fails, the others answer 424.</summary>
    public IReadOnlyList<Answer> Apply(string partitionKey, IReadOnlyList<Operation> operations)
    {
        lock (_lock)
        {
            var before = new Dictionary<(string, string), Item?>();
            var answers = new Answer[operations.Count];
            // All writes of a batch have one log number.
            _lsn++;
            for (var i = 0; i < answers.Length; i++)
            {
                answers[i] = Apply(partitionKey, operations[i], before);
                if ((int)answers[i].Status < 400)
                    continue;
                foreach (var (key, item) in before)
                {
                    if (item is null)
                        _items.Remove(key);
                    else
                        _items[key] = item;
                }
                for (var other = 0; other < answers.Length; other++)
                {
                    if (other != i)
                        answers[other] = new(HttpStatusCode.FailedDependency, Charge: 0);
                }
                break;
            }
            return answers;
        }
    }

    /// <summary>What is not expired, in one partition, or in all where it is null.</summary>
    public IReadOnlyList<Item> Live(string? partitionKey)
    {
        lock (_lock)
            return [.. _items.Values.Where(item => (partitionKey is null || item.PartitionKey == partitionKey) && IsLive(item))];
    }

    private Answer Apply(string partitionKey, Operation operation, Dictionary<(string, string), Item?> before)
    {
        if (operation.Body.Length > MaxBytes)
            return new(HttpStatusCode.RequestEntityTooLarge);
        var json = operation.Body.IsEmpty ? null : JsonNode.Parse(operation.Body.Span)?.AsObject();
        var id = operation.Verb is Verb.Create or Verb.Upsert ? json?["id"]?.GetValue<string>() : operation.Id;
        var key = (partitionKey, Id: id ?? "");
        var existing = _items.GetValueOrDefault(key) is { } found && IsLive(found) ? found : null;
        var charge = Charge(operation.Verb, operation.Body.Length);
        if (operation.Verb is Verb.Create or Verb.Upsert or Verb.Replace && !IsValid(json, partitionKey, id))
            return new(HttpStatusCode.BadRequest, Charge: charge);
        if (operation.Verb == Verb.Create && existing is not null)
            return new(HttpStatusCode.Conflict, Charge: charge);
        if (operation.Verb is Verb.Read or Verb.Replace or Verb.Delete && existing is null)
            return new(HttpStatusCode.NotFound, Charge: charge);
        if (operation.IfMatch is { } etag && existing is not null && etag != "*" && etag != existing.ETag)
            return new(HttpStatusCode.PreconditionFailed, Charge: charge);
        if (operation.Verb == Verb.Read)
            return new(HttpStatusCode.OK, existing!.ETag, existing.Bytes, Charge(Verb.Read, existing.Bytes.Length));

        before.TryAdd(key, _items.GetValueOrDefault(key));
        if (operation.Verb == Verb.Delete)
        {
            _items.Remove(key);
            return new(HttpStatusCode.NoContent, Charge: charge);
        }
        var item = Stamp(json!, partitionKey, id!);
        _items[key] = item;
        return new(existing is null ? HttpStatusCode.Created : HttpStatusCode.OK, item.ETag, item.Bytes, charge);
    }

    private Item Stamp(JsonObject json, string partitionKey, string id)
    {
        var seconds = clock.GetUtcNow().ToUnixTimeSeconds();
        var etag = $"\"{_lsn:x8}-{Guid.NewGuid().ToString()[9..]}\"";
        json["_rid"] = Convert.ToBase64String([.. Convert.FromBase64String(RestAccount.ContainerRid), .. BitConverter.GetBytes(_lsn)]);
        json["_self"] = $"dbs/{RestAccount.DatabaseRid}/colls/{RestAccount.ContainerRid}/docs/{json["_rid"]}/";
        json["_etag"] = etag;
        json["_attachments"] = "attachments/";
        json["_ts"] = seconds;
        return new(partitionKey, id, etag, _lsn, seconds, json["ttl"]?.GetValue<long>(), json);
    }

    private bool IsLive(Item item) =>
        item.TimeToLive is not { } ttl || ttl < 0 || clock.GetUtcNow().ToUnixTimeSeconds() < item.Seconds + ttl;

    private static bool IsValid(JsonObject? json, string partitionKey, string? id) =>
        json is not null
        && json["id"]?.GetValue<string>() == id
        && id is { Length: > 0 } && Encoding.UTF8.GetByteCount(id) <= 1_023 && id.AsSpan().IndexOfAny("/\\?#") < 0
        && json["pk"]?.GetValue<string>() == partitionKey
        && (json["ttl"] is not { } ttl || (ttl.GetValue<long>() is > 0 and <= int.MaxValue or -1));

    private static double Charge(Verb verb, int bytes) => (verb == Verb.Read ? 1 : 5.5) * Math.Max(1, bytes / 1024.0);
}
