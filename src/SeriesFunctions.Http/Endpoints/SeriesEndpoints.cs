using System.Globalization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Reading series: one, lists, covers.</summary>
public sealed class SeriesEndpoints(ShowSeries show, BrowseCatalog browse, SeriesRecords series, AnnounceCover covers, IMediaStore media, EstimateProceeds proceeds, TimeProvider clock)
{
    private static readonly TimeSpan CatalogueAge = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CoverAge = TimeSpan.FromMinutes(10);

    public async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!(await show.HandleAsync(call.SeriesId, call.Caller?.Id, cancellationToken)).IsOk(out var seen, out var problem))
            return problem;
        if (seen.Own is not null)
        {
            var cover = await covers.NewestAsync(call.SeriesId, cancellationToken);
            return Answer.Json(SeriesView.Of(seen, cover, (await proceeds.ForAsync(call.User, cancellationToken)).Of(seen.Quote.Price)), OwnETag(seen.Own, seen.Shown, seen.Quote, cover));
        }
        // The same document is another representation when the clock changes the price or the looker owns it, and by how much of what was taken out she keeps.
        var etag = string.Create(CultureInfo.InvariantCulture, $"{seen.Shown!.ETag}~{seen.Quote.Price.Amount}{(seen.Owned ? $"o{seen.Shown.Value.RetiredVideos.Count}" : "")}");
        return Answer.Json(SeriesView.Of(seen), etag, cacheControl: call.Caller is null ? Public(seen.Shown.Value.Offers) : null);
    }

    public ValueTask<Answer> BrowseAsync(ApiCall call, CancellationToken cancellationToken)
    {
        CatalogSort? sort = (call.Query("sort") ?? "newest") switch
        {
            "newest" => CatalogSort.Newest,
            "oldest" => CatalogSort.Oldest,
            "priceLow" => CatalogSort.PriceLow,
            "priceHigh" => CatalogSort.PriceHigh,
            _ => null,
        };
        if (sort is not { } order)
            return ValueTask.FromResult<Answer>(new Problem(ProblemKind.Malformed, "bad-sort", "sort is one of: newest, oldest, priceLow, priceHigh."));
        var search = call.Query("q");
        if (search?.Length > 100)
            return ValueTask.FromResult<Answer>(new Problem(ProblemKind.Malformed, "bad-search", "q has at most 100 characters."));
        return PageAsync(call, page => browse.PublicAsync(call.Query("category"), search, order, page, cancellationToken), isPublic: true);
    }

    public ValueTask<Answer> OfCreatorAsync(ApiCall call, CancellationToken cancellationToken) =>
        PageAsync(call, page => browse.OfCreatorAsync(new(call.Id("creatorId")), page, cancellationToken), isPublic: true);

    public ValueTask<Answer> MineAsync(ApiCall call, CancellationToken cancellationToken) =>
        PageAsync(call, page => browse.OwnAsync(call.User, page, cancellationToken), isPublic: false);

    /// <summary>Leads to the picture: covers are as private as all media, and a signed URL is good for a while.</summary>
    public async ValueTask<Answer> CoverAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (await series.FindPublicAsync(call.SeriesId, cancellationToken) is not { Value: { Content.CoverId: { } cover, State: not SeriesState.Removed } })
            return Problem.NotFound("cover");
        var now = clock.GetUtcNow();
        return Answer.Redirect(
            await media.SignReadAsync(Cover.Blob(cover), now + CoverAge + CoverAge, cancellationToken),
            string.Create(CultureInfo.InvariantCulture, $"public, max-age={CoverAge.TotalSeconds}"));
    }

    /// <summary>The etag of a series for its owner: the working copy's, and behind the tilde its version and what else shows: a cover that was refused, too.</summary>
    public static string OwnETag(Stored<Series> own, Stored<PublicSeries>? shown, Quote quote, Cover? newestCover) =>
        string.Create(CultureInfo.InvariantCulture, $"{own.ETag}~{own.Value.Version}.{shown?.ETag}.{quote.Price.Amount}.{newestCover?.Id}.{(int?)newestCover?.Status}");

    /// <summary>The version of the series that an <c>If-Match</c> was read at; null where it doesn't say.</summary>
    public static long? VersionIn(string ifMatch)
    {
        var tilde = ifMatch.IndexOf('~', StringComparison.Ordinal);
        var dot = tilde < 0 ? -1 : ifMatch.IndexOf('.', tilde);
        return dot > 0 && long.TryParse(ifMatch.AsSpan(tilde + 1, dot - tilde - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }

    private ValueTask<Answer> PageAsync(ApiCall call, Func<PageRequest, ValueTask<Result<RecordPage<CatalogEntry>>>> read, bool isPublic)
    {
        var now = clock.GetUtcNow();
        return Pages.AnswerAsync(
            call, read, entry => SeriesSummary.Of(entry, now), isPublic && call.Caller is null ? entries => Public([.. entries.SelectMany(entry => entry.Offers)]) : null);
    }

    /// <summary>Nobody's cache may outlive a price: the age ends at the next edge of a discount.</summary>
    private string Public(IReadOnlyList<Offer> offers)
    {
        var now = clock.GetUtcNow();
        var age = CatalogueAge;
        foreach (var offer in offers)
        {
            if (offer.StartsAt > now && offer.StartsAt - now < age)
                age = offer.StartsAt - now;
            if (offer.EndsAt > now && offer.EndsAt - now < age)
                age = offer.EndsAt - now;
        }
        return age == CatalogueAge ? "public, max-age=30" : string.Create(CultureInfo.InvariantCulture, $"public, max-age={(int)age.TotalSeconds}");
    }
}
