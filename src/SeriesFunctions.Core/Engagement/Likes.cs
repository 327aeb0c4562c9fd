using System.Globalization;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Engagement;

/// <summary>Somebody likes a video: document <c>like|{viewer}</c> of her shard of the video's likes.</summary>
public sealed record Like(DateTimeOffset Since)
{
    /// <summary>Likes of one video are spread over so many partitions, by who likes. Changing it would lose those that are there.</summary>
    public const int Shards = 8;

    public static string DocumentId(UserId viewer) => $"like|{viewer}";

    public static Partition In(Spot spot, UserId viewer) => Shard(spot, Spread.Of(viewer.Value, Shards));

    public static Partition Shard(Spot spot, int shard) => new(string.Create(CultureInfo.InvariantCulture, $"likes|{spot.Key}|{shard}"));
}

/// <summary>How many like documents there are in a shard: document <c>count</c> of it, written in the same batch as they are.</summary>
public sealed record LikeCount(long Count)
{
    public const string DocumentId = "count";
}

/// <summary>Spreads what would otherwise be written to one place.</summary>
internal static class Spread
{
    /// <summary>FNV-1a: the same on every machine, for good.</summary>
    public static int Of(string text, int places)
    {
        var hash = 2166136261u;
        foreach (var c in text)
            hash = (hash ^ c) * 16777619u;
        return (int)(hash % (uint)places);
    }
}

/// <summary>
/// Likes of videos. A like and the count of its shard change in one batch, so the sum of the shards is the number of likes at every instant, whatever crashes; and of two people who like at
/// once seven in eight don't meet. See docs/adr/0043.
/// </summary>
public sealed class Likes(Records records, Audience audience, TimeProvider clock)
{
    /// <summary>Doing it again changes nothing. Taking a like back needs no access: what somebody gave, she may take.</summary>
    public async ValueTask<Result<Done>> SetAsync(Spot spot, UserId viewer, bool liked, CancellationToken cancellationToken)
    {
        if (liked && (await audience.AdmitWriterAsync(spot, viewer, cancellationToken)).Problem is { } refused)
            return refused;
        var partition = Like.In(spot, viewer);
        var id = Like.DocumentId(viewer);
        while (true)
        {
            var like = await records.FindAsync<Like>(partition, id, cancellationToken);
            // Where there is none to take: of a video that isn't there, or is not hers to know of, there is none either.
            if (like is not null == liked)
                return !liked && (await audience.AdmitAsync(spot, viewer, cancellationToken)).Problem is { Kind: ProblemKind.NotFound } missing ? missing : Done.Value;
            var count = await records.FindAsync<LikeCount>(partition, LikeCount.DocumentId, cancellationToken);
            var batch = new Batch(partition).Save(LikeCount.DocumentId, count, new LikeCount((count?.Value.Count ?? 0) + (liked ? 1 : -1)));
            if (like is null)
                batch.Create(id, new Like(clock.GetUtcNow()));
            else
                batch.Delete(id, like.ETag);
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return Done.Value;
        }
    }

    public async ValueTask<bool> LikesAsync(Spot spot, UserId viewer, CancellationToken cancellationToken) =>
        await records.FindAsync<Like>(Like.In(spot, viewer), Like.DocumentId(viewer), cancellationToken) is not null;

    public async ValueTask<long> CountAsync(Spot spot, CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, Like.Shards).Select(shard =>
            records.FindAsync<LikeCount>(Like.Shard(spot, shard), LikeCount.DocumentId, cancellationToken).AsTask()));
        return counts.Sum(count => count?.Value.Count ?? 0);
    }
}
