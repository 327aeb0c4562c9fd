using System.Text.Json.Nodes;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Stripe;
using static Azure.Tests.Stripe.StripeObjects;

namespace Azure.Tests.Stripe;

/// <summary>What we make of the provider's subscriptions and invoices, from its own examples of them. Finds a period that is read where it no longer stands, and a state that is misread.</summary>
public sealed class StripeSubscriptionTests
{
    private const long Start = 1_767_225_600;
    private const long End = 1_769_904_000;

    [Theory]
    [InlineData("active", ProviderSubscriptionStatus.Active)]
    [InlineData("trialing", ProviderSubscriptionStatus.Active)]
    [InlineData("past_due", ProviderSubscriptionStatus.PastDue)]
    [InlineData("unpaid", ProviderSubscriptionStatus.PastDue)]
    [InlineData("incomplete", ProviderSubscriptionStatus.Incomplete)]
    [InlineData("incomplete_expired", ProviderSubscriptionStatus.Ended)]
    [InlineData("canceled", ProviderSubscriptionStatus.Ended)]
    public void A_subscription_is_read_with_the_period_of_its_item(string status, ProviderSubscriptionStatus expected)
    {
        var subscription = StripeMapping.Subscription(Facts(Subscription(("status", status))), []);
        Assert.Equal(
            (expected, new SubscriptionSubject(new("sbn_1"), new("usr_1"), new("usr_2")), new SubscriptionTerms(new("tie_1"), Money.Usd(2_000))), (subscription.Status, subscription.Subject, subscription.Terms));
        Assert.Equal((At(Start), At(End)), (subscription.PeriodStart, subscription.PeriodEnd));
    }

    [Theory]
    [InlineData(false, null, true)]
    [InlineData(true, null, false)]
    [InlineData(false, End, false)]
    public void It_renews_unless_an_end_was_set_in_either_way(bool atPeriodEnd, long? cancelAt, bool renews) =>
        Assert.Equal(renews, StripeMapping.Subscription(Facts(Subscription(("cancel_at_period_end", atPeriodEnd), ("cancel_at", cancelAt))), []).Renews);

    [Fact]
    public void A_subscription_that_we_did_not_open_is_nobodys() =>
        Assert.Null(StripeMapping.Subscription(Facts(Subscription(("metadata", Metadata()))), []).Subject);

    [Fact]
    public void A_renewals_invoice_is_for_the_period_of_its_line_and_for_the_tier_of_its_time()
    {
        var invoice = StripeMapping.Invoice(InvoiceOf(Invoice("subscription_cycle", "paid", ("tie_0", [(2_000, Start, End)]))));
        Assert.Equal(
            (InvoiceReason.Period, true, "pi_1", Money.Usd(1_000), new TierId("tie_0"), At(Start), At(End)),
            (invoice.Reason, invoice.IsPaid, invoice.PaymentId, invoice.Amount, invoice.TierId, invoice.From, invoice.To));
    }

    [Theory]
    [InlineData("tie_1", "tie_1")]
    [InlineData("prod_1", "tie_9")]
    [InlineData(null, "tie_9")]
    public void An_invoice_is_for_the_tier_whose_product_is_charged_whatever_the_subscription_was_when_it_was_finalized(string? product, string expected) =>
        Assert.Equal(new TierId(expected), StripeMapping.Invoice(InvoiceOf(Invoice("subscription_cycle", "paid", ("tie_9", [(2_000, Start, End)]), product))).TierId);

    [Theory]
    [InlineData("tie_2", "tie_2")]
    [InlineData("prod_1", "tie_1")]
    public void A_subscription_is_of_the_tier_whose_product_it_renews(string product, string expected)
    {
        var json = Subscription();
        json["items"]!["data"]![0]!["price"]!["product"] = product;
        Assert.Equal(new TierId(expected), StripeMapping.Subscription(Facts(json), []).Terms.TierId);
    }

    [Fact]
    public void An_invoice_of_changed_terms_is_for_what_is_charged_and_not_for_the_credit()
    {
        var invoice = StripeMapping.Invoice(InvoiceOf(Invoice("subscription_update", "paid", ("tie_1", [(-700, Start, End), (1_700, Start + 86_400, End)]))));
        Assert.Equal((InvoiceReason.Change, At(Start + 86_400), At(End)), (invoice.Reason, invoice.From, invoice.To));
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("open")]
    [InlineData("void")]
    [InlineData("uncollectible")]
    public void An_invoice_is_paid_when_it_says_so_and_not_before(string status) =>
        Assert.False(StripeMapping.Invoice(InvoiceOf(Invoice("subscription_create", status, ("tie_1", [(2_000, Start, End)])))).IsPaid);

