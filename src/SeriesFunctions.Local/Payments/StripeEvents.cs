using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SeriesFunctions.Core.Checkout;

namespace SeriesFunctions.Local.Payments;

/// <summary>Writes the simulated provider's events and objects in the shape that Stripe's have: snake_case, minor units, unix seconds.</summary>
public static class StripeEvents
{
    public static byte[] Session(string eventId, string type, SimulatedSession session, DateTimeOffset now) => Event(eventId, type, now, json => WriteSession(json, session, now));

    public static byte[] Payment(string eventId, string type, SimulatedPayment payment, DateTimeOffset now) => Event(eventId, type, now, json =>
    {
        json.WriteString("id"u8, payment.Id);
        json.WriteString("object"u8, "payment_intent"u8);
        json.WriteNumber("amount"u8, payment.Amount);
        json.WriteNumber("amount_received"u8, payment.Status == PaymentStatus.Succeeded ? payment.Amount : 0);
        json.WriteString("currency"u8, payment.Currency);
        json.WriteString("status"u8, payment.Status == PaymentStatus.Succeeded ? "succeeded" : "requires_payment_method");
        json.WriteString("latest_charge"u8, ChargeId(payment));
        json.WriteNumber("created"u8, payment.CreatedAt.ToUnixTimeSeconds());
        WriteMetadata(json, payment.CheckoutId, payment.BuyerId, payment.SeriesId);
    });

    public static byte[] Charge(string eventId, string type, SimulatedPayment payment, DateTimeOffset now) => Event(eventId, type, now, json =>
    {
        json.WriteString("id"u8, ChargeId(payment));
        json.WriteString("object"u8, "charge"u8);
        json.WriteString("payment_intent"u8, payment.Id);
        json.WriteNumber("amount"u8, payment.Amount);
        json.WriteNumber("amount_refunded"u8, payment.Refunded);
        json.WriteBoolean("refunded"u8, payment.Refunded >= payment.Amount);
        json.WriteString("currency"u8, payment.Currency);
        json.WriteNumber("created"u8, payment.CreatedAt.ToUnixTimeSeconds());
        WriteMetadata(json, payment.CheckoutId, payment.BuyerId, payment.SeriesId);
    });

    public static byte[] Dispute(string eventId, string type, SimulatedPayment payment, DateTimeOffset now) => Event(eventId, type, now, json =>
    {
        var dispute = payment.Dispute!;
        json.WriteString("id"u8, dispute.Id);
        json.WriteString("object"u8, "dispute"u8);
        json.WriteString("payment_intent"u8, payment.Id);
        json.WriteString("charge"u8, ChargeId(payment));
        json.WriteNumber("amount"u8, dispute.Amount);
        json.WriteString("currency"u8, payment.Currency);
        json.WriteString("status"u8, dispute.Status switch { DisputeStatus.Won => "won", DisputeStatus.Lost => "lost", _ => "needs_response" });
        json.WriteNumber("created"u8, dispute.CreatedAt.ToUnixTimeSeconds());
    });

    /// <summary>The session alone, as the API of the payment page answers it.</summary>
    public static byte[] SessionObject(SimulatedSession session, DateTimeOffset now) => Write(json =>
    {
        json.WriteStartObject();
        WriteSession(json, session, now);
        json.WriteEndObject();
    });

    private static void WriteSession(Utf8JsonWriter json, SimulatedSession session, DateTimeOffset now)
    {
        json.WriteString("id"u8, session.Id);
        json.WriteString("object"u8, "checkout.session"u8);
        json.WriteString("mode"u8, "payment"u8);
        json.WriteString("status"u8, session.StatusAt(now).ToString().ToLowerInvariant());
        json.WriteString("payment_status"u8, session.PaymentId is null ? "unpaid" : "paid");
        json.WriteString("payment_intent"u8, session.PaymentId);
        json.WriteNumber("amount_total"u8, session.Amount);
        json.WriteString("currency"u8, session.Currency);
        json.WriteString("client_reference_id"u8, session.CheckoutId);
        json.WriteString("success_url"u8, session.SuccessUrl);
        json.WriteString("cancel_url"u8, session.CancelUrl);
        json.WriteNumber("created"u8, session.CreatedAt.ToUnixTimeSeconds());
        json.WriteNumber("expires_at"u8, session.ExpiresAt.ToUnixTimeSeconds());
        WriteMetadata(json, session.CheckoutId, session.BuyerId, session.SeriesId);
    }

    private static void WriteMetadata(Utf8JsonWriter json, string checkoutId, string buyerId, string seriesId)
    {
        json.WriteStartObject("metadata"u8);
        json.WriteString("checkout_id"u8, checkoutId);
        json.WriteString("buyer_id"u8, buyerId);
        json.WriteString("series_id"u8, seriesId);
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

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    private static string ChargeId(SimulatedPayment payment) => string.Create(CultureInfo.InvariantCulture, $"ch{payment.Id.AsSpan(2)}");
}
