namespace SeriesFunctions.Core.Documents;

/// <summary>
/// The store port. Four verbs, each within one partition, so that cost never grows with the data.
/// Outcomes are values; an exception is an outage (<see cref="StoreUnavailableException"/>) or a bug.
/// </summary>
public interface IDocumentStore
{
    /// <summary>A point read. Null when there is no such document or its time to live is over.</summary>
    ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken);

    /// <summary>
    /// An atomic batch: all of it is stored, or none. At most <see cref="StoreLimits.MaxOperations"/> writes and
    /// <see cref="StoreLimits.MaxBytes"/> of bodies; more is refused with <see cref="WriteStatus.TooLarge"/> before it is sent.
    /// Two writes of one batch never name the same id.
    /// </summary>
    ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken);

    /// <summary>
    /// A page of documents with <paramref name="range"/>.From ≤ sort &lt; range.To (ordinal order of UTF-16 code units, which for the
    /// ASCII that sort keys are is byte order), ties broken by id. Documents without a sort key are never listed.
    /// <paramref name="limit"/> is 1 to 1,000. <paramref name="cursor"/> is what an earlier page of the same call answered;
    /// a cursor that can't be read throws <see cref="FormatException"/>. A page may hold fewer than <paramref name="limit"/> items
    /// and still have a cursor; a null cursor is the end. What is written meanwhile appears when it sorts after the cursor.
    /// </summary>
    ValueTask<DocumentPage> ListAsync(Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>
    /// A page of everything in a partition, with a sort key or without, by id (ordinal), from the first id behind <paramref name="after"/> on; null for the first page. A page may
    /// hold fewer than <paramref name="limit"/> (1 to 1,000); its cursor is its last id, and null at the end. For jobs that need all of it: no request waits for one.
    /// </summary>
    ValueTask<DocumentPage> ScanAsync(Partition partition, string? after, int limit, CancellationToken cancellationToken);
}

public static class StoreLimits
{
    /// <summary>Writes in one batch, outbox events included. Source: Cosmos DB's transactional batch.</summary>
    public const int MaxOperations = 100;

    /// <summary>Bytes of all bodies in one batch. Source: Cosmos DB's transactional batch, 2 MB.</summary>
    public const int MaxBytes = 2_000_000;

    /// <summary>Characters in an id or a partition key: ASCII, no <c>/ \ ? #</c>. Source: Cosmos DB, and our own ids are far shorter.</summary>
    public const int MaxKeyLength = 255;

    /// <summary>Null when the batch may be sent; otherwise the outcome that refuses it. Every adapter asks this first.</summary>
    public static WriteOutcome? Refuse(IReadOnlyList<Write> writes)
    {
        if (writes.Count == 0)
            throw new ArgumentException("A batch needs at least one write.", nameof(writes));
        if (writes.Count > MaxOperations)
            return WriteOutcome.Failed(WriteStatus.TooLarge, MaxOperations);
        long bytes = 0;
        for (var i = 0; i < writes.Count; i++)
        {
            bytes += writes[i].Bytes;
            if (bytes > MaxBytes)
                return WriteOutcome.Failed(WriteStatus.TooLarge, i);
        }
        return null;
    }
}

/// <summary>A partition's key, e.g. <c>series|ser_01J…</c>: what is written together lives together.</summary>
public readonly record struct Partition(string Key)
{
    public override string ToString() => Key;
}

/// <summary>A stored document. <paramref name="Body"/> is UTF-8 JSON; <paramref name="ETag"/> is opaque, without quotes, and changes with every write.</summary>
public sealed record Document(string Id, string ETag, string? Sort, ReadOnlyMemory<byte> Body);

/// <summary>A page; <paramref name="Cursor"/> is null at the end.</summary>
public sealed record DocumentPage(IReadOnlyList<Document> Items, string? Cursor);

/// <summary>Sort keys from <paramref name="From"/> (inclusive) to <paramref name="To"/> (exclusive).</summary>
public readonly record struct SortRange(string From, string To)
{
    /// <summary>Every sort key that starts with <paramref name="prefix"/> (ASCII).</summary>
    public static SortRange Prefix(string prefix) => new(prefix, prefix + '\x7f');
}

public enum Direction
{
    Ascending,
    Descending,
}

/// <summary>One write of a batch.</summary>
public abstract record Write
{
    private Write()
    {
    }

    /// <summary>Bytes that count towards <see cref="StoreLimits.MaxBytes"/>.</summary>
    public abstract int Bytes { get; }

    /// <summary>The document must not exist: else <see cref="WriteStatus.Conflict"/>. One whose time to live is over does not exist.</summary>
    public sealed record Create(string Id, string? Sort, ReadOnlyMemory<byte> Body, TimeSpan? TimeToLive = null) : Write
    {
        public override int Bytes => Body.Length;
    }

    /// <summary>The document must exist (else <see cref="WriteStatus.NotFound"/>) with this etag (else <see cref="WriteStatus.Stale"/>).</summary>
    public sealed record Replace(string Id, string? Sort, ReadOnlyMemory<byte> Body, string ETag, TimeSpan? TimeToLive = null) : Write
    {
        public override int Bytes => Body.Length;
    }

    /// <summary>Whatever is there is replaced.</summary>
    public sealed record Put(string Id, string? Sort, ReadOnlyMemory<byte> Body, TimeSpan? TimeToLive = null) : Write
    {
        public override int Bytes => Body.Length;
    }

    /// <summary>The document must exist (else <see cref="WriteStatus.NotFound"/>), with this etag where one is given (else <see cref="WriteStatus.Stale"/>).</summary>
    public sealed record Delete(string Id, string? ETag = null) : Write
    {
        public override int Bytes => 0;
    }

    /// <summary>
    /// An outbox event: stored with the rest or not at all, and relayed to its queues at least once, in the order of writing within a partition.
    /// An event whose id is already in the outbox of the partition is <see cref="WriteStatus.Conflict"/>.
    /// </summary>
    public sealed record Emit(Messaging.Envelope Event) : Write
    {
        public override int Bytes => Event.Body.Length + 512;
    }
}

public enum WriteStatus
{
    Ok,

    /// <summary>A create found the id taken.</summary>
    Conflict,

    /// <summary>An etag did not match.</summary>
    Stale,

    /// <summary>A replace or delete found nothing.</summary>
    NotFound,

    /// <summary>More operations or bytes than a batch may have.</summary>
    TooLarge,

    /// <summary>The store asks us to slow down; nothing was written.</summary>
    Busy,
}

/// <summary>
/// What became of a batch. When it is not <see cref="WriteStatus.Ok"/> nothing was stored, and <paramref name="FailedAt"/> is the index of the first
/// write that refused (-1 where it was the whole batch). <paramref name="ETags"/> holds the new etag per write, null for deletes and events.
/// </summary>
public readonly record struct WriteOutcome(WriteStatus Status, int FailedAt, IReadOnlyList<string?> ETags)
{
    public bool IsOk => Status == WriteStatus.Ok;

    public static WriteOutcome Ok(IReadOnlyList<string?> etags) => new(WriteStatus.Ok, -1, etags);

    public static WriteOutcome Failed(WriteStatus status, int failedAt) => new(status, failedAt, []);
}

/// <summary>The store can't be reached or did not answer in time. Whether the write took effect is not known; repeating it is safe by design.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
