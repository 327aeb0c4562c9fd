using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Ledger;

/// <summary>
/// Off the queue: books what happened to a payment. The cause's id is the transaction's, so a second time finds it there; and a line of a sale knows what belongs to it in whatever order it
/// is told, so nothing here waits for anything else.
/// </summary>
public sealed class PostToLedger(Records records, LedgerBooks books, CheckoutOptions checkout, LedgerOptions options)
    : IHandle<PurchaseSettled>, IHandle<PaymentTaken>, IHandle<FeeBecameKnown>, IHandle<PurchaseRefunded>, IHandle<RefundCameBack>, IHandle<DisputeMoved>
{
    public async ValueTask<Handled> HandleAsync(PurchaseSettled message, CancellationToken cancellationToken)
    {
        // Written first and again: who looks for the payment finds the books, posted or about to be.
        await records.SaveAsync(new Batch(BookedIn.In(message.PaymentId)).Put(BookedIn.DocumentId, new BookedIn(message.CreatorId)), cancellationToken);
        var terms = await TermsAsync(message.CreatorId, message.PaidAt, cancellationToken);
        return await PostAsync(message.CreatorId, message.PaymentId, Posting.SaleId(message.PaymentId), (line, at) => Posting.Sale(line, message, terms, at), cancellationToken);
    }

    /// <summary>What we don't keep is booked as a sale of the platform's own, without commission or store.</summary>
    public async ValueTask<Handled> HandleAsync(PaymentTaken message, CancellationToken cancellationToken)
    {
        await records.SaveAsync(new Batch(BookedIn.In(message.PaymentId)).Put(BookedIn.DocumentId, new BookedIn(message.CreatorId)), cancellationToken);
        var sale = new PurchaseSettled(message.PurchaseId, message.BuyerId, message.SeriesId, message.CreatorId, message.PaymentId, message.Amount, message.Fee, message.PaidAt, message.FeeIsKnown);
        return await PostAsync(message.CreatorId, message.PaymentId, Posting.SaleId(message.PaymentId), (line, at) => Posting.Sale(line, sale, default, at), cancellationToken);
    }

    public ValueTask<Handled> HandleAsync(FeeBecameKnown message, CancellationToken cancellationToken) =>
        PostAsync(message.CreatorId, message.PaymentId, Posting.FeeId(message.PaymentId), (line, at) => Posting.Fee(line, message, at), cancellationToken);

    public ValueTask<Handled> HandleAsync(PurchaseRefunded message, CancellationToken cancellationToken) =>
        PostAsync(message.CreatorId, message.PaymentId, Posting.RefundId(message.RefundId), (line, at) => Posting.Refund(line, message, at), cancellationToken);

    public ValueTask<Handled> HandleAsync(RefundCameBack message, CancellationToken cancellationToken) =>
        PostAsync(message.CreatorId, message.PaymentId, Posting.RefundReturnedId(message.RefundId), (line, at) => Posting.RefundReturned(line, message, at), cancellationToken);

    public ValueTask<Handled> HandleAsync(DisputeMoved message, CancellationToken cancellationToken)
    {
        if (message.Status == DisputeStatus.Lost)
            return ValueTask.FromResult(Handled.Done);
        if (message.PaymentId is not { } paymentId)
            return ValueTask.FromResult(Handled.Poison("no-payment"));
        return PostAsync(
            message.CreatorId, paymentId, Posting.DisputeId(message.DisputeId, message.Status == DisputeStatus.Won), (line, at) => Posting.Dispute(line, message, paymentId, at), cancellationToken);
    }

    private async ValueTask<Terms> TermsAsync(UserId creator, DateTimeOffset paidAt, CancellationToken cancellationToken)
    {
        var policy = await records.FindAsync<CommissionPolicy>(LedgerTransaction.In(creator), CommissionPolicy.DocumentId, cancellationToken);
        var version = CommissionPolicy.At(policy?.Value, paidAt, checkout.CommissionBasisPoints);
        return new(version.Version, version.BasisPoints, options.StoreFeeBasisPoints);
    }

    private async ValueTask<Handled> PostAsync(UserId creator, string paymentId, string id, Func<SaleLine?, DateTimeOffset, Posted?> decide, CancellationToken cancellationToken)
    {
        await books.PostAsync(
            creator, id,
            async (_, batch, bookedAt, stop) =>
            {
                var line = await records.FindAsync<SaleLine>(LedgerTransaction.In(creator), SaleLine.DocumentId(paymentId), stop);
                if (decide(line?.Value, bookedAt) is not { } posted)
                    return null;
                batch.Save(SaleLine.DocumentId(paymentId), line, posted.Line, posted.Line.Sort);
                return posted.Transaction;
            },
            cancellationToken);
        return Handled.Done;
    }
}

/// <summary>A creator's books added up anew from every transaction, beside the running totals: the two must agree, and each currency's accounts add up to zero.</summary>
public sealed record TrialBalance(IReadOnlyDictionary<string, long> Totals, IReadOnlyDictionary<string, long> RunningTotals, long Transactions, bool Balances);

/// <summary>Reads the books.</summary>
public sealed class ShowLedger(Records records, LedgerBooks books)
{
    /// <summary>What we owe the creator, per currency, in minor units: positive while we owe her.</summary>
    public async ValueTask<IReadOnlyList<Money>> BalanceAsync(UserId creator, CancellationToken cancellationToken)
    {
        var balance = await books.BalanceAsync(creator, cancellationToken);
        return [.. balance.Totals.Where(total => total.Key.EndsWith(' ' + Accounts.Creator, StringComparison.Ordinal)).Select(total => new Money(-total.Value, total.Key[..3]))];
    }

    /// <summary>A creator's sales, newest first, each with what was booked about it.</summary>
    public ValueTask<Result<RecordPage<SaleLine>>> SalesAsync(UserId creator, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<SaleLine>(LedgerTransaction.In(creator), SortRange.Prefix("sale|"), Direction.Descending, page, cancellationToken);

    /// <summary>An operator checks the books. Reads them all, so it is for checking and not for every day.</summary>
    public async ValueTask<TrialBalance> TrialBalanceAsync(UserId creator, CancellationToken cancellationToken)
    {
        var counted = LedgerBalance.Empty;
        await foreach (var transaction in books.ReadAsync(creator, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, cancellationToken))
            counted = counted.Plus(transaction);
        var running = await books.BalanceAsync(creator, cancellationToken);
        var zero = counted.Totals.GroupBy(total => total.Key[..3]).All(currency => currency.Sum(total => total.Value) == 0);
        var same = counted.Transactions == running.Transactions && counted.Totals.All(total => running.Totals.GetValueOrDefault(total.Key) == total.Value);
        return new(counted.Totals, running.Totals, counted.Transactions, zero && same);
    }
}
