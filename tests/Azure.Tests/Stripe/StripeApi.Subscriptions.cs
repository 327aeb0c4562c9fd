using System.Net;
using System.Text.Json.Nodes;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Local.Payments;

namespace Azure.Tests.Stripe;

/// <summary>Products, subscriptions, their invoices and the portal. Metadata follow the subscription, as they do until an invoice is finalized: only a line says what it was made out for.</summary>
internal sealed partial class StripeApi
{
    /// <summary>Names by id.</summary>
    public Dictionary<string, string> Products { get; } = [];

    private int _portals;

    private async Task<(HttpStatusCode Status, JsonObject Answer)> AnswerSubscriptionAsync(HttpRequestMessage request, string?[] path, Dictionary<string, string> fields)
    {
        switch (request.Method.Method, path)
        {
            case ("POST", ["v1", "products"]):
                return Products.TryAdd(fields["id"], fields["name"]) ? Ok(Product(fields["id"])) : Bad("invalid_request_error", "resource_already_exists");
            case ("POST", ["v1", "products", var id]):
                if (!Products.ContainsKey(id!))
                    return Missing();
                Products[id!] = fields["name"];
                return Ok(Product(id!));
            case ("GET", ["v1", "subscriptions", var id]):
                return Found(await provider.FindSubscriptionAsync(id!));
            case ("POST", ["v1", "subscriptions", var id]) when fields.TryGetValue("cancel_at_period_end", out var ends):
                return Found(await provider.SetRenewalAsync(id!, ends == "false"));
            case ("POST", ["v1", "subscriptions", var id]):
                return await ChangeTermsAsync(id!, request.Headers.GetValues("Idempotency-Key").Single(), fields);
            case ("DELETE", ["v1", "subscriptions", var id]):
                return provider.FindSubscription(id!) is { Status: not ProviderSubscriptionStatus.Ended } ? Found(await provider.CancelNowAsync(id!)) : Missing();
            case ("GET", ["v1", "invoices"]):
                Assert.Equal("data.payments", fields["expand[0]"]);
                var of = provider.FindSubscription(fields["subscription"])!;
                return Ok(Page([.. of.Invoices.Reverse().Take((int)Number(fields["limit"])).Select(invoice => Invoice(of, invoice))], false));
            case ("GET", ["v1", "invoice_payments"]):
                Assert.Equal(("payment_intent", "data.invoice"), (fields["payment[type]"], fields["expand[0]"]));
                return Ok(Page(InvoicePayments(fields["payment[payment_intent]"]), false));
            case ("POST", ["v1", "billing_portal", "sessions"]):
                Assert.Equal(("payment_method_update", "cus_sim"), (fields["flow_data[type]"], fields["customer"][..7]));
                return Ok(new() { ["object"] = "billing_portal.session", ["url"] = $"https://billing.stripe.com/p/session/{++_portals}" });
            default:
                throw new InvalidOperationException($"The gateway is not known to ask for {request.Method} {request.RequestUri}.");
        }
    }

    private async Task<(HttpStatusCode, JsonObject)> OpenSubscriptionAsync(Dictionary<string, string> fields, DateTimeOffset expiresAt, DateTimeOffset now)
    {
        var (terms, known) = Terms(fields, "line_items[0]");
        if (!known)
            return Bad("invalid_request_error", "resource_missing");
        var subject = new SubscriptionSubject(
            new(fields["subscription_data[metadata][subscription_id]"]), new(fields["subscription_data[metadata][viewer_id]"]), new(fields["subscription_data[metadata][creator_id]"]));
        Assert.Equal((subject.SubscriptionId.Value, terms.TierId.Value), (fields["client_reference_id"], fields["subscription_data[metadata][tier_id]"]));
        // In any other mode a change credits what the item costs by now, paid or not; the simulated provider credits what was billed.
        Assert.Equal("flexible", fields["subscription_data[billing_mode][type]"]);
        return Opened(Value(await provider.OpenSubscriptionAsync(new(subject, terms, Products[terms.TierId.Value], new(fields["success_url"]), new(fields["cancel_url"]), expiresAt))), fields, now);
    }

    private async Task<(HttpStatusCode, JsonObject)> ChangeTermsAsync(string id, string key, Dictionary<string, string> fields)
    {
        var (terms, known) = Terms(fields, "items[0]");
        if (!known)
            return Bad("invalid_request_error", "resource_missing");
        Assert.Equal(("si" + id[3..], terms.TierId.Value), (fields["items[0][id]"], fields["metadata[tier_id]"]));
        var atOnce = fields["proration_behavior"] == "always_invoice";
        // Anything else would change the subscription whether or not the difference is paid, or not at all.
        Assert.Equal(atOnce ? ("always_invoice", "error_if_incomplete") : ("none", null), (fields["proration_behavior"], fields.GetValueOrDefault("payment_behavior")));
        var changed = await provider.ChangeTermsAsync(new(key, id, terms, Products[terms.TierId.Value], atOnce));
        return changed.Problem?.Code == "card-declined" ? (HttpStatusCode.PaymentRequired, Error("card_error", "card_declined")) : Found(changed);
    }

    private (SubscriptionTerms Terms, bool IsKnown) Terms(Dictionary<string, string> fields, string item)
    {
        Assert.Equal("month", fields[$"{item}[price_data][recurring][interval]"]);
        var product = fields[$"{item}[price_data][product]"];
        return (
            new(new(product), new(Number(fields[$"{item}[price_data][unit_amount]"]), fields[$"{item}[price_data][currency]"].ToUpperInvariant())),
            Products.ContainsKey(product));
    }

    private static (HttpStatusCode, JsonObject) Found(Result<SimulatedSubscription> result) =>
        result.IsOk(out var subscription, out var problem) ? Ok(Subscription(subscription))
        : problem.Code == "subscription-ended" ? Bad("invalid_request_error", null)
        : Missing();

    private static JsonObject Subscription(SimulatedSubscription subscription)
    {
        var json = Write(writer => StripeEvents.WriteSubscription(writer, subscription));
        json["customer"] = "cus" + subscription.Id[3..];
        return json;
    }

    private static JsonObject Invoice(SimulatedSubscription subscription, SimulatedInvoice invoice)
    {
        var json = Write(writer => StripeEvents.WriteInvoice(writer, subscription, invoice));
        json["parent"]!["subscription_details"]!["metadata"]!["tier_id"] = subscription.TierId;
        json["payments"] = Page(invoice.PaymentId is null ? [] : [InvoicePayment(invoice.PaymentId)], false);
        return json;
    }

    private JsonNode[] InvoicePayments(string paymentId)
    {
        if (provider.FindPayment(paymentId)?.SubscriptionId is not { } id)
            return [];
        var subscription = provider.FindSubscription(id)!;
        var json = InvoicePayment(paymentId);
        json["invoice"] = Invoice(subscription, subscription.Invoices.Single(invoice => invoice.PaymentId == paymentId));
        return [json];
    }

    private static JsonObject InvoicePayment(string paymentId) => new()
    {
        ["object"] = "invoice_payment",
        ["status"] = "paid",
        ["payment"] = new JsonObject { ["type"] = "payment_intent", ["payment_intent"] = paymentId },
    };

    private JsonObject Product(string id) => new() { ["id"] = id, ["object"] = "product", ["name"] = Products[id] };
}
