using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Checkout;

/// <summary>
/// Brings an open checkout with nothing to pay to its end, without the provider. As with a payment, the code's use is committed before the purchase is stored; where the checkout ended
/// in between, the use is given back for good. May run any number of times.
/// </summary>
public sealed class TakeFree(Records records, LibraryRecords library, CodeRecords codes, TimeProvider clock)
{
    /// <summary>The checkout as it is afterwards: paid as a rule, over where somebody or the clock was faster.</summary>
    public async ValueTask<CheckoutRecord> HandleAsync(Stored<CheckoutRecord> open, CancellationToken cancellationToken)
    {
        while (true)
        {
            var checkout = open.Value;
            var now = clock.GetUtcNow();
            if (checkout.StateAt(now) != CheckoutState.Open)
                return checkout;
            var partition = CheckoutRecord.In(checkout.BuyerId);
            var access = await library.AccessAsync(checkout.BuyerId, checkout.SeriesId, cancellationToken);
            // By another payment, or a gift, since it was asked for.
            var hasIt = checkout.GiftTo is null && access?.Value.Grants.Any(grant => grant.State is GrantState.Live or GrantState.Suspended) == true;
            if (!hasIt && await CommitAsync(checkout, now, cancellationToken))
            {
                var batch = Bought(checkout, open.ETag, access, now);
                var openId = OpenCheckout.DocumentId(checkout.SeriesId, checkout.GiftTo);
                if (await records.FindAsync<OpenCheckout>(partition, openId, cancellationToken) is { } noted && noted.Value.CheckoutId == checkout.Id)
                    batch.Delete(openId, noted.ETag);
                if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                    return checkout.Moved(CheckoutCause.TakenFree);
            }
            else if (await EndCheckout.CloseAsync(records, open, CheckoutCause.Superseded, failureCode: null, now, cancellationToken))
            {
                return checkout.Moved(CheckoutCause.Superseded);
            }
            // Somebody else wrote meanwhile: the same request a second time, or whatever ended it.
            open = (await records.FindAsync<CheckoutRecord>(partition, CheckoutRecord.DocumentId(checkout.Id), cancellationToken))!;
        }
    }

    private async ValueTask<bool> CommitAsync(CheckoutRecord checkout, DateTimeOffset now, CancellationToken cancellationToken) =>
        await codes.FindAsync(checkout.SeriesId, checkout.PromoCode!, cancellationToken) is { } promo
        && await codes.CommitAsync(promo.Value, checkout.BuyerId, checkout.GiftTo, checkout.Id, now, cancellationToken);

    /// <summary>Checkout, purchase, access and what the books must hear of, at once.</summary>
    private static Batch Bought(CheckoutRecord checkout, string etag, Stored<Access>? access, DateTimeOffset now)
    {
        var bought = Settlement.Free(checkout, access?.Value, now);
        var purchase = bought.After.Purchase!;
        var batch = new Batch(CheckoutRecord.In(checkout.BuyerId))
            .Replace(CheckoutRecord.DocumentId(checkout.Id), bought.After.Checkout, etag)
            .Create(Purchase.DocumentId(purchase.Id), purchase, purchase.Sort);
        if (bought.After.Access is { } granted && !ReferenceEquals(granted, access?.Value))
            batch.Save(Access.DocumentId(granted.SeriesId), access, granted, granted.Sort);
        foreach (var happened in bought.Events)
            SettlePayment.Emit(batch, happened, now);
        return batch;
    }
}
