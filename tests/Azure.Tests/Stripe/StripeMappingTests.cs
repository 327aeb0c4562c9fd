using System.Text.Json.Nodes;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Stripe;
using static Azure.Tests.Stripe.StripeObjects;

namespace Azure.Tests.Stripe;

/// <summary>What we make of the provider's objects, from its own examples of them. Finds a field that is not called so, and a state that is misread.</summary>
public sealed class StripeMappingTests
{
    private static readonly DateTimeOffset s_promised = DateTimeOffset.FromUnixTimeSeconds(1_767_225_600);
    private static readonly DateTimeOffset s_before = s_promised.AddMinutes(-30);

    [Theory]
    [InlineData("active", true, true, null, PayoutAccountStatus.Ready)]
    // Money may come in and nothing goes out to her bank: it would wait there.
    [InlineData("active", false, true, "requirements.past_due", PayoutAccountStatus.Restricted)]
    [InlineData("inactive", true, true, "requirements.past_due", PayoutAccountStatus.Restricted)]
    [InlineData("inactive", false, false, "requirements.past_due", PayoutAccountStatus.Pending)]
    [InlineData("pending", false, true, "requirements.pending_verification", PayoutAccountStatus.Pending)]
    [InlineData("inactive", false, true, "under_review", PayoutAccountStatus.Pending)]
    [InlineData("inactive", false, true, "action_required.requested_capabilities", PayoutAccountStatus.Restricted)]
    [InlineData("inactive", false, false, "rejected.fraud", PayoutAccountStatus.Restricted)]
    [InlineData("inactive", false, false, "platform_paused", PayoutAccountStatus.Restricted)]
    [InlineData("inactive", false, true, null, PayoutAccountStatus.Pending)]
    [InlineData(null, true, true, null, PayoutAccountStatus.Pending)]
    public void An_account_is_ready_when_money_gets_all_the_way(string? transfers, bool payouts, bool submitted, string? reason, PayoutAccountStatus expected)
    {
        var json = Account(("payouts_enabled", payouts), ("details_submitted", submitted));
        json["capabilities"]!["transfers"] = transfers;
        json["requirements"]!["disabled_reason"] = reason;
        var account = StripeMapping.Account(Read<AccountFacts>(json));
        Assert.Equal((expected, new UserId("usr_1")), (account.Status, account.CreatorId));
        Assert.Contains("tos_acceptance.date", account.Due);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("usr/1")]
    public void An_account_that_we_did_not_open_is_nobodys(string? creator) =>
        Assert.Null(StripeMapping.Account(Read<AccountFacts>(Account(("metadata", creator is null ? Metadata() : Metadata(("creator_id", creator)))))).CreatorId);

