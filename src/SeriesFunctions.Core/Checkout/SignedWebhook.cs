using System.Text.Json;

namespace SeriesFunctions.Core.Checkout;

/// <summary>What a gateway makes of a webhook: the signature first, and then no more of the body than which object it is about. See docs/adr/0014.</summary>
public static class SignedWebhook
{
    /// <summary>
    /// Reads a webhook that was signed with one of <paramref name="secrets"/>. Blank secrets are none: with no other, the answer is <c>not-configured</c>.
    /// </summary>
    public static WebhookReading Read(ReadOnlyMemory<byte> rawBody, string? signatureHeader, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        // A blank one would let anybody sign.
        var usable = secrets.Where(secret => !string.IsNullOrWhiteSpace(secret)).ToList();
        if (usable.Count == 0)
            return new(null, "not-configured");
        return WebhookSignature.IsGood(rawBody.Span, signatureHeader, usable, now) ? Read(rawBody) : new(null, "bad-signature");
    }

    private static WebhookReading Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var thing = root.GetProperty("data").GetProperty("object");
            var (kind, objectId) = thing.GetProperty("object").GetString() switch
            {
                "checkout.session" => (ProviderObject.Session, thing.GetProperty("id").GetString()),
                "payment_intent" => (ProviderObject.Payment, thing.GetProperty("id").GetString()),
                "account" => (ProviderObject.Account, thing.GetProperty("id").GetString()),
                "subscription" => (ProviderObject.Subscription, thing.GetProperty("id").GetString()),
                "invoice" => (ProviderObject.Subscription, SubscriptionOf(thing)),
                // Refunds and disputes lead to the payment that they are about.
                "charge" or "refund" or "dispute" => (ProviderObject.Payment, thing.GetProperty("payment_intent").GetString()),
                _ => (ProviderObject.Other, ""),
            };
            if (root.GetProperty("id").GetString() is not { } id || root.GetProperty("type").GetString() is not { } type)
                return new(null, "malformed");
            var created = DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("created").GetInt64());
            return new(new(id, type, objectId is null ? ProviderObject.Other : kind, objectId ?? "", created), null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            return new(null, "malformed");
        }
    }

    /// <summary>The subscription that an invoice is of; null for any other invoice.</summary>
    private static string? SubscriptionOf(JsonElement invoice) =>
        invoice.TryGetProperty("parent", out var parent) && parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty("subscription_details", out var details) && details.ValueKind == JsonValueKind.Object
        && details.TryGetProperty("subscription", out var subscription)
            ? subscription.GetString()
            : null;
}
