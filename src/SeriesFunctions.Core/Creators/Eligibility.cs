using System.Globalization;

namespace SeriesFunctions.Core.Creators;

/// <summary>A rule that is not met: its code, the value it needs and the value that was found, as text for people.</summary>
public sealed record Unmet(string Code, string Needed, string Found);

/// <summary>Who may join a programme, as a list of named rules over a profile. Pure. Source: product rules, "Creators and eligibility".</summary>
public static class Eligibility
{
    /// <summary>Rules that an invitation or a portfolio doesn't touch come first; <c>Waivable</c> ones an invitation skips.</summary>
    private sealed record Rule(string Code, bool Waivable, Func<CreatorProfile, CreatorsOptions, DateTimeOffset, (bool Met, string Needed, string Found)> Look);

    private static readonly Rule Age = new("age", false, (profile, options, now) =>
    {
        var needed = profile.Country == "KR" ? options.MinAgeKorea : options.MinAge;
        // Only the year of life is told: a birth date has no business in an answer.
        var found = YearsBetween(profile.BirthDate, DateOnly.FromDateTime(now.UtcDateTime));
        return (found >= needed, Text(needed), Text(found));
    });

    private static readonly Rule AccountAge = new("account-age", false, (profile, options, now) =>
        (now - profile.AccountCreatedAt >= options.MinAccountAge, $"{Text((long)options.MinAccountAge.TotalDays)} days", $"{Text((long)(now - profile.AccountCreatedAt).TotalDays)} days"));

    private static readonly Rule Account = new("account-type", false, (profile, _, _) =>
        (profile.AccountType is AccountType.Personal or AccountType.Business, "personal or business", profile.AccountType.ToString().ToLowerInvariant()));

    private static readonly Rule Region = new("region", true, (profile, options, _) =>
        (options.Regions.Length == 0 || options.Regions.Split(',').Contains(profile.Country), options.Regions, profile.Country));

    private static readonly Rule Posts = new("posts", true, (profile, options, _) =>
        (profile.PostsLast30Days >= options.MinPosts, Text(options.MinPosts), Text(profile.PostsLast30Days)));

    private static readonly Rule Views = new("views", true, (profile, options, _) =>
        (profile.ViewsLast30Days >= options.MinViews, Text(options.MinViews), Text(profile.ViewsLast30Days)));

    private static readonly Rule Followers = new("followers", true, (profile, options, _) =>
        (profile.Followers >= options.MinFollowers, Text(options.MinFollowers), Text(profile.Followers)));

    private static readonly Rule SubscriptionFollowers = new("followers", true, (profile, options, _) =>
        (profile.Followers >= options.MinSubscriptionFollowers, Text(options.MinSubscriptionFollowers), Text(profile.Followers)));

    private static readonly Rule[] Series = [Age, AccountAge, Account, Region, Posts, Views, Followers];
    private static readonly Rule[] Subscription = [Age, SubscriptionFollowers];

    /// <summary>Every unmet rule of the programme; none means eligible.</summary>
    public static IReadOnlyList<Unmet> Look(Programme programme, CreatorProfile? profile, bool invited, DateTimeOffset now, CreatorsOptions options)
    {
        if (profile is null)
            return [new("profile", "a profile reported by the platform", "none")];
        var unmet = new List<Unmet>();
        foreach (var rule in programme == Programme.Series ? Series : Subscription)
        {
            if (invited && rule.Waivable)
                continue;
            var (met, needed, found) = rule.Look(profile, options, now);
            if (!met)
                unmet.Add(new(rule.Code, needed, found));
        }
        return unmet;
    }

    /// <summary>True when nothing is missing but followers: then a link to premium content sold elsewhere may stand in for them, and a person decides.</summary>
    public static bool OnlyFollowersMissing(IReadOnlyList<Unmet> unmet) => unmet is [{ Code: "followers" }];

    private static int YearsBetween(DateOnly birth, DateOnly today)
    {
        var years = today.Year - birth.Year;
        return birth.AddYears(years) > today ? years - 1 : years;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
