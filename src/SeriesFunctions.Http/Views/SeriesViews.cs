using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Http.Views;

public sealed record DiscountRequest(int PercentOff, DateTimeOffset StartsAt, DateTimeOffset EndsAt)
{
    public NewDiscount ToNew() => new(PercentOff, StartsAt, EndsAt);
}

public sealed record CreateSeriesRequest(string Title, string Description, Money Price, string? Category = null, DiscountRequest? Discount = null);

public sealed record PatchSeriesRequest(string? Title = null, string? Description = null, Money? Price = null, string? Category = null, VideoId? PreviewVideoId = null);

public sealed record AttachVideoRequest(VideoId VideoId, string? Title = null, int? Position = null);

/// <summary>Either a <paramref name="SeriesId"/> that is there or a <paramref name="NewSeries"/>. Position counts from 0, null is the end.</summary>
public sealed record AddToSeriesRequest(SeriesId? SeriesId = null, CreateSeriesRequest? NewSeries = null, string? Title = null, int? Position = null);

public sealed record RetitleVideoRequest(string Title);

public sealed record ReorderVideosRequest(IReadOnlyList<VideoId> VideoIds);

/// <summary>The discount that holds now. <paramref name="EndsAt"/> is exclusive.</summary>
public sealed record OfferView(DiscountId DiscountId, int PercentOff, DateTimeOffset StartsAt, DateTimeOffset EndsAt)
{
    public static OfferView? Of(Offer? offer) => offer is null ? null : new(offer.Id, offer.PercentOff, offer.StartsAt, offer.EndsAt);
}

/// <summary>No media: that takes a playback URL. <paramref name="Retired"/> is true of one that is no longer sold and that the caller, who had it, keeps.</summary>
public sealed record SeriesVideoView(VideoId VideoId, string Title, long? DurationMs, bool IsPreview, bool Retired = false);

public sealed record ContentView(string Title, string Description, string Category, bool HasCover, IReadOnlyList<SeriesVideoView> Videos)
{
    public static ContentView Of(SeriesContent content) =>
        new(content.Title, content.Description, content.Category, content.CoverId is not null, [.. content.Videos.Select(v => new SeriesVideoView(v.Id, v.Title, v.DurationMs, v.Id == content.PreviewVideoId))]);
}

public sealed record ReviewView(int Revision, string Rule, string Note, DateTimeOffset At);

/// <summary>What only the owner sees: the working copy, where it is, and what review said.</summary>
public sealed record DraftView(DraftState State, ContentView Content, CoverView? Cover, ReviewView? Review);

/// <summary>
/// A series. Shoppers and buyers see the approved revision; its owner sees that too, or her draft while nothing is approved, and <paramref name="Draft"/> beside it.
/// <paramref name="CoverUrl"/> is a path of this API that leads to the picture. <paramref name="EstimatedProceeds"/> is for its owner alone: what she gets of a sale at
/// <paramref name="CurrentPrice"/>, less the processing fee as it is expected and the commission.
/// </summary>
public sealed record SeriesView(
    SeriesId SeriesId,
    UserId CreatorId,
    string? CreatorHandle,
    SeriesState State,
    string Title,
    string Description,
    string Category,
    string? CoverUrl,
    Money Price,
    Money CurrentPrice,
    OfferView? Discount,
    IReadOnlyList<SeriesVideoView> Videos,
    bool Owned,
    DateTimeOffset? PublishedAt,
    DraftView? Draft = null,
    Money? EstimatedProceeds = null)
{
    public static SeriesView Of(SeriesSeen seen, Cover? newestCover = null, Money? proceeds = null)
    {
        var content = seen.Shown?.Value.Content ?? seen.Own!.Value.Draft;
        var id = seen.Shown?.Value.Id ?? seen.Own!.Value.Id;
        var shown = ContentView.Of(content);
        return new(
            id, seen.Shown?.Value.CreatorId ?? seen.Own!.Value.CreatorId, seen.Shown?.Value.CreatorHandle, seen.Own?.Value.State ?? seen.Shown!.Value.State,
            content.Title, content.Description, content.Category, shown.HasCover && seen.Shown is not null ? CoverPath(id) : null,
            seen.Quote.ListPrice, seen.Quote.Price, OfferView.Of(seen.Quote.Offer), [.. shown.Videos, .. Kept(seen)], seen.Owned,
            seen.Shown?.Value.PublishedAt,
            seen.Own is null ? null : DraftOf(seen.Own.Value, newestCover), proceeds);
    }

    /// <summary>To its creator it is what she took out; to everybody else who has it, what is left of that.</summary>
    private static IEnumerable<SeriesVideoView> Kept(SeriesSeen seen) => seen is { Own: null, Owned: true, Shown.Value: { } shown }
        ? shown.RetiredVideos.Select(video => new SeriesVideoView(video.Id, video.Title, video.DurationMs, IsPreview: false, Retired: true))
        : [];

    public static string CoverPath(SeriesId id) => $"/v1/series/{id}/cover";

    private static DraftView DraftOf(Series own, Cover? cover) => new(
        own.DraftState, ContentView.Of(own.Draft), cover is null ? null : CoverView.Of(cover),
        own.ReviewNote is { } note ? new(note.Revision, note.Rule, note.Note, note.At) : null);
}

/// <summary>A series in a list.</summary>
public sealed record SeriesSummary(
    SeriesId SeriesId, UserId CreatorId, string? CreatorHandle, SeriesState State, string Title, string Category, string? CoverUrl,
    Money Price, Money CurrentPrice, OfferView? Discount, int VideoCount, long TotalDurationMs, DateTimeOffset? PublishedAt)
{
    public static SeriesSummary Of(CatalogEntry entry, DateTimeOffset now)
    {
        var quote = Quote.At(entry.Price, entry.Offers, now);
        return new(
            entry.SeriesId, entry.CreatorId, entry.CreatorHandle, entry.State, entry.Title, entry.Category,
            entry.HasCover && entry.PublishedAt is not null ? SeriesView.CoverPath(entry.SeriesId) : null,
            quote.ListPrice, quote.Price, OfferView.Of(quote.Offer), entry.VideoCount, entry.TotalDurationMs, entry.PublishedAt);
    }
}

/// <summary>
/// <paramref name="DiscountedPrice"/> is what buyers pay while it runs, <paramref name="EstimatedProceeds"/> what the creator gets of that after the expected processing fee and
/// commission. <paramref name="EndedAt"/> is set where it was ended early.
/// </summary>
public sealed record DiscountView(
    DiscountId DiscountId, int PercentOff, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset? EndedAt, DiscountState State, Money DiscountedPrice, Money EstimatedProceeds)
{
    public static DiscountView Of(Discount discount, Money listPrice, Estimate estimate, DateTimeOffset now)
    {
        var price = listPrice.LessPercent(discount.PercentOff);
        return new(discount.Id, discount.PercentOff, discount.StartsAt, discount.EndsAt, discount.EndedAt, discount.StateAt(now), price, estimate.Of(price));
    }
}
