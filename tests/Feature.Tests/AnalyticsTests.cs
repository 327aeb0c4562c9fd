using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests;

/// <summary>What a creator reads of her series, beside a recount of what it was made from. Finds a number that was counted twice, or on another day, or for a link that had nothing to do with it.</summary>
public sealed class AnalyticsTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task What_is_shown_is_what_a_recount_gives_also_when_every_message_comes_again()
    {
        // At noon, so that no day turns while somebody clicks, buys and watches.
        var now = host.Clock.GetUtcNow();
        host.Clock.Advance(new DateTimeOffset(now.UtcDateTime.Date.AddDays(1).AddHours(12), TimeSpan.Zero) - now);
        var (creator, series, video) = await _shop.PublishedAsync();
        var codes = new Dictionary<string, string>();
        foreach (var (place, campaign) in new[] { ("video", null), ("profile", (string?)null), ("campaign", "spring") })
        {
            var body = new JsonObject { ["kind"] = "series", ["place"] = place, ["seriesId"] = series };
            if (campaign is not null)
                body["campaign"] = campaign;
            codes[place] = (await creator.PostAsync("/v1/creators/me/links", body)).Is(HttpStatusCode.Created).Text("linkCode");
        }
        var oper = await host.PersonAsync("operator", "operator");
        var dice = new Random(7);
        var clicks = 0;
        var (sales, refunds, views, seconds) = (0, 0, 0, 0L);
        var watchers = new HashSet<(string, DateOnly)>();
        for (var day = 0; day < 3; day++)
        {
            foreach (var (_, code) in codes)
            {
                for (var i = dice.Next(1, 4); i > 0; i--, clicks++)
                    (await host.Anonymous().GetAsync($"/l/{code}")).Is(HttpStatusCode.OK);
            }
            foreach (var code in new[] { codes["video"], codes["campaign"], null })
            {
                var viewer = await host.PersonAsync("viewer");
                var body = Shop.Return();
                if (code is not null)
                    body["linkCode"] = (await viewer.GetAsync($"/v1/links/{code}")).Is(HttpStatusCode.OK).Text("linkCode");
                clicks += code is null ? 0 : 1;
                var checkout = (await viewer.PostAsync($"/v1/series/{series}/checkout", body)).Is(HttpStatusCode.Created);
                await _shop.PayAsync(checkout);
                sales++;
                host.Clock.Advance(TimeSpan.FromMinutes(1));
                for (var i = 0; i < 2; i++)
                {
                    (await viewer.PostAsync("/v1/me/progress", Watched(series, video, i, 3))).Is(HttpStatusCode.OK);
                    seconds += 3;
                }
                views++;
                watchers.Add((viewer.Id, DateOnly.FromDateTime(host.Clock.GetUtcNow().UtcDateTime)));
                if (dice.Next(2) == 0)
                {
                    (await oper.PostAsync($"/v1/operator/purchases/pur{checkout.Text("checkoutId")[3..]}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
                    refunds++;
                }
            }
            // Her own watching is no audience.
            (await creator.PostAsync("/v1/me/progress", Watched(series, video, 0, 5))).Is(HttpStatusCode.OK);
            host.Clock.Advance(TimeSpan.FromDays(1));
            await host.DrainAsync();
        }
        await CheckAsync();

        // The queue delivers at least once: everything that was ever sent to the statistics comes again.
        var dispatcher = host.Services.GetRequiredService<EventDispatcher>();
        foreach (var message in Events(creator.Id))
            Assert.Equal(HandledAs.Done, (await dispatcher.DispatchAsync(Queues.Statistics, message, 1, CancellationToken.None)).As);
        await CheckAsync();

        async Task CheckAsync()
        {
            var seen = (await creator.GetAsync("/v1/creators/me/analytics")).Is(HttpStatusCode.OK);
            var total = seen.At("total")!;
            Assert.Equal((clicks, sales, refunds, views), (Number(total, "clicks"), Number(total, "sales"), Number(total, "refunds"), Number(total, "views")));
            Assert.Equal(seconds, Number(total, "watchSeconds"));
            Assert.Equal((sales * 999, refunds * 999), (Number(total["revenue"]![0]!, "amount"), refunds == 0 ? 0 : Number(total["refunded"]![0]!, "amount")));
            Assert.Equal(sales * 2 / 3 * 10_000 / clicks, Number(total, "conversionBasisPoints"));
            var days = seen.At("days")!.AsArray();
            Assert.Equal(28, days.Count);
            Assert.Equal(watchers.Count, days.Sum(day => Number(day!, "viewers")));
            Assert.Equal(3, days.Count(day => Number(day!, "viewers") == 3));
            foreach (var field in new[] { "clicks", "sales", "refunds", "views", "watchSeconds" })
                Assert.Equal(Number(total, field), days.Sum(day => Number(day!["numbers"]!, field)));
            Assert.Equal(["campaign:spring", "profile", "video"], seen.At("places")!.AsArray().Select(place => place!["place"]!.ToString()));
            Assert.Equal([3, 0, 3], seen.At("places")!.AsArray().Select(place => Number(place!["numbers"]!, "sales")));
            Assert.Equal(series, seen.Text("series.0.seriesId"));
            var one = (await creator.GetAsync($"/v1/creators/me/analytics?seriesId={series}")).Is(HttpStatusCode.OK);
            Assert.Equal(total.ToJsonString(), one.At("total")!.ToJsonString());
            Assert.Equal(watchers.Count, one.At("days")!.AsArray().Sum(day => Number(day!, "viewers")));
        }
    }

    [Theory]
    [InlineData(6.9, true)]
    [InlineData(7, false)]
    public async Task A_purchase_counts_for_a_link_for_seven_days(double days, bool counts)
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var code = (await creator.PostAsync("/v1/creators/me/links", new JsonObject { ["kind"] = "profile", ["place"] = "profile" })).Is(HttpStatusCode.Created).Text("linkCode");
        var linkCode = (await host.Anonymous().GetAsync($"/v1/links/{code}")).Text("linkCode");
        host.Clock.Advance(TimeSpan.FromDays(days));
        var viewer = await host.PersonAsync("viewer");
        var body = Shop.Return();
        body["linkCode"] = linkCode;
        await _shop.PayAsync((await viewer.PostAsync($"/v1/series/{series}/checkout", body)).Is(HttpStatusCode.Created));
        await host.DrainAsync();
        var seen = (await (await host.SignInAsync(creator.Id)).GetAsync("/v1/creators/me/analytics")).Is(HttpStatusCode.OK);
        Assert.Equal((1, counts ? 1 : 0), (Number(seen.At("total")!, "sales"), Number(seen.At("total")!, "linkSales")));
    }

    [Fact]
    public async Task A_dispute_counts_as_money_that_went_back_once_it_is_lost()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var oper = await host.PersonAsync("operator", "operator");
        foreach (var end in new[] { "win", "lose" })
        {
            var (_, checkout) = await _shop.BuyerAsync(series);
            var payment = (await oper.GetAsync($"/v1/operator/purchases/pur{checkout[3..]}")).Is(HttpStatusCode.OK).Text("paymentId");
            (await host.Anonymous().PostAsync($"/local/payments/{payment}/dispute")).Is(HttpStatusCode.OK);
            await host.DrainAsync();
            Assert.Equal(0, Number((await creator.GetAsync("/v1/creators/me/analytics")).At("total")!, "refunds"));
            (await host.Anonymous().PostAsync($"/local/payments/{payment}/{end}")).Is(HttpStatusCode.OK);
            await host.DrainAsync();
        }
        var total = (await creator.GetAsync("/v1/creators/me/analytics")).Is(HttpStatusCode.OK).At("total")!;
        Assert.Equal((2, 1, 2 * 999, 999), (Number(total, "sales"), Number(total, "refunds"), Number(total["revenue"]![0]!, "amount"), Number(total["refunded"]![0]!, "amount")));
    }

    [Fact]
    public async Task A_link_of_somebody_else_earns_nothing_and_nobody_reads_what_is_not_hers()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (other, _, _) = await _shop.PublishedAsync();
        var theirs = (await other.PostAsync("/v1/creators/me/links", new JsonObject { ["kind"] = "profile", ["place"] = "profile" })).Is(HttpStatusCode.Created).Text("linkCode");
        foreach (var code in new[] { theirs, "nothing", "nothing-99999999999999999999" })
        {
            var viewer = await host.PersonAsync("viewer");
            var body = Shop.Return();
            body["linkCode"] = code;
            await _shop.PayAsync((await viewer.PostAsync($"/v1/series/{series}/checkout", body)).Is(HttpStatusCode.Created));
        }
        await host.DrainAsync();
        Assert.Equal((3, 0), (Number((await creator.GetAsync("/v1/creators/me/analytics")).At("total")!, "sales"), Number((await creator.GetAsync("/v1/creators/me/analytics")).At("total")!, "linkSales")));
        Assert.Equal(0, Number((await other.GetAsync("/v1/creators/me/analytics")).At("total")!, "sales"));
        Assert.Empty((await other.GetAsync($"/v1/creators/me/analytics?seriesId={series}")).At("series")!.AsArray());
    }

    [Theory]
    [InlineData("from=2026-13-01", "bad-day")]
    [InlineData("from=yesterday", "bad-day")]
    [InlineData("to=0001-01-01", "bad-day")]
    [InlineData("from=2026-01-02&to=2026-01-02", "bad-range")]
    [InlineData("from=2026-01-02&to=2026-01-01", "bad-range")]
    [InlineData("from=2026-01-01&to=2026-04-04", "bad-range")]
    [InlineData("by=hour", "bad-by")]
    [InlineData("seriesId=a%20b", "bad-id")]
    public async Task A_range_that_is_none_is_refused(string query, string code) =>
        (await (await host.PersonAsync("creator")).GetAsync($"/v1/creators/me/analytics?{query}")).IsProblem(400, code);

    private JsonObject Watched(string series, string video, int from, int seconds) => new()
    {
        ["items"] = new JsonArray(new JsonObject
        {
            ["seriesId"] = series,
            ["videoId"] = video,
            ["positionMs"] = (from + seconds) * 1_000,
            ["at"] = host.Now(),
            ["played"] = new JsonArray(new JsonObject { ["fromMs"] = from * 1_000, ["toMs"] = (from + seconds) * 1_000 }),
        }),
    };

    private static int Number(JsonNode of, string field) => of[field]!.GetValue<int>();

    /// <summary>What the statistics were made from: sales and refunds as the books have them, clicks as they were noted, and whoever watched.</summary>
    private List<byte[]> Events(string creator)
    {
        var found = new List<byte[]>();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(host.Folder, "series.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        foreach (var (name, like, field) in new[] { ("clicks-counted", "clicks|%", "creatorId"), ("purchase-settled", "purchase|%", "creatorId"), ("series-watched", "progress|%", "") })
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT pk, body FROM documents WHERE id LIKE $like";
            command.Parameters.AddWithValue("$like", like);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var partition = reader.GetString(0);
                var body = JsonNode.Parse((byte[])reader[1])!;
                if (field.Length > 0 && body[field]!.ToString() != creator)
                    continue;
                JsonNode message = name switch
                {
                    "clicks-counted" => new JsonObject { ["noted"] = body },
                    "purchase-settled" => new JsonObject
                    {
                        ["purchaseId"] = body["id"]!.DeepClone(),
                        ["buyerId"] = body["buyerId"]!.DeepClone(),
                        ["seriesId"] = body["seriesId"]!.DeepClone(),
                        ["creatorId"] = creator,
                        ["paymentId"] = body["paymentId"]!.DeepClone(),
                        ["amount"] = body["amount"]!.DeepClone(),
                        ["fee"] = body["fee"]!.DeepClone(),
                        ["paidAt"] = body["paidAt"]!.DeepClone(),
                    },
                    _ => new JsonObject { ["viewerId"] = partition["viewer|".Length..], ["seriesId"] = body["seriesId"]!.DeepClone(), ["creatorId"] = creator },
                };
                if (name == "series-watched" && partition == "viewer|" + creator)
                    continue;
                found.Add(new Envelope($"evt_AGAIN{found.Count}", name, 1, host.Clock.GetUtcNow(), null, Encoding.UTF8.GetBytes(message.ToJsonString()), null).ToJson());
            }
        }
        Assert.True(found.Count > 10, $"only {found.Count} messages come again");
        return found;
    }
}
