using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;
using static SeriesFunctions.Http.Conventions.Who;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Comments and replies of a video.</summary>
public sealed class CommentEndpoints(WriteComment write, TendComments tend, LikeComment like, ShowComments show, CommentCases cases)
{
    private const string Of = "v1/series/{seriesId}/videos/{videoId}/comments";
    private const string One = Of + "/{commentId}";

    private static readonly string[] Writing = ["403 purchase-required, withheld, blocked"];
    private static readonly string[] Tending = ["403 not-the-owner", "403 purchase-required"];
    private static readonly QueryParameter Order = new("sort", "The order; hidden ones are for the creator alone.", "newest", "top", "hidden");

    public IEnumerable<ApiRoute> Routes =>
    [
        new("ListComments", "GET", Of, User, "Comments of a video that the caller may watch, the pinned one first; without those of people whom she has blocked.", ListAsync)
        { Response = typeof(ListView<CommentView>), Paged = true, Query = [Order], Refusals = ["400 bad-sort", "403 purchase-required, withheld, not-the-owner"] },
        new("PostComment", "POST", Of, User, "Writes a comment; what the text checks can't decide is seen by its author alone until a person has looked.", PostAsync)
        { Request = typeof(CommentRequest), Response = typeof(CommentView), Success = 201, Keyed = true, NamedByKey = true, Refusals = Writing },
        new("ShowComment", "GET", One, User, "One comment or reply; its author sees it in any state.", ShowAsync) { Response = typeof(CommentView), Refusals = ["403 purchase-required, withheld"] },
        new("EditComment", "PATCH", One, User, "The author writes it anew.", EditAsync)
        { Request = typeof(CommentRequest), Response = typeof(CommentView), Conditional = true, Refusals = ["403 not-the-author", "409 not-visible", .. Writing] },
        new("DeleteComment", "DELETE", One, User, "The author takes it back, also when she has no access any more.", DeleteAsync) { Success = 204, Conditional = true, Refusals = ["403 not-the-author"] },
        new("AppealCommentRemoval", "POST", One + "/appeal", User, "The author appeals its removal by moderation, once; another moderator decides. Needs no access any more.", AppealAsync)
        { Request = typeof(AppealRequest), Response = typeof(AppealView), Success = 202, Refusals = ["409 nothing-to-appeal, already-appealed"] },
        new("ListReplies", "GET", One + "/replies", User, "Replies to a comment, oldest first.", RepliesAsync)
        { Response = typeof(ListView<CommentView>), Paged = true, Refusals = ["403 purchase-required, withheld"] },
        new("PostReply", "POST", One + "/replies", User, "Writes a reply to a comment.", ReplyAsync)
        { Request = typeof(CommentRequest), Response = typeof(CommentView), Success = 201, Keyed = true, NamedByKey = true, Refusals = ["409 reply-to-reply", .. Writing] },
        new("LikeComment", "POST", One + "/like", User, "The caller likes a comment; again changes nothing.", (call, stop) => LikeAsync(call, true, stop)) { Success = 204, Refusals = ["409 too-many-likes", .. Writing] },
        new("UnlikeComment", "POST", One + "/unlike", User, "The caller takes her like back.", (call, stop) => LikeAsync(call, false, stop)) { Success = 204 },
        new("PinComment", "POST", One + "/pin", User, "The creator puts a comment first; the one that was first is no longer.", (call, stop) => PinAsync(call, true, stop))
        { Success = 204, Refusals = ["409 is-a-reply", .. Tending] },
        new("UnpinComment", "POST", One + "/unpin", User, "The creator takes the pin off.", (call, stop) => PinAsync(call, false, stop)) { Success = 204, Refusals = Tending },
        new("HideComment", "POST", One + "/hide", User, "The creator takes a comment or reply out of sight.", (call, stop) => HideAsync(call, true, stop)) { Success = 204, Refusals = Tending },
        new("UnhideComment", "POST", One + "/unhide", User, "The creator shows it again.", (call, stop) => HideAsync(call, false, stop)) { Success = 204, Refusals = Tending },
    ];

