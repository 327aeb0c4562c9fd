using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Catalog;

/// <summary>What a creator asks for when she makes a series. Null category: the first of the list.</summary>
public sealed record NewSeries(string Title, string Description, Money Price, string? Category, NewDiscount? Discount);

/// <summary>A merge patch: only what is set changes. <paramref name="ClearPreview"/> stands for an explicit null.</summary>
public sealed record SeriesPatch(string? Title, string? Description, Money? Price, string? Category, VideoId? PreviewVideoId, bool ClearPreview);

/// <summary>The rules of authoring, pure: a series and a wish in, the changed series or a problem out. Source: product rules, "Series".</summary>
public static class Authoring
{
    public static Result<Series> Create(SeriesId id, UserId creator, NewSeries asked, DateTimeOffset now, PricingOptions pricing, CatalogOptions catalog)
    {
        var category = asked.Category ?? catalog.Categories[0];
        var checks = CheckTexts(new(), asked.Title, asked.Description, category, catalog);
        Tiers.CheckPrice(checks, asked.Price, pricing);
        if (!checks.AllGood)
            return checks.Problem;
        if (asked.Discount is { } discount && DiscountRules.Check(discount, asked.Price, [], now, pricing, "discount.") is { } refused)
            return refused;
        return new Series(
            id, creator, SeriesState.Draft, asked.Price,
            new(asked.Title.Trim(), asked.Description, category, CoverId: null, PreviewVideoId: null, Videos: []),
            DraftState.Editing, LastRevision: 0, ApprovedRevision: 0, Offers: [], now, now, PublishedAt: null, ReviewNote: null, Version: 1);
    }

    public static Result<Series> Patch(Series series, SeriesPatch patch, DateTimeOffset now, PricingOptions pricing, CatalogOptions catalog)
    {
        if (Editable(series) is { } refused)
            return refused;
        var title = patch.Title?.Trim() ?? series.Draft.Title;
        var description = patch.Description ?? series.Draft.Description;
        var category = patch.Category ?? series.Draft.Category;
        var preview = patch.ClearPreview ? null : patch.PreviewVideoId ?? series.Draft.PreviewVideoId;
        var price = patch.Price ?? series.Price;
        if (series.WasPublished && price != series.Price)
            return Problem.Conflict("price-fixed", "The price of a published series can't change. Set a discount instead.");

        var checks = CheckTexts(new(), title, description, category, catalog);
        if (patch.Price is { } asked)
            Tiers.CheckPrice(checks, asked, pricing);
        checks.Must(patch.PreviewVideoId is not { } wanted || series.Draft.Videos.Any(v => v.Id == wanted), "previewVideoId", "not-in-series", "The preview is one of the series' own videos.");
        if (!checks.AllGood)
            return checks.Problem;
        if (price != series.Price && series.Offers.FirstOrDefault(offer => offer.EndsAt > now && price.LessPercent(offer.PercentOff).Amount < pricing.LowestPrice) is { } tooCheap)
            return Problem.Conflict("price-too-low", $"With the discount {tooCheap.Id} the price would be under {price with { Amount = pricing.LowestPrice }}. End the discount first.");
        return Edited(series with { Price = price }, series.Draft with { Title = title, Description = description, Category = category, PreviewVideoId = preview }, now);
    }

    /// <summary>Puts a video into the series. One that is there already stays where it is. <paramref name="position"/> counts from 0; null is the end.</summary>
    public static Result<Series> Attach(Series series, Video video, string? title, int? position, DateTimeOffset now)
    {
        if (Editable(series) is { } refused)
            return refused;
        if (series.Draft.Videos.Any(v => v.Id == video.Id))
            return series;
        if (series.Draft.Videos.Count >= Series.MaxVideos)
            return Problem.Conflict("series-full", "A series has at most 80 videos.");
        if (video.Status == UploadStatus.Rejected)
            return Problem.Conflict("video-rejected", "This video did not pass validation; see its problems and upload it again.");
        var name = title ?? video.Title;
        var at = position ?? series.Draft.Videos.Count;
        var checks = new FieldChecks().Line(name, "title", 80)
            .Must(at >= 0 && at <= series.Draft.Videos.Count, "position", "position-out-of-range", "A position counts from 0 to the number of videos that are there.");
        if (!checks.AllGood)
            return checks.Problem;
        return Edited(series, series.Draft with { Videos = [.. series.Draft.Videos.Take(at), new(video.Id, name.Trim(), video.Facts?.DurationMs), .. series.Draft.Videos.Skip(at)] }, now);
    }

    public static Result<Series> Retitle(Series series, VideoId video, string title, DateTimeOffset now)
    {
        if (Editable(series) is { } refused)
            return refused;
        if (series.Draft.Videos.All(v => v.Id != video))
            return Problem.NotFound("video in this series");
        var checks = new FieldChecks().Line(title, "title", 80);
        return checks.AllGood
            ? Edited(series, series.Draft with { Videos = [.. series.Draft.Videos.Select(v => v.Id == video ? v with { Title = title.Trim() } : v)] }, now)
            : checks.Problem;
    }

    public static Result<Series> Detach(Series series, VideoId video, DateTimeOffset now)
    {
        if (Editable(series) is { } refused)
            return refused;
        if (series.Draft.Videos.All(v => v.Id != video))
            return Problem.NotFound("video in this series");
        return Edited(series, series.Draft with
        {
            Videos = [.. series.Draft.Videos.Where(v => v.Id != video)],
            PreviewVideoId = series.Draft.PreviewVideoId == video ? null : series.Draft.PreviewVideoId,
        }, now);
    }

    public static Result<Series> Reorder(Series series, IReadOnlyList<VideoId> order, DateTimeOffset now)
    {
        if (Editable(series) is { } refused)
            return refused;
        var byId = series.Draft.Videos.ToDictionary(v => v.Id);
        if (order.Count != byId.Count || order.Distinct().Count() != order.Count || !order.All(byId.ContainsKey))
            return Problem.Invalid([new("videoIds", "not-the-same-videos", "Name every video of the series once, and no other.")]);
        return Edited(series, series.Draft with { Videos = [.. order.Select(id => byId[id])] }, now);
    }

    /// <summary>A validated cover takes its place, also while a review goes on: the review has its own copy.</summary>
    public static Series WithCover(Series series, string coverId, DateTimeOffset now)
    {
        var changed = series with { Draft = series.Draft with { CoverId = coverId } };
        return (series.DraftState == DraftState.Approved ? changed with { DraftState = DraftState.Editing } : changed).Changed(now);
    }

    public static Problem? Editable(Series series) => series switch
    {
        { State: SeriesState.Removed } => Problem.Conflict("removed", "This series was removed by moderation."),
        { DraftState: DraftState.InReview } => Problem.Conflict("in-review", "This series is being reviewed; edit it when the review is done."),
        _ => null,
    };

    private static Series Edited(Series series, SeriesContent content, DateTimeOffset now) =>
        (series with { Draft = content, DraftState = series.DraftState == DraftState.Approved ? DraftState.Editing : series.DraftState }).Changed(now);

    private static FieldChecks CheckTexts(FieldChecks checks, string title, string description, string category, CatalogOptions catalog) => checks
        .Line(title, "title", 80)
        .Text(description, "description", 2_000)
        .Must(catalog.Categories.Contains(category), "category", "unknown-category", $"Choose one of: {string.Join(", ", catalog.Categories)}.");
}
