using SQLitePCL;

namespace SeriesFunctions.Local.Storage.Sqlite;

/// <summary>What SQLite answered when it was not success, e.g. 13 for a full disk. Leaves this folder only as a StoreUnavailableException.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception($"SQLite {code}: {message}")
{
    public int Code { get; } = code;

    public static SqliteFailure Of(sqlite3 database, int code) => new(code, raw.sqlite3_errmsg(database).utf8_to_string());
}
