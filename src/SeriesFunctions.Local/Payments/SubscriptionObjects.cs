using System.Text.Json;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Local.Payments;

/// <summary>
/// Subscriptions and invoices in the shape that Stripe's have: periods on the subscription's item, an invoice's subscription below its parent, the time and the product that it charges for in its line.
/// A tier's product has the tier's id.
/// </summary>
public static partial class StripeEvents
{
    public static byte[] Subscription(string eventId, string type, SimulatedSubscription subscription, DateTimeOffset now) => Event(eventId, type, now, json => WriteSubscription(json, subscription));

    public static byte[] Invoice(string eventId, string type, SimulatedSubscription subscription, SimulatedInvoice invoice, DateTimeOffset now) =>
        Event(eventId, type, now, json => WriteInvoice(json, subscription, invoice));

    public static byte[] SubscriptionObject(SimulatedSubscription subscription) => Write(json =>
    {
        json.WriteStartObject();
        WriteSubscription(json, subscription);
        json.WriteEndObject();
    });

    public static void WriteSubscription(Utf8JsonWriter json, SimulatedSubscription subscription)
    {
        json.WriteString("id"u8, subscription.Id);
        json.WriteString("object"u8, "subscription"u8);
        json.WriteString("status"u8, subscription.Status switch
        {
            ProviderSubscriptionStatus.Active => "active",
            ProviderSubscriptionStatus.PastDue => "past_due",
            ProviderSubscriptionStatus.Ended => "canceled",
            _ => "incomplete",
        });
        json.WriteBoolean("cancel_at_period_end"u8, !subscription.Renews);
        json.WriteString("currency"u8, subscription.Currency);
        json.WriteNumber("created"u8, subscription.Anchor.ToUnixTimeSeconds());
        if (subscription.EndedAt is { } endedAt)
            json.WriteNumber("ended_at"u8, endedAt.ToUnixTimeSeconds());
        else
            json.WriteNull("ended_at"u8);
        json.WriteStartObject("items"u8);
        json.WriteString("object"u8, "list"u8);
        json.WriteBoolean("has_more"u8, false);
        json.WriteStartArray("data"u8);
        json.WriteStartObject();
        json.WriteString("id"u8, "si" + subscription.Id[3..]);
        json.WriteString("object"u8, "subscription_item"u8);
        json.WriteNumber("current_period_start"u8, subscription.From.ToUnixTimeSeconds());
        json.WriteNumber("current_period_end"u8, subscription.To.ToUnixTimeSeconds());
        json.WriteStartObject("price"u8);
        json.WriteString("object"u8, "price"u8);
        json.WriteString("currency"u8, subscription.Currency);
        json.WriteString("product"u8, subscription.TierId);
        json.WriteNumber("unit_amount"u8, subscription.Amount);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("latest_invoice"u8, subscription.Invoices.Count == 0 ? null : subscription.Invoices[^1].Id);
        json.WriteBoolean("livemode"u8, false);
        WriteMetadata(json, subscription.SubscriptionId, subscription.ViewerId, subscription.CreatorId, subscription.TierId);
    }

    public static void WriteInvoice(Utf8JsonWriter json, SimulatedSubscription subscription, SimulatedInvoice invoice)
    {
        json.WriteString("id"u8, invoice.Id);
        json.WriteString("object"u8, "invoice"u8);
        json.WriteString("status"u8, invoice.PaymentId is null ? "open"u8 : "paid"u8);
        json.WriteString("billing_reason"u8, invoice.Reason == InvoiceReason.Change ? "subscription_update"u8 : invoice.From == subscription.Anchor ? "subscription_create"u8 : "subscription_cycle"u8);
        json.WriteNumber("amount_due"u8, invoice.Amount);
        json.WriteNumber("amount_paid"u8, invoice.PaymentId is null ? 0 : invoice.Amount);
        json.WriteString("currency"u8, subscription.Currency);
        json.WriteNumber("created"u8, invoice.CreatedAt.ToUnixTimeSeconds());
        json.WriteStartObject("lines"u8);
        json.WriteString("object"u8, "list"u8);
        json.WriteBoolean("has_more"u8, false);
        json.WriteStartArray("data"u8);
        json.WriteStartObject();
        json.WriteString("object"u8, "line_item"u8);
        json.WriteNumber("amount"u8, invoice.Amount);
        json.WriteString("currency"u8, subscription.Currency);
        json.WriteStartObject("period"u8);
        json.WriteNumber("start"u8, invoice.From.ToUnixTimeSeconds());
        json.WriteNumber("end"u8, invoice.To.ToUnixTimeSeconds());
        json.WriteEndObject();
        json.WriteStartObject("pricing"u8);
        json.WriteString("type"u8, "price_details"u8);
        json.WriteStartObject("price_details"u8);
        json.WriteString("product"u8, invoice.TierId);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("parent"u8);
        json.WriteString("type"u8, "subscription_details"u8);
        json.WriteStartObject("subscription_details"u8);
        json.WriteString("subscription"u8, subscription.Id);
        WriteMetadata(json, subscription.SubscriptionId, subscription.ViewerId, subscription.CreatorId, invoice.TierId);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteBoolean("livemode"u8, false);
    }

    private static void WriteMetadata(Utf8JsonWriter json, string subscriptionId, string viewerId, string creatorId, string tierId)
    {
        json.WriteStartObject("metadata"u8);
        json.WriteString("subscription_id"u8, subscriptionId);
        json.WriteString("viewer_id"u8, viewerId);
        json.WriteString("creator_id"u8, creatorId);
        json.WriteString("tier_id"u8, tierId);
        json.WriteEndObject();
    }
}
