using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Tiers to subscribe to: who may offer them, how many, at which price. Finds a fourth one, and one that says where else to buy.</summary>
public sealed class TierTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task A_creator_in_the_programme_offers_changes_orders_and_retires_her_tiers()
    {
        var creator = await _shop.SubscriptionCreatorAsync();
        var first = (await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Friends", 499), "first")).Is(HttpStatusCode.Created);
        Assert.Equal(first.Text("tierId"), (await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Friends", 499), "first")).Is(HttpStatusCode.Created).Text("tierId"));
        (await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier("friends", 599))).IsProblem(422, "validation-failed");
        await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Family", 999));
        var third = (await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Studio", 1_999))).Is(HttpStatusCode.Created);
        (await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Fourth", 99))).IsProblem(409, "too-many-tiers");

        var path = $"/v1/creators/{creator.Id}/tiers";
        var offered = (await host.Anonymous().GetAsync(path)).Is(HttpStatusCode.OK);
        Assert.Equal(["Friends", "Family", "Studio"], Names(offered));
        Assert.Equal("public, max-age=30", offered.Headers.CacheControl!.ToString().Replace("max-age=30, public", "public, max-age=30", StringComparison.Ordinal));

        var one = (await host.Anonymous().GetAsync($"{path}/{first.Text("tierId")}")).Is(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NotModified, (await host.Anonymous().GetAsync($"{path}/{first.Text("tierId")}", ("If-None-Match", one.ETag))).Status);
        var dearer = (await creator.PatchAsync($"/v1/creators/me/tiers/{first.Text("tierId")}", new JsonObject { ["price"] = Shop.Price(599), ["perks"] = new JsonArray("Early access") }, one.ETag)).Is(HttpStatusCode.OK);
        Assert.Equal(("599", "Friends", "Early access"), (dearer.Text("price.amount"), dearer.Text("name"), dearer.Text("perks.0")));
        (await creator.PatchAsync($"/v1/creators/me/tiers/{first.Text("tierId")}", new JsonObject { ["name"] = "Late" }, one.ETag)).IsProblem(412, "stale");

        var ids = offered.At("items")!.AsArray().Select(item => item!["tierId"]!.ToString()).Reverse().ToArray();
        var turned = (await creator.PutAsync("/v1/creators/me/tiers/order", Order(ids), dearer.ETag)).Is(HttpStatusCode.OK);
        Assert.Equal(["Studio", "Family", "Friends"], Names(turned));
        (await creator.PutAsync("/v1/creators/me/tiers/order", Order(ids[..2]), turned.ETag)).IsProblem(422, "validation-failed");

        (await creator.DeleteAsync($"/v1/creators/me/tiers/{third.Text("tierId")}", turned.ETag)).Is(HttpStatusCode.NoContent);
        Assert.Equal(["Family", "Friends"], Names(await host.Anonymous().GetAsync(path)));
        var mine = await creator.GetAsync("/v1/creators/me/tiers");
        Assert.Equal(["Family", "Friends", "Studio"], Names(mine));
        (await creator.PatchAsync($"/v1/creators/me/tiers/{third.Text("tierId")}", new JsonObject { ["name"] = "Again" }, mine.ETag)).IsProblem(409, "tier-retired");
        Assert.True((await host.Anonymous().GetAsync($"{path}/{third.Text("tierId")}")).At("retired")!.GetValue<bool>());
        // A place is free again.
        (await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Fourth", 99))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Two_requests_at_once_do_not_make_a_fourth_tier()
    {
        var creator = await _shop.SubscriptionCreatorAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier($"Tier {i}", 499))));
        Assert.Equal((3, 5), (replies.Count(reply => reply.Status == HttpStatusCode.Created), replies.Count(reply => reply.At("code")?.ToString() == "too-many-tiers")));
    }

    [Fact]
    public async Task Who_is_not_in_the_subscription_programme_offers_nothing()
    {
        var seriesOnly = await _shop.CreatorAsync();
        (await seriesOnly.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Friends", 499))).IsProblem(403, "subscription-programme-required");
        var small = await host.PersonAsync("small");
        var platform = await host.PersonAsync("platform", "platform");
        var profile = _shop.Profile();
        profile["followers"] = 999;
        (await platform.PutAsync($"/v1/platform/creators/{small.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        var refused = (await small.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "subscription" })).IsProblem(422, "not-eligible");
        Assert.Equal("followers", refused.Text("unmet.0.code"));
        (await small.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Friends", 499))).IsProblem(403, "subscription-programme-required");
    }

    [Theory]
    [InlineData("", 499, "", "name:blank")]
    [InlineData("Friends", 500, "", "price.amount:not-a-tier")]
    [InlineData("Friends", 499, "write to me at cleo@example.com", "perks[0]:email-address")]
    public async Task What_a_tier_says_and_costs_is_checked(string name, int price, string perk, string expected)
    {
        var creator = await _shop.SubscriptionCreatorAsync();
        var tier = Shop.NewTier(name, price);
        if (perk.Length > 0)
            tier["perks"] = new JsonArray(perk);
        var refused = (await creator.PostAsync("/v1/creators/me/tiers", tier)).IsProblem(422, "validation-failed");
        Assert.Contains(expected, refused.At("errors")!.AsArray().Select(error => $"{error!["field"]}:{error["code"]}"));
    }

    private static IEnumerable<string> Names(Reply reply) => reply.At("items")!.AsArray().Select(item => item!["name"]!.ToString());

    private static JsonObject Order(IEnumerable<string> ids) => new() { ["tierIds"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) };
}
