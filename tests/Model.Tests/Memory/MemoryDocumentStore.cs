using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using Partition = SeriesFunctions.Core.Documents.Partition;

namespace Model.Tests.Memory;

/// <summary>An event in the outbox, and when it was written.</summary>
public sealed record OutboxEvent(long Sequence, Partition Partition, Envelope Event);

/// <summary>Documents in memory, with the promises of the port. Every call is done when it returns, so whoever schedules the calls schedules everything.</summary>
public sealed class MemoryDocumentStore(TimeProvider clock) : IDocumentStore
{
    private const int MarkBytes = 8;

    private readonly Dictionary<string, Dictionary<string, Entry>> _partitions = [];
    private readonly List<OutboxEvent> _outbox = [];
    private readonly Lock _gate = new();
    private long _version;

    private sealed record Entry(Document Document, DateTimeOffset? Until);

    /// <summary>Called after a batch was stored, with what it held: for whoever watches every step. Within the store's lock.</summary>
    public Action<Partition, IReadOnlyList<Write>> Stored { get; set; } = (_, _) => { };

    /// <summary>Events that no relay has taken away yet, oldest first.</summary>
    public IReadOnlyList<OutboxEvent> Outbox => _outbox;

    /// <summary>Everything there is, by partition and id.</summary>
    public IEnumerable<(Partition Partition, string Id, string? Sort)> All() =>
        from partition in _partitions.OrderBy(partition => partition.Key, StringComparer.Ordinal)
        from entry in partition.Value.Values.OrderBy(entry => entry.Document.Id, StringComparer.Ordinal)
        where IsThere(entry)
        select (new Partition(partition.Key), entry.Document.Id, entry.Document.Sort);

    public void RemoveFromOutbox(OutboxEvent relayed)
    {
        lock (_gate)
            _outbox.Remove(relayed);
    }

