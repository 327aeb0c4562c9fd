using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests;

/// <summary>What a creator reads of her subscribers. Finds one who was gained or lost twice, on another day, or by a link that had nothing to do with it.</summary>
public sealed class SubscriberAnalyticsTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task Subscribers_are_gained_and_lost_and_counted_for_the_link_that_brought_them_once()
    {
        var now = host.Clock.GetUtcNow();
        host.Clock.Advance(new DateTimeOffset(now.UtcDateTime.Date.AddDays(1).AddHours(12), TimeSpan.Zero) - now);
        var (creator, friends, family) = await _shop.TiersAsync();
        var code = (await creator.PostAsync("/v1/creators/me/links", new JsonObject { ["kind"] = "tier", ["place"] = "video", ["tierId"] = friends })).Is(HttpStatusCode.Created).Text("linkCode");
        var first = DateOnly.FromDateTime(host.Clock.GetUtcNow().UtcDateTime);
        // One by the link to the tier, one by the link to another tier of hers, one who gives no time, one by none.
        var clicked = (await host.Anonymous().GetAsync($"/v1/links/{code}")).Text("linkCode");
        var people = new List<(Person Viewer, string Mine)>();
        foreach (var (tier, linkCode) in new[] { (friends, clicked), (family, clicked), (friends, code), (friends, null) })
        {
            var viewer = await host.PersonAsync("viewer");
            var body = Shop.Return();
            if (linkCode is not null)
                body["linkCode"] = linkCode;
            var opened = (await viewer.PostAsync($"/v1/creators/{creator.Id}/tiers/{tier}/subscribe", body)).Is(HttpStatusCode.Created);
            await _shop.PayAsync(opened);
            people.Add((viewer, $"/v1/me/subscriptions/{opened.Text("subscriptionId")}"));
        }
        // Somebody looks at a page and never pays.
        (await (await host.PersonAsync("viewer")).PostAsync($"/v1/creators/{creator.Id}/tiers/{friends}/subscribe", Shop.Return())).Is(HttpStatusCode.Created);
        (await people[0].Viewer.PostAsync($"{people[0].Mine}/cancel")).Is(HttpStatusCode.OK);
        (await people[3].Viewer.PostAsync($"{people[3].Mine}/cancel")).Is(HttpStatusCode.OK);
        (await people[3].Viewer.PostAsync($"{people[3].Mine}/resume")).Is(HttpStatusCode.OK);
        for (var day = 0; day < 40; day++)
        {
            host.Clock.Advance(TimeSpan.FromDays(1));
            await host.DrainAsync();
        }
        var last = first.AddDays(40);
        var end = DateOnly.FromDateTime(DateTimeOffset.Parse((await people[0].Viewer.GetAsync(people[0].Mine)).Text("endedAt"), CultureInfo.InvariantCulture).UtcDateTime);
        await CheckAsync();
        var dispatcher = host.Services.GetRequiredService<EventDispatcher>();
        foreach (var message in Moves(creator.Id))
            Assert.Equal(HandledAs.Done, (await dispatcher.DispatchAsync(Queues.Statistics, message, 1, CancellationToken.None)).As);
        await CheckAsync();

        // What a subscriber gets back counts where it was sold.
        var oper = await host.PersonAsync("operator", "operator");
        var paid = (await people[1].Viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray().Select(item => item!["purchaseId"]!.ToString()).Order(StringComparer.Ordinal).First();
        (await oper.PostAsync($"/v1/operator/purchases/{paid}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal(999, Number((await SeenAsync()).At("places")![0]!["numbers"]!["refunded"]![0]!, "amount"));

        async Task CheckAsync()
        {
            var seen = await SeenAsync();
            var total = seen.At("total")!;
            Assert.Equal((4, 1), (Number(total, "subscribersGained"), Number(total, "subscribersLost")));
            // Three renewed.
            var sales = 4 + 3;
            var money = 3 * 499 + 999 + 2 * 499 + 999;
            Assert.Equal((sales, money, money), (Number(total, "sales"), Number(total["revenue"]![0]!, "amount"), Number(total["subscriptionRevenue"]![0]!, "amount")));
            var days = seen.At("days")!.AsArray().ToDictionary(day => DateOnly.Parse(day!["day"]!.ToString(), CultureInfo.InvariantCulture), day => day!["numbers"]!);
            Assert.Equal((4, 0), (Number(days[first], "subscribersGained"), Number(days[first], "subscribersLost")));
            Assert.Equal((0, 1), (Number(days[end], "subscribersGained"), Number(days[end], "subscribersLost")));
            var place = Assert.Single(seen.At("places")!.AsArray())!;
            Assert.Equal("video", place["place"]!.ToString());
            Assert.Equal((3, 1, 3), (Number(place["numbers"]!, "subscribersGained"), Number(place["numbers"]!, "subscribersLost"), Number(place["numbers"]!, "sales")));
            Assert.Equal(2 * 499 + 999, Number(place["numbers"]!["revenue"]![0]!, "amount"));
        }

        async Task<Reply> SeenAsync() => (await creator.GetAsync($"/v1/creators/me/analytics?from={first:yyyy-MM-dd}&to={last.AddDays(1):yyyy-MM-dd}")).Is(HttpStatusCode.OK);
    }

    private static int Number(JsonNode of, string field) => of[field]!.GetValue<int>();

    /// <summary>Every move of every subscription to a creator that could have been told, in no order.</summary>
    private List<byte[]> Moves(string creator)
    {
        var found = new List<byte[]>();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(host.Folder, "series.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM documents WHERE id LIKE 'subscription|%'";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var body = JsonNode.Parse((byte[])reader[0])!;
            if (body["creatorId"]!.ToString() != creator)
                continue;
            foreach (var (from, to) in new[] { ("active", "ended"), ("incomplete", "active"), ("active", "cancelling"), ("incomplete", "ended") })
            {
                var message = new JsonObject
                {
                    ["subscriptionId"] = body["id"]!.DeepClone(),
                    ["viewerId"] = body["viewerId"]!.DeepClone(),
                    ["creatorId"] = creator,
                    ["tierId"] = body["terms"]!["tierId"]!.DeepClone(),
                    ["from"] = from,
                    ["to"] = to,
                    ["at"] = host.Now(),
                };
                found.Add(new Envelope($"evt_MOVE{found.Count}", "subscription-moved", 1, host.Clock.GetUtcNow(), null, Encoding.UTF8.GetBytes(message.ToJsonString()), null).ToJson());
            }
        }
        Assert.Equal(5 * 4, found.Count);
        return found;
    }
}
