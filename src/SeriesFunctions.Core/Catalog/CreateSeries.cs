using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Catalog;

/// <summary>A creator makes a series, with a first discount if she likes. The same key gives the same series.</summary>
public sealed class CreateSeries(
    Records records, SeriesRecords series, CreatorRecords creators, VideoRecords videos, IdempotencyClaims claims, TimeProvider clock, PricingOptions pricing, CatalogOptions catalog)
{
    /// <param name="creator">Who makes it.</param>
    /// <param name="asked">What she wants.</param>
    /// <param name="first">The video that it is made for, put into it in the same write; null for none.</param>
    /// <param name="key">Hers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Result<Stored<Series>>> HandleAsync(UserId creator, NewSeries asked, FirstVideo? first, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (await creators.MayCreateAsync(creator, cancellationToken) is { } refused)
            return refused;
        var now = clock.GetUtcNow();
        var newId = new SeriesId(key.IdFor("ser", now));
        if (key.ClaimedId is not null && await series.FindAsync(newId, cancellationToken) is { } earlier)
            return earlier;
        // A key whose series was deleted since makes no second one.
        if (key.ClaimedId is not null && await series.FindPublicAsync(newId, cancellationToken) is not null)
            return Problem.NotFound("series");
        if (!Authoring.Create(newId, creator, asked, now, pricing, catalog).IsOk(out var made, out var problem))
            return problem;
        if (first is not null)
        {
            if (await videos.FindAsync(creator, first.Id, cancellationToken) is not { } video)
                return EditSeries.NoSuchVideo;
            if (!Authoring.Attach(made, video.Value, first.Title, null, now).IsOk(out made, out problem))
                return problem;
        }
        if (!(await claims.ClaimAsync(key, newId.Value, cancellationToken)).IsOk(out var claimed, out problem))
            return problem;

        made = made with { Id = new(claimed) };
        if (first is not null && !(await videos.MarkUsedAsync(creator, first.Id, made.Id, cancellationToken)).IsOk(out _, out problem))
            return problem;
        var batch = new Batch(Series.In(made.Id));
        if (asked.Discount is { } discount)
        {
            var opening = discount.SetAt(now, new(Ids.From("dis", claimed)), made.Id);
            made = made with { Offers = [opening.ToOffer()] };
            DiscountRecords.AddNew(batch, opening, now);
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
