using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>At whose cost a correction is.</summary>
public enum AdjustmentAgainst
{
    /// <summary>Ours: a goodwill payment, something we were wrong about.</summary>
    Platform,

    /// <summary>The provider's balance: something moved there that we had not booked.</summary>
    Provider,
}

/// <summary>An operator corrects a creator's books with one more transaction; nothing booked is ever changed. Safe to repeat with the same key.</summary>
public sealed class PostAdjustment(Records records, LedgerBooks books, IdempotencyClaims claims, TimeProvider clock)
{
    private const long Most = 100_000_000;

    /// <param name="creator">Whose books.</param>
    /// <param name="amount">Positive: we owe her more.</param>
    /// <param name="against">The other side.</param>
    /// <param name="reason">One line.</param>
    /// <param name="by">The operator.</param>
    /// <param name="key">Makes the transaction's id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Result<LedgerTransaction>> HandleAsync(UserId creator, Money amount, AdjustmentAgainst against, string reason, UserId by, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var checks = new FieldChecks()
            .Must(amount.Amount != 0 && Math.Abs(amount.Amount) <= Most, "amount.amount", "out-of-range", "Minor units, not zero, at most 100,000,000 either way.")
            .Must(amount.Currency is { Length: 3 } currency && currency.All(char.IsAsciiLetterUpper), "amount.currency", "not-a-currency", "An ISO 4217 code in capitals.")
            .Line(reason, "reason", 500);
        if (!checks.AllGood)
            return checks.Problem;
        if (!(await claims.ClaimAsync(key, key.IdFor("adj", clock.GetUtcNow()), cancellationToken)).IsOk(out var id, out var problem))
            return problem;
        var transactionId = $"adjustment|{id}";
        var other = against == AdjustmentAgainst.Platform ? Accounts.Adjustments : Accounts.Provider;
        await books.PostAsync(
            creator, transactionId,
            (_, _, bookedAt, _) => ValueTask.FromResult<LedgerTransaction?>(Posting.Balanced(new(
                transactionId, TransactionKind.Adjustment, creator, null, amount.Currency, [.. Posting.Pair(other, Accounts.Creator, "adjustment", amount.Amount)], bookedAt, bookedAt, null, id,
                Note: reason, By: by.Value))),
            cancellationToken);
        return (await records.FindAsync<LedgerTransaction>(LedgerTransaction.In(creator), transactionId, cancellationToken))!.Value;
    }
}
