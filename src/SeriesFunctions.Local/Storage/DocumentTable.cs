using SeriesFunctions.Core.Documents;
using SeriesFunctions.Local.Storage.Sqlite;

namespace SeriesFunctions.Local.Storage;

/// <summary>
/// Documents as the writer changes them. Each write is one statement that holds its own precondition; that it changed no row says it was not met.
/// A document whose time to live is over counts as absent whether or not it has been purged.
/// </summary>
internal sealed class DocumentTable(Connection connection)
{
    private readonly Statement _create = connection.Statement("""
        INSERT INTO documents (pk, id, version, sort, expires, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (pk, id) DO UPDATE SET version = excluded.version, sort = excluded.sort, expires = excluded.expires, body = excluded.body
        WHERE documents.expires <= ?7
        """);

    private readonly Statement _put = connection.Statement("""
        INSERT INTO documents (pk, id, version, sort, expires, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (pk, id) DO UPDATE SET version = excluded.version, sort = excluded.sort, expires = excluded.expires, body = excluded.body
        """);

    // Where a document keeps its place and its end, no index is touched: SQLite writes an entry anew that is named here, also when it stays what it was.
    private readonly Statement _replaceBody = connection.Statement("""
        UPDATE documents SET version = ?3, body = ?6
        WHERE pk = ?1 AND id = ?2 AND version = ?8 AND sort IS ?4 AND expires IS NULL
        """);

    private readonly Statement _replace = connection.Statement("""
        UPDATE documents SET version = ?3, sort = ?4, expires = ?5, body = ?6
        WHERE pk = ?1 AND id = ?2 AND version = ?8 AND (expires IS NULL OR expires > ?7)
        """);

    private readonly Statement _delete = connection.Statement("""
        DELETE FROM documents WHERE pk = ?1 AND id = ?2 AND (?4 IS NULL OR version = ?4) AND (expires IS NULL OR expires > ?3)
        """);

    private readonly Statement _exists = connection.Statement("""
        SELECT 1 FROM documents WHERE pk = ?1 AND id = ?2 AND (expires IS NULL OR expires > ?3)
        """);

    private readonly Statement _purge = connection.Statement("""
        DELETE FROM documents WHERE row IN (SELECT row FROM documents WHERE expires <= ?1 ORDER BY expires LIMIT ?2)
        """);

    public WriteStatus Create(string partition, Write.Create write, long version, long now)
    {
        Bind(_create, partition, write.Id, version, write.Sort, write.TimeToLive, write.Body, now).Bind(7, now);
        return _create.Run() > 0 ? WriteStatus.Ok : WriteStatus.Conflict;
    }

    public WriteStatus Put(string partition, Write.Put write, long version, long now)
    {
        Bind(_put, partition, write.Id, version, write.Sort, write.TimeToLive, write.Body, now).Run();
        return WriteStatus.Ok;
    }

    public WriteStatus Replace(string partition, Write.Replace write, long version, long now)
    {
        var expected = ETags.VersionOf(write.ETag);
        if (write.TimeToLive is null && Bind(_replaceBody, partition, write.Id, version, write.Sort, timeToLive: null, write.Body, now).Bind(8, expected).Run() > 0)
            return WriteStatus.Ok;
        Bind(_replace, partition, write.Id, version, write.Sort, write.TimeToLive, write.Body, now).Bind(7, now).Bind(8, expected);
        return _replace.Run() > 0 ? WriteStatus.Ok : AbsentOrStale(partition, write.Id, now);
    }

    public WriteStatus Delete(string partition, Write.Delete write, long now)
    {
        _delete.Bind(1, partition).Bind(2, write.Id).Bind(3, now).Bind(4, write.ETag is null ? null : ETags.VersionOf(write.ETag));
        return _delete.Run() > 0 ? WriteStatus.Ok : AbsentOrStale(partition, write.Id, now);
    }

    /// <summary>Removes up to <paramref name="max"/> documents whose time is over. Returns how many.</summary>
    public int Purge(long now, int max) => _purge.Bind(1, now).Bind(2, max).Run();

    private WriteStatus AbsentOrStale(string partition, string id, long now)
    {
        var exists = _exists.Bind(1, partition).Bind(2, id).Bind(3, now).Step();
        _exists.Reset();
        return exists ? WriteStatus.Stale : WriteStatus.NotFound;
    }

    private static Statement Bind(
        Statement statement, string partition, string id, long version, string? sort, TimeSpan? timeToLive, ReadOnlyMemory<byte> body, long now) =>
        statement.Bind(1, partition).Bind(2, id).Bind(3, version).Bind(4, sort).Bind(5, now + timeToLive?.Ticks).Bind(6, body.Span);
}
