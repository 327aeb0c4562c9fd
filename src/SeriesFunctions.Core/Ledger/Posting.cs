using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>
/// How money is booked, pure. The creator gets everything less the processing fee and our commission; when money goes back, so does her share and our commission,
/// and the processing fee, which the provider keeps, stays with her. Source: product rules, "Checkout, purchase, access" (share, ledger); who bears fees: ours.
/// </summary>
public static class Posting
{
    public static string SaleId(string paymentId) => $"sale|{paymentId}";

    public static LedgerTransaction Sale(PurchaseSettled sale, int commissionBasisPoints)
    {
        var price = sale.Amount.Amount;
        var fee = sale.Fee.Amount;
        var commission = new Money(Math.Max(price - fee, 0), sale.Amount.Currency).BasisPoints(commissionBasisPoints).Amount;
        return Balanced(new(
            SaleId(sale.PaymentId), TransactionKind.Sale, sale.CreatorId, sale.PurchaseId, sale.Amount.Currency,
            [
                .. Pair(Accounts.Provider, Accounts.Creator, "price", price),
                .. Pair(Accounts.Creator, Accounts.Provider, "processing-fee", fee),
                .. Pair(Accounts.Creator, Accounts.Commission, "commission", commission),
            ],
            sale.PaidAt));
    }

    /// <summary>What goes back goes the way it came; of the commission, the part that the refund is of the price.</summary>
    public static LedgerTransaction Refund(PurchaseRefunded refund, LedgerTransaction sale)
    {
        var commission = sale.Entries.Where(entry => entry is { Account: Accounts.Creator, For: "commission" }).Sum(entry => entry.Amount);
        var part = (commission * refund.Amount.Amount * 2 + refund.Sold.Amount) / (refund.Sold.Amount * 2);
        return Balanced(new(
            $"refund|{refund.RefundId}", TransactionKind.Refund, refund.CreatorId, refund.PurchaseId, refund.Amount.Currency,
            [
                .. Pair(Accounts.Creator, Accounts.Provider, "price", refund.Amount.Amount),
                .. Pair(Accounts.Commission, Accounts.Creator, "commission", part),
            ],
            refund.At));
    }

    /// <summary>An opened dispute takes the money and a fee; a won one brings the money back; a lost one changes nothing more, so it is null.</summary>
    public static LedgerTransaction? Dispute(DisputeMoved moved) => moved.Status switch
    {
        DisputeStatus.Open => Balanced(new(
            $"dispute|{moved.DisputeId}|opened", TransactionKind.DisputeOpened, moved.CreatorId, moved.PurchaseId, moved.Amount.Currency,
            [
                .. Pair(Accounts.Creator, Accounts.Provider, "price", moved.Amount.Amount),
                .. Pair(Accounts.Creator, Accounts.Provider, "dispute-fee", moved.Fee.Amount),
            ],
            moved.At)),
        DisputeStatus.Won => Balanced(new(
            $"dispute|{moved.DisputeId}|won", TransactionKind.DisputeWon, moved.CreatorId, moved.PurchaseId, moved.Amount.Currency,
            [.. Pair(Accounts.Provider, Accounts.Creator, "price", moved.Amount.Amount)],
            moved.At)),
        _ => null,
    };

    private static IEnumerable<Entry> Pair(string debit, string credit, string what, long amount) =>
        amount == 0 ? [] : [new(debit, what, amount), new(credit, what, -amount)];

    private static LedgerTransaction Balanced(LedgerTransaction transaction) =>
        transaction.Sum == 0 ? transaction : throw new InvalidOperationException($"{transaction.Id} does not balance: {transaction.Sum}.");
}
