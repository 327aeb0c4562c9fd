using System.Globalization;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Catalog;

/// <summary>How a public list is sorted.</summary>
public enum CatalogSort
{
    Newest,
    Oldest,
    PriceLow,
    PriceHigh,
}

/// <summary>Where the lists are, and how their keys sort.</summary>
public static class CatalogLists
{
    public const string All = "all";

    public static Partition Public(string category) => new($"catalog|{category}");

    public static string Newest(CatalogEntry entry) => $"new|{Time(entry.PublishedAt!.Value)}|{entry.SeriesId}";

    public static string Price(CatalogEntry entry) => string.Create(CultureInfo.InvariantCulture, $"price|{entry.Price.Amount:D10}|{entry.SeriesId}");

    public static string OfCreator(CatalogEntry entry) => $"public|{Time(entry.PublishedAt!.Value)}|{entry.SeriesId}";

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
}

/// <summary>
/// Off the queue: brings every list that shows a series in line with the series as it is now. A list entry carries the version that it shows and never goes back,
/// so events may come in any order and two of them may be handled at once. What is not for sale stays as an entry without a sort key: in no list, and
/// still newer than a straggler.
/// </summary>
public sealed class IndexSeries(Records records, SeriesRecords series, Subscriptions.IndexExclusive exclusives) : IHandle<SeriesChanged>, IHandle<Pricing.DiscountStarted>
{
    /// <summary>Newer than anything that a straggler knows.</summary>
    private const long GoneVersion = long.MaxValue;

    public ValueTask<Handled> HandleAsync(Pricing.DiscountStarted message, CancellationToken cancellationToken) =>
        HandleAsync(new SeriesChanged(message.SeriesId, message.CreatorId), cancellationToken);

    public async ValueTask<Handled> HandleAsync(SeriesChanged message, CancellationToken cancellationToken)
    {
        var id = message.SeriesId;
        var shown = (await series.FindShownAsync(id, cancellationToken))?.Value;
        var head = (await series.FindAsync(id, cancellationToken))?.Value;
        if ((head?.Tiers ?? shown?.Tiers) is not null || head is null && shown is null && Subscriptions.ExclusiveEntry.IsOne(id.Value))
        {
            await exclusives.HandleAsync(head, shown, message.CreatorId, id, cancellationToken);
            return Handled.Done;
        }
        var creator = CreatorStanding.In(message.CreatorId);
        var known = await records.FindAsync<CatalogEntry>(creator, $"public|{id}", cancellationToken);

        if (head is not null)
            await PutAsync(creator, OwnEntry(head), [($"series|{id}", $"series|{id}")], cancellationToken);
        else
        {
            var own = await records.FindAsync<CatalogEntry>(creator, $"series|{id}", cancellationToken);
            await PutAsync(creator, Gone(message, own?.Value.Category ?? ""), [($"series|{id}", null)], cancellationToken);
        }

        // A deleted series has nothing to show any more. An entry says so in every list, also where there was none yet: somebody who read it before may be about to write one.
        if (shown is null)
            return Handled.Done;
        var entry = head is not null ? PublicEntry(shown, head) : Gone(message, shown.Content.Category);
        var listed = entry.State == SeriesState.Published;
        await ListAsync(CatalogLists.All, entry, listed, cancellationToken);
        if (known is not null && known.Value.Category != entry.Category)
            await ListAsync(known.Value.Category, entry, listed: false, cancellationToken);
        await ListAsync(entry.Category, entry, listed, cancellationToken);
        // Last, because it says which category the others were put into.
        await PutAsync(creator, entry, [($"public|{id}", listed ? CatalogLists.OfCreator(entry) : null)], cancellationToken);
        return Handled.Done;
    }

    private ValueTask ListAsync(string category, CatalogEntry entry, bool listed, CancellationToken cancellationToken) =>
        PutAsync(
            CatalogLists.Public(category), entry,
            [($"new|{entry.SeriesId}", listed ? CatalogLists.Newest(entry) : null), ($"price|{entry.SeriesId}", listed ? CatalogLists.Price(entry) : null)], cancellationToken);

    /// <summary>Puts the entry under each of these ids of a partition where none that is newer is, in one batch.</summary>
    private async ValueTask PutAsync(Partition partition, CatalogEntry entry, IReadOnlyList<(string Id, string? Sort)> places, CancellationToken cancellationToken)
    {
        while (true)
        {
            var batch = new Batch(partition);
            foreach (var (id, sort) in places)
            {
                var before = await records.FindAsync<CatalogEntry>(partition, id, cancellationToken);
                var needed = before is not null ? before.Value.Version <= entry.Version : sort is not null || entry.Version == GoneVersion;
                if (needed)
                    batch.Save(id, before, entry, sort);
            }
            if (batch.Writes.Count == 0 || (await records.SaveAsync(batch, cancellationToken)).IsOk)
                return;
        }
    }

    private static CatalogEntry Gone(SeriesChanged deleted, string category) =>
        new(deleted.SeriesId, deleted.CreatorId, null, "", category, false, SeriesState.Removed, Money.Usd(0), [], 0, 0, null, default, GoneVersion);

    private static CatalogEntry OwnEntry(Series head) => new(
        head.Id, head.CreatorId, null, head.Draft.Title, head.Draft.Category, head.Draft.CoverId is not null, head.State, head.Price, head.Offers,
        head.Draft.Videos.Count, head.Draft.Videos.Sum(v => v.DurationMs ?? 0), head.PublishedAt, head.CreatedAt, head.Version);

    private static CatalogEntry PublicEntry(PublicSeries shown, Series head) => new(
        shown.Id, shown.CreatorId, shown.CreatorHandle, shown.Content.Title, shown.Content.Category, shown.Content.CoverId is not null, shown.State, shown.Price, shown.Offers,
        shown.Content.Videos.Count, shown.Content.Videos.Sum(v => v.DurationMs ?? 0), shown.PublishedAt, head.CreatedAt, shown.Version);
}
