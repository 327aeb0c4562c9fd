using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Http.Conventions;

namespace SeriesFunctions.Http.Views;

/// <summary><paramref name="SeriesId"/> goes with kind series, <paramref name="TierId"/> with kind tier, <paramref name="Campaign"/> (1 to 40 characters of a-z 0-9 -) with place campaign.</summary>
public sealed record LinkRequest(LinkKind Kind, LinkPlace Place, SeriesId? SeriesId = null, string? Campaign = null, TierId? TierId = null);

/// <summary>A short link; <paramref name="Path"/> is to be put behind the host of this API.</summary>
public sealed record LinkView(string LinkCode, string Path, LinkKind Kind, SeriesId? SeriesId, TierId? TierId, LinkPlace Place, string? Campaign, DateTimeOffset CreatedAt)
{
    public static LinkView Of(Link link) => new(link.Code, $"/l/{link.Code}", link.Kind, link.SeriesId, link.TierId, link.Place, link.Campaign, link.CreatedAt);
}

/// <summary>Where a short link leads. <paramref name="LinkCode"/> is what a checkout or a new subscription takes: a purchase within seven days of now counts for the link.</summary>
public sealed record LinkTargetView(LinkKind Kind, UserId CreatorId, SeriesId? SeriesId, TierId? TierId, string LinkCode);

public sealed record ProductLinkRequest(string Label, string Url);

public sealed record ProductLinksRequest(List<ProductLinkRequest> Links);

/// <summary><paramref name="Host"/> is the host as machines read it (punycode): show it beside the label.</summary>
public sealed record ProductLinkView(string Label, string Url, string Host)
{
    public static ProductLinkView Of(ProductLink link) => new(link.Label, link.Url, link.Host);
}

public sealed record ProductLinksView(IReadOnlyList<ProductLinkView> Links)
{
    public static ProductLinksView Of(ProductLinks set) => new([.. set.Links.Select(ProductLinkView.Of)]);
}

/// <summary>A creator as everybody sees her. More series: <c>GET /v1/creators/{creatorId}/series?cursor=</c> with <paramref name="NextSeriesCursor"/>.</summary>
public sealed record ProfileView(UserId CreatorId, string? Handle, IReadOnlyList<SeriesSummary> Series, string? NextSeriesCursor, IReadOnlyList<TierView> Tiers, IReadOnlyList<ProductLinkView> Links)
{
    public static ProfileView Of(PublicProfile seen, DateTimeOffset now) => new(
        seen.CreatorId, seen.Handle, [.. seen.Series.Items.Select(entry => SeriesSummary.Of(entry, now))], Cursors.Write(seen.Series.Cursor),
        [.. seen.Tiers.Select(tier => TierView.Of(seen.CreatorId, tier))], [.. seen.Links.Select(ProductLinkView.Of)]);
}
