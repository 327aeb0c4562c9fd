using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Engagement;

/// <summary>What kind of thing a video is shown in, and with it what access to it means.</summary>
public enum SpotKind
{
    /// <summary>A series; <see cref="Spot.Of"/> is its id.</summary>
    Series,
}

/// <summary>
/// A video at the place where people watch it and talk about it. Likes and comments belong to it: the same video in two series is talked about twice, by those who have the one and the other.
/// </summary>
public sealed record Spot(SpotKind Kind, string Of, VideoId VideoId)
{
    public static Spot InSeries(SeriesId series, VideoId video) => new(SpotKind.Series, series.Value, video);

    /// <summary>Part of partition keys: never changed once shipped.</summary>
    public string Key => $"{Kind switch { SpotKind.Series => "s", _ => throw new InvalidOperationException($"{Kind} has no key.") }}|{Of}|{VideoId}";
}

/// <summary>Somebody's place in the audience of a video: she may watch it, and so like it and talk about it.</summary>
public sealed record Seat(Spot Spot, UserId UserId, UserId CreatorId)
{
    public bool IsCreator => UserId == CreatorId;
}

/// <summary>
/// Decides who may like, rate and talk: those with access, by the same document that playback asks, and the creator. Source: product rules, "Subscription and subscriber-only videos"; of
/// series, ours. Another kind of spot is one more case here and nowhere else.
/// </summary>
public sealed class Audience(SeriesRecords series, LibraryRecords library, WatchExclusive exclusives, BlockList blocks, TimeProvider clock)
{
    public ValueTask<Result<Seat>> AdmitAsync(Spot spot, UserId user, CancellationToken cancellationToken) => spot.Kind switch
    {
        SpotKind.Series => OfSeriesAsync(spot, user, cancellationToken),
        _ => throw new InvalidOperationException($"Nobody decides about {spot.Kind}."),
    };

    /// <summary>As <see cref="AdmitAsync"/>, for those who are about to write: whom the creator has blocked is refused.</summary>
    public async ValueTask<Result<Seat>> AdmitWriterAsync(Spot spot, UserId user, CancellationToken cancellationToken)
    {
        if (!(await AdmitAsync(spot, user, cancellationToken)).IsOk(out var seat, out var problem))
            return problem;
        return !seat.IsCreator && await blocks.HasBlockedAsync(seat.CreatorId, user, cancellationToken) ? BlockList.Blocked : seat;
    }

    /// <summary>Those who have a series and did not make it, to rate it. Source: issue ("ratings of a series by buyers"); whom the creator has blocked is refused, as everywhere.</summary>
    public async ValueTask<Result<PublicSeries>> AdmitBuyerAsync(SeriesId id, UserId user, CancellationToken cancellationToken)
    {
        if (!(await HaveAsync(id, user, video: null, cancellationToken)).IsOk(out var shown, out var problem))
            return problem;
        return shown.CreatorId == user ? Problem.Conflict("own-series", "Nobody rates her own series.")
            : await blocks.HasBlockedAsync(shown.CreatorId, user, cancellationToken) ? BlockList.Blocked
            : shown;
    }

    private async ValueTask<Result<Seat>> OfSeriesAsync(Spot spot, UserId user, CancellationToken cancellationToken)
    {
        // A video for subscribers is there for them and its creator; nobody else hears that there is one.
        if (ExclusiveEntry.IsOne(spot.Of) && (await series.FindShownAsync(new(spot.Of), cancellationToken))?.Value is { Tiers: not null } exclusive)
        {
            return spot.VideoId is { } of && exclusive.Find(of) is not null && (exclusive.CreatorId == user || await exclusives.AllowsAsync(exclusive, user, cancellationToken))
                ? new Seat(spot, user, exclusive.CreatorId)
                : Problem.NotFound("video in this series");
        }
        return (await HaveAsync(new(spot.Of), user, spot.VideoId, cancellationToken)).IsOk(out var shown, out var problem) ? new Seat(spot, user, shown.CreatorId) : problem;
    }

    private async ValueTask<Result<PublicSeries>> HaveAsync(SeriesId id, UserId user, VideoId? video, CancellationToken cancellationToken)
    {
        var missing = Problem.NotFound(video is null ? "series" : "video in this series");
        if ((await series.FindPublicAsync(id, cancellationToken))?.Value is not { } shown || video is { } one && shown.Find(one) is null)
            return missing;
        var access = shown.CreatorId == user ? null : (await library.AccessAsync(user, id, cancellationToken))?.Value;
        if (video is { } retired && shown.For(user, access).Find(retired) is null)
            return missing;
        if (shown.CreatorId != user && access?.IsLive != true)
        {
            return shown.State == SeriesState.Published && (video is null || shown.Content.Videos.Any(on => on.Id == video))
                ? StartPlayback.PurchaseRequired(shown.QuoteAt(clock.GetUtcNow()).Price)
                : missing;
        }
        return shown.Withheld ? StartPlayback.Withheld : shown;
    }
}
