using System.Text;

namespace SeriesFunctions.Cosmos;

/// <summary>
/// The stored <c>sort</c> property: the document's sort key, U+0001 and its id. The port orders by sort key and then by id, but an order by two properties needs
/// a composite index and cannot be continued from a position. With the id inside it, the one indexed property is unique in its partition and is the
/// whole order, and a page can start right after any document without the service having to remember anything.
/// </summary>
/// <remarks>
/// U+0001 is less than any character of a sort key, so that keys which begin alike sort as they do without ids, and a range of sort keys is the same range of
/// stored ones. Characters up to U+0002, which no sort key of ours has, are escaped in a way that keeps the order.
/// </remarks>
internal static class SortKey
{
    private const char Separator = '\u0001';
    private const char Escape = '\u0002';

    public static string Of(string sort, string id) => string.Concat(Bound(sort), Separator.ToString(), id);

    /// <summary>A sort key as the bound of a range of stored ones.</summary>
    public static string Bound(string sort)
    {
        if (!sort.AsSpan().ContainsAnyInRange('\0', Escape))
            return sort;
        var text = new StringBuilder(sort.Length + 8);
        foreach (var c in sort)
        {
            if (c <= Escape)
                text.Append(Escape).Append((char)(c + '0'));
            else
                text.Append(c);
        }
        return text.ToString();
    }

    /// <summary>The least key that is greater than <paramref name="stored"/>: ids hold no separator.</summary>
    public static string After(string stored) => stored + Separator;

    /// <summary>The document's own sort key again.</summary>
    public static string SortOf(string stored)
    {
        var end = stored.IndexOf(Separator, StringComparison.Ordinal);
        var sort = end < 0 ? stored : stored[..end];
        if (!sort.Contains(Escape, StringComparison.Ordinal))
            return sort;
        var text = new StringBuilder(sort.Length);
        for (var i = 0; i < sort.Length; i++)
            text.Append(sort[i] == Escape && i + 1 < sort.Length ? (char)(sort[++i] - '0') : sort[i]);
        return text.ToString();
    }
}
