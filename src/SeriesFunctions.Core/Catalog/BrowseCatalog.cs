using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Catalog;

/// <summary>Pages of series: for everybody, of one creator, or her own with drafts.</summary>
public sealed class BrowseCatalog(Records records, CatalogOptions options)
{
    /// <summary>How many entries one request looks at when it searches; the page's cursor goes on from there.</summary>
    private const int MostLookedAt = 500;

    /// <summary>
    /// A null category is every one. <paramref name="search"/> keeps the entries whose title or creator contains each of its words; a page may then be
    /// shorter than its limit, or empty, and still have a next one.
    /// </summary>
    public async ValueTask<Result<RecordPage<CatalogEntry>>> PublicAsync(string? category, string? search, CatalogSort sort, PageRequest page, CancellationToken cancellationToken)
    {
        if (category is not null && !options.Categories.Contains(category))
            return new Problem(ProblemKind.Malformed, "unknown-category", $"Choose one of: {string.Join(", ", options.Categories)}.");
        var partition = CatalogLists.Public(category ?? CatalogLists.All);
        var range = SortRange.Prefix(sort is CatalogSort.Newest or CatalogSort.Oldest ? "new|" : "price|");
        var direction = sort is CatalogSort.Newest or CatalogSort.PriceHigh ? Direction.Descending : Direction.Ascending;
        if (string.IsNullOrWhiteSpace(search))
            return await records.ListAsync<CatalogEntry>(partition, range, direction, page, cancellationToken);

        var words = search.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var found = new List<CatalogEntry>();
        var cursor = page.Cursor;
        for (var looked = 0; looked < MostLookedAt;)
        {
            var read = await records.ListAsync<CatalogEntry>(partition, range, direction, new(page.Limit - found.Count, cursor), cancellationToken);
            if (!read.IsOk(out var part, out var problem))
                return problem;
            found.AddRange(part.Items.Where(entry => Matches(entry, words)));
            looked += part.Items.Count;
            cursor = part.Cursor;
            if (cursor is null || found.Count >= page.Limit)
                break;
        }
        return new RecordPage<CatalogEntry>(found, cursor);
    }

    /// <summary>What everybody sees of one creator, newest first.</summary>
    public ValueTask<Result<RecordPage<CatalogEntry>>> OfCreatorAsync(UserId creator, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<CatalogEntry>(CreatorStanding.In(creator), SortRange.Prefix("public|"), Direction.Descending, page, cancellationToken);

    /// <summary>All of her own, drafts included, newest first.</summary>
    public ValueTask<Result<RecordPage<CatalogEntry>>> OwnAsync(UserId creator, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<CatalogEntry>(CreatorStanding.In(creator), SortRange.Prefix("series|"), Direction.Descending, page, cancellationToken);

    private static bool Matches(CatalogEntry entry, string[] words) =>
        words.All(word => entry.Title.Contains(word, StringComparison.OrdinalIgnoreCase) || entry.CreatorHandle?.Contains(word, StringComparison.OrdinalIgnoreCase) == true);
}
