using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Local.Storage;

/// <summary>Applies one batch inside the writer's transaction: first every condition, then every write, so that a refused batch has changed nothing.</summary>
internal sealed class BatchWriter(SqliteDatabase owner)
{
    private Database? _preparedOn;
    private Statement _look = null!, _put = null!, _delete = null!, _hasEvent = null!, _emit = null!;

    public WriteOutcome Apply(Database database, Partition partition, IReadOnlyList<Write> writes, long now)
    {
        Prepare(database);
        for (var i = 0; i < writes.Count; i++)
        {
            if (Refusal(partition, writes[i], now) is { } status)
                return WriteOutcome.Failed(status, i);
        }
        var etags = new string?[writes.Count];
        for (var i = 0; i < writes.Count; i++)
            etags[i] = Store(partition, writes[i], now);
        return WriteOutcome.Ok(etags);
    }

    private WriteStatus? Refusal(Partition partition, Write write, long now)
    {
        switch (write)
        {
            case Write.Create create:
                return Version(partition, create.Id, now) is null ? null : WriteStatus.Conflict;
            case Write.Replace replace:
                return Match(Version(partition, replace.Id, now), replace.ETag);
            case Write.Delete delete:
                return Match(Version(partition, delete.Id, now), delete.ETag);
            case Write.Emit emit:
                _hasEvent.Text(1, emit.Event.Id);
                var known = _hasEvent.Step();
                _hasEvent.Reset();
                return known ? WriteStatus.Conflict : null;
            default:
                return null;
        }
    }

    private static WriteStatus? Match(long? found, string? etag) =>
        found is not { } version ? WriteStatus.NotFound : etag is null || etag == SqliteDocumentStore.ETag(version) ? null : WriteStatus.Stale;

    private long? Version(Partition partition, string id, long now)
    {
        _look.Text(1, partition.Key).Text(2, id);
        long? version = _look.Step() && (_look.IsNull(1) || _look.Long(1) > now) ? _look.Long(0) : null;
        _look.Reset();
        return version;
    }

    private string? Store(Partition partition, Write write, long now)
    {
        switch (write)
        {
            case Write.Create create:
                return Put(partition, create.Id, create.Sort, create.Body, create.TimeToLive, now);
            case Write.Replace replace:
                return Put(partition, replace.Id, replace.Sort, replace.Body, replace.TimeToLive, now);
            case Write.Put put:
                return Put(partition, put.Id, put.Sort, put.Body, put.TimeToLive, now);
            case Write.Delete delete:
                _delete.Text(1, partition.Key).Text(2, delete.Id).Run();
                return null;
            case Write.Emit emit:
                _emit.Text(1, emit.Event.Id).Text(2, emit.Event.Name).Number(3, SqliteMessageQueue.Due(emit.Event.DueAt)).Blob(4, emit.Event.ToJson()).Run();
                return null;
            default:
                throw new InvalidOperationException($"{write.GetType().Name} is not a write that this store knows.");
        }
    }

    private string Put(Partition partition, string id, string? sort, ReadOnlyMemory<byte> body, TimeSpan? timeToLive, long now)
    {
        var version = owner.NextVersion();
        _put.Text(1, partition.Key).Text(2, id).Number(3, version).Text(4, sort).Number(5, timeToLive is { } live ? now + (long)live.TotalMilliseconds : null).Blob(6, body.Span).Run();
        return SqliteDocumentStore.ETag(version);
    }

    private void Prepare(Database database)
    {
        if (_preparedOn == database)
            return;
        _look = database.Prepare("SELECT version, expires FROM documents WHERE pk=?1 AND id=?2");
        _put = database.Prepare("INSERT OR REPLACE INTO documents(pk, id, version, sort, expires, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
        _delete = database.Prepare("DELETE FROM documents WHERE pk=?1 AND id=?2");
        _hasEvent = database.Prepare("SELECT 1 FROM outbox WHERE id=?1");
        _emit = database.Prepare("INSERT INTO outbox(id, name, due, body) VALUES(?1, ?2, ?3, ?4)");
        _preparedOn = database;
    }
}
