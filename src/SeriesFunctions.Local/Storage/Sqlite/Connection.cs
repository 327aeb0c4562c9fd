using SQLitePCL;

namespace SeriesFunctions.Local.Storage.Sqlite;

/// <summary>One connection and the statements prepared on it. Used by one thread at a time; SQLite's own mutexes are off.</summary>
internal sealed class Connection : IDisposable
{
    private const int NoMutex = 0x8000;

    /// <summary>Milliseconds. Only somebody who has the file open in another program can be waited for.</summary>
    private const int BusyTimeout = 5_000;

    private readonly sqlite3 _database;
    private readonly List<Statement> _statements = [];

    static Connection()
    {
        Batteries_V2.Init();
        ShortSleeps.Install();
    }

    private Connection(sqlite3 database) => _database = database;

    public static Connection Open(string path, bool readOnly)
    {
        var mode = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var code = raw.sqlite3_open_v2(path, out var database, mode | NoMutex, null);
        if (code != raw.SQLITE_OK)
        {
            var failure = SqliteFailure.Of(database, code);
            database.Dispose();
            throw failure;
        }
        raw.sqlite3_extended_result_codes(database, 1);
        raw.sqlite3_busy_timeout(database, BusyTimeout);
        return new(database);
    }

    /// <summary>A statement of this connection; prepared when it is first used, so that a start pays only for what it needs.</summary>
    public Statement Statement(string sql)
    {
        var statement = new Statement(_database, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Constant SQL without parameters: settings and schema.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(_database, sql);
        if (code != raw.SQLITE_OK)
            throw SqliteFailure.Of(_database, code);
    }

    /// <summary>False after SQLite itself rolled back, as it does when a disk is full.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_database) == 0;

    /// <summary>Rows changed since the connection was opened.</summary>
    public int TotalChanges => raw.sqlite3_total_changes(_database);

    /// <summary>
    /// Copies what the log holds into the database file. <paramref name="mode"/> is one of SQLite's SQLITE_CHECKPOINT_ values. False when readers
    /// were in the way of it; what could be copied is. <paramref name="pages"/> is the log's length.
    /// </summary>
    public bool Checkpoint(int mode, out int pages)
    {
        // Who waits for readers does so by trying again: they take microseconds, and SQLite's own waiting is in whole seconds.
        raw.sqlite3_busy_timeout(_database, 0);
        var code = raw.sqlite3_wal_checkpoint_v2(_database, null, mode, out pages, out _);
        raw.sqlite3_busy_timeout(_database, BusyTimeout);
        return code switch
        {
            raw.SQLITE_OK => true,
            raw.SQLITE_BUSY => false,
            _ => throw SqliteFailure.Of(_database, code),
        };
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _database.Dispose();
    }
}
