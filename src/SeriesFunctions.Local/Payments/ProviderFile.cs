using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SeriesFunctions.Local.Storage.Sqlite;

namespace SeriesFunctions.Local.Payments;

/// <summary>An event on its way to the webhook.</summary>
public sealed record PendingEvent(long Seq, string Id, byte[] Body, int Tries);

/// <summary>
/// <c>provider.db</c>: the simulated provider's objects and events. Written with <c>synchronous=NORMAL</c>: safe when the process is killed, and a simulation's
/// money need not outlive a power cut.
/// </summary>
internal sealed class ProviderFile : IDisposable
{
    private static readonly Dictionary<Type, string> Kinds = new()
    {
        [typeof(SimulatedSession)] = "cs_",
        [typeof(SimulatedPayment)] = "pi_",
        [typeof(SimulatedRefund)] = "re_",
        [typeof(SimulatedDisputeOf)] = "dp_",
        [typeof(SimulatedTransfer)] = "tr_",
        [typeof(SimulatedAccount)] = "acct_",
        [typeof(SimulatedLink)] = "alink_",
        [typeof(SimulatedSubscription)] = "sub_",
        [typeof(SimulatedPortal)] = "bps_",
    };

    private readonly Connection _connection;
    private readonly Lock _gate = new();
    private readonly Statement _begin, _commit, _rollback, _find, _put, _emit, _delivered, _later, _overdue, _due, _countDue, _next, _enter, _books, _balance, _forget, _stored;

