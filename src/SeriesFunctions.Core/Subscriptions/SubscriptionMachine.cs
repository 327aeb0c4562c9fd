namespace SeriesFunctions.Core.Subscriptions;

/// <summary>Where a subscription is, as clients see it.</summary>
public enum SubscriptionState
{
    /// <summary>The payment page is open.</summary>
    Incomplete,
    Active,

    /// <summary>The next period could not be charged.</summary>
    PastDue,

    /// <summary>It is not renewed.</summary>
    Cancelling,
    Ended,
}

/// <summary>Why a subscription moves.</summary>
public enum SubscriptionCause
{
    /// <summary>A viewer asked for it.</summary>
    Started,

    /// <summary>The first period is paid.</summary>
    FirstPaid,

    /// <summary>Nobody paid: the page was refused, its time is over, or the viewer started again with another tier.</summary>
    NotPaid,

    /// <summary>The first payment came in and can't be kept: it goes back in full.</summary>
    PaymentReturned,

    /// <summary>The next period could not be charged.</summary>
    RenewalFailed,

    /// <summary>What was open is paid.</summary>
    Recovered,

    /// <summary>The viewer does not want another period.</summary>
    CancelAsked,

    /// <summary>She does after all.</summary>
    Resumed,

    /// <summary>Nothing was paid until the grace was over.</summary>
    GraceOver,

    /// <summary>The last period that was wanted is over.</summary>
    PeriodOver,

    /// <summary>All of the money for the present period went back, or a dispute about it was lost.</summary>
    MoneyGone,

    /// <summary>The provider has ended it by itself.</summary>
    EndedAtProvider,
}

/// <summary>One row of the table. <paramref name="From"/> is null where a subscription begins. <paramref name="Effect"/> is what it means for the viewer, in a sentence.</summary>
public sealed record SubscriptionTransition(SubscriptionState? From, SubscriptionCause Cause, SubscriptionState To, string Effect);

/// <summary>
/// Every way that a subscription can go, and until when each state gives access, as one table: whoever writes a state asks it, and docs/subscriptions.md is drawn from it. What is not in it is a bug
/// and throws. Source: product rules, "Subscription and subscriber-only videos".
/// </summary>
public static class SubscriptionMachine
{
    public static readonly IReadOnlyList<SubscriptionTransition> Table =
    [
        new(null, SubscriptionCause.Started, SubscriptionState.Incomplete, "The price is promised and the viewer is sent to the payment page; one a viewer and creator."),
        new(SubscriptionState.Incomplete, SubscriptionCause.FirstPaid, SubscriptionState.Active, "Access; purchase and ledger, for this period as for every one that follows."),
        new(SubscriptionState.Incomplete, SubscriptionCause.NotPaid, SubscriptionState.Ended, "The page is closed at the provider first; nothing was charged."),
        new(SubscriptionState.Incomplete, SubscriptionCause.PaymentReturned, SubscriptionState.Ended, "A second subscription to the same creator, a wrong amount: all of it goes back at once and the provider renews nothing."),
        new(SubscriptionState.Active, SubscriptionCause.RenewalFailed, SubscriptionState.PastDue, "Access goes on for the grace; the viewer puts her card right on the provider's pages."),
        new(SubscriptionState.Active, SubscriptionCause.CancelAsked, SubscriptionState.Cancelling, "Access until the end of what is paid; the provider renews nothing."),
        new(SubscriptionState.Active, SubscriptionCause.MoneyGone, SubscriptionState.Ended, "Access ends at once."),
        new(SubscriptionState.Active, SubscriptionCause.GraceOver, SubscriptionState.Ended, "Neither a payment nor its failure was told of; asked, the provider knew of no payment."),
        new(SubscriptionState.Active, SubscriptionCause.EndedAtProvider, SubscriptionState.Ended, "Access ends when it ended there."),
        new(SubscriptionState.PastDue, SubscriptionCause.Recovered, SubscriptionState.Active, "The period is paid after all, from its beginning."),
        new(SubscriptionState.PastDue, SubscriptionCause.CancelAsked, SubscriptionState.Ended, "There is nothing paid that she could use up: access ends at once and the provider stops asking for money."),
        new(SubscriptionState.PastDue, SubscriptionCause.GraceOver, SubscriptionState.Ended, "Access is over; the provider stops asking for money."),
        new(SubscriptionState.PastDue, SubscriptionCause.MoneyGone, SubscriptionState.Ended, "Access ends at once."),
        new(SubscriptionState.PastDue, SubscriptionCause.EndedAtProvider, SubscriptionState.Ended, "Access ends when it ended there."),
        new(SubscriptionState.Cancelling, SubscriptionCause.Resumed, SubscriptionState.Active, "It is renewed as if nothing had been said."),
        new(SubscriptionState.Cancelling, SubscriptionCause.PeriodOver, SubscriptionState.Ended, "Access is over."),
        new(SubscriptionState.Cancelling, SubscriptionCause.MoneyGone, SubscriptionState.Ended, "Access ends at once."),
        new(SubscriptionState.Cancelling, SubscriptionCause.EndedAtProvider, SubscriptionState.Ended, "Access ends when it ended there."),
    ];

    private static readonly Dictionary<(SubscriptionState?, SubscriptionCause), SubscriptionState> Moves = Table.ToDictionary(row => (row.From, row.Cause), row => row.To);

    /// <summary>Where a subscription goes from here. Throws for a way that does not exist.</summary>
    public static SubscriptionState Next(SubscriptionState? from, SubscriptionCause cause) => Moves.TryGetValue((from, cause), out var to)
        ? to
        : throw new InvalidOperationException($"A subscription does not go from {from?.ToString() ?? "nothing"} by {cause}.");

    /// <summary>
    /// The way to a running state that was found at the provider, by rows of the table: several may have been gone before anybody looked. Empty where it is there already.
    /// </summary>
    public static IReadOnlyList<SubscriptionCause> Way(SubscriptionState from, SubscriptionState to) => (from, to) switch
    {
        _ when from == to => [],
        (SubscriptionState.Incomplete, SubscriptionState.Active) => [SubscriptionCause.FirstPaid],
        (SubscriptionState.PastDue, SubscriptionState.Active) => [SubscriptionCause.Recovered],
        (SubscriptionState.Cancelling, SubscriptionState.Active) => [SubscriptionCause.Resumed],
        (SubscriptionState.Active, SubscriptionState.PastDue) => [SubscriptionCause.RenewalFailed],
        (SubscriptionState.Active, SubscriptionState.Cancelling) => [SubscriptionCause.CancelAsked],
        (_, SubscriptionState.PastDue or SubscriptionState.Cancelling) when from != SubscriptionState.Ended => [.. Way(from, SubscriptionState.Active), .. Way(SubscriptionState.Active, to)],
        _ => throw new InvalidOperationException($"No subscription goes from {from} to {to} by what a provider says."),
    };

    /// <summary>
    /// Until when a state gives access, for what is paid until <paramref name="paidUntil"/>: an active one too has the grace, since its renewal may be on its way. An ended one keeps no more than it had.
    /// </summary>
    public static DateTimeOffset? AccessUntil(SubscriptionState state, DateTimeOffset? paidUntil, TimeSpan grace) => state switch
    {
        SubscriptionState.Active or SubscriptionState.PastDue => paidUntil + grace,
        SubscriptionState.Cancelling => paidUntil,
        _ => null,
    };
}
