using System.Collections.Frozen;
using Microsoft.Azure.Cosmos;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Cosmos;

/// <summary>
/// The texts of all queries: a page in either direction, and a page of everything by id. The first two look at <c>/sort</c> alone, which is all that our policy indexes; <c>id</c> is
/// indexed by the service whatever a policy says. The partition is named in the request, not in the text, so that the service never has to look for it.
/// </summary>
internal static class PageQuery
{
    private const string Select = "SELECT c.id, c.sort, c.body, c._etag FROM c WHERE c.sort >= @from AND c.sort < @to ORDER BY c.sort ";

    public static FrozenDictionary<Direction, string> Texts { get; } = new Dictionary<Direction, string>
    {
        [Direction.Ascending] = Select + "ASC",
        [Direction.Descending] = Select + "DESC",
    }.ToFrozenDictionary();

    public const string Scan = "SELECT c.id, c.sort, c.body, c._etag FROM c WHERE c.id > @from AND c.id < @to ORDER BY c.id ASC";

    /// <summary>Documents whose id comes behind <paramref name="after"/>; events are stored under other ids.</summary>
    public static QueryDefinition OfScan(string? after) =>
        new QueryDefinition(Scan).WithParameter("@from", CosmosItem.StoredId(after ?? "")).WithParameter("@to", CosmosItem.BehindDocuments);

    /// <summary>Stored sort keys from <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive).</summary>
    public static QueryDefinition Of(Direction direction, string from, string to) =>
        new QueryDefinition(Texts[direction]).WithParameter("@from", from).WithParameter("@to", to);
}
