using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Storage;

namespace Bench;

/// <summary>Published series and viewers who own one each, written straight into a data folder: what the API would have made, in a minute instead of an hour.</summary>
internal static class Seed
{
    private const int VideosEach = 6;

    public static async Task<IReadOnlyList<string>> WriteAsync(string folder, int series, int viewers)
    {
        var clock = new HostClock();
        using var data = DataFolder.Take(folder);
        await using var database = SqliteDatabase.Open(data, clock);
        var records = new Records(new SqliteDocumentStore(database));
        var now = clock.GetUtcNow();
        var ids = Enumerable.Range(0, series).Select(i => Ids.New("ser", now.AddMilliseconds(i - series))).ToList();
        await Parallel.ForEachAsync(Enumerable.Range(0, series), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, stop) =>
        {
            var shown = Shown(ids[i], i, now);
            await records.SaveAsync(new Batch(Series.In(shown.Id)).Create(PublicSeries.DocumentId, shown), stop);
            var entry = new CatalogEntry(
                shown.Id, shown.CreatorId, shown.CreatorHandle, shown.Content.Title, shown.Content.Category, true, shown.State, shown.Price, [], VideosEach, VideosEach * 180_000L, shown.PublishedAt, now, 1);
            await records.SaveAsync(new Batch(CatalogLists.Public(CatalogLists.All)).Create($"new|{shown.Id}", entry, CatalogLists.Newest(entry)), stop);
        });
        await Parallel.ForEachAsync(Enumerable.Range(0, viewers), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, stop) =>
        {
            var viewer = new UserId($"viewer-{i}");
            var access = Access.Set(null, viewer, new(ids[i % series]), GrantCause.Purchase, "pur_seed", GrantState.Live, null, now);
            await records.SaveAsync(new Batch(Access.In(viewer)).Create(Access.DocumentId(access.SeriesId), access, access.Sort), stop);
        });
        return ids;
    }

    /// <summary>Published series whose discount began just now and ends at <paramref name="end"/>: the same batches that the API writes, so the host indexes and schedules all of it itself.</summary>
    public static async Task<IReadOnlyList<string>> DiscountedAsync(string folder, int series, int percentOff, DateTimeOffset end)
    {
        var clock = new HostClock();
        using var data = DataFolder.Take(folder);
        await using var database = SqliteDatabase.Open(data, clock);
        var records = new Records(new SqliteDocumentStore(database));
        var now = clock.GetUtcNow();
        var ids = Enumerable.Range(0, series).Select(i => Ids.New("ser", now.AddMilliseconds(i - series))).ToList();
        await Parallel.ForEachAsync(Enumerable.Range(0, series), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, stop) =>
        {
            var discount = new Discount(new(Ids.New("dis", now)), new(ids[i]), percentOff, now, end, now, EndedAt: null);
            var shown = Shown(ids[i], i, now) with { Offers = [discount.ToOffer()] };
            var head = new Series(
                shown.Id, shown.CreatorId, shown.State, shown.Price, shown.Content, DraftState.Approved, 1, 1, shown.Offers, now, now, shown.PublishedAt, ReviewNote: null, shown.Version);
            var batch = new Batch(Series.In(shown.Id)).Create(Series.DocumentId, head).Create(PublicSeries.DocumentId, shown).Emit(new SeriesChanged(shown.Id, shown.CreatorId), now);
            await records.SaveAsync(DiscountRecords.AddNew(batch, discount, now), stop);
        });
        return ids;
    }

    /// <summary>How many of these still hold an offer: in what its owner edits, in what shoppers see, in the catalogue.</summary>
    public static async Task<(int Own, int Shown, int Listed)> OffersLeftAsync(string folder, IReadOnlyList<string> ids)
    {
        var clock = new HostClock();
        using var data = DataFolder.Take(folder);
        await using var database = SqliteDatabase.Open(data, clock);
        var records = new Records(new SqliteDocumentStore(database));
        var (own, shown, listed) = (0, 0, 0);
        foreach (var id in ids)
        {
            var series = new SeriesId(id);
            if ((await records.FindAsync<Series>(Series.In(series), Series.DocumentId, CancellationToken.None))!.Value.Offers.Count > 0)
                own++;
            if ((await records.FindAsync<PublicSeries>(Series.In(series), PublicSeries.DocumentId, CancellationToken.None))!.Value.Offers.Count > 0)
                shown++;
            if ((await records.FindAsync<CatalogEntry>(CatalogLists.Public(CatalogLists.All), $"new|{id}", CancellationToken.None))!.Value.Offers.Count > 0)
                listed++;
        }
        return (own, shown, listed);
    }

    private static PublicSeries Shown(string id, int number, DateTimeOffset now) => new(
        new(id), new($"creator-{number % 100}"), "@bench", SeriesState.Published, 1,
        new(
            $"Ceramics from zero, part {number}", "From the first lump of clay to a glazed bowl. Throwing, trimming, drying, firing and glazing, one at a time.", "crafts", "cov_1", null,
            [.. Enumerable.Range(0, VideosEach).Select(v => new SeriesVideo(new(v == 0 ? $"vid_{number}" : $"vid_{number}_{v}"), $"Lesson {v + 1}: centring and opening", 180_000))]),
        Money.Usd(999), [], [], now.AddSeconds(-number), 1);
}
