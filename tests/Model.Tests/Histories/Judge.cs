using System.Globalization;
using System.Text;
using Model.Tests.Memory;
using Model.Tests.Running;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;

namespace Model.Tests.Histories;

/// <summary>
/// Compares what is stored at the end of a history with what the provider's own books say, and with the rules. Knows nothing of how the product got there.
/// </summary>
public sealed class Judge(World world)
{
    /// <summary>After the history was drained.</summary>
    /// <param name="timers">When the minute's timers began, and whose books were in the list of all books then.</param>
    public void Decide(IReadOnlyList<(DateTimeOffset At, IReadOnlyList<UserId> Books)> timers)
    {
        foreach (var viewer in World.Viewers)
        {
            foreach (var (series, _, _, _) in World.Series)
                Access(viewer, series);
        }
        foreach (var payment in Ours)
            Payment(payment);
        foreach (var session in world.Provider.Sessions)
        {
            if (world.Watch.Checkouts.GetValueOrDefault(session.Subject!.CheckoutId.Value) is not { } checkout || checkout.Price != session.Amount)
                world.Violated($"The page {session.Id} asks for {session.Amount} and no checkout promised that.");
        }
        foreach (var checkout in world.Watch.Checkouts.Values.Where(checkout => checkout.StateAt(world.Now) == CheckoutState.Open))
            world.Violated($"Checkout {checkout.Id} is open long after its time.");
        Inbox();
        Codes();
        Ledger();
        Statements();
        Payouts();
        Monthly(timers);
        foreach (var letter in world.Queue.DeadLetters)
        {
            if (!(letter.Reason.StartsWith("parked-too-long", StringComparison.Ordinal) && world.Provider.Told.Any(told => IsForeign(told) && Encoding.UTF8.GetString(letter.Body.Span).Contains(told.Id, StringComparison.Ordinal))))
                world.Violated($"A dead letter is left: {letter.Queue} {letter.Reason}: {Encoding.UTF8.GetString(letter.Body.Span)}");
        }
    }

    /// <summary>Payments for checkouts of ours.</summary>
    private IEnumerable<MemoryPayment> Ours => world.Provider.Payments.Where(payment => payment.Status == PaymentStatus.Succeeded && !IsForeign(payment.Id));

    private static bool IsForeign(string paymentId) => paymentId.Contains("foreign", StringComparison.Ordinal);

    private static bool IsForeign(MemoryEvent told) => IsForeign(told.ObjectId);

    private void Access(UserId viewer, SeriesId series)
    {
        var own = Ours.Where(payment => payment.IsKept && payment.Subject!.BuyerId == viewer && payment.Subject.SeriesId == series && CheckoutOf(payment.Subject.CheckoutId)?.GiftTo is null)
            .Select(payment => payment.Id)
            .Concat(world.Watch.Checkouts.Values.Where(checkout => checkout is { Price.Amount: 0, State: CheckoutState.Paid } && checkout.BuyerId == viewer && checkout.SeriesId == series && checkout.GiftTo is null).Select(checkout => checkout.Id.Value))
            .ToList();
        // A refund that the bank did not take, long after the viewer had bought again, is money that came back to us unasked: for an operator to send on.
        if (own.Count > 1 && !Ours.Any(payment => own.Contains(payment.Id) && payment.Refunds.Any(refund => refund.Status == RefundStatus.Failed)))
            world.Violated($"{viewer} paid {own.Count} times for {series}: {string.Join(", ", own)}.");
        var kept = own.Concat(world.All<Gift>(Gift.In(viewer).Key, "gift|").Where(gift => gift.SeriesId == series && gift.State == GiftState.Accepted && IsPaid(gift)).Select(gift => gift.Id.Value)).ToList();
        var access = world.Find<Access>(SeriesFunctions.Core.Library.Access.In(viewer), SeriesFunctions.Core.Library.Access.DocumentId(series));
        if (access?.IsLive == true != kept.Count > 0)
            world.Violated($"{viewer} {(kept.Count > 0 ? "paid for" : "has not paid for")} {series} and {(access?.IsLive == true ? "has" : "has no")} access.");
        if (kept.Count == 0)
            return;
        var shown = world.Find<PublicSeries>(Series.In(series), PublicSeries.DocumentId);
        var buyer = world.Find<Buyer>(Series.In(series), Buyer.DocumentId(viewer));
        if (shown is null)
            world.Violated($"{viewer} bought {series}, and it is gone.");
        else if (buyer is null)
            world.Violated($"{series} does not know that {viewer} bought it.");
    }

