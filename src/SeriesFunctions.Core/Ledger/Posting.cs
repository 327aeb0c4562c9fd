using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>A transaction, and its sale's line after it.</summary>
public sealed record Posted(LedgerTransaction Transaction, SaleLine Line);

/// <summary>
/// How money is booked, pure. The creator gets everything less the processing fee, the store's fee and our commission. When money goes back, so does her share, the store's and our commission
/// with it, in proportion; the processing fee and what a dispute costs, which the provider keeps, stay with her. Source: product rules, "share", "ledger"; who bears fees: docs/adr/0023.
/// </summary>
public static class Posting
{
    public static string SaleId(string paymentId) => $"sale|{paymentId}";

    public static string FeeId(string paymentId) => $"fee|{paymentId}";

    public static string RefundId(string refundId) => $"refund|{refundId}";

    public static string RefundReturnedId(string refundId) => $"refund|{refundId}|returned";

    public static string DisputeId(string disputeId, bool won) => $"dispute|{disputeId}|{(won ? "won" : "opened")}";

    public static Posted Sale(SaleLine? before, PurchaseSettled sale, Terms terms, DateTimeOffset bookedAt)
    {
        var line = before ?? SaleLine.New(sale.PaymentId, sale.PurchaseId, sale.Amount.Currency);
        var fee = sale.FeeIsKnown ? sale.Fee.Amount : 0;
        line = line with { PurchaseId = sale.PurchaseId, SeriesId = sale.SeriesId, SoldAt = sale.PaidAt, Price = sale.Amount.Amount, ProcessingFee = line.ProcessingFee + fee, Terms = terms };
        return Post(
            line, SaleId(sale.PaymentId), TransactionKind.Sale, sale.CreatorId, sale.PaidAt, bookedAt, sale.PaymentId,
            [.. Pair(Accounts.Provider, Accounts.Creator, "price", sale.Amount.Amount), .. Pair(Accounts.Creator, Accounts.Provider, "processing-fee", fee)], terms.PolicyVersion);
    }

    public static Posted Fee(SaleLine? before, FeeBecameKnown known, DateTimeOffset bookedAt)
    {
        var line = before ?? SaleLine.New(known.PaymentId, known.PurchaseId, known.Fee.Currency);
        return Post(
            line with { ProcessingFee = line.ProcessingFee + known.Fee.Amount }, FeeId(known.PaymentId), TransactionKind.Fee, known.CreatorId, known.At, bookedAt, known.PaymentId,
            Pair(Accounts.Creator, Accounts.Provider, "processing-fee", known.Fee.Amount));
    }

    public static Posted Refund(SaleLine? before, PurchaseRefunded refund, DateTimeOffset bookedAt)
    {
        var line = before ?? SaleLine.New(refund.PaymentId, refund.PurchaseId, refund.Amount.Currency);
        return Post(
            line with { Refunded = line.Refunded + refund.Amount.Amount }, RefundId(refund.RefundId), TransactionKind.Refund, refund.CreatorId, refund.At, bookedAt, refund.RefundId,
            Pair(Accounts.Creator, Accounts.Provider, "price", refund.Amount.Amount));
    }

    public static Posted RefundReturned(SaleLine? before, RefundCameBack back, DateTimeOffset bookedAt)
    {
        var line = before ?? SaleLine.New(back.PaymentId, back.PurchaseId, back.Amount.Currency);
        return Post(
            line with { Refunded = line.Refunded - back.Amount.Amount }, RefundReturnedId(back.RefundId), TransactionKind.RefundReturned, back.CreatorId, back.At, bookedAt, back.RefundId,
            Pair(Accounts.Provider, Accounts.Creator, "price", back.Amount.Amount));
    }

    /// <summary>An opened dispute takes the money and a fee; a won one brings the money back, not the fee; a lost one changes nothing more, so it is null.</summary>
    public static Posted? Dispute(SaleLine? before, DisputeMoved moved, string paymentId, DateTimeOffset bookedAt)
    {
        var line = before ?? SaleLine.New(paymentId, moved.PurchaseId, moved.Amount.Currency);
        return moved.Status switch
        {
            DisputeStatus.Open => Post(
                line with { Disputed = line.Disputed + moved.Amount.Amount, DisputeFees = line.DisputeFees + moved.Fee.Amount },
                DisputeId(moved.DisputeId, won: false), TransactionKind.DisputeOpened, moved.CreatorId, moved.At, bookedAt, moved.DisputeId,
                [.. Pair(Accounts.Creator, Accounts.Provider, "price", moved.Amount.Amount), .. Pair(Accounts.Creator, Accounts.Provider, "dispute-fee", moved.Fee.Amount)]),
            DisputeStatus.Won => Post(
                line with { Disputed = line.Disputed - moved.Amount.Amount },
                DisputeId(moved.DisputeId, won: true), TransactionKind.DisputeWon, moved.CreatorId, moved.At, bookedAt, moved.DisputeId,
                Pair(Accounts.Provider, Accounts.Creator, "price", moved.Amount.Amount)),
            _ => null,
        };
    }

    /// <summary>Two entries that move an amount; none for nothing; the other way round for a negative one.</summary>
    public static IEnumerable<Entry> Pair(string debit, string credit, string what, long amount) => amount switch
    {
        0 => [],
        > 0 => [new(debit, what, amount), new(credit, what, -amount)],
        _ => [new(credit, what, -amount), new(debit, what, amount)],
    };

    public static LedgerTransaction Balanced(LedgerTransaction transaction) =>
        transaction.Sum == 0 ? transaction : throw new InvalidOperationException($"{transaction.Id} does not balance: {transaction.Sum}.");

    /// <summary>The store's fee and our commission follow from the line as it is now; the difference to what is booked comes on top.</summary>
    private static Posted Post(
        SaleLine line, string id, TransactionKind kind, UserId creator, DateTimeOffset at, DateTimeOffset bookedAt, string source, IEnumerable<Entry> entries, int? policyVersion = null)
    {
        var after = line with { StoreFee = line.StoreFeeDue, Commission = line.CommissionDue };
        return new(
            Balanced(new(
                id, kind, creator, line.PurchaseId, line.Currency,
                [
                    .. entries,
                    .. Pair(Accounts.Creator, Accounts.Store, "store-fee", after.StoreFee - line.StoreFee),
                    .. Pair(Accounts.Creator, Accounts.Commission, "commission", after.Commission - line.Commission),
                ],
                at, bookedAt, line.PaymentId, source, policyVersion)),
            after);
    }
}
