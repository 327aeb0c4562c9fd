namespace SeriesFunctions.Core.Documents;

/// <summary>
/// The record is read with almost every request and changes seldom: what its document was parsed to is kept and given out again.
/// Only for records that nobody can change in place.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ReadOftenAttribute : Attribute;

/// <summary>
/// What documents were parsed to, by partition, id and etag. The store is still asked each time, so nothing here can be stale: a document that changed has another
/// etag and is parsed anew. Kept is what is parsed a second time: what is read once, a long list or ten thousand documents in a row, would only turn young garbage into old. One place a document, taken
/// over by the next that falls on it. What is kept comes from bodies of at most <see cref="MostBytes"/> each and
/// <paramref name="mostTogether"/> bytes together; beyond that, places are emptied in turn.
/// </summary>
internal sealed class ParsedRecords(int mostTogether = ParsedRecords.MostTogether)
{
    private const int Places = 8_192;
    private const int MostBytes = 4_096;
    private const int MostTogether = 2 * 1_024 * 1_024;

    private readonly Kept?[] _places = new Kept?[Places];

    /// <summary>By place, a hash of the document that was parsed there last and not kept.</summary>
    private readonly int[] _parsedOnce = new int[Places];
    private long _together;
    private uint _turn;

    /// <summary>Bytes of the bodies that what is kept was parsed from.</summary>
    public long Together => Interlocked.Read(ref _together);

    public T Read<T>(Partition partition, Document document, Func<Document, T> parse)
        where T : class
    {
        if (document.Body.Length > MostBytes)
            return parse(document);
        var at = (uint)HashCode.Combine(partition.Key, document.Id) % Places;
        ref var place = ref _places[at];
        // One reference is read and written at once, so that no lock is needed: two requests at a time parse twice, no more.
        if (Volatile.Read(ref place) is { Record: T record } kept
            && kept.ETag == document.ETag && kept.Id == document.Id && kept.Partition == partition.Key)
            return record;
        var parsed = parse(document);
        var mark = HashCode.Combine(partition.Key, document.Id, document.ETag);
        if (Interlocked.Exchange(ref _parsedOnce[at], mark) != mark)
            return parsed;
        Keep(ref place, new(partition.Key, document.Id, document.ETag, parsed, document.Body.Length));
        while (Together > mostTogether)
            Keep(ref _places[Interlocked.Increment(ref _turn) % Places], null);
        return parsed;
    }

    /// <summary>Whoever takes something out of a place counts it out, so the sum is right whoever else does.</summary>
    private void Keep(ref Kept? place, Kept? kept)
    {
        var before = Interlocked.Exchange(ref place, kept);
        Interlocked.Add(ref _together, (kept?.Bytes ?? 0) - (before?.Bytes ?? 0));
    }

    private sealed record Kept(string Partition, string Id, string ETag, object Record, int Bytes);
}
