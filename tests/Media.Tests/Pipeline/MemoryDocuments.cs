using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace Media.Tests.Pipeline;

/// <summary>The store port in memory: batches are all or nothing, and their events go to <paramref name="emitted"/>.</summary>
public sealed class MemoryDocuments(Trouble trouble, Action<Envelope> emitted) : IDocumentStore
{
    private readonly SortedDictionary<(string Partition, string Id), Document> _documents = [];
    private int _version;

    public int Count => _documents.Count;

    public ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken) =>
        trouble.RunAsync(() => ValueTask.FromResult(_documents.GetValueOrDefault((partition.Key, id))), Outage);

    public ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken) =>
        trouble.RunAsync(() => ValueTask.FromResult(Write(partition.Key, writes)), Outage);

    public ValueTask<DocumentPage> ListAsync(Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken) =>
        trouble.RunAsync(
            () =>
            {
                Assert.Null(cursor);
                var found = _documents.Where(pair => pair.Key.Partition == partition.Key).Select(pair => pair.Value)
                    .Where(document => document.Sort is { } sort && string.CompareOrdinal(sort, range.From) >= 0 && string.CompareOrdinal(sort, range.To) < 0)
                    .OrderBy(document => document.Sort, StringComparer.Ordinal).ToList();
                if (direction == Direction.Descending)
                    found.Reverse();
                Assert.InRange(found.Count, 0, limit);
                return ValueTask.FromResult(new DocumentPage(found, null));
            },
            Outage);

    public ValueTask<DocumentPage> ScanAsync(Partition partition, string? after, int limit, CancellationToken cancellationToken) =>
        trouble.RunAsync(
            () =>
            {
                Assert.Null(after);
                return ValueTask.FromResult(new DocumentPage([.. _documents.Where(pair => pair.Key.Partition == partition.Key).Select(pair => pair.Value)], null));
            },
            Outage);

    private WriteOutcome Write(string partition, IReadOnlyList<Write> writes)
    {
        if (StoreLimits.Refuse(writes) is { } refused)
            return refused;
        for (var i = 0; i < writes.Count; i++)
        {
            var status = writes[i] switch
            {
                Write.Create create when _documents.ContainsKey((partition, create.Id)) => WriteStatus.Conflict,
                Write.Replace replace => Check(partition, replace.Id, replace.ETag),
                Write.Delete delete => Check(partition, delete.Id, delete.ETag),
                _ => WriteStatus.Ok,
            };
            if (status != WriteStatus.Ok)
                return WriteOutcome.Failed(status, i);
        }
        return WriteOutcome.Ok([.. writes.Select(write => Apply(partition, write))]);
    }

    private WriteStatus Check(string partition, string id, string? etag) =>
        !_documents.TryGetValue((partition, id), out var document) ? WriteStatus.NotFound
        : etag is not null && document.ETag != etag ? WriteStatus.Stale
        : WriteStatus.Ok;

    private string? Apply(string partition, Write write) => write switch
    {
        Write.Create create => Store(partition, create.Id, create.Sort, create.Body),
        Write.Replace replace => Store(partition, replace.Id, replace.Sort, replace.Body),
        Write.Put put => Store(partition, put.Id, put.Sort, put.Body),
        Write.Delete delete => _documents.Remove((partition, delete.Id)) ? null : null,
        Write.Emit emit => Emit(emit),
        _ => throw new InvalidOperationException(),
    };

    private string Store(string partition, string id, string? sort, ReadOnlyMemory<byte> body)
    {
        var etag = $"e{++_version}";
        _documents[(partition, id)] = new(id, etag, sort, body);
        return etag;
    }

    private string? Emit(Write.Emit emit)
    {
        emitted(emit.Event);
        return null;
    }

    private static StoreUnavailableException Outage() => new("The store is away.");
}
