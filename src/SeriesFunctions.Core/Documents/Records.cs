using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SeriesFunctions.Core.Audit;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Documents;

/// <summary>A record as it was read, with the etag that proves it when it is written again.</summary>
public sealed record Stored<T>(T Value, string ETag)
    where T : class;

/// <summary>Our records in the store: reads and writes them as JSON, and turns a store that is busy into an outage that the caller need not tell apart.</summary>
public sealed class Records(IDocumentStore store)
{
    private readonly ParsedRecords _parsed = new();

    public async ValueTask<Stored<T>?> FindAsync<T>(Partition partition, string id, CancellationToken cancellationToken)
        where T : class
    {
        var document = await store.FindAsync(partition, id, cancellationToken);
        if (document is not null)
            Acting.Current?.Saw(partition, document);
        return document is null ? null : new(Read<T>(partition, document), document.ETag);
    }

    /// <summary>A page of records. A cursor that is not ours is a <see cref="Problem"/>.</summary>
    public async ValueTask<Result<RecordPage<T>>> ListAsync<T>(
        Partition partition, SortRange range, Direction direction, PageRequest page, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var found = await store.ListAsync(partition, range, direction, page.Limit, page.Cursor, cancellationToken);
            foreach (var document in Acting.Current is null ? [] : found.Items)
                Acting.Current!.Saw(partition, document);
            return new RecordPage<T>([.. found.Items.Select(document => Read<T>(partition, document))], found.Cursor);
        }
        catch (FormatException)
        {
            return PageRequest.ForeignCursor;
        }
    }

    /// <summary>A document as it is stored, whatever it is.</summary>
    internal ValueTask<Document?> FindRawAsync(Partition partition, string id, CancellationToken cancellationToken) => store.FindAsync(partition, id, cancellationToken);

    /// <summary>Everything in a partition as it is stored, by id; see <see cref="IDocumentStore.ScanAsync"/>.</summary>
    internal IAsyncEnumerable<Document> ScanAsync(Partition partition, CancellationToken cancellationToken) => ScanAsync(partition, null, cancellationToken);

    /// <summary>As above, those whose id begins with <paramref name="prefix"/> and which lie behind <paramref name="after"/>.</summary>
    internal async IAsyncEnumerable<Document> ScanAsync(
        Partition partition, string prefix, string? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // As good as the last id that sorts before everything that begins with the prefix.
        var before = prefix.Length == 0 ? null : prefix[..^1] + (char)(prefix[^1] - 1) + "\x7f";
        await foreach (var document in ScanAsync(partition, after ?? before, cancellationToken))
        {
            if (document.Id.StartsWith(prefix, StringComparison.Ordinal))
                yield return document;
            else if (string.CompareOrdinal(document.Id, prefix) > 0)
                yield break;
        }
    }

    /// <summary>A document that was read as it is stored, as the record that it is.</summary>
    internal static T Read<T>(Document document)
        where T : class => Parse<T>(document);

    /// <summary>As <see cref="ScanAsync(Partition, CancellationToken)"/>.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="after">From behind this id on; null from the beginning.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async IAsyncEnumerable<Document> ScanAsync(Partition partition, string? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await store.ScanAsync(partition, after, PageRequest.MaxLimit, cancellationToken);
            foreach (var document in page.Items)
                yield return document;
            after = page.Cursor;
        }
        while (after is not null);
    }

    /// <summary>
    /// Stores the batch, all or nothing. Answers <see cref="WriteStatus.Ok"/>, <see cref="WriteStatus.Conflict"/>, <see cref="WriteStatus.Stale"/> or
    /// <see cref="WriteStatus.NotFound"/>; a busy store is a <see cref="StoreUnavailableException"/>, a batch beyond the limits is a bug.
    /// </summary>
    public async ValueTask<WriteOutcome> SaveAsync(Batch batch, CancellationToken cancellationToken)
    {
        var tells = Acting.Current is { } acting && AuditTrail.AddTo(batch, acting);
        var outcome = await store.WriteAsync(batch.Partition, batch.Writes, cancellationToken);
        if (tells && outcome.IsOk)
            Acting.Current!.IsNoted = true;
        return outcome.Status switch
        {
            WriteStatus.Busy => throw new StoreUnavailableException("The store asked us to slow down."),
            WriteStatus.TooLarge => throw new InvalidOperationException($"A batch of {batch.Writes.Count} writes for one partition is larger than the store takes."),
            _ => outcome,
        };
    }

    private T Read<T>(Partition partition, Document document)
        where T : class =>
        Shape<T>.IsReadOften ? _parsed.Read(partition, document, Parse<T>) : Parse<T>(document);

    private static T Parse<T>(Document document)
        where T : class =>
        (Shape<T>.Read is { } read ? read(document.Body.Span) : JsonSerializer.Deserialize(document.Body.Span, Shape<T>.Info))
        ?? throw new InvalidOperationException($"The document {document.Id} holds null.");
}

