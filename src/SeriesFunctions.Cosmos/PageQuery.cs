using System.Collections.Frozen;
using Microsoft.Azure.Cosmos;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Cosmos;

/// <summary>
/// The texts of all queries: a page in either direction. Both look at <c>/sort</c> alone, which is the whole index; the partition is named in the request, not in the
/// text, so that the service never has to look for it.
/// </summary>
internal static class PageQuery
{
    private const string Select = "SELECT c.id, c.sort, c.body, c._etag FROM c WHERE c.sort >= @from AND c.sort < @to ORDER BY c.sort ";

    public static FrozenDictionary<Direction, string> Texts { get; } = new Dictionary<Direction, string>
    {
        [Direction.Ascending] = Select + "ASC",
        [Direction.Descending] = Select + "DESC",
    }.ToFrozenDictionary();

    /// <summary>Stored sort keys from <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive).</summary>
    public static QueryDefinition Of(Direction direction, string from, string to) =>
        new QueryDefinition(Texts[direction]).WithParameter("@from", from).WithParameter("@to", to);
}