    public ProviderFile(string folder)
    {
        _connection = Connection.Open(Path.Combine(folder, "provider.db"), readOnly: false);
        // open_until: when the clock changes it: a session that nobody paid yet expires, a subscription is charged.
        _connection.Execute("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
            CREATE TABLE IF NOT EXISTS objects(id TEXT PRIMARY KEY, open_until INTEGER, body BLOB NOT NULL);
            CREATE INDEX IF NOT EXISTS objects_open ON objects(open_until) WHERE open_until IS NOT NULL;
            CREATE TABLE IF NOT EXISTS events(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, body BLOB NOT NULL, deliver_at INTEGER, tries INTEGER NOT NULL DEFAULT 0, done_at INTEGER);
            CREATE INDEX IF NOT EXISTS events_due ON events(deliver_at) WHERE deliver_at IS NOT NULL;
            CREATE TABLE IF NOT EXISTS books(seq INTEGER PRIMARY KEY AUTOINCREMENT, created INTEGER NOT NULL, net INTEGER NOT NULL, currency TEXT NOT NULL, body BLOB NOT NULL);
            CREATE INDEX IF NOT EXISTS books_created ON books(created);
            """);
        // A folder of an earlier version.
        using (var known = _connection.Statement("SELECT count(*) FROM pragma_table_info('events') WHERE name='done_at'"))
        {
            if (known.Step() && known.Number(0) == 0)
                _connection.Execute("ALTER TABLE events ADD COLUMN done_at INTEGER");
        }
        _begin = _connection.Statement("BEGIN IMMEDIATE");
        _commit = _connection.Statement("COMMIT");
        _rollback = _connection.Statement("ROLLBACK");
        _find = _connection.Statement("SELECT body FROM objects WHERE id=?1");
        _put = _connection.Statement("INSERT OR REPLACE INTO objects(id, open_until, body) VALUES(?1, ?2, ?3)");
        _emit = _connection.Statement("INSERT INTO events(id, body, deliver_at) VALUES(?1, ?2, ?3)");
        _delivered = _connection.Statement("UPDATE events SET deliver_at=NULL, done_at=?2 WHERE seq=?1");
        _later = _connection.Statement("UPDATE events SET deliver_at=?2, tries=tries+1 WHERE seq=?1");
        _overdue = _connection.Statement("SELECT id FROM objects WHERE open_until IS NOT NULL AND open_until<=?1 LIMIT 1000");
        _due = _connection.Statement("SELECT seq, id, body, tries FROM events WHERE deliver_at IS NOT NULL AND deliver_at<=?1 ORDER BY seq LIMIT ?2");
        _countDue = _connection.Statement("SELECT count(*) FROM events WHERE deliver_at IS NOT NULL AND deliver_at<=?1");
        _enter = _connection.Statement("INSERT INTO books(created, net, currency, body) VALUES(?1, ?2, ?3, ?4)");
        _books = _connection.Statement("SELECT seq, body FROM books WHERE created>=?1 AND created<?2 AND seq>?3 ORDER BY seq LIMIT ?4");
        _balance = _connection.Statement("SELECT coalesce(sum(net), 0) FROM books WHERE currency=?1 AND created<=?2");
        _stored = _connection.Statement("SELECT body FROM events WHERE id=?1 LIMIT 1");
        _forget = _connection.Statement("DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE deliver_at IS NULL AND done_at<=?1 LIMIT 1000)");
        _next = _connection.Statement("SELECT min(deliver_at) FROM events WHERE deliver_at IS NOT NULL");
    }

    /// <summary>What <paramref name="change"/> saves and emits is stored together, or not at all when it throws. One change at a time.</summary>
    public Task<T> ChangeAsync<T>(Func<T> change)
    {
        lock (_gate)
        {
            _begin.Run();
            try
            {
                var changed = change();
                _commit.Run();
                return Task.FromResult(changed);
            }
            // Handed on as the task's, after the transaction was given up.
            catch (Exception e)
            {
                if (_connection.InTransaction)
                    _rollback.Run();
                return Task.FromException<T>(e);
            }
        }
    }

    /// <summary>Inside a change only. Null where there is no such object, or one of another kind.</summary>
    public T? Load<T>(string id, JsonTypeInfo<T> shape)
        where T : class
    {
        if (!_find.Bind(1, id).Step())
            return null;
        var body = _find.Bytes(0);
        _find.Reset();
        return Parse(id, body, shape);
    }

    /// <summary>Inside a change only.</summary>
    public void Save<T>(string id, T value, JsonTypeInfo<T> shape, DateTimeOffset? openUntil = null) =>
        _put.Bind(1, id).Bind(2, openUntil?.ToUnixTimeMilliseconds()).Bind(3, JsonSerializer.SerializeToUtf8Bytes(value, shape)).Run();

    /// <summary>Inside a change only.</summary>
    public void Emit(string id, byte[] body, DateTimeOffset now) => _emit.Bind(1, id).Bind(2, body).Bind(3, now.ToUnixTimeMilliseconds()).Run();

    /// <summary>Inside a change only.</summary>
    public void Enter(SimulatedBookEntry entry) =>
        _enter.Bind(1, entry.CreatedAt.ToUnixTimeMilliseconds()).Bind(2, entry.Amount - entry.Fee).Bind(3, entry.Currency).Bind(4, JsonSerializer.SerializeToUtf8Bytes(entry, ProviderJson.Default.SimulatedBookEntry)).Run();

    /// <summary>Inside a change only. What is ours at the provider.</summary>
    public long Balance(string currency, DateTimeOffset now)
    {
        _balance.Bind(1, currency).Bind(2, now.ToUnixTimeMilliseconds()).Step();
        var balance = _balance.Number(0);
        _balance.Reset();
        return balance;
    }

    /// <summary>Movements with <paramref name="from"/> ≤ created &lt; <paramref name="to"/> behind the number <paramref name="after"/>, each with its number.</summary>
    public IReadOnlyList<(long Seq, SimulatedBookEntry Entry)> Books(DateTimeOffset from, DateTimeOffset to, long after, int max)
    {
        lock (_gate)
        {
            var entries = new List<(long, SimulatedBookEntry)>();
            _books.Bind(1, from.ToUnixTimeMilliseconds()).Bind(2, to.ToUnixTimeMilliseconds()).Bind(3, after).Bind(4, (long)max);
            while (_books.Step())
                entries.Add((_books.Number(0), JsonSerializer.Deserialize(_books.Bytes(1), ProviderJson.Default.SimulatedBookEntry)!));
            return entries;
        }
    }

    /// <summary>An event's body; null where there is none (any more).</summary>
    public byte[]? Event(string id)
    {
        lock (_gate)
        {
            var body = _stored.Bind(1, id).Step() ? _stored.Bytes(0) : null;
            _stored.Reset();
            return body;
        }
    }

    /// <summary>Delivered events go after a while, as Stripe's do after 30 days.</summary>
    public Task ForgetDeliveredAsync(DateTimeOffset deliveredBefore) => ChangeAsync(() => _forget.Bind(1, deliveredBefore.ToUnixTimeMilliseconds()).Run());

    public T? Find<T>(string id, JsonTypeInfo<T> shape)
        where T : class
    {
        lock (_gate)
            return Load(id, shape);
    }

    /// <summary>Some sessions that nobody paid in time, and subscriptions whose time has come, that have not been told of.</summary>
    public IReadOnlyList<string> Overdue(DateTimeOffset now)
    {
        lock (_gate)
        {
            var ids = new List<string>();
            _overdue.Bind(1, now.ToUnixTimeMilliseconds());
            while (_overdue.Step())
                ids.Add(_overdue.Text(0));
            return ids;
        }
    }

    /// <summary>Events whose time to be delivered has come: in their order, or in any.</summary>
    public IReadOnlyList<PendingEvent> DueEvents(DateTimeOffset now, int max, bool shuffled)
    {
        var due = new List<PendingEvent>();
        lock (_gate)
        {
            // Shuffled among more than are wanted, so that an old event can be overtaken by many.
            _due.Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, (long)(shuffled ? max * 8 : max));
            while (_due.Step())
                due.Add(new(_due.Number(0), _due.Text(1), _due.Bytes(2), (int)_due.Number(3)));
        }
        if (!shuffled)
            return due;
        var mixed = due.ToArray();
        RandomNumberGenerator.Shuffle(mixed.AsSpan());
        return [.. mixed.Take(max)];
    }

    public long CountDueEvents(DateTimeOffset now)
    {
        lock (_gate)
        {
            _countDue.Bind(1, now.ToUnixTimeMilliseconds()).Step();
            var due = _countDue.Number(0);
            _countDue.Reset();
            return due;
        }
    }

    /// <summary>When the next event is to be delivered; null when none waits.</summary>
    public DateTimeOffset? NextDelivery()
    {
        lock (_gate)
        {
            _next.Step();
            DateTimeOffset? at = _next.IsNull(0) ? null : DateTimeOffset.FromUnixTimeMilliseconds(_next.Number(0));
            _next.Reset();
            return at;
        }
    }

    public Task MarkDeliveredAsync(long seq, DateTimeOffset now) => ChangeAsync(() => _delivered.Bind(1, seq).Bind(2, now.ToUnixTimeMilliseconds()).Run());

    public Task DeliverLaterAsync(long seq, DateTimeOffset at) => ChangeAsync(() => _later.Bind(1, seq).Bind(2, at.ToUnixTimeMilliseconds()).Run());

    public void Dispose()
    {
        lock (_gate)
            _connection.Dispose();
    }

    /// <summary>An id says by its start which kind of object it is of; asked for another kind, there is none.</summary>
    private static T? Parse<T>(string id, byte[]? body, JsonTypeInfo<T> shape)
        where T : class
    {
        return body is not null && id.StartsWith(Kinds[typeof(T)], StringComparison.Ordinal) ? JsonSerializer.Deserialize(body, shape) : null;
    }
}
