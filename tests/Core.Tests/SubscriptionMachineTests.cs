using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Subscriptions;

namespace Core.Tests;

/// <summary>The table of a subscription's states, and what invoices at the provider make of a subscription. Finds a state that nobody meant, and a period that is paid twice.</summary>
public sealed class SubscriptionMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddMonths(1);
    private static readonly TimeSpan Grace = TimeSpan.FromDays(7);
    private static readonly SubscriptionTerms Friends = new(new("tie_1"), Money.Usd(499));
    private static readonly SubscriptionTerms Family = new(new("tie_2"), Money.Usd(999));

    [Fact]
    public void Every_state_and_every_cause_is_in_the_table_and_every_state_can_be_reached_and_left_but_the_end()
    {
        Assert.Equal(Enum.GetValues<SubscriptionCause>().Order(), SubscriptionMachine.Table.Select(row => row.Cause).Distinct().Order());
        Assert.Equal(Enum.GetValues<SubscriptionState>().Order(), SubscriptionMachine.Table.Select(row => row.To).Distinct().Order());
        Assert.Equal(
            Enum.GetValues<SubscriptionState>().Where(state => state != SubscriptionState.Ended).Order(),
            SubscriptionMachine.Table.Where(row => row.From is not null).Select(row => row.From!.Value).Distinct().Order());
    }

    [Fact]
    public void Every_way_is_the_tables_and_every_other_one_is_a_bug()
    {
        foreach (var from in Enum.GetValues<SubscriptionState>().Cast<SubscriptionState?>().Append(null))
        {
            foreach (var cause in Enum.GetValues<SubscriptionCause>())
            {
                var row = SubscriptionMachine.Table.SingleOrDefault(row => row.From == from && row.Cause == cause);
                if (row is null)
                    Assert.Throws<InvalidOperationException>(() => SubscriptionMachine.Next(from, cause));
                else
                    Assert.Equal(row.To, SubscriptionMachine.Next(from, cause));
            }
        }
    }

    [Fact]
    public void The_way_to_what_the_provider_says_goes_by_rows_of_the_table()
    {
        SubscriptionState[] running = [SubscriptionState.Active, SubscriptionState.PastDue, SubscriptionState.Cancelling];
        foreach (var from in running.Append(SubscriptionState.Incomplete))
        {
            foreach (var to in running)
                Assert.Equal(to, SubscriptionMachine.Way(from, to).Aggregate(from, (state, cause) => SubscriptionMachine.Next(state, cause)));
        }
        Assert.Throws<InvalidOperationException>(() => SubscriptionMachine.Way(SubscriptionState.Ended, SubscriptionState.Active));
    }

    [Theory]
    [InlineData(SubscriptionState.Incomplete, null)]
    [InlineData(SubscriptionState.Active, 7)]
    [InlineData(SubscriptionState.PastDue, 7)]
    [InlineData(SubscriptionState.Cancelling, 0)]
    [InlineData(SubscriptionState.Ended, null)]
    public void Each_state_gives_access_until_the_end_that_the_rules_say(SubscriptionState state, int? daysAfterThePeriod) =>
        Assert.Equal(daysAfterThePeriod is { } days ? End.AddDays(days) : null, SubscriptionMachine.AccessUntil(state, End, Grace));

    [Fact]
    public void The_clock_ends_access_to_the_instant()
    {
        var active = Paid().Subscription;
        Assert.Equal((SubscriptionState.Active, SubscriptionState.Ended), (active.StateAt(End + Grace - TimeSpan.FromTicks(1)), active.StateAt(End + Grace)));
        var access = Paid().Access!;
        Assert.Equal([Friends.TierId], access.TiersAt(End + Grace - TimeSpan.FromTicks(1)));
        Assert.Empty(access.TiersAt(End + Grace));
    }

    [Fact]
    public void The_first_payment_gives_access_and_a_purchase_of_its_period()
    {
        var decision = Decide(Opened(), Found(Invoice(0)), Payment(0));
        var purchase = decision.After.Invoices[0].Purchase!;
        Assert.Equal((SubscriptionState.Active, (DateTimeOffset?)End, Friends), (decision.After.Subscription.State, decision.After.Subscription.PaidUntil, decision.After.Subscription.Terms));
        Assert.Equal((Start, End, Friends.TierId, (SeriesId?)null), (purchase.Period!.From, purchase.Period.To, purchase.Period.TierId, purchase.SeriesId));
        Assert.Single(decision.Events.OfType<PurchaseSettled>());
        Assert.Equal(SubscriptionState.Active, Assert.Single(decision.Events.OfType<SubscriptionMoved>()).To);
    }

    [Fact]
    public void The_same_again_changes_nothing()
    {
        var once = Decide(Opened(), Found(Invoice(0)), Payment(0)).After;
        var twice = SubscriptionSettlement.Decide(once, Found(Invoice(0)), Grace, Start.AddDays(1));
        Assert.Empty(twice.Events);
        Assert.Equal(once.Subscription, twice.After.Subscription);
        Assert.Same(once.Access, twice.After.Access);
    }

    [Theory]
    [InlineData(true, 499, "already-subscribed")]
    [InlineData(false, 498, "amount-mismatch")]
    public void A_first_payment_that_can_t_be_kept_goes_back_and_ends_the_subscription(bool otherRuns, long amount, string reason)
    {
        var payment = Payment(0) with { Amount = Money.Usd(amount) };
        var before = new SubscriptionBooks(Opened(), null, [new(Invoice(0), payment, null, null)], otherRuns);
        var decision = SubscriptionSettlement.Decide(before, Found(Invoice(0)), Grace, Start);
        Assert.Equal((SubscriptionState.Ended, reason), (decision.After.Subscription.State, decision.After.Subscription.EndReason));
        Assert.Equal(reason, Assert.Single(decision.Events.OfType<PaymentUnwanted>()).Reason);
        // The provider is told to renew nothing.
        Assert.Single(decision.Events.OfType<SubscriptionToTell>());
        Assert.Null(decision.After.Access);
    }

    [Fact]
    public void A_second_invoice_for_a_period_that_is_paid_goes_back()
    {
        var twin = Invoice(0) with { Id = "in_twin", PaymentId = "pi_twin", CreatedAt = Start.AddMinutes(1) };
        var decision = Decide(Paid(), Found(twin, Invoice(0)), (twin, Payment(0) with { Id = "pi_twin" }));
        Assert.Equal("period-paid-twice", Assert.Single(decision.Events.OfType<PaymentUnwanted>()).Reason);
        Assert.Equal((SubscriptionState.Active, (DateTimeOffset?)End), (decision.After.Subscription.State, decision.After.Subscription.PaidUntil));
    }

    [Fact]
    public void A_renewal_that_fails_keeps_access_for_the_grace_and_is_over_when_the_provider_has_ended_it()
    {
        var pastDue = Decide(Paid(), Found(Invoice(1) with { IsPaid = false, PaymentId = null }, Invoice(0)) with { Status = ProviderSubscriptionStatus.PastDue }).After;
        Assert.Equal((SubscriptionState.PastDue, (DateTimeOffset?)(End + Grace)), (pastDue.Subscription.State, pastDue.Subscription.AccessUntil));
        var over = End + Grace + TimeSpan.FromMinutes(5);
        var ended = SubscriptionSettlement.Decide(pastDue, Found(Invoice(0)) with { Status = ProviderSubscriptionStatus.Ended, EndedAt = over }, Grace, over).After;
        Assert.Equal((SubscriptionState.Ended, "not-paid", (DateTimeOffset?)(End + Grace)), (ended.Subscription.State, ended.Subscription.EndReason, ended.Subscription.AccessUntil));
    }

    [Fact]
    public void One_that_is_past_due_and_was_not_to_be_renewed_either_ends_as_not_paid()
    {
        var pastDue = Decide(Paid(), Found(Invoice(0)) with { Status = ProviderSubscriptionStatus.PastDue, Renews = false }).After;
        var over = End + Grace;
        var ended = SubscriptionSettlement.Decide(pastDue, Found(Invoice(0)) with { Status = ProviderSubscriptionStatus.Ended, Renews = false, EndedAt = over }, Grace, over).After;
        Assert.Equal((SubscriptionState.Ended, "not-paid"), (ended.Subscription.State, ended.Subscription.EndReason));
    }

    [Fact]
    public void A_payment_for_a_period_that_is_over_before_its_end_goes_back()
    {
        var found = Found(Invoice(1), Invoice(0)) with { Status = ProviderSubscriptionStatus.Ended, EndedAt = End + Grace };
        var decision = Decide(Paid(), found, (Invoice(1), Payment(1)));
        Assert.Equal("subscription-ended", Assert.Single(decision.Events.OfType<PaymentUnwanted>()).Reason);
        Assert.Equal(SubscriptionState.Ended, decision.After.Subscription.State);
    }

    [Fact]
    public void What_is_over_when_its_failed_renewal_is_heard_of_is_looked_at_at_once_and_not_put_off()
    {
        var (paid, late) = (Paid(), End + Grace + TimeSpan.FromHours(12));
        var unpaid = Found(Invoice(1) with { IsPaid = false }, Invoice(0)) with { Status = ProviderSubscriptionStatus.PastDue };
        var due = SubscriptionSettlement.Decide(paid, unpaid, Grace, late).After.Subscription;
        Assert.Equal((SubscriptionState.PastDue, paid.Subscription.LookAt), (due.State, due.LookAt));
        var ahead = paid with { Subscription = paid.Subscription with { LookAt = late.AddHours(5) } };
        Assert.Equal(late, SubscriptionSettlement.Decide(ahead, unpaid, Grace, late).After.Subscription.LookAt);
        // In its grace there is time.
        Assert.True(SubscriptionSettlement.Decide(paid, unpaid, Grace, End.AddHours(2)).After.Subscription.LookAt > End.AddHours(2));
    }

    [Fact]
    public void What_the_viewer_wants_outranks_a_provider_that_was_not_told_yet()
    {
        var paid = Paid();
        Assert.True(SubscriptionRules.Cancel(paid.Subscription, Grace, Start.AddDays(3)).IsOk(out var cancelled, out _));
        Assert.Equal((SubscriptionState.Cancelling, (DateTimeOffset?)End), (cancelled.State, cancelled.AccessUntil));
        var stillRenewing = Decide(paid with { Subscription = cancelled }, Found(Invoice(0))).After.Subscription;
        Assert.Equal(SubscriptionState.Cancelling, stillRenewing.State);
        // It was renewed all the same: that money goes back, and the subscription is over.
        var late = End.AddHours(1);
        var decision = SubscriptionSettlement.Decide(
            paid with { Subscription = cancelled, Invoices = [.. paid.Invoices, new(Invoice(1), Payment(1), null, null)] }, Found(Invoice(1), Invoice(0)), Grace, late);
        Assert.Equal("cancelled-before", Assert.Single(decision.Events.OfType<PaymentUnwanted>()).Reason);
        Assert.Equal((SubscriptionState.Ended, (DateTimeOffset?)End), (decision.After.Subscription.State, decision.After.Subscription.AccessUntil));
    }

    [Fact]
    public void A_dearer_tier_counts_when_its_difference_is_paid_and_a_cheaper_one_from_the_next_period()
    {
        var change = Invoice(0) with { Id = "in_up", PaymentId = "pi_up", Reason = InvoiceReason.Change, TierId = Family.TierId, From = Start.AddDays(10), CreatedAt = Start.AddDays(10), Amount = Money.Usd(320) };
        var up = Decide(Paid(), Found(change, Invoice(0)) with { Terms = Family }, (change, Payment(0) with { Id = "pi_up", Amount = Money.Usd(320) })).After;
        Assert.Equal((Family, (SubscriptionTerms?)null, (DateTimeOffset?)End), (up.Subscription.Terms, up.Subscription.Next, up.Subscription.PaidUntil));
        Assert.Equal([Family.TierId], up.Access!.TiersAt(Start.AddDays(11)));

        var down = SubscriptionSettlement.Decide(up, Found(change, Invoice(0)) with { Terms = Friends }, Grace, Start.AddDays(12)).After;
        Assert.Equal((Family, Friends), (down.Subscription.Terms, down.Subscription.Next));
        Assert.Equal([Family.TierId], down.Access!.TiersAt(Start.AddDays(13)));
        var renewed = SubscriptionSettlement.Decide(
            down with { Invoices = [.. down.Invoices, new(Invoice(1), Payment(1), null, null)] }, Found(Invoice(1), change, Invoice(0)), Grace, End.AddHours(1)).After;
        Assert.Equal((Friends, (SubscriptionTerms?)null), (renewed.Subscription.Terms, renewed.Subscription.Next));
        Assert.Equal([Friends.TierId], renewed.Access!.TiersAt(End.AddDays(1)));
    }

    [Fact]
    public void A_difference_that_is_paid_before_the_period_is_charged_gives_the_tier_and_no_time()
    {
        // Stripe moves the period on an hour before it charges for it.
        var change = Invoice(1) with { Id = "in_up", PaymentId = "pi_up", Reason = InvoiceReason.Change, TierId = Family.TierId, From = End.AddMinutes(30), CreatedAt = End.AddMinutes(30), Amount = Money.Usd(499) };
        var up = Decide(Paid(), Found(change, Invoice(1) with { IsPaid = false, PaymentId = null }, Invoice(0)) with { Terms = Family }, (change, Payment(1) with { Id = "pi_up" })).After;
        Assert.Equal((Family, (DateTimeOffset?)End, (DateTimeOffset?)(End + Grace)), (up.Subscription.Terms, up.Subscription.PaidUntil, up.Subscription.AccessUntil));
        Assert.Equal([Family.TierId], up.Access!.TiersAt(End.AddHours(1)));
        var renewed = Decide(up, Found(change, Invoice(1), Invoice(0)) with { Terms = Family }, (Invoice(1), Payment(1))).After;
        Assert.Equal((Family, (DateTimeOffset?)Start.AddMonths(2)), (renewed.Subscription.Terms, renewed.Subscription.PaidUntil));
    }

    [Theory]
    [InlineData("tie_1", 599)]
    [InlineData("tie_3", 499)]
    public void What_is_agreed_to_before_the_period_is_charged_is_shown_from_the_next_one_on(string tier, long price)
    {
        var agreed = new SubscriptionTerms(new(tier), Money.Usd(price));
        var renewed = Decide(Paid(), Found(Invoice(1), Invoice(0)) with { Terms = agreed }, (Invoice(1), Payment(1))).After;
        Assert.Equal((Friends, agreed), (renewed.Subscription.Terms, renewed.Subscription.Next));
        Assert.Equal([Friends.TierId], renewed.Access!.TiersAt(End.AddDays(1)));
        var next = Invoice(2) with { TierId = agreed.TierId, Amount = agreed.Price };
        var later = Decide(renewed, Found(next, Invoice(1), Invoice(0)) with { Terms = agreed }, (next, Payment(2) with { Amount = agreed.Price })).After;
        Assert.Equal((agreed, (SubscriptionTerms?)null), (later.Subscription.Terms, later.Subscription.Next));
    }

    [Fact]
    public void A_difference_is_for_the_price_that_was_asked_for_when_it_was_charged()
    {
        var change = Invoice(0) with { Id = "in_up", PaymentId = "pi_up", Reason = InvoiceReason.Change, TierId = Family.TierId, From = Start.AddDays(1), CreatedAt = Start.AddDays(1), Amount = Money.Usd(490) };
        var later = Family with { Price = Money.Usd(1_499) };
        var wishing = Paid() is var paid ? paid with { Subscription = paid.Subscription with { Wish = new("chg_1", Family, "Family", AtOnce: true, Start.AddDays(1)) } } : null!;
        // At the provider the next period is to cost something else again by the time that anybody looks.
        var up = Decide(wishing, Found(change, Invoice(0)) with { Terms = later }, (change, Payment(0) with { Id = "pi_up", Amount = Money.Usd(490) })).After;
        Assert.Equal((Family, later), (up.Subscription.Terms, up.Subscription.Next));
    }

    [Fact]
    public void Whoever_cancels_before_the_next_period_is_charged_ends_at_once_and_what_was_charged_meanwhile_goes_back()
    {
        var paid = Paid();
        Assert.True(SubscriptionRules.Cancel(paid.Subscription, Grace, End - TimeSpan.FromTicks(1)).IsOk(out var before, out _));
        Assert.Equal(SubscriptionState.Cancelling, before.State);
        Assert.True(SubscriptionRules.Cancel(paid.Subscription, Grace, End.AddMinutes(30)).IsOk(out var cancelled, out _));
        Assert.Equal((SubscriptionState.Ended, "cancelled", (DateTimeOffset?)End.AddMinutes(30)), (cancelled.State, cancelled.EndReason, cancelled.AccessUntil));
        var charged = SubscriptionSettlement.Decide(
            paid with { Subscription = cancelled, Invoices = [.. paid.Invoices, new(Invoice(1), Payment(1), null, null)] }, Found(Invoice(1), Invoice(0)), Grace, End.AddHours(2));
        Assert.Equal("subscription-ended", Assert.Single(charged.Events.OfType<PaymentUnwanted>()).Reason);
    }

    [Theory]
    [InlineData(499, SubscriptionState.Ended, "refunded")]
    [InlineData(100, SubscriptionState.Active, null)]
    public void A_full_refund_of_the_present_period_ends_it_and_a_part_does_not(long amount, SubscriptionState state, string? reason)
    {
        var refunded = Payment(0) with { Refunds = [new("re_1", "pi_0", Money.Usd(amount), RefundStatus.Succeeded, Start.AddDays(2))] };
        var after = Decide(Paid(), Found(Invoice(0)), (Invoice(0), refunded)).After;
        Assert.Equal((state, reason), (after.Subscription.State, after.Subscription.EndReason));
        Assert.Equal(state == SubscriptionState.Active ? 1 : 0, after.Access!.TiersAt(Start.AddDays(3)).Count);
    }

    [Fact]
    public void A_dispute_suspends_and_a_won_one_restores_and_a_lost_one_ends()
    {
        ProviderPayment Disputed(DisputeStatus status) => Payment(0) with { Dispute = new("dp_1", "pi_0", Money.Usd(499), Money.Usd(1_500), status, Start.AddDays(2)) };
        var open = Decide(Paid(), Found(Invoice(0)), (Invoice(0), Disputed(DisputeStatus.Open))).After;
        Assert.Equal((SubscriptionState.Active, true, 0), (open.Subscription.State, open.Subscription.OnHold, open.Access!.TiersAt(Start.AddDays(3)).Count));
        var won = Decide(open, Found(Invoice(0)), (Invoice(0), Disputed(DisputeStatus.Won))).After;
        Assert.Equal((SubscriptionState.Active, false, 1), (won.Subscription.State, won.Subscription.OnHold, won.Access!.TiersAt(Start.AddDays(3)).Count));
        var lost = Decide(open, Found(Invoice(0)), (Invoice(0), Disputed(DisputeStatus.Lost))).After;
        Assert.Equal((SubscriptionState.Ended, "dispute-lost", GrantState.Revoked), (lost.Subscription.State, lost.Subscription.EndReason, lost.Access!.Grants[0].State));
    }

    private static Subscription Opened() => new(
        new("sbn_1"), new("viewer"), new("creator"), Friends, "Friends", null, "https://a.example/", "https://a.example/", SubscriptionState.Incomplete, Start, Start.AddMinutes(30), Start.AddMinutes(30), "cs_1");

    private static ProviderInvoice Invoice(int month) => new(
        $"in_{month}", InvoiceReason.Period, IsPaid: true, $"pi_{month}", Friends.Price, Friends.TierId, Start.AddMonths(month), Start.AddMonths(month + 1), Start.AddMonths(month));

    private static ProviderPayment Payment(int month) => new($"pi_{month}", PaymentStatus.Succeeded, null, Friends.Price, Money.Usd(44), Start.AddMonths(month), [], null, "sub_1");

    private static ProviderSubscription Found(params ProviderInvoice[] latestFirst) => new(
        "sub_1", new(new("sbn_1"), new("viewer"), new("creator")), ProviderSubscriptionStatus.Active, Friends, Start, End, Renews: true, EndedAt: null, latestFirst);

    private static SubscriptionBooks Paid() => Decide(Opened(), Found(Invoice(0)), Payment(0)).After;

    private static SubscriptionDecision Decide(Subscription opened, ProviderSubscription found, ProviderPayment payment) =>
        SubscriptionSettlement.Decide(new(opened, null, [new(found.Invoices[0], payment, null, null)], OtherRuns: false), found, Grace, Start);

    /// <summary>With these payments as they are now, and what is known of the others.</summary>
    private static SubscriptionDecision Decide(SubscriptionBooks before, ProviderSubscription found, params (ProviderInvoice Invoice, ProviderPayment Payment)[] payments)
    {
        var invoices = before.Invoices.Where(one => payments.All(p => p.Invoice.Id != one.Invoice.Id)).Select(one => one with { Payment = null })
            .Concat(payments.Select(p => new InvoiceBooks(
                p.Invoice, p.Payment, before.Invoices.FirstOrDefault(one => one.Invoice.Id == p.Invoice.Id)?.Purchase, before.Invoices.FirstOrDefault(one => one.Invoice.Id == p.Invoice.Id)?.Returned)));
        return SubscriptionSettlement.Decide(before with { Invoices = [.. invoices] }, found, Grace, Start.AddDays(2));
    }
}
