using System.Globalization;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Local.Storage;

/// <summary>What is done to the table of messages, on the writer's thread. A lock is held while the token is the receiver's and its time is not over.</summary>
internal sealed class QueueStatements
{
    private Database? _database;
    private Statement _seen = null!, _see = null!, _insert = null!, _due = null!, _lock = null!, _delete = null!, _abandon = null!, _bury = null!, _renew = null!, _replay = null!;
    private long _tokens;

    public QueueStatements On(Database database)
    {
        if (_database == database)
            return this;
        _database = database;
        _seen = database.Prepare("SELECT at FROM seen WHERE queue=?1 AND id=?2");
        _see = database.Prepare("INSERT OR REPLACE INTO seen(queue, id, at) VALUES(?1, ?2, ?3)");
        _insert = database.Prepare("INSERT INTO messages(queue, id, body, enqueued, visible) VALUES(?1, ?2, ?3, ?4, ?5)");
        _due = database.Prepare("SELECT seq, id, body, deliveries, enqueued FROM messages WHERE queue=?1 AND dead IS NULL AND visible<=?2 ORDER BY visible, seq LIMIT ?3");
        _lock = database.Prepare("UPDATE messages SET visible=?2, token=?3, deliveries=deliveries+1 WHERE seq=?1");
        _delete = database.Prepare("DELETE FROM messages WHERE seq=?1 AND token=?2 AND visible>?3 AND dead IS NULL");
        _abandon = database.Prepare("UPDATE messages SET token=NULL, visible=?4, reason=?5 WHERE seq=?1 AND token=?2 AND visible>?3 AND dead IS NULL");
        _bury = database.Prepare("UPDATE messages SET token=NULL, dead=?3, reason=?4, description=?5 WHERE seq=?1 AND token=?2 AND visible>?3 AND dead IS NULL");
        _renew = database.Prepare("UPDATE messages SET visible=?4 WHERE seq=?1 AND token=?2 AND visible>?3 AND dead IS NULL");
        _replay = database.Prepare("UPDATE messages SET dead=NULL, token=NULL, deliveries=0, visible=?3 WHERE queue=?1 AND id=?2 AND dead IS NOT NULL");
        return this;
    }

    /// <summary>Nothing happens when a message with this id came within the duplicate window.</summary>
    public void Insert(string queue, string id, ReadOnlySpan<byte> body, long? due, long now)
    {
        _seen.Text(1, queue).Text(2, id);
        var duplicate = _seen.Step() && _seen.Long(0) + (long)QueueLimits.DuplicateWindow.TotalMilliseconds > now;
        _seen.Reset();
        if (duplicate)
            return;
        _see.Text(1, queue).Text(2, id).Number(3, now).Run();
        _insert.Text(1, queue).Text(2, id).Blob(3, body).Number(4, now).Number(5, due is { } later && later > now ? later : now).Run();
    }

    public IReadOnlyList<ReceivedMessage> Take(string queue, int max, long now)
    {
        var found = new List<(long Seq, string Id, byte[] Body, int Deliveries, long Enqueued)>();
        _due.Text(1, queue).Number(2, now).Number(3, max);
        while (_due.Step())
            found.Add((_due.Long(0), _due.String(1), _due.Bytes(2), (int)_due.Long(3), _due.Long(4)));
        _due.Reset();

        var taken = new List<ReceivedMessage>(found.Count);
        foreach (var (seq, id, body, deliveries, enqueued) in found)
        {
            var token = string.Create(CultureInfo.InvariantCulture, $"{seq}.{now}.{_tokens++}");
            _lock.Number(1, seq).Number(2, now + (long)QueueLimits.LockTime.TotalMilliseconds).Text(3, token).Run();
            var message = new ReceivedMessage(queue, id, body, deliveries + 1, token, DateTimeOffset.FromUnixTimeMilliseconds(enqueued));
            // Its last receiver never settled it: no more receivers for this one.
            if (message.DeliveryCount > QueueLimits.MaxDeliveries)
                Bury(message, now, "max-deliveries", "its receivers let the lock run out");
            else
                taken.Add(message);
        }
        return taken;
    }

    public bool Complete(ReceivedMessage message, long now) => Settle(_delete, message, now);

    public bool Abandon(ReceivedMessage message, long now, long visible, string reason)
    {
        _abandon.Number(4, visible).Text(5, reason);
        return Settle(_abandon, message, now);
    }

    public bool Bury(ReceivedMessage message, long now, string reason, string description)
    {
        _bury.Text(4, reason).Text(5, description);
        return Settle(_bury, message, now);
    }

    public bool Renew(ReceivedMessage message, long now)
    {
        _renew.Number(4, now + (long)QueueLimits.LockTime.TotalMilliseconds);
        return Settle(_renew, message, now);
    }

    public bool Replay(string queue, string id, long now)
    {
        _replay.Text(1, queue).Text(2, id).Number(3, now).Run();
        return _database!.Changes > 0;
    }

    private bool Settle(Statement statement, ReceivedMessage message, long now)
    {
        var seq = long.Parse(message.LockToken.AsSpan(0, message.LockToken.IndexOf('.', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        statement.Number(1, seq).Text(2, message.LockToken).Number(3, now).Run();
        return _database!.Changes > 0;
    }
}
