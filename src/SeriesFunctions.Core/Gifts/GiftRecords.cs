using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;

namespace SeriesFunctions.Core.Gifts;

/// <summary>A gift with everything of its receiver that changes with it, as it was read.</summary>
public sealed record StoredGift(Stored<Gift>? Gift, Stored<Access>? Access, Stored<OfferedGift>? Offered)
{
    public GiftBooks Books => new(Gift?.Value, Access?.Value, Offered?.Value);
}

/// <summary>Reads and writes gifts in their receiver's partition: gift, access and what is offered in one batch, each guarded by its etag.</summary>
public sealed class GiftRecords(Records records)
{
    public async ValueTask<StoredGift> FindAsync(UserId receiver, GiftId id, SeriesId? series, CancellationToken cancellationToken)
    {
        var partition = Gift.In(receiver);
        var gift = await records.FindAsync<Gift>(partition, Gift.DocumentId(id), cancellationToken);
        if ((gift?.Value.SeriesId ?? series) is not { } of)
            return new(null, null, null);
        return new(
            gift,
            await records.FindAsync<Access>(partition, Access.DocumentId(of), cancellationToken),
            await records.FindAsync<OfferedGift>(partition, OfferedGift.DocumentId(of), cancellationToken));
    }

    /// <summary>Newest first.</summary>
    public ValueTask<Result<RecordPage<Gift>>> ListAsync(UserId receiver, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<Gift>(Gift.In(receiver), SortRange.Prefix("gift|"), Direction.Descending, page, cancellationToken);

    /// <summary>Null when somebody else wrote meanwhile: look again. <paramref name="buyer"/> is whose purchase hears of it, where the caller knows better than the gift: its giver may have been erased.</summary>
    public async ValueTask<Stored<Gift>?> SaveAsync(StoredGift before, GiftBooks after, DateTimeOffset now, CancellationToken cancellationToken, UserId? buyer = null)
    {
        var gift = after.Gift!;
        var partition = Gift.In(gift.To);
        var batch = new Batch(partition).Save(Gift.DocumentId(gift.Id), before.Gift, gift, gift.Sort);
        if (after.Access is { } access && !ReferenceEquals(access, before.Access?.Value))
        {
            batch.Save(Access.DocumentId(gift.SeriesId), before.Access, access, access.Sort);
            if (access.IsLive != (before.Access?.Value.IsLive ?? false))
                batch.Emit(new AccessChanged(gift.To, gift.SeriesId), now);
            // Her own open checkout has nothing to buy any more.
            if (access.IsLive && await records.FindAsync<OpenCheckout>(partition, OpenCheckout.DocumentId(gift.SeriesId), cancellationToken) is { } open)
                batch.Emit(new CheckoutDue(open.Value.CheckoutId, gift.To, CheckoutCause.Superseded), now);
        }
        if (after.Offered is null && before.Offered is not null)
            batch.Delete(OfferedGift.DocumentId(gift.SeriesId), before.Offered.ETag);
        else if (after.Offered is { } offered && offered != before.Offered?.Value)
            batch.Save(OfferedGift.DocumentId(gift.SeriesId), before.Offered, offered);
        // Also when it is offered again, perhaps after its time: its first message may have come and gone.
        if (gift.State == GiftState.Offered && before.Gift?.Value.State != GiftState.Offered)
            batch.Emit(new GiftDue(gift.Id, gift.To), now, dueAt: gift.ExpiresAt);
        if (gift.State != before.Gift?.Value.State || GiftRules.GoesBack(gift.State))
            batch.Emit(new GiftAnswered(gift.Id, gift.PurchaseId, buyer ?? gift.From, gift.To), now);
        var outcome = await records.SaveAsync(batch, cancellationToken);
        return outcome.IsOk ? new(gift, outcome.ETags[0]!) : null;
    }
}
