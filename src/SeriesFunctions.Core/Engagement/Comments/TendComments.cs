using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Engagement;

/// <summary>A creator tends what is said about her videos: pins one comment, hides others. Doing it again changes nothing.</summary>
public sealed class TendComments(Records records, Talk talk, Audience audience)
{
    private static readonly Problem NotTheOwner = Problem.Forbidden("not-the-owner", "Only the creator of this video can do this.");
    private static readonly Problem NoComment = Problem.NotFound("comment");

    /// <summary>Out of everybody's sight but its author's and hers, or back.</summary>
    public async ValueTask<Result<Done>> SetHiddenAsync(Spot spot, CommentId id, UserId creator, bool hidden, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(spot, creator, cancellationToken) is { } refused)
            return refused;
        while (true)
        {
            if (await talk.FindAsync(spot, id, cancellationToken) is not { Value.State: CommentState.Visible or CommentState.Hidden } before)
                return NoComment;
            var after = before.Value with { State = hidden ? CommentState.Hidden : CommentState.Visible };
            if (after == before.Value || await talk.SaveAsync(await talk.ChangeAsync(spot, before, after, creator, cancellationToken), cancellationToken))
                return Done.Value;
        }
    }

    /// <summary>First in both orders; the one that was pinned before is no longer.</summary>
    public async ValueTask<Result<Done>> SetPinnedAsync(Spot spot, CommentId id, UserId creator, bool pinned, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(spot, creator, cancellationToken) is { } refused)
            return refused;
        while (true)
        {
            if (await talk.FindAsync(spot, id, cancellationToken) is not { Value.State: CommentState.Visible } before)
                return NoComment;
            if (before.Value.ParentId is not null)
                return Problem.Conflict("is-a-reply", "Only a comment can be pinned, not a reply.");
            if (before.Value.Pinned == pinned)
                return Done.Value;
            var batch = new Batch(Comment.In(spot));
            Talk.Put(batch, before, before.Value with { Pinned = pinned });
            var former = await records.FindAsync<PinnedComment>(Comment.In(spot), PinnedComment.DocumentId, cancellationToken);
            if (former is not null && former.Value.Id != id && await talk.FindAsync(spot, former.Value.Id, cancellationToken) is { Value.Pinned: true } other)
                Talk.Put(batch, other, other.Value with { Pinned = false });
            if (pinned)
                batch.Save(PinnedComment.DocumentId, former, new PinnedComment(id));
            else if (former?.Value.Id == id)
                batch.Delete(PinnedComment.DocumentId, former.ETag);
            if (await talk.SaveAsync(batch, cancellationToken))
                return Done.Value;
        }
    }

    private async ValueTask<Problem?> RefuseAsync(Spot spot, UserId user, CancellationToken cancellationToken) =>
        !(await audience.AdmitAsync(spot, user, cancellationToken)).IsOk(out var seat, out var problem) ? problem : seat.IsCreator ? null : NotTheOwner;
}

/// <summary>Likes of comments: the viewer's own list and a part of the comment's count change in one batch; the comment follows off the queue. Doing it again changes nothing.</summary>
public sealed class LikeComment(Records records, Talk talk, Audience audience)
{
    /// <summary>Taking a like back needs no access. Where there is none to take, whoever may not watch the video doesn't hear which comments there are.</summary>
    public async ValueTask<Result<Done>> SetAsync(Spot spot, CommentId id, UserId viewer, bool liked, CancellationToken cancellationToken)
    {
        if (liked && (await audience.AdmitWriterAsync(spot, viewer, cancellationToken)).Problem is { } refused)
            return refused;
        if (await talk.FindAsync(spot, id, cancellationToken) is not { } comment || liked && comment.Value.State != CommentState.Visible)
            return Problem.NotFound("comment");
        var document = LikedComments.DocumentId(viewer);
        while (true)
        {
            var mine = await records.FindAsync<LikedComments>(Comment.In(spot), document, cancellationToken);
            IReadOnlyList<CommentId> ids = mine?.Value.Ids ?? [];
            if (ids.Contains(id) == liked)
                return liked || (await audience.AdmitAsync(spot, viewer, cancellationToken)).IsOk(out _, out _) ? Done.Value : Problem.NotFound("comment");
            if (liked && ids.Count >= LikedComments.Most)
                return Problem.Conflict("too-many-likes", $"At most {LikedComments.Most} comments of a video can be liked.");
            var batch = new Batch(Comment.In(spot)).Save(document, mine, new LikedComments(liked ? [.. ids, id] : [.. ids.Where(other => other != id)]));
            await talk.CountAsync(batch, spot, id, viewer, liked ? 1 : -1, replies: 0, cancellationToken);
            if (await talk.SaveAsync(batch, cancellationToken))
                return Done.Value;
        }
    }
}
