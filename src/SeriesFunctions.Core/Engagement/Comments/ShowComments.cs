using System.Globalization;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Engagement;

public enum CommentOrder
{
    Newest,

    /// <summary>By likes and replies.</summary>
    Top,

    /// <summary>Those that the creator took out of sight, newest first; for her alone.</summary>
    Hidden,
}

/// <summary>A comment as one reader sees it.</summary>
public sealed record CommentSeen(Comment Comment, bool Liked, bool ByCreator);

/// <summary>Somebody reads comments: those with access, without those of people whom she has blocked. A page may be shorter for that and still have a next one.</summary>
public sealed class ShowComments(Records records, Talk talk, Audience audience, BlockList blocks)
{
    /// <summary>A page of which nothing is left is followed by the next so many times before it is answered empty. Source: ours.</summary>
    private const int MostEmptyReads = 5;

    /// <summary>What a cursor of the order by worth begins with.</summary>
    private const string TopCursor = "top:";

    /// <summary>What an edit is checked against: the text, not who liked it.</summary>
    public static string ETag(Comment comment) => comment.Version.ToString(CultureInfo.InvariantCulture);

    public async ValueTask<Result<RecordPage<CommentSeen>>> PageAsync(Spot spot, UserId reader, CommentOrder order, PageRequest page, CancellationToken cancellationToken)
    {
        if (!(await audience.AdmitAsync(spot, reader, cancellationToken)).IsOk(out var seat, out var problem))
            return problem;
        if (order == CommentOrder.Hidden && !seat.IsCreator)
            return Problem.Forbidden("not-the-owner", "Only the creator of this video reads what she has hidden.");
        var prefix = order switch
        {
            CommentOrder.Newest => Comment.NewestPrefix,
            CommentOrder.Top => Comment.ListedPrefix,
            CommentOrder.Hidden => Comment.HiddenPrefix,
            _ => throw new ArgumentOutOfRangeException(nameof(order)),
        };
        if (order != CommentOrder.Top)
            return await ReadAsync(seat, prefix, Direction.Descending, page, cancellationToken);
        // By worth is everything by time, too, so the store would take a cursor of that order for one of this.
        if (page.Cursor?.StartsWith(TopCursor, StringComparison.Ordinal) == false)
            return PageRequest.ForeignCursor;
        return (await ReadAsync(seat, prefix, Direction.Descending, page with { Cursor = page.Cursor?[TopCursor.Length..] }, cancellationToken)).IsOk(out var read, out problem)
            ? read with { Cursor = read.Cursor is null ? null : TopCursor + read.Cursor }
            : problem;
    }

    /// <summary>Oldest first.</summary>
    public async ValueTask<Result<RecordPage<CommentSeen>>> RepliesAsync(Spot spot, CommentId parent, UserId reader, PageRequest page, CancellationToken cancellationToken)
    {
        if (!(await audience.AdmitAsync(spot, reader, cancellationToken)).IsOk(out var seat, out var problem))
            return problem;
        return await talk.FindAsync(spot, parent, cancellationToken) is { Value: { IsListed: true, ParentId: null } }
            ? await ReadAsync(seat, Comment.RepliesPrefix(parent), Direction.Ascending, page, cancellationToken)
            : Problem.NotFound("comment");
    }

    /// <summary>One comment. Its author sees it also when it is held or hidden, and when her access has ended; the creator when it is hidden.</summary>
    public async ValueTask<Result<CommentSeen>> OneAsync(Spot spot, CommentId id, UserId reader, CancellationToken cancellationToken)
    {
        var found = (await talk.FindAsync(spot, id, cancellationToken))?.Value;
        var isAuthor = found?.AuthorId == reader && found.State is CommentState.Visible or CommentState.Held or CommentState.Hidden;
        var admitted = await audience.AdmitAsync(spot, reader, cancellationToken);
        if (!admitted.IsOk(out var seat, out var problem) && !isAuthor)
            return problem;
        if (found is null || !isAuthor && found.State != CommentState.Visible && !(found.State == CommentState.Hidden && seat!.IsCreator))
            return Problem.NotFound("comment");
        return new CommentSeen(found, (await LikedAsync(spot, reader, cancellationToken)).Contains(id), seat?.CreatorId == found.AuthorId);
    }

    private async ValueTask<Result<RecordPage<CommentSeen>>> ReadAsync(Seat seat, string prefix, Direction direction, PageRequest page, CancellationToken cancellationToken)
    {
        var inBothOrders = prefix == Comment.ListedPrefix;
        IReadOnlyList<CommentId>? liked = null;
        Blocks? unwanted = null;
        for (var round = 1; ; round++)
        {
            var read = await records.ListAsync<Comment>(Comment.In(seat.Spot), SortRange.Prefix(prefix), direction, page, cancellationToken);
            if (!read.IsOk(out var found, out var problem))
                return problem;
            if (found.Items.Count == 0)
                return new RecordPage<CommentSeen>([], found.Cursor);
            liked ??= await LikedAsync(seat.Spot, seat.UserId, cancellationToken);
            unwanted ??= await blocks.OfAsync(seat.UserId, cancellationToken);
            var seen = new List<CommentSeen>(found.Items.Count);
            foreach (var comment in found.Items)
            {
                // By worth, what stands out was there before, as its copy.
                if (!(inBothOrders && comment is { ByWorth: false, StandsOut: true }) && !unwanted.Has(comment.AuthorId))
                    seen.Add(new(comment, liked.Contains(comment.Id), comment.AuthorId == seat.CreatorId));
            }
            if (seen.Count > 0 || found.Cursor is null || round == MostEmptyReads)
                return new RecordPage<CommentSeen>(seen, found.Cursor);
            page = page with { Cursor = found.Cursor };
        }
    }

    private async ValueTask<IReadOnlyList<CommentId>> LikedAsync(Spot spot, UserId reader, CancellationToken cancellationToken) =>
        (await records.FindAsync<LikedComments>(Comment.In(spot), LikedComments.DocumentId(reader), cancellationToken))?.Value.Ids ?? [];
}
