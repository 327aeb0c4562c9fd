using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Engagement;

/// <summary>Reads and writes comments, with the rule that every write follows: the comment, its copy and what is counted change in one batch.</summary>
public sealed class Talk(Records records, TimeProvider clock)
{
    public ValueTask<Stored<Comment>?> FindAsync(Spot spot, CommentId id, CancellationToken cancellationToken) =>
        records.FindAsync<Comment>(Comment.In(spot), Comment.DocumentId(id), cancellationToken);

    /// <summary>A batch that stores the comment, where it stands in both orders, and what that changes in what is counted. <paramref name="by"/> only chooses the part of the count.</summary>
    public async ValueTask<Batch> ChangeAsync(Spot spot, Stored<Comment>? before, Comment after, UserId by, CancellationToken cancellationToken)
    {
        var batch = new Batch(Comment.In(spot));
        Put(batch, before, after);
        // An edit makes another version: one that was held for an edit was in sight before.
        if (after is { State: CommentState.Visible, ParentId: not null, Version: 1 } && before?.Value is null or { State: CommentState.Held } or { Removed.From: CommentState.Held })
            batch.Emit(new CommentReplied(spot, after.Id), clock.GetUtcNow());
        if (InAll(after) - InAll(before?.Value) is not 0 and var more)
            await CountAsync(batch, spot, CommentCount.All, by, likes: 0, more, cancellationToken);
        if (after.ParentId is { } parent && InSight(after) - InSight(before?.Value) is not 0 and var replies)
            await CountAsync(batch, spot, parent, by, likes: 0, replies, cancellationToken);
        return batch;
    }

    /// <summary>Puts a comment into a batch, with its copy by worth where it stands out.</summary>
    public static void Put(Batch batch, Stored<Comment>? before, Comment after)
    {
        batch.Save(Comment.DocumentId(after.Id), before, after, after.Sort);
        // Guarded by the etag of the comment itself.
        if (after.StandsOut)
        {
            var copy = after with { ByWorth = true };
            batch.Put(Comment.TopId(after.Id), copy, copy.Sort);
        }
        else if (before?.Value.StandsOut == true)
            batch.Delete(Comment.TopId(after.Id));
    }

    /// <summary>As <see cref="CountAsync(Batch, Spot, string, UserId, int, long, CancellationToken)"/>, for a comment, whose place is to follow.</summary>
    public async ValueTask CountAsync(Batch batch, Spot spot, CommentId about, UserId by, int likes, long replies, CancellationToken cancellationToken)
    {
        await CountAsync(batch, spot, about.Value, by, likes, replies, cancellationToken);
        batch.Emit(new CommentCounted(spot, about), clock.GetUtcNow());
    }

    public async ValueTask<bool> SaveAsync(Batch batch, CancellationToken cancellationToken) => (await records.SaveAsync(batch, cancellationToken)).IsOk;

    /// <summary>What is counted about a comment or about all of them, exact as of now.</summary>
    public async ValueTask<CommentCount> CountedAsync(Spot spot, string about, CancellationToken cancellationToken)
    {
        var read = await records.ListAsync<CommentCount>(Comment.In(spot), SortRange.Prefix(CommentCount.Prefix(about)), Direction.Ascending, new(CommentCount.Parts, null), cancellationToken);
        return read.IsOk(out var parts, out _)
            ? new(parts.Items.Sum(part => part.Likes), parts.Items.Sum(part => part.Replies))
            : throw new InvalidOperationException("A first page has no cursor that could be wrong.");
    }

    private async ValueTask CountAsync(Batch batch, Spot spot, string about, UserId by, int likes, long replies, CancellationToken cancellationToken)
    {
        var id = CommentCount.DocumentId(about, by);
        var part = await records.FindAsync<CommentCount>(Comment.In(spot), id, cancellationToken);
        batch.Save(id, part, new CommentCount((part?.Value.Likes ?? 0) + likes, (part?.Value.Replies ?? 0) + replies), id);
    }

    /// <summary>
    /// What it adds to the number of all: itself, and as many replies as it shows; nothing where a reader can't get to them. A reply adds nothing by itself: written while its comment is being hidden, it
    /// would be taken off with that one, or not.
    /// </summary>
    private static long InAll(Comment? comment) => comment is { ParentId: null, IsListed: true } ? InSight(comment) + comment.Replies : 0;

    private static int InSight(Comment? comment) => comment?.State == CommentState.Visible ? 1 : 0;
}

/// <summary>Off the queue: a comment shows what is counted about it, stands where that puts it, and the number of all changes with it. Reads both as they are now, so any order is fine and again changes nothing.</summary>
public sealed class FollowCommentCount(Talk talk) : IHandle<CommentCounted>
{
    public async ValueTask<Handled> HandleAsync(CommentCounted message, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The comment before its count: where somebody writes a newer count in between, the etag says so.
            if (await talk.FindAsync(message.Spot, message.CommentId, cancellationToken) is not { } before)
                return Handled.Done;
            var count = await talk.CountedAsync(message.Spot, message.CommentId.Value, cancellationToken);
            var after = before.Value with { Likes = count.Likes, Replies = count.Replies };
            if (after == before.Value)
                return Handled.Done;
            if (await talk.SaveAsync(await talk.ChangeAsync(message.Spot, before, after, after.AuthorId, cancellationToken), cancellationToken))
                return Handled.Done;
        }
    }
}
