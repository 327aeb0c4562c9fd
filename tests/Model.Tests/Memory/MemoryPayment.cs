using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace Model.Tests.Memory;

/// <summary>A payment at the provider. Only the provider changes it.</summary>
public sealed class MemoryPayment
{
    public required string Id { get; init; }

    public required PaymentSubject? Subject { get; init; }

    public required Money Amount { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The subscription whose invoice it is for.</summary>
    public string? SubscriptionId { get; init; }

    public PaymentStatus Status { get; set; }

    public long Fee { get; set; }

    /// <summary>When it says what it cost; null: at once.</summary>
    public DateTimeOffset? FeeKnownAt { get; set; }

    public List<ProviderRefund> Refunds { get; } = [];

    public ProviderDispute? Dispute { get; set; }

    public long Refunded => Refunds.Where(refund => refund.Status != RefundStatus.Failed).Sum(refund => refund.Amount.Amount);

    /// <summary>What came in and did not go back: by refunds, or to the buyer's bank.</summary>
    public bool IsKept => Status == PaymentStatus.Succeeded && Refunded < Amount.Amount && (Dispute is null or { Status: DisputeStatus.Won });

    public ProviderPayment ToProvider(DateTimeOffset at) => new(
        Id, Status, Subject, Amount, Status == PaymentStatus.Succeeded && !(at < FeeKnownAt) ? Amount with { Amount = Fee } : null, CreatedAt, [.. Refunds], Dispute, SubscriptionId);
}
