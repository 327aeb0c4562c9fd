using System.Text.Json.Serialization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Library;

/// <summary>Why somebody has access. Source: product rules, "Checkout, purchase, access".</summary>
public enum GrantCause
{
    Purchase,
    Gift,
    Subscription,
    Operator,
}

public enum GrantState
{
    Live,

    /// <summary>Its payment is disputed.</summary>
    Suspended,
    Revoked,
}

/// <summary>One change of a grant: to which state, why, who did it (a user's id, or <c>provider</c>, or <c>system</c>), and when. Never changed, never removed.</summary>
public sealed record GrantChange(GrantState State, string? Reason, string By, DateTimeOffset At);

/// <summary>
/// A right to watch, with what it comes from and everything that happened to it. <paramref name="CauseId"/> is the purchase's or the subscription's id where the cause is one. A subscription's has an end,
/// <paramref name="Until"/>, and is for one <paramref name="Tier"/>; the others are for good.
/// </summary>
public sealed record Grant(
    GrantCause Cause, string CauseId, GrantState State, DateTimeOffset Since, string? Reason, IReadOnlyList<GrantChange>? Changes = null, DateTimeOffset? Until = null, TierId? Tier = null)
{
    /// <summary>The clock decides: nobody needs to take away what has run out.</summary>
    public bool IsLiveAt(DateTimeOffset now) => State == GrantState.Live && (Until is null || now < Until);

    /// <summary>Oldest first. A grant of before changes were kept shows its present state alone.</summary>
    [JsonIgnore]
    public IReadOnlyList<GrantChange> History => Changes ?? [new(State, Reason, "system", Since)];

    /// <summary>
    /// When it was first live. What was suspended or given back and is live again is the same purchase; an operator has one grant for a series, and what she took away and gives again begins then.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset Began =>
        History.SkipWhile((_, i) => Cause == GrantCause.Operator && History.Skip(i).Any(change => change.State == GrantState.Revoked)).FirstOrDefault(change => change.State == GrantState.Live)?.At ?? Since;
}

/// <summary>
/// All of a viewer's grants for one series: document <c>access|{seriesId}</c> of partition <c>viewer|{viewer}</c>. A playback decision is one point read of it;
/// sorted by <c>library|…</c> it is also a line in the viewer's library for as long as a grant is live.
/// </summary>
[ReadOften]
public sealed record Access(SeriesId SeriesId, UserId ViewerId, IReadOnlyList<Grant> Grants, DateTimeOffset FirstGrantedAt)
{
    public static Partition In(UserId viewer) => new($"viewer|{viewer}");

    public static string DocumentId(SeriesId id) => $"access|{id}";

    public bool IsLive => Grants.Any(grant => grant.State == GrantState.Live);

    /// <summary>A live grant of hers is older than that: she had the series then, and has it.</summary>
    public bool HadAt(DateTimeOffset at) => Grants.Any(grant => grant.State == GrantState.Live && grant.Began < at);

    public string? Sort => IsLive ? $"library|{CatalogLists.Time(FirstGrantedAt)}|{SeriesId}" : null;

    /// <summary>The grant of a cause gets a state; a cause that is new here gets a grant. The same again changes nothing.</summary>
    public static Access Set(Access? before, UserId viewer, SeriesId series, GrantCause cause, string causeId, GrantState state, string? reason, DateTimeOffset now, string by = "system")
    {
        var access = before ?? new(series, viewer, [], now);
        var grant = access.Grants.FirstOrDefault(g => g.Cause == cause && g.CauseId == causeId);
        if (grant?.State == state)
            return access;
        var changed = new Grant(cause, causeId, state, now, reason, [.. grant?.History ?? [], new(state, reason, by, now)]);
        return access with { Grants = grant is null ? [.. access.Grants, changed] : [.. access.Grants.Select(g => g == grant ? changed : g)] };
    }
}

/// <summary>Somebody with a live grant, as the series knows her: document <c>buyer|{viewer}</c> of the series' partition.</summary>
public sealed record Buyer(UserId ViewerId, DateTimeOffset Since)
{
    public static string DocumentId(UserId viewer) => $"buyer|{viewer}";
}
