using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation;

namespace Feature.Tests;

/// <summary>Every route about a case, for every kind and state of one, by everybody, against the table that docs/moderation.md shows. Finds a route that doesn't ask the rules, or whose role isn't looked at.</summary>
public sealed class CaseStateTests(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly string[] States = ["free", "claimed", "lapsed", "decided", "reversed"];
    private static readonly string[] Commands = ["claim", "release", "approve", "requestChanges", "remove", "uphold", "reverse"];

    private readonly Records _records = host.Services.GetRequiredService<Records>();
    private int _seeded;

    [Fact]
    public async Task Every_route_about_a_case_does_what_the_table_says_and_only_for_moderators()
    {
        var table = Table();
        var people = new Dictionary<string, Person>();
        foreach (var who in new[] { "moderator", "holder", "decider", "creator" })
            people[who] = await host.PersonAsync(who, "moderator");
        (string Role, Person Person)[] others =
        [
            ("viewer", await host.PersonAsync("viewer")), ("operator", await host.PersonAsync("operator", "operator")), ("platform", await host.PersonAsync("platform", "platform")),
            ("creator without the role", await host.SignInAsync(people["creator"].Id)), ("anonymous", host.Anonymous()),
        ];
        var wrong = new List<string>();
        var tried = 0;
        foreach (var kind in Enum.GetValues<CaseKind>())
        {
            foreach (var state in States)
            {
                foreach (var command in Commands)
                {
                    foreach (var (role, person) in people.Select(one => (one.Key, one.Value)).Concat(others))
                    {
                        tried++;
                        var before = await SeedAsync(kind, state, people);
                        var reply = await SendAsync(person, before.Value.Id, command);
                        var after = (await CaseAsync(before.Value.Id))!;
                        var got = reply.Status < HttpStatusCode.BadRequest ? Outcome(before, after, role) : reply.At("code")?.ToString();
                        var expected = people.ContainsKey(role) ? table[(kind.ToString().ToLowerInvariant(), state, role)][Array.IndexOf(Commands, command)]
                            : role == "anonymous" ? "not-authenticated" : "role-required";
                        if (got != expected)
                            wrong.Add($"{command} of {kind} {state} by {role}: expected {expected}, got {(int)reply.Status} {got}");
                        else if (reply.Status >= HttpStatusCode.BadRequest && after.ETag != before.ETag)
                            wrong.Add($"{command} of {kind} {state} by {role}: refused, and something was written");
                    }
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(4 * 5 * 7 * 9, tried);
    }

    private static string Outcome(Stored<Case> before, Stored<Case> after, string role) =>
        after.ETag == before.ETag ? "=" : after.Value.State == CaseState.Decided ? "decided" : after.Value.Lease is { } lease ? lease.By.Value.StartsWith(role, StringComparison.Ordinal) ? "claimed" : "wrong-holder" : "free";

    private static Task<Reply> SendAsync(Person sender, CaseId id, string command) => command switch
    {
        "claim" or "release" => sender.PostAsync($"/v1/moderation/cases/{id}/{command}"),
        // A removal of these would strike their creator, who has nothing to do with this.
        "remove" => sender.PostAsync($"/v1/moderation/cases/{id}/decision", new JsonObject { ["decision"] = command, ["rule"] = "texts", ["note"] = "As the table says.", ["strike"] = false }),
        _ => sender.PostAsync($"/v1/moderation/cases/{id}/decision", new JsonObject { ["decision"] = command, ["rule"] = "texts", ["note"] = "As the table says." }),
    };

    /// <summary>A case that got into a state by whatever way; of a series that nobody knows, so that nothing follows from a decision.</summary>
    private async Task<Stored<Case>> SeedAsync(CaseKind kind, string state, Dictionary<string, Person> people)
    {
        var now = host.Clock.GetUtcNow();
        var number = ++_seeded;
        var (id, decider) = (new CaseId($"cas_table{number}-0001"), people["decider"].Id);
        var isDecided = state is "decided" or "reversed";
        var decision = isDecided ? new Decision(id, kind == CaseKind.Appeal ? Verdict.Reverse : Verdict.Remove, decider, "texts", "As it says.", now) : null;
        var series = new SeriesId($"ser_table{number}");
        var made = new Case(
            id, series, new(people["creator"].Id), 1, "Ceramics", isDecided ? CaseState.Decided : CaseState.Open, [], decision, now, kind,
            Lease: state switch { "claimed" => new(new(people["holder"].Id), now.AddMinutes(15)), "lapsed" => new(new(people["holder"].Id), now), _ => null },
            Appeal: kind == CaseKind.Appeal ? new(new($"cas_table{number}-0000"), CaseKind.Submission, Verdict.Remove, decider, "texts", "It is fine.") : null,
            OverturnedBy: state == "reversed" ? new($"cas_table{number}-0001-a") : null,
            Comment: kind == CaseKind.Comment ? new(SeriesFunctions.Core.Engagement.Spot.InSeries(series, new("vid_1")), new("com_1"), new(people["creator"].Id), "Nice", 1) : null);
        Assert.True((await _records.SaveAsync(new Batch(Case.In(id)).Create(Case.DocumentId(id), made, made.Sort), TestContext.Current.CancellationToken)).IsOk);
        return (await CaseAsync(id))!;
    }

    private ValueTask<Stored<Case>?> CaseAsync(CaseId id) => _records.FindAsync<Case>(Case.In(id), Case.DocumentId(id), TestContext.Current.CancellationToken);

    private static Dictionary<(string Kind, string State, string Who), string[]> Table()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "case-life.txt")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        // The last column is the owner's appeal, which is about a series: ReportAndAppealTests.
        Assert.Equal([.. Commands, "appeal"], lines[0][3..]);
        return lines.Skip(1).ToDictionary(line => (line[0], line[1], line[2]), line => line[3..]);
    }
}
