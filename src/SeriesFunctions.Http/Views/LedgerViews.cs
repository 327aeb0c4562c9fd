using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;

namespace SeriesFunctions.Http.Views;

/// <summary>What we owe a creator, per currency; negative carries over. <paramref name="NextPayoutOn"/> pays the statement of the month before, if it is at least <paramref name="PayoutMinimum"/>.</summary>
public sealed record BalanceView(IReadOnlyList<Money> Owed, Money PayoutMinimum, DateOnly NextPayoutOn, bool HasPayoutAccount);

/// <summary>A month in one currency. What adds to what the creator is owed is positive.</summary>
public sealed record StatementLineView(
    string Currency, Money Opening, Money Sales, Money Refunds, Money Disputes, Money ProcessingFees, Money StoreFees, Money Commission, Money DisputeFees, Money Payouts, Money Adjustments, Money Closing)
{
    public static StatementLineView Of(StatementLine line)
    {
        Money M(long amount) => new(amount, line.Currency);
        return new(
            line.Currency, M(line.Opening), M(line.Sales), M(line.Refunds), M(line.Disputes), M(line.ProcessingFees), M(line.StoreFees), M(line.Commission), M(line.DisputeFees),
            M(line.Payouts), M(line.Adjustments), M(line.Closing));
    }
}

/// <summary><paramref name="State"/> is <c>open</c> while the month can still change, then <c>closed</c>.</summary>
public sealed record StatementView(string Month, string State, DateTimeOffset? ClosedAt, long Transactions, IReadOnlyList<StatementLineView> Lines)
{
    public static StatementView Of(Statement statement) => new(
        statement.Month, statement.ClosedAt is null ? "open" : "closed", statement.ClosedAt, statement.Transactions, [.. statement.Lines.Select(StatementLineView.Of)]);
}

/// <summary>A sale with everything that was booked about it. <paramref name="Net"/> is the creator's.</summary>
public sealed record SaleView(
    PurchaseId PurchaseId, SeriesId? SeriesId, DateTimeOffset? SoldAt, Money Price, Money ProcessingFee, Money StoreFee, Money Commission, int CommissionBasisPoints, Money Refunded, Money Disputed,
    Money DisputeFees, Money Net)
{
    public static SaleView Of(SaleLine line)
    {
        Money M(long amount) => new(amount, line.Currency);
        return new(
            line.PurchaseId, line.SeriesId, line.SoldAt, M(line.Price), M(line.ProcessingFee), M(line.StoreFee), M(line.Commission), line.Terms.CommissionBasisPoints, M(line.Refunded), M(line.Disputed),
            M(line.DisputeFees), M(line.Net));
    }
}

public sealed record CommissionRequest(int BasisPoints, string Reason, DateTimeOffset? From = null);

public sealed record CommissionVersionView(int Version, int BasisPoints, DateTimeOffset From, string By, string Reason, DateTimeOffset At);

/// <summary>What counts now; version 0 is the house's rate. <paramref name="Versions"/> are all that were agreed, oldest first.</summary>
public sealed record CommissionView(UserId CreatorId, int Version, int BasisPoints, IReadOnlyList<CommissionVersionView> Versions)
{
    public static CommissionView Of(UserId creator, CommissionPolicy? policy, CommissionVersion current) => new(
        creator, current.Version, current.BasisPoints,
        [.. (policy?.Versions ?? []).Select(version => new CommissionVersionView(version.Version, version.BasisPoints, version.From, version.By, version.Reason, version.At))]);
}

public sealed record PayoutAccountRequest(string Account);

public sealed record PayoutAccountView(UserId CreatorId, string? Account, string? By, DateTimeOffset? At);

/// <summary>Pays all that is owed now.</summary>
public sealed record PayoutRequest(string CreatorId, string Reason);

/// <summary><paramref name="Month"/> is the statement that is paid; null for one that an operator started.</summary>
public sealed record PayoutView(string PayoutId, UserId CreatorId, string? Month, Money Amount, PayoutState State, string Account, string? TransferId, string? Reason, DateTimeOffset RequestedAt, DateTimeOffset? SettledAt)
{
    public static PayoutView Of(Payout payout) => new(
        payout.Id, payout.CreatorId, payout.Month, payout.Amount, payout.State, payout.Account, payout.TransferId, payout.Reason, payout.RequestedAt, payout.SettledAt);
}

/// <summary>A positive amount is owed to the creator on top.</summary>
public sealed record AdjustmentRequest(Money Amount, string Reason, AdjustmentAgainst Against = AdjustmentAgainst.Platform);

public sealed record EntryView(string Account, string For, long Amount);

/// <summary>A transaction of the books; debits positive, in minor units of <paramref name="Currency"/>, together zero.</summary>
public sealed record TransactionView(string Id, TransactionKind Kind, UserId CreatorId, string Currency, IReadOnlyList<EntryView> Entries, string? Note, string? By, DateTimeOffset At, DateTimeOffset BookedAt)
{
    public static TransactionView Of(LedgerTransaction transaction) => new(
        transaction.Id, transaction.Kind, transaction.CreatorId, transaction.Currency, [.. transaction.Entries.Select(entry => new EntryView(entry.Account, entry.For, entry.Amount))],
        transaction.Note, transaction.By, transaction.At, transaction.BookedAt ?? transaction.At);
}

