using System.Text.Json;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;

namespace SeriesFunctions.Local.Payments;

/// <summary>The secrets that webhooks are signed with: the one in use first, then one that is being replaced.</summary>
public sealed record WebhookSecrets(IReadOnlyList<string> Values);

/// <summary>The payment port on the simulated provider.</summary>
public sealed class SimulatedPaymentGateway(SimulatedProvider provider, SimulatedProviderOptions options, WebhookSecrets secrets, HostAddress address, HostClock clock) : IPaymentGateway
{
    public ValueTask<GatewayResult<ProviderSession>> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken) =>
        Ask(() => Of(provider.OpenSession(request)));

    public ValueTask<GatewayResult<ProviderSession>> FindSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        Ask(() => provider.FindSession(sessionId) is { } session ? Of(session) : null);

    public ValueTask<GatewayResult<ProviderSession>> ExpireSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        Ask(() => Of(provider.Expire(sessionId)));

    public ValueTask<GatewayResult<ProviderPayment>> FindPaymentAsync(string paymentId, CancellationToken cancellationToken) =>
        Ask(() => provider.FindPayment(paymentId) is { } payment ? Of(payment) : null);

    public ValueTask<GatewayResult<ProviderRefund>> RefundAsync(RefundPayment request, CancellationToken cancellationToken) =>
        Ask(() =>
        {
            var made = provider.Refund(request.Key, request.PaymentId, request.Amount.Amount);
            return new ProviderRefund(made.Id, request.PaymentId, request.Amount, made.Status, made.CreatedAt);
        });

    public WebhookReading ReadWebhook(ReadOnlyMemory<byte> rawBody, string? signatureHeader)
    {
        if (!WebhookSignature.IsGood(rawBody.Span, signatureHeader, secrets.Values, clock.GetUtcNow()))
            return new(null, "bad-signature");
        try
        {
            using var json = JsonDocument.Parse(rawBody);
            var root = json.RootElement;
            var thing = root.GetProperty("data").GetProperty("object");
            var (kind, id) = thing.GetProperty("object").GetString() switch
            {
                "checkout.session" => (ProviderObject.Session, thing.GetProperty("id").GetString()),
                "payment_intent" => (ProviderObject.Payment, thing.GetProperty("id").GetString()),
                "charge" or "refund" or "dispute" => (ProviderObject.Payment, thing.GetProperty("payment_intent").GetString()),
                _ => (ProviderObject.Other, ""),
            };
            return new(
                new(root.GetProperty("id").GetString()!, root.GetProperty("type").GetString()!, id is null ? ProviderObject.Other : kind, id ?? "",
                    DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("created").GetInt64())),
                null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            return new(null, "malformed");
        }
    }

    private ValueTask<GatewayResult<T>> Ask<T>(Func<T?> ask)
        where T : class => ValueTask.FromResult(Answer(ask));

    private GatewayResult<T> Answer<T>(Func<T?> ask)
        where T : class
    {
        if (options.Outage)
            return GatewayResult<T>.Failed(GatewayStatus.Unavailable, "api_connection_error");
        try
        {
            var answer = ask();
            if (options.LoseAnswers)
                return GatewayResult<T>.Failed(GatewayStatus.Unavailable, "timeout");
            return answer is null ? GatewayResult<T>.Failed(GatewayStatus.NotFound, "resource_missing") : answer;
        }
        catch (ProviderRefusedException refused)
        {
            return GatewayResult<T>.Failed(refused.Code == "resource_missing" ? GatewayStatus.NotFound : GatewayStatus.Refused, refused.Code);
        }
    }

    private ProviderSession Of(SimulatedSession session)
    {
        var now = clock.GetUtcNow();
        var status = session.StatusAt(now);
        return new(
            session.Id, status == SessionStatus.Open ? new Uri(address.Url, $"/local/checkout/{session.Id}") : null, status, session.PaymentId is not null, session.PaymentId,
            new(new(session.CheckoutId), new(session.BuyerId), new(session.SeriesId)), Amount(session.Amount, session.Currency), session.ExpiresAt);
    }

    private static ProviderPayment Of(SimulatedPayment payment) => new(
        payment.Id, payment.Status, new(new(payment.CheckoutId), new(payment.BuyerId), new(payment.SeriesId)), Amount(payment.Amount, payment.Currency), Amount(payment.Fee, payment.Currency),
        payment.CreatedAt,
        [.. payment.Refunds.Select(refund => new ProviderRefund(refund.Id, payment.Id, Amount(refund.Amount, payment.Currency), refund.Status, refund.CreatedAt))],
        payment.Dispute is { } dispute
            ? new(dispute.Id, payment.Id, Amount(dispute.Amount, payment.Currency), Amount(dispute.Fee, payment.Currency), dispute.Status, dispute.CreatedAt)
            : null);

    private static Money Amount(long amount, string currency) => new(amount, currency.ToUpperInvariant());
}
