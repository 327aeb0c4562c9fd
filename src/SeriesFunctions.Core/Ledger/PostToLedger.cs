using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Ledger;

/// <summary>Off the queue: books what happened to a purchase. The cause's id is the transaction's, so a second time finds it there.</summary>
public sealed class PostToLedger(Records records, CheckoutOptions options) : IHandle<PurchaseSettled>, IHandle<PurchaseRefunded>, IHandle<DisputeMoved>
{
    public ValueTask<Handled> HandleAsync(PurchaseSettled message, CancellationToken cancellationToken) =>
        PostAsync(Posting.Sale(message, options.CommissionBasisPoints), cancellationToken);

    public async ValueTask<Handled> HandleAsync(PurchaseRefunded message, CancellationToken cancellationToken)
    {
        // Messages overtake each other: a refund is booked against its sale, so it waits for it.
        var sale = await records.FindAsync<LedgerTransaction>(LedgerTransaction.In(message.CreatorId), Posting.SaleId(message.PaymentId), cancellationToken);
        return sale is null
            ? Handled.Retry("sale-not-booked-yet", TimeSpan.FromSeconds(1))
            : await PostAsync(Posting.Refund(message, sale.Value), cancellationToken);
    }

    public ValueTask<Handled> HandleAsync(DisputeMoved message, CancellationToken cancellationToken) =>
        Posting.Dispute(message) is { } transaction ? PostAsync(transaction, cancellationToken) : ValueTask.FromResult(Handled.Done);

    private async ValueTask<Handled> PostAsync(LedgerTransaction transaction, CancellationToken cancellationToken)
    {
        var partition = LedgerTransaction.In(transaction.CreatorId);
        while (true)
        {
            if (await records.FindAsync<LedgerTransaction>(partition, transaction.Id, cancellationToken) is not null)
                return Handled.Done;
            var balance = await records.FindAsync<LedgerBalance>(partition, LedgerBalance.DocumentId, cancellationToken);
            var outcome = await records.SaveAsync(
                new Batch(partition)
                    .Create(transaction.Id, transaction, transaction.Sort)
                    .Save(LedgerBalance.DocumentId, balance, (balance?.Value ?? LedgerBalance.Empty).Plus(transaction)),
                cancellationToken);
            if (!outcome.IsOk)
                continue;
            Telemetry.Count("ledger-posted");
            return Handled.Done;
        }
    }
}

/// <summary>A creator's books added up anew from every transaction, beside the running totals: the two must agree, and each currency's accounts add up to zero.</summary>
public sealed record TrialBalance(IReadOnlyDictionary<string, long> Totals, IReadOnlyDictionary<string, long> RunningTotals, long Transactions, bool Balances);

/// <summary>Reads the books.</summary>
public sealed class ShowLedger(Records records)
{
    /// <summary>What we owe the creator, per currency, in minor units: positive while we owe her.</summary>
    public async ValueTask<IReadOnlyList<Money>> BalanceAsync(UserId creator, CancellationToken cancellationToken)
    {
        var balance = (await records.FindAsync<LedgerBalance>(LedgerTransaction.In(creator), LedgerBalance.DocumentId, cancellationToken))?.Value ?? LedgerBalance.Empty;
        return [.. balance.Totals.Where(total => total.Key.EndsWith(' ' + Accounts.Creator, StringComparison.Ordinal)).Select(total => new Money(-total.Value, total.Key[..3]))];
    }

    /// <summary>An operator checks the books. Reads them all, so it is for checking and not for every day.</summary>
    public async ValueTask<TrialBalance> TrialBalanceAsync(UserId creator, CancellationToken cancellationToken)
    {
        var partition = LedgerTransaction.In(creator);
        var counted = LedgerBalance.Empty;
        string? cursor = null;
        do
        {
            var read = await records.ListAsync<LedgerTransaction>(partition, SortRange.Prefix("tx|"), Direction.Ascending, new(100, cursor), cancellationToken);
            if (!read.IsOk(out var page, out var problem))
                throw new InvalidOperationException($"The ledger could not be read: {problem.Code}.");
            foreach (var transaction in page.Items)
                counted = counted.Plus(transaction);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        var running = (await records.FindAsync<LedgerBalance>(partition, LedgerBalance.DocumentId, cancellationToken))?.Value ?? LedgerBalance.Empty;
        var zero = counted.Totals.GroupBy(total => total.Key[..3]).All(currency => currency.Sum(total => total.Value) == 0);
        var same = counted.Transactions == running.Transactions && counted.Totals.All(total => running.Totals.GetValueOrDefault(total.Key) == total.Value);
        return new(counted.Totals, running.Totals, counted.Transactions, zero && same);
    }
}
