using System.Text.Json.Serialization;
using SeriesFunctions.Core.Checkout;

namespace SeriesFunctions.Local.Payments;

/// <summary>A payment page at the simulated provider. Amounts in minor units, currency in lower case as Stripe has it.</summary>
public sealed record SimulatedSession(
    string Id, string CheckoutId, string BuyerId, string SeriesId, string Title, long Amount, string Currency, string SuccessUrl, string CancelUrl,
    SessionStatus Status, string? PaymentId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>By the clock: nobody has to tidy up first.</summary>
    public SessionStatus StatusAt(DateTimeOffset now) => Status == SessionStatus.Open && now >= ExpiresAt ? SessionStatus.Expired : Status;
}

public sealed record SimulatedRefund(string Id, string PaymentId, long Amount, RefundStatus Status, DateTimeOffset CreatedAt);

public sealed record SimulatedDispute(string Id, long Amount, long Fee, DisputeStatus Status, DateTimeOffset CreatedAt);

/// <summary>A payment with what happened to it since.</summary>
public sealed record SimulatedPayment(
    string Id, string CheckoutId, string BuyerId, string SeriesId, long Amount, string Currency, long Fee, PaymentStatus Status, DateTimeOffset CreatedAt,
    IReadOnlyList<SimulatedRefund> Refunds, SimulatedDispute? Dispute)
{
    public long Refunded => Refunds.Where(refund => refund.Status != RefundStatus.Failed).Sum(refund => refund.Amount);
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(SimulatedSession))]
[JsonSerializable(typeof(SimulatedPayment))]
[JsonSerializable(typeof(SimulatedRefund))]
internal sealed partial class ProviderJson : JsonSerializerContext;