    private CheckoutRecord? CheckoutOf(CheckoutId id) => world.Watch.Checkouts.GetValueOrDefault(id.Value);

    private bool IsPaid(Gift gift) =>
        CheckoutOf(gift.PurchaseId.Checkout)!.Price.Amount == 0 || Ours.Any(payment => payment.IsKept && payment.Subject!.CheckoutId == gift.PurchaseId.Checkout);

    /// <summary>Each code's uses are its paid checkouts, and nothing is held any more.</summary>
    private void Codes()
    {
        foreach (var code in world.Watch.Codes)
        {
            var uses = world.Find<CodeUses>(CodeUses.In(code.SeriesId, code.Code), CodeUses.DocumentId) ?? CodeUses.None;
            var paid = world.Watch.Checkouts.Values.Count(checkout => checkout.SeriesId == code.SeriesId && checkout.PromoCode == code.Code && world.Watch.Purchases.Any(purchase => purchase.Id == PurchaseId.Of(checkout.Id)));
            if (uses.Held != 0 || uses.Paid != paid)
                world.Violated($"The code {code.Code} of {code.SeriesId} was paid with {paid} times and counts {uses}.");
        }
    }

    private void Payment(MemoryPayment payment)
    {
        if (world.Watch.Checkouts.GetValueOrDefault(payment.Subject!.CheckoutId.Value) is not { } checkout)
        {
            world.Violated($"{payment.Id} is for a checkout that we never wrote.");
            return;
        }
        var purchase = world.Find<Purchase>(Purchase.In(checkout.BuyerId), Purchase.DocumentId(PurchaseId.Of(checkout.Id)));
        if (purchase is null || purchase.PaymentId != payment.Id)
        {
            if (payment.IsKept && !payment.Refunds.Any(refund => refund.Status == RefundStatus.Failed))
                world.Violated($"{payment.Id} was kept silently: no purchase, no refund.");
            return;
        }
        if (payment.Amount != checkout.Price)
            world.Violated($"{payment.Id} took {payment.Amount}; {checkout.Id} promised {checkout.Price}.");
        var refunded = payment.Refunds.Where(refund => refund.Status == RefundStatus.Succeeded).Sum(refund => refund.Amount.Amount);
        if (purchase.Refunded.Amount != refunded || purchase.Dispute != payment.Dispute?.Status)
            world.Violated($"{purchase.Id} has {purchase.Refunded} given back and dispute {purchase.Dispute}; the provider has {refunded} and {payment.Dispute?.Status}.");
        if (purchase.Refunds.Any(refund => refund.Status == RefundStatus.Pending))
            world.Violated($"{purchase.Id} has a refund that is still pending.");
        if (world.Find<CheckoutOwner>(CheckoutOwner.In(checkout.Id), CheckoutOwner.DocumentId)?.BuyerId != checkout.BuyerId)
            world.Violated($"An operator does not find {purchase.Id}.");
    }

    /// <summary>After all events were asked for again: each of ours was applied since.</summary>
    public void Applied(DateTimeOffset since)
    {
        foreach (var stored in world.All<InboxEntry>("inbox-hour|", "").Where(entry => !IsForeign(entry.ObjectId)).Select(entry => world.Find<InboxEvent>(InboxEvent.In(entry.EventId), InboxEvent.DocumentId)!))
        {
            if (stored.AppliedAt is not { } at || at < since)
                world.Violated($"The event {stored.Id} {stored.Type} was not applied again.");
        }
        world.Seen.Add("all events once more");
    }

    private void Inbox()
    {
        foreach (var told in world.Provider.Told)
        {
            var stored = world.Find<InboxEvent>(InboxEvent.In(told.Id), InboxEvent.DocumentId);
            if (stored is null && world.Provider.Lost.Contains(told.Id))
                continue;
            if (stored is null)
                world.Violated($"The event {told.Id} {told.Type} was lost.");
            else if (stored.AppliedAt is null && !IsForeign(told))
                world.Violated($"The event {told.Id} {told.Type} was never applied: {stored.LastReason}.");
        }
    }

