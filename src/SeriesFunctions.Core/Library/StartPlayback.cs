using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;

namespace SeriesFunctions.Core.Library;

public sealed record Playback(Uri Url, DateTimeOffset ExpiresAt);

/// <summary>
/// Decides whether somebody may watch a video, and signs its URL. Owner, moderator on an open case, holder of a live grant, or the free preview; nobody else.
/// Source: product rules, "Playback".
/// </summary>
public sealed class StartPlayback(SeriesRecords series, LibraryRecords library, CaseRecords cases, IMediaStore media, TimeProvider clock, MediaOptions options)
{
    public async ValueTask<Result<Playback>> HandleAsync(SeriesId id, VideoId videoId, UserId viewer, bool isModerator, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var shown = (await series.FindPublicAsync(id, cancellationToken))?.Value;
        if (shown?.Find(videoId) is not null)
        {
            if (shown.Withheld && !isModerator)
                return Withheld;
            if (shown.CreatorId == viewer)
                return await SignAsync(videoId, now, cancellationToken);
            if (isModerator && await cases.AnyOpenAsync(id, cancellationToken))
                return await SignAsync(videoId, now, cancellationToken);
            var access = (await library.AccessAsync(viewer, id, cancellationToken))?.Value;
            if (access?.IsLive == true && shown.For(viewer, access).Find(videoId) is not null || shown.Content.PreviewVideoId == videoId && shown.State == SeriesState.Published)
                return await SignAsync(videoId, now, cancellationToken);
        }
        // Rare: what is not approved yet, for its creator and for those who review it.
        var head = (await series.FindAsync(id, cancellationToken))?.Value;
        if (head is { Tiers: null } && head.Draft.Videos.Any(v => v.Id == videoId) && (head.CreatorId == viewer || isModerator && await cases.AnyOpenAsync(id, cancellationToken)))
            return await SignAsync(videoId, now, cancellationToken);

        return shown is { State: SeriesState.Published } && shown.Content.Videos.Any(v => v.Id == videoId)
            ? PurchaseRequired(shown.QuoteAt(now).Price)
            : Problem.NotFound("video in this series");
    }

    private async ValueTask<Result<Playback>> SignAsync(VideoId video, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var expiresAt = now + options.PlaybackUrlLifetime;
        return new Playback(await media.SignReadAsync(Video.Blob(video), expiresAt, cancellationToken), expiresAt);
    }

    internal static readonly Problem Withheld = Problem.Forbidden("withheld", "Moderation took this series away from everybody.");

    internal static Problem PurchaseRequired(Money price) =>
        Problem.Forbidden("purchase-required", "This video is part of a series that you have not bought.") with
        {
            Extensions = new Dictionary<string, object> { ["currentPrice"] = price },
        };
}
