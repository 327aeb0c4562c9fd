using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Engagement;

/// <summary>Somebody who was blocked, and since when.</summary>
public sealed record Block(UserId UserId, DateTimeOffset Since);

/// <summary>Whom somebody has blocked, newest first: document <c>blocks</c> of partition <c>viewer|{id}</c>. One document, so that whether somebody is blocked is one point read.</summary>
[ReadOften]
public sealed record Blocks(IReadOnlyList<Block> Users)
{
    public const string DocumentId = "blocks";

    /// <summary>Source: ours; keeps the document small enough to be read with every comment.</summary>
    public const int Most = 500;

    public static readonly Blocks None = new([]);

    public static Partition In(UserId owner) => new($"viewer|{owner}");

    public bool Has(UserId user) => Users.Any(block => block.UserId == user);
}

/// <summary>
/// Blocked users: whom a creator has blocked can't like, comment or reply on her videos, whom anybody has blocked can't reply to her, and nobody sees comments of those whom she has blocked.
/// What was written before stays until the creator hides it. Doing either again changes nothing.
/// </summary>
public sealed class BlockList(Records records, TimeProvider clock)
{
    public static readonly Problem Blocked = Problem.Forbidden("blocked", "You can't write here.");

    public async ValueTask<Blocks> OfAsync(UserId owner, CancellationToken cancellationToken) => (await FindAsync(owner, cancellationToken))?.Value ?? Blocks.None;

    public async ValueTask<bool> HasBlockedAsync(UserId owner, UserId user, CancellationToken cancellationToken) => (await OfAsync(owner, cancellationToken)).Has(user);

    public async ValueTask<Result<Done>> SetAsync(UserId owner, UserId user, bool blocked, CancellationToken cancellationToken)
    {
        if (owner == user)
            return Problem.Conflict("own-account", "Nobody blocks herself.");
        while (true)
        {
            var stored = await FindAsync(owner, cancellationToken);
            var before = stored?.Value ?? Blocks.None;
            if (before.Has(user) == blocked)
                return Done.Value;
            if (blocked && before.Users.Count >= Blocks.Most)
                return Problem.Conflict("too-many-blocks", $"At most {Blocks.Most} people can be blocked.");
            var after = new Blocks(blocked ? [new(user, clock.GetUtcNow()), .. before.Users] : [.. before.Users.Where(block => block.UserId != user)]);
            if ((await records.SaveAsync(new Batch(Blocks.In(owner)).Save(Blocks.DocumentId, stored, after), cancellationToken)).IsOk)
                return Done.Value;
        }
    }

    private ValueTask<Stored<Blocks>?> FindAsync(UserId owner, CancellationToken cancellationToken) =>
        records.FindAsync<Blocks>(Blocks.In(owner), Blocks.DocumentId, cancellationToken);
}
