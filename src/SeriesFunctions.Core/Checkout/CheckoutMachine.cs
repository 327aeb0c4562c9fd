namespace SeriesFunctions.Core.Checkout;

/// <summary>Why a checkout moves.</summary>
public enum CheckoutCause
{
    /// <summary>A viewer asked for it.</summary>
    Started,

    /// <summary>Its code takes everything off and its use is committed: nothing is to be paid.</summary>
    TakenFree,

    /// <summary>The provider does not open a payment page for it.</summary>
    SessionRefused,

    /// <summary>Its time is over, here or at the provider.</summary>
    TimeUp,

    /// <summary>The viewer started again with another promo code, or has the series another way by now.</summary>
    Superseded,

    /// <summary>A payment of exactly what was quoted came in, and the buyer may have what it is for.</summary>
    PaymentKept,

    /// <summary>A payment came in that can't be kept: it goes back in full.</summary>
    PaymentReturned,

    /// <summary>All of the money went back.</summary>
    MoneyReturned,

    /// <summary>A refund of all the money failed after all.</summary>
    RefundFailed,

    /// <summary>The buyer's bank disputes the payment.</summary>
    DisputeOpened,

    /// <summary>The dispute was lost: the money is gone.</summary>
    DisputeLost,

    /// <summary>The dispute was won.</summary>
    DisputeWon,
}

/// <summary>One row of the table. <paramref name="From"/> is null where a checkout begins. <paramref name="Effect"/> is what it means for the buyer, in a sentence.</summary>
public sealed record CheckoutTransition(CheckoutState? From, CheckoutCause Cause, CheckoutState To, string Effect);

/// <summary>
/// Every way that a checkout can go, as one table: whoever writes a state asks it, and docs/checkout.md is drawn from it. What is not in it is a bug and throws.
/// </summary>
public static class CheckoutMachine
{
    public static readonly IReadOnlyList<CheckoutTransition> Table =
    [
        new(null, CheckoutCause.Started, CheckoutState.Open, "The price is promised, a use of the promo code is held, and the viewer is sent to the payment page; where nothing is to be paid, there is none."),
        new(CheckoutState.Open, CheckoutCause.TakenFree, CheckoutState.Paid, "Within the same request: nothing is charged and the provider is not asked; access, purchase and a sale of zero at once."),
        new(CheckoutState.Open, CheckoutCause.SessionRefused, CheckoutState.Failed, "409 `payment-refused`; the promo code's use is given back."),
        new(CheckoutState.Open, CheckoutCause.TimeUp, CheckoutState.Expired, "Nobody can pay on the page any more; the promo code's use is given back."),
        new(CheckoutState.Open, CheckoutCause.Superseded, CheckoutState.Expired, "The page is closed at the provider first; the promo code's use is given back."),
        new(CheckoutState.Open, CheckoutCause.PaymentKept, CheckoutState.Paid, "Access (or the gift is offered), purchase, ledger; the promo code's use is committed."),
        new(CheckoutState.Open, CheckoutCause.PaymentReturned, CheckoutState.Failed, "All of it goes back at once; `failureCode` says why."),
        new(CheckoutState.Expired, CheckoutCause.PaymentKept, CheckoutState.Paid, "A payment that arrives late is honoured at the price that was promised."),
        new(CheckoutState.Expired, CheckoutCause.PaymentReturned, CheckoutState.Failed, "A payment that arrives late and can't be honoured goes back at once."),
        new(CheckoutState.Paid, CheckoutCause.MoneyReturned, CheckoutState.Refunded, "Access ends; the promo code's use stays used."),
        new(CheckoutState.Paid, CheckoutCause.DisputeOpened, CheckoutState.Disputed, "Access is suspended."),
        new(CheckoutState.Paid, CheckoutCause.DisputeLost, CheckoutState.Disputed, "Access ends: the dispute was opened and lost before we looked once."),
        new(CheckoutState.Disputed, CheckoutCause.DisputeWon, CheckoutState.Paid, "Access is back."),
        new(CheckoutState.Disputed, CheckoutCause.DisputeLost, CheckoutState.Disputed, "Access ends for good."),
        new(CheckoutState.Disputed, CheckoutCause.MoneyReturned, CheckoutState.Refunded, "Access ends: what was left of the money went back as well."),
        new(CheckoutState.Refunded, CheckoutCause.RefundFailed, CheckoutState.Paid, "The money came back to us, so access is back."),
        new(CheckoutState.Refunded, CheckoutCause.DisputeOpened, CheckoutState.Disputed, "Access stays ended: a bank disputes what a failed refund left with us."),
        new(CheckoutState.Refunded, CheckoutCause.DisputeLost, CheckoutState.Disputed, "Access stays ended."),
    ];

    private static readonly Dictionary<(CheckoutState?, CheckoutCause), CheckoutState> Moves = Table.ToDictionary(row => (row.From, row.Cause), row => row.To);

    /// <summary>Where a checkout goes from here. Throws for a way that does not exist.</summary>
    public static CheckoutState Next(CheckoutState? from, CheckoutCause cause) => Moves.TryGetValue((from, cause), out var to)
        ? to
        : throw new InvalidOperationException($"A checkout does not go from {from?.ToString() ?? "nothing"} by {cause}.");

    /// <summary>Where a checkout whose payment was kept goes, now that its purchase is in <paramref name="purchase"/>.</summary>
    public static CheckoutState Follow(CheckoutState from, PurchaseState purchase) => (from, purchase) switch
    {
        (CheckoutState.Paid, PurchaseState.Paid or PurchaseState.PartlyRefunded) or (CheckoutState.Refunded, PurchaseState.Refunded) or (CheckoutState.Disputed, PurchaseState.Disputed) => from,
        (CheckoutState.Disputed, PurchaseState.Paid or PurchaseState.PartlyRefunded) => Next(from, CheckoutCause.DisputeWon),
        (_, PurchaseState.Paid or PurchaseState.PartlyRefunded) => Next(from, CheckoutCause.RefundFailed),
        (_, PurchaseState.Refunded) => Next(from, CheckoutCause.MoneyReturned),
        (_, PurchaseState.Disputed) => Next(from, CheckoutCause.DisputeOpened),
        (_, PurchaseState.ChargedBack) => Next(from, CheckoutCause.DisputeLost),
        _ => throw new InvalidOperationException($"Nobody knows {purchase} yet."),
    };
}
