using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Local.Storage;

/// <summary>The document store in the host's database. Reads are answered on the caller's thread; writes share their commits.</summary>
public sealed class SqliteDocumentStore(SqliteDatabase database) : IDocumentStore
{
    public ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken) =>
        new(database.Read(
            (partition.Key, Id: id, Now: database.Clock.GetUtcNow().UtcTicks),
            static (session, s) => session.Find(s.Key, s.Id, s.Now),
            cancellationToken));

    public ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        if (StoreLimits.Refuse(writes) is { } refusal)
            return new(refusal);
        return database.WriteAsync(new DocumentBatch(partition.Key, writes), static (session, batch) => batch.Apply(session), cancellationToken, durable: !Redelivered.Covers);
    }

    public ValueTask<DocumentPage> ListAsync(
        Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        var position = cursor is null ? null : PageCursor.Read(partition, direction, range, cursor);
        // One more than asked for says whether there is a next page.
        var items = database.Read(
            (partition.Key, Range: range, Direction: direction, Limit: limit + 1, Position: position, Now: database.Clock.GetUtcNow().UtcTicks),
            static (session, s) => session.List(s.Key, s.Range, s.Direction, s.Limit, s.Position, s.Now),
            cancellationToken);
        if (items.Count <= limit)
            return new(new DocumentPage(items, null));
        items.RemoveAt(limit);
        return new(new DocumentPage(items, PageCursor.Write(partition, direction, items[^1])));
    }

    public ValueTask<DocumentPage> ScanAsync(Partition partition, string? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        var items = database.Read(
            (partition.Key, After: after ?? "", Limit: limit + 1, Now: database.Clock.GetUtcNow().UtcTicks),
            static (session, s) => session.Scan(s.Key, s.After, s.Limit, s.Now),
            cancellationToken);
        return new(items.Count <= limit ? new DocumentPage(items, null) : new(items[..limit], items[limit - 1].Id));
    }
}
