using System.Globalization;
using System.Net;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation.Text;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Links;

/// <summary>A link to a shop elsewhere. <paramref name="Host"/> is the host as machines read it (punycode), so that a look-alike can be told.</summary>
public sealed record ProductLink(string Label, string Url, string Host);

/// <summary>The product links of a creator's profile, in her order: document <c>product-links</c> of her partition.</summary>
public sealed record ProductLinks(IReadOnlyList<ProductLink> Links)
{
    public const string DocumentId = "product-links";

    /// <summary>Source: product rules, "Links".</summary>
    public const int Most = 5;

    public static readonly ProductLinks None = new([]);
}

/// <summary>Which URLs a product link may have, pure.</summary>
public static class ProductLinkRules
{
    public const int MaxLength = 500;

    /// <summary>The link as it is kept, or the code of what is wrong with it.</summary>
    public static (ProductLink? Link, string? Wrong) Read(string label, string url, IReadOnlyList<string> denied)
    {
        if (url.Length > MaxLength || url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\') || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
            return (null, "not-a-url");
        if (uri.Scheme != Uri.UriSchemeHttps)
            return (null, "not-https");
        if (uri.UserInfo.Length > 0 || !uri.IsDefaultPort)
            return (null, "not-plain");
        string host;
        try
        {
            host = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(uri.Host.TrimEnd('.')).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return (null, "bad-host");
        }
        // A name of the public internet, not an address and not a machine of somebody's network.
        if (!host.Contains('.', StringComparison.Ordinal) || uri.HostNameType != UriHostNameType.Dns || IPAddress.TryParse(host, out _) || IsReserved(host))
            return (null, "bad-host");
        if (denied.Any(other => host == other || host.EndsWith("." + other, StringComparison.Ordinal)))
            return (null, "denied-host");
        return (new(label, new UriBuilder(uri) { Host = host, Port = -1 }.Uri.AbsoluteUri, host), null);
    }

    /// <summary>Names that never lead to a shop. Source: RFC 6761, 6762, 7686, 8375.</summary>
    private static readonly string[] Reserved = [".localhost", ".local", ".internal", ".test", ".invalid", ".example", ".onion", ".home.arpa"];

    private static bool IsReserved(string host) => Array.Exists(Reserved, end => host.EndsWith(end, StringComparison.Ordinal));
}

/// <summary>A creator names up to five shops. Labels go through the text checks of moderation; what a person would have to look at is refused too.</summary>
public sealed class SetProductLinks(Records records, CreatorRecords creators, TextGate gate, LinksOptions options)
{
    private readonly IReadOnlyList<string> _denied = [.. LinksOptions.Split(options.DeniedHosts).Select(host => host.ToLowerInvariant().TrimStart('.'))];

    public ValueTask<Stored<ProductLinks>?> FindAsync(UserId creator, CancellationToken cancellationToken) =>
        records.FindAsync<ProductLinks>(CreatorStanding.In(creator), ProductLinks.DocumentId, cancellationToken);

    /// <summary><paramref name="ifMatch"/> is <see cref="None"/> where there were none.</summary>
    public async ValueTask<Result<Stored<ProductLinks>>> HandleAsync(UserId creator, IReadOnlyList<(string Label, string Url)> wanted, string ifMatch, CancellationToken cancellationToken)
    {
        var checks = new FieldChecks().Must(wanted.Count <= ProductLinks.Most, "links", "too-many", $"At most {ProductLinks.Most} links.");
        var links = new List<ProductLink>();
        for (var i = 0; i < Math.Min(wanted.Count, ProductLinks.Most); i++)
        {
            checks.Line(wanted[i].Label, $"links[{i}].label", 40);
            var verdict = gate.Look(wanted[i].Label);
            checks.Must((verdict.Refused ?? verdict.Doubt) is null, $"links[{i}].label", verdict.Refused ?? verdict.Doubt ?? "", "This can't be written here; see docs/moderation.md.");
            var (link, wrong) = ProductLinkRules.Read(wanted[i].Label, wanted[i].Url, _denied);
            checks.Must(wrong is null, $"links[{i}].url", wrong ?? "", "An https URL of a public host, without user, port or spaces, at most 500 characters; some hosts are denied.");
            if (link is not null)
                links.Add(link);
        }
        if (!checks.AllGood)
            return checks.Problem;
        if (await creators.MayPublishAsync(creator, cancellationToken) is { } refused)
            return refused;
        var before = await FindAsync(creator, cancellationToken);
        if ((before?.ETag ?? None) != ifMatch)
            return Problem.Stale;
        var after = new ProductLinks(links);
        var outcome = await records.SaveAsync(new Batch(CreatorStanding.In(creator)).Save(ProductLinks.DocumentId, before, after), cancellationToken);
        return outcome.IsOk ? new Stored<ProductLinks>(after, outcome.ETags[0]!) : Problem.Stale;
    }

    /// <summary>The etag of none yet.</summary>
    public const string None = "none";
}

/// <summary>What everybody sees of a creator. <paramref name="Tiers"/> are those that can be subscribed to at this moment.</summary>
public sealed record PublicProfile(UserId CreatorId, string? Handle, RecordPage<CatalogEntry> Series, IReadOnlyList<Tier> Tiers, IReadOnlyList<ProductLink> Links);

/// <summary>Shows an approved creator's public profile: her first page of series, newest first, her tiers and her links.</summary>
public sealed class ShowProfile(CreatorRecords creators, BrowseCatalog browse, TierRecords tiers, SetProductLinks links, TimeProvider clock, CreatorsOptions options)
{
    public async ValueTask<Result<PublicProfile>> HandleAsync(UserId creator, CancellationToken cancellationToken)
    {
        if ((await creators.StandingAsync(creator, cancellationToken))?.Value is not { } standing
            || standing.Series.Status is not (ProgrammeStatus.Approved or ProgrammeStatus.Suspended) && standing.Subscription.Status is not (ProgrammeStatus.Approved or ProgrammeStatus.Suspended))
            return Problem.NotFound("creator");
        if (!(await browse.OfCreatorAsync(creator, new(PageRequest.DefaultLimit, null), cancellationToken)).IsOk(out var series, out var problem))
            return problem;
        // Shown while somebody can take them: what they cost matters to nobody else.
        var offered = standing.StatusAt(Programme.Subscription, clock.GetUtcNow(), options) == ProgrammeStatus.Approved ? (await tiers.FindAsync(creator, cancellationToken))?.Value.Offered : null;
        return new PublicProfile(
            creator, (await creators.ProfileAsync(creator, cancellationToken))?.Value.Handle, series, offered ?? [], (await links.FindAsync(creator, cancellationToken))?.Value.Links ?? []);
    }
}