    public ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return new(Look(partition.Key, id)?.Document);
    }

    public ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (StoreLimits.Refuse(writes) is { } refused)
            return new(refused);
        lock (_gate)
        {
            for (var i = 0; i < writes.Count; i++)
            {
                if (Check(partition, writes[i]) is var status && status != WriteStatus.Ok)
                    return new(WriteOutcome.Failed(status, i));
            }
            var etags = new string?[writes.Count];
            for (var i = 0; i < writes.Count; i++)
                etags[i] = Apply(partition, writes[i]);
            Stored(partition, writes);
            return new(WriteOutcome.Ok(etags));
        }
    }

    public ValueTask<DocumentPage> ListAsync(Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        var after = cursor is null ? default((string Sort, string Id)?) : ReadCursor(partition, range, direction, cursor);
        lock (_gate)
        {
            List<Document> found = [];
            if (_partitions.TryGetValue(partition.Key, out var documents))
            {
                foreach (var entry in documents.Values)
                {
                    if (entry.Document.Sort is { } sort && IsThere(entry)
                        && string.CompareOrdinal(sort, range.From) >= 0 && string.CompareOrdinal(sort, range.To) < 0
                        && (after is not { } last || Compare((sort, entry.Document.Id), last) * Sign(direction) > 0))
                        found.Add(entry.Document);
                }
            }
            found.Sort((left, right) => Compare((left.Sort!, left.Id), (right.Sort!, right.Id)) * Sign(direction));
            var page = found.Count > limit ? found[..limit] : found;
            return new(new DocumentPage(page, found.Count > limit ? WriteCursor(partition, direction, page[^1]) : null));
        }
    }

    public ValueTask<DocumentPage> ScanAsync(Partition partition, string? after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        lock (_gate)
        {
            List<Document> found = _partitions.TryGetValue(partition.Key, out var documents)
                ? [.. documents.Values.Where(IsThere).Select(entry => entry.Document).Where(document => string.CompareOrdinal(document.Id, after) > 0).OrderBy(document => document.Id, StringComparer.Ordinal)]
                : [];
            return new(found.Count <= limit ? new DocumentPage(found, null) : new(found[..limit], found[limit - 1].Id));
        }
    }

    private static int Sign(Direction direction) => direction == Direction.Ascending ? 1 : -1;

    private static int Compare((string Sort, string Id) left, (string Sort, string Id) right) =>
        string.CompareOrdinal(left.Sort, right.Sort) is not 0 and var bySort ? bySort : string.CompareOrdinal(left.Id, right.Id);

    private bool IsThere(Entry entry) => entry.Until is not { } until || until > clock.GetUtcNow();

    private Entry? Look(string partition, string id) =>
        _partitions.TryGetValue(partition, out var documents) && documents.TryGetValue(id, out var entry) && IsThere(entry) ? entry : null;

    private WriteStatus Check(Partition partition, Write write) => write switch
    {
        Write.Create create => Look(partition.Key, create.Id) is null ? WriteStatus.Ok : WriteStatus.Conflict,
        Write.Replace replace => Fits(Look(partition.Key, replace.Id), replace.ETag),
        Write.Delete delete => Fits(Look(partition.Key, delete.Id), delete.ETag),
        Write.Emit emit => _outbox.Exists(waiting => waiting.Partition == partition && waiting.Event.Id == emit.Event.Id) ? WriteStatus.Conflict : WriteStatus.Ok,
        _ => WriteStatus.Ok,
    };

    private static WriteStatus Fits(Entry? entry, string? etag) =>
        entry is null ? WriteStatus.NotFound : etag is null || entry.Document.ETag == etag ? WriteStatus.Ok : WriteStatus.Stale;

    private string? Apply(Partition partition, Write write) => write switch
    {
        Write.Create create => Put(partition, create.Id, create.Sort, create.Body, create.TimeToLive),
        Write.Replace replace => Put(partition, replace.Id, replace.Sort, replace.Body, replace.TimeToLive),
        Write.Put put => Put(partition, put.Id, put.Sort, put.Body, put.TimeToLive),
        Write.Delete delete => Remove(partition, delete.Id),
        Write.Emit emit => Emit(partition, emit.Event),
        _ => throw new ArgumentOutOfRangeException(nameof(write)),
    };

    private string Put(Partition partition, string id, string? sort, ReadOnlyMemory<byte> body, TimeSpan? timeToLive)
    {
        var etag = (++_version).ToString(CultureInfo.InvariantCulture);
        if (!_partitions.TryGetValue(partition.Key, out var documents))
            _partitions.Add(partition.Key, documents = []);
        documents[id] = new(new(id, etag, sort, body.ToArray()), timeToLive is { } keep ? clock.GetUtcNow() + keep : null);
        return etag;
    }

    private string? Remove(Partition partition, string id)
    {
        _partitions[partition.Key].Remove(id);
        return null;
    }

    private string? Emit(Partition partition, Envelope envelope)
    {
        _outbox.Add(new(++_version, partition, envelope));
        return null;
    }

    private static string WriteCursor(Partition partition, Direction direction, Document last)
    {
        var position = Encoding.UTF8.GetBytes($"{last.Sort}\0{last.Id}");
        return Base64Url.EncodeToString([.. Mark(partition, direction, position), .. position]);
    }

    private static (string Sort, string Id) ReadCursor(Partition partition, SortRange range, Direction direction, string cursor)
    {
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= MarkBytes || !bytes.AsSpan(0, MarkBytes).SequenceEqual(Mark(partition, direction, bytes.AsSpan(MarkBytes))))
            throw new FormatException("This is not a cursor of this list.");
        var position = Encoding.UTF8.GetString(bytes.AsSpan(MarkBytes)).Split('\0');
        return string.CompareOrdinal(position[0], range.From) >= 0 && string.CompareOrdinal(position[0], range.To) < 0
            ? (position[0], position[1])
            : throw new FormatException("This cursor is of another range.");
    }

    private static byte[] Mark(Partition partition, Direction direction, ReadOnlySpan<byte> position) =>
        SHA256.HashData([(byte)direction, .. Encoding.UTF8.GetBytes(partition.Key), 0, .. position])[..MarkBytes];
}
