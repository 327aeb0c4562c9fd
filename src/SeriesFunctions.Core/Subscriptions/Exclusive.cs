using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>A video for subscribers as a list has it. Found under <c>creator|…</c>: once for its creator, and once for each tier that may watch it.</summary>
public sealed record ExclusiveEntry(
    SeriesId Id, VideoId VideoId, UserId CreatorId, string Title, string Description, long? DurationMs, IReadOnlyList<TierId> Tiers, SeriesState State, DateTimeOffset? PublishedAt, DateTimeOffset CreatedAt, long Version,
    DraftState DraftState = DraftState.Approved)
{
    /// <summary>A list of its own for each tier, so that a page of it says nothing of what other tiers have.</summary>
    public static string SortPrefix(TierId tier) => $"exclusive|{tier}|";

    public const string OwnSortPrefix = "exclusive-own|";

    /// <summary>By the id alone: so that nobody else's series is read for it.</summary>
    public static bool IsOne(string id) => id.StartsWith("exc_", StringComparison.Ordinal);

    public static ExclusiveEntry Of(Series head) => new(
        head.Id, head.Draft.Videos[0].Id, head.CreatorId, head.Draft.Title, head.Draft.Description, head.Draft.Videos[0].DurationMs, head.Tiers!, head.State, head.PublishedAt, head.CreatedAt, head.Version,
        head.DraftState);

    public static ExclusiveEntry Of(PublicSeries shown, Series? head) => new(
        shown.Id, shown.Content.Videos[0].Id, shown.CreatorId, shown.Content.Title, shown.Content.Description, shown.Content.Videos[0].DurationMs, shown.Tiers!, head is null ? SeriesState.Removed : shown.State, shown.PublishedAt,
        head?.CreatedAt ?? shown.PublishedAt, head is null ? IndexExclusive.GoneVersion : shown.Version);
}

/// <summary>Brings the lists of a creator's subscriber-only videos in line with one of them as it is now. No entry goes back, as in <see cref="IndexSeries"/>.</summary>
public sealed class IndexExclusive(Records records, TierRecords tiers)
{
    /// <summary>Newer than anything that a straggler knows.</summary>
    public const long GoneVersion = long.MaxValue;

    public async ValueTask HandleAsync(Series? head, PublicSeries? shown, UserId creator, SeriesId id, CancellationToken cancellationToken)
    {
        var partition = CreatorStanding.In(creator);
        var ownId = $"exclusive-own|{id}";
        if (head is not null)
            await PutAsync(partition, ownId, ExclusiveEntry.Of(head), ExclusiveEntry.OwnSortPrefix + id, cancellationToken);
        else
            await PutAsync(partition, ownId, new(id, new("gone"), creator, "", "", null, [], SeriesState.Removed, null, default, GoneVersion), null, cancellationToken);
        if (shown is null)
            return;
        var entry = ExclusiveEntry.Of(shown, head);
        foreach (var tier in (await tiers.FindAsync(creator, cancellationToken))?.Value.All ?? [])
        {
            var listed = entry.State == SeriesState.Published && entry.Tiers.Contains(tier.Id);
            await PutAsync(
                partition, $"exclusive|{tier.Id}|{id}", entry, listed ? $"{ExclusiveEntry.SortPrefix(tier.Id)}{CatalogLists.Time(entry.PublishedAt!.Value)}|{id}" : null, cancellationToken);
        }
    }

    private async ValueTask PutAsync(Partition partition, string id, ExclusiveEntry entry, string? sort, CancellationToken cancellationToken)
    {
        while (true)
        {
            var before = await records.FindAsync<ExclusiveEntry>(partition, id, cancellationToken);
            if (before is null && sort is null && entry.Version < GoneVersion || before?.Value.Version > entry.Version)
                return;
            if ((await records.SaveAsync(new Batch(partition).Save(id, before, entry, sort), cancellationToken)).IsOk)
                return;
        }
    }
}
