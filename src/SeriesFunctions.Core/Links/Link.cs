using System.Globalization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Links;

/// <summary>What a short link leads to.</summary>
public enum LinkKind
{
    Series,
    Profile,

    /// <summary>A tier to subscribe to.</summary>
    Tier,
}

/// <summary>Where a creator puts it. Source: product rules, "Links"; campaigns, ours.</summary>
public enum LinkPlace
{
    Video,
    Profile,
    Campaign,
}

/// <summary>
/// A short link: document <c>link</c> of partition <c>link|{code}</c>, and a copy under <c>link|{code}</c> of the creator's partition, for her list. Its code is made of what it is, so there is one for a creator,
/// target, place and campaign. <paramref name="EndedAt"/> is set once she ended it.
/// </summary>
[ReadOften]
public sealed record Link(
    string Code, UserId CreatorId, LinkKind Kind, SeriesId? SeriesId, LinkPlace Place, string? Campaign, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt = null, TierId? TierId = null)
{
    public const string DocumentId = "link";

    public const int CodeLength = 10;

    public static Partition In(string code) => new($"link|{code}");

    public static string CopyId(string code) => $"link|{code}";

    public const string SortPrefix = "link|";

    public string Sort => $"{SortPrefix}{CatalogLists.Time(CreatedAt)}|{Code}";

    /// <summary>Under which name it is counted: the place, and the campaign where it is one.</summary>
    public string PlaceName => Place == LinkPlace.Campaign ? $"campaign:{Campaign}" : Place.ToString().ToLowerInvariant();

    public bool IsSameAs(Link other) => (CreatorId, Kind, SeriesId, TierId, Place, Campaign) == (other.CreatorId, other.Kind, other.SeriesId, other.TierId, other.Place, other.Campaign);

    /// <summary>The n-th code of this link; the first one unless that is another link's.</summary>
    public Link WithCode(int n) => this with
    {
        Code = Ids.Derived("l", string.Create(CultureInfo.InvariantCulture, $"{CreatorId} {Kind} {SeriesId}{TierId} {Place} {Campaign} {n}"))[^CodeLength..].ToLowerInvariant(),
    };
}

/// <summary>A link was made, ended or taken up again.</summary>
public sealed record LinkChanged(string Code) : IEvent
{
    public static string Name => "link-changed";

    public static int Version => 1;
}

