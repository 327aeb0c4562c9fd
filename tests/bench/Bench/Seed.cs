using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Storage;

namespace Bench;

/// <summary>Published series and viewers who own one each, written straight into a data folder: what the API would have made, in a minute instead of an hour.</summary>
internal static class Seed
{
    private const int VideosEach = 6;
    private const int Creators = 100;
    private static readonly TierId TheTier = new("tie_bench");

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
            await TalkAsync(records, Spot.InSeries(access.SeriesId, new($"vid_{i % series}")), now, stop);
            var link = new Link($"link{i}xxxxxxxxxx"[..Link.CodeLength], new($"creator-{i % Creators}"), LinkKind.Series, access.SeriesId, LinkPlace.Video, null, now);
            await records.SaveAsync(new Batch(Link.In(link.Code)).Put(Link.DocumentId, link), stop);
            var subscribed = new CreatorAccess(
                link.CreatorId, viewer, [new(GrantCause.Subscription, "sbn_seed", GrantState.Live, now, null, Until: now.AddDays(30), Tier: TheTier)]);
            await records.SaveAsync(new Batch(CreatorAccess.In(viewer)).Put(CreatorAccess.DocumentId(subscribed.CreatorId), subscribed), stop);
        });
        for (var i = 0; i < Creators; i++)
            await FeedAsync(records, new($"creator-{i}"), now);
        return ids;
    }

    /// <summary>A page of videos for subscribers, as their list has them.</summary>
    private static async Task FeedAsync(Records records, UserId creator, DateTimeOffset now)
    {
        for (var i = 0; i < PageRequest.DefaultLimit; i++)
        {
            var entry = new ExclusiveEntry(
                new(Ids.New("exc", now.AddMinutes(-i))), new($"vid_{i}"), creator, $"Behind the wheel, week {i}", "What went wrong this week, and the glaze that came out of it.", 180_000, [TheTier],
                SeriesState.Published, now.AddMinutes(-i), now.AddMinutes(-i), 1);
            await records.SaveAsync(
                new Batch(CreatorStanding.In(creator)).Create($"exclusive|{TheTier}|{entry.Id}", entry, $"{ExclusiveEntry.SortPrefix(TheTier)}{CatalogLists.Time(entry.PublishedAt!.Value)}|{entry.Id}"),
                CancellationToken.None);
        }
    }

    /// <summary>A page of comments, as they are stored.</summary>
    private static async Task TalkAsync(Records records, Spot spot, DateTimeOffset now, CancellationToken stop)
    {
        for (var i = 0; i < PageRequest.DefaultLimit; i++)
        {
            var comment = new Comment(
                new(Ids.New("com", now.AddSeconds(-i))), new($"viewer-{i}"), null, $"The glaze came out just as in the video, thank you for lesson {i}.", CommentState.Visible, now.AddSeconds(-i));
            await records.SaveAsync(
                new Batch(Comment.In(spot)).Create(Comment.DocumentId(comment.Id), comment, comment.Sort), stop);
        }
    }

    /// <summary>Published series whose discounts began just now and end as <paramref name="endOf"/> says: the same batches that the API writes, so the host indexes and schedules all of it itself.</summary>
    public static async Task<IReadOnlyList<string>> DiscountedAsync(string folder, int series, int percentOff, Func<int, DateTimeOffset> endOf)
    {
        var clock = new HostClock();
        using var data = DataFolder.Take(folder);
        await using var database = SqliteDatabase.Open(data, clock);
        var records = new Records(new SqliteDocumentStore(database));
        var now = clock.GetUtcNow();
        var ids = Enumerable.Range(0, series).Select(i => Ids.New("ser", now.AddMilliseconds(i - series))).ToList();
        await Parallel.ForEachAsync(Enumerable.Range(0, series), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, stop) =>
        {
            var discount = new Discount(new(Ids.New("dis", now)), new(ids[i]), percentOff, now, endOf(i), now, EndedAt: null);
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
        new(id), new($"creator-{number % Creators}"), "@bench", SeriesState.Published, 1,
        new(
            $"Ceramics from zero, part {number}", "From the first lump of clay to a glazed bowl. Throwing, trimming, drying, firing and glazing, one at a time.", "crafts", "cov_1", null,
            [.. Enumerable.Range(0, VideosEach).Select(v => new SeriesVideo(new(v == 0 ? $"vid_{number}" : $"vid_{number}_{v}"), $"Lesson {v + 1}: centring and opening", 180_000))]),
        Money.Usd(999), [], [], now.AddSeconds(-number), 1);
}
