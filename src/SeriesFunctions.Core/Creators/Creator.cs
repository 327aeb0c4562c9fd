using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Creators;

/// <summary>The two ways to earn: selling series, and subscriptions. Source: TikTok.</summary>
public enum Programme
{
    Series,
    Subscription,
}

public enum AccountType
{
    Personal,
    Business,
    Political,
    Private,
}

/// <summary>
/// What the host app reports of a creator: document <c>profile</c> of partition <c>creator|{id}</c>.
/// <paramref name="Country"/> is ISO 3166-1 alpha-2 in capitals.
/// </summary>
public sealed record CreatorProfile(
    long Followers,
    DateTimeOffset AccountCreatedAt,
    AccountType AccountType,
    long PostsLast30Days,
    long ViewsLast30Days,
    string Country,
    DateOnly BirthDate,
    string Handle,
    DateTimeOffset ReportedAt)
{
    public const string DocumentId = "profile";
}

public enum ProgrammeStatus
{
    None,
    Applied,
    Approved,
    Rejected,
    Suspended,
}

/// <summary>Where somebody stands in one programme. <paramref name="Reason"/> is what the operator wrote, if one decided.</summary>
public sealed record Membership(ProgrammeStatus Status, string? ApplicationId, string? PortfolioUrl, DateTimeOffset? AppliedAt, DateTimeOffset? DecidedAt, string? Reason)
{
    public static readonly Membership None = new(ProgrammeStatus.None, null, null, null, null, null);
}

/// <summary>What we decided about a creator: document <c>standing</c> of partition <c>creator|{id}</c>. Roles come from here, never from a token.</summary>
public sealed record CreatorStanding(UserId Id, Membership Series, Membership Subscription, bool Invited)
{
    public const string DocumentId = "standing";

    public static Partition In(UserId id) => new($"creator|{id}");

    public static CreatorStanding New(UserId id) => new(id, Membership.None, Membership.None, Invited: false);

    public Membership In(Programme programme) => programme == Programme.Series ? Series : Subscription;

    public CreatorStanding With(Programme programme, Membership membership) =>
        programme == Programme.Series ? this with { Series = membership } : this with { Subscription = membership };
}

/// <summary>An application that waits for a person: in partition <c>applications</c>, oldest first.</summary>
public sealed record OpenApplication(string Id, UserId CreatorId, Programme Programme, string? PortfolioUrl, string? Handle, long Followers, DateTimeOffset AppliedAt)
{
    public static readonly Partition In = new("applications");

    public static string DocumentId(UserId creator, Programme programme) => $"open|{programme.ToString().ToLowerInvariant()}|{creator}";

    public string Sort => $"open|{Id}";
}
