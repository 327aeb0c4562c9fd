using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;

namespace SeriesFunctions.Local.Payments;

/// <summary>Writes the simulated provider's events and objects in the shape that Stripe's have: snake_case, minor units, unix seconds.</summary>
public static partial class StripeEvents
{
    public static byte[] Session(string eventId, string type, SimulatedSession session, DateTimeOffset now) => Event(eventId, type, now, json => WriteSession(json, session, now));

    public static byte[] Payment(string eventId, string type, SimulatedPayment payment, DateTimeOffset now) => Event(eventId, type, now, json => WritePayment(json, payment, now, expanded: false));

    public static byte[] Charge(string eventId, string type, SimulatedPayment payment, DateTimeOffset now) => Event(eventId, type, now, json => WriteCharge(json, payment, now, expanded: false));

    public static byte[] Refund(string eventId, string type, SimulatedRefund refund, string currency, DateTimeOffset now) => Event(eventId, type, now, json => WriteRefund(json, refund, currency));

    public static byte[] Dispute(string eventId, string type, SimulatedPayment payment, DateTimeOffset now) => Event(eventId, type, now, json => WriteDispute(json, payment));

    public static byte[] Account(string eventId, string type, SimulatedAccount account, DateTimeOffset now) => Event(eventId, type, now, json => WriteAccount(json, account));

    /// <summary>As Stripe has a connected account that only gets transfers.</summary>
    public static void WriteAccount(Utf8JsonWriter json, SimulatedAccount account)
    {
        var ready = account.Status == PayoutAccountStatus.Ready;
        json.WriteString("id"u8, account.Id);
        json.WriteString("object"u8, "account"u8);
        json.WriteString("country"u8, account.Country);
        json.WriteStartObject("capabilities"u8);
        json.WriteString("transfers"u8, ready ? "active"u8 : "inactive"u8);
        json.WriteEndObject();
        json.WriteBoolean("charges_enabled"u8, false);
        json.WriteBoolean("details_submitted"u8, account.Status != PayoutAccountStatus.Pending);
        json.WriteBoolean("payouts_enabled"u8, ready);
        json.WriteStartObject("requirements"u8);
        json.WriteStartArray("currently_due"u8);
        foreach (var due in account.Due)
            json.WriteStringValue(due);
        json.WriteEndArray();
        json.WriteString("disabled_reason"u8, ready ? null : "requirements.past_due");
        json.WriteEndObject();
        json.WriteNumber("created"u8, account.CreatedAt.ToUnixTimeSeconds());
        json.WriteStartObject("metadata"u8);
        json.WriteString("creator_id"u8, account.CreatorId);
        json.WriteEndObject();
    }

    /// <summary>With <paramref name="expanded"/>, <c>latest_charge</c> and its <c>balance_transaction</c> are objects and not ids.</summary>
    public static void WritePayment(Utf8JsonWriter json, SimulatedPayment payment, DateTimeOffset now, bool expanded)
    {
        var status = payment.StatusAt(now);
        json.WriteString("id"u8, payment.Id);
        json.WriteString("object"u8, "payment_intent"u8);
        json.WriteNumber("amount"u8, payment.Amount);
        json.WriteNumber("amount_received"u8, status == PaymentStatus.Succeeded ? payment.Amount : 0);
        json.WriteString("currency"u8, payment.Currency);
        json.WriteString("status"u8, status switch { PaymentStatus.Succeeded => "succeeded", PaymentStatus.Processing => "processing", _ => "requires_payment_method" });
        if (expanded)
        {
            json.WriteStartObject("latest_charge"u8);
            WriteCharge(json, payment, now, expanded: true);
            json.WriteEndObject();
        }
        else
            json.WriteString("latest_charge"u8, ChargeId(payment));
        json.WriteNumber("created"u8, payment.CreatedAt.ToUnixTimeSeconds());
        json.WriteBoolean("livemode"u8, false);
        WriteMetadata(json, payment.CheckoutId, payment.BuyerId, payment.SeriesId);
    }

