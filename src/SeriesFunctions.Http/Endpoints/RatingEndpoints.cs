using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;
using static SeriesFunctions.Http.Conventions.Who;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>What buyers think of a series.</summary>
public sealed class RatingEndpoints(Ratings ratings)
{
    private const string Own = "v1/series/{seriesId}/rating";

    private static readonly string[] Writing = ["403 purchase-required, withheld, blocked", "409 own-series"];

    public IEnumerable<ApiRoute> Routes =>
    [
        new("ListRatings", "GET", "v1/series/{seriesId}/ratings", Anyone, "What buyers wrote about a series, newest first, with the average and how often each number of stars was given.", ListAsync)
        { Response = typeof(RatingsView), Paged = true },
        new("RateSeries", "POST", Own, User, "A buyer rates a series, once.", RateAsync)
        { Request = typeof(RatingRequest), Response = typeof(RatingView), Success = 201, Keyed = true, RemembersKey = true, Refusals = ["409 already-rated", .. Writing] },
        new("ShowMyRating", "GET", Own, User, "How the caller has rated a series.", ShowAsync) { Response = typeof(RatingView) },
        new("EditMyRating", "PATCH", Own, User, "Changes the caller's rating: a JSON merge patch.", EditAsync)
        { Request = typeof(EditRatingRequest), Response = typeof(RatingView), Conditional = true, Refusals = Writing },
        new("DeleteMyRating", "DELETE", Own, User, "Takes the caller's rating back, also when she has no access any more.", DeleteAsync) { Success = 204, Conditional = true },
    ];

    private async ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Page().IsOk(out var page, out var problem) || !(await ratings.PageAsync(call.SeriesId, call.Caller?.Id, page, cancellationToken)).IsOk(out var found, out problem))
            return problem;
        return Answer.Json(
            new RatingsView([.. found.Page.Items.Select(RatingView.Of)], Cursors.Write(found.Page.Cursor), new(found.All.Count, found.All.Average, found.All.Stars)),
            cacheControl: call.Caller is null ? "public, max-age=30" : null);
    }

    private async ValueTask<Answer> RateAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<RatingRequest>().IsOk(out var body, out var problem))
            return problem;
        return Show(await ratings.RateAsync(call.SeriesId, call.User, body.Value.Stars, body.Value.Text, cancellationToken), 201);
    }

    private async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken) => Show(await ratings.OwnAsync(call.SeriesId, call.User, cancellationToken));

    private async ValueTask<Answer> EditAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<EditRatingRequest>(patch: true, "text").IsOk(out var body, out var problem))
            return problem;
        return Show(await ratings.EditAsync(call.SeriesId, call.User, body.Value.Stars, body.Value.Text, body.Nulls.Contains("text"), call.IfMatch, cancellationToken));
    }

    private async ValueTask<Answer> DeleteAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await ratings.DeleteAsync(call.SeriesId, call.User, call.IfMatch, cancellationToken)).Problem is { } problem ? problem : Answer.Empty();

    private static Answer Show(Result<Stored<Rating>> result, int status = 200) =>
        result.IsOk(out var rating, out var problem) ? Answer.Json(RatingView.Of(rating.Value), rating.ETag, status) : problem;
}
