using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Local.Hosting;

namespace Feature.Tests;

/// <summary>Every route that changes a series, in every phase, by everybody, against the table written by hand. Finds a route that asks neither the table nor whose series it is.</summary>
public sealed class SeriesStateTests(RunningHost host) : IClassFixture<RunningHost>
{
    private sealed record Attempt(string Name, SeriesCommand Command, int Success, Func<Person, Seeded, Task<Reply>> Send);

    private sealed record Seeded(string Id, string CaseId, string ETag);

    private readonly Records _records = host.Services.GetRequiredService<Records>();
    private int _seeded;

    [Fact]
    public async Task Every_route_in_every_phase_does_what_the_table_says_and_only_for_those_who_may()
    {
        var table = Table();
        var shop = new Shop(host);
        var owner = await shop.CreatorAsync();
        var (video, other) = (await shop.ReadyVideoAsync(owner), await shop.ReadyVideoAsync(owner));
        var moderator = await host.PersonAsync("moderator", "moderator");
        var buyer = await host.PersonAsync("buyer");
        (string Role, Person Person)[] everybody =
        [
            ("owner", owner), ("buyer", buyer), ("stranger", await host.PersonAsync("stranger")), ("moderator", moderator),
            ("operator", await host.PersonAsync("operator", "operator")), ("platform", await host.PersonAsync("platform", "platform")), ("anonymous", host.Anonymous()),
        ];
        var wrong = new List<string>();
        var tried = 0;
        foreach (var phase in Enum.GetValues<SeriesPhase>().Where(phase => phase != SeriesPhase.Deleted))
        {
            var still = await SeedAsync(phase, owner, video, buyer);
            foreach (var attempt in Attempts(other, video))
            {
                var expected = table[(phase, attempt.Command)];
                foreach (var (role, person) in everybody)
                {
                    tried++;
                    var may = SeriesLife.ActorOf(attempt.Command) == SeriesActor.Moderation ? role == "moderator" : role == "owner";
                    var seeded = may ? await SeedAsync(phase, owner, video, buyer: null) : still;
                    var before = await HeadAsync(seeded.Id);
                    var reply = await attempt.Send(person, seeded);
                    if (may && attempt.Command is SeriesCommand.Approve or SeriesCommand.RequestChanges or SeriesCommand.Remove)
                        await host.DrainAsync();
                    var after = await HeadAsync(seeded.Id);
                    var led = after is null ? SeriesPhase.Deleted : SeriesLife.PhaseOf(after);
                    var answer = reply.Status < HttpStatusCode.BadRequest ? ((int)reply.Status).ToString(System.Globalization.CultureInfo.InvariantCulture) : reply.At("code")?.ToString();
                    var (wanted, leadsTo) = (may, attempt.Command) switch
                    {
                        // A decision is about the case and always stands; whether the series follows is the table's.
                        (true, SeriesCommand.Approve or SeriesCommand.RequestChanges or SeriesCommand.Remove) => ("200", expected.Next ?? phase),
                        (true, _) => (expected.Refusal ?? attempt.Success.ToString(System.Globalization.CultureInfo.InvariantCulture), expected.Next ?? phase),
                        _ => (Refusal(role, attempt.Command, phase), phase),
                    };
                    if (answer != wanted || led != leadsTo)
                        wrong.Add($"{attempt.Name} in {phase} by {role}: expected {wanted} to {leadsTo}, got {(int)reply.Status} {answer} to {led}");
                    else if (led == phase && expected.Refusal is not null && after!.Version != before!.Version)
                        wrong.Add($"{attempt.Name} in {phase} by {role}: refused, and something was written");
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(tried > 1_200, $"only {tried} attempts were made");
    }

    [Fact]
    public void The_drawing_is_what_the_code_says() =>
        Assert.True(
            File.ReadAllText(Repository.File("docs/series.md")) == StateDocument.Create(),
            "docs/series.md is stale: dotnet run --project src/SeriesFunctions.Local -- states docs/series.md");

    private static string Refusal(string role, SeriesCommand command, SeriesPhase phase)
    {
        if (role == "anonymous")
            return "not-authenticated";
        if (SeriesLife.ActorOf(command) == SeriesActor.Moderation)
            return "role-required";
        return phase is SeriesPhase.Published or SeriesPhase.PublishedEditing or SeriesPhase.PublishedInReview or SeriesPhase.PublishedChangesRequested ? "not-the-owner" : "not-found";
    }

    private IEnumerable<Attempt> Attempts(string other, string video)
    {
        Attempt Edit(string name, Func<Person, Seeded, Task<Reply>> send, int success = 200) => new(name, SeriesCommand.Edit, success, send);
        Attempt Decide(string decision, SeriesCommand command) => new(decision, command, 200, (person, seeded) =>
        {
            var body = new JsonObject { ["decision"] = decision, ["rule"] = "texts", ["note"] = "As the table says." };
            // Else the owner would soon be suspended.
            if (command == SeriesCommand.Remove)
                body["strike"] = false;
            return person.PostAsync($"/v1/moderation/cases/{seeded.CaseId}/decision", body);
        });

        yield return Edit("patch", (person, seeded) => person.PatchAsync($"/v1/series/{seeded.Id}", new JsonObject { ["title"] = "Another title" }, seeded.ETag));
        yield return Edit("preview", (person, seeded) => person.PatchAsync($"/v1/series/{seeded.Id}", new JsonObject { ["previewVideoId"] = video }, seeded.ETag));
        yield return Edit("attach", (person, seeded) => person.PostAsync($"/v1/series/{seeded.Id}/videos", new JsonObject { ["videoId"] = other }), 201);
        yield return Edit("reorder", (person, seeded) => person.PutAsync($"/v1/series/{seeded.Id}/videos/order", new JsonObject { ["videoIds"] = new JsonArray("vid_second", video) }, seeded.ETag));
        yield return Edit("retitle", (person, seeded) => person.PatchAsync($"/v1/series/{seeded.Id}/videos/{video}", new JsonObject { ["title"] = "Renamed" }, seeded.ETag));
        yield return Edit("detach", (person, seeded) => person.DeleteAsync($"/v1/series/{seeded.Id}/videos/vid_second", seeded.ETag));
        yield return new("price", SeriesCommand.Price, 200, (person, seeded) => person.PatchAsync($"/v1/series/{seeded.Id}", new JsonObject { ["price"] = Shop.Price(1_499) }, seeded.ETag));
        yield return new("discount", SeriesCommand.Discount, 201, (person, seeded) => person.PostAsync($"/v1/series/{seeded.Id}/discounts", new Shop(host).DiscountBody(20, TimeSpan.Zero, TimeSpan.FromHours(1))));
        yield return new("cover", SeriesCommand.Cover, 201, (person, seeded) =>
            person.PostAsync($"/v1/series/{seeded.Id}/cover", new JsonObject { ["fileName"] = "cover.jpg", ["sizeBytes"] = 1_000, ["contentType"] = "image/jpeg" }));
        yield return new("submit", SeriesCommand.Submit, 202, (person, seeded) => person.PostAsync($"/v1/series/{seeded.Id}/submit"));
        yield return new("unlist", SeriesCommand.Unlist, 200, (person, seeded) => person.PostAsync($"/v1/series/{seeded.Id}/unlist"));
        yield return new("relist", SeriesCommand.Relist, 200, (person, seeded) => person.PostAsync($"/v1/series/{seeded.Id}/relist"));
        yield return new("delete", SeriesCommand.Delete, 204, (person, seeded) => person.DeleteAsync($"/v1/series/{seeded.Id}", seeded.ETag));
        yield return Decide("approve", SeriesCommand.Approve);
        yield return Decide("requestChanges", SeriesCommand.RequestChanges);
        yield return Decide("remove", SeriesCommand.Remove);
    }

    private async Task<Series?> HeadAsync(string id) => (await _records.FindAsync<Series>(Series.In(new(id)), Series.DocumentId, TestContext.Current.CancellationToken))?.Value;

    /// <summary>A series that got into a phase by whatever way: its documents as they are then.</summary>
    private async Task<Seeded> SeedAsync(SeriesPhase phase, Person owner, string video, Person? buyer)
    {
        var now = host.Clock.GetUtcNow();
        var id = new SeriesId(Ids.New("ser", now));
        var (state, draftState) = phase switch
        {
            SeriesPhase.Draft => (SeriesState.Draft, DraftState.Editing),
            SeriesPhase.InReview => (SeriesState.InReview, DraftState.InReview),
            SeriesPhase.ChangesRequested => (SeriesState.ChangesRequested, DraftState.ChangesRequested),
            SeriesPhase.Removed => (SeriesState.Removed, DraftState.Approved),
            SeriesPhase.Published or SeriesPhase.Unlisted => (Enum.Parse<SeriesState>(phase.ToString()), DraftState.Approved),
            _ => phase.ToString() is ['P', ..]
                ? (SeriesState.Published, Enum.Parse<DraftState>(phase.ToString()["Published".Length..]))
                : (SeriesState.Unlisted, Enum.Parse<DraftState>(phase.ToString()["Unlisted".Length..])),
        };
        var approved = state is SeriesState.Published or SeriesState.Unlisted or SeriesState.Removed ? 1 : 0;
        var content = new SeriesContent("Ceramics", "From clay to bowl.", "crafts", "cov_seeded", null, [new(new(video), "One", 30_000)]);
        var pending = draftState == DraftState.Approved ? content : content with { Title = "Ceramics, once more" };
        // A second video for the commands that need one.
        var two = content.Videos.Append(new(new("vid_second"), "Two", 30_000)).ToList();
        var number = ++_seeded;
        var submits = draftState is DraftState.InReview ? 1 : 0;
        var head = new Series(
            id, new(owner.Id), state, Money.Usd(999), pending with { Videos = two }, draftState, approved + submits, approved, [], now, now, approved == 1 ? now : null, null, number);
        var caseId = new CaseId($"cas_state-{number}");
        var batch = new Batch(Series.In(id)).Create(Series.DocumentId, head)
            .Create(SeriesRevision.DocumentId(head.LastRevision), new SeriesRevision(id, head.LastRevision, head.CreatorId, head.Draft, now, approved, RevisionChanges.Of(null, head.Draft)));
        if (approved == 1)
            batch.Create(PublicSeries.DocumentId, new PublicSeries(id, head.CreatorId, "@cleo", state, 1, content with { Videos = two }, head.Price, [], [], now, number));
        Assert.True((await _records.SaveAsync(batch, TestContext.Current.CancellationToken)).IsOk);
        var open = new Case(caseId, id, head.CreatorId, head.LastRevision, "Ceramics", CaseState.Open, [], null, now);
        Assert.True((await _records.SaveAsync(new Batch(Case.In(caseId)).Create(Case.DocumentId(caseId), open, open.Sort), TestContext.Current.CancellationToken)).IsOk);
        await SecondVideoAsync(owner, video);
        if (buyer is not null)
        {
            var access = Access.Set(null, new(buyer.Id), id, GrantCause.Purchase, $"pur_{number}", GrantState.Live, null, now);
            await _records.SaveAsync(new Batch(Access.In(new(buyer.Id))).Create(Access.DocumentId(id), access, access.Sort), TestContext.Current.CancellationToken);
        }
        var etag = (await _records.FindAsync<Series>(Series.In(id), Series.DocumentId, TestContext.Current.CancellationToken))!.ETag;
        return new(id.Value, caseId.Value, $"\"{etag}\"");
    }

    /// <summary>The first video under another id: ready, as far as a submission looks.</summary>
    private async Task SecondVideoAsync(Person owner, string video)
    {
        var partition = SeriesFunctions.Core.Media.Video.In(new(owner.Id));
        if (await _records.FindAsync<SeriesFunctions.Core.Media.Video>(partition, "video|vid_second", TestContext.Current.CancellationToken) is not null)
            return;
        var first = (await _records.FindAsync<SeriesFunctions.Core.Media.Video>(partition, $"video|{video}", TestContext.Current.CancellationToken))!.Value;
        await _records.SaveAsync(new Batch(partition).Create("video|vid_second", first with { Id = new("vid_second") }, "video|vid_second"), TestContext.Current.CancellationToken);
    }

    private static Dictionary<(SeriesPhase Phase, SeriesCommand Command), (SeriesPhase? Next, string? Refusal)> Table()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "series-life.txt")).Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var commands = lines[0][1..].Select(name => Enum.Parse<SeriesCommand>(name, ignoreCase: true)).ToList();
        return lines.Skip(1).SelectMany(line => commands.Select((command, i) =>
        {
            var phase = Enum.Parse<SeriesPhase>(line[0]);
            var cell = line[i + 1];
            return ((phase, command), cell == "=" ? ((SeriesPhase?)phase, (string?)null) : char.IsUpper(cell[0]) ? (Enum.Parse<SeriesPhase>(cell), null) : (null, cell));
        })).ToDictionary(cell => cell.Item1, cell => cell.Item2);
    }
}
