using SeriesFunctions.Core.Documents;
using SQLitePCL;

namespace SeriesFunctions.Local.Storage;

/// <summary>One connection to an SQLite file, used by one thread at a time. Errors are a <see cref="StoreUnavailableException"/>.</summary>
public sealed class Database : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly List<Statement> _statements = [];

    static Database() => Batteries_V2.Init();

    /// <param name="path">The file; made where it is not there and <paramref name="readOnly"/> is false.</param>
    /// <param name="readOnly">Whether it only reads.</param>
    /// <param name="cacheKilobytes">How much of the file this connection keeps in memory.</param>
    public Database(string path, bool readOnly, int cacheKilobytes)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        var code = raw.sqlite3_open_v2(path, out _handle, flags, null);
        if (code != raw.SQLITE_OK)
            throw new StoreUnavailableException($"{path} can't be opened: {raw.sqlite3_errstr(code).utf8_to_string()}.");
        raw.sqlite3_busy_timeout(_handle, 5_000);
        Execute($"PRAGMA cache_size=-{cacheKilobytes}");
    }

    /// <summary>Rows changed by the last statement.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    public void Execute(string sql)
    {
        using var statement = new Statement(this, _handle, sql);
        while (statement.Step())
        {
            // A pragma may answer rows that nobody asked for.
        }
    }

    public long Scalar(string sql)
    {
        using var statement = new Statement(this, _handle, sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    /// <summary>A statement to be used again and again; it goes with the connection.</summary>
    public Statement Prepare(string sql)
    {
        var statement = new Statement(this, _handle, sql);
        _statements.Add(statement);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _handle.Dispose();
    }

    internal StoreUnavailableException Failure(int code) =>
        new($"SQLite: {raw.sqlite3_errstr(code).utf8_to_string()} ({raw.sqlite3_errmsg(_handle).utf8_to_string()}).");
}

/// <summary>A prepared statement. Bind from 1, step, read columns from 0, reset.</summary>
public sealed class Statement : IDisposable
{
    private readonly Database _database;
    private readonly sqlite3_stmt _handle;

    internal Statement(Database database, sqlite3 connection, string sql)
    {
        _database = database;
        var code = raw.sqlite3_prepare_v2(connection, sql, out _handle);
        if (code != raw.SQLITE_OK)
            throw database.Failure(code);
    }

    public Statement Text(int at, string? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(_handle, at) : raw.sqlite3_bind_text(_handle, at, value));
        return this;
    }

    public Statement Blob(int at, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(_handle, at, value));
        return this;
    }

    public Statement Number(int at, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(_handle, at, number) : raw.sqlite3_bind_null(_handle, at));
        return this;
    }

    /// <summary>True when there is a row to read.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_handle);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw Failed(code),
        };
    }

    /// <summary>Runs to the end and is ready for the next use.</summary>
    public void Run()
    {
        while (Step())
        {
            // Nothing is read.
        }
        Reset();
    }

    public void Reset() => raw.sqlite3_reset(_handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(_handle, column);

    public string String(int column) => raw.sqlite3_column_text(_handle, column).utf8_to_string();

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(_handle, column).ToArray();

    public void Dispose() => _handle.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Failed(code);
    }

    private StoreUnavailableException Failed(int code)
    {
        var failure = _database.Failure(code);
        Reset();
        return failure;
    }
}
