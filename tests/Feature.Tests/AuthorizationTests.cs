using System.Collections;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using SeriesFunctions.Http.Conventions;

namespace Feature.Tests;

/// <summary>
/// Every route for everybody, from the list of routes and the table in authorization.txt. Finds a route that lets somebody in whom nobody meant, and a route that nobody thought about.
/// </summary>
public sealed class AuthorizationTests : IAsyncLifetime
{
    private static readonly string[] Callers = ["anonymous", "other", "buyer", "owner", "moderator", "operator", "platform", "suspended"];

    private readonly RunningHost _host = new();
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.StartAsync("--Notifications:AllowLocalEndpoints=true");
        _receiver = await Receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Every_route_lets_in_whom_the_table_says()
    {
        var table = File.ReadAllLines(Repository.File("tests/Feature.Tests/authorization.txt")).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(row => row[0], row => row[1..]);
        var wrong = new List<string>();
        World? world = null;
        var office = await OfficeAsync();
        foreach (var route in _host.Routes)
        {
            world ??= await World.BuildAsync(_host, office);
            var current = world;
            var answers = new Dictionary<string, string>();
            // Those who may change something come last.
            foreach (var caller in Callers.OrderBy(caller => caller is "owner"))
            {
                var reply = await AskAsync(route, current, caller);
                answers[caller] = (int)reply.Status is 401 or 403 or 404 ? ((int)reply.Status).ToString(CultureInfo.InvariantCulture) : "yes";
                // What a request changed would change the next route's answers.
                if (route.Method != "GET" && (int)reply.Status < 300)
                    world = null;
            }
            var actual = Callers.Select(caller => answers[caller]).ToList();
            var row = $"{route.Name,-24} {string.Join(' ', actual.Select(cell => cell.PadRight(9))).TrimEnd()}";
            if (!table.Remove(route.Name, out var expected))
                wrong.Add($"{route.Name} has no row in tests/Feature.Tests/authorization.txt. It answers as follows; if that is what you mean, add it:\n{row}");
            else if (!expected.SequenceEqual(actual))
                wrong.Add($"{route.Name} answers\n{row}\nand the table says\n{new string(' ', 25)}{string.Join(' ', expected.Select(cell => cell.PadRight(9)))}");
        }
        wrong.AddRange(table.Keys.Select(name => $"{name} has a row, and there is no such route any more."));
        Assert.True(wrong.Count == 0, $"{new string(' ', 25)}{string.Join(' ', Callers.Select(cell => cell.PadRight(9)))}\n{string.Join('\n', wrong)}");
    }

    /// <summary>What operators and the platform have to do with, once for all worlds.</summary>
    private async Task<Dictionary<string, string>> OfficeAsync()
    {
        var shop = new Shop(_host);
        var platform = await _host.PersonAsync("platform", "platform");
        var url = new Uri(_receiver.Url, "/hooks").ToString();
        var endpoint = (await platform.PostAsync("/v1/platform/webhooks", new JsonObject { ["url"] = url })).Is(HttpStatusCode.Created).Text("endpointId");
        var (creator, series, _) = await shop.PublishedAsync();
        var (_, checkout) = await shop.BuyerAsync(series);
        var oper = await _host.PersonAsync("operator", "operator");
        var account = $"/v1/operator/creators/{creator.Id}/payout-account";
        (await oper.PutAsync(account, new JsonObject { ["account"] = "acct_" + creator.Id }, (await oper.GetAsync(account)).ETag)).Is(HttpStatusCode.OK);
        var payout = (await oper.PostAsync("/v1/operator/payouts", new JsonObject { ["creatorId"] = creator.Id, ["reason"] = "early" })).Is(HttpStatusCode.Accepted).Text("payoutId");
        var replay = (await oper.PostAsync("/v1/operator/replays", new JsonObject { ["objectId"] = "pi_sim_" + checkout[4..] })).Is(HttpStatusCode.Accepted).Text("replayId");
        var day = _host.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (await oper.PostAsync("/v1/operator/reconciliations", new JsonObject { ["day"] = day })).Is(HttpStatusCode.Accepted);
        var moderator = await _host.PersonAsync("moderator", "moderator");
        var hash = new string('a', 64);
        (await moderator.PostAsync("/v1/moderation/known-bad-files", new JsonObject { ["sha256"] = hash, ["reason"] = "known" })).Is(HttpStatusCode.Created);
        await _host.DrainAsync();
        return new()
        {
            ["sha256"] = hash,
            ["url"] = url,
            ["endpointId"] = endpoint,
            ["deliveryId"] = (await platform.GetAsync($"/v1/platform/webhooks/{endpoint}/deliveries")).Text("items.0.deliveryId"),
            ["payoutId"] = payout,
            ["replayId"] = replay,
            ["day"] = day,
        };
    }

