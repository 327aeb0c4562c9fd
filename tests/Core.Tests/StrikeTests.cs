using SeriesFunctions.Core.Creators;

namespace Core.Tests;

/// <summary>Strikes and eligibility as pure rules. Finds a suspension that doesn't end, and a report that counts twice or in the wrong order.</summary>
public sealed class StrikeTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CreatorsOptions Options = new();

    private static CreatorStanding Approved => CreatorStanding.New(new("cleo")) with { Series = new(ProgrammeStatus.Approved, "app", null, Now, Now, null) };

    [Fact]
    public void Three_in_ninety_days_suspend_until_the_first_of_them_expires()
    {
        var standing = Approved;
        foreach (var days in new[] { 80, 40, 1 })
            standing = StrikeRules.Apply(standing, Given($"s{days}", Now.AddDays(-days)), Now, Options);
        var ends = Now.AddDays(10);
        Assert.Equal(ends, standing.SuspendedUntil(Now, Options));
        Assert.Equal(ProgrammeStatus.Suspended, standing.StatusAt(Programme.Series, ends.AddTicks(-1), Options));
        Assert.Equal(ProgrammeStatus.Approved, standing.StatusAt(Programme.Series, ends, Options));
        // A fourth moves the end to when two are left.
        standing = StrikeRules.Apply(standing, Given("s0", Now), Now, Options);
        Assert.Equal(Now.AddDays(50), standing.SuspendedUntil(Now, Options));
    }

    [Fact]
    public void Reports_that_come_twice_and_in_any_order_end_the_same()
    {
        Strike[] reports =
        [
            Given("a", Now.AddDays(-3)), Given("a", Now.AddDays(-3)) with { Withdrawn = true, ReportedAt = Now.AddHours(1) }, Given("b", Now.AddDays(-2)),
            Given("c", Now.AddDays(-1)), Given("c", Now.AddDays(-1)) with { Withdrawn = true },
        ];
        var random = new Random(5);
        for (var round = 0; round < 500; round++)
        {
            var shuffled = reports.Concat(reports).ToArray();
            random.Shuffle(shuffled);
            var standing = shuffled.Aggregate(Approved, (before, report) => StrikeRules.Apply(before, report, Now, Options));
            Assert.Equal(["b"], standing.ActiveStrikes(Now, Options).Select(strike => strike.Id));
        }
    }

    [Fact]
    public void A_report_that_says_nothing_new_changes_nothing()
    {
        var standing = StrikeRules.Apply(Approved, Given("a", Now), Now, Options);
        Assert.Same(standing, StrikeRules.Apply(standing, Given("a", Now), Now, Options));
        Assert.Same(standing, StrikeRules.Apply(standing, Given("old", Now.AddDays(-90)), Now, Options));
        Assert.Equal(2, StrikeRules.Apply(standing, Given("a", Now) with { Source = StrikeSources.Moderation }, Now, Options).Strikes!.Count);
    }

    [Theory]
    [InlineData("KR", "2007-05-02", false)]
    [InlineData("KR", "2007-05-01", true)]
    [InlineData("US", "2008-05-02", false)]
    [InlineData("US", "2008-05-01", true)]
    [InlineData("US", "2008-02-29", true)]
    public void The_age_follows_the_country(string country, string born, bool eligible)
    {
        var profile = Profile() with { Country = country, BirthDate = DateOnly.Parse(born, System.Globalization.CultureInfo.InvariantCulture) };
        Assert.Equal(eligible ? [] : ["age"], Eligibility.Look(Programme.Series, profile, Approved, Now, Options).Select(unmet => unmet.Code));
        // Of the subscription programme the rules know one age.
        Assert.Equal(country == "KR" || eligible ? [] : ["age"], Eligibility.Look(Programme.Subscription, profile, Approved, Now, Options).Select(unmet => unmet.Code));
    }

    [Fact]
    public void Every_unmet_rule_is_named_and_an_invitation_and_a_portfolio_skip_only_theirs()
    {
        var profile = new CreatorProfile(0, Now.AddDays(-1), AccountType.Private, 0, 0, "XX", new(2020, 1, 1), "@x", Now);
        var options = new CreatorsOptions { Regions = "US,KR" };
        var struck = new[] { "a", "b", "c" }.Aggregate(Approved, (standing, id) => StrikeRules.Apply(standing, Given(id, Now), Now, options));
        Assert.Equal(["age", "account-age", "account-type", "region", "posts", "views", "followers", "standing"], Codes(Programme.Series, struck));
        Assert.Equal(["age", "account-age", "account-type", "region", "standing"], Codes(Programme.Series, struck with { Invited = true }));
        Assert.Equal(["age", "followers", "standing"], Codes(Programme.Subscription, struck));
        Assert.True(Eligibility.PortfolioMayDo(Programme.Series, [new("followers", "10000", "5")]));
        Assert.False(Eligibility.PortfolioMayDo(Programme.Subscription, [new("followers", "1000", "5")]));
        Assert.False(Eligibility.PortfolioMayDo(Programme.Series, [new("followers", "10000", "5"), new("posts", "3", "1")]));
        Assert.False(Eligibility.PortfolioMayDo(Programme.Series, []));

        IEnumerable<string> Codes(Programme programme, CreatorStanding standing) => Eligibility.Look(programme, profile, standing, Now, options).Select(unmet => unmet.Code);
    }

    private static Strike Given(string id, DateTimeOffset at) => new(StrikeSources.Platform, id, at, "spam", false, Now);

    private static CreatorProfile Profile() => new(25_000, Now.AddDays(-400), AccountType.Personal, 12, 48_000, "US", new(1994, 5, 17), "@cleo", Now);
}