    [Fact]
    public void A_page_of_a_subscription_leads_to_the_subscription_once_it_is_complete()
    {
        var json = Example(
            "checkout.session", ("status", "complete"), ("payment_status", "paid"), ("payment_intent", null), ("subscription", "sub_1"), ("amount_total", 2_000), ("currency", "usd"), ("metadata", Subscribed()));
        var complete = StripeMapping.Session(Read<SessionFacts>(json), At(Start));
        Assert.Equal(("sub_1", new SubscriptionSubject(new("sbn_1"), new("usr_1"), new("usr_2"))), (complete.SubscriptionId, complete.Subscriber));
        Assert.Null(complete.Subject);
        json["status"] = "open";
        Assert.Null(StripeMapping.Session(Read<SessionFacts>(json), At(Start)).SubscriptionId);
    }

    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private static JsonObject Subscribed() => Metadata(("subscription_id", "sbn_1"), ("viewer_id", "usr_1"), ("creator_id", "usr_2"), ("tier_id", "tie_1"));

    private static JsonObject Subscription(params (string Name, JsonNode? Value)[] changes)
    {
        var json = Example("subscription", [("metadata", Subscribed()), ("cancel_at", null), ("cancel_at_period_end", false), .. changes]);
        var item = json["items"]!["data"]![0]!.AsObject();
        (item["current_period_start"], item["current_period_end"]) = (Start, End);
        return json;
    }

    private static JsonObject Invoice(string reason, string status, (string Tier, (long Amount, long From, long To)[] Lines) of, string? product = null)
    {
        var json = Example("invoice", ("billing_reason", reason), ("status", status), ("amount_paid", 1_000L));
        json["parent"]!["subscription_details"]!["metadata"] = Metadata(("tier_id", of.Tier));
        var line = json["lines"]!["data"]![0]!;
        json["lines"]!["data"] = new JsonArray([.. of.Lines.Select(l =>
        {
            var copy = line.DeepClone();
            copy["amount"] = l.Amount;
            copy["period"] = new JsonObject { ["start"] = l.From, ["end"] = l.To };
            copy["pricing"]!["price_details"] = new JsonObject { ["price"] = "price_1", ["product"] = product };
            return copy;
        })]);
        var payment = Example("invoice_payment", ("status", "paid"));
        payment["payment"]!["payment_intent"] = "pi_1";
        json["payments"] = Page(payment);
        return json;
    }

    /// <summary>As <c>StripeReading</c> takes them off the library's objects, by the API's own names.</summary>
    private static SubscriptionFacts Facts(JsonObject json)
    {
        var item = json["items"]!["data"]![0]!;
        return new(
            json["id"]!.GetValue<string>(), json["status"]!.GetValue<string>(), json["cancel_at_period_end"]!.GetValue<bool>(), json["cancel_at"] is { } at ? At(at.GetValue<long>()) : null,
            json["ended_at"] is { } ended ? At(ended.GetValue<long>()) : null, Pairs(json["metadata"]),
            new(
                item["id"]!.GetValue<string>(), At(item["current_period_start"]!.GetValue<long>()), At(item["current_period_end"]!.GetValue<long>()), item["price"]!["unit_amount"]!.GetValue<long>(),
                item["price"]!["currency"]!.GetValue<string>(), item["price"]!["product"]!.GetValue<string>()));
    }

    private static InvoiceFacts InvoiceOf(JsonObject json) => new(
        json["id"]!.GetValue<string>(), json["status"]!.GetValue<string>(), json["billing_reason"]!.GetValue<string>(), json["amount_paid"]!.GetValue<long>(), json["currency"]!.GetValue<string>(),
        At(json["created"]!.GetValue<long>()), Pairs(json["parent"]!["subscription_details"]!["metadata"]),
        [.. json["lines"]!["data"]!.AsArray().Select(line => new InvoiceLineFacts(line!["amount"]!.GetValue<long>(), At(line["period"]!["start"]!.GetValue<long>()), At(line["period"]!["end"]!.GetValue<long>()), line["pricing"]!["price_details"]!["product"]?.GetValue<string>()))],
        [.. json["payments"]!["data"]!.AsArray().Select(payment => new InvoicePaymentFacts(payment!["status"]!.GetValue<string>(), payment["payment"]!["payment_intent"]!.GetValue<string>()))]);

    private static Dictionary<string, string> Pairs(JsonNode? metadata) => metadata!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>());
}
