using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Catalog;

/// <summary>What a creator asks for when she makes a series. Null category: the first of the list.</summary>
public sealed record NewSeries(string Title, string Description, Money Price, string? Category, NewDiscount? Discount);

/// <summary>A video that a series is made for. Null title: the video's own.</summary>
public sealed record FirstVideo(VideoId Id, string? Title);

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
        if (series.WasPublished && patch.Price is { } other && other != series.Price && SeriesLife.Refuses(series, SeriesCommand.Price) is { } priceFixed)
            return priceFixed;
        if (SeriesLife.Refuses(series, SeriesCommand.Edit) is { } refused)
            return refused;
        var title = patch.Title?.Trim() ?? series.Draft.Title;
        var description = patch.Description ?? series.Draft.Description;
        var category = patch.Category ?? series.Draft.Category;
        var preview = patch.ClearPreview ? null : patch.PreviewVideoId ?? series.Draft.PreviewVideoId;
        var price = patch.Price ?? series.Price;

        var checks = CheckTexts(new(), title, description, category, catalog);
        if (patch.Price is { } asked)
            Tiers.CheckPrice(checks, asked, pricing);
        checks.Must(patch.PreviewVideoId is not { } wanted || series.Draft.Videos.Any(v => v.Id == wanted), "previewVideoId", "not-in-series", "The preview is one of the series' own videos.");
        if (!checks.AllGood)
            return checks.Problem;
        if (price != series.Price && series.Offers.FirstOrDefault(offer => offer.EndsAt > now && price.LessPercent(offer.PercentOff).Amount < pricing.LowestPrice) is { } tooCheap)
            return Problem.Conflict("price-too-low", $"With the discount {tooCheap.Id} the price would be under {price with { Amount = pricing.LowestPrice }}. End the discount first.");
        return Edited(series, series.Draft with { Title = title, Description = description, Category = category, PreviewVideoId = preview }, now, price);
    }

    /// <summary>Puts a video into the series. One that is there already stays where it is. <paramref name="position"/> counts from 0; null is the end.</summary>
    public static Result<Series> Attach(Series series, Video video, string? title, int? position, DateTimeOffset now)
    {
        if (SeriesLife.Refuses(series, SeriesCommand.Edit) is { } refused)
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
        if (SeriesLife.Refuses(series, SeriesCommand.Edit) is { } refused)
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
        if (SeriesLife.Refuses(series, SeriesCommand.Edit) is { } refused)
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
        if (SeriesLife.Refuses(series, SeriesCommand.Edit) is { } refused)
            return refused;
        var byId = series.Draft.Videos.ToDictionary(v => v.Id);
        if (order.Count != byId.Count || order.Distinct().Count() != order.Count || !order.All(byId.ContainsKey))
            return Problem.Invalid([new("videoIds", "not-the-same-videos", "Name every video of the series once, and no other.")]);
        return Edited(series, series.Draft with { Videos = [.. order.Select(id => byId[id])] }, now);
    }

    /// <summary>A validated cover takes its place, also while a review goes on: the review has its own copy.</summary>
    public static Result<Series> WithCover(Series series, string coverId, DateTimeOffset now) =>
        SeriesLife.Take(series, SeriesCommand.CoverArrived).IsOk(out var taken, out var problem)
            ? (taken with { Draft = series.Draft with { CoverId = coverId } }).Changed(now)
            : problem;

    /// <summary>The edited series; the same object where nothing is another, so that nothing is written and nothing waits for review.</summary>
    private static Result<Series> Edited(Series series, SeriesContent content, DateTimeOffset now, Money? price = null)
    {
        if ((price ?? series.Price) == series.Price && content with { Videos = series.Draft.Videos } == series.Draft && content.Videos.SequenceEqual(series.Draft.Videos))
            return series;
        return SeriesLife.Take(series, SeriesCommand.Edit).IsOk(out var taken, out var problem)
            ? (taken with { Draft = content, Price = price ?? series.Price }).Changed(now)
            : problem;
    }

    private static FieldChecks CheckTexts(FieldChecks checks, string title, string description, string category, CatalogOptions catalog) => checks
        .Line(title, "title", 80)
        .Text(description, "description", 2_000)
        .Must(catalog.Categories.Contains(category), "category", "unknown-category", $"Choose one of: {string.Join(", ", catalog.Categories)}.");
}
