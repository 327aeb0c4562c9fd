using SeriesFunctions.Local.Storage.Sqlite;
using SQLitePCL;

namespace SeriesFunctions.Local.Storage;

/// <summary>
/// The writing connection as a pending write sees it: the tables, the time of this transaction, and fresh versions.
/// Only the writer's thread touches it.
/// </summary>
internal sealed class WriteSession : IDisposable
{
    /// <summary>More than one transaction can use.</summary>
    private const long Reserve = 1_000_000;

    /// <summary>32 MB.</summary>
    private const int LongLog = 8_000;

    private readonly Connection _connection;
    private readonly TimeProvider _clock;
    private readonly Statement _begin, _commit, _rollback, _savepoint, _undo, _release, _reserve;
    private readonly List<Bell> _bells = [];
    private long _version, _reserved;
    private int _changesBefore;
    private bool _syncs = true;

    public WriteSession(Connection connection, TimeProvider clock)
    {
        _connection = connection;
        _clock = clock;
        _begin = connection.Statement("BEGIN IMMEDIATE");
        _commit = connection.Statement("COMMIT");
        _rollback = connection.Statement("ROLLBACK");
        _savepoint = connection.Statement("SAVEPOINT batch");
        _undo = connection.Statement("ROLLBACK TO batch");
        _release = connection.Statement("RELEASE batch");
        _reserve = connection.Statement("UPDATE versions SET reserved = ?1");
        Documents = new(connection);
        Outbox = new(connection);
        Messages = new(connection);
        var versions = connection.Statement("SELECT reserved FROM versions");
        versions.Step();
        // What a former run reserved and did not use is left out: a version is never given twice.
        _version = _reserved = versions.Number(0);
        versions.Reset();
    }

    public DocumentTable Documents { get; }

    public OutboxTable Outbox { get; }

    public MessageTable Messages { get; }

    /// <summary>UTC ticks, the same for the whole transaction.</summary>
    public long Now { get; private set; }

    /// <summary>A number that was never given before, in this run or an earlier one.</summary>
    public long NextVersion() => ++_version;

    /// <summary>Wakes those who wait for what this transaction brings, once it is committed.</summary>
    public void RingAfterCommit(Bell bell)
    {
        if (!_bells.Contains(bell))
            _bells.Add(bell);
    }

    /// <summary>What follows can be undone without the rest of the transaction, until <see cref="Keep"/> or <see cref="Undo"/>.</summary>
    public void Mark() => _savepoint.Run();

    public void Keep() => _release.Run();

    public void Undo()
    {
        _undo.Run();
        _release.Run();
    }

    /// <summary>
    /// Not <paramref name="durable"/>: a power cut before the next durable commit, which takes everything before it along, undoes this transaction as a whole. A crash of the process doesn't.
    /// </summary>
    public void Begin(bool durable)
    {
        if (durable != _syncs)
        {
            // SQLite carries this out when it compiles it: it can't be prepared once.
            _connection.Execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            _syncs = durable;
        }
        _bells.Clear();
        _changesBefore = _connection.TotalChanges;
        _begin.Run();
        Now = _clock.GetUtcNow().UtcTicks;
        if (_reserved - _version < Reserve / 2)
        {
            // Written with the first versions that need it, and again should this transaction be rolled back.
            _reserve.Bind(1, _version + Reserve).Run();
            _reserved = _version + Reserve;
        }
    }

    /// <summary>Durable when it returns, if it was begun so. Answers how many rows the transaction changed.</summary>
    public int Commit()
    {
        var changed = _connection.TotalChanges - _changesBefore;
        _commit.Run();
        return changed;
    }

    public void Rollback()
    {
        _bells.Clear();
        _reserved = 0;
        if (_connection.InTransaction)
            _rollback.Run();
    }

    public void RingBells()
    {
        foreach (var bell in _bells)
            bell.Ring();
    }

    /// <summary>
    /// Copies the log into the database file. Usually the next write then starts the log over, but not while somebody reads what is in it; each
    /// time that happens the log goes on growing, and from <see cref="LongLog"/> pages on it is the writer that waits.
    /// </summary>
    public void Checkpoint()
    {
        _connection.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE, out var pages);
        for (var attempt = 0; pages > LongLog && attempt < 100; attempt++)
        {
            if (_connection.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART, out _))
                return;
            Thread.Yield();
        }
    }

    public void Dispose()
    {
        // The log is emptied, so that a stopped host leaves one file that can be copied.
        _connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, out _);
        _connection.Dispose();
    }
}
