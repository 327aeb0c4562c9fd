using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Http.Views;

/// <summary>1 to 5 stars, and up to 1,000 characters why.</summary>
public sealed record RatingRequest(int Stars, string? Text = null);

/// <summary>What is left out stays; <c>"text": null</c> takes the text away.</summary>
public sealed record EditRatingRequest(int? Stars = null, string? Text = null);

public sealed record RatingView(UserId AuthorId, int Stars, string? Text, DateTimeOffset At, DateTimeOffset? EditedAt)
{
    public static RatingView Of(Rating rating) => new(rating.AuthorId, rating.Stars, rating.Text, rating.At, rating.EditedAt);
}

/// <summary>Of all ratings, those without words too. <paramref name="Average"/> to two places, null where there is none; <paramref name="Histogram"/> from one star to five.</summary>
public sealed record RatingSummaryView(long Count, decimal? Average, IReadOnlyList<long> Histogram);

public sealed record RatingsView(IReadOnlyList<RatingView> Items, string? NextCursor, RatingSummaryView Summary);
