using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;
using static SeriesFunctions.Http.Conventions.Who;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>What people do with what they may watch: how far they are, what they like, whom they don't want to hear of.</summary>
public sealed class EngagementEndpoints(Audience audience, Likes likes, Talk talk, BlockList blocks, ReportProgress report, ShowProgress progress)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        new("ReportProgress", "POST", "v1/me/progress", User, "A player tells what was played and where it stands, of up to 50 videos at once; telling the same again changes nothing.", ReportAsync)
        { Request = typeof(ReportProgressRequest), Response = typeof(ProgressKeptView) },
        new("ListContinueWatching", "GET", "v1/me/continue-watching", User, "The series that the caller began and has not finished, the last watched first, each with where to go on.", ContinueAsync)
        { Response = typeof(ListView<ContinueView>), Paged = true },
        new("ShowMyProgress", "GET", "v1/series/{seriesId}/progress", User, "How far the caller is in a series.", ProgressAsync) { Response = typeof(SeriesProgressView) },
        new("LikeVideo", "POST", "v1/series/{seriesId}/videos/{videoId}/like", User, "The caller likes a video that she may watch; again changes nothing.", LikeAsync)
        { Success = 204, Refusals = ["403 purchase-required, withheld, blocked"] },
        new("UnlikeVideo", "POST", "v1/series/{seriesId}/videos/{videoId}/unlike", User, "The caller takes her like back; again changes nothing.", UnlikeAsync) { Success = 204 },
        new("ShowEngagement", "GET", "v1/series/{seriesId}/videos/{videoId}/engagement", User, "How many like a video that the caller may watch, whether she does, and how many comments there are.", EngagementAsync)
        { Response = typeof(EngagementView), Refusals = ["403 purchase-required, withheld"] },
        new("BlockUser", "POST", "v1/users/{userId}/block", User, "The caller blocks somebody: she no longer sees that person's comments, nor can that person reply to her or write on her videos.", BlockAsync)
        { Success = 204, Refusals = ["409 own-account", "409 too-many-blocks"] },
        new("UnblockUser", "POST", "v1/users/{userId}/unblock", User, "The caller blocks somebody no longer.", UnblockAsync) { Success = 204, Refusals = ["409 own-account"] },
        new("ListBlocks", "GET", "v1/me/blocks", User, "Whom the caller has blocked, newest first; up to 500.", BlocksAsync) { Response = typeof(ListView<BlockView>) },
    ];

    internal static Spot SpotOf(ApiCall call) => Spot.InSeries(call.SeriesId, call.VideoId);

    private async ValueTask<Answer> ReportAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<ReportProgressRequest>().IsOk(out var body, out var problem)
            || !(await report.HandleAsync(call.User, [.. body.Value.Items.Select(item => item.ToReport())], cancellationToken)).IsOk(out var kept, out problem))
            return problem;
        return Answer.Json(new ProgressKeptView([.. kept.Select(ReportedView.Of)]));
    }

    private ValueTask<Answer> ContinueAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => progress.ContinueAsync(call.User, page, cancellationToken), ContinueView.Of);

    private async ValueTask<Answer> ProgressAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!(await progress.OfAsync(call.User, call.SeriesId, cancellationToken)).IsOk(out var found, out var problem))
            return problem;
        return found.Progress is { } kept
            ? Answer.Json(SeriesProgressView.Of(kept.Value, found.Series), $"{kept.ETag}~{found.Series.Version}")
            : Answer.Json(new SeriesProgressView(call.SeriesId, 0, [], null));
    }

    private async ValueTask<Answer> LikeAsync(ApiCall call, CancellationToken cancellationToken) => Done(await likes.SetAsync(SpotOf(call), call.User, liked: true, cancellationToken));

    private async ValueTask<Answer> UnlikeAsync(ApiCall call, CancellationToken cancellationToken) => Done(await likes.SetAsync(SpotOf(call), call.User, liked: false, cancellationToken));

    private async ValueTask<Answer> EngagementAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var spot = SpotOf(call);
        if ((await audience.AdmitAsync(spot, call.User, cancellationToken)).Problem is { } problem)
            return problem;
        return Answer.Json(new EngagementView(await likes.CountAsync(spot, cancellationToken), await likes.LikesAsync(spot, call.User, cancellationToken),
            (await talk.CountedAsync(spot, CommentCount.All, cancellationToken)).Replies));
    }

    private async ValueTask<Answer> BlockAsync(ApiCall call, CancellationToken cancellationToken) => Done(await blocks.SetAsync(call.User, new(call.Id("userId")), blocked: true, cancellationToken));

    private async ValueTask<Answer> UnblockAsync(ApiCall call, CancellationToken cancellationToken) => Done(await blocks.SetAsync(call.User, new(call.Id("userId")), blocked: false, cancellationToken));

    private async ValueTask<Answer> BlocksAsync(ApiCall call, CancellationToken cancellationToken) =>
        Answer.Json(new ListView<BlockView>([.. (await blocks.OfAsync(call.User, cancellationToken)).Users.Select(block => new BlockView(block.UserId, block.Since))], null));

    private static Answer Done(Result<Done> result) => result.Problem is { } problem ? problem : Answer.Empty();
}
