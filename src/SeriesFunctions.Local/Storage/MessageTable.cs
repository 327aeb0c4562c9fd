using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Storage.Sqlite;

namespace SeriesFunctions.Local.Storage;

/// <summary>Messages, the ids of the duplicate window and the dead letters, as the writer changes them. Instants are UTC ticks.</summary>
internal sealed class MessageTable(Connection connection)
{
    private readonly Statement _see = connection.Statement("""
        INSERT INTO seen (queue, id, until) VALUES (?1, ?2, ?3)
        ON CONFLICT (queue, id) DO UPDATE SET until = excluded.until WHERE seen.until <= ?4
        """);

    private readonly Statement _add = connection.Statement("""
        INSERT INTO messages (queue, id, available, deliveries, enqueued, body) VALUES (?1, ?2, ?3, 0, ?4, ?5)
        """);

    private readonly Statement _receive = connection.Statement("""
        UPDATE messages SET lock = ?1, available = ?2, deliveries = deliveries + 1
        WHERE seq IN (SELECT seq FROM messages WHERE queue = ?3 AND available <= ?4 ORDER BY available, seq LIMIT ?5)
        RETURNING seq, id, deliveries, enqueued, body
        """);

    private readonly Statement _nextAvailable = connection.Statement("SELECT available FROM messages WHERE queue = ?1 ORDER BY available LIMIT 1");

    private readonly Statement _complete = connection.Statement("DELETE FROM messages WHERE seq = ?1 AND lock = ?2 AND available > ?3");

    private readonly Statement _renew = connection.Statement("UPDATE messages SET available = ?4 WHERE seq = ?1 AND lock = ?2 AND available > ?3");

    private readonly Statement _release = connection.Statement("""
        UPDATE messages SET available = ?4, lock = NULL WHERE seq = ?1 AND lock = ?2 AND available > ?3 AND deliveries < ?5
        """);

    private readonly Statement _bury = connection.Statement("""
        INSERT INTO dead_letters (queue, id, deliveries, reason, description, dead_lettered, body)
        SELECT queue, id, min(deliveries, ?6), ?4, ?5, ?3, body FROM messages WHERE seq = ?1 AND lock = ?2 AND available > ?3
        """);

    private readonly Statement _remove = connection.Statement("DELETE FROM messages WHERE seq = ?1");

    private readonly Statement _replay = connection.Statement("""
        INSERT INTO messages (queue, id, available, deliveries, enqueued, body)
        SELECT queue, id, ?3, 0, ?3, body FROM dead_letters WHERE queue = ?1 AND id = ?2 ORDER BY seq LIMIT 1
        """);

    private readonly Statement _removeDeadLetter = connection.Statement("""
        DELETE FROM dead_letters WHERE seq = (SELECT min(seq) FROM dead_letters WHERE queue = ?1 AND id = ?2)
        """);

    private readonly Statement _unlock = connection.Statement("UPDATE messages SET lock = NULL, available = ?1 WHERE lock IS NOT NULL");

    private readonly Statement _forget = connection.Statement("""
        DELETE FROM seen WHERE (queue, id) IN (SELECT queue, id FROM seen WHERE until <= ?1 ORDER BY until LIMIT ?2)
        """);

    /// <summary>False for an id that the queue has seen within the duplicate window: the message is dropped.</summary>
    public bool Send(string queue, string id, ReadOnlySpan<byte> body, long? due, long now)
    {
        if (_see.Bind(1, queue).Bind(2, id).Bind(3, now + QueueLimits.DuplicateWindow.Ticks).Bind(4, now).Run() == 0)
            return false;
        // A time that is already past is now: such a message doesn't overtake those that wait.
        _add.Bind(1, queue).Bind(2, id).Bind(3, Math.Max(due ?? now, now)).Bind(4, now).Bind(5, body).Run();
        return true;
    }

    /// <summary>Locks due messages. Those that were delivered as often as allowed, and whose last lock ran out, become dead letters instead.</summary>
    public List<ReceivedMessage> Receive(string queue, int max, long version, long now)
    {
        List<ReceivedMessage> received = [];
        List<LockToken> spent = [];
        do
        {
            spent.Clear();
            _receive.Bind(1, version).Bind(2, now + QueueLimits.LockTime.Ticks).Bind(3, queue).Bind(4, now).Bind(5, max - received.Count);
            while (_receive.Step())
            {
                var token = new LockToken(_receive.Number(0), version);
                var deliveries = (int)_receive.Number(2);
                if (deliveries > QueueLimits.MaxDeliveries)
                    spent.Add(token);
                else
                    received.Add(new(queue, _receive.Text(1), _receive.Bytes(4), deliveries, token.ToString(), new(_receive.Number(3), TimeSpan.Zero)));
            }
            foreach (var token in spent)
                Bury(token, "MaxDeliveryCountExceeded", "The lock of the last delivery ran out.", now);
        }
        while (spent.Count > 0);
        return received;
    }

    /// <summary>When the queue's next message can be received, a locked one counting from the end of its lock. Null when there is none at all.</summary>
    public long? NextAvailable(string queue)
    {
        long? next = _nextAvailable.Bind(1, queue).Step() ? _nextAvailable.Number(0) : null;
        _nextAvailable.Reset();
        return next;
    }

    public bool Complete(LockToken token, long now) => Locked(_complete, token, now).Run() > 0;

    public bool Renew(LockToken token, long now) => Locked(_renew, token, now).Bind(4, now + QueueLimits.LockTime.Ticks).Run() > 0;

    public bool Abandon(LockToken token, long availableAgain, string reason, long now) =>
        Locked(_release, token, now).Bind(4, availableAgain).Bind(5, QueueLimits.MaxDeliveries).Run() > 0
        || Bury(token, reason, "The last delivery failed.", now);

    public bool Bury(LockToken token, string reason, string description, long now)
    {
        if (Locked(_bury, token, now).Bind(4, reason).Bind(5, description).Bind(6, QueueLimits.MaxDeliveries).Run() == 0)
            return false;
        _remove.Bind(1, token.Sequence).Run();
        return true;
    }

    /// <summary>Past duplicate detection, which saw the id when it was first sent.</summary>
    public bool Replay(string queue, string id, long now)
    {
        if (_replay.Bind(1, queue).Bind(2, id).Bind(3, now).Run() == 0)
            return false;
        _removeDeadLetter.Bind(1, queue).Bind(2, id).Run();
        return true;
    }

    /// <summary>Gives up every lock. For the start: those who held them were in a process that is gone.</summary>
    public int UnlockAll(long now) => _unlock.Bind(1, now).Run();

    /// <summary>Removes up to <paramref name="max"/> ids that have left the duplicate window. Returns how many.</summary>
    public int Forget(long now, int max) => _forget.Bind(1, now).Bind(2, max).Run();

    private static Statement Locked(Statement statement, LockToken token, long now) =>
        statement.Bind(1, token.Sequence).Bind(2, token.Version).Bind(3, now);
}
