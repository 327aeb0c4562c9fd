using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;

namespace SeriesFunctions.Core.Checkout;

/// <summary>Our records around one payment, before or after.</summary>
public sealed record Books(CheckoutRecord Checkout, Purchase? Purchase, Access? Access);

/// <summary>What a payment's present state means for our records: the records to store and the events to emit. <see cref="Events"/> empty and books equal: nothing to do.</summary>
public sealed record SettlementDecision(Books After, IReadOnlyList<object> Events);

/// <summary>
/// The one place that decides what a payment does to checkout, purchase and access. Pure, and a function of what is so, not of what was said: however
/// events arrive, the same payment leads to the same books.
/// </summary>
public static class Settlement
{
    public static SettlementDecision Decide(Books before, ProviderPayment payment, bool seriesExists, DateTimeOffset now)
    {
        if (payment.Status != PaymentStatus.Succeeded)
            return new(before, []);
        if (before.Purchase is null && Unwanted(before, payment, seriesExists) is { } reason)
            return Refuse(before, payment, reason);

        var events = new List<object>();
        var purchase = before.Purchase;
        if (purchase is null)
        {
            purchase = new(
                PurchaseId.Of(before.Checkout.Id), before.Checkout.BuyerId, before.Checkout.SeriesId, before.Checkout.CreatorId, payment.Id, payment.Amount,
                payment.Fee ?? payment.Amount with { Amount = 0 }, payment.Amount with { Amount = 0 }, PurchaseState.Paid, Dispute: null, DisputeId: null, Refunds: [], payment.CreatedAt);
            events.Add(new PurchaseSettled(purchase.Id, purchase.BuyerId, purchase.SeriesId, purchase.CreatorId, payment.Id, payment.Amount, purchase.Fee, payment.CreatedAt));
        }
        else if (purchase.PaymentId != payment.Id)
        {
            // One checkout, two payments: the first one counts.
            return Refuse(before, payment, "paid-twice");
        }

        purchase = WithRefunds(purchase, payment, events);
        purchase = WithDispute(purchase, payment.Dispute, events);
        purchase = purchase with { State = StateOf(purchase) };

        var grant = purchase.State switch
        {
            PurchaseState.Paid or PurchaseState.PartlyRefunded => GrantState.Live,
            PurchaseState.Disputed => GrantState.Suspended,
            _ => GrantState.Revoked,
        };
        var access = Access.Set(before.Access, purchase.BuyerId, purchase.SeriesId, GrantCause.Purchase, purchase.Id.Value, grant, ReasonOf(purchase.State), now);
        if (access.IsLive != (before.Access?.IsLive ?? false))
            events.Add(new AccessChanged(purchase.BuyerId, purchase.SeriesId));
        var checkout = before.Checkout with
        {
            State = purchase.State switch
            {
                PurchaseState.Refunded => CheckoutState.Refunded,
                PurchaseState.Disputed or PurchaseState.ChargedBack => CheckoutState.Disputed,
                _ => CheckoutState.Paid,
            },
        };
        return new(new(checkout, purchase, access), events);
    }

    /// <summary>Why a payment can't be kept; null when it can.</summary>
    private static string? Unwanted(Books before, ProviderPayment payment, bool seriesExists)
    {
        if (payment.Amount != before.Checkout.Price)
            return "amount-mismatch";
        if (!seriesExists)
            return "series-gone";
        return before.Access?.IsLive == true ? "already-owned" : null;
    }

    private static SettlementDecision Refuse(Books before, ProviderPayment payment, string reason)
    {
        // Its refund shows that it was refused already: then there is nothing left to ask for.
        var given = payment.Refunds.Where(r => r.Status != RefundStatus.Failed).Sum(r => r.Amount.Amount);
        var checkout = before.Purchase is null ? before.Checkout with { State = CheckoutState.Failed, FailureCode = reason } : before.Checkout;
        return new(before with { Checkout = checkout }, given >= payment.Amount.Amount ? [] : [new PaymentUnwanted(payment.Id, payment.Amount, reason)]);
    }

    private static Purchase WithRefunds(Purchase purchase, ProviderPayment payment, List<object> events)
    {
        var refunds = purchase.Refunds.ToList();
        foreach (var made in payment.Refunds)
        {
            var at = refunds.FindIndex(r => r.ProviderId == made.Id);
            // A refund that we asked for and don't know the provider's id of yet.
            if (at < 0)
                at = refunds.FindIndex(r => r.ProviderId is null && r.Amount == made.Amount);
            var known = at >= 0 ? refunds[at] : null;
            var record = known is null
                ? new RefundRecord(made.Id, made.Id, made.Amount, made.Status, "provider", "made-at-provider", made.CreatedAt)
                : known with { ProviderId = made.Id, Status = made.Status };
            if (made.Status == RefundStatus.Succeeded && known?.Status != RefundStatus.Succeeded)
                events.Add(new PurchaseRefunded(purchase.Id, purchase.CreatorId, payment.Id, made.Id, made.Amount, purchase.Amount, made.CreatedAt));
            if (at >= 0)
                refunds[at] = record;
            else
                refunds.Add(record);
        }
        var refunded = refunds.Where(r => r.Status == RefundStatus.Succeeded).Sum(r => r.Amount.Amount);
        return purchase with { Refunds = refunds, Refunded = purchase.Amount with { Amount = refunded } };
    }

    private static Purchase WithDispute(Purchase purchase, ProviderDispute? dispute, List<object> events)
    {
        if (dispute is null || purchase.DisputeId == dispute.Id && purchase.Dispute == dispute.Status)
            return purchase;
        // A dispute that was opened and closed before we looked once: the books need both steps.
        if (purchase.DisputeId != dispute.Id && dispute.Status != DisputeStatus.Open)
            events.Add(new DisputeMoved(purchase.Id, purchase.CreatorId, dispute.Id, dispute.Amount, dispute.Fee, DisputeStatus.Open, dispute.CreatedAt));
        events.Add(new DisputeMoved(purchase.Id, purchase.CreatorId, dispute.Id, dispute.Amount, dispute.Fee, dispute.Status, dispute.CreatedAt));
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

    private static string? ReasonOf(PurchaseState state) => state switch
    {
        PurchaseState.Refunded => "refunded",
        PurchaseState.Disputed => "disputed",
        PurchaseState.ChargedBack => "dispute-lost",
        _ => null,
    };
}
