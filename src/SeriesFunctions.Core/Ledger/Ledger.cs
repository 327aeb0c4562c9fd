using System.Globalization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>The accounts of one creator's books. Debits are positive, credits negative, and every transaction adds up to zero.</summary>
public static class Accounts
{
    /// <summary>
    /// Whose books hold what is nobody's sale: payments that we don't keep. Nobody else can have this id. In them, <see cref="Creator"/> is ourselves: what it says there, we bear.
    /// </summary>
    public static readonly UserId Platform = new("$platform");

    /// <summary>What the payment provider holds for us: an asset. Over all books it is what the provider's own books say.</summary>
    public const string Provider = "provider";

    /// <summary>What we owe the creator: a liability, negative while we owe her.</summary>
    public const string Creator = "creator";

    /// <summary>What we keep: income, negative.</summary>
    public const string Commission = "commission";

    /// <summary>What app stores keep of sales.</summary>
    public const string Store = "store";

    /// <summary>Payouts that were decided and that the provider has not confirmed.</summary>
    public const string Payouts = "payouts";

    /// <summary>The other side of corrections that an operator makes at our cost or to our gain.</summary>
    public const string Adjustments = "adjustments";
}

public enum TransactionKind
{
    Sale,
    Refund,
    DisputeOpened,
    DisputeWon,

    /// <summary>A processing fee that was named after the sale.</summary>
    Fee,

    /// <summary>A refund that did not arrive.</summary>
    RefundReturned,
    Payout,
    PayoutSent,
    PayoutFailed,
    Adjustment,
}

/// <summary>
/// One line of a transaction, in minor units. <paramref name="For"/> says what it is: <c>price</c>, <c>processing-fee</c>, <c>store-fee</c>, <c>commission</c>, <c>dispute-fee</c>,
/// <c>payout</c>, <c>adjustment</c>.
/// </summary>
public sealed record Entry(string Account, string For, long Amount);

/// <summary>
/// One fact of the books, never changed: document <c>{kind}|{cause}</c> of partition <c>ledger|{creator}</c>. The cause's id is its id, so posting it again changes nothing.
/// A transaction is one document, so it can't be half posted; its entries are in minor units of <paramref name="Currency"/> and add up to zero.
/// <paramref name="At"/> is when it happened, <paramref name="BookedAt"/> when we learned of it: months are closed by the latter, so a closed month never changes.
/// <paramref name="PaymentId"/>, <paramref name="SourceId"/>: the provider's objects behind it. <paramref name="Note"/> and <paramref name="By"/>: why and who, where a person did it.
/// <paramref name="Number"/> is its place in the creator's books, from 1 on without a gap: what is booked in one instant stays in the order in which it was.
/// </summary>
public sealed record LedgerTransaction(
    string Id, TransactionKind Kind, UserId CreatorId, PurchaseId? PurchaseId, string Currency, IReadOnlyList<Entry> Entries, DateTimeOffset At,
    DateTimeOffset? BookedAt = null, string? PaymentId = null, string? SourceId = null, int? PolicyVersion = null, string? Note = null, string? By = null, long Number = 0)
{
    public static Partition In(UserId creator) => new($"ledger|{creator}");

    public string Sort => string.Create(CultureInfo.InvariantCulture, $"tx|{CatalogLists.Time(BookedAt ?? At)}|{Number:D10}");

    public long Sum => Entries.Sum(entry => entry.Amount);

    /// <summary>What an account gains by this, in minor units, debits positive.</summary>
    public long On(string account) => Entries.Where(entry => entry.Account == account).Sum(entry => entry.Amount);
}

/// <summary>
/// The running totals of one creator's books, per currency and account: document <c>balance</c> of her partition, written with each transaction, so its etag is the lock of the books.
/// Everything booked before <paramref name="ClosedUntil"/> is in closed statements; <paramref name="Opening"/> is what we owed then, per currency.
/// </summary>
public sealed record LedgerBalance(
    IReadOnlyDictionary<string, long> Totals, long Transactions, DateTimeOffset? LastBookedAt = null, DateTimeOffset? ClosedUntil = null, IReadOnlyDictionary<string, long>? Opening = null)
{
    public const string DocumentId = "balance";

    public static readonly LedgerBalance Empty = new(new Dictionary<string, long>(), 0);

    public static string Key(string currency, string account) => $"{currency} {account}";

    /// <summary>What we owe, in minor units: positive while we owe her.</summary>
    public long Owed(string currency) => -Totals.GetValueOrDefault(Key(currency, Accounts.Creator));

    /// <summary>When something that we learn of now is booked: never before what is booked already, never into a closed month.</summary>
    public DateTimeOffset BookingTime(DateTimeOffset now)
    {
        var at = now;
        if (LastBookedAt > at)
            at = LastBookedAt.Value;
        return ClosedUntil > at ? ClosedUntil.Value : at;
    }

    public LedgerBalance Plus(LedgerTransaction transaction)
    {
        var totals = new Dictionary<string, long>(Totals);
        foreach (var entry in transaction.Entries)
        {
            var key = Key(transaction.Currency, entry.Account);
            totals[key] = checked(totals.GetValueOrDefault(key) + entry.Amount);
        }
        var bookedAt = transaction.BookedAt ?? transaction.At;
        return this with { Totals = totals, Transactions = Transactions + 1, LastBookedAt = bookedAt, ClosedUntil = ClosedUntil ?? Months.Start(bookedAt) };
    }
}

/// <summary>Somebody's books were opened: for the list of all books.</summary>
public sealed record LedgerOpened(UserId CreatorId) : Messaging.IEvent
{
    public static string Name => "ledger-opened";

    public static int Version => 1;
}
