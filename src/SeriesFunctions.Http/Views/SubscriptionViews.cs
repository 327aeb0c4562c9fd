using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Http.Views;

public sealed record TierRequest(string Name, Money Price, IReadOnlyList<string>? Perks = null);

/// <summary>A merge patch.</summary>
public sealed record PatchTierRequest(string? Name = null, Money? Price = null, IReadOnlyList<string>? Perks = null);

/// <summary>Every tier that is offered, once.</summary>
public sealed record ReorderTiersRequest(IReadOnlyList<string> TierIds);

/// <summary>A tier; <paramref name="Price"/> is a month's, for new subscribers. A retired one takes none.</summary>
public sealed record TierView(TierId TierId, UserId CreatorId, string Name, Money Price, IReadOnlyList<string> Perks, bool Retired)
{
    public static TierView Of(UserId creator, Tier tier) => new(tier.Id, creator, tier.Name, tier.Price, tier.Perks, tier.RetiredAt is not null);
}
