using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Catalog;

/// <summary>What somebody sees of a series at one instant. <paramref name="Shown"/> is null while nothing was approved; <paramref name="Own"/> is set for its creator alone.</summary>
public sealed record SeriesSeen(Stored<PublicSeries>? Shown, Stored<Series>? Own, Quote Quote, bool Owned);

/// <summary>Somebody looks at a series. Buyers still see one that was unlisted or removed.</summary>
public sealed class ShowSeries(SeriesRecords series, LibraryRecords library, TimeProvider clock)
{
    public async ValueTask<Result<SeriesSeen>> HandleAsync(SeriesId id, UserId? caller, CancellationToken cancellationToken)
    {
        var shown = await series.FindPublicAsync(id, cancellationToken);
        var now = clock.GetUtcNow();
        if (caller is not { } user)
            return shown is { Value.State: SeriesState.Published } ? new SeriesSeen(shown, null, shown.Value.QuoteAt(now), false) : Problem.NotFound("series");

        if (shown is null || shown.Value.CreatorId == user)
        {
            if (await series.FindAsync(id, cancellationToken) is not { Value.Tiers: null } own || own.Value.CreatorId != user)
                return Problem.NotFound("series");
            return new SeriesSeen(shown, own, Quote.At(own.Value.Price, own.Value.Offers, now), Owned: true);
        }
        var access = (await library.AccessAsync(user, id, cancellationToken))?.Value;
        var owned = access?.IsLive == true;
        return shown.Value.State == SeriesState.Published || owned
            ? new SeriesSeen(shown with { Value = shown.Value.For(user, access) }, null, shown.Value.QuoteAt(now), owned)
            : Problem.NotFound("series");
    }
}
