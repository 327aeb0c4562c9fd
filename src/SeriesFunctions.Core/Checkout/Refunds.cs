using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Checkout;

/// <summary>What may be given back, pure.</summary>
public static class RefundRules
{
    /// <summary>What of a purchase is neither given back nor on its way, in minor units: two people at once can't give back more than was paid.</summary>
    public static long Left(Purchase purchase) => purchase.Amount.Amount - purchase.Refunds.Where(r => r.Status != RefundStatus.Failed).Sum(r => r.Amount.Amount);

    /// <summary>The amount to give back, or why not. No amount asked for: all that is left.</summary>
    public static Result<Money> Decide(Purchase purchase, Money? amount)
    {
        var left = Left(purchase);
        var asked = amount ?? purchase.Amount with { Amount = left };
        if (purchase.Dispute is DisputeStatus.Open or DisputeStatus.Lost)
            return Problem.Conflict("disputed", "This payment is disputed; the provider decides about the money.");
        if (left <= 0)
            return Problem.Conflict("already-refunded", purchase.Amount.Amount == 0 ? "Nothing was paid for this, so there is nothing to give back." : "All of this purchase was given back already.");
        if (asked.Currency != purchase.Amount.Currency)
            return Problem.Invalid([new("amount.currency", "another-currency", $"This purchase was paid in {purchase.Amount.Currency}.")]);
        return asked.Amount > 0 && asked.Amount <= left
            ? asked
            : Problem.Invalid([new("amount.amount", "amount-out-of-range", $"From 1 to {left} minor units can be given back.")]);
    }

    /// <summary>Null when the viewer may give it back herself. Source: product rules, "refund": within 14 days, and if under 10 % of the series was watched.</summary>
    public static Problem? Refuse(Purchase purchase, WatchedShare? watched, DateTimeOffset now, CheckoutOptions options) => purchase switch
    {
        _ when now - purchase.PaidAt >= options.RefundWindow =>
            Problem.Refused("refund-window-over", $"A purchase can be given back within {options.RefundWindow.TotalDays:0.#} days."),
        _ when (watched?.BasisPoints ?? 0) >= options.RefundWatchedBasisPoints && options.RefundWatchedBasisPoints < 10_000 =>
            Problem.Refused("watched-too-much", $"A series of which {options.RefundWatchedBasisPoints / 100m:0.##} % or more was watched can't be given back."),
        _ => null,
    };
}

/// <summary>Gives money back: by an operator all that is left or a part, by the viewer all of it within the rule. Recorded here, made off the queue. Safe to repeat with the same key.</summary>
public sealed class RefundPurchase(Records records, IdempotencyClaims claims, TimeProvider clock, CheckoutOptions options)
{
    private const int MostAttempts = 20;

    /// <summary>An operator may at any time.</summary>
    public async ValueTask<Result<(Stored<Purchase> Purchase, RefundRecord Refund)>> HandleAsync(
        PurchaseId id, Money? amount, string reason, UserId by, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (new FieldChecks().Line(reason, "reason", 500) is { AllGood: false } checks)
            return checks.Problem;
        return await FindAsync(id, cancellationToken) is { } purchase
            ? await RefundAsync(purchase, amount, reason, by, key, cancellationToken)
            : Problem.NotFound("purchase");
    }

    public async ValueTask<Result<(Stored<Purchase> Purchase, RefundRecord Refund)>> HandleOwnAsync(PurchaseId id, UserId viewer, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (await records.FindAsync<Purchase>(Purchase.In(viewer), Purchase.DocumentId(id), cancellationToken) is not { Value.ErasedAt: null } purchase)
            return Problem.NotFound("purchase");
        if (purchase.Value.SeriesId is not { } series)
            return Problem.Refused("subscription-not-returned", "A period of a subscription is not given back; cancel the subscription, and nothing further is charged.");
        // A repeated request answers what the first one did, also when the window has closed since.
        if (key.ClaimedId is null && RefundRules.Decide(purchase.Value, null).IsOk(out _, out _))
        {
            // Of a gift it counts what its receiver watched; of one who was erased nobody knows how much that was.
            var watcher = purchase.Value.Gift?.To ?? viewer;
            var watched = watcher == UserId.Erased ? new(10_000) : (await records.FindAsync<WatchedShare>(Access.In(watcher), WatchedShare.DocumentId(series), cancellationToken))?.Value;
            if (RefundRules.Refuse(purchase.Value, watched, clock.GetUtcNow(), options) is { } refused)
                return refused;
        }
        return await RefundAsync(purchase, amount: null, "asked-by-viewer", viewer, key, cancellationToken);
    }

    public async ValueTask<Stored<Purchase>?> FindAsync(PurchaseId id, CancellationToken cancellationToken)
    {
        if (!id.Value.StartsWith("pur_", StringComparison.Ordinal))
            return null;
        var owner = await records.FindAsync<CheckoutOwner>(CheckoutOwner.In(id.Checkout), CheckoutOwner.DocumentId, cancellationToken);
        return owner is null ? null : await records.FindAsync<Purchase>(Purchase.In(owner.Value.BuyerId), Purchase.DocumentId(id), cancellationToken);
    }

    private async ValueTask<Result<(Stored<Purchase> Purchase, RefundRecord Refund)>> RefundAsync(
        Stored<Purchase> purchase, Money? amount, string reason, UserId by, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var id = purchase.Value.Id;
        string? refundId = null;
        for (var attempt = 1; ; attempt++)
        {
            var now = clock.GetUtcNow();
            if ((refundId ?? key.ClaimedId) is { } known && purchase.Value.Refunds.FirstOrDefault(r => r.Id == known) is { } earlier)
                return (purchase, earlier);
            if (!RefundRules.Decide(purchase.Value, amount).IsOk(out var asked, out var problem)
                || !(await claims.ClaimAsync(key, refundId ?? key.IdFor("ref", now), cancellationToken)).IsOk(out refundId, out problem))
                return problem;
            // The same request twice at once: the other one recorded it after this one had looked for its key.
            if (purchase.Value.Refunds.FirstOrDefault(r => r.Id == refundId) is { } twin)
                return (purchase, twin);
            var refund = new RefundRecord(refundId, null, asked, RefundStatus.Pending, by.Value, reason, now);
            var after = purchase.Value with { Refunds = [.. purchase.Value.Refunds, refund] };
            var outcome = await records.SaveAsync(
                new Batch(Purchase.In(after.BuyerId))
                    .Replace(Purchase.DocumentId(id), after, purchase.ETag, after.Sort)
                    .Emit(new RefundRequested(id, after.BuyerId, refundId, after.PaymentId, asked), now),
                cancellationToken);
            if (outcome.IsOk)
                return (new Stored<Purchase>(after, outcome.ETags[0]!), refund);
            // A refund of before is just being settled, as a rule: decide again by what is there now.
            if (attempt == MostAttempts || await records.FindAsync<Purchase>(Purchase.In(purchase.Value.BuyerId), Purchase.DocumentId(id), cancellationToken) is not { } changed)
                return Problem.Conflict("changed-meanwhile", "This purchase changed just now. Look at it and try again.");
            purchase = changed;
        }
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
