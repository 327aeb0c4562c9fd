using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>What a month costs in which tier.</summary>
public sealed record SubscriptionTerms(TierId TierId, Money Price);

/// <summary>
/// What the viewer asked for and the provider has not confirmed yet. <paramref name="Key"/> is the provider's idempotency key; <paramref name="Title"/> is the tier's name;
/// <paramref name="AtOnce"/>: with proration, now; else from the next period on.
/// </summary>
public sealed record TermsWish(string Key, SubscriptionTerms Terms, string Title, bool AtOnce, DateTimeOffset At);

/// <summary>
/// A viewer's subscription to one of a creator's tiers: document <c>subscription|{id}</c> of partition <c>viewer|{viewer}</c>. <paramref name="State"/> moves by <see cref="SubscriptionMachine"/>.
/// <paramref name="Terms"/> is what she has, <paramref name="Next"/> what counts from the next period on where that is another. <paramref name="PaidUntil"/> is the end of what was paid,
/// <paramref name="AccessUntil"/> the end of access by the table; neither needs a timer. <paramref name="Renews"/> and <paramref name="Wish"/> are what the provider was not told yet: null once it was.
/// <paramref name="FirstPaidAt"/> is when she became a subscriber; null while no payment of hers was kept. <paramref name="LookAt"/> is when somebody looks at it again, whatever was told meanwhile.
/// <paramref name="ErasedAt"/>: its viewer was erased since; it is in no list.
/// </summary>
public sealed record Subscription(
    SubscriptionId Id,
    UserId ViewerId,
    UserId CreatorId,
    SubscriptionTerms Terms,
    string Title,
    string? LinkCode,
    string SuccessUrl,
    string CancelUrl,
    SubscriptionState State,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset LookAt,
    string? SessionId = null,
    string? PayUrl = null,
    string? ProviderId = null,
    DateTimeOffset? PeriodStart = null,
    DateTimeOffset? PaidUntil = null,
    DateTimeOffset? AccessUntil = null,
    SubscriptionTerms? Next = null,
    bool? Renews = null,
    TermsWish? Wish = null,
    bool OnHold = false,
    DateTimeOffset? EndedAt = null,
    string? EndReason = null,
    DateTimeOffset? FirstPaidAt = null,
    DateTimeOffset? ErasedAt = null)
{
    public static Partition In(UserId viewer) => new($"viewer|{viewer}");

    public static string DocumentId(SubscriptionId id) => $"subscription|{id}";

    public string? Sort => ErasedAt is null ? DocumentId(Id) : null;

    /// <summary>By a cause of the table, and by no other way.</summary>
    public Subscription Moved(SubscriptionCause cause) => this with { State = SubscriptionMachine.Next(State, cause) };

    /// <summary>The clock decides what is over; nobody's message is waited for. A payment page that is past its time is as good as closed.</summary>
    public SubscriptionState StateAt(DateTimeOffset now) => State switch
    {
        SubscriptionState.Incomplete => now >= ExpiresAt ? SubscriptionState.Ended : State,
        SubscriptionState.Ended => State,
        _ => now >= AccessUntil ? SubscriptionState.Ended : State,
    };
}

/// <summary>
/// The one subscription of a viewer to a creator that is open or running, or was last: document <c>subscribed|{creatorId}</c> of the viewer's partition. Whoever is not named here is a second one.
/// </summary>
public sealed record Subscribed(SubscriptionId SubscriptionId)
{
    public static string DocumentId(UserId creator) => $"subscribed|{creator}";
}

/// <summary>A subscription is to be looked at, whatever the provider has told: its page's time is over, its period should have been renewed, its grace is over.</summary>
public sealed record SubscriptionDue(SubscriptionId SubscriptionId, UserId ViewerId) : IEvent
{
    public static string Name => "subscription-due";

    public static int Version => 1;
}

/// <summary>A subscription came into another state: for whoever counts or tells. <paramref name="Reason"/> is why it ended.</summary>
public sealed record SubscriptionMoved(SubscriptionId SubscriptionId, UserId ViewerId, UserId CreatorId, TierId TierId, SubscriptionState From, SubscriptionState To, string? Reason, DateTimeOffset At) : IEvent
{
    public static string Name => "subscription-moved";

    public static int Version => 1;
}

/// <summary>The provider is to be told what a viewer wants, or to end what is over here. Carries no wish: what counts is what the record says when it is handled.</summary>
public sealed record SubscriptionToTell(SubscriptionId SubscriptionId, UserId ViewerId, int Try = 0, DateTimeOffset? Since = null) : IEvent
{
    public static string Name => "subscription-to-tell";

    public static int Version => 1;
}
