using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation.Text;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>A tier among all of its creator's; <see cref="Stored{T}.ETag"/> is that of them all.</summary>
public sealed record TierSeen(Stored<CreatorTiers> Tiers, Tier Tier);

/// <summary>A creator in the subscription programme makes, changes, orders and retires her tiers.</summary>
public sealed class SetTiers(
    Records records, TierRecords tiers, CreatorRecords creators, IdempotencyClaims claims, CleanText texts, TimeProvider clock, SubscriptionsOptions options, PricingOptions pricing)
{
    /// <summary>The same key gives the same tier.</summary>
    public async ValueTask<Result<TierSeen>> AddAsync(UserId creator, TierWish wish, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (await creators.MayOfferSubscriptionsAsync(creator, cancellationToken) is { } refused)
            return refused;
        var id = key.ClaimedId;
        while (true)
        {
            var stored = await tiers.FindAsync(creator, cancellationToken);
            var before = stored?.Value ?? new(creator, []);
            if (id is not null && before.Find(new(id)) is { } earlier)
                return new TierSeen(stored!, earlier);
            var now = clock.GetUtcNow();
            if (!TierRules.Add(before, new(id ?? Ids.New("tie", now)), wish, now, options, pricing, texts).IsOk(out var after, out var problem)
                || !(await claims.ClaimAsync(key, id ?? after.Offered[^1].Id.Value, cancellationToken)).IsOk(out var claimed, out problem))
                return problem;
            if (claimed != after.Offered[^1].Id.Value)
            {
                // The same request twice at once: both make the same tier, and one of them is first.
                id = claimed;
                continue;
            }
            id = claimed;
            if (await SaveAsync(creator, stored, after, cancellationToken) is { } saved)
            {
                Telemetry.Count("tier-added");
                return new TierSeen(saved, saved.Value.Find(new(claimed))!);
            }
        }
    }

    public async ValueTask<Result<TierSeen>> ChangeAsync(UserId creator, TierId id, TierWish wish, string etag, CancellationToken cancellationToken) =>
        (await ChangeAsync(creator, etag, before => TierRules.Change(before, id, wish, pricing, texts), cancellationToken)).IsOk(out var saved, out var problem)
            ? new TierSeen(saved, saved.Value.Find(id)!)
            : problem;

    public ValueTask<Result<Stored<CreatorTiers>>> ReorderAsync(UserId creator, IReadOnlyList<TierId> order, string etag, CancellationToken cancellationToken) =>
        ChangeAsync(creator, etag, before => TierRules.Reorder(before, order), cancellationToken);

    public ValueTask<Result<Stored<CreatorTiers>>> RetireAsync(UserId creator, TierId id, string etag, CancellationToken cancellationToken) =>
        ChangeAsync(creator, etag, before => TierRules.Retire(before, id, clock.GetUtcNow()), cancellationToken);

    private async ValueTask<Result<Stored<CreatorTiers>>> ChangeAsync(UserId creator, string etag, Func<CreatorTiers, Result<CreatorTiers>> change, CancellationToken cancellationToken)
    {
        if (await tiers.FindAsync(creator, cancellationToken) is not { } stored)
            return TierRules.NoSuchTier;
        if (!change(stored.Value).IsOk(out var after, out var problem))
            return problem;
        if (stored.ETag != etag)
            return Problem.Stale;
        if (ReferenceEquals(after, stored.Value))
            return stored;
        return await SaveAsync(creator, stored, after, cancellationToken) is { } saved ? saved : Problem.Stale;
    }

    private async ValueTask<Stored<CreatorTiers>?> SaveAsync(UserId creator, Stored<CreatorTiers>? before, CreatorTiers after, CancellationToken cancellationToken)
    {
        var outcome = await records.SaveAsync(new Batch(CreatorStanding.In(creator)).Save(CreatorTiers.DocumentId, before, after), cancellationToken);
        return outcome.IsOk ? new(after, outcome.ETags[0]!) : null;
    }
}
