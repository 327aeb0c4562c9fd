using System.Globalization;

namespace SeriesFunctions.Core.Creators;

/// <summary>A rule that is not met: its code, the value it needs and the value that was found, as text for people.</summary>
public sealed record Unmet(string Code, string Needed, string Found);

/// <summary>Who is looked at: what the platform reported and what we know of her.</summary>
public sealed record Candidate(CreatorProfile Profile, CreatorStanding Standing);

/// <summary>What a rule found.</summary>
public readonly record struct Finding(bool Met, string Needed, string Found);

/// <summary>One rule of a programme.</summary>
/// <param name="Code">What clients switch on.</param>
/// <param name="Look">Compares; pure.</param>
public sealed record EligibilityRule(string Code, Func<Candidate, CreatorsOptions, DateTimeOffset, Finding> Look)
{
    /// <summary>An invitation skips it.</summary>
    public bool WaivedByInvitation { get; init; }

    /// <summary>A link to premium content sold elsewhere may stand in for it; then a person decides.</summary>
    public bool WaivedByPortfolio { get; init; }

    /// <summary>It has to hold for as long as somebody is in the programme, not only when she joins.</summary>
    public bool MustLast { get; init; }
}

/// <summary>Who may join a programme: a list of rules per programme. A new rule is an entry. Source: product rules, "Creators and eligibility".</summary>
public static class Eligibility
{
    public const string AgeCode = "age";

    private static readonly EligibilityRule Age = OfAge(Programme.Series);

    /// <summary>A rule of its own: what a country wants of who sells series says nothing of subscriptions.</summary>
    private static readonly EligibilityRule SubscriptionAge = OfAge(Programme.Subscription);

    private static readonly EligibilityRule AccountAge = new("account-age", (who, options, now) => new(
        now - who.Profile.AccountCreatedAt >= options.MinAccountAge, $"{Text((long)options.MinAccountAge.TotalDays)} days", $"{Text((long)(now - who.Profile.AccountCreatedAt).TotalDays)} days"));

    private static readonly EligibilityRule Account = new("account-type", (who, _, _) => new(
        who.Profile.AccountType is AccountType.Personal or AccountType.Business, "personal or business", who.Profile.AccountType.ToString().ToLowerInvariant()))
    { MustLast = true };

    private static readonly EligibilityRule Region = new("region", (who, options, _) => new(
        options.Regions.Length == 0 || options.Regions.Split(',').Contains(who.Profile.Country), options.Regions, who.Profile.Country));

    private static readonly EligibilityRule Posts = new("posts", (who, options, _) => new(
        who.Profile.PostsLast30Days >= options.MinPosts, Text(options.MinPosts), Text(who.Profile.PostsLast30Days)))
    { WaivedByInvitation = true };

    private static readonly EligibilityRule Views = new("views", (who, options, _) => new(
        who.Profile.ViewsLast30Days >= options.MinViews, Text(options.MinViews), Text(who.Profile.ViewsLast30Days)))
    { WaivedByInvitation = true };

    private static readonly EligibilityRule Followers = new("followers", (who, options, _) => new(
        who.Profile.Followers >= options.MinFollowers, Text(options.MinFollowers), Text(who.Profile.Followers)))
    { WaivedByInvitation = true, WaivedByPortfolio = true };

    private static readonly EligibilityRule SubscriptionFollowers = new("followers", (who, options, _) => new(
        who.Profile.Followers >= options.MinSubscriptionFollowers, Text(options.MinSubscriptionFollowers), Text(who.Profile.Followers)))
    { WaivedByInvitation = true };

    private static readonly EligibilityRule Standing = new("standing", (who, options, now) =>
    {
        var strikes = who.Standing.ActiveStrikes(now, options).Count;
        return new(strikes < options.SuspendingStrikes, $"fewer than {Text(options.SuspendingStrikes)} strikes in {Text((long)options.StrikeWindow.TotalDays)} days", Text(strikes));
    });

    /// <summary>The rules of a programme, in the order in which they are told.</summary>
    public static IReadOnlyList<EligibilityRule> Rules(Programme programme) => programme == Programme.Series
        ? [Age, AccountAge, Account, Region, Posts, Views, Followers, Standing]
        : [SubscriptionAge, SubscriptionFollowers, Standing];

    /// <summary>Every unmet rule of the programme; none means eligible.</summary>
    public static IReadOnlyList<Unmet> Look(Programme programme, CreatorProfile? profile, CreatorStanding standing, DateTimeOffset now, CreatorsOptions options) => profile is null
        ? [new("profile", "a profile reported by the platform", "none")]
        : [.. Rules(programme).Where(rule => !(standing.Invited && rule.WaivedByInvitation)).Select(rule => (rule.Code, Finding: rule.Look(new(profile, standing), options, now)))
            .Where(look => !look.Finding.Met).Select(look => new Unmet(look.Code, look.Finding.Needed, look.Finding.Found))];

    /// <summary>True when a link to premium content sold elsewhere may stand in for all that is missing; a person decides then.</summary>
    public static bool PortfolioMayDo(Programme programme, IReadOnlyList<Unmet> unmet) =>
        unmet.Count > 0 && unmet.All(missing => Rules(programme).Any(rule => rule.Code == missing.Code && rule.WaivedByPortfolio));

    /// <summary>The codes of the rules that have to last and don't hold any more; while there is one, her part in the programme rests.</summary>
    public static IReadOnlyList<string> Lapsed(Programme programme, CreatorProfile profile, CreatorStanding standing, DateTimeOffset now, CreatorsOptions options) =>
        [.. Rules(programme).Where(rule => rule.MustLast && !rule.Look(new(profile, standing), options, now).Met).Select(rule => rule.Code)];

    /// <summary>From when on she is old enough, by the day in UTC.</summary>
    public static DateTimeOffset OfAgeAt(Programme programme, CreatorProfile profile, CreatorsOptions options) =>
        new(profile.BirthDate.AddYears(MinAge(programme, profile, options)), TimeOnly.MinValue, TimeSpan.Zero);

    private static int MinAge(Programme programme, CreatorProfile profile, CreatorsOptions options) => programme == Programme.Series ? options.MinAgeIn(profile.Country) : options.MinAge;

    private static EligibilityRule OfAge(Programme programme) => new(AgeCode, (who, options, now) =>
    {
        var needed = MinAge(programme, who.Profile, options);
        // Only the year of life is told: a birth date has no business in an answer.
        var found = YearsBetween(who.Profile.BirthDate, DateOnly.FromDateTime(now.UtcDateTime));
        return new(found >= needed, Text(needed), Text(found));
    })
    { MustLast = true };

    private static int YearsBetween(DateOnly birth, DateOnly today)
    {
        var years = today.Year - birth.Year;
        return birth.AddYears(years) > today ? years - 1 : years;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