    /// <summary>The books balance and agree with the provider's.</summary>
    public void Ledger()
    {
        long held = 0;
        foreach (var books in world.All<LedgerTransaction>("ledger|", "tx|").GroupBy(transaction => transaction.CreatorId))
        {
            foreach (var transaction in books.Where(transaction => transaction.Sum != 0))
                world.Violated($"{transaction.Id} adds up to {transaction.Sum}.");
            if (!books.OrderBy(transaction => transaction.Sort, StringComparer.Ordinal).Select(transaction => transaction.Number).SequenceEqual(Enumerable.Range(1, books.Count()).Select(number => (long)number)))
                world.Violated($"The books of {books.Key} are not numbered without a gap in the order of their instants.");
            world.Seen.UnionWith(books.Select(transaction => transaction.PolicyVersion > 0 ? "Sale at an agreed commission" : transaction.Kind.ToString()));
            var totals = books.SelectMany(transaction => transaction.Entries).GroupBy(entry => entry.Account).ToDictionary(account => account.Key, account => account.Sum(entry => entry.Amount));
            var running = world.Find<LedgerBalance>(LedgerTransaction.In(books.Key), LedgerBalance.DocumentId) ?? LedgerBalance.Empty;
            if (totals.Any(total => running.Totals.GetValueOrDefault(LedgerBalance.Key("USD", total.Key)) != total.Value) || running.Transactions != books.Count())
                world.Violated($"The running totals of {books.Key} are not what the entries add up to.");
            held += totals.GetValueOrDefault(Accounts.Provider);
            Commission(books.Key, totals.GetValueOrDefault(Accounts.Commission));
        }
        // What somebody else was paid at the same account is none of ours.
        var ours = world.Provider.Books.Where(entry => entry.PaymentId is not { } payment || !IsForeign(payment)).Sum(entry => entry.Amount.Amount - entry.Fee.Amount);
        if (held != ours)
            world.Violated($"Our books say that the provider holds {held}; it holds {ours}.");
    }

    /// <summary>The commission on each sale, rounded half up, less its part of all that went back, rounded half up.</summary>
    private void Commission(UserId creator, long booked)
    {
        long due = 0;
        foreach (var purchase in world.Watch.Purchases.Where(purchase => purchase.CreatorId == creator && purchase.Amount.Amount > 0))
        {
            var payment = world.Provider.Payments.Single(payment => payment.Id == purchase.PaymentId);
            var commission = HalfUp((payment.Amount.Amount - payment.Fee) * world.Watch.CommissionOf(payment.Id) / 10_000m);
            var back = payment.Refunded + (payment.Dispute is { Status: not DisputeStatus.Won } dispute ? dispute.Amount.Amount : 0);
            due += commission - HalfUp(commission * back / (decimal)payment.Amount.Amount);
        }
        if (-booked != due)
            world.Violated($"The commission on the sales of {creator} is {due} and {-booked} is booked.");
    }

