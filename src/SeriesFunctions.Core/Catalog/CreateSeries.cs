using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Catalog;

/// <summary>A creator makes a series, with a first discount if she likes. The same key gives the same series.</summary>
public sealed class CreateSeries(
    Records records, SeriesRecords series, CreatorRecords creators, IdempotencyClaims claims, TimeProvider clock, PricingOptions pricing, CatalogOptions catalog)
{
    public async ValueTask<Result<Stored<Series>>> HandleAsync(UserId creator, NewSeries asked, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (await creators.MayCreateAsync(creator, cancellationToken) is { } refused)
            return refused;
        var now = clock.GetUtcNow();
        var newId = new SeriesId(key.IdFor("ser", now));
        if (key.ClaimedId is not null && await series.FindAsync(newId, cancellationToken) is { } earlier)
            return earlier;
        if (!Authoring.Create(newId, creator, asked, now, pricing, catalog).IsOk(out var made, out var problem))
            return problem;
        if (!(await claims.ClaimAsync(key, newId.Value, cancellationToken)).IsOk(out var claimed, out problem))
            return problem;

        made = made with { Id = new(claimed) };
        var batch = new Batch(Series.In(made.Id));
        if (asked.Discount is { } discount)
        {
            var first = new Discount(new(Ids.From("dis", claimed)), made.Id, discount.PercentOff, discount.StartsAt, discount.EndsAt, now, EndedAt: null);
            made = made with { Offers = [first.ToOffer()] };
            DiscountRecords.AddNew(batch, first, now);
        }
        batch.Create(Series.DocumentId, made).Emit(new SeriesChanged(made.Id, creator), now);
        var outcome = await records.SaveAsync(batch, cancellationToken);
        if (outcome.IsOk)
        {
            Telemetry.Count("series-created");
            return new Stored<Series>(made, outcome.ETags[batch.Writes.Count - 2]!);
        }
        return await series.FindAsync(made.Id, cancellationToken) is { } existing ? existing : Problem.NotFound("series");
    }
}
