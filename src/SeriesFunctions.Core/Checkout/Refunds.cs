using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Checkout;

/// <summary>An operator gives money back: all that is left, or a part. Recorded here, made off the queue. Safe to repeat with the same key.</summary>
public sealed class RefundPurchase(Records records, IdempotencyClaims claims, TimeProvider clock)
{
    public async ValueTask<Result<(Stored<Purchase> Purchase, RefundRecord Refund)>> HandleAsync(
        PurchaseId id, Money? amount, string reason, UserId by, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (new FieldChecks().Line(reason, "reason", 500) is { AllGood: false } checks)
            return checks.Problem;
        if (await FindAsync(id, cancellationToken) is not { } purchase)
            return Problem.NotFound("purchase");
        var now = clock.GetUtcNow();
        var refundId = key.IdFor("ref", now);
        if (purchase.Value.Refunds.FirstOrDefault(r => r.Id == refundId) is { } earlier)
            return (purchase, earlier);

        // What is on its way counts as given: two operators at once can't give back more than was paid.
        var left = purchase.Value.Amount.Amount - purchase.Value.Refunds.Where(r => r.Status != RefundStatus.Failed).Sum(r => r.Amount.Amount);
        var asked = amount ?? purchase.Value.Amount with { Amount = left };
        if (purchase.Value.Dispute is DisputeStatus.Open or DisputeStatus.Lost)
            return Problem.Conflict("disputed", "This payment is disputed; the provider decides about the money.");
        if (left <= 0)
            return Problem.Conflict("already-refunded", "All of this purchase was given back already.");
        if (asked.Currency != purchase.Value.Amount.Currency)
            return Problem.Invalid([new("amount.currency", "another-currency", $"This purchase was paid in {purchase.Value.Amount.Currency}.")]);
        if (asked.Amount <= 0 || asked.Amount > left)
            return Problem.Invalid([new("amount.amount", "amount-out-of-range", $"From 1 to {left} minor units can be given back.")]);

        if (!(await claims.ClaimAsync(key, refundId, cancellationToken)).IsOk(out var claimed, out var problem))
            return problem;
        // The same request twice at once: the other one recorded it after this one had looked for its key.
        if (purchase.Value.Refunds.FirstOrDefault(r => r.Id == claimed) is { } twin)
            return (purchase, twin);
        var refund = new RefundRecord(claimed, null, asked, RefundStatus.Pending, by.Value, reason, now);
        var after = purchase.Value with { Refunds = [.. purchase.Value.Refunds, refund] };
        var outcome = await records.SaveAsync(
            new Batch(Purchase.In(after.BuyerId))
                .Replace(Purchase.DocumentId(id), after, purchase.ETag, after.Sort)
                .Emit(new RefundRequested(id, after.BuyerId, claimed, after.PaymentId, asked), now),
            cancellationToken);
        return outcome.IsOk
            ? (new Stored<Purchase>(after, outcome.ETags[0]!), refund)
            : Problem.Conflict("changed-meanwhile", "This purchase changed just now. Look at it and try again.");
    }

    private async ValueTask<Stored<Purchase>?> FindAsync(PurchaseId id, CancellationToken cancellationToken)
    {
        if (!id.Value.StartsWith("pur_", StringComparison.Ordinal))
            return null;
        var owner = await records.FindAsync<CheckoutOwner>(CheckoutOwner.In(id.Checkout), CheckoutOwner.DocumentId, cancellationToken);
        return owner is null ? null : await records.FindAsync<Purchase>(Purchase.In(owner.Value.BuyerId), Purchase.DocumentId(id), cancellationToken);
    }
}

/// <summary>
/// Off the queue: asks the provider for a recorded refund, with our refund's id as its key, and settles what came of it. While the provider does not answer it is asked
/// again with back-off for three days, and is a dead letter then.
/// </summary>
public sealed class MakeRefund(Records records, IPaymentGateway payments, SettlePayment settle, FailRefund fail, TimeProvider clock) : IHandle<RefundRequested>
{
    public async ValueTask<Handled> HandleAsync(RefundRequested message, CancellationToken cancellationToken)
    {
        var made = await payments.RefundAsync(new(message.RefundId, message.PaymentId, message.Amount), cancellationToken);
        switch (made.Status)
        {
            case GatewayStatus.Unavailable:
                return await Patience.AgainAsync(
                    records, Purchase.In(message.BuyerId), $"{message.RefundId} {message.Try}", message.Try, message.Since, clock.GetUtcNow(),
                    since => message with { Try = message.Try + 1, Since = since }, made.Reason, cancellationToken);
            case GatewayStatus.Refused or GatewayStatus.NotFound:
                return await fail.HandleAsync(message, made.Reason ?? "refused", cancellationToken);
        }
        var settled = await settle.HandleAsync(message.PaymentId, cancellationToken);
        return settled.As == SettledAs.Unavailable ? Handled.Retry(settled.Reason ?? "unavailable") : Handled.Done;
    }
}