    public static void WriteCharge(Utf8JsonWriter json, SimulatedPayment payment, DateTimeOffset now, bool expanded)
    {
        json.WriteString("id"u8, ChargeId(payment));
        json.WriteString("object"u8, "charge"u8);
        json.WriteString("payment_intent"u8, payment.Id);
        json.WriteNumber("amount"u8, payment.Amount);
        json.WriteNumber("amount_refunded"u8, payment.Refunded);
        json.WriteBoolean("refunded"u8, payment.Refunded >= payment.Amount);
        json.WriteBoolean("disputed"u8, payment.Dispute is not null);
        json.WriteString("currency"u8, payment.Currency);
        var fee = payment.FeeAt(now);
        if (expanded && fee is not null)
        {
            json.WriteStartObject("balance_transaction"u8);
            WriteBookEntry(json, new(Ids.From("txn", payment.Id), BookKind.Charge, payment.Amount, fee.Value, payment.Currency, payment.Id, payment.Id, payment.SucceedsAt ?? payment.CreatedAt));
            json.WriteEndObject();
        }
        else
            json.WriteString("balance_transaction"u8, fee is null ? null : Ids.From("txn", payment.Id));
        json.WriteNumber("created"u8, payment.CreatedAt.ToUnixTimeSeconds());
        json.WriteBoolean("livemode"u8, false);
        WriteMetadata(json, payment.CheckoutId, payment.BuyerId, payment.SeriesId);
    }

    public static void WriteRefund(Utf8JsonWriter json, SimulatedRefund refund, string currency)
    {
        json.WriteString("id"u8, refund.Id);
        json.WriteString("object"u8, "refund"u8);
        json.WriteString("payment_intent"u8, refund.PaymentId);
        json.WriteString("charge"u8, "ch" + refund.PaymentId[2..]);
        json.WriteNumber("amount"u8, refund.Amount);
        json.WriteString("currency"u8, currency);
        json.WriteString("status"u8, refund.Status switch { RefundStatus.Succeeded => "succeeded", RefundStatus.Failed => "failed", _ => "pending" });
        json.WriteNumber("created"u8, refund.CreatedAt.ToUnixTimeSeconds());
        json.WriteStartObject("metadata"u8);
        if (refund.Key is not null)
            json.WriteString("refund_key"u8, refund.Key);
        json.WriteEndObject();
    }

    public static void WriteDispute(Utf8JsonWriter json, SimulatedPayment payment)
    {
        var dispute = payment.Dispute!;
        json.WriteString("id"u8, dispute.Id);
        json.WriteString("object"u8, "dispute"u8);
        json.WriteString("payment_intent"u8, payment.Id);
        json.WriteString("charge"u8, ChargeId(payment));
        json.WriteNumber("amount"u8, dispute.Amount);
        json.WriteString("currency"u8, payment.Currency);
        json.WriteString("status"u8, dispute.Status switch { DisputeStatus.Won => "won", DisputeStatus.Lost => "lost", _ => "needs_response" });
        json.WriteString("reason"u8, "general"u8);
        json.WriteNumber("created"u8, dispute.CreatedAt.ToUnixTimeSeconds());
        json.WriteBoolean("livemode"u8, false);
    }

