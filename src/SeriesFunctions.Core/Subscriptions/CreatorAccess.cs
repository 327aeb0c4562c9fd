using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>
/// All of a viewer's grants for what a creator makes for subscribers: document <c>access|creator|{creatorId}</c> of partition <c>viewer|{viewer}</c>. Who may watch is one point read of it and the
/// clock: a grant says its tier and its end.
/// </summary>
[ReadOften]
public sealed record CreatorAccess(UserId CreatorId, UserId ViewerId, IReadOnlyList<Grant> Grants)
{
    /// <summary>So many subscriptions of before are remembered.</summary>
    private const int MostGrants = 12;

    public static Partition In(UserId viewer) => new($"viewer|{viewer}");

    public static string DocumentId(UserId creator) => $"access|creator|{creator}";

    /// <summary>The tiers whose videos she may watch at this instant.</summary>
    public IReadOnlyList<TierId> TiersAt(DateTimeOffset now) => [.. Grants.Where(grant => grant.IsLiveAt(now) && grant.Tier is not null).Select(grant => grant.Tier!.Value).Distinct()];

    /// <summary>Since when she has had what now lets her watch videos of one of these tiers; null: nothing does.</summary>
    public DateTimeOffset? SinceAt(DateTimeOffset now, IReadOnlyList<TierId> tiers) =>
        Grants.Where(grant => grant.IsLiveAt(now) && grant.Tier is { } tier && tiers.Contains(tier)).Select(grant => (DateTimeOffset?)grant.History[0].At).Min();

    /// <summary>The grant of a subscription gets a state, an end and a tier. The same again changes nothing.</summary>
    public static CreatorAccess Set(
        CreatorAccess? before, Subscription subscription, GrantState state, string? reason, DateTimeOffset now, string by)
    {
        var access = before ?? new(subscription.CreatorId, subscription.ViewerId, []);
        var known = access.Grants.FirstOrDefault(grant => grant.Cause == GrantCause.Subscription && grant.CauseId == subscription.Id.Value);
        var grant = known?.State == state ? known : new(GrantCause.Subscription, subscription.Id.Value, state, now, reason, [.. known?.History ?? [], new(state, reason, by, now)]);
        grant = grant with { Until = subscription.AccessUntil, Tier = subscription.Terms.TierId };
        if (grant == known)
            return access;
        return access with { Grants = known is null ? [.. access.Grants.TakeLast(MostGrants - 1), grant] : [.. access.Grants.Select(g => g == known ? grant : g)] };
    }
}
