using SeriesFunctions.Core.Documents;
using SeriesFunctions.Local.Storage.Sqlite;

namespace SeriesFunctions.Local.Storage;

/// <summary>
/// One thread that writes. What callers bring while a commit is being synced to disk is applied together in the next transaction, so that
/// a sync, which is what durability costs, is shared by everybody who waits for one. Callers are answered after the commit has returned. A group in which nobody asks for durability is
/// committed without a sync.
/// </summary>
internal sealed partial class GroupCommit : IAsyncDisposable
{
    /// <summary>Rows written until the log is copied into the database file; a page of 4 KB each at the worst.</summary>
    private const int RowsPerCheckpoint = 4_000;

    private readonly WriteSession _session;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<IPendingWrite> _pending = [];
    private bool _asleep, _closed;
    private long _commits, _writes;
    private int _rowsSinceCheckpoint;

    public GroupCommit(WriteSession session, ILogger logger)
    {
        _session = session;
        _logger = logger;
        new Thread(Run) { Name = "store writer", IsBackground = true }.Start();
    }

    /// <summary>Transactions committed that changed something.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Pending writes that those transactions carried.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>
    /// Applies the write in the next transaction and answers when that is on disk; when <paramref name="durable"/> is false, as soon as it is committed. Once accepted it can't be
    /// cancelled: whoever stopped waiting would not know whether it took effect.
    /// </summary>
    public ValueTask<TResult> WriteAsync<TState, TResult>(TState state, Func<WriteSession, TState, TResult> apply, bool durable)
    {
        var write = new PendingWrite<TState, TResult>(state, apply, durable);
        bool wake;
        lock (_gate)
        {
            if (_closed)
                return ValueTask.FromException<TResult>(new StoreUnavailableException("The store is closed."));
            _pending.Add(write);
            wake = _asleep;
            _asleep = false;
        }
        if (wake)
            _wake.Release();
        return write.Task;
    }

    /// <summary>Writes what is pending, then closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _closed = true;
                _wake.Release();
            }
        }
        await _stopped.Task;
        _wake.Dispose();
    }

    private void Run()
    {
        List<IPendingWrite> group = [];
        while (Take(ref group))
        {
            Commit(group);
            group.Clear();
            CheckpointWhenDue();
        }
        try
        {
            _session.Dispose();
        }
        catch (SqliteFailure e)
        {
            // Everything acknowledged is in the log; the next start copies it.
            LogCheckpointFailed(_logger, e);
        }
        _stopped.SetResult();
    }

    /// <summary>Swaps the empty list for the pending one, and sleeps while there is none. False when closed and done.</summary>
    private bool Take(ref List<IPendingWrite> group)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_pending.Count > 0)
                {
                    (group, _pending) = (_pending, group);
                    return true;
                }
                if (_closed)
                    return false;
                _asleep = true;
            }
            _wake.Wait();
        }
    }

    private void Commit(List<IPendingWrite> group)
    {
        try
        {
            CommitTogether(group);
        }
        catch (Exception e)
        {
            Rollback();
            if (group.Count == 1)
            {
                group[0].Failed(Outage(e));
                return;
            }
            // One of them can't be written, and it must not harm the others: each gets a transaction of its own.
            foreach (var write in group)
                Commit([write]);
        }
    }

    private void CommitTogether(List<IPendingWrite> group)
    {
        _session.Begin(group.Exists(write => write.IsDurable));
        foreach (var write in group)
            write.Apply(_session);
        var changed = _session.Commit();
        if (changed > 0)
        {
            Interlocked.Increment(ref _commits);
            Interlocked.Add(ref _writes, group.Count);
            _rowsSinceCheckpoint += changed + 1;
        }
        foreach (var write in group)
            write.Committed();
        _session.RingBells();
    }

    private void Rollback()
    {
        try
        {
            _session.Rollback();
        }
        catch (SqliteFailure e)
        {
            LogRollbackFailed(_logger, e);
        }
    }

    /// <summary>Between two groups and not within a commit, so that nobody who is already written waits for it.</summary>
    private void CheckpointWhenDue()
    {
        if (_rowsSinceCheckpoint < RowsPerCheckpoint)
            return;
        _rowsSinceCheckpoint = 0;
        try
        {
            _session.Checkpoint();
        }
        catch (SqliteFailure e)
        {
            // The log only grows until a later one succeeds.
            LogCheckpointFailed(_logger, e);
        }
    }

    private static Exception Outage(Exception reason) =>
        reason is SqliteFailure ? new StoreUnavailableException("The store could not write: " + reason.Message, reason) : reason;

    [LoggerMessage(LogLevel.Warning, "The store's log could not be copied into the database file; it stays until the next attempt")]
    private static partial void LogCheckpointFailed(ILogger logger, Exception reason);

    [LoggerMessage(LogLevel.Error, "A transaction of the store could not be rolled back")]
    private static partial void LogRollbackFailed(ILogger logger, Exception reason);
}
