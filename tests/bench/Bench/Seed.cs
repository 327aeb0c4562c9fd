using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
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

    private static PublicSeries Shown(string id, int number, DateTimeOffset now) => new(
        new(id), new($"creator-{number % 100}"), "@bench", SeriesState.Published, 1,
        new(
            $"Ceramics from zero, part {number}", "From the first lump of clay to a glazed bowl. Throwing, trimming, drying, firing and glazing, one at a time.", "crafts", "cov_1", null,
            [.. Enumerable.Range(0, VideosEach).Select(v => new SeriesVideo(new(v == 0 ? $"vid_{number}" : $"vid_{number}_{v}"), $"Lesson {v + 1}: centring and opening", 180_000))]),
        Money.Usd(999), [], [], now.AddSeconds(-number), 1);
}