    /// <summary>A balance transaction. Stripe writes a movement's kind into <c>type</c> and, finer, into <c>reporting_category</c>.</summary>
    public static void WriteBookEntry(Utf8JsonWriter json, SimulatedBookEntry entry)
    {
        json.WriteString("id"u8, entry.Id);
        json.WriteString("object"u8, "balance_transaction"u8);
        json.WriteNumber("amount"u8, entry.Amount);
        json.WriteNumber("fee"u8, entry.Fee);
        json.WriteNumber("net"u8, entry.Amount - entry.Fee);
        json.WriteString("currency"u8, entry.Currency);
        var (type, category) = entry.Kind switch
        {
            BookKind.Charge => ("charge", "charge"),
            BookKind.Refund => ("refund", "refund"),
            BookKind.RefundFailure => ("refund_failure", "refund_failure"),
            BookKind.Dispute => ("adjustment", "dispute"),
            BookKind.DisputeReversal => ("adjustment", "dispute_reversal"),
            BookKind.Transfer => ("transfer", "transfer"),
            _ => ("adjustment", "other_adjustment"),
        };
        json.WriteString("type"u8, type);
        json.WriteString("reporting_category"u8, category);
        json.WriteString("source"u8, entry.Kind == BookKind.Charge ? "ch" + entry.SourceId[2..] : entry.SourceId);
        json.WriteString("status"u8, "available"u8);
        json.WriteNumber("created"u8, entry.CreatedAt.ToUnixTimeSeconds());
    }

    /// <summary>The session alone, as the API of the payment page answers it.</summary>
    public static byte[] SessionObject(SimulatedSession session, DateTimeOffset now) => Write(json =>
    {
        json.WriteStartObject();
        WriteSession(json, session, now);
        json.WriteEndObject();
    });

    public static void WriteSession(Utf8JsonWriter json, SimulatedSession session, DateTimeOffset now)
    {
        json.WriteString("id"u8, session.Id);
        json.WriteString("object"u8, "checkout.session"u8);
        json.WriteString("mode"u8, session.Offer is null ? "payment"u8 : "subscription"u8);
        json.WriteString("subscription"u8, session.SubscriptionId);
        json.WriteString("status"u8, session.StatusAt(now).ToString().ToLowerInvariant());
        json.WriteString("payment_status"u8, session.IsPaidAt(now) ? "paid" : "unpaid");
        json.WriteString("payment_intent"u8, session.PaymentId);
        json.WriteNumber("amount_total"u8, session.Amount);
        json.WriteString("currency"u8, session.Currency);
        json.WriteString("client_reference_id"u8, session.CheckoutId);
        json.WriteString("success_url"u8, session.SuccessUrl);
        json.WriteString("cancel_url"u8, session.CancelUrl);
        json.WriteNumber("created"u8, session.CreatedAt.ToUnixTimeSeconds());
        json.WriteNumber("expires_at"u8, session.ExpiresAt.ToUnixTimeSeconds());
        if (session.Offer is { } offer)
            WriteMetadata(json, offer.SubscriptionId, session.BuyerId, offer.CreatorId, offer.TierId);
        else
            WriteMetadata(json, session.CheckoutId, session.BuyerId, session.SeriesId);
    }

    private static void WriteMetadata(Utf8JsonWriter json, string checkoutId, string buyerId, string seriesId)
    {
        json.WriteStartObject("metadata"u8);
        // A subscription's payment carries none: what leads from it to its subscription is the invoice.
        if (checkoutId.Length > 0)
        {
            json.WriteString("checkout_id"u8, checkoutId);
            json.WriteString("buyer_id"u8, buyerId);
            json.WriteString("series_id"u8, seriesId);
        }
        json.WriteEndObject();
    }

    private static byte[] Event(string id, string type, DateTimeOffset now, Action<Utf8JsonWriter> write) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, "event"u8);
        json.WriteNull("api_version"u8);
        json.WriteNumber("created"u8, now.ToUnixTimeSeconds());
        json.WriteBoolean("livemode"u8, false);
        json.WriteNumber("pending_webhooks"u8, 1);
        json.WriteString("type"u8, type);
        json.WriteStartObject("data"u8);
        json.WriteStartObject("object"u8);
        write(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>UTF-8 JSON of what <paramref name="write"/> writes.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    public static string ChargeId(SimulatedPayment payment) => string.Create(CultureInfo.InvariantCulture, $"ch{payment.Id.AsSpan(2)}");
}
