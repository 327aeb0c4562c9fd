using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Gifts;

/// <summary>
/// Off the queue: a gift, and the access of whoever accepted it, follow the purchase behind it. The gift is read before the purchase and written with its etag:
/// whoever read an older purchase finds that the gift was written meanwhile, so messages may come in any order.
/// </summary>
public sealed class FollowPurchase(Records records, GiftRecords gifts, DueWork due, TimeProvider clock, CheckoutOptions options) : IHandle<GiftMoved>
{
    public async ValueTask<Handled> HandleAsync(GiftMoved message, CancellationToken cancellationToken)
    {
        SeriesId? series = null;
        while (true)
        {
            var before = await gifts.FindAsync(message.To, message.GiftId, series, cancellationToken);
            if (await records.FindAsync<Purchase>(Purchase.In(message.BuyerId), Purchase.DocumentId(message.PurchaseId), cancellationToken) is not { } purchase)
                return Handled.Poison("no-such-purchase");
            if (before.Gift is null && series is null)
            {
                // Only the purchase says which series it is; now what the receiver has of that one can be read, and the purchase once more after it.
                series = purchase.Value.SeriesId;
                continue;
            }
            var now = clock.GetUtcNow();
            var after = GiftRules.Follow(before.Books, purchase.Value, message.To, now, options.GiftWaits);
            // One that nobody took and whose money is with us still asks for its return again: a refund may have failed, a dispute been won.
            var owed = after.Gift is { } gift && GiftRules.GoesBack(gift.State) && purchase.Value.State is PurchaseState.Paid or PurchaseState.PartlyRefunded;
            // Before it is offered: whatever happens in between, there is no offer that nobody would end.
            if (after.Gift is { State: GiftState.Offered } offered && before.Gift?.Value.State != GiftState.Offered)
                await due.RememberAsync(new(DueKind.Gift, offered.To.Value, offered.Id.Value, offered.ExpiresAt + DueWork.LeftToItsMessage), cancellationToken);
            if (after.Gift is null || after == before.Books && !owed || await gifts.SaveAsync(before, after, now, cancellationToken, message.BuyerId) is not null)
                return Handled.Done;
        }
    }
}

/// <summary>Off the queue, when a gift has waited long enough: it expires, and its buyer gets the money back.</summary>
public sealed class EndGift(GiftRecords gifts, TimeProvider clock) : IHandle<GiftDue>
{
    public async ValueTask<Handled> HandleAsync(GiftDue message, CancellationToken cancellationToken)
    {
        while (true)
        {
            var before = await gifts.FindAsync(message.To, message.GiftId, null, cancellationToken);
            var now = clock.GetUtcNow();
            var after = GiftRules.Expire(before.Books, now);
            if (after == before.Books || await gifts.SaveAsync(before, after, now, cancellationToken) is not null)
                return Handled.Done;
        }
    }
}

/// <summary>The minute's timer: finds every gift whose time was over five minutes ago and that is still offered, because its message was lost, and ends it.</summary>
public sealed class SweepGifts(DueWork due, EndGift end)
{
    public Task HandleAsync(CancellationToken cancellationToken) =>
        due.SweepAsync(DueKind.Gift, (item, stop) => end.HandleAsync(new(new(item.Id), new(item.Owner)), stop), cancellationToken);
}

/// <summary>
/// Off the queue: the purchase says what became of the gift, and where nobody took it all that is left of the money goes back, once. While its payment is disputed
/// the bank decides; when that ends well for us, <see cref="FollowPurchase"/> asks again.
/// </summary>
public sealed class ReturnGift(Records records, GiftRecords gifts, TimeProvider clock) : IHandle<GiftAnswered>
{
    public async ValueTask<Handled> HandleAsync(GiftAnswered message, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The purchase before the gift, for the reason that FollowPurchase does it the other way round.
            if (await records.FindAsync<Purchase>(Purchase.In(message.BuyerId), Purchase.DocumentId(message.PurchaseId), cancellationToken) is not { Value.Gift: { } given } purchase)
                return Handled.Poison("no-such-purchase");
            if ((await gifts.FindAsync(message.To, message.GiftId, null, cancellationToken)).Gift is not { Value: { } gift })
                return Handled.Done;
            var now = clock.GetUtcNow();
            var after = purchase.Value with { Gift = given with { State = gift.State } };
            RefundRecord? refund = null;
            var left = after.Amount.Amount - after.Refunds.Where(made => made.Status != RefundStatus.Failed).Sum(made => made.Amount.Amount);
            if (GiftRules.GoesBack(gift.State) && left > 0 && after.Dispute is not (DisputeStatus.Open or DisputeStatus.Lost))
            {
                // A failed refund was tried and told of; the next attempt is another refund.
                var attempt = after.Refunds.Count(made => made.By == By);
                var id = attempt == 0 ? Ids.From("ref", gift.Id.Value) : Ids.Derived("ref", $"{gift.Id} {attempt}");
                refund = new(id, null, after.Amount with { Amount = left }, RefundStatus.Pending, By, $"gift-{gift.State.ToString().ToLowerInvariant()}", now);
                after = after with { Refunds = [.. after.Refunds, refund] };
            }
            if (refund is null && given.State == gift.State)
                return Handled.Done;
            var batch = new Batch(Purchase.In(after.BuyerId)).Replace(Purchase.DocumentId(after.Id), after, purchase.ETag, after.Sort);
            if (refund is not null)
                batch.Emit(new RefundRequested(after.Id, after.BuyerId, refund.Id, after.PaymentId, refund.Amount), now);
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return Handled.Done;
        }
    }

    private const string By = "gift";
}
