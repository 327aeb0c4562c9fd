using System.Globalization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Audit;

/// <summary>Puts the entry of what a batch does into the batch itself: it is stored with the change or not at all, and once.</summary>
internal static class AuditTrail
{
    public const int MostObjects = 10;

    /// <summary>True when the batch tells of something now.</summary>
    public static bool AddTo(Batch batch, Acting acting)
    {
        if (batch.Changes is not { } written)
            return false;
        var changes = new List<AuditChange>();
        var objects = new List<string>(acting.Named);
        foreach (var (id, shape, after) in written)
        {
            var before = acting.Before(batch.Partition, id);
            if (shape is null)
            {
                changes.Add(new(id.Split('|')[0], [new("deleted", "false", "true")]));
                continue;
            }
            var fields = Differences.Between(before, after, shape);
            if (fields.Count == 0)
                continue;
            changes.Add(new(shape.Type.Name, fields));
            objects.AddRange(Differences.Ids(after, shape));
        }
        // Saved once more, it takes its entry with it as it is.
        written.Clear();
        // A key that is remembered is nothing that was done, nor is an event alone: unless it was all, and it went well.
        if (changes.Count == 0 && (acting.IsNoted || !acting.IsDone))
            return false;
        var entry = new AuditEntry(
            Ids.New("aud", acting.At), acting.At, acting.Actor, acting.Role, acting.Action, [.. objects.Where(Ids.IsValid).Distinct(StringComparer.Ordinal).Take(MostObjects)], changes, acting.TraceId);
        batch.Emit(new AuditNoted(entry, acting.From), acting.At, id: Ids.From("evt_audit", entry.Id));
        return true;
    }
}

/// <summary>Off the queue: keeps an entry where each question about it is answered from. Every write creates; the second time there is nothing to create.</summary>
public sealed class KeepAudit(Records records, AuditOptions options) : IHandle<AuditNoted>
{
    public async ValueTask<Handled> HandleAsync(AuditNoted message, CancellationToken cancellationToken)
    {
        var entry = message.Entry;
        foreach (var id in entry.Objects)
            await records.SaveAsync(new Batch(AuditEntry.OfObject(id)).Create(entry.Id, entry, entry.Sort), cancellationToken);
        await records.SaveAsync(new Batch(AuditEntry.OfDay(entry.At)).Create(entry.Id, entry, entry.Sort), cancellationToken);
        var byActor = new Batch(AuditEntry.OfActor(entry.Actor)).Create(entry.Id, entry, entry.Sort);
        if (message.From is { } from)
            byActor.Create(AuditOrigin.DocumentId(entry.Id), new AuditOrigin(from), timeToLive: options.OriginKeptFor);
        await records.SaveAsync(byActor, cancellationToken);
        return Handled.Done;
    }
}

/// <summary>What is asked of the trail: of one object, of one actor, or of everything in a time of at most 31 days.</summary>
public sealed record AuditQuestion(string? Object, UserId? Actor, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>An entry with where it came from, as long as that is known.</summary>
public sealed record AuditSeen(AuditEntry Entry, string? From);

/// <summary>An operator reads the trail, newest first.</summary>
public sealed class ReadAudit(Records records, TimeProvider clock)
{
    private const int MostDays = 31;

    public async ValueTask<Result<RecordPage<AuditSeen>>> HandleAsync(AuditQuestion question, PageRequest page, CancellationToken cancellationToken)
    {
        var to = question.To ?? clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        var read = question switch
        {
            { Object: { } id } => await ListAsync(AuditEntry.OfObject(id), question.From, to, page, cancellationToken),
            { Actor: { } actor } => await ListAsync(AuditEntry.OfActor(actor), question.From, to, page, cancellationToken),
            _ => await DaysAsync(question.From ?? to - TimeSpan.FromDays(1), to, page, cancellationToken),
        };
        if (!read.IsOk(out var found, out var problem))
            return problem;
        var seen = new List<AuditSeen>(found.Items.Count);
        foreach (var entry in found.Items.Where(entry => question.Actor is not { } only || entry.Actor == only))
        {
            var origin = await records.FindAsync<AuditOrigin>(AuditEntry.OfActor(entry.Actor), AuditOrigin.DocumentId(entry.Id), cancellationToken);
            seen.Add(new(entry, origin?.Value.From));
        }
        return new RecordPage<AuditSeen>(seen, found.Cursor);
    }

    /// <summary>From the last day to the first; the cursor is the day, and where in it.</summary>
    private async ValueTask<Result<RecordPage<AuditEntry>>> DaysAsync(DateTimeOffset from, DateTimeOffset to, PageRequest page, CancellationToken cancellationToken)
    {
        if (to - from > TimeSpan.FromDays(MostDays))
            return new Problem(ProblemKind.Malformed, "bad-time", $"Without object or actor, from and to are at most {MostDays} days apart.");
        var day = to;
        string? inner = null;
        if (page.Cursor is { } cursor)
        {
            var split = cursor.IndexOf('~', StringComparison.Ordinal);
            if (split != 8 || !DateTimeOffset.TryParseExact(cursor[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out day) || day > to)
                return PageRequest.ForeignCursor;
            inner = cursor.Length > 9 ? cursor[9..] : null;
        }
        for (; day.UtcDateTime.Date >= from.UtcDateTime.Date; day = day.AddDays(-1), inner = null)
        {
            var read = await ListAsync(AuditEntry.OfDay(day), from, to, new(page.Limit, inner), cancellationToken);
            if (!read.IsOk(out var found, out var problem))
                return problem;
            var next = found.Cursor is { } more ? Cursor(day, more) : day.AddDays(-1).UtcDateTime.Date >= from.UtcDateTime.Date ? Cursor(day.AddDays(-1), "") : null;
            if (found.Items.Count > 0)
                return new RecordPage<AuditEntry>(found.Items, next);
            if (found.Cursor is not null)
                return new RecordPage<AuditEntry>([], next);
        }
        return new RecordPage<AuditEntry>([], null);
    }

    private static string Cursor(DateTimeOffset day, string inner) => $"{CatalogLists.Time(day)[..8]}~{inner}";

    private ValueTask<Result<RecordPage<AuditEntry>>> ListAsync(Partition partition, DateTimeOffset? from, DateTimeOffset to, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<AuditEntry>(partition, new(from is { } since ? CatalogLists.Time(since) : "", CatalogLists.Time(to)), Direction.Descending, page, cancellationToken);
}
