using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Storage.Sqlite;

namespace SeriesFunctions.Local.Storage;

/// <summary>Events between the batch that emitted them and their queues.</summary>
internal sealed class OutboxTable(Connection connection)
{
    private readonly Statement _add = connection.Statement("""
        INSERT INTO outbox (pk, id, name, due, body) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (pk, id) DO NOTHING
        """);

    private readonly Statement _first = connection.Statement("SELECT seq, id, name, due, body FROM outbox ORDER BY seq LIMIT ?1");

    private readonly Statement _remove = connection.Statement("DELETE FROM outbox WHERE seq <= ?1");

    /// <summary>Rings when events were committed.</summary>
    public Bell Bell { get; } = new();

    /// <summary><paramref name="json"/> is the whole envelope, as the queue will carry it.</summary>
    public WriteStatus Add(string partition, Envelope envelope, byte[] json)
    {
        _add.Bind(1, partition).Bind(2, envelope.Id).Bind(3, envelope.Name).Bind(4, envelope.DueAt?.UtcTicks).Bind(5, json);
        return _add.Run() > 0 ? WriteStatus.Ok : WriteStatus.Conflict;
    }

    /// <summary>The oldest events, in the order in which they were written.</summary>
    public List<OutboxEvent> First(int max)
    {
        List<OutboxEvent> events = [];
        _first.Bind(1, max);
        while (_first.Step())
            events.Add(new(_first.Number(0), _first.Text(1), _first.Text(2), _first.IsNull(3) ? null : _first.Number(3), _first.Bytes(4)));
        return events;
    }

    /// <summary>Everything up to and with <paramref name="sequence"/> has gone to its queues.</summary>
    public void RemoveThrough(long sequence) => _remove.Bind(1, sequence).Run();
}

/// <summary>An event in the outbox; <paramref name="Due"/> in UTC ticks.</summary>
internal sealed record OutboxEvent(long Sequence, string Id, string Name, long? Due, byte[] Body);
