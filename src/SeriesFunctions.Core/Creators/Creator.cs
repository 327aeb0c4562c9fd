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

/// <summary>
/// What was decided about somebody's part in one programme; whether she is suspended just now follows from it and the clock, <see cref="CreatorStanding.StatusAt"/>.
/// <paramref name="Reason"/> is what the operator wrote, if one decided. <paramref name="Lapsed"/> names the rules that have to last and did not hold at the last report; of age there is no
/// need of another one: from <paramref name="OfAgeAt"/> on it holds. <paramref name="SuspensionTold"/> is since when she knows that she is suspended; null: she was told that she isn't, or nothing.
/// </summary>
public sealed record Membership(
    ProgrammeStatus Status, string? ApplicationId, string? PortfolioUrl, DateTimeOffset? AppliedAt, DateTimeOffset? DecidedAt, string? Reason, IReadOnlyList<string>? Lapsed = null,
    DateTimeOffset? OfAgeAt = null, DateTimeOffset? SuspensionTold = null)
{
    public static readonly Membership None = new(ProgrammeStatus.None, null, null, null, null, null);

    /// <summary>The rules that have to last and don't hold at this instant.</summary>
    public IReadOnlyList<string> LapsedAt(DateTimeOffset now) =>
        Lapsed is null ? [] : OfAgeAt is { } ofAge && now >= ofAge ? [.. Lapsed.Where(code => code != Eligibility.AgeCode)] : Lapsed;
}

/// <summary>What we decided about a creator: document <c>standing</c> of partition <c>creator|{id}</c>. Roles come from here, never from a token.</summary>
public sealed record CreatorStanding(UserId Id, Membership Series, Membership Subscription, bool Invited, IReadOnlyList<Strike>? Strikes = null)
{
    public const string DocumentId = "standing";

    public static Partition In(UserId id) => new($"creator|{id}");

    public static CreatorStanding New(UserId id) => new(id, Membership.None, Membership.None, Invited: false);

    /// <summary>The strikes that count now, oldest first: <c>[At, At + window)</c>, and not taken back; of those about one removal the first.</summary>
    public IReadOnlyList<Strike> ActiveStrikes(DateTimeOffset now, CreatorsOptions options)
    {
        var active = (Strikes ?? []).Where(strike => !strike.Withdrawn && now < strike.At + options.StrikeWindow).OrderBy(strike => strike.At).ToList();
        return [.. active.Where((strike, i) => !active.Take(i).Any(strike.IsAboutTheSame))];
    }

    /// <summary>When so many strikes have expired that those left don't suspend; null where they don't now. The clock ends a suspension, nothing else is needed.</summary>
    public DateTimeOffset? SuspendedUntil(DateTimeOffset now, CreatorsOptions options)
    {
        var active = ActiveStrikes(now, options);
        return active.Count < options.SuspendingStrikes ? null : active[active.Count - options.SuspendingStrikes].At + options.StrikeWindow;
    }

    /// <summary>Where she stands in a programme at this instant: an approved creator is suspended by strikes and by a rule that lapsed.</summary>
    public ProgrammeStatus StatusAt(Programme programme, DateTimeOffset now, CreatorsOptions options)
    {
        var membership = In(programme);
        var cause = membership.LapsedAt(now).Count > 0 || SuspendedUntil(now, options) is not null ? ProgrammeCause.Suspend : ProgrammeCause.Resume;
        return ProgrammeLife.Next(membership.Status, cause).IsOk(out var status, out _) ? status : membership.Status;
    }

    /// <summary>When the clock ends her suspension in a programme; null where she isn't suspended, and where the platform has to report something else first.</summary>
    public DateTimeOffset? SuspensionEndsAt(Programme programme, DateTimeOffset now, CreatorsOptions options)
    {
        if (StatusAt(programme, now, options) != ProgrammeStatus.Suspended)
            return null;
        var (lapsed, strikes) = (In(programme).LapsedAt(now), SuspendedUntil(now, options));
        if (lapsed.Count == 0)
            return strikes;
        return lapsed is [Eligibility.AgeCode] && In(programme).OfAgeAt is { } ofAge ? strikes > ofAge ? strikes : ofAge : null;
    }

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
