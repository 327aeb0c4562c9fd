using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Storage.Sqlite;

namespace SeriesFunctions.Local.Storage;

/// <summary>A read-only connection with its prepared statements. Rented by one call at a time; each query sees what was committed before it began.</summary>
internal sealed class ReadSession(Connection connection) : IDisposable
{
    private readonly Statement _find = connection.Statement("""
        SELECT version, sort, body FROM documents WHERE pk = ?1 AND id = ?2 AND (expires IS NULL OR expires > ?3)
        """);

    private readonly Statement _ascending = connection.Statement("""
        SELECT id, version, sort, body FROM documents
        WHERE pk = ?1 AND sort >= ?2 AND sort < ?3 AND (expires IS NULL OR expires > ?4)
        ORDER BY sort, id LIMIT ?5
        """);

    private readonly Statement _ascendingAfter = connection.Statement("""
        SELECT id, version, sort, body FROM documents
        WHERE pk = ?1 AND (sort, id) > (?6, ?7) AND sort < ?3 AND (expires IS NULL OR expires > ?4)
        ORDER BY sort, id LIMIT ?5
        """);

    private readonly Statement _descending = connection.Statement("""
        SELECT id, version, sort, body FROM documents
        WHERE pk = ?1 AND sort >= ?2 AND sort < ?3 AND (expires IS NULL OR expires > ?4)
        ORDER BY sort DESC, id DESC LIMIT ?5
        """);

    private readonly Statement _descendingAfter = connection.Statement("""
        SELECT id, version, sort, body FROM documents
        WHERE pk = ?1 AND sort >= ?2 AND (sort, id) < (?6, ?7) AND (expires IS NULL OR expires > ?4)
        ORDER BY sort DESC, id DESC LIMIT ?5
        """);

    private readonly Statement _scan = connection.Statement("""
        SELECT id, version, sort, body FROM documents WHERE pk = ?1 AND id > ?2 AND (expires IS NULL OR expires > ?3) ORDER BY id LIMIT ?4
        """);

    private readonly Statement _outbox = connection.Statement("SELECT count(*) FROM outbox");

    private readonly Statement _counts = connection.Statement("""
        SELECT count(*) FILTER (WHERE available <= ?2), count(*) FILTER (WHERE available > ?2 AND lock IS NOT NULL),
               count(*) FILTER (WHERE available > ?2 AND lock IS NULL), (SELECT count(*) FROM dead_letters WHERE queue = ?1)
        FROM messages WHERE queue = ?1
        """);

    private readonly Statement _unfinished = connection.Statement("""
        SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM messages WHERE available <= ?1 OR lock IS NOT NULL)
        """);

    private readonly Statement _deadLetters = connection.Statement("""
        SELECT id, body, deliveries, reason, description, dead_lettered FROM dead_letters WHERE queue = ?1 ORDER BY seq LIMIT ?2
        """);

    public Document? Find(string partition, string id, long now)
    {
        if (!_find.Bind(1, partition).Bind(2, id).Bind(3, now).Step())
            return null;
        var document = new Document(id, ETags.Of(_find.Number(0)), _find.IsNull(1) ? null : _find.Text(1), _find.Bytes(2));
        _find.Reset();
        return document;
    }

    /// <summary>Up to <paramref name="limit"/> documents in order, after <paramref name="position"/> where one is given.</summary>
    public List<Document> List(string partition, SortRange range, Direction direction, int limit, PageCursor? position, long now)
    {
        var query = (direction, position) switch
        {
            (Direction.Ascending, null) => _ascending,
            (Direction.Ascending, _) => _ascendingAfter,
            (Direction.Descending, null) => _descending,
            (Direction.Descending, _) => _descendingAfter,
            _ => throw new ArgumentOutOfRangeException(nameof(direction)),
        };
        query.Bind(1, partition).Bind(2, range.From).Bind(3, range.To).Bind(4, now).Bind(5, limit);
        if (position is not null)
            query.Bind(6, position.Sort).Bind(7, position.Id);
        var documents = new List<Document>(Math.Min(limit, 64));
        while (query.Step())
            documents.Add(new(query.Text(0), ETags.Of(query.Number(1)), query.Text(2), query.Bytes(3)));
        return documents;
    }

    /// <summary>Up to <paramref name="limit"/> documents by id, behind <paramref name="after"/>, sorted ones and others.</summary>
    public List<Document> Scan(string partition, string after, int limit, long now)
    {
        _scan.Bind(1, partition).Bind(2, after).Bind(3, now).Bind(4, limit);
        var documents = new List<Document>(Math.Min(limit, 64));
        while (_scan.Step())
            documents.Add(new(_scan.Text(0), ETags.Of(_scan.Number(1)), _scan.IsNull(2) ? null : _scan.Text(2), _scan.Bytes(3)));
        return documents;
    }

    public int OutboxCount()
    {
        _outbox.Step();
        var count = (int)_outbox.Number(0);
        _outbox.Reset();
        return count;
    }

    /// <summary>Events not moved, and messages due or being worked on, of all queues at one instant: what moves meanwhile is counted once.</summary>
    public int Unfinished(long now)
    {
        _unfinished.Bind(1, now).Step();
        var count = (int)_unfinished.Number(0);
        _unfinished.Reset();
        return count;
    }

    public QueueCounts Counts(string queue, long now)
    {
        _counts.Bind(1, queue).Bind(2, now).Step();
        var counts = new QueueCounts((int)_counts.Number(0), (int)_counts.Number(1), (int)_counts.Number(2), (int)_counts.Number(3));
        _counts.Reset();
        return counts;
    }

    public List<DeadLetter> DeadLetters(string queue, int max)
    {
        List<DeadLetter> letters = [];
        _deadLetters.Bind(1, queue).Bind(2, max);
        while (_deadLetters.Step())
        {
            letters.Add(new(
                queue, _deadLetters.Text(0), _deadLetters.Bytes(1), (int)_deadLetters.Number(2), _deadLetters.Text(3), _deadLetters.Text(4),
                new(_deadLetters.Number(5), TimeSpan.Zero)));
        }
        return letters;
    }

    public void Dispose() => connection.Dispose();
}
