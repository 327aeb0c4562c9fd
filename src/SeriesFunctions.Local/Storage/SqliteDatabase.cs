using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Storage.Sqlite;

namespace SeriesFunctions.Local.Storage;

/// <summary>
/// The host's database file: documents, outbox and queues together, so that moving an event from one to the other is one transaction.
/// One connection writes, on a thread of its own; reads run beside it. Dispose it after everything that uses it: what is pending is
/// written and the log is folded into the file.
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    /// <summary>Rows removed in one pending write, so that a purge never holds up the others for long.</summary>
    private const int PurgeStep = 500;

    private readonly GroupCommit _writer;
    private readonly ReadSessions _readers;
    private readonly ConcurrentDictionary<string, Bell> _queueBells = new(StringComparer.Ordinal);

    private SqliteDatabase(GroupCommit writer, ReadSessions readers, HostClock clock, Bell outboxBell)
    {
        _writer = writer;
        _readers = readers;
        Clock = clock;
        OutboxBell = outboxBell;
    }

    /// <summary>Transactions that changed something since the start. Fewer than <see cref="Writes"/> as soon as callers share them.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Batches, sends and settlements that those transactions carried.</summary>
    public long Writes => _writer.Writes;

    internal HostClock Clock { get; }

    internal Bell OutboxBell { get; }

    /// <summary>Opens the folder's database; creates it or brings an older one up to date. Throws <see cref="StoreUnavailableException"/> when it can't be used.</summary>
    public static SqliteDatabase Open(DataFolder folder, HostClock clock, ILogger<SqliteDatabase>? logger = null)
    {
        Connection? connection = null;
        try
        {
            connection = Connection.Open(folder.Database, readOnly: false);
            // Checkpoints are run by the writer between two groups, not by SQLite within a commit.
            connection.Execute("""
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
                PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;
                """);
            Schema.Migrate(connection);
            var session = new WriteSession(connection, clock);
            session.Begin(durable: true);
            // This process is alone with the folder: who held these locks is gone, and their messages need not wait for the locks to run out.
            session.Messages.UnlockAll(session.Now);
            session.Commit();
            return new(new GroupCommit(session, logger ?? NullLogger<SqliteDatabase>.Instance), new(folder.Database), clock, session.Outbox.Bell);
        }
        catch (SqliteFailure e)
        {
            connection?.Dispose();
            throw new StoreUnavailableException($"The database {folder.Database} can't be opened: {e.Message}", e);
        }
    }

    /// <summary>Removes documents whose time to live is over and ids that have left the duplicate window. Nothing depends on it but the size of the file.</summary>
    public async ValueTask<int> PurgeAsync(CancellationToken cancellationToken)
    {
        int removed, total = 0;
        do
        {
            removed = await WriteAsync(
                PurgeStep,
                static (session, max) => session.Documents.Purge(session.Now, max) + session.Messages.Forget(session.Now, max),
                cancellationToken,
                durable: false);
            total += removed;
        }
        while (removed > 0);
        return total;
    }

    /// <summary>Events that wait to be moved, and messages that are due or being worked on, in all queues.</summary>
    public int Unfinished() => Read(Clock.GetUtcNow().UtcTicks, static (session, now) => session.Unfinished(now), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        // Readers first: an open one would keep the log from being emptied.
        _readers.Dispose();
        await _writer.DisposeAsync();
    }

    /// <summary>
    /// <paramref name="durable"/> false is for what happens again by itself when a power cut undoes it, such as taking a message from a queue: such a write doesn't wait for the disk.
    /// Later ones build on it and are never kept without it.
    /// </summary>
    internal ValueTask<TResult> WriteAsync<TState, TResult>(TState state, Func<WriteSession, TState, TResult> apply, CancellationToken cancellationToken, bool durable = true)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _writer.WriteAsync(state, apply, durable);
    }

    internal TResult Read<TState, TResult>(TState state, Func<ReadSession, TState, TResult> query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _readers.Read(state, query);
    }

    /// <summary>Rings when a queue has something new.</summary>
    internal Bell BellOf(string queue) => _queueBells.GetOrAdd(queue, static _ => new Bell());
}
