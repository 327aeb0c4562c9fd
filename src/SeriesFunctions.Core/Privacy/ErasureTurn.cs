using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Privacy;

/// <summary>One message's share of an erasure: about whom, how much is left to do in it, and what was found and done.</summary>
internal sealed class ErasureTurn(DataErasure job, DateTimeOffset now, PrivacyOptions options)
{
    private readonly SortedDictionary<string, ErasureCount> _counts = new(job.Documents.ToDictionary(), StringComparer.Ordinal);
    private int _left = options.ErasureAtATime;

    public UserId User => job.UserId;

    public DateTimeOffset Now => now;

    public bool IsSecondPass => job.IsSecondPass;

    /// <summary>What is younger than this may have something on its way still that leads to it.</summary>
    public DateTimeOffset Settled => now - options.ErasureSecondPassAfter;

    public HashSet<SeriesId> Sold { get; } = [.. job.Sold];

    public SortedSet<string> Blockers { get; } = new(job.Blockers, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, ErasureCount> Counts => _counts;

    /// <summary>The provider does not answer, or somebody else writes all the time: this place is tried again later.</summary>
    public bool Waits { get; set; }

    public bool IsOver => Waits || _left <= 0;

    public void Spend(int documents = 1) => _left -= documents;

    /// <summary>Paid for since she was to be erased: it is left alone, as nobody pays for nothing.</summary>
    public bool IsNew(DateTimeOffset paidAt) => paidAt >= job.RequestedAt;

    public void Count(Type type, Fate fate, int documents = 1)
    {
        var before = _counts.GetValueOrDefault(type.Name) ?? ErasureCount.None;
        _counts[type.Name] = fate switch
        {
            Fate.Deleted => before with { Deleted = before.Deleted + documents },
            Fate.Blanked => before with { Blanked = before.Blanked + documents },
            _ => before with { Kept = before.Kept + documents },
        };
    }

    /// <summary>Somebody else's document, or one that was a place of hers, names her no longer: it is found and counted this once.</summary>
    public void CountUnnamed(Type type, Blanking blanking)
    {
        var before = _counts.GetValueOrDefault(type.Name) ?? ErasureCount.None;
        if (blanking == Blanking.Now)
            _counts[type.Name] = before with { Unnamed = before.Unnamed + 1 };
    }
}

/// <summary>What came of blanking a document.</summary>
internal enum Blanking
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It said nothing of her any more.</summary>
    Before,
    Now,
}

/// <summary>Goes through partitions for an erasure: from where it was, until its turn is over, deleting in batches what is to go.</summary>
internal sealed class ErasureWalk(Records records)
{
    /// <summary>Below what a batch may hold.</summary>
    private const int MostAtOnce = 90;

    private const int MostAttempts = 5;

    /// <summary>
    /// Asks <paramref name="decide"/> about each document whose id begins with <paramref name="prefix"/>, deletes what it says, and counts. A fate of null is not counted. Answers where to
    /// go on, or null at the end.
    /// </summary>
    public async ValueTask<ErasurePlace?> EachAsync(
        ErasureTurn turn, Partition partition, string prefix, ErasurePlace at, Func<Document, PersonalDocument?, ValueTask<Fate?>> decide, CancellationToken cancellationToken)
    {
        var going = new List<(Document Document, Type Type)>();
        await foreach (var document in records.ScanAsync(partition, prefix, at.After, cancellationToken))
        {
            if (turn.IsOver)
                break;
            var row = PersonalData.Of(partition, document.Id);
            var fate = await decide(document, row);
            if (turn.Waits)
                break;
            turn.Spend();
            at = at with { After = document.Id };
            if (fate == Fate.Deleted)
                going.Add((document, row?.Type ?? typeof(Document)));
            else if (fate is { } stays)
                turn.Count(row?.Type ?? typeof(Document), stays);
            if (going.Count == MostAtOnce)
                await DropAsync(turn, partition, going, cancellationToken);
        }
        var more = turn.IsOver;
        await DropAsync(turn, partition, going, cancellationToken);
        return more ? at : null;
    }

    /// <summary>One document, whatever it is; true when it was there.</summary>
    public async ValueTask<bool> DropAsync<T>(ErasureTurn turn, Partition partition, string id, CancellationToken cancellationToken)
        where T : class
    {
        if (!(await records.SaveAsync(new Batch(partition).Delete(id), cancellationToken)).IsOk)
            return false;
        turn.Count(typeof(T), Fate.Deleted);
        return true;
    }

    /// <summary>A document without what it says of her.</summary>
    public async ValueTask<Blanking> BlankAsync<T>(ErasureTurn turn, Partition partition, string id, Func<T, T> blank, Func<T, string?> sort, CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            if (await records.FindAsync<T>(partition, id, cancellationToken) is not { } before)
                return Blanking.Missing;
            var after = blank(before.Value);
            // A rule that changes nothing answers the same object.
            if (ReferenceEquals(after, before.Value))
                return Blanking.Before;
            if ((await records.SaveAsync(new Batch(partition).Replace(id, after, before.ETag, sort(after)), cancellationToken)).IsOk)
                return Blanking.Now;
        }
        turn.Waits = true;
        return Blanking.Before;
    }

    private async ValueTask DropAsync(ErasureTurn turn, Partition partition, List<(Document Document, Type Type)> going, CancellationToken cancellationToken)
    {
        if (going.Count == 0)
            return;
        var batch = new Batch(partition);
        foreach (var (document, _) in going)
            batch.Delete(document.Id, document.ETag);
        var all = (await records.SaveAsync(batch, cancellationToken)).IsOk;
        foreach (var (document, type) in going)
        {
            // One that somebody wrote meanwhile is new: the next pass looks at it.
            if (all || (await records.SaveAsync(new Batch(partition).Delete(document.Id, document.ETag), cancellationToken)).IsOk)
                turn.Count(type, Fate.Deleted);
        }
        going.Clear();
    }
}
