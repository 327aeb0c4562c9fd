using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Feature.Tests.Driving;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Privacy;

namespace Feature.Tests;

/// <summary>The table of personal data against the code, against what is really stored, and against docs/privacy.md. Finds a type that nobody thought of.</summary>
public sealed class PersonalDataTests
{
    private const string Begin = "<!-- the table, by PersonalDataTests -->", End = "<!-- /the table -->";

    private static readonly Type Shapes = typeof(Records).Assembly.GetType("SeriesFunctions.Core.Documents.DocumentJson", throwOnError: true)!;

    private static IEnumerable<Type> Registered => Shapes.GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute)).Select(attribute => (Type)attribute.ConstructorArguments[0].Value!);

    [Fact]
    public void Every_type_that_is_stored_has_one_row()
    {
        var documents = Registered.Where(type => !type.IsAssignableTo(typeof(IEvent))).Select(type => type.Name).Order(StringComparer.Ordinal);
        Assert.Equal(documents, PersonalData.All.Select(row => row.Type.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_document_says_what_the_table_says()
    {
        var rows = PersonalData.All.Select(row =>
            $"| `{row.Type.Name}` | {string.Join(", ", row.Places.Select(place => $"`{place.Replace("|", "\\|", StringComparison.Ordinal)}`"))} | {row.What} | {(row.InExport ? "yes" : "no")} | {row.Why} | {FateOf(row)} | {row.OnErasure.Why} |\n");
        var table = $"{Begin}\n| type | partition and id | what it says of a person | in her export | why | when she is erased | why, or what else |\n|---|---|---|---|---|---|---|\n{string.Concat(rows)}{End}";
        var path = Repository.File("docs/privacy.md");
        var document = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var written = Regex.Match(document, $"{Regex.Escape(Begin)}.*{Regex.Escape(End)}", RegexOptions.Singleline).Value;
        if (Environment.GetEnvironmentVariable("PRIVACY_WRITE") == "1")
            await File.WriteAllTextAsync(path, document.Replace(written, table, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        else
            Assert.Equal(table, written);
    }

    private static string FateOf(PersonalDocument row) => row.What == "nothing" && row.OnErasure.Fate == Fate.Kept ? "" : row.OnErasure.Fate.ToString().ToLowerInvariant();

    [Fact]
    public void What_stays_of_a_person_stays_for_a_reason() =>
        Assert.All(PersonalData.All, row => Assert.True(row.OnErasure.Fate == Fate.Deleted || row.What == "nothing" || row.OnErasure.Why.Length > 0, $"{row.Type.Name} says nothing of why it stays"));

    [Fact]
    public async Task Whatever_a_busy_host_stores_is_described_by_the_row_of_its_type()
    {
        await using var host = new RunningHost();
        await host.StartAsync("--Notifications:AllowLocalEndpoints=true", "--Notifications:WebhookTimeout=00:00:01");
        await BusyAsync(host);
        var wrong = new List<string>();
        var seen = new HashSet<Type>();
        var shapes = (JsonSerializerContext)Shapes.GetProperty("Default")!.GetValue(null)!;
        foreach (var (partition, id, body) in host.Documents())
        {
            if (PersonalData.Of(new(partition), id) is not { } row)
            {
                wrong.Add($"{partition} {id} has no row");
                continue;
            }
            seen.Add(row.Type);
            var known = shapes.GetTypeInfo(row.Type)!.Properties.Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
            var odd = JsonNode.Parse(body)!.AsObject().Select(property => property.Key).Where(name => !known.Contains(name)).ToList();
            if (odd.Count > 0)
                wrong.Add($"{partition} {id} is no {row.Type.Name}: {string.Join(", ", odd)}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));
        Assert.True(seen.Count >= 40, $"only {seen.Count} of {PersonalData.All.Count} types were met: {string.Join(", ", PersonalData.All.Select(row => row.Type).Except(seen).Select(type => type.Name))} were not");
    }

    /// <summary>People do what people do: sell, buy, give, report, appeal, look after it, and a month ends.</summary>
    private static async Task BusyAsync(RunningHost host)
    {
        var shop = new Shop(host);
        var platform = await host.PersonAsync("platform", "platform");
        var oper = await host.PersonAsync("operator", "operator");
        (await platform.PostAsync("/v1/platform/webhooks", new JsonObject { ["url"] = "http://127.0.0.1:7322/hooks" })).Is(HttpStatusCode.Created);
        var (creator, series, video) = await shop.PublishedAsync(9_999);
        var account = $"/v1/operator/creators/{creator.Id}/payout-account";
        (await oper.PutAsync(account, new JsonObject { ["account"] = "acct_" + creator.Id }, (await oper.GetAsync(account)).ETag)).Is(HttpStatusCode.OK);
        var commission = $"/v1/operator/creators/{creator.Id}/commission";
        (await oper.PutAsync(commission, new JsonObject { ["basisPoints"] = 100, ["reason"] = "agreed" }, (await oper.GetAsync(commission)).ETag)).Is(HttpStatusCode.OK);
        (await creator.PostAsync("/v1/creators/me/payout-account", new JsonObject { ["returnUrl"] = "https://app.example.com/" })).Is(HttpStatusCode.Created);
        (await creator.PostAsync($"/v1/series/{series}/codes", new JsonObject { ["code"] = "HALF", ["percentOff"] = 50 })).Is(HttpStatusCode.Created);
        await shop.DiscountAsync(creator, series, 20, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        await Shop.AnnounceAsync(creator);

        // With a code; paid, refunded, and never paid.
        var coded = Shop.Return();
        coded["promoCode"] = "HALF";
        var buyer = await host.PersonAsync("buyer");
        var checkout = (await buyer.PostAsync($"/v1/series/{series}/checkout", coded.DeepClone())).Is(HttpStatusCode.Created);
        await shop.PayAsync(checkout);
        var (_, refunded) = await shop.BuyerAsync(series);
        (await oper.PostAsync($"/v1/operator/purchases/pur{refunded[3..]}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        (await (await host.PersonAsync("undecided")).PostAsync($"/v1/series/{series}/checkout", coded.DeepClone())).Is(HttpStatusCode.Created);
        var (_, disputed) = await shop.BuyerAsync(series);
        (await host.Anonymous().PostAsync($"/local/payments/pi_sim_{disputed[4..]}/dispute")).Is(HttpStatusCode.OK);

        // Given, and waiting.
        var receiver = await host.PersonAsync("receiver");
        var gift = Shop.Return();
        gift["receiverId"] = receiver.Id;
        await shop.PayAsync((await buyer.PostAsync($"/v1/series/{series}/gifts", gift)).Is(HttpStatusCode.Created));
        (await receiver.PostAsync("/v1/reports", new JsonObject { ["seriesId"] = series, ["reason"] = "spam" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var feed = (await buyer.GetAsync("/v1/me/notifications")).Text("items.0.notificationId");
        (await buyer.PostAsync("/v1/me/notifications/read", new JsonObject { ["upTo"] = feed })).Is(HttpStatusCode.OK);
        (await buyer.PostAsync("/v1/me/export")).Is(HttpStatusCode.Accepted);

        // A second series that is deleted with its video, an application that waits.
        var (draft, _) = await shop.CompleteDraftAsync(creator);
        (await creator.DeleteAsync($"/v1/series/{draft}", (await creator.GetAsync($"/v1/series/{draft}")).ETag)).Is(HttpStatusCode.NoContent);
        var loose = await shop.ReadyVideoAsync(creator);
        (await creator.DeleteAsync($"/v1/videos/{loose}", (await creator.GetAsync($"/v1/videos/{loose}")).ETag)).Is(HttpStatusCode.NoContent);
        var small = await host.PersonAsync("small");
        var profile = shop.Profile();
        profile["followers"] = 4_000;
        (await platform.PutAsync($"/v1/platform/creators/{small.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        (await small.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series", ["portfolioUrl"] = "https://courses.example.com/cleo" })).Is(HttpStatusCode.Accepted);
        (await oper.PostAsync("/v1/operator/replays", new JsonObject { ["objectId"] = "pi_sim_" + refunded[4..] })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var moment = host.Documents().ToList();
        Assert.Contains(moment, stored => stored.Id.StartsWith("hold|", StringComparison.Ordinal));

        // A month ends and is paid.
        var next = host.Clock.GetUtcNow().AddMonths(1);
        foreach (var at in new[] { new DateTimeOffset(next.Year, next.Month, 1, 0, 30, 0, TimeSpan.Zero), new DateTimeOffset(next.Year, next.Month, 15, 0, 30, 0, TimeSpan.Zero) })
        {
            host.Clock.Advance(at - host.Clock.GetUtcNow());
            await host.DrainAsync();
        }
        Assert.NotEmpty(video);
    }
}
