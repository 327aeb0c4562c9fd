using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Pricing;

/// <summary>The owner sets a limited-time discount. Two at once for the same time: one is set, the other hears that it overlaps.</summary>
public sealed class SetDiscount(Records records, SeriesRecords series, DiscountRecords discounts, IdempotencyClaims claims, TimeProvider clock, PricingOptions options)
{
    public async ValueTask<Result<(Stored<Discount> Discount, Money ListPrice)>> HandleAsync(SeriesId id, UserId owner, NewDiscount asked, IdempotencyKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var before, out var problem))
                return problem;
            var now = clock.GetUtcNow();
            var discountId = new DiscountId(key.IdFor("dis", now));
            if (key.ClaimedId is not null && await discounts.FindAsync(id, discountId, cancellationToken) is { } earlier)
                return (earlier, before.Value.Price);
            if (before.Value.State == SeriesState.Removed)
                return Problem.Conflict("removed", "This series was removed by moderation.");
            if (DiscountRules.Check(asked, before.Value.Price, before.Value.Offers, now, options) is { } refused)
                return refused;
            if (!(await claims.ClaimAsync(key, discountId.Value, cancellationToken)).IsOk(out var claimed, out problem))
                return problem;
            key = key with { ClaimedId = claimed };

            var discount = asked.SetAt(now, new(claimed), id);
            var after = (before.Value with { Offers = [.. before.Value.Offers.Where(offer => offer.EndsAt > now), discount.ToOffer()] }).Changed(now);
            var shown = await series.FindPublicAsync(id, cancellationToken);
            var batch = DiscountRecords.AddNew(SeriesRecords.Change(before, after, shown, now), discount, now);
            var outcome = await records.SaveAsync(batch, cancellationToken);
            if (!outcome.IsOk)
                continue;
            Telemetry.Count("discount-set");
            return (new Stored<Discount>(discount, outcome.ETags[batch.Writes.Count - 4]!), before.Value.Price);
        }
    }
}

/// <summary>The owner ends a discount now. One that has ended stays as it is.</summary>
public sealed class EndDiscount(Records records, SeriesRecords series, DiscountRecords discounts, TimeProvider clock)
{
    public async ValueTask<Result<Done>> HandleAsync(SeriesId id, UserId owner, DiscountId discountId, string etag, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var before, out var problem))
                return problem;
            if (await discounts.FindAsync(id, discountId, cancellationToken) is not { } discount)
                return Problem.NotFound("discount");
            if (discount.ETag != etag)
                return Problem.Stale;
            var now = clock.GetUtcNow();
            if (discount.Value.StateAt(now) == DiscountState.Ended)
                return Done.Value;
            var after = (before.Value with { Offers = [.. before.Value.Offers.Where(offer => offer.Id != discountId)] }).Changed(now);
            var shown = await series.FindPublicAsync(id, cancellationToken);
            var outcome = await records.SaveAsync(
                SeriesRecords.Change(before, after, shown, now)
                    .Replace(Discount.DocumentId(discountId), discount.Value with { EndedAt = now }, discount.ETag, discount.Value.Sort)
                    .Emit(new DiscountEnded(id, owner, discountId), now, id: Ids.From("evt_end", discountId.Value)),
                cancellationToken);
            if (outcome.IsOk)
                return Done.Value;
        }
    }
}
