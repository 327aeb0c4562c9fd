using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Local.Storage;

/// <summary>
/// The one thread that writes. What arrives while a commit is being made durable goes into the next one, so many callers share one fsync; nobody hears
/// of success before it is on disk.
/// </summary>
public sealed class GroupCommit : IDisposable
{
    private interface IWork
    {
        void Apply(Database database);

        void Complete();

        void Fail(Exception reason);
    }

    /// <summary>What one caller wants done. Applied again from the start when the shared transaction had to be given up, so only the last result counts.</summary>
    private sealed class Work<T>(Func<Database, T> apply) : IWork
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Task => _done.Task;

        public void Apply(Database database) => _result = apply(database);

        public void Complete() => _done.TrySetResult(_result!);

        public void Fail(Exception reason) => _done.TrySetException(reason);
    }

    private readonly Database _database;
    private readonly Action<Database> _beforeCommit;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private List<IWork> _pending = [];
    private bool _stopping;
    private long _commits;

    /// <param name="database">Used by this thread alone from now on; disposed with it.</param>
    /// <param name="beforeCommit">Runs inside each transaction, at its end.</param>
    public GroupCommit(Database database, Action<Database> beforeCommit)
    {
        _database = database;
        _beforeCommit = beforeCommit;
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _rollback = database.Prepare("ROLLBACK");
        _thread = new(Loop) { IsBackground = true, Name = "group commit" };
        _thread.Start();
    }

    /// <summary>How many transactions were made durable.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>
    /// Applies <paramref name="work"/> in the next transaction; the task ends when it is durable. The work decides before it writes: it either changes
    /// everything that it means to, or nothing.
    /// </summary>
    public Task<T> RunAsync<T>(Func<Database, T> work)
    {
        var item = new Work<T>(work);
        lock (_gate)
        {
            if (_stopping)
                throw new StoreUnavailableException("The store is closed.");
            _pending.Add(item);
            if (_pending.Count == 1)
                Monitor.Pulse(_gate);
        }
        return item.Task;
    }

    /// <summary>Finishes what was asked for, then closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        _database.Dispose();
    }

    private void Loop()
    {
        var taken = new List<IWork>();
        while (true)
        {
            lock (_gate)
            {
                while (_pending.Count == 0 && !_stopping)
                    Monitor.Wait(_gate);
                if (_pending.Count == 0)
                    return;
                (taken, _pending) = (_pending, taken);
            }
            if (!TryCommit(taken) && taken.Count > 1)
            {
                // One of them harmed all: each on its own shows which, and the others are done.
                foreach (var work in taken)
                    TryCommit([work]);
            }
            taken.Clear();
        }
    }

    /// <summary>False when it failed and there is more than one to blame.</summary>
    private bool TryCommit(List<IWork> works)
    {
        try
        {
            _begin.Run();
            foreach (var work in works)
                work.Apply(_database);
            _beforeCommit(_database);
            _commit.Run();
        }
        // The writer must outlive whatever a caller's work or the disk does; who asked is told.
        catch (Exception e)
        {
            TryRollback();
            if (works.Count == 1)
                works[0].Fail(e is StoreUnavailableException ? e : new StoreUnavailableException("A write failed.", e));
            return false;
        }
        Interlocked.Increment(ref _commits);
        foreach (var work in works)
            work.Complete();
        return true;
    }

    private void TryRollback()
    {
        try
        {
            _rollback.Run();
        }
        catch (StoreUnavailableException)
        {
            // Some errors end the transaction by themselves; then there is none to roll back.
            _rollback.Reset();
        }
    }
}
