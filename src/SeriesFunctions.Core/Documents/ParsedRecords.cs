namespace SeriesFunctions.Core.Documents;

/// <summary>
/// The record is read with almost every request and changes seldom: what its document was parsed to is kept and given out again.
/// Only for records that nobody can change in place.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ReadOftenAttribute : Attribute;

/// <summary>
/// What documents were parsed to, by partition, id and etag. The store is still asked each time, so nothing here can be stale: a document that changed has another
/// etag and is parsed anew. One place a document, taken over by the next that falls on it; at most <see cref="Places"/> records from bodies of at most <see cref="MostBytes"/>.
/// </summary>
internal sealed class ParsedRecords
{
    private const int Places = 2_048;
    private const int MostBytes = 4_096;

    private readonly Kept?[] _places = new Kept?[Places];

    public T Read<T>(Partition partition, Document document, Func<Document, T> parse)
        where T : class
    {
        if (document.Body.Length > MostBytes)
            return parse(document);
        ref var place = ref _places[(uint)HashCode.Combine(partition.Key, document.Id) % Places];
        // One reference is read and written at once, so that no lock is needed: two requests at a time parse twice, no more.
        if (Volatile.Read(ref place) is { Record: T record } kept
            && kept.ETag == document.ETag && kept.Id == document.Id && kept.Partition == partition.Key)
            return record;
        var parsed = parse(document);
        Volatile.Write(ref place, new(partition.Key, document.Id, document.ETag, parsed));
        return parsed;
    }

    private sealed record Kept(string Partition, string Id, string ETag, object Record);
}