    private ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken)
    {
        CommentOrder? order = (call.Query("sort") ?? "newest") switch
        {
            "newest" => CommentOrder.Newest,
            "top" => CommentOrder.Top,
            "hidden" => CommentOrder.Hidden,
            _ => null,
        };
        return order is { } wanted
            ? Pages.AnswerAsync(call, page => show.PageAsync(EngagementEndpoints.SpotOf(call), call.User, wanted, page, cancellationToken), CommentView.Of)
            : ValueTask.FromResult<Answer>(new Problem(ProblemKind.Malformed, "bad-sort", "sort is one of: newest, top, hidden."));
    }

    private async ValueTask<Answer> AppealAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<AppealRequest>().IsOk(out var body, out var problem)
            || !(await cases.AppealAsync(EngagementEndpoints.SpotOf(call), IdOf(call), call.User, body.Value.Note, cancellationToken)).IsOk(out var opened, out problem))
            return problem;
        return Answer.Json(AppealView.Of(opened), status: 202);
    }

    private ValueTask<Answer> RepliesAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => show.RepliesAsync(EngagementEndpoints.SpotOf(call), IdOf(call), call.User, page, cancellationToken), CommentView.Of);

    private ValueTask<Answer> PostAsync(ApiCall call, CancellationToken cancellationToken) => WriteAsync(call, parent: null, cancellationToken);

    private ValueTask<Answer> ReplyAsync(ApiCall call, CancellationToken cancellationToken) => WriteAsync(call, IdOf(call), cancellationToken);

    private async ValueTask<Answer> WriteAsync(ApiCall call, CommentId? parent, CancellationToken cancellationToken)
    {
        if (!call.Read<CommentRequest>().IsOk(out var body, out var problem)
            || !(await write.PostAsync(EngagementEndpoints.SpotOf(call), call.User, body.Value.Text, parent, call.Key, cancellationToken)).IsOk(out var written, out problem))
            return problem;
        return Show(written, 201, $"/v1/series/{call.SeriesId}/videos/{call.VideoId}/comments/{written.Comment.Id}");
    }

    private async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await show.OneAsync(EngagementEndpoints.SpotOf(call), IdOf(call), call.User, cancellationToken)).IsOk(out var seen, out var problem) ? Show(seen) : problem;

    private async ValueTask<Answer> EditAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<CommentRequest>(patch: true).IsOk(out var body, out var problem)
            || !(await write.EditAsync(EngagementEndpoints.SpotOf(call), IdOf(call), call.User, body.Value.Text, call.IfMatch, cancellationToken)).IsOk(out var edited, out problem))
            return problem;
        return Show(edited);
    }

    private async ValueTask<Answer> DeleteAsync(ApiCall call, CancellationToken cancellationToken) =>
        Done(await write.DeleteAsync(EngagementEndpoints.SpotOf(call), IdOf(call), call.User, call.IfMatch, cancellationToken));

    private async ValueTask<Answer> LikeAsync(ApiCall call, bool liked, CancellationToken cancellationToken) =>
        Done(await like.SetAsync(EngagementEndpoints.SpotOf(call), IdOf(call), call.User, liked, cancellationToken));

    private async ValueTask<Answer> PinAsync(ApiCall call, bool pinned, CancellationToken cancellationToken) =>
        Done(await tend.SetPinnedAsync(EngagementEndpoints.SpotOf(call), IdOf(call), call.User, pinned, cancellationToken));

    private async ValueTask<Answer> HideAsync(ApiCall call, bool hidden, CancellationToken cancellationToken) =>
        Done(await tend.SetHiddenAsync(EngagementEndpoints.SpotOf(call), IdOf(call), call.User, hidden, cancellationToken));

    /// <summary>An edit is held to the text alone: what stands behind the tilde is another representation, and no other version.</summary>
    private static Answer Show(CommentSeen seen, int status = 200, string? location = null)
    {
        var comment = seen.Comment;
        return Answer.Json(CommentView.Of(seen), $"{ShowComments.ETag(comment)}~{comment.State}.{comment.Likes}.{comment.Replies}.{comment.Pinned}.{seen.Liked}", status, location: location);
    }

    private static CommentId IdOf(ApiCall call) => new(call.Id("commentId"));

    private static Answer Done(Result<Done> result) => result.Problem is { } problem ? problem : Answer.Empty();
}
