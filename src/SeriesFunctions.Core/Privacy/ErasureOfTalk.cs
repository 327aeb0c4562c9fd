using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Moderation;

namespace SeriesFunctions.Core.Privacy;

/// <summary>What somebody said of videos and series: each word is taken back as she would herself, so that everything that is counted stays exact. A comment's place stays, as replies hang on it.</summary>
internal sealed class ErasureOfTalk(
    Records records, ErasureWalk walk, Spots spots, Likes likes, Ratings ratings, LikeComment liking, Talk talk)
{
    private const int MostAttempts = 20;

    /// <summary>At what she has or had access to.</summary>
    public ValueTask<ErasurePlace?> OfOthersAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) => EachAsync(turn, Access.In(turn.User), "access|", at, cancellationToken);

    /// <summary>At her own series, and at her own videos for subscribers.</summary>
    public ValueTask<ErasurePlace?> OfOwnAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) => EachAsync(turn, CreatorStanding.In(turn.User), "", at, cancellationToken);

    /// <summary>One document may lead to more than a turn's work; then the place is within it.</summary>
    private async ValueTask<ErasurePlace?> EachAsync(ErasureTurn turn, Partition partition, string prefix, ErasurePlace at, CancellationToken cancellationToken)
    {
        await foreach (var document in records.ScanAsync(partition, prefix, at.After, cancellationToken))
        {
            if (turn.IsOver)
                return at;
            foreach (var series in await spots.BehindAsync(document, PersonalData.Of(partition, document.Id), cancellationToken))
            {
                at = await SeriesAsync(turn, series, at, cancellationToken);
                if (turn.IsOver)
                    return at;
            }
            turn.Spend();
            at = new(at.Step, document.Id);
        }
        return null;
    }

    private async ValueTask<ErasurePlace> SeriesAsync(ErasureTurn turn, SeriesId id, ErasurePlace at, CancellationToken cancellationToken)
    {
        if (at.Spot is null && await records.FindAsync<Rating>(Rating.In(id), Rating.DocumentId(turn.User), cancellationToken) is { } rating
            && (await ratings.DeleteAsync(id, turn.User, rating.ETag, cancellationToken)).Problem is null)
            turn.Count(typeof(Rating), Fate.Deleted);
        foreach (var spot in await spots.OfAsync(id, cancellationToken))
        {
            var order = string.CompareOrdinal(spot.Key, at.Spot);
            if (at.Spot is not null && (order < 0 || order == 0 && at.Inner is null))
                continue;
            if (order != 0 || at.Inner is null)
                at = at with { Spot = spot.Key, Inner = "comment|" };
            at = await SpotAsync(turn, spot, at, cancellationToken);
            turn.Spend();
            if (at.Inner is not null || turn.IsOver)
                break;
        }
        return at;
    }

    private async ValueTask<ErasurePlace> SpotAsync(ErasureTurn turn, Spot spot, ErasurePlace at, CancellationToken cancellationToken)
    {
        if (await likes.LikesAsync(spot, turn.User, cancellationToken) && (await likes.SetAsync(spot, turn.User, liked: false, cancellationToken)).Problem is null)
            turn.Count(typeof(Like), Fate.Deleted);
        if (await records.FindAsync<LikedComments>(Comment.In(spot), LikedComments.DocumentId(turn.User), cancellationToken) is { } liked)
        {
            // One whose comment is gone is counted nowhere any more.
            foreach (var comment in liked.Value.Ids)
                _ = await liking.SetAsync(spot, comment, turn.User, liked: false, cancellationToken);
            turn.Spend(liked.Value.Ids.Count);
            await walk.DropAsync<LikedComments>(turn, Comment.In(spot), LikedComments.DocumentId(turn.User), cancellationToken);
        }
        await foreach (var document in records.ScanAsync(Comment.In(spot), "comment|", at.Inner, cancellationToken))
        {
            if (turn.IsOver)
                return at;
            var comment = Records.Read<Comment>(document);
            if (comment.AuthorId == turn.User)
                await ForgetAsync(turn, spot, comment.Id, cancellationToken);
            if (turn.Waits)
                return at;
            turn.Spend();
            at = at with { Inner = document.Id };
        }
        return at with { Inner = null };
    }

    /// <summary>Cases first, which are found by the comment.</summary>
    private async ValueTask ForgetAsync(ErasureTurn turn, Spot spot, CommentId id, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var about = Case.IdOfComment(new(spot.Of), id, round);
            var blanking = await walk.BlankAsync<Case>(turn, Case.In(about), Case.DocumentId(about), Blanks.OfComment, after => after.Sort, cancellationToken);
            if (blanking == Blanking.Missing)
                break;
            turn.CountUnnamed(typeof(Case), blanking);
            var appeal = Case.IdOfAppeal(about);
            turn.CountUnnamed(typeof(Case), await walk.BlankAsync<Case>(turn, Case.In(appeal), Case.DocumentId(appeal), Blanks.OfComment, after => after.Sort, cancellationToken));
        }
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            if (await talk.FindAsync(spot, id, cancellationToken) is not { } before || before.Value.AuthorId != turn.User)
                return;
            var after = before.Value with
            {
                AuthorId = UserId.Erased,
                Text = "",
                State = CommentState.Deleted,
                Version = before.Value.Version + 1,
                Pinned = false,
                // Nobody can give back what is not there.
                Removed = null,
                Request = null,
            };
            if (!await talk.SaveAsync(await talk.ChangeAsync(spot, before, after, turn.User, cancellationToken), cancellationToken))
                continue;
            turn.CountUnnamed(typeof(Comment), Blanking.Now);
            return;
        }
        turn.Waits = true;
    }
}
