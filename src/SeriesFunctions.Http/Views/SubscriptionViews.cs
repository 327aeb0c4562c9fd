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

public sealed record SubscribeBody(string SuccessUrl, string CancelUrl, string? LinkCode = null);

public sealed record ChangeTierRequest(TierId TierId);

/// <summary>The price that the viewer was shown and agrees to.</summary>
public sealed record AgreePriceRequest(Money Price);

public sealed record PortalRequest(string ReturnUrl);

/// <summary>The payment provider's own page; good for a short while.</summary>
public sealed record PortalView(Uri Url);

/// <summary>What counts from the next period on.</summary>
public sealed record NextTermsView(TierId TierId, Money Price);

/// <summary>
/// A subscription. <paramref name="Url"/> is where to pay while it is <c>incomplete</c>, until <paramref name="ExpiresAt"/>. <paramref name="Price"/> is what the viewer agreed to, <paramref name="NewPrice"/>
/// what her tier costs by now where she has not agreed to that, <paramref name="PeriodEnd"/> the end of what is paid, <paramref name="AccessUntil"/> of access as things stand. <paramref name="OnHold"/>: its payment is
/// disputed, and nothing is to be watched. <paramref name="ChangePending"/>: a change is on its way to the payment provider.
/// </summary>
public sealed record SubscriptionView(
    SubscriptionId SubscriptionId, UserId CreatorId, TierId TierId, SubscriptionState State, Money Price, Money? NewPrice, NextTermsView? Next, string? Url, DateTimeOffset? ExpiresAt, DateTimeOffset? PeriodStart,
    DateTimeOffset? PeriodEnd, DateTimeOffset? AccessUntil, bool OnHold, bool ChangePending, string? EndReason, DateTimeOffset? EndedAt, DateTimeOffset CreatedAt)
{
    public static SubscriptionView Of(Subscription subscription, SubscriptionState state, Tier? tier)
    {
        var isOpen = state == SubscriptionState.Incomplete;
        return new(
            subscription.Id, subscription.CreatorId, subscription.Terms.TierId, state, subscription.Terms.Price,
            NewPriceOf(subscription, state, tier),
            subscription.Next is { } next ? new(next.TierId, next.Price) : null, isOpen ? subscription.PayUrl : null, isOpen ? subscription.ExpiresAt : null, subscription.PeriodStart, subscription.PaidUntil,
            subscription.AccessUntil, subscription.OnHold, subscription.Wish is not null || subscription.Renews is not null,
            state == SubscriptionState.Ended ? subscription.EndReason ?? "not-paid" : null, subscription.EndedAt, subscription.CreatedAt);
    }

    /// <summary>Of the tier that she has. What another one is to cost from the next period on says nothing of it.</summary>
    private static Money? NewPriceOf(Subscription subscription, SubscriptionState state, Tier? tier)
    {
        var agreed = subscription.Next is { } next && next.TierId == subscription.Terms.TierId ? next.Price : subscription.Terms.Price;
        return tier is { RetiredAt: null } && tier.Price != agreed && state is not (SubscriptionState.Incomplete or SubscriptionState.Ended) ? tier.Price : null;
    }
}
