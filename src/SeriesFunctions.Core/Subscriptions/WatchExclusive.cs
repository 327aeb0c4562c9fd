using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>
/// What a viewer may watch of a creator's videos for subscribers: by one point read of her access to that creator and the clock. Whoever may not is told the same whether there is something or not.
/// Source: product rules, "Subscription and subscriber-only videos" and "Playback".
/// </summary>
public sealed class WatchExclusive(Records records, SeriesRecords series, CaseRecords cases, IMediaStore media, TimeProvider clock, MediaOptions options)
{
    private static readonly Problem SubscriptionRequired = Problem.Forbidden("subscription-required", "What this creator makes for subscribers is for subscribers alone.");

    /// <summary>What her tier may watch, newest first; a page of it holds nothing else and counts nothing else. Its creator sees what any tier may, and a page may be shorter by what none may.</summary>
    public async ValueTask<Result<RecordPage<ExclusiveEntry>>> FeedAsync(UserId creator, UserId viewer, PageRequest page, CancellationToken cancellationToken)
    {
        if (creator != viewer)
            return await OfTierAsync(creator, viewer, page, cancellationToken);
        return (await records.ListAsync<ExclusiveEntry>(CreatorStanding.In(creator), SortRange.Prefix(ExclusiveEntry.OwnSortPrefix), Direction.Descending, page, cancellationToken)).IsOk(out var own, out var problem)
            ? new RecordPage<ExclusiveEntry>([.. own.Items.Where(entry => entry is { State: SeriesState.Published, PublishedAt: not null })], own.Cursor)
            : problem;
    }

    private async ValueTask<Result<RecordPage<ExclusiveEntry>>> OfTierAsync(UserId creator, UserId viewer, PageRequest page, CancellationToken cancellationToken) =>
        await TiersAsync(creator, viewer, clock.GetUtcNow(), cancellationToken) is [var tier, ..]
            ? await records.ListAsync<ExclusiveEntry>(CreatorStanding.In(creator), SortRange.Prefix(ExclusiveEntry.SortPrefix(tier)), Direction.Descending, page, cancellationToken)
            : SubscriptionRequired;

    /// <summary>The owner, a moderator on an open case, a subscriber of one of its tiers; nobody else.</summary>
    public async ValueTask<Result<Playback>> PlayAsync(UserId creator, SeriesId id, UserId viewer, bool isModerator, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var shown = await series.FindShownAsync(id, cancellationToken) is { Value: { Tiers: not null, State: SeriesState.Published } found } && found.CreatorId == creator ? found : null;
        if (creator == viewer || isModerator)
        {
            var head = (await series.FindAsync(id, cancellationToken))?.Value;
            if (head is { Tiers: not null } && head.CreatorId == creator && (creator == viewer || await cases.AnyOpenAsync(id, cancellationToken)))
                return await SignAsync(head.Draft.Videos[0].Id, now, cancellationToken);
            if (creator == viewer)
                return Problem.NotFound("exclusive");
        }
        var tiers = await TiersAsync(creator, viewer, now, cancellationToken);
        if (shown is not null && shown.Tiers!.Any(tiers.Contains))
            return await SignAsync(shown.Content.Videos[0].Id, now, cancellationToken);
        return SubscriptionRequired;
    }

    /// <summary>Whether somebody who did not make it has one of its tiers at this instant.</summary>
    public async ValueTask<bool> AllowsAsync(PublicSeries shown, UserId viewer, CancellationToken cancellationToken) => await AllowedSinceAsync(shown, viewer, cancellationToken) is not null;

    /// <summary>Since when she can have watched it; null: she may not.</summary>
    public async ValueTask<DateTimeOffset?> AllowedSinceAsync(PublicSeries shown, UserId viewer, CancellationToken cancellationToken)
    {
        if (shown is not { State: SeriesState.Published, Withheld: false, Tiers: { } tiers })
            return null;
        var since = shown.CreatorId == viewer ? shown.PublishedAt : (await AccessAsync(shown.CreatorId, viewer, cancellationToken))?.SinceAt(clock.GetUtcNow(), tiers);
        return since < shown.PublishedAt ? shown.PublishedAt : since;
    }

    private async ValueTask<IReadOnlyList<TierId>> TiersAsync(UserId creator, UserId viewer, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await AccessAsync(creator, viewer, cancellationToken))?.TiersAt(now) ?? [];

    private async ValueTask<CreatorAccess?> AccessAsync(UserId creator, UserId viewer, CancellationToken cancellationToken) =>
        (await records.FindAsync<CreatorAccess>(CreatorAccess.In(viewer), CreatorAccess.DocumentId(creator), cancellationToken))?.Value;

    private async ValueTask<Playback> SignAsync(VideoId video, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var expiresAt = now + options.PlaybackUrlLifetime;
        return new(await media.SignReadAsync(Video.Blob(video), expiresAt, cancellationToken), expiresAt);
    }
}
