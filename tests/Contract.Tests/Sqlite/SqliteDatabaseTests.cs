using Microsoft.Data.Sqlite;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Local.Storage;

namespace Contract.Tests.Sqlite;

/// <summary>What the ports don't speak of: the folder, the file, restarts and shared commits.</summary>
public sealed class SqliteDatabaseTests : IAsyncDisposable
{
    private static readonly Partition Anywhere = new("test|1");

    private readonly SqliteStorage _storage = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task A_folder_in_use_is_refused_by_name_and_not_harmed()
    {
        await CreateAsync("a");

        var refusal = Assert.Throws<DataFolderInUseException>(() => DataFolder.Take(_storage.FolderPath));

        Assert.Equal(_storage.FolderPath, refusal.Folder);
        Assert.Contains(_storage.FolderPath, refusal.Message, StringComparison.Ordinal);
        await CreateAsync("b");
        Assert.NotNull(await _storage.Documents.FindAsync(Anywhere, "a", Stop));
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_kill()
    {
        var etags = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Task.Run(() => CreateAsync($"d{n}"), Stop)));
        await _storage.Queue.SendAsync("queue", [new("m1", "1"u8.ToArray())], Stop);
        await _storage.Queue.ReceiveAsync("queue", 1, TimeSpan.Zero, Stop);

        await using var after = _storage.OpenAsAfterAKill();

        for (var n = 0; n < etags.Length; n++)
            Assert.Equal(etags[n], (await after.Documents.FindAsync(Anywhere, $"d{n}", Stop))?.ETag);
        Assert.Equal(2, Assert.Single(await after.Queue.ReceiveAsync("queue", 1, TimeSpan.Zero, Stop)).DeliveryCount);
    }

    [Fact]
    public async Task An_etag_from_before_a_restart_never_comes_again()
    {
        var before = await CreateAsync("a");
        Assert.True((await _storage.Documents.WriteAsync(Anywhere, [new Write.Delete("a")], Stop)).IsOk);
        await using var killed = _storage.OpenAsAfterAKill();
        await _storage.ReopenAsync();

        foreach (var storage in new[] { _storage, killed })
        {
            var outcome = await storage.Documents.WriteAsync(Anywhere, [new Write.Create("a", null, SqliteStorage.Json("1"))], Stop);
            Assert.NotEqual(before, Assert.Single(outcome.ETags));
        }
    }

    [Fact]
    public async Task A_stopped_host_leaves_one_file()
    {
        await CreateAsync("a");
        await _storage.Database.DisposeAsync();

        Assert.False(File.Exists(Path.Combine(_storage.FolderPath, "series.db-wal")));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CreateAsync("b"));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _storage.Documents.FindAsync(Anywhere, "a", Stop));
        await _storage.ReopenAsync();
        Assert.NotNull(await _storage.Documents.FindAsync(Anywhere, "a", Stop));
    }

    [Fact]
    public async Task What_is_pending_at_the_stop_is_written()
    {
        var writes = Enumerable.Range(0, 100).Select(n => CreateAsync($"d{n}")).ToArray();
        await _storage.Database.DisposeAsync();
        await Task.WhenAll(writes);

        await _storage.ReopenAsync();

        Assert.NotNull(await _storage.Documents.FindAsync(Anywhere, "d99", Stop));
    }

    [Fact]
    public async Task Concurrent_writers_share_their_commits()
    {
        var commits = _storage.Database.Commits;
        var writes = _storage.Database.Writes;

        await Task.WhenAll(Enumerable.Range(0, 32).Select(writer => Task.Run(
            async () =>
            {
                for (var n = 0; n < 20; n++)
                    await CreateAsync($"d{writer}-{n}");
            },
            Stop)));

        Assert.Equal(640, _storage.Database.Writes - writes);
        Assert.InRange(_storage.Database.Commits - commits, 1, 639);
    }

    [Fact]
    public async Task A_write_that_the_disk_refuses_fails_alone()
    {
        // As SQLite does when a disk is full, the trigger ends the whole transaction that the others share.
        await ExecuteAsync("CREATE TRIGGER full BEFORE INSERT ON documents WHEN NEW.id = 'refused' BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END");

        var writers = Enumerable.Range(0, 64).Select(n => Task.Run(() => CreateAsync(n == 32 ? "refused" : $"d{n}"), Stop)).ToArray();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => writers[32]);
        await Task.WhenAll(writers.Where((_, n) => n != 32));
        Assert.NotNull(await _storage.Documents.FindAsync(Anywhere, "d63", Stop));
        Assert.Null(await _storage.Documents.FindAsync(Anywhere, "refused", Stop));
        await ExecuteAsync("DROP TRIGGER full");
        await CreateAsync("refused");
    }

    [Fact]
    public async Task A_purge_removes_what_has_expired_and_nothing_else()
    {
        var written = await _storage.Documents.WriteAsync(
            Anywhere,
            [new Write.Create("short", null, SqliteStorage.Json("1"), TimeSpan.FromSeconds(5)), new Write.Create("long", null, SqliteStorage.Json("1"))],
            Stop);
        Assert.True(written.IsOk);
        await _storage.Queue.SendAsync("queue", [new("m1", "1"u8.ToArray())], Stop);
        Assert.Equal(0, await _storage.Database.PurgeAsync(Stop));

        _storage.Clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(2, await _storage.Database.PurgeAsync(Stop));
        Assert.NotNull(await _storage.Documents.FindAsync(Anywhere, "long", Stop));
        Assert.Single(await _storage.Queue.ReceiveAsync("queue", 1, TimeSpan.Zero, Stop));
    }

    [Fact]
    public async Task A_database_of_a_newer_host_is_left_alone()
    {
        await ExecuteAsync("PRAGMA user_version = 999");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => _storage.ReopenAsync());
    }

    private async Task<string> CreateAsync(string id)
    {
        var outcome = await _storage.Documents.WriteAsync(Anywhere, [new Write.Create(id, "s", SqliteStorage.Json("1"))], Stop);
        Assert.True(outcome.IsOk);
        return outcome.ETags[0]!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_storage.FolderPath, "series.db")};Pooling=False");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }
}
