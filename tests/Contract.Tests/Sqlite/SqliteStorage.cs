using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Storage;

namespace Contract.Tests.Sqlite;

/// <summary>The host's storage in a folder of its own, which can be closed and opened again as a restart would, and goes with the test.</summary>
internal sealed class SqliteStorage : IAsyncDisposable
{
    private DataFolder _folder;

    /// <param name="clock">The system's, that a test can move, unless another is given.</param>
    public SqliteStorage(HostClock? clock = null)
        : this(Path.Combine(Path.GetTempPath(), "series-" + Guid.NewGuid().ToString("N")), clock ?? new HostClock())
    {
    }

    private SqliteStorage(string path, HostClock clock)
    {
        Clock = clock;
        _folder = DataFolder.Take(path);
        Database = SqliteDatabase.Open(_folder, clock);
    }

    public HostClock Clock { get; }

    public SqliteDatabase Database { get; private set; }

    public string FolderPath => _folder.Path;

    public SqliteDocumentStore Documents => new(Database);

    public SqliteMessageQueue Queue => new(Database);

    public async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        _folder.Dispose();
        _folder = DataFolder.Take(_folder.Path);
        Database = SqliteDatabase.Open(_folder, Clock);
    }

    /// <summary>Opens a copy of the files as they lie now, with an open log: what a process that was killed leaves behind.</summary>
    public SqliteStorage OpenAsAfterAKill()
    {
        var copy = Path.Combine(Path.GetTempPath(), "series-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(copy);
        foreach (var file in new[] { "series.db", "series.db-wal" })
            File.Copy(Path.Combine(FolderPath, file), Path.Combine(copy, file));
        return new(copy, Clock);
    }

    /// <summary>A relay that is not running: tests move events when they say so.</summary>
    public OutboxRelay Relay(Func<string, IReadOnlyList<string>> queuesOf) => new(Database, queuesOf, NullLogger<OutboxRelay>.Instance);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Dispose();
        Directory.Delete(_folder.Path, recursive: true);
    }

    public static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes(text);

    public static Write.Emit Emit(string id, string name = "test-happened", DateTimeOffset? due = null) =>
        new(new Envelope(id, name, 1, new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), due, Json("{}"), null));
}
