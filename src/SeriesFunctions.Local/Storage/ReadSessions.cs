using SeriesFunctions.Core.Documents;
using SeriesFunctions.Local.Storage.Sqlite;

namespace SeriesFunctions.Local.Storage;

/// <summary>
/// The reading connections. A read takes microseconds and never waits: it runs on the caller's thread with whichever session is free,
/// and where none is, with a new one, which is kept only if there is room.
/// </summary>
internal sealed class ReadSessions(string path) : IDisposable
{
    // A session more than there are cores: a thread can lose its core in the middle of a read.
    private readonly ReadSession?[] _free = new ReadSession?[Environment.ProcessorCount + 2];
    private bool _closed;

    public TResult Read<TState, TResult>(TState state, Func<ReadSession, TState, TResult> query)
    {
        ReadSession? session = null;
        try
        {
            session = Rent();
            var result = query(session, state);
            Return(session);
            return result;
        }
        catch (Exception e)
        {
            // Its statement may be half way: it is not lent again.
            session?.Dispose();
            if (e is SqliteFailure)
                throw new StoreUnavailableException("The store could not read: " + e.Message, e);
            throw;
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _closed, true);
        for (var i = 0; i < _free.Length; i++)
            Interlocked.Exchange(ref _free[i], null)?.Dispose();
    }

    private ReadSession Rent()
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } session)
                return session;
        }
        if (Volatile.Read(ref _closed))
            throw new StoreUnavailableException("The store is closed.");
        return Open();
    }

    private void Return(ReadSession session)
    {
        if (!Volatile.Read(ref _closed))
        {
            for (var i = 0; i < _free.Length; i++)
            {
                if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], session, null) is null)
                {
                    // Closed in between: what was put back is taken out again.
                    if (Volatile.Read(ref _closed))
                        Interlocked.Exchange(ref _free[i], null)?.Dispose();
                    return;
                }
            }
        }
        session.Dispose();
    }

    private ReadSession Open()
    {
        var connection = Connection.Open(path, readOnly: true);
        // A small cache: the inner pages of the trees. Leaves come from the operating system's cache, which a commit doesn't throw away.
        connection.Execute("PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY");
        return new(connection);
    }
}
