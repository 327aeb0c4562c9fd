using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Local.Storage;

/// <summary>The store port on SQLite: point reads and pages from reading connections, batches through the group commit.</summary>
public sealed class SqliteDocumentStore : IDocumentStore
{
    private const string FindSql = "SELECT version, sort, expires, body FROM documents WHERE pk=?1 AND id=?2";
    private const string Columns = "SELECT id, version, sort, body FROM documents WHERE pk=?1 AND sort IS NOT NULL AND (expires IS NULL OR expires>?2)";
    private const string AscendingSql = Columns + " AND (sort, id)>(?3, ?4) AND sort>=?3 AND sort<?5 ORDER BY sort, id LIMIT ?6";
    private const string AscendingFirstSql = Columns + " AND sort>=?3 AND sort<?5 AND ?4='' ORDER BY sort, id LIMIT ?6";
    private const string DescendingSql = Columns + " AND (sort, id)<(?3, ?4) AND sort<=?3 AND sort>=?5 ORDER BY sort DESC, id DESC LIMIT ?6";
    private const string DescendingFirstSql = Columns + " AND sort<?3 AND sort>=?5 AND ?4='' ORDER BY sort DESC, id DESC LIMIT ?6";

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _clock;
    private readonly Action _eventsStored;
    private readonly BatchWriter _batches;

    /// <param name="database">Where.</param>
    /// <param name="clock">Decides whose time to live is over.</param>
    /// <param name="eventsStored">Told after a commit that held events.</param>
    public SqliteDocumentStore(SqliteDatabase database, TimeProvider clock, Action eventsStored)
    {
        _database = database;
        _clock = clock;
        _eventsStored = eventsStored;
        _batches = new(database);
    }

    public ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        return ValueTask.FromResult(_database.Read(reader =>
        {
            var find = reader.Statement(FindSql);
            find.Text(1, partition.Key).Text(2, id);
            var found = find.Step() && (find.IsNull(2) || find.Long(2) > now)
                ? new Document(id, ETag(find.Long(0)), find.IsNull(1) ? null : find.String(1), find.Bytes(3))
                : null;
            find.Reset();
            return found;
        }));
    }

    public async ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        if (StoreLimits.Refuse(writes) is { } refused)
            return refused;
        cancellationToken.ThrowIfCancellationRequested();
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        // From here on it can't be called off: it will be stored or refused, and the caller hears which.
        var outcome = await _database.Writer.RunAsync(database => _batches.Apply(database, partition, writes, now));
        if (outcome.IsOk && writes.Any(write => write is Write.Emit))
            _eventsStored();
        return outcome;
    }

    public ValueTask<DocumentPage> ListAsync(Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        var after = cursor is null ? null : Cursor.Read(cursor, partition, range, direction);
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        return ValueTask.FromResult(_database.Read(reader =>
        {
            var list = reader.Statement((direction, after) switch
            {
                (Direction.Ascending, null) => AscendingFirstSql,
                (Direction.Ascending, _) => AscendingSql,
                (_, null) => DescendingFirstSql,
                _ => DescendingSql,
            });
            var (start, end) = direction == Direction.Ascending ? (range.From, range.To) : (range.To, range.From);
            // One more than asked for tells whether there is a next page.
            list.Text(1, partition.Key).Number(2, now).Text(3, after?.Sort ?? start).Text(4, after?.Id ?? "").Text(5, end).Number(6, limit + 1);
            var items = new List<Document>(limit);
            var more = false;
            while (list.Step())
            {
                if (items.Count == limit)
                {
                    more = true;
                    break;
                }
                items.Add(new(list.String(0), ETag(list.Long(1)), list.String(2), list.Bytes(3)));
            }
            list.Reset();
            return new DocumentPage(items, more ? Cursor.Write(items[^1], partition, range, direction) : null);
        }));
    }

    /// <summary>Removes what is past its time to live, some at a time.</summary>
    public Task PurgeExpiredAsync()
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        return _database.Writer.RunAsync(database =>
        {
            database.Execute(string.Create(CultureInfo.InvariantCulture,
                $"DELETE FROM documents WHERE (pk, id) IN (SELECT pk, id FROM documents WHERE expires IS NOT NULL AND expires<={now} LIMIT 1000)"));
            return true;
        });
    }

    internal static string ETag(long version) => version.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>A cursor is the last item's place, and a mark of the list that it belongs to.</summary>
    private sealed record Cursor(string Sort, string Id)
    {
        public static string Write(Document last, Partition partition, SortRange range, Direction direction) =>
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Mark(partition, range, direction)}\n{last.Sort}\n{last.Id}"));

        public static Cursor Read(string cursor, Partition partition, SortRange range, Direction direction)
        {
            string text;
            try
            {
                text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
            }
            catch (FormatException)
            {
                throw new FormatException("This is not a cursor.");
            }
            return text.Split('\n') is [var mark, var sort, var id] && id.Length > 0 && mark == Mark(partition, range, direction)
                ? new(sort, id)
                : throw new FormatException("This is not a cursor of this list.");
        }

        private static string Mark(Partition partition, SortRange range, Direction direction) =>
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{partition.Key}\n{range.From}\n{range.To}\n{direction}")).AsSpan(0, 8));
    }
}