/// <summary>
/// What a checkout carries: the code and, where the link was followed through us, when, in Unix seconds: <c>{code}-{seconds}</c>. The client keeps it; so a purchase finds its link without a cookie and without
/// anything that we would have to know of the person. Nobody gains by forging it: it moves a number in the creator's own statistics.
/// </summary>
public readonly record struct Referral(string Code, DateTimeOffset? ClickedAt)
{
    /// <summary>A phone's clock is not ours.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public static Referral Parse(string linkCode)
    {
        var dash = linkCode.LastIndexOf('-');
        return dash > 0 && long.TryParse(linkCode.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_800
            ? new(linkCode[..dash], DateTimeOffset.FromUnixTimeSeconds(seconds))
            : new(linkCode, null);
    }

    public override string ToString() => ClickedAt is { } at ? string.Create(CultureInfo.InvariantCulture, $"{Code}-{at.ToUnixTimeSeconds()}") : Code;

    /// <summary>
    /// Whether a purchase counts for the link. Without a time the client says that it was just followed when it opened the payment page, at <paramref name="openedAt"/>. A subscription (null
    /// <paramref name="series"/>) counts for a link to any tier of its creator: which of them she takes is the viewer's choice on the page.
    /// </summary>
    public bool Counts(Link link, UserId creator, SeriesId? series, DateTimeOffset openedAt, DateTimeOffset paidAt, TimeSpan window)
    {
        var at = ClickedAt ?? openedAt;
        var leadsThere = link.Kind switch
        {
            LinkKind.Profile => true,
            LinkKind.Series => series is not null && link.SeriesId == series,
            LinkKind.Tier => series is null,
            _ => throw new InvalidOperationException($"Nobody knows what a link to a {link.Kind} sells."),
        };
        return link.Code == Code && link.CreatorId == creator && leadsThere && paidAt - at < window && at - paidAt < Skew;
    }
}

/// <summary>A creator's short links.</summary>
public sealed class CreatorLinks(Records records, CreatorRecords creators, SeriesRecords series, TierRecords tiers, TimeProvider clock) : IHandle<LinkChanged>
{
    private static readonly Problem NoLink = Problem.NotFound("link");

    /// <summary>The same link again is the same one; one that was ended is taken up again.</summary>
    public async ValueTask<Result<Stored<Link>>> MakeAsync(
        UserId creator, LinkKind kind, SeriesId? seriesId, TierId? tierId, LinkPlace place, string? campaign, CancellationToken cancellationToken)
    {
        if (await MayLinkAsync(creator, kind, cancellationToken) is { } refused)
            return refused;
        var checks = new FieldChecks()
            .Must(kind == LinkKind.Series == seriesId is not null, "seriesId", kind == LinkKind.Series ? "required" : "not-allowed", "Names the series that the link leads to, and goes with kind series alone.")
            .Must(kind == LinkKind.Tier == tierId is not null, "tierId", kind == LinkKind.Tier ? "required" : "not-allowed", "Names the tier that the link leads to, and goes with kind tier alone.")
            .Must(place == LinkPlace.Campaign == campaign is not null, "campaign", place == LinkPlace.Campaign ? "required" : "not-allowed", "Names the campaign, and goes with place campaign alone.");
        if (campaign is not null)
            checks.Must(campaign.Length is > 0 and <= 40 && campaign.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'), "campaign", "bad-name", "1 to 40 characters of a-z 0-9 -.");
        if (!checks.AllGood)
            return checks.Problem;
        if (seriesId is { } id && ((await series.FindPublicAsync(id, cancellationToken))?.Value is not { DeletedAt: null } shown || shown.CreatorId != creator))
            return Problem.NotFound("series of yours that was published");
        if (tierId is { } tier)
        {
            if ((await tiers.FindAsync(creator, cancellationToken))?.Value.Find(tier) is not { } offered)
                return TierRules.NoSuchTier;
            if (offered.RetiredAt is not null)
                return TierRules.IsRetired;
        }
        var wanted = new Link("", creator, kind, seriesId, place, campaign, clock.GetUtcNow(), TierId: tierId);
        for (var n = 0; ;)
        {
            var link = wanted.WithCode(n);
            var before = await FindAsync(link.Code, cancellationToken);
            if (before is not null && !before.Value.IsSameAs(link))
            {
                n++;
                continue;
            }
            if (before is { Value.EndedAt: null })
                return before;
            if (await SaveAsync(before, before is null ? link : before.Value with { EndedAt = null }, cancellationToken) is { } saved)
                return saved;
        }
    }

    public async ValueTask<Result<Stored<Link>>> OwnAsync(UserId creator, string code, CancellationToken cancellationToken) =>
        await FindAsync(code, cancellationToken) is { Value.EndedAt: null } link && link.Value.CreatorId == creator ? link : NoLink;

    public async ValueTask<Result<Done>> EndAsync(UserId creator, string code, string ifMatch, CancellationToken cancellationToken)
    {
        if (!(await OwnAsync(creator, code, cancellationToken)).IsOk(out var link, out var problem))
            return problem;
        return link.ETag != ifMatch || await SaveAsync(link, link.Value with { EndedAt = clock.GetUtcNow() }, cancellationToken) is null ? Problem.Stale : Done.Value;
    }

    /// <summary>Newest first; a new one appears within moments.</summary>
    public ValueTask<Result<RecordPage<Link>>> PageAsync(UserId creator, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<Link>(CreatorStanding.In(creator), SortRange.Prefix(Link.SortPrefix), Direction.Descending, page, cancellationToken);

    public ValueTask<Stored<Link>?> FindAsync(string code, CancellationToken cancellationToken) => records.FindAsync<Link>(Link.In(code), Link.DocumentId, cancellationToken);

    /// <summary>Off the queue: the creator's list shows the link as it is now.</summary>
    public async ValueTask<Handled> HandleAsync(LinkChanged message, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The copy before the link: where somebody writes a newer copy in between, the etag says so.
            if (await FindAsync(message.Code, cancellationToken) is not { } known)
                return Handled.Done;
            var partition = CreatorStanding.In(known.Value.CreatorId);
            var copy = await records.FindAsync<Link>(partition, Link.CopyId(message.Code), cancellationToken);
            var link = (await FindAsync(message.Code, cancellationToken))!.Value;
            if ((await records.SaveAsync(new Batch(partition).Save(Link.CopyId(link.Code), copy, link, link.EndedAt is null ? link.Sort : null), cancellationToken)).IsOk)
                return Handled.Done;
        }
    }

    private ValueTask<Problem?> MayLinkAsync(UserId creator, LinkKind kind, CancellationToken cancellationToken) => kind switch
    {
        LinkKind.Series => creators.MayCreateAsync(creator, cancellationToken),
        LinkKind.Tier => creators.MayOfferSubscriptionsAsync(creator, cancellationToken),
        LinkKind.Profile => creators.MayPublishAsync(creator, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Null: somebody else wrote meanwhile.</summary>
    private async ValueTask<Stored<Link>?> SaveAsync(Stored<Link>? before, Link after, CancellationToken cancellationToken)
    {
        var outcome = await records.SaveAsync(new Batch(Link.In(after.Code)).Save(Link.DocumentId, before, after).Emit(new LinkChanged(after.Code), clock.GetUtcNow()), cancellationToken);
        return outcome.IsOk ? new(after, outcome.ETags[0]!) : null;
    }
}
