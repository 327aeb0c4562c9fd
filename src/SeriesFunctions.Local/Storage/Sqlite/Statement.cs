using System.Text;
using SQLitePCL;

namespace SeriesFunctions.Local.Storage.Sqlite;

/// <summary>A prepared statement: bind, step, read, reset. Parameters count from 1 and columns from 0, as in SQLite.</summary>
internal sealed class Statement(sqlite3 database, string sql) : IDisposable
{
    /// <summary>Tells SQLite that the statement is used again and again, so it keeps it out of its short-lived memory.</summary>
    private const uint Persistent = 1;

    private sqlite3_stmt? _handle;

    private sqlite3_stmt Handle => _handle ?? Prepare();

    public Statement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(Handle, parameter, value));
        return this;
    }

    public Statement Bind(int parameter, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(Handle, parameter, number) : raw.sqlite3_bind_null(Handle, parameter));
        return this;
    }

    public Statement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(Handle, parameter));
        }
        else if (value.Length is > 0 and <= 170)
        {
            // On the stack: SQLite copies it, and keys are bound several times in every call.
            Span<byte> utf8 = stackalloc byte[512];
            Check(raw.sqlite3_bind_text(Handle, parameter, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        }
        else
        {
            BindLong(parameter, value);
        }
        return this;
    }

    public Statement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(Handle, parameter, 0) : raw.sqlite3_bind_blob(Handle, parameter, value));
        return this;
    }

    /// <summary>True while there is a row. Whoever stops earlier resets.</summary>
    public bool Step()
    {
        switch (raw.sqlite3_step(Handle))
        {
            case raw.SQLITE_ROW:
                return true;
            case raw.SQLITE_DONE:
                raw.sqlite3_reset(Handle);
                return false;
            default:
                // The code that step gives can be a general one; reset gives the particular one.
                throw SqliteFailure.Of(database, raw.sqlite3_reset(Handle));
        }
    }

    /// <summary>Runs a statement that answers no rows. Returns how many rows it changed.</summary>
    public int Run()
    {
        Step();
        return raw.sqlite3_changes(database);
    }

    public void Reset() => raw.sqlite3_reset(Handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(Handle, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(Handle, column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(Handle, column));

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(Handle, column).ToArray();

    public void Dispose() => _handle?.Dispose();

    private void BindLong(int parameter, string value) =>
        Check(value.Length == 0
            // An empty span has no address, and SQLite would take that for null.
            ? raw.sqlite3_bind_text(Handle, parameter, value)
            : raw.sqlite3_bind_text(Handle, parameter, (ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(value)));

    private sqlite3_stmt Prepare()
    {
        Check(raw.sqlite3_prepare_v3(database, sql, Persistent, out var handle));
        return _handle = handle;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw SqliteFailure.Of(database, code);
    }
}
