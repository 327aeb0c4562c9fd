using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;
using static SeriesFunctions.Http.Conventions.Who;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Short links and where they lead, what tells apps that they may open them, and what a creator shows of herself.</summary>
public sealed class LinkEndpoints(CreatorLinks links, Clicks clicks, SetProductLinks products, ShowProfile profile, SeriesRecords series, TierRecords tiers, LinksOptions options, TimeProvider clock)
{
    private const string One = "v1/creators/me/links/{linkCode}";

    private readonly ReadOnlyMemory<byte>? _apple = AppleFile(options);
    private readonly ReadOnlyMemory<byte>? _android = AndroidFile(options);

    public IEnumerable<ApiRoute> Routes =>
    [
        new("FollowLink", "GET", "l/{linkCode}", Anyone, "Follows a short link: to the app's universal link, or to a page where no app is set. The click is counted, and nothing of who clicked.", FollowAsync) { Success = 302 },
        new("ShowLinkPage", "GET", "l/{linkCode}/page", Anyone, "The page of a short link, for those without the app.", PageAsync),
        new("AppleAppSite", "GET", ".well-known/apple-app-site-association", Nobody, "Which iOS apps may open short links.", (_, _) => File(_apple)) { Refusals = ["404 not-found"] },
        new("AndroidAssetLinks", "GET", ".well-known/assetlinks.json", Nobody, "Which Android app may open short links.", (_, _) => File(_android)) { Refusals = ["404 not-found"] },
        new("ResolveLink", "GET", "v1/links/{linkCode}", Anyone, "What a short link leads to, for an app that was opened by it; the answer holds the linkCode for a checkout. Counts a click.", ResolveAsync) { Response = typeof(LinkTargetView) },
        new("MakeLink", "POST", "v1/creators/me/links", User, "Makes a short link to one of the caller's series or tiers or her profile, for a place; the same again is the same link.", MakeAsync)
        { Request = typeof(LinkRequest), Response = typeof(LinkView), Success = 201, Keyed = true, RemembersKey = true, Refusals = ["403 creator-required, subscription-programme-required", "404 not-found", "409 tier-retired"] },
        new("ListMyLinks", "GET", "v1/creators/me/links", User, "The caller's short links, newest first.", ListAsync) { Response = typeof(ListView<LinkView>), Paged = true },
        new("ShowMyLink", "GET", One, User, "One of the caller's short links.", ShowAsync) { Response = typeof(LinkView) },
        new("EndLink", "DELETE", One, User, "Ends a short link; made again, it is the same one.", EndAsync) { Success = 204, Conditional = true },
        new("ShowProductLinks", "GET", "v1/creators/me/product-links", User, "The links to shops elsewhere in the caller's profile.", ProductsAsync) { Response = typeof(ProductLinksView) },
        new("SetProductLinks", "PUT", "v1/creators/me/product-links", User, "Sets them, up to five.", SetProductsAsync)
        { Request = typeof(ProductLinksRequest), Response = typeof(ProductLinksView), Conditional = true, Refusals = ["403 creator-required"] },
        new("ShowProfile", "GET", "v1/creators/{creatorId}/profile", Anyone, "What everybody sees of a creator: her handle, her newest series, her tiers, her links.", ProfileAsync) { Response = typeof(ProfileView) },
    ];

