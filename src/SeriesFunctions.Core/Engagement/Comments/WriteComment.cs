using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation.Text;

namespace SeriesFunctions.Core.Engagement;

/// <summary>
/// Somebody writes, edits and takes back comments. Writing and editing ask for access at that moment; taking back is for the author, always. Source: product rules, "Subscription and subscriber-only
/// videos"; the length is ours.
/// </summary>
public sealed class WriteComment(Talk talk, Audience audience, BlockList blocks, TextGate gate, TimeProvider clock)
{
    /// <summary>Characters as people count them. Source: ours.</summary>
    public const int MaxLength = 1_000;

    private static readonly Problem NoComment = Problem.NotFound("comment");
    internal static readonly Problem NotVisible = Problem.Conflict("not-visible", "This comment is not in sight just now.");

    /// <summary>Safe to repeat with the same key. What is answered leaves out whether she likes it herself. A reply to a reply is refused: there is one level.</summary>
    public async ValueTask<Result<CommentSeen>> PostAsync(Spot spot, UserId author, string text, CommentId? parent, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var id = new CommentId(key.NaturalId("com", spot.Key));
        if (await talk.FindAsync(spot, id, cancellationToken) is { } earlier)
            return Again(earlier.Value, key, (await audience.AdmitAsync(spot, author, cancellationToken)).IsOk(out var then, out _) && then.IsCreator);
        if (!Look(text).IsOk(out var verdict, out var problem) || !(await audience.AdmitWriterAsync(spot, author, cancellationToken)).IsOk(out var seat, out problem))
            return problem;
        if (parent is { } above && await RefuseReplyAsync(spot, above, author, cancellationToken) is { } noReply)
            return noReply;
        while (true)
        {
            var now = clock.GetUtcNow();
            var comment = new Comment(id, author, parent, text, verdict.Doubt is null ? CommentState.Visible : CommentState.Held, now, Request: key.BodyHash);
            var batch = await talk.ChangeAsync(spot, null, comment, author, cancellationToken);
            if (verdict.Doubt is { } doubt)
                batch.Emit(new CommentHeld(spot, comment.Id, author, text, doubt), now);
            if (await talk.SaveAsync(batch, cancellationToken))
            {
                Telemetry.Count("comment-written");
                return new CommentSeen(comment, Liked: false, seat.IsCreator);
            }
            // The same request twice at once; or somebody else was counted meanwhile.
            if (await talk.FindAsync(spot, id, cancellationToken) is { } twin)
                return Again(twin.Value, key, seat.IsCreator);
        }
    }

    public async ValueTask<Result<CommentSeen>> EditAsync(Spot spot, CommentId id, UserId author, string text, string ifMatch, CancellationToken cancellationToken)
    {
        if (!Look(text).IsOk(out var verdict, out var problem))
            return problem;
        while (true)
        {
            if (!(await OwnAsync(spot, id, author, ifMatch, cancellationToken)).IsOk(out var before, out problem)
                || !(await audience.AdmitWriterAsync(spot, author, cancellationToken)).IsOk(out var seat, out problem))
                return problem;
            if (before.Value.State != CommentState.Visible)
                return NotVisible;
            if (before.Value.Text == text)
                return new CommentSeen(before.Value, Liked: false, seat.IsCreator);
            var now = clock.GetUtcNow();
            var state = verdict.Doubt is null ? CommentState.Visible : CommentState.Held;
            var after = before.Value with { Text = text, EditedAt = now, Version = before.Value.Version + 1, State = state };
            var batch = await talk.ChangeAsync(spot, before, after, author, cancellationToken);
            if (verdict.Doubt is { } doubt)
                batch.Emit(new CommentHeld(spot, id, author, text, doubt), now);
            if (await talk.SaveAsync(batch, cancellationToken))
                return new CommentSeen(after, Liked: false, seat.IsCreator);
        }
    }

    /// <summary>Needs no access: what somebody wrote she may take back.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(Spot spot, CommentId id, UserId author, string ifMatch, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!(await OwnAsync(spot, id, author, ifMatch, cancellationToken)).IsOk(out var before, out var problem))
                return problem;
            var after = before.Value with { Text = "", State = CommentState.Deleted, Version = before.Value.Version + 1, Pinned = false };
            if (await talk.SaveAsync(await talk.ChangeAsync(spot, before, after, author, cancellationToken), cancellationToken))
                return Done.Value;
        }
    }

    private static Result<CommentSeen> Again(Comment made, IdempotencyKey key, bool seenByCreator) =>
        made.Request == key.BodyHash ? new CommentSeen(made, Liked: false, seenByCreator) : IdempotencyClaims.Reused;

    private Result<TextVerdict> Look(string text)
    {
        var checks = new FieldChecks().Must(!FieldChecks.IsBlank(text), "text", "blank", "This can't be empty.").Text(text, "text", MaxLength);
        if (!checks.AllGood)
            return checks.Problem;
        var verdict = gate.Look(text);
        return verdict.Refused is { } code ? TextGate.Refuse("text", code) : verdict;
    }

    private async ValueTask<Problem?> RefuseReplyAsync(Spot spot, CommentId parent, UserId author, CancellationToken cancellationToken)
    {
        if (await talk.FindAsync(spot, parent, cancellationToken) is not { Value: { State: CommentState.Visible } above })
            return NoComment;
        if (above.ParentId is not null)
            return Problem.Conflict("reply-to-reply", "Replies have no replies; reply to the comment above.");
        return await blocks.HasBlockedAsync(above.AuthorId, author, cancellationToken) ? BlockList.Blocked : null;
    }

    /// <summary>The author's own comment, in the version that she read. Whoever may not watch the video doesn't hear which comments there are.</summary>
    private async ValueTask<Result<Stored<Comment>>> OwnAsync(Spot spot, CommentId id, UserId author, string ifMatch, CancellationToken cancellationToken)
    {
        if (await talk.FindAsync(spot, id, cancellationToken) is not { } found || found.Value.State is CommentState.Deleted or CommentState.Removed)
            return NoComment;
        if (found.Value.AuthorId != author)
        {
            return found.Value.State == CommentState.Visible && (await audience.AdmitAsync(spot, author, cancellationToken)).IsOk(out _, out _)
                ? Problem.Forbidden("not-the-author", "Only its author can do this.")
                : NoComment;
        }
        return ShowComments.ETag(found.Value) == ifMatch ? found : Problem.Stale;
    }
}
