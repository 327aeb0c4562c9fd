using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation.Text;
using SeriesFunctions.Core.Pricing;
using PriceTiers = SeriesFunctions.Core.Pricing.Tiers;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>
/// What viewers can subscribe to, monthly. <paramref name="Price"/> is what new subscribers pay; those of before keep theirs until they agree to this one.
/// A retired tier takes no new subscribers and keeps those that it has.
/// </summary>
public sealed record Tier(TierId Id, string Name, Money Price, IReadOnlyList<string> Perks, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt = null);

/// <summary>All of a creator's tiers, the offered ones in her order and then the retired ones: document <c>tiers</c> of partition <c>creator|{id}</c>. One document, so that no two requests make one too many.</summary>
[ReadOften]
public sealed record CreatorTiers(UserId CreatorId, IReadOnlyList<Tier> All)
{
    public const string DocumentId = "tiers";

    /// <summary>A document stays small: whoever changes her mind more often than this keeps what is there.</summary>
    public const int MostEver = 60;

    public IReadOnlyList<Tier> Offered => [.. All.Where(tier => tier.RetiredAt is null)];

    public Tier? Find(TierId id) => All.FirstOrDefault(tier => tier.Id == id);
}

/// <summary>What a creator asks for; in a patch, what is null stays.</summary>
public sealed record TierWish(string? Name, Money? Price, IReadOnlyList<string>? Perks);

/// <summary>The rules of tiers, pure. Source: product rules, "Subscription and subscriber-only videos": up to 3, monthly; prices from the series' price tiers.</summary>
public static class TierRules
{
    public const int MostPerks = 10;

    public static Result<CreatorTiers> Add(CreatorTiers before, TierId id, TierWish wish, DateTimeOffset now, SubscriptionsOptions options, PricingOptions pricing, CleanText texts)
    {
        var made = new Tier(id, wish.Name?.Trim() ?? "", wish.Price ?? default, Trimmed(wish.Perks), now);
        if (Check(before, made, pricing, texts) is { } refused)
            return refused;
        if (before.Offered.Count >= options.MostTiers)
            return Problem.Conflict("too-many-tiers", $"A creator offers at most {options.MostTiers} tiers. Retire one first.");
        if (before.All.Count >= CreatorTiers.MostEver)
            return Problem.Conflict("too-many-tiers", "You have retired so many tiers that no further one can be made. Change one that you offer.");
        return before with { All = [.. before.Offered, made, .. Retired(before)] };
    }

    /// <summary>Another price is for new subscribers. The same object where nothing changes.</summary>
    public static Result<CreatorTiers> Change(CreatorTiers before, TierId id, TierWish wish, PricingOptions pricing, CleanText texts)
    {
        if (before.Find(id) is not { } tier)
            return NoSuchTier;
        if (tier.RetiredAt is not null)
            return IsRetired;
        var changed = tier with { Name = wish.Name?.Trim() ?? tier.Name, Price = wish.Price ?? tier.Price, Perks = wish.Perks is null ? tier.Perks : Trimmed(wish.Perks) };
        if (Check(before, changed, pricing, texts) is { } refused)
            return refused;
        return changed with { Perks = tier.Perks } == tier && changed.Perks.SequenceEqual(tier.Perks) ? before : before with { All = [.. before.All.Select(t => t.Id == id ? changed : t)] };
    }

    public static Result<CreatorTiers> Reorder(CreatorTiers before, IReadOnlyList<TierId> order)
    {
        var offered = before.Offered.ToDictionary(tier => tier.Id);
        if (order.Count != offered.Count || order.Distinct().Count() != order.Count || !order.All(offered.ContainsKey))
            return Problem.Invalid([new("tierIds", "not-the-same-tiers", "Name every tier that you offer once, and no other.")]);
        return before with { All = [.. order.Select(id => offered[id]), .. Retired(before)] };
    }

    /// <summary>One that is retired already stays as it is.</summary>
    public static Result<CreatorTiers> Retire(CreatorTiers before, TierId id, DateTimeOffset now) => before.Find(id) switch
    {
        null => NoSuchTier,
        { RetiredAt: not null } => before,
        var tier => before with { All = [.. before.Offered.Where(t => t.Id != id), tier with { RetiredAt = now }, .. Retired(before)] },
    };

    public static readonly Problem NoSuchTier = Problem.NotFound("tier");

    public static readonly Problem IsRetired = Problem.Conflict("tier-retired", "This tier takes no new subscribers any more.");

    public static readonly Problem NotForSale = Problem.Conflict("not-for-sale", "Nobody can subscribe to this creator at the moment.");

    private static Problem? Check(CreatorTiers among, Tier tier, PricingOptions pricing, CleanText texts)
    {
        var checks = new FieldChecks().Line(tier.Name, "name", 40)
            .Must(!among.Offered.Any(other => other.Id != tier.Id && string.Equals(other.Name, tier.Name, StringComparison.OrdinalIgnoreCase)), "name", "name-taken", "Another tier of yours has this name.")
            .Must(tier.Perks.Count <= MostPerks, "perks", "too-many", $"At most {MostPerks} perks.");
        texts.Check(checks, tier.Name, "name");
        for (var i = 0; i < tier.Perks.Count; i++)
        {
            checks.Line(tier.Perks[i], $"perks[{i}]", 100);
            texts.Check(checks, tier.Perks[i], $"perks[{i}]");
        }
        PriceTiers.CheckPrice(checks, tier.Price, pricing);
        return checks.AllGood ? null : checks.Problem;
    }

    private static IEnumerable<Tier> Retired(CreatorTiers tiers) => tiers.All.Where(tier => tier.RetiredAt is not null);

    private static IReadOnlyList<string> Trimmed(IReadOnlyList<string>? perks) => [.. (perks ?? []).Select(perk => perk.Trim())];
}

/// <summary>Reads creators' tiers.</summary>
public sealed class TierRecords(Records records, CreatorRecords creators)
{
    /// <summary>Those that somebody can subscribe to at this moment; none while their creator is not in the programme.</summary>
    public async ValueTask<Stored<CreatorTiers>?> FindOfferedAsync(UserId creator, CancellationToken cancellationToken) =>
        await FindAsync(creator, cancellationToken) is not { } found ? null
        : await creators.StatusAsync(creator, Programme.Subscription, cancellationToken) == ProgrammeStatus.Approved ? new(found.Value with { All = found.Value.Offered }, found.ETag)
        : new(found.Value with { All = [] }, $"{found.ETag}~none");

    public ValueTask<Stored<CreatorTiers>?> FindAsync(UserId creator, CancellationToken cancellationToken) =>
        records.FindAsync<CreatorTiers>(CreatorStanding.In(creator), CreatorTiers.DocumentId, cancellationToken);
}
