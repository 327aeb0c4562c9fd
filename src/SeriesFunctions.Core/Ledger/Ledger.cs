using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>The accounts of one creator's books. Debits are positive, credits negative, and every transaction adds up to zero.</summary>
public static class Accounts
{
    /// <summary>What the payment provider holds for us: an asset.</summary>
    public const string Provider = "provider";

    /// <summary>What we owe the creator: a liability, negative while we owe her.</summary>
    public const string Creator = "creator";

    /// <summary>What we keep: income, negative.</summary>
    public const string Commission = "commission";
}

public enum TransactionKind
{
    Sale,
    Refund,
    DisputeOpened,
    DisputeWon,
}

/// <summary>One line of a transaction, in minor units. <paramref name="For"/> says what it is: <c>price</c>, <c>processing-fee</c>, <c>commission</c>, <c>dispute-fee</c>.</summary>
public sealed record Entry(string Account, string For, long Amount);

/// <summary>
/// One fact of the books, never changed: document <c>{kind}|{cause}</c> of partition <c>ledger|{creator}</c>. The cause's id is its id, so posting it again changes nothing.
/// A transaction is one document, so it can't be half posted; its entries are in minor units of <paramref name="Currency"/> and add up to zero.
/// </summary>
public sealed record LedgerTransaction(string Id, TransactionKind Kind, UserId CreatorId, PurchaseId PurchaseId, string Currency, IReadOnlyList<Entry> Entries, DateTimeOffset At)
{
    public static Partition In(UserId creator) => new($"ledger|{creator}");

    public string Sort => $"tx|{Catalog.CatalogLists.Time(At)}|{Id}";

    public long Sum => Entries.Sum(entry => entry.Amount);
}

/// <summary>The running totals of one creator's books, per currency and account: document <c>balance</c> of her partition, written with each transaction.</summary>
public sealed record LedgerBalance(IReadOnlyDictionary<string, long> Totals, long Transactions)
{
    public const string DocumentId = "balance";

    public static readonly LedgerBalance Empty = new(new Dictionary<string, long>(), 0);

    public static string Key(string currency, string account) => $"{currency} {account}";

    public LedgerBalance Plus(LedgerTransaction transaction)
    {
        var totals = new Dictionary<string, long>(Totals);
        foreach (var entry in transaction.Entries)
        {
            var key = Key(transaction.Currency, entry.Account);
            totals[key] = checked(totals.GetValueOrDefault(key) + entry.Amount);
        }
        return new(totals, Transactions + 1);
    }
}