public sealed record RecordPage<T>(IReadOnlyList<T> Items, string? Cursor);

/// <summary>Which page is asked for: <paramref name="Limit"/> 1 to 100, <paramref name="Cursor"/> null for the first.</summary>
public readonly record struct PageRequest(int Limit, string? Cursor)
{
    public const int DefaultLimit = 20;
    public const int MaxLimit = 100;

    public static readonly Problem ForeignCursor =
        new(ProblemKind.Malformed, "bad-cursor", "This cursor is not one that we gave out for this list. Start again without it.");
}

/// <summary>What is to be stored together: one partition, all or nothing.</summary>
public sealed class Batch(Partition partition)
{
    private readonly List<Write> _writes = [];

    public Partition Partition => partition;

    public IReadOnlyList<Write> Writes => _writes;

    /// <summary>What the records become, where somebody of the staff acts; a null shape is a record that goes.</summary>
    internal List<BatchChange>? Changes { get; } = Acting.Current is null ? null : [];

    public Batch Create<T>(string id, T record, string? sort = null, TimeSpan? timeToLive = null)
        where T : class =>
        Add(new Write.Create(id, sort, Noted(id, record), timeToLive));

    public Batch Replace<T>(string id, T record, string etag, string? sort = null, TimeSpan? timeToLive = null)
        where T : class =>
        Add(new Write.Replace(id, sort, Noted(id, record), etag, timeToLive));

    public Batch Put<T>(string id, T record, string? sort = null, TimeSpan? timeToLive = null)
        where T : class =>
        Add(new Write.Put(id, sort, Noted(id, record), timeToLive));

    /// <summary>Replaces what was read, or creates it where nothing was: the etag is the lock in both cases.</summary>
    public Batch Save<T>(string id, Stored<T>? read, T record, string? sort = null)
        where T : class =>
        read is null ? Create(id, record, sort) : Replace(id, record, read.ETag, sort);

    public Batch Delete(string id, string? etag = null)
    {
        Changes?.Add(new(id, null, default));
        return Add(new Write.Delete(id, etag));
    }

    /// <summary>An event that leaves with this batch. <paramref name="dueAt"/> holds it back; the trace of the request goes with it.</summary>
    public Batch Emit<T>(T body, DateTimeOffset now, DateTimeOffset? dueAt = null, string? id = null)
        where T : class, IEvent =>
        Add(new Write.Emit(new(id ?? Ids.New("evt", now), T.Name, T.Version, now, dueAt, Bytes(body), Activity.Current?.Id)));

    private Batch Add(Write write)
    {
        _writes.Add(write);
        return this;
    }

    private byte[] Noted<T>(string id, T record)
    {
        var bytes = Bytes(record);
        // That a key was used is nothing that was done.
        if (typeof(T) != typeof(IdempotencyClaim))
            Changes?.Add(new(id, Shape<T>.Info, bytes));
        return bytes;
    }

    private static byte[] Bytes<T>(T record) => JsonSerializer.SerializeToUtf8Bytes(record, Shape<T>.Info);
}

/// <summary>A write of a batch as the audit trail sees it.</summary>
internal readonly record struct BatchChange(string Id, JsonTypeInfo? Shape, ReadOnlyMemory<byte> After);

/// <summary>Reads a record from what the generated writer wrote. Throws for anything else.</summary>
internal delegate T ReadJson<T>(ReadOnlySpan<byte> json);

/// <summary>How a record looks as JSON, looked up once per type.</summary>
internal static class Shape<T>
{
    public static readonly JsonTypeInfo<T> Info =
        (JsonTypeInfo<T>?)DocumentJson.Default.GetTypeInfo(typeof(T))
        ?? throw new InvalidOperationException($"{typeof(T).Name} is not listed in DocumentJson.");

    /// <summary>Of records that are read by the page, a reader by hand: the generated one takes every value for an object before it makes a record.</summary>
    public static readonly ReadJson<T>? Read = (Delegate)(ReadJson<Comment>)CommentJson.Read as ReadJson<T>;

    public static readonly bool IsReadOften = typeof(T).IsDefined(typeof(ReadOftenAttribute), inherit: false);
}
