using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Http.Views;

/// <summary>1 to 1,000 characters.</summary>
public sealed record CommentRequest(string Text);

/// <summary>
/// A comment, or a reply where <paramref name="ParentId"/> is set. One that its author took back (<c>deleted</c>) has no text and no author, and keeps its place while there are replies.
/// <paramref name="Likes"/> and <paramref name="Replies"/> follow within moments.
/// </summary>
public sealed record CommentView(
    CommentId CommentId, CommentId? ParentId, UserId? AuthorId, bool ByCreator, string Text, CommentState State, bool Pinned, long Likes, bool Liked, long Replies, DateTimeOffset At, DateTimeOffset? EditedAt)
{
    public static CommentView Of(CommentSeen seen)
    {
        var comment = seen.Comment;
        var isGone = comment.State == CommentState.Deleted;
        return new(
            comment.Id, comment.ParentId, isGone ? null : comment.AuthorId, !isGone && seen.ByCreator, comment.Text, comment.State, comment.Pinned, comment.Likes, seen.Liked, comment.Replies, comment.At,
            comment.EditedAt);
    }
}
