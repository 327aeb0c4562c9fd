using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Ledger;

public enum PayoutState
{
    /// <summary>Decided and booked; the provider has not confirmed it.</summary>
    Requested,
    Paid,

    /// <summary>The provider refused; the amount is owed again.</summary>
    Failed,
}

/// <summary>
/// A payout: document <c>payout|{id}</c> of the creator's books. The id follows from creator, month and currency, or from the operator's key, and is the provider's idempotency key.
/// <paramref name="Month"/> is the statement that is paid, null for one that an operator started.
/// </summary>
public sealed record Payout(
    string Id, UserId CreatorId, string? Month, Money Amount, string Account, PayoutState State, string? TransferId, string? Reason, string By, DateTimeOffset RequestedAt, DateTimeOffset? SettledAt)
{
    public static string DocumentId(string id) => $"payout|{id}";

    public static string MonthlyId(UserId creator, string month, string currency) => Ids.Derived("pay", $"{creator} {month} {currency}");

    public string Sort => $"payout|{CatalogLists.Time(RequestedAt)}|{Id}";
}

/// <summary>Where a creator is paid, at the provider (<c>acct_…</c>): document <c>payout-account</c> of her books.</summary>
public sealed record PayoutAccount(string Account, string By, DateTimeOffset At)
{
    public const string DocumentId = "payout-account";
}

/// <summary>A payout as the operators' list of all of them has it, and whose it is: partition <c>payouts</c>.</summary>
public sealed record PayoutEntry(Payout Payout)
{
    public static readonly Partition In = new("payouts");
}

/// <summary>A payout is to be made. <paramref name="Try"/> counts how often the provider did not answer.</summary>
public sealed record PayoutRequested(UserId CreatorId, string PayoutId, int Try = 0, DateTimeOffset? Since = null) : IEvent
{
    public static string Name => "payout-requested";

    public static int Version => 1;
}

/// <summary>A payout was decided, paid or refused.</summary>
public sealed record PayoutChanged(UserId CreatorId, string PayoutId) : IEvent
{
    public static string Name => "payout-changed";

    public static int Version => 1;
}

/// <summary>What is paid out, pure. Source: product rules, "payout".</summary>
public static class PayoutRules
{
    /// <summary>
    /// Of a closed month: what it ended with, or what we owe now where that is less, since refunds and disputes went on; nothing below the minimum, and nothing while less than nothing is owed:
    /// both carry over. In minor units of the payout currency.
    /// </summary>
    public static long Due(long closing, long owedNow, LedgerOptions options) => Math.Min(closing, owedNow) is var due && due >= options.PayoutMinimum ? due : 0;

    public static string RequestedId(string payoutId) => $"payout|{payoutId}|requested";

    public static string SentId(string payoutId) => $"payout|{payoutId}|sent";

    public static string FailedId(string payoutId) => $"payout|{payoutId}|failed";

    public static LedgerTransaction Requested(Payout payout, DateTimeOffset bookedAt) =>
        Transaction(payout, RequestedId(payout.Id), TransactionKind.Payout, Accounts.Creator, Accounts.Payouts, payout.Id, payout.RequestedAt, bookedAt);

    /// <summary>What was transferred, of the payout as it is by then: after a refusal the amount is owed again, so it comes from there.</summary>
    public static LedgerTransaction Sent(Payout payout, string transferId, DateTimeOffset at, DateTimeOffset bookedAt) =>
        Transaction(
            payout, SentId(payout.Id), TransactionKind.PayoutSent, payout.State == PayoutState.Failed ? Accounts.Creator : Accounts.Payouts, Accounts.Provider, transferId, at, bookedAt);

    public static LedgerTransaction Failed(Payout payout, DateTimeOffset bookedAt) =>
        Transaction(payout, FailedId(payout.Id), TransactionKind.PayoutFailed, Accounts.Payouts, Accounts.Creator, payout.Id, bookedAt, bookedAt);

    private static LedgerTransaction Transaction(Payout payout, string id, TransactionKind kind, string debit, string credit, string source, DateTimeOffset at, DateTimeOffset bookedAt) =>
        Posting.Balanced(new(id, kind, payout.CreatorId, null, payout.Amount.Currency, [.. Posting.Pair(debit, credit, "payout", payout.Amount.Amount)], at, bookedAt, null, source, By: payout.By));
}