    /// <summary>Each closed month goes on where the one before ended, and holds what was booked in it.</summary>
    private void Statements()
    {
        foreach (var creator in World.Creators)
        {
            var booked = world.All<LedgerTransaction>(LedgerTransaction.In(creator).Key, "tx|");
            long owed = 0;
            foreach (var statement in world.All<Statement>(LedgerTransaction.In(creator).Key, "statement|").OrderBy(statement => statement.Month, StringComparer.Ordinal))
            {
                var from = DateTimeOffset.ParseExact(statement.Month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
                var inIt = booked.Where(transaction => transaction.BookedAt >= from && transaction.BookedAt < from.AddMonths(1)).ToList();
                var line = statement.In("USD");
                if (line.Opening != owed || line.Closing != owed - inIt.Sum(transaction => transaction.On(Accounts.Creator)) || statement.Transactions != inIt.Count)
                    world.Violated($"{creator}'s statement of {statement.Month} opens with {line.Opening} and closes with {line.Closing}; the books opened with {owed} and moved by {-inIt.Sum(transaction => transaction.On(Accounts.Creator))}.");
                owed = line.Closing;
                world.Seen.Add("statement");
            }
        }
    }

    /// <summary>Every payout was made once or not at all, nobody was paid what was not owed, and the provider transferred nothing else.</summary>
    private void Payouts()
    {
        var payouts = world.All<Payout>("ledger|", "payout|");
        var transfers = world.Provider.Books.Where(entry => entry.Kind == BookKind.Transfer).ToDictionary(entry => entry.SourceId!);
        foreach (var payout in payouts)
        {
            if (payout.State == PayoutState.Requested)
                world.Violated($"The payout {payout.Id} was never decided.");
            if (payout.State == PayoutState.Paid && (!transfers.Remove(payout.TransferId!, out var made) || made.Amount.Amount != -payout.Amount.Amount))
                world.Violated($"The payout {payout.Id} of {payout.Amount} is not what the provider transferred: {made}.");
            world.Seen.Add($"payout {payout.State}{(payout.Month is null ? "" : " of a month")}");
            if (payout is { Month: not null, Amount.Amount: < World.PayoutMinimum })
                world.Violated($"The payout {payout.Id} of {payout.Month} is only {payout.Amount}.");
        }
        if (transfers.Count > 0)
            world.Violated($"The provider transferred what no payout knows of: {string.Join(", ", transfers.Keys)}.");
        foreach (var month in payouts.Where(payout => payout.Month is not null).CountBy(payout => (payout.CreatorId, payout.Month)).Where(month => month.Value > 1))
            world.Violated($"{month.Key} was paid {month.Value} times.");
        foreach (var creator in World.Creators)
        {
            long owed = 0;
            foreach (var transaction in world.All<LedgerTransaction>(LedgerTransaction.In(creator).Key, "tx|").OrderBy(transaction => transaction.Sort, StringComparer.Ordinal))
            {
                owed -= transaction.On(Accounts.Creator);
                if (transaction.Kind == TransactionKind.Payout && owed < 0)
                    world.Violated($"{transaction.Id} paid {creator} {-owed} more than was owed to her.");
            }
        }
    }

    /// <summary>Whoever was owed enough at the end of a month, and ever since the 15th after it, was paid for it: on that day or whenever the timers ran next.</summary>
    private void Monthly(IReadOnlyList<(DateTimeOffset At, IReadOnlyList<UserId> Books)> timers)
    {
        var timersAt = timers[^1].At;
        var month = new DateTimeOffset(timersAt.Year, timersAt.Month, 1, 0, 0, 0, TimeSpan.Zero);
        // The last month whose day of payment has come.
        var end = timersAt < month.AddDays(14) ? month.AddMonths(-1) : month;
        var payday = end.AddDays(14);
        var name = end.AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        foreach (var creator in World.Creators)
        {
            var partition = LedgerTransaction.In(creator);
            // Books that were opened and not in the list yet are paid for a month later: what is owed carries over.
            if (!timers.First(run => run.At >= payday).Books.Contains(creator) || world.All<Payout>(partition.Key, "payout|").Any(payout => payout.Month == name))
                continue;
            long closing = 0;
            long owed = 0;
            var least = long.MaxValue;
            foreach (var transaction in world.All<LedgerTransaction>(partition.Key, "tx|").OrderBy(transaction => transaction.Sort, StringComparer.Ordinal))
            {
                if (transaction.BookedAt >= payday)
                    least = Math.Min(least, owed);
                owed -= transaction.On(Accounts.Creator);
                if (transaction.BookedAt < end)
                    closing = owed;
            }
            if (Math.Min(closing, Math.Min(least, owed)) >= World.PayoutMinimum)
                world.Violated($"{creator} was not paid for {name}, which ended with {closing}.");
        }
    }

    /// <summary>
    /// After every day was compared: nothing differs but payments that are none of ours and, <paramref name="beforeTheyAreFollowed"/>, those that the provider lost an event of; and each report says what to do.
    /// </summary>
    public void Reconciled(bool beforeTheyAreFollowed)
    {
        var lost = world.Provider.Told.Where(told => world.Provider.Lost.Contains(told.Id)).Select(told => told.Snapshot?.Id).ToHashSet();
        var reported = world.Differences();
        foreach (var difference in reported)
        {
            world.Seen.Add(difference.Kind.ToString());
            if (difference.WhatToDo.Length == 0 || !(difference.PaymentId is { } payment && (IsForeign(payment) || beforeTheyAreFollowed && lost.Contains(payment))))
                world.Violated($"The comparison with the provider's books differs: {difference}.");
        }
        foreach (var entry in world.Provider.Books.Where(entry => entry.PaymentId is { } payment && IsForeign(payment) && !reported.Any(difference => difference.BookEntryId == entry.Id)))
            world.Violated($"The comparison with the provider's books did not tell of {entry}.");
    }

    private static long HalfUp(decimal amount) => (long)Math.Floor(amount + 0.5m);
}
