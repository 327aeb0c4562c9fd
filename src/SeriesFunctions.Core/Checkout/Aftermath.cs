using SeriesFunctions.Core.Library;

namespace SeriesFunctions.Core.Checkout;

/// <summary>
/// What the provider did to a payment after it was made (refunds, a dispute, a fee that it names late) brought into our record of it. Pure, and a function of
/// how the payment stands: in whatever order things happened, the record ends the same, and each thing is told to the books once.
/// </summary>
public static class Aftermath
{
    public static Purchase Apply(Purchase purchase, ProviderPayment payment, List<object> events)
    {
        purchase = WithFee(purchase, payment, events);
        purchase = WithRefunds(purchase, payment, events);
        purchase = WithDispute(purchase, payment.Dispute, events);
        return purchase with { State = StateOf(purchase) };
    }

    /// <summary>A full refund and a lost dispute revoke, an open dispute suspends, a partial refund leaves it. Source: product rules, "Checkout, purchase, access".</summary>
    public static GrantState GrantOf(PurchaseState state) => state switch
    {
        PurchaseState.Paid or PurchaseState.PartlyRefunded => GrantState.Live,
        PurchaseState.Disputed => GrantState.Suspended,
        _ => GrantState.Revoked,
    };

    public static string? ReasonOf(PurchaseState state) => state switch
    {
        PurchaseState.Refunded => "refunded",
        PurchaseState.Disputed => "disputed",
        PurchaseState.ChargedBack => "dispute-lost",
        _ => null,
    };

    /// <summary>Who is behind the state that a purchase is in: whoever asked for its last refund, else the provider.</summary>
    public static string ActorOf(Purchase purchase) =>
        purchase.State == PurchaseState.Refunded && purchase.Refunds.LastOrDefault(refund => refund.Status == RefundStatus.Succeeded) is { } last ? last.By : "provider";

    private static Purchase WithFee(Purchase purchase, ProviderPayment payment, List<object> events)
    {
        if (purchase.FeeIsKnown || payment.Fee is not { } fee)
            return purchase;
        events.Add(new FeeBecameKnown(purchase.Id, purchase.CreatorId, payment.Id, fee, payment.CreatedAt));
        return purchase with { Fee = fee, FeeIsKnown = true };
    }

    private static Purchase WithRefunds(Purchase purchase, ProviderPayment payment, List<object> events)
    {
        var refunds = purchase.Refunds.ToList();
        foreach (var made in payment.Refunds)
        {
            // The provider hands back the name that we gave it when we asked.
            var at = refunds.FindIndex(r => r.ProviderId == made.Id || made.Key is not null && r.ProviderId is null && r.Id == made.Key);
            var known = at >= 0 ? refunds[at] : null;
            // One that was made and did not arrive before we looked once moved the money twice: the books need both steps. Our own record may say that it failed, and the provider's was not seen yet.
            var seen = known?.ProviderId is null ? RefundStatus.Pending : known.Status;
            if (made.Status != RefundStatus.Pending && seen == RefundStatus.Pending)
                events.Add(new PurchaseRefunded(purchase.Id, purchase.CreatorId, payment.Id, made.Id, made.Amount, purchase.Amount, made.CreatedAt));
            if (made.Status == RefundStatus.Failed && seen != RefundStatus.Failed)
                events.Add(new RefundCameBack(purchase.Id, purchase.CreatorId, payment.Id, made.Id, made.Amount, made.CreatedAt));
            var record = known is null
                ? new RefundRecord(made.Id, made.Id, made.Amount, made.Status, made.Key is null ? "provider" : "system", made.Key is null ? "made-at-provider" : "not-kept", made.CreatedAt)
                : known with { ProviderId = made.Id, Status = made.Status };
            if (at >= 0)
                refunds[at] = record;
            else
                refunds.Add(record);
        }
        if (refunds.SequenceEqual(purchase.Refunds))
            return purchase;
        var refunded = refunds.Where(r => r.Status == RefundStatus.Succeeded).Sum(r => r.Amount.Amount);
        return purchase with { Refunds = refunds, Refunded = purchase.Amount with { Amount = refunded } };
    }

    private static Purchase WithDispute(Purchase purchase, ProviderDispute? dispute, List<object> events)
    {
        if (dispute is null || purchase.DisputeId == dispute.Id && purchase.Dispute == dispute.Status)
            return purchase;
        DisputeMoved Moved(DisputeStatus to) => new(purchase.Id, purchase.CreatorId, dispute.Id, dispute.Amount, dispute.Fee, to, dispute.CreatedAt, purchase.PaymentId);
        // A dispute that was opened and closed before we looked once: the books need both steps.
        if (purchase.DisputeId != dispute.Id && dispute.Status != DisputeStatus.Open)
            events.Add(Moved(DisputeStatus.Open));
        events.Add(Moved(dispute.Status));
        return purchase with { Dispute = dispute.Status, DisputeId = dispute.Id };
    }

    private static PurchaseState StateOf(Purchase purchase) => purchase switch
    {
        { Dispute: DisputeStatus.Lost } => PurchaseState.ChargedBack,
        _ when purchase.Refunded.Amount >= purchase.Amount.Amount => PurchaseState.Refunded,
        { Dispute: DisputeStatus.Open } => PurchaseState.Disputed,
        { Refunded.Amount: > 0 } => PurchaseState.PartlyRefunded,
        _ => PurchaseState.Paid,
    };
}