    private async ValueTask<Answer> FollowAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (await FindAsync(call, cancellationToken) is not { } link)
            return Problem.NotFound("link");
        clicks.Count(link);
        return options.AppUrl.Length == 0 ? await PageAsync(link, cancellationToken) : Answer.Redirect(AppLink(link, ReferralOf(link)), "no-store");
    }

    private async ValueTask<Answer> PageAsync(ApiCall call, CancellationToken cancellationToken) =>
        await FindAsync(call, cancellationToken) is { } link ? await PageAsync(link, cancellationToken) : Problem.NotFound("link");

    private async ValueTask<Answer> ResolveAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (await FindAsync(call, cancellationToken) is not { } link || link.SeriesId is { } of && (await series.FindPublicAsync(of, cancellationToken))?.Value is { DeletedAt: not null })
            return Problem.NotFound("link");
        clicks.Count(link);
        return Answer.Json(new LinkTargetView(link.Kind, link.CreatorId, link.SeriesId, link.TierId, ReferralOf(link).ToString()), cacheControl: "no-store");
    }

    private async ValueTask<Answer> MakeAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<LinkRequest>().IsOk(out var body, out var problem)
            || !(await links.MakeAsync(call.User, body.Value.Kind, body.Value.SeriesId, body.Value.TierId, body.Value.Place, body.Value.Campaign, cancellationToken)).IsOk(out var made, out problem))
            return problem;
        return Answer.Json(LinkView.Of(made.Value), made.ETag, 201, location: $"/v1/creators/me/links/{made.Value.Code}");
    }

    private ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken) => Pages.AnswerAsync(call, page => links.PageAsync(call.User, page, cancellationToken), LinkView.Of);

    private async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await links.OwnAsync(call.User, call.Id("linkCode"), cancellationToken)).IsOk(out var link, out var problem) ? Answer.Json(LinkView.Of(link.Value), link.ETag) : problem;

    private async ValueTask<Answer> EndAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await links.EndAsync(call.User, call.Id("linkCode"), call.IfMatch, cancellationToken)).Problem is { } problem ? problem : Answer.Empty();

    private async ValueTask<Answer> ProductsAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var found = await products.FindAsync(call.User, cancellationToken);
        return Answer.Json(ProductLinksView.Of(found?.Value ?? ProductLinks.None), found?.ETag ?? SetProductLinks.None);
    }

    private async ValueTask<Answer> SetProductsAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<ProductLinksRequest>().IsOk(out var body, out var problem)
            || !(await products.HandleAsync(call.User, [.. body.Value.Links.Select(link => (link.Label, link.Url))], call.IfMatch, cancellationToken)).IsOk(out var set, out problem))
            return problem;
        return Answer.Json(ProductLinksView.Of(set.Value), set.ETag);
    }

    private async ValueTask<Answer> ProfileAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!(await profile.HandleAsync(new(call.Id("creatorId")), cancellationToken)).IsOk(out var seen, out var problem))
            return problem;
        var view = ProfileView.Of(seen, clock.GetUtcNow());
        // Made of several documents and the clock: what it shows is what it is known by, all of it.
        return Answer.Json(view, Ids.Derived("p", JsonBody.Text(view, ApiShape<ProfileView>.Info)), cacheControl: call.Caller is null ? "public, max-age=30" : null);
    }

    private async ValueTask<Link?> FindAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await links.FindAsync(call.Id("linkCode"), cancellationToken))?.Value is { EndedAt: null } link ? link : null;

    private Referral ReferralOf(Link link) => new(link.Code, clock.GetUtcNow());

    /// <summary>From our settings and our ids alone: nothing that a caller sends chooses where it leads.</summary>
    private Uri AppLink(Link link, Referral referral) =>
        new($"{options.AppUrl.TrimEnd('/')}/{PathOf(link)}?link={referral}");

    private static string PathOf(Link link) => link.Kind switch
    {
        LinkKind.Series => $"series/{link.SeriesId}",
        LinkKind.Tier => $"creators/{link.CreatorId}/tiers/{link.TierId}",
        LinkKind.Profile => $"creators/{link.CreatorId}",
        _ => throw new InvalidOperationException($"Nobody knows where a link to a {link.Kind} leads."),
    };

    /// <summary>A page without a script, everything on it escaped.</summary>
    private async ValueTask<Answer> PageAsync(Link link, CancellationToken cancellationToken)
    {
        var (title, shown) = await ShownAsync(link, cancellationToken);
        title = Text(title);
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
            .Append(title).Append("</title>\n<style>body{font-family:system-ui;max-width:30em;margin:4em auto;padding:0 1em}img{max-width:100%}</style>\n</head>\n<body>\n<h1>").Append(title).Append("</h1>\n").Append(shown);
        if (options.AppUrl.Length > 0)
            Anchor(page, AppLink(link, ReferralOf(link)).AbsoluteUri, "Open in the app");
        if (options.AppStoreUrl.Length > 0)
            Anchor(page, options.AppStoreUrl, "Get it for iPhone");
        if (options.PlayStoreUrl.Length > 0)
            Anchor(page, options.PlayStoreUrl, "Get it for Android");
        return Answer.Page(page.Append("</body>\n</html>\n").ToString());
    }

    /// <summary>The title of what a link leads to, as text, and what is to be seen of it, as markup.</summary>
    private async ValueTask<(string Title, string Markup)> ShownAsync(Link link, CancellationToken cancellationToken)
    {
        switch (link.Kind)
        {
            case LinkKind.Series when (await series.FindPublicAsync(link.SeriesId!.Value, cancellationToken))?.Value is { State: SeriesState.Published, DeletedAt: null } shown:
                var cover = shown.Content.CoverId is null ? "" : $"<img src=\"{Text(SeriesView.CoverPath(shown.Id))}\" alt=\"\">\n";
                return (shown.Content.Title, $"<p>{Text(shown.CreatorHandle ?? "")}</p>\n{cover}<p>{Text(shown.Content.Description)}</p>\n");
            case LinkKind.Series:
                return ("This series is not available just now", "");
            case LinkKind.Tier when (await tiers.FindAsync(link.CreatorId, cancellationToken))?.Value.Find(link.TierId!.Value) is { RetiredAt: null } tier:
                return (tier.Name, $"<p>{Text(tier.Price.ToString())} a month</p>\n<ul>\n{string.Concat(tier.Perks.Select(perk => $"<li>{Text(perk)}</li>\n"))}</ul>\n");
            case LinkKind.Tier:
                return ("This tier is not available just now", "");
            case LinkKind.Profile:
                return ("A creator's series", "");
            default:
                throw new InvalidOperationException($"Nobody knows what a link to a {link.Kind} shows.");
        }
    }

    private static void Anchor(StringBuilder page, string url, string text) => page.Append("<p><a rel=\"noreferrer\" href=\"").Append(Text(url)).Append("\">").Append(text).Append("</a></p>\n");

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);

    private static ValueTask<Answer> File(ReadOnlyMemory<byte>? json) =>
        ValueTask.FromResult(json is { } bytes ? Answer.Raw(bytes, "public, max-age=3600") : Problem.NotFound("app"));

    /// <summary>Source: Apple, "Supporting associated domains": the applinks service, in its form of iOS 13 and later.</summary>
    private static ReadOnlyMemory<byte>? AppleFile(LinksOptions options)
    {
        var apps = LinksOptions.Split(options.AppleAppIds);
        return apps.Count == 0 ? default(ReadOnlyMemory<byte>?) : Bytes(new JsonObject
        {
            ["applinks"] = new JsonObject
            {
                ["details"] = new JsonArray(new JsonObject { ["appIDs"] = Strings(apps), ["components"] = new JsonArray(new JsonObject { ["/"] = "/l/*" }) }),
            },
        });
    }

    /// <summary>Source: Google, "Digital Asset Links".</summary>
    private static ReadOnlyMemory<byte>? AndroidFile(LinksOptions options)
    {
        var fingerprints = LinksOptions.Split(options.AndroidFingerprints);
        return options.AndroidPackage.Length == 0 || fingerprints.Count == 0 ? default(ReadOnlyMemory<byte>?) : Bytes(new JsonArray(new JsonObject
        {
            ["relation"] = new JsonArray("delegate_permission/common.handle_all_urls"),
            ["target"] = new JsonObject { ["namespace"] = "android_app", ["package_name"] = options.AndroidPackage, ["sha256_cert_fingerprints"] = Strings(fingerprints) },
        }));
    }

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]);

    private static ReadOnlyMemory<byte> Bytes(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