    [Fact]
    public void A_link_is_read() =>
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_234_567_890), StripeMapping.Link(Read<AccountLinkFacts>(Example("account_link"))).ExpiresAt);

    [Fact]
    public void An_open_session_can_be_paid_on_until_our_promise_ends()
    {
        var session = StripeMapping.Session(Session(("payment_intent", null)), s_before);
        Assert.Equal(
            new(
                session.Id, new(Example("checkout.session")["url"]!.GetValue<string>()), SessionStatus.Open, IsPaid: false, PaymentId: null,
                new(new("chk_1"), new("usr_1"), new("ser_1")), Money.Usd(999), s_promised),
            session);
    }

    [Fact]
    public void A_session_that_the_provider_still_has_open_is_over_when_our_promise_is()
    {
        Assert.False(StripeMapping.IsOverdue(Session(), s_promised.AddSeconds(-1)));
        Assert.True(StripeMapping.IsOverdue(Session(), s_promised));
        Assert.False(StripeMapping.IsOverdue(Session(("status", "complete")), s_promised));
        var over = StripeMapping.Session(Session(), s_promised);
        Assert.Equal((SessionStatus.Expired, null), (over.Status, over.Url));
    }

    [Fact]
    public void Without_our_mark_the_providers_own_end_counts()
    {
        var foreign = Read<SessionFacts>(Example("checkout.session", ("metadata", Metadata())));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_234_567_890), StripeMapping.Session(foreign, s_before).ExpiresAt);
        Assert.Null(StripeMapping.Session(foreign, s_before).Subject);
    }

    [Theory]
    [InlineData("complete", "paid", SessionStatus.Complete, true, "pi_9")]
    [InlineData("complete", "unpaid", SessionStatus.Complete, false, "pi_9")]
    [InlineData("complete", "no_payment_required", SessionStatus.Complete, false, "pi_9")]
    [InlineData("expired", "unpaid", SessionStatus.Expired, false, null)]
    [InlineData("open", "unpaid", SessionStatus.Open, false, null)]
    public void A_session_is_read_as_it_stands(string status, string paid, SessionStatus expected, bool isPaid, string? payment)
    {
        var session = StripeMapping.Session(Session(("status", status), ("payment_status", paid), ("payment_intent", "pi_9")), s_before);
        Assert.Equal((expected, isPaid, payment), (session.Status, session.IsPaid, session.PaymentId));
    }

    [Theory]
    [InlineData("succeeded", PaymentStatus.Succeeded, 1_000)]
    [InlineData("processing", PaymentStatus.Processing, 1_099)]
    [InlineData("requires_action", PaymentStatus.Processing, 1_099)]
    [InlineData("requires_confirmation", PaymentStatus.Processing, 1_099)]
    [InlineData("requires_capture", PaymentStatus.Processing, 1_099)]
    [InlineData("requires_payment_method", PaymentStatus.Failed, 1_099)]
    [InlineData("canceled", PaymentStatus.Failed, 1_099)]
    public void A_payment_is_worth_what_was_received_once_it_succeeded(string status, PaymentStatus expected, long amount)
    {
        var payment = StripeMapping.Payment(Payment(("status", status), ("amount_received", 1_000)), [], []);
        Assert.Equal((expected, Money.Usd(amount)), (payment.Status, payment.Amount));
        Assert.Equal(new(new("chk_1"), new("usr_1"), new("ser_1")), payment.Subject);
        Assert.Null(payment.Fee);
    }

    [Fact]
    public void A_payments_fee_and_refunds_come_with_its_charge()
    {
        var charge = Example(
            "charge",
            ("balance_transaction", Example("balance_transaction", ("fee", 59))),
            ("refunds", Page(
                Example("refund", ("id", "re_2"), ("created", 20), ("metadata", Metadata(("refund_key", "ref_2")))),
                Example("refund", ("id", "re_1"), ("created", 10)))));
        var facts = Payment(("status", "succeeded"), ("amount_received", 1_099), ("latest_charge", charge));
        Assert.False(facts.LatestCharge!.Disputed);
        var payment = StripeMapping.Payment(facts, facts.LatestCharge.Refunds!.Data, []);
        Assert.Equal(Money.Usd(59), payment.Fee);
        Assert.Equal([("re_1", null), ("re_2", "ref_2")], payment.Refunds.Select(refund => (refund.Id, refund.Key)));
    }

    [Theory]
    [InlineData("usd", 59, null, 59)]
    // Settled in euros at 0.9 euros a dollar: 50 cents of fee are 55.6 of a dollar's.
    [InlineData("eur", 50, "0.9", 56)]
    [InlineData("eur", 45, "0.9", 50)]
    public void A_fee_in_another_currency_is_brought_back_by_the_providers_rate(string settled, long fee, string? rate, long expected)
    {
        var balance = Example("balance_transaction", ("currency", settled), ("fee", fee), ("exchange_rate", rate is null ? null : JsonNode.Parse(rate)));
        var facts = Payment(("latest_charge", Example("charge", ("balance_transaction", balance))));
        Assert.Equal(Money.Usd(expected), StripeMapping.Payment(facts, [], []).Fee);
    }

    [Theory]
    [InlineData("pending", RefundStatus.Pending)]
    [InlineData("requires_action", RefundStatus.Pending)]
    [InlineData("succeeded", RefundStatus.Succeeded)]
    [InlineData("failed", RefundStatus.Failed)]
    [InlineData("canceled", RefundStatus.Failed)]
    public void A_refund_is_read_as_it_stands(string status, RefundStatus expected)
    {
        var refund = StripeMapping.Refund(Read<RefundFacts>(Example("refund", ("status", status))), "pi_1");
        Assert.Equal((expected, Money.Usd(100), "pi_1", null), (refund.Status, refund.Amount, refund.PaymentId, refund.Key));
    }

    [Theory]
    [InlineData("needs_response", DisputeStatus.Open)]
    [InlineData("under_review", DisputeStatus.Open)]
    [InlineData("won", DisputeStatus.Won)]
    [InlineData("lost", DisputeStatus.Lost)]
    [InlineData("warning_needs_response", null)]
    [InlineData("warning_under_review", null)]
    [InlineData("warning_closed", null)]
    [InlineData("prevented", null)]
    public void A_dispute_is_one_when_money_was_taken(string status, DisputeStatus? expected)
    {
        var taken = new JsonArray(Example("balance_transaction", ("amount", -1_000), ("fee", 1_500)), Example("balance_transaction", ("amount", 1_000), ("fee", 0)));
        var dispute = StripeMapping.Dispute(Read<DisputeFacts>(Example("dispute", ("status", status), ("balance_transactions", taken))), "pi_1");
        Assert.Equal(expected, dispute?.Status);
        if (dispute is not null)
            Assert.Equal((Money.Usd(1_000), Money.Usd(1_500), "pi_1"), (dispute.Amount, dispute.Fee, dispute.PaymentId));
    }

    [Fact]
    public void The_latest_dispute_counts()
    {
        var disputes = new[] { ("dp_1", 10, "won"), ("dp_2", 20, "needs_response"), ("dp_3", 30, "warning_closed") }
            .Select(d => Read<DisputeFacts>(Example("dispute", ("id", d.Item1), ("created", d.Item2), ("status", d.Item3)))).ToList();
        Assert.Equal("dp_2", StripeMapping.Payment(Payment(), [], disputes).Dispute?.Id);
    }

    [Fact]
    public void A_transfer_is_read()
    {
        var transfer = StripeMapping.Transfer(Read<TransferFacts>(Example("transfer")));
        Assert.Equal(new("tr_1Pgc7BB7WZ01zgkWVJfE40RX", "acct_1PgafTB7WZ01zgkW", Money.Usd(1_100), DateTimeOffset.FromUnixTimeSeconds(1_234_567_890)), transfer);
    }

    [Theory]
    [InlineData("charge", "charge", BookKind.Charge, "pi_9")]
    [InlineData("refund", "refund", BookKind.Refund, "re_1Pgc72B7WZ01zgkWqPvrRrPE")]
    [InlineData("refund_failure", "refund", BookKind.RefundFailure, "re_1Pgc72B7WZ01zgkWqPvrRrPE")]
    [InlineData("dispute", "dispute", BookKind.Dispute, "dp_1Pgc71B7WZ01zgkWMevJiAUx")]
    [InlineData("dispute_reversal", "dispute", BookKind.DisputeReversal, "dp_1Pgc71B7WZ01zgkWMevJiAUx")]
    public void An_entry_of_the_books_names_the_payment_that_it_belongs_to(string category, string source, BookKind kind, string sourceId)
    {
        var json = Example("balance_transaction", ("reporting_category", category), ("fee", 3), ("source", Example(source, ("payment_intent", "pi_9"))));
        var entry = Assert.Single(StripeMapping.Books([Read<EntryFacts>(json)], hasMore: false).Entries);
        Assert.Equal((kind, sourceId, "pi_9", Money.Usd(100), Money.Usd(3)), (entry.Kind, entry.SourceId, entry.PaymentId, entry.Amount, entry.Fee));
    }

    [Fact]
    public void The_books_go_on_after_the_last_entry()
    {
        var entries = new[] { "txn_1", "txn_2" }.Select(id => Read<EntryFacts>(Example("balance_transaction", ("id", id), ("source", null), ("reporting_category", "payout")))).ToList();
        Assert.Equal("txn_2", StripeMapping.Books(entries, hasMore: true).Cursor);
        Assert.Null(StripeMapping.Books(entries, hasMore: false).Cursor);
        Assert.Null(StripeMapping.Books([], hasMore: true).Cursor);
        Assert.All(StripeMapping.Books(entries, hasMore: true).Entries, entry => Assert.Equal((BookKind.Other, null), (entry.Kind, entry.SourceId)));
    }

    [Theory]
    [InlineData("chk_1", "usr_1", null)]
    [InlineData("chk_1", "usr/1", "ser_1")]
    [InlineData("", "usr_1", "ser_1")]
    public void What_does_not_carry_our_ids_is_not_ours(string checkout, string buyer, string? series)
    {
        var metadata = new Dictionary<string, string> { ["checkout_id"] = checkout, ["buyer_id"] = buyer };
        if (series is not null)
            metadata["series_id"] = series;
        Assert.Null(StripeMapping.Subject(metadata));
        Assert.Null(StripeMapping.Subject(null));
    }

    private static SessionFacts Session(params (string Name, JsonNode? Value)[] changes)
    {
        var metadata = Ours();
        metadata["promised_until"] = "1767225600";
        return Read<SessionFacts>(Example("checkout.session", [("metadata", metadata), ("amount_total", 999), ("currency", "usd"), .. changes]));
    }

    private static JsonObject Account(params (string Name, JsonNode? Value)[] changes) => Example("account", [("metadata", Metadata(("creator_id", "usr_1"))), .. changes]);

    private static PaymentFacts Payment(params (string Name, JsonNode? Value)[] changes) =>
        Read<PaymentFacts>(Example("payment_intent", [("metadata", Ours()), .. changes]));
}
