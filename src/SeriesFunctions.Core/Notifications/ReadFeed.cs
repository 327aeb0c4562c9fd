using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Notifications;

/// <summary>A line of a feed, and whether it was read.</summary>
public sealed record FeedLine(Notification Notification, bool IsRead);

/// <summary>A page of somebody's feed, newest first. <paramref name="Unread"/> counts to <see cref="ReadFeed.MostCounted"/> and no further.</summary>
public sealed record Feed(IReadOnlyList<FeedLine> Lines, string? Cursor, int Unread);

/// <summary>Somebody reads what she was told.</summary>
public sealed class ReadFeed(Records records)
{
    /// <summary>So many unread ones are counted: a badge shows no more, and no counter has to be kept in step.</summary>
    public const int MostCounted = 100;

    public async ValueTask<Result<Feed>> HandleAsync(UserId reader, PageRequest page, CancellationToken cancellationToken)
    {
        var mark = await MarkAsync(reader, cancellationToken);
        var read = await records.ListAsync<Notification>(Notification.In(reader), SortRange.Prefix(Notification.SortPrefix), Direction.Descending, page, cancellationToken);
        if (!read.IsOk(out var found, out var problem))
            return problem;
        var lines = found.Items.Select(line => new FeedLine(line, line.ReadAt is not null || IsBehind(line, mark?.Value))).ToList();
        return new Feed(lines, found.Cursor, await UnreadAsync(reader, mark?.Value, cancellationToken));
    }

    internal ValueTask<Stored<FeedMark>?> MarkAsync(UserId reader, CancellationToken cancellationToken) =>
        records.FindAsync<FeedMark>(Notification.In(reader), FeedMark.DocumentId, cancellationToken);

    internal async ValueTask<int> UnreadAsync(UserId reader, FeedMark? mark, CancellationToken cancellationToken)
    {
        // The first sort key after the mark's is the mark's own and the smallest character there is.
        var range = SortRange.Prefix(Notification.SortPrefix);
        if (mark is not null)
            range = range with { From = mark.UpTo + "\x01" };
        var read = await records.ListAsync<Notification>(Notification.In(reader), range, Direction.Ascending, new(MostCounted, null), cancellationToken);
        return read.IsOk(out var page, out _) ? page.Items.Count(line => line.ReadAt is null) : 0;
    }

    internal static bool IsBehind(Notification line, FeedMark? mark) => mark is not null && string.CompareOrdinal(line.Sort, mark.UpTo) <= 0;
}

/// <summary>Somebody has read: everything up to one line, or single lines. Doing it again changes nothing.</summary>
public sealed class MarkRead(Records records, ReadFeed feed, TimeProvider clock)
{
    private const int MostIds = 100;

    /// <summary>Answers how many are unread now. Lines that are gone by now are nothing to complain about, but the one to read up to has to be there.</summary>
    public async ValueTask<Result<int>> HandleAsync(UserId reader, string? upTo, IReadOnlyList<string>? ids, CancellationToken cancellationToken)
    {
        var checks = new FieldChecks()
            .Must(upTo is null != ids is null, "upTo", "one-of", "Name the line to read up to, or single lines.")
            .Must(upTo is null || Ids.IsValid(upTo), "upTo", "bad-id", "1 to 64 characters of A-Z a-z 0-9 _ -.")
            .Must(ids is null || ids.Count is > 0 and <= MostIds, "ids", "too-many", $"From 1 to {MostIds} lines.")
            .Must(ids is null || ids.All(Ids.IsValid), "ids", "bad-id", "Each is 1 to 64 characters of A-Z a-z 0-9 _ -.");
        if (!checks.AllGood)
            return checks.Problem;
        while (true)
        {
            var done = upTo is not null ? await UpToAsync(reader, upTo, cancellationToken) : await EachAsync(reader, ids!, cancellationToken);
            if (!done.IsOk(out var saved, out var problem))
                return problem;
            if (saved)
                return await feed.UnreadAsync(reader, (await feed.MarkAsync(reader, cancellationToken))?.Value, cancellationToken);
        }
    }

    private async ValueTask<Result<bool>> UpToAsync(UserId reader, string upTo, CancellationToken cancellationToken)
    {
        var partition = Notification.In(reader);
        if (await records.FindAsync<Notification>(partition, Notification.DocumentId(upTo), cancellationToken) is not { } line)
            return Problem.NotFound("notification");
        var mark = await feed.MarkAsync(reader, cancellationToken);
        // Another device was further already.
        if (ReadFeed.IsBehind(line.Value, mark?.Value))
            return true;
        return (await records.SaveAsync(new Batch(partition).Save(FeedMark.DocumentId, mark, new FeedMark(line.Value.Sort)), cancellationToken)).IsOk;
    }

    private async ValueTask<Result<bool>> EachAsync(UserId reader, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var partition = Notification.In(reader);
        var now = clock.GetUtcNow();
        var batch = new Batch(partition);
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (await records.FindAsync<Notification>(partition, Notification.DocumentId(id), cancellationToken) is { Value.ReadAt: null } line && line.Value.ExpiresAt > now)
                batch.Replace(Notification.DocumentId(id), line.Value with { ReadAt = now }, line.ETag, line.Value.Sort, line.Value.ExpiresAt - now);
        }
        return batch.Writes.Count == 0 || (await records.SaveAsync(batch, cancellationToken)).IsOk;
    }
}