public sealed record ReconcileRequest(string Day);

public sealed record ReconcileAnswer(string Day);

/// <summary>A day's comparison. <paramref name="Theirs"/> and <paramref name="Ours"/>: what the day moved, per currency, in minor units; days differ by what was booked later.</summary>
public sealed record ReconciliationView(string Day, DateTimeOffset RanAt, long Compared, long Differences, long Other, IReadOnlyDictionary<string, long> Theirs, IReadOnlyDictionary<string, long> Ours)
{
    public static ReconciliationView Of(Reconciliation report) => new(report.Day, report.RanAt, report.Compared, report.Differences, report.Other, report.Theirs, report.Ours);
}

public sealed record DifferenceView(string Id, DifferenceKind Kind, UserId? CreatorId, string? PaymentId, string? BookEntryId, string? TransactionId, Money? Theirs, Money? Ours, string WhatToDo)
{
    public static DifferenceView Of(Difference difference) => new(
        difference.Id, difference.Kind, difference.CreatorId, difference.PaymentId, difference.BookEntryId, difference.TransactionId, difference.Theirs, difference.Ours, difference.WhatToDo);
}

public sealed record RefundRecordView(string RefundId, string? ProviderId, Money Amount, RefundStatus Status, string By, string Reason, DateTimeOffset At);

/// <summary>A purchase as an operator sees it. <paramref name="Fee"/> null: the provider has not named it yet.</summary>
public sealed record OperatorPurchaseView(
    PurchaseId PurchaseId, UserId BuyerId, SeriesId? SeriesId, SubscriptionId? SubscriptionId, UserId CreatorId, string PaymentId, PurchaseState State, Money Amount, Money? Fee, Money Refunded, DisputeStatus? Dispute,
    IReadOnlyList<RefundRecordView> Refunds, DateTimeOffset PaidAt)
{
    public static OperatorPurchaseView Of(Purchase purchase) => new(
        purchase.Id, purchase.BuyerId, purchase.SeriesId, purchase.Period?.SubscriptionId, purchase.CreatorId, purchase.PaymentId, purchase.State, purchase.Amount, purchase.FeeIsKnown ? purchase.Fee : null, purchase.Refunded,
        purchase.Dispute, [.. purchase.Refunds.Select(refund => new RefundRecordView(refund.Id, refund.ProviderId, refund.Amount, refund.Status, refund.By, refund.Reason, refund.At))], purchase.PaidAt);
}

public enum AccessDecision
{
    Grant,
    Revoke,
}

public sealed record AccessRequest(AccessDecision Decision, string Reason);

/// <summary>Who changed a grant to which state, why and when.</summary>
public sealed record GrantChangeView(GrantState State, string? Reason, string By, DateTimeOffset At);

public sealed record GrantView(GrantCause Cause, string CauseId, GrantState State, IReadOnlyList<GrantChangeView> History);

/// <summary>Somebody's grants for one series; any live one gives access.</summary>
public sealed record AccessView(UserId ViewerId, SeriesId SeriesId, bool Live, IReadOnlyList<GrantView> Grants)
{
    public static AccessView Of(Access access) => new(
        access.ViewerId, access.SeriesId, access.IsLive,
        [.. access.Grants.Select(grant => new GrantView(grant.Cause, grant.CauseId, grant.State, [.. grant.History.Select(change => new GrantChangeView(change.State, change.Reason, change.By, change.At))]))]);
}

/// <summary>A message that nobody could handle. <paramref name="Message"/> is its envelope as it was sent.</summary>
public sealed record DeadLetterView(string Queue, string MessageId, string? Event, string Reason, string Description, int DeliveryCount, DateTimeOffset DeadLetteredAt, string Message)
{
    public static DeadLetterView Of(Core.Messaging.DeadLetter letter)
    {
        string? name = null;
        try
        {
            name = Core.Messaging.Envelope.Parse(letter.Body).Name;
        }
        catch (FormatException)
        {
            // That may be just why it is here.
        }
        return new(letter.Queue, letter.Id, name, letter.Reason, letter.Description, letter.DeliveryCount, letter.DeadLetteredAt, System.Text.Encoding.UTF8.GetString(letter.Body.Span));
    }
}

public sealed record DeadLetterAnswer(string Queue, string MessageId);

/// <summary>Exactly one of event, object (a session's or payment's id) and time.</summary>
public sealed record ReplayRequest(string? EventId = null, string? ObjectId = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

public sealed record ReplayView(string ReplayId, string? EventId, string? ObjectId, DateTimeOffset? From, DateTimeOffset? To, ReplayState State, long Sent, string? Reason, string By, DateTimeOffset At)
{
    public static ReplayView Of(Replay replay) => new(replay.Id, replay.EventId, replay.ObjectId, replay.From, replay.To, replay.State, replay.Sent, replay.Reason, replay.By, replay.At);
}

public sealed record InboxEventView(string EventId, string Type, string ObjectId, InboxState State, int Tries, string? Reason, DateTimeOffset CreatedAt, DateTimeOffset ReceivedAt, DateTimeOffset? AppliedAt)
{
    public static InboxEventView Of(InboxEvent stored) => new(
        stored.Id, stored.Type, stored.ObjectId, stored.State, stored.Tries, stored.LastReason, stored.CreatedAt, stored.ReceivedAt, stored.AppliedAt);
}
