using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Azure.Tests.Cosmos.Rest;

/// <summary>
/// The forms of query that we send: a page of a range of <c>/sort</c> or of ids, in their order. Anything else is refused, since the container's index would not serve it.
/// The plan is the answer to a query plan request as the SDK's PartitionedQueryExecutionInfo reads it (public source).
/// </summary>
internal sealed partial record RestQuery(string[] Fields, string Key, string From, string To, bool Descending)
{
    /// <summary>Null for a text that is not of the form.</summary>
    public static RestQuery? TryParse(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var match = Form().Match(json.RootElement.GetProperty("query").GetString()!);
        if (!match.Success)
            return null;
        var parameters = json.RootElement.GetProperty("parameters").EnumerateArray()
            .ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("value").GetString()!);
        return new(
            [.. match.Groups["field"].Captures.Select(capture => capture.Value)],
            match.Groups["key"].Value,
            parameters["@from"],
            parameters["@to"],
            match.Groups["order"].Value == "DESC");
    }

    /// <summary>Strings compare by their UTF-8 bytes.</summary>
    public IReadOnlyList<Item> Run(IReadOnlyList<Item> items)
    {
        var least = Key == "id" ? 1 : 0;
        var found = items.Where(item => KeyOf(item) is { } key && Compare(key, From) >= least && Compare(key, To) < 0);
        return [.. Descending ? found.OrderByDescending(item => KeyOf(item)!, s_bytes) : found.OrderBy(item => KeyOf(item)!, s_bytes)];
    }

    private string? KeyOf(Item item) => Key == "id" ? item.Json["id"]!.GetValue<string>() : item.Sort;

    public JsonObject Project(Item item)
    {
        var result = new JsonObject();
        foreach (var field in Fields)
        {
            if (item.Json.TryGetPropertyValue(field, out var value))
                result[field] = value?.DeepClone();
        }
        return result;
    }

    public static string Plan(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var text = json.RootElement.GetProperty("query").GetString()!;
        return new JsonObject
        {
            ["partitionedQueryExecutionInfoVersion"] = 2,
            ["queryInfo"] = new JsonObject
            {
                ["distinctType"] = "None",
                ["orderBy"] = new JsonArray(text.EndsWith("DESC", StringComparison.Ordinal) ? "Descending" : "Ascending"),
                ["orderByExpressions"] = new JsonArray(text.Contains("ORDER BY c.id", StringComparison.Ordinal) ? "c.id" : "c.sort"),
                ["groupByExpressions"] = new JsonArray(),
                ["groupByAliases"] = new JsonArray(),
                ["aggregates"] = new JsonArray(),
                ["groupByAliasToAggregateType"] = new JsonObject(),
                ["rewrittenQuery"] = text,
                ["hasSelectValue"] = false,
                ["hasNonStreamingOrderBy"] = false,
            },
            ["queryRanges"] = new JsonArray(
                new JsonObject { ["min"] = "", ["max"] = "FF", ["isMinInclusive"] = true, ["isMaxInclusive"] = false }),
        }.ToJsonString();
    }

    /// <summary>Where a page goes on. The service's tokens are opaque; so are these.</summary>
    public static string Continuation(int offset) => "+RID:~#RT:1#TRC:" + offset.ToString(CultureInfo.InvariantCulture);

    public static int Offset(string? continuation) =>
        continuation is null ? 0 : int.Parse(continuation[(continuation.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);

    private static readonly Comparer<string> s_bytes = Comparer<string>.Create(Compare);

    private static int Compare(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    [GeneratedRegex(@"^SELECT (c\.(?<field>\w+)(, )?)+ FROM c WHERE c\.(?:(?<key>sort) >= @from AND c\.sort < @to ORDER BY c\.sort (?<order>ASC|DESC)|(?<key>id) > @from AND c\.id < @to ORDER BY c\.id (?<order>ASC))$")]
    private static partial Regex Form();
}
