using System.Collections.Concurrent;

namespace SeriesFunctions.Local.Storage;

/// <summary>
/// <c>series.db</c>: documents, outbox and queues in one file, so that an event and the record that it comes from can be stored together.
/// WAL and <c>synchronous=FULL</c>: what was acknowledged outlives the process and the machine's power.
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    private const int SchemaVersion = 1;
    private const int WriterCache = 8_192;
    private const int ReaderCache = 2_048;

    private readonly string _path;
    private readonly ConcurrentBag<Reader> _readers = [];
    private readonly Statement _keepVersion;
    private long _version;
    private long _keptVersion;
    private volatile bool _closed;

    public SqliteDatabase(string folder)
    {
        _path = Path.Combine(folder, "series.db");
        var database = new Database(_path, readOnly: false, WriterCache);
        database.Execute("PRAGMA page_size=8192");
        database.Execute("PRAGMA journal_mode=WAL");
        database.Execute("PRAGMA synchronous=FULL");
        // 16 MB of log before it is folded into the file: fewer, longer pauses cost less than many short ones.
        database.Execute("PRAGMA wal_autocheckpoint=2000");
        database.Execute("PRAGMA journal_size_limit=33554432");
        Migrate(database);
        _version = _keptVersion = database.Scalar("SELECT value FROM meta WHERE name='version'");
        _keepVersion = database.Prepare("UPDATE meta SET value=?1 WHERE name='version'");
        Writer = new(database, KeepVersion);
    }

    public GroupCommit Writer { get; }

    /// <summary>Grows with every write and never repeats, over restarts and deletions too. On the writer's thread only.</summary>
    public long NextVersion() => ++_version;

    /// <summary>Lends a connection that reads what was committed when its statement starts.</summary>
    public T Read<T>(Func<Reader, T> read)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_readers.TryTake(out var reader))
            reader = new(new(_path, readOnly: true, ReaderCache));
        try
        {
            return read(reader);
        }
        finally
        {
            if (_closed)
                reader.Dispose();
            else
                _readers.Add(reader);
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        Writer.Dispose();
    }

    /// <summary>One row a transaction, however many versions it used. A transaction that is given up leaves a gap, and no version twice.</summary>
    private void KeepVersion(Database database)
    {
        if (_version == _keptVersion)
            return;
        _keepVersion.Number(1, _version).Run();
        _keptVersion = _version;
    }

    private static void Migrate(Database database)
    {
        var found = database.Scalar("PRAGMA user_version");
        if (found > SchemaVersion)
            throw new InvalidOperationException($"series.db was written by a newer release (schema {found}); this one knows {SchemaVersion}.");
        if (found == SchemaVersion)
            return;
        database.Execute("BEGIN IMMEDIATE");
        foreach (var statement in Schema)
            database.Execute(statement);
        database.Execute($"PRAGMA user_version={SchemaVersion}");
        database.Execute("COMMIT");
    }

    private static readonly string[] Schema =
    [
        "CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
        "INSERT INTO meta VALUES('version', 0)",
        // Clustered by key: one descent finds a document.
        "CREATE TABLE documents(pk TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, sort TEXT, expires INTEGER, body BLOB NOT NULL, PRIMARY KEY(pk, id)) WITHOUT ROWID",
        "CREATE INDEX documents_by_sort ON documents(pk, sort, id) WHERE sort IS NOT NULL",
        "CREATE INDEX documents_by_expiry ON documents(expires) WHERE expires IS NOT NULL",
        "CREATE TABLE outbox(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, due INTEGER, body BLOB NOT NULL)",
        // visible: when it may be received; later for what is scheduled, put off or locked. token: who has it locked.
        """
        CREATE TABLE messages(seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, enqueued INTEGER NOT NULL,
          visible INTEGER NOT NULL, token TEXT, deliveries INTEGER NOT NULL DEFAULT 0, dead INTEGER, reason TEXT, description TEXT)
        """,
        "CREATE INDEX messages_by_visible ON messages(queue, visible) WHERE dead IS NULL",
        "CREATE INDEX messages_dead ON messages(queue, seq) WHERE dead IS NOT NULL",
        "CREATE TABLE seen(queue TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(queue, id)) WITHOUT ROWID",
        "CREATE INDEX seen_by_time ON seen(at)",
    ];
}

/// <summary>A connection that reads, with the statements that it has prepared so far.</summary>
public sealed class Reader(Database database) : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    public Statement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements[sql] = statement = database.Prepare(sql);
        return statement;
    }

    public void Dispose() => database.Dispose();
}