    private static async Task<Reply> AskAsync(ApiRoute route, World world, string caller)
    {
        var ids = caller == "suspended" ? world.SuspendedIds : world.Ids;
        var path = "/" + string.Join('/', route.Pattern.Split('/').Select(part => part.StartsWith('{') ? ids.GetValueOrDefault(part.Trim('{', '}'), "nothing-1") : part));
        var headers = new List<(string, string)>();
        if (route.Keyed)
            headers.Add(("Idempotency-Key", Guid.NewGuid().ToString("N")));
        // An old one: whoever gets as far as having it compared was let in, and nothing is changed.
        if (route.Conditional)
            headers.Add(("If-Match", "\"0\""));
        var body = route.Request is null ? route.RawBody ? "{}" : null : Sample(route.Request, ids)!.ToJsonString();
        var reply = await world.People[caller].SendAsync(route.Method, path, body, [.. headers]);
        if (reply.Status is HttpStatusCode.BadRequest && route.Request is not null)
            Assert.Fail($"{route.Name}: the sample body is not readable, so nobody knows whether {caller} is let in: {body} {reply.Body?.ToJsonString()}");
        Assert.True((int)reply.Status < 500, $"{route.Name} by {caller}: {(int)reply.Status}");
        return reply;
    }

    /// <summary>A body of the right shape, made from the request record: what has no default gets a value, and so do ids of the world. Whether a rule then refuses it doesn't matter here.</summary>
    private static JsonNode? Sample(Type type, IReadOnlyDictionary<string, string> ids, string name = "")
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return ids.GetValueOrDefault(name) ?? (name.EndsWith("url", StringComparison.OrdinalIgnoreCase) ? "https://app.example.com/" : name == "currency" ? "USD" : name == "country" ? "US" : "text");
        if (type == typeof(bool))
            return true;
        if (type == typeof(int) || type == typeof(long) || type == typeof(double))
            return 20;
        if (type.IsEnum)
            return JsonNamingPolicy.CamelCase.ConvertName(Enum.GetNames(type)[0]);
        if (type == typeof(DateTimeOffset))
            return "2030-01-01T00:00:00Z";
        if (type == typeof(DateOnly))
            return "1994-05-17";
        if (type.IsValueType && type.GetProperties() is [{ Name: "Value" }])
            return ids.GetValueOrDefault(name, "nothing-1");
        if (type.IsAssignableTo(typeof(IDictionary)) || type.IsGenericType && type.GetGenericTypeDefinition().Name.Contains("Dictionary", StringComparison.Ordinal))
            return new JsonObject();
        if (type.IsAssignableTo(typeof(IEnumerable)))
            return new JsonArray();
        var sample = new JsonObject();
        foreach (var parameter in type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First().GetParameters())
        {
            var field = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
            if (parameter.HasDefaultValue && !ids.ContainsKey(field))
                continue;
            sample[field] = Sample(parameter.ParameterType, ids, field);
        }
        return sample;
    }

    /// <summary>A series on sale with all that belongs to it, everybody who may have to do with it, and another of a creator who is suspended.</summary>
    private sealed record World(IReadOnlyDictionary<string, Person> People, IReadOnlyDictionary<string, string> Ids, IReadOnlyDictionary<string, string> SuspendedIds)
    {
        public static async Task<World> BuildAsync(RunningHost host, IReadOnlyDictionary<string, string> office)
        {
            var shop = new Shop(host);
            var other = await host.PersonAsync("other");
            var (owner, ids, buyer) = await ShopAsync(host, shop, other);
            var (suspended, suspendedIds, _) = await ShopAsync(host, shop, other);
            await shop.SuspendAsync(suspended);
            foreach (var (name, id) in office)
                ids[name] = suspendedIds[name] = id;
            return new(
                new Dictionary<string, Person>
                {
                    ["anonymous"] = host.Anonymous(),
                    ["other"] = other,
                    ["buyer"] = buyer,
                    ["owner"] = owner,
                    ["moderator"] = await host.PersonAsync("moderator", "moderator"),
                    ["operator"] = await host.PersonAsync("operator", "operator"),
                    ["platform"] = await host.PersonAsync("platform", "platform"),
                    ["suspended"] = suspended,
                },
                ids, suspendedIds);
        }

        /// <summary>What stands for each path parameter and each id in a body, by name. A new name goes here; one that is missing stands for something that doesn't exist.</summary>
        private static async Task<(Person Creator, Dictionary<string, string> Ids, Person Buyer)> ShopAsync(RunningHost host, Shop shop, Person receiver)
        {
            var creator = await shop.SubscriptionCreatorAsync();
            var tier = (await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Friends", 499))).Is(HttpStatusCode.Created).Text("tierId");
            var (series, video) = await shop.CompleteDraftAsync(creator);
            (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
            await host.DrainAsync();
            var caseId = await shop.CaseOfAsync(series);
            await shop.DecideAsync(series);
            var (buyer, checkout) = await shop.BuyerAsync(series);
            // Given by the buyer to somebody who has to do with the shop in no other way.
            var giving = Shop.Return();
            giving["receiverId"] = receiver.Id;
            var gift = (await buyer.PostAsync($"/v1/series/{series}/gifts", giving)).Is(HttpStatusCode.Created);
            await shop.PayAsync(gift);
            var subscribed = (await buyer.PostAsync($"/v1/creators/{creator.Id}/tiers/{tier}/subscribe", Shop.Return())).Is(HttpStatusCode.Created);
            await shop.PayAsync(subscribed);
            var code = (await creator.PostAsync($"/v1/series/{series}/codes", new JsonObject { ["code"] = "CLAY" + buyer.Id.Split('-')[1], ["percentOff"] = 10 })).Is(HttpStatusCode.Created).Text("code");
            var comment = (await buyer.PostAsync($"/v1/series/{series}/videos/{video}/comments", new JsonObject { ["text"] = "Lovely." })).Is(HttpStatusCode.Created).Text("commentId");
            var link = (await creator.PostAsync("/v1/creators/me/links", new JsonObject { ["kind"] = "profile", ["place"] = "profile" })).Is(HttpStatusCode.Created).Text("linkCode");
            var discount = await shop.DiscountAsync(creator, series, 20, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
            var exclusive = await shop.ExclusiveAsync(creator, video, tier);
            return (creator, new()
            {
                ["creatorId"] = creator.Id,
                ["seriesId"] = series,
                ["videoId"] = video,
                ["discountId"] = discount["discountId"]!.ToString(),
                ["checkoutId"] = checkout,
                ["commentId"] = comment,
                ["linkCode"] = link,
                ["purchaseId"] = "pur" + checkout[3..],
                ["caseId"] = caseId,
                ["giftId"] = gift.Text("giftId"),
                ["code"] = code,
                ["viewerId"] = buyer.Id,
                ["tierId"] = tier,
                ["exclusiveId"] = exclusive,
                ["subscriptionId"] = subscribed.Text("subscriptionId"),
            }, buyer);
        }
    }
}
