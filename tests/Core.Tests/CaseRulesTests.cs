using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation;

namespace Core.Tests;

/// <summary>Every kind and state of a case, every command, everybody who may give it, against the table that docs/moderation.md shows. Finds somebody who may do too much.</summary>
public sealed class CaseRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Commands = ["claim", "release", "approve", "requestChanges", "remove", "uphold", "reverse", "appeal"];
    private static readonly string[] States = ["free", "claimed", "lapsed", "decided", "reversed"];

    /// <summary>A moderator; the one who claimed it; the one whose decision it is or is about; the creator, who is a moderator too.</summary>
    private static readonly string[] Actors = ["moderator", "holder", "decider", "creator"];

    [Fact]
    public void Everybody_may_do_to_a_case_what_the_table_says()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "case-life.txt")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(Commands, lines[0][3..]);
        var table = lines.Skip(1).ToDictionary(line => (line[0], line[1], line[2]), line => line[3..]);
        var wrong = new List<string>();
        foreach (var kind in Enum.GetValues<CaseKind>())
        {
            foreach (var state in States)
            {
                foreach (var actor in Actors)
                {
                    var actual = Commands.Select(command => Do(Make(kind, state), command, new(actor))).ToArray();
                    var row = $"{kind.ToString().ToLowerInvariant(),-11} {state,-9} {actor,-10} {string.Join(' ', actual.Select(cell => cell.PadRight(22))).TrimEnd()}";
                    if (!table.Remove((kind.ToString().ToLowerInvariant(), state, actor), out var expected) || !expected.SequenceEqual(actual))
                        wrong.Add(row);
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Empty(table);
    }

    [Fact]
    public void The_table_in_the_documentation_is_the_one_that_is_tested()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SeriesFunctions.sln")))
            folder = folder.Parent;
        Assert.Contains(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "case-life.txt")).Trim(), File.ReadAllText(Path.Combine(folder.FullName, "docs", "moderation.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReportReason.Fraud, 0, 0, 20)]
    [InlineData(ReportReason.Fraud, 0, 2, 10)]
    [InlineData(ReportReason.Fraud, 8, 0, 36)]
    [InlineData(ReportReason.Spam, 0, 1_000, 1)]
    [InlineData(ReportReason.MinorSafety, 0, 1_000, 100)]
    public void A_report_counts_by_its_reason_and_by_how_often_its_reporter_was_right(ReportReason reason, int confirmed, int dismissed, int points) =>
        Assert.Equal(points, ReportWeights.Points(reason, Reporter.New with { Confirmed = confirmed, Dismissed = dismissed }));

    private static string Do(Case before, string command, UserId actor)
    {
        var result = command switch
        {
            "claim" => CaseRules.Claim(before, actor, Now, TimeSpan.FromMinutes(15)),
            "release" => CaseRules.Release(before, actor, Now),
            "appeal" => CaseRules.Appeal(before, "It is fine.", Now),
            _ => CaseRules.Decide(before, new(before.Id, Enum.Parse<Verdict>(command, ignoreCase: true), actor.Value, "texts", "As it says.", Now), Now),
        };
        if (!result.IsOk(out var after, out var refused))
            return refused.Code;
        if (ReferenceEquals(after, before))
            return "=";
        return after.State == CaseState.Decided ? "decided" : after.Id != before.Id ? "opened" : after.HeldBy(Now) is { } holder ? holder == actor ? "claimed" : "wrong-holder" : "free";
    }

    private static Case Make(CaseKind kind, string state)
    {
        var id = new CaseId("cas_1-0001");
        var verdict = kind == CaseKind.Appeal ? Verdict.Reverse : Verdict.Remove;
        var isDecided = state is "decided" or "reversed";
        return new(
            id, new("ser_1"), new("creator"), 1, "Ceramics", isDecided ? CaseState.Decided : CaseState.Open, [],
            isDecided ? new(id, verdict, "decider", "texts", "As it says.", Now) : null, Now, kind,
            Lease: state switch { "claimed" => new(new("holder"), Now + TimeSpan.FromTicks(1)), "lapsed" => new(new("holder"), Now), _ => null },
            Appeal: kind == CaseKind.Appeal ? new(new("cas_1-0000"), CaseKind.Submission, Verdict.Remove, "decider", "texts", "It is fine.") : null,
            OverturnedBy: state == "reversed" ? new("cas_1-0001-a") : null);
    }
}
