using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Pricing;

/// <summary>What a checkout would cost now, and until when that is so if nobody changes anything: the next edge of the discount or the code that holds.</summary>
public sealed record QuoteSeen(Quote Quote, DateTimeOffset? Until);

/// <summary>A viewer asks what she would pay, with a promo code or without. Nothing is held and nothing is stored; refuses as a checkout would.</summary>
public sealed class ShowQuote(Catalog.SeriesRecords series, CodeRecords codes, TimeProvider clock, PricingOptions options)
{
    public async ValueTask<Result<QuoteSeen>> HandleAsync(SeriesId id, UserId viewer, string? promoCode, CancellationToken cancellationToken)
    {
        if (await series.FindPublicAsync(id, cancellationToken) is not { Value: { State: Catalog.SeriesState.Published } shown })
            return Problem.NotFound("series");
        var code = PromoCode.Normalize(promoCode);
        var promo = code is null ? null : (await codes.FindAsync(id, code, cancellationToken))?.Value;
        var now = clock.GetUtcNow();
        var quote = shown.QuoteAt(promo?.Terms, options.LowestPrice, now);
        if (promoCode is not null)
        {
            if (CodeRules.Check(promo, quote, shown.QuoteAt(now), now) is { } refused)
                return refused;
            if (await codes.RefusedAsync(promo!, viewer, cancellationToken) is { } used)
                return used;
        }
        DateTimeOffset?[] edges = [quote.Offer?.EndsAt, quote.Code?.EndsAt, .. shown.Offers.Where(offer => offer.StartsAt > now).Select(offer => (DateTimeOffset?)offer.StartsAt)];
        return new QuoteSeen(quote, edges.Min());
    }
}