/// <summary>The provider will not make a refund: it is noted as failed, and its amount can be asked for again.</summary>
public sealed class FailRefund(Records records)
{
    public async ValueTask<Handled> HandleAsync(RefundRequested message, string reason, CancellationToken cancellationToken)
    {
        var partition = Purchase.In(message.BuyerId);
        if (await records.FindAsync<Purchase>(partition, Purchase.DocumentId(message.PurchaseId), cancellationToken) is not { } purchase)
            return Handled.Done;
        var after = purchase.Value with
        {
            Refunds = [.. purchase.Value.Refunds.Select(r => r.Id == message.RefundId && r.Status == RefundStatus.Pending ? r with { Status = RefundStatus.Failed, Reason = $"{r.Reason} ({reason})" } : r)],
        };
        var outcome = await records.SaveAsync(new Batch(partition).Replace(Purchase.DocumentId(message.PurchaseId), after, purchase.ETag, after.Sort), cancellationToken);
        Telemetry.Count("refund-refused");
        return outcome.IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }
}

/// <summary>Off the queue: what is left of a payment that we must not keep goes back, and our record of it with the provider's.</summary>
public sealed class ReturnPayment(Records records, IPaymentGateway payments, SettlePayment settle, TimeProvider clock) : IHandle<PaymentUnwanted>
{
    public async ValueTask<Handled> HandleAsync(PaymentUnwanted message, CancellationToken cancellationToken)
    {
        var found = await payments.FindPaymentAsync(message.PaymentId, cancellationToken);
        if (found.Status == GatewayStatus.Unavailable)
            return await LaterAsync(message, found.Reason, cancellationToken);
        if (found.Value is not { } payment)
            return Handled.Poison($"not-returned: {found.Reason}");
        // A dispute decides about the money; if we win it, its event brings us here again.
        if (Settlement.Left(payment) is var left && left > 0 && payment.Dispute is null or { Status: DisputeStatus.Won })
        {
            // The key holds what was given before, so that a refund that was made and not answered is the same one, and the rest after a partial one is another.
            // One that the bank did not take is over: asked for by its key again, it would only be told of again.
            var failed = payment.Refunds.Count(refund => refund.Status == RefundStatus.Failed);
            var key = $"unwanted-{message.PaymentId}-{payment.Amount.Amount - left}{(failed == 0 ? "" : $"-{failed}")}";
            var made = await payments.RefundAsync(new(key, message.PaymentId, payment.Amount with { Amount = left }), cancellationToken);
            if (made.Status == GatewayStatus.Unavailable)
                return await LaterAsync(message, made.Reason, cancellationToken);
            if (made.Status != GatewayStatus.Ok)
                return Handled.Retry($"not-returned: {made.Reason}");
        }
        var settled = await settle.HandleAsync(message.PaymentId, cancellationToken);
        return settled.As == SettledAs.Unavailable ? Handled.Retry(settled.Reason ?? "unavailable") : Handled.Done;
    }

    private ValueTask<Handled> LaterAsync(PaymentUnwanted message, string? reason, CancellationToken cancellationToken) =>
        Patience.AgainAsync(
            records, new($"unwanted|{message.PaymentId}"), $"unwanted {message.PaymentId} {message.Try}", message.Try, message.Since, clock.GetUtcNow(),
            since => message with { Try = message.Try + 1, Since = since }, reason, cancellationToken);
}

/// <summary>Off the queue: an operator who has only a purchase's id finds its buyer.</summary>
public sealed class NoteCheckoutOwner(Records records) : IHandle<PurchaseSettled>
{
    public async ValueTask<Handled> HandleAsync(PurchaseSettled message, CancellationToken cancellationToken)
    {
        await records.SaveAsync(
            new Batch(CheckoutOwner.In(message.PurchaseId.Checkout)).Put(CheckoutOwner.DocumentId, new CheckoutOwner(message.BuyerId, message.SeriesId)), cancellationToken);
        return Handled.Done;
    }
}
