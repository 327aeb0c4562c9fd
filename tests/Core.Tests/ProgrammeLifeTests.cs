using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Kernel;

namespace Core.Tests;

/// <summary>Somebody's part in a programme against a table written by hand, and what a changed standing gives to tell. Finds a way in that nobody meant, and news that comes twice or never.</summary>
public sealed class ProgrammeLifeTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CreatorsOptions Options = new();

    [Fact]
    public void Every_cause_in_every_status_leads_where_the_table_says()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "programme-life.txt")).Where(line => !line.StartsWith('#')).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var causes = lines[0][1..].Select(name => Enum.Parse<ProgrammeCause>(name, ignoreCase: true)).ToList();
        Assert.Equal(Enum.GetValues<ProgrammeCause>().Order(), causes.Order());
        Assert.Equal(Enum.GetValues<ProgrammeStatus>().Order(), lines.Skip(1).Select(line => Enum.Parse<ProgrammeStatus>(line[0])).Order());
        var wrong = new List<string>();
        foreach (var line in lines.Skip(1))
        {
            for (var i = 0; i < causes.Count; i++)
            {
                var expected = line[i + 1] == "=" ? line[0] : line[i + 1];
                var actual = ProgrammeLife.Next(Enum.Parse<ProgrammeStatus>(line[0]), causes[i]).IsOk(out var next, out var refused) ? next.ToString() : refused.Code;
                if (actual != expected)
                    wrong.Add($"{causes[i]} in {line[0]}: expected {expected}, got {actual}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void A_row_of_the_table_is_there_once_and_says_what_it_means()
    {
        Assert.Equal(ProgrammeLife.Table.Count, ProgrammeLife.Table.Select(row => (row.From, row.Cause)).Distinct().Count());
        Assert.All(ProgrammeLife.Table, row => Assert.Equal(row.To, ProgrammeLife.Next(row.From, row.Cause).IsOk(out var next, out _) ? next : default));
        Assert.All(ProgrammeLife.Table, row => Assert.EndsWith(".", row.Effect, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_decisions_about_one_removal_are_one_strike_until_both_are_gone()
    {
        var (first, second) = (Struck("case-1", -20, "ser_1"), Struck("case-2", -10, "ser_1"));
        foreach (var order in new[] { new[] { first, second }, [second, first] })
        {
            var both = order.Aggregate(Approved, (standing, strike) => StrikeRules.Apply(standing, strike, Now, Options));
            Assert.Equal(["case-1"], Active(both));
            Assert.Equal(["case-2"], Active(StrikeRules.Apply(both, first with { Withdrawn = true, ReportedAt = Now }, Now, Options)));
            Assert.Equal(["case-1"], Active(StrikeRules.Apply(both, second with { Withdrawn = true, ReportedAt = Now }, Now, Options)));
        }
        // Of two series it is two removals, and the platform's strikes are about nothing of ours.
        Assert.Equal(2, Active(StrikeRules.Apply(StrikeRules.Apply(Approved, first, Now, Options), second with { About = new("ser_2") }, Now, Options)).Count());
        Assert.Equal(2, Active(StrikeRules.Apply(StrikeRules.Apply(Approved, first with { About = null }, Now, Options), second with { About = null }, Now, Options)).Count());
    }

    [Fact]
    public void A_suspension_for_her_age_ends_on_the_day_on_which_she_is_old_enough()
    {
        var profile = new CreatorProfile(25_000, Now.AddDays(-400), AccountType.Personal, 12, 48_000, "KR", new(2007, 6, 1), "@x", Now);
        var ofAge = Eligibility.OfAgeAt(Programme.Series, profile, Options);
        Assert.Equal(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero), ofAge);
        var standing = Approved with { Series = Approved.Series with { Lapsed = Eligibility.Lapsed(Programme.Series, profile, Approved, Now, Options), OfAgeAt = ofAge } };
        Assert.Equal(["age"], standing.Series.LapsedAt(ofAge.AddTicks(-1)));
        Assert.Equal((ProgrammeStatus.Suspended, ofAge), (standing.StatusAt(Programme.Series, ofAge.AddTicks(-1), Options), standing.SuspensionEndsAt(Programme.Series, Now, Options)));
        Assert.Equal(ProgrammeStatus.Approved, standing.StatusAt(Programme.Series, ofAge, Options));
        Assert.Empty(Eligibility.Look(Programme.Series, profile, Approved, ofAge, Options));
        Assert.Equal(["age"], Eligibility.Look(Programme.Series, profile, Approved, ofAge.AddTicks(-1), Options).Select(unmet => unmet.Code));

        // What the platform has to report first, nobody knows the end of; where strikes last longer, they do.
        var more = standing with { Series = standing.Series with { Lapsed = ["age", "account-type"] } };
        Assert.Null(more.SuspensionEndsAt(Programme.Series, Now, Options));
        Assert.Equal(["account-type"], more.Series.LapsedAt(ofAge));
        var struck = new[] { "a", "b", "c" }.Aggregate(standing, (before, id) => StrikeRules.Apply(before, Struck(id, 0, id), Now, Options));
        Assert.Equal(Now.AddDays(90), struck.SuspensionEndsAt(Programme.Series, Now, Options));
    }

    private static CreatorStanding Approved => CreatorStanding.New(new("cleo")) with { Series = new(ProgrammeStatus.Approved, "app", null, Now, Now, null) };

    private static IEnumerable<string> Active(CreatorStanding standing) => standing.ActiveStrikes(Now, Options).Select(strike => strike.Id);

    private static Strike Struck(string id, int days, string about) => new(StrikeSources.Moderation, id, Now.AddDays(days), "texts", false, Now.AddDays(days), new SeriesId(about));
}
