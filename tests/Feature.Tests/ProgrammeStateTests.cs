using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Local.Hosting;

namespace Feature.Tests;

/// <summary>Every route that moves somebody's part in a programme, in every status, of both programmes, by everybody, against the table written by hand. Finds somebody who lets herself in.</summary>
public sealed class ProgrammeStateTests : IAsyncLifetime
{
    private readonly RunningHost _host = new();

    private Records Records => _host.Services.GetRequiredService<Records>();

    /// <summary>The rules approve nobody here: else they might, between an application and the look at what became of it.</summary>
    public async ValueTask InitializeAsync() => await _host.StartAsync("--Creators:ApproveByRules=false");

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Every_route_in_every_status_does_what_the_table_says_and_only_for_those_who_may()
    {
        var table = Table();
        (string Role, Person? Person)[] everybody =
        [
            ("applicant", null), ("stranger", await _host.PersonAsync("stranger")), ("moderator", await _host.PersonAsync("moderator", "moderator")),
            ("operator", await _host.PersonAsync("operator", "operator")), ("platform", await _host.PersonAsync("platform", "platform")), ("anonymous", _host.Anonymous()),
        ];
        var wrong = new List<string>();
        var tried = 0;
        foreach (var programme in Enum.GetValues<Programme>())
        {
            foreach (var status in Enum.GetValues<ProgrammeStatus>())
            {
                foreach (var cause in new[] { ProgrammeCause.Apply, ProgrammeCause.Approve, ProgrammeCause.Reject })
                {
                    foreach (var (role, person) in everybody)
                    {
                        tried++;
                        var (applicant, etag) = await SeedAsync(programme, status);
                        var reply = await SendAsync(person ?? applicant, applicant, programme, cause);
                        var after = (await StandingAsync(applicant))!;
                        var led = after.Value.StatusAt(programme, _host.Clock.GetUtcNow(), new());
                        var answer = reply.Status < HttpStatusCode.BadRequest ? "ok" : reply.At("code")?.ToString();
                        // To apply is about oneself: whoever it is that sends it.
                        var may = cause == ProgrammeCause.Apply ? role == "applicant" : role == "operator";
                        var (next, refusal) = table[(status, cause)];
                        var (wanted, leadsTo) = (may, cause, role) switch
                        {
                            (true, _, _) => (refusal ?? "ok", next ?? status),
                            (_, _, "anonymous") => ("not-authenticated", status),
                            (_, ProgrammeCause.Apply, _) => ("not-eligible", status),
                            _ => ("role-required", status),
                        };
                        if (answer != wanted || led != leadsTo)
                            wrong.Add($"{cause} {programme} in {status} by {role}: expected {wanted} to {leadsTo}, got {(int)reply.Status} {answer} to {led}");
                        else if (leadsTo == status && after.ETag != etag)
                            wrong.Add($"{cause} {programme} in {status} by {role}: nothing was to change, and something was written");
                    }
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(2 * 5 * 3 * 6, tried);
    }

    [Fact]
    public void The_drawing_is_what_the_code_says()
    {
        var document = File.ReadAllText(Repository.File("docs/creators.md"));
        Assert.True(StateTable.Programme.Redraw(document) == document, "docs/creators.md is stale: dotnet run --project src/SeriesFunctions.Local -- programme-states docs/creators.md");
    }

    private static Task<Reply> SendAsync(Person sender, Person applicant, Programme programme, ProgrammeCause cause)
    {
        var name = programme.ToString().ToLowerInvariant();
        return cause == ProgrammeCause.Apply
            ? sender.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = name })
            : sender.PostAsync(
                $"/v1/operator/applications/{applicant.Id}/decision", new JsonObject { ["decision"] = cause == ProgrammeCause.Approve ? "approve" : "reject", ["reason"] = "As the table says.", ["programme"] = name });
    }

    /// <summary>Somebody who meets every rule and got into a status by whatever way; with the etag of her standing.</summary>
    private async Task<(Person Applicant, string ETag)> SeedAsync(Programme programme, ProgrammeStatus status)
    {
        var applicant = await _host.PersonAsync("applicant");
        var now = _host.Clock.GetUtcNow();
        var id = new UserId(applicant.Id);
        var stored = status switch { ProgrammeStatus.None => Membership.None, ProgrammeStatus.Suspended => In(ProgrammeStatus.Approved), _ => In(status) };
        var standing = CreatorStanding.New(id).With(programme, stored with { SuspensionTold = status == ProgrammeStatus.Suspended ? now : null });
        if (status == ProgrammeStatus.Suspended)
            standing = standing with { Strikes = [.. new[] { "a", "b", "c" }.Select(strike => new Strike(StrikeSources.Platform, strike, now, "spam", false, now))] };
        var profile = new CreatorProfile(25_000, now.AddDays(-400), AccountType.Personal, 12, 48_000, "US", new(1994, 5, 17), "@cleo", now);
        Assert.True((await Records.SaveAsync(
            new Batch(CreatorStanding.In(id)).Create(CreatorStanding.DocumentId, standing).Create(CreatorProfile.DocumentId, profile), TestContext.Current.CancellationToken)).IsOk);
        return (applicant, (await StandingAsync(applicant))!.ETag);

        Membership In(ProgrammeStatus decided) => new(decided, "app_1", null, now, decided == ProgrammeStatus.Applied ? null : now, null);
    }

    private ValueTask<Stored<CreatorStanding>?> StandingAsync(Person of) =>
        Records.FindAsync<CreatorStanding>(CreatorStanding.In(new(of.Id)), CreatorStanding.DocumentId, TestContext.Current.CancellationToken);

    private static Dictionary<(ProgrammeStatus, ProgrammeCause), (ProgrammeStatus? Next, string? Refusal)> Table()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "programme-life.txt")).Where(line => !line.StartsWith('#')).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var causes = lines[0][1..].Select(name => Enum.Parse<ProgrammeCause>(name, ignoreCase: true)).ToList();
        return lines.Skip(1).SelectMany(line => causes.Select((cause, i) =>
        {
            var (status, cell) = (Enum.Parse<ProgrammeStatus>(line[0]), line[i + 1]);
            return ((status, cause), cell == "=" ? ((ProgrammeStatus?)status, (string?)null) : char.IsUpper(cell[0]) ? (Enum.Parse<ProgrammeStatus>(cell), null) : (null, cell));
        })).ToDictionary(cell => cell.Item1, cell => cell.Item2);
    }
}
