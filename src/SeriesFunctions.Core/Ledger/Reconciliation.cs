using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Ledger;

public enum DifferenceKind
{
    /// <summary>The provider moved money that our books don't show.</summary>
    MissingHere,

    /// <summary>Both show it, with other amounts.</summary>
    AmountDiffers,

    /// <summary>Our books show what the provider knows nothing of.</summary>
    MissingAtProvider,

    /// <summary>The provider moved money for something that we did not cause.</summary>
    NotOurs,
}

/// <summary>One difference between the provider's books and ours, with what to do. Amounts are what moved the balance at the provider, fees taken off.</summary>
public sealed record Difference(
    string Id, DifferenceKind Kind, UserId? CreatorId, string? PaymentId, string? BookEntryId, string? TransactionId, Money? Theirs, Money? Ours, string WhatToDo)
{
    public static Partition In(string day, string run) => new($"reconciliation|{day}|{run}");
}

/// <summary>What comparing one day's books gave: document <c>day|{yyyy-MM-dd}</c> of partition <c>reconciliations</c>. Done again, it is replaced; <paramref name="Run"/> says whose differences count.</summary>
public sealed record Reconciliation(string Day, string Run, DateTimeOffset RanAt, long Compared, long Differences, long Other, IReadOnlyDictionary<string, long> Theirs, IReadOnlyDictionary<string, long> Ours)
{
    public static readonly Partition In = new("reconciliations");

    public static string DocumentId(string day) => $"day|{day}";

    public string Sort => DocumentId(Day);
}

/// <summary>The last day that was compared.</summary>
public sealed record ReconcileMark(string Day)
{
    public const string DocumentId = "mark";
}

/// <summary>An operator wants a day compared (again).</summary>
public sealed record ReconcileAsked(string Day) : IEvent
{
    public static string Name => "reconcile-asked";

    public static int Version => 1;
}

/// <summary>How the two sides name the same thing, pure.</summary>
public static class Matching
{
    /// <summary>The transaction that a movement at the provider should have made; null where none of our flows makes such a movement.</summary>
    public static string? TransactionOf(ProviderBookEntry entry, string? payoutId) => (entry.Kind, entry.SourceId) switch
    {
        (_, null) => null,
        (BookKind.Charge, { } payment) => Posting.SaleId(payment),
        (BookKind.Refund, { } refund) => Posting.RefundId(refund),
        (BookKind.RefundFailure, { } refund) => Posting.RefundReturnedId(refund),
        (BookKind.Dispute, { } dispute) => Posting.DisputeId(dispute, won: false),
        (BookKind.DisputeReversal, { } dispute) => Posting.DisputeId(dispute, won: true),
        (BookKind.Transfer, _) => payoutId is null ? null : PayoutRules.SentId(payoutId),
        _ => null,
    };

    /// <summary>What stands for a movement on both sides.</summary>
    public static string KeyOf(ProviderBookEntry entry) => $"{entry.Kind} {entry.SourceId}";

    /// <summary>The movement that a transaction says there was at the provider; null for one that says nothing of the kind.</summary>
    public static string? KeyOf(LedgerTransaction transaction) => transaction.Kind switch
    {
        // What cost nothing never was at the provider.
        TransactionKind.Sale when transaction.PaymentId is { } payment && Purchase.IsFree(payment) => null,
        TransactionKind.Sale => $"{BookKind.Charge} {transaction.SourceId}",
        TransactionKind.Refund => $"{BookKind.Refund} {transaction.SourceId}",
        TransactionKind.RefundReturned => $"{BookKind.RefundFailure} {transaction.SourceId}",
        TransactionKind.DisputeOpened => $"{BookKind.Dispute} {transaction.SourceId}",
        TransactionKind.DisputeWon => $"{BookKind.DisputeReversal} {transaction.SourceId}",
        TransactionKind.PayoutSent => $"{BookKind.Transfer} {transaction.SourceId}",
        _ => null,
    };

    /// <summary>Whether the payment, as the provider has it, bears a transaction out that its list of movements did not show.</summary>
    public static bool Confirms(ProviderPayment payment, LedgerTransaction transaction) => transaction.Kind switch
    {
        TransactionKind.Sale => payment.Status == PaymentStatus.Succeeded,
        TransactionKind.Refund => payment.Refunds.Any(refund => refund.Id == transaction.SourceId && refund.Status != RefundStatus.Pending),
        TransactionKind.RefundReturned => payment.Refunds.Any(refund => refund.Id == transaction.SourceId && refund.Status == RefundStatus.Failed),
        TransactionKind.DisputeOpened => payment.Dispute?.Id == transaction.SourceId,
        TransactionKind.DisputeWon => payment.Dispute is { Status: DisputeStatus.Won } dispute && dispute.Id == transaction.SourceId,
        _ => false,
    };

    /// <param name="kind">How the two differ.</param>
    /// <param name="moved">What moved at the provider; null where nothing did.</param>
    public static string WhatToDo(DifferenceKind kind, BookKind? moved) => (kind, moved) switch
    {
        (DifferenceKind.MissingHere, BookKind.Transfer) => "A payout that was made and not booked yet: its order asks the provider again by itself. If it is still missing tomorrow, replay it: GET /v1/operator/dead-letters?queue=payments.",
        (DifferenceKind.MissingHere, _) => "Have the payment applied: POST /v1/operator/replays with its id as objectId. If it is still missing tomorrow, look at the dead letters.",
        (DifferenceKind.AmountDiffers, _) => "Have the payment applied: POST /v1/operator/replays. If it stays, correct the books against the provider: POST /v1/operator/ledger/{creatorId}/adjustments.",
        (DifferenceKind.MissingAtProvider, _) => "Nothing at the provider stands behind this. Look at the payment there; then correct the books against the provider: POST /v1/operator/ledger/{creatorId}/adjustments.",
        (_, BookKind.Transfer) => "Where GET /v1/operator/payouts has one of this amount that is still requested, its order asks the provider again by itself; otherwise it was not made by this product: find out at the provider who made it.",
        _ => "Not made by this product. Find out at the provider what made it; nobody's books change.",
    };
}
