using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Changes of what somebody subscribes to, where another change, a dispute, a suspension or another price is in the way. Finds a difference that is too high, and one for which nothing is given.</summary>
public sealed class SubscriptionChangeTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    [Fact]
    public async Task A_dearer_tier_costs_the_difference_to_what_was_paid_whatever_was_to_come()
    {
        var (creator, friends, family, studio) = await OfferAsync();
        var (down, downMine) = await _shop.SubscriberAsync(creator, family);
        Assert.Equal(friends, (await TierAsync(down, downMine, friends)).Text("next.tierId"));
        Assert.Equal((studio, null), (await TierAsync(down, downMine, studio)) is var up ? (up.Text("tierId"), up.At("next")) : default);
        Assert.Equal(999, (await PaidAsync(down))[0]);
        Assert.InRange((await PaidAsync(down))[1], 495, 500);

        var (agreed, agreedMine) = await _shop.SubscriberAsync(creator, friends);
        await PriceAsync(creator, friends, 899);
        Assert.Equal("899", (await agreed.PostAsync($"{agreedMine}/price", Price(899))).Is(HttpStatusCode.OK).Text("next.price.amount"));
        Assert.Equal(studio, (await TierAsync(agreed, agreedMine, studio)).Text("tierId"));
        Assert.InRange((await PaidAsync(agreed))[1], 990, 1_000);

        var (back, backMine) = await _shop.SubscriberAsync(creator, family);
        await TierAsync(back, backMine, friends);
        Assert.Null((await TierAsync(back, backMine, family)).At("next"));
        Assert.Equal([999], await PaidAsync(back));
    }

    [Fact]
    public async Task A_suspended_creator_sells_no_dearer_tier_and_shows_none()
    {
        var (creator, friends, family, studio) = await OfferAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, family);
        var shown = (await host.Anonymous().GetAsync($"/v1/creators/{creator.Id}/tiers")).Is(HttpStatusCode.OK);
        Assert.Equal(3, shown.At("items")!.AsArray().Count);
        await _shop.SuspendAsync(creator);
        Assert.Empty((await host.Anonymous().GetAsync($"/v1/creators/{creator.Id}/tiers", ("If-None-Match", shown.ETag))).Is(HttpStatusCode.OK).At("items")!.AsArray());
        Assert.Equal(3, (await creator.GetAsync("/v1/creators/me/tiers")).At("items")!.AsArray().Count);

        (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = studio })).IsProblem(409, "not-for-sale");
        Assert.Equal(friends, (await TierAsync(viewer, mine, friends)).Text("next.tierId"));
        Assert.Null((await TierAsync(viewer, mine, family)).At("next"));
        Assert.Equal("cancelling", (await viewer.PostAsync($"{mine}/cancel")).Is(HttpStatusCode.OK).Text("state"));
        Assert.Equal("active", (await viewer.PostAsync($"{mine}/resume")).Is(HttpStatusCode.OK).Text("state"));
        Assert.Equal([999], await PaidAsync(viewer));
    }

    [Fact]
    public async Task While_a_bank_decides_no_dearer_tier_is_sold()
    {
        var (creator, friends, family, studio) = await OfferAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, family);
        var oper = await host.PersonAsync("operator", "operator");
        var payment = (await oper.GetAsync($"/v1/operator/purchases/{(await viewer.GetAsync("/v1/me/purchases")).Text("items.0.purchaseId")}")).Text("paymentId");
        await AtBankAsync(payment, "dispute");
        (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = studio })).IsProblem(409, "purchase-disputed");
        Assert.Equal(friends, (await TierAsync(viewer, mine, friends)).Text("next.tierId"));
        Assert.Equal([999], await PaidAsync(viewer));
        await AtBankAsync(payment, "win");
        Assert.Equal(studio, (await TierAsync(viewer, mine, studio)).Text("tierId"));
    }

    [Fact]
    public async Task A_new_price_is_that_of_the_tier_that_she_has()
    {
        var (creator, _, family, studio) = await OfferAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, studio);
        var down = await TierAsync(viewer, mine, family);
        Assert.Equal((family, null), (down.Text("next.tierId"), down.At("newPrice")));
        (await viewer.PostAsync($"{mine}/price", Price(1_499))).IsProblem(409, "price-not-changed");
        Assert.Equal(family, (await viewer.GetAsync(mine)).Text("next.tierId"));

        await PriceAsync(creator, studio, 1_999);
        var dearer = await viewer.GetAsync(mine);
        Assert.Equal((family, "1999"), (dearer.Text("next.tierId"), dearer.Text("newPrice.amount")));
        // Who agrees to the price stays in the tier.
        var stays = (await viewer.PostAsync($"{mine}/price", Price(1_999))).Is(HttpStatusCode.OK);
        Assert.Equal((studio, "1999", null), (stays.Text("next.tierId"), stays.Text("next.price.amount"), stays.At("newPrice")));
        await PriceAsync(creator, studio, 1_499);
        Assert.Equal("1499", (await viewer.GetAsync(mine)).Text("newPrice.amount"));
        Assert.Null((await viewer.PostAsync($"{mine}/price", Price(1_499))).Is(HttpStatusCode.OK).At("next"));
        Assert.Equal([1_499], await PaidAsync(viewer));
    }

    [Fact]
    public async Task A_tier_that_is_retired_is_another_representation_of_its_subscriptions()
    {
        var (creator, friends, _, _) = await OfferAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, friends);
        await PriceAsync(creator, friends, 899);
        var before = await viewer.GetAsync(mine);
        Assert.Equal("899", before.Text("newPrice.amount"));
        Assert.Equal(HttpStatusCode.NotModified, (await viewer.GetAsync(mine, ("If-None-Match", before.ETag))).Status);
        (await creator.DeleteAsync($"/v1/creators/me/tiers/{friends}", (await creator.GetAsync("/v1/creators/me/tiers")).ETag)).Is(HttpStatusCode.NoContent);
        Assert.Null((await viewer.GetAsync(mine, ("If-None-Match", before.ETag))).Is(HttpStatusCode.OK).At("newPrice"));
    }

    private static JsonObject Price(long amount) => new() { ["price"] = Shop.Price(amount) };

    /// <summary>Tiers at 4.99, 9.99 and 14.99.</summary>
    private async Task<(Person Creator, string Friends, string Family, string Studio)> OfferAsync()
    {
        var (creator, friends, family) = await _shop.TiersAsync();
        return (creator, friends, family, (await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Studio", 1_499))).Is(HttpStatusCode.Created).Text("tierId"));
    }

    private static async Task<Reply> TierAsync(Person viewer, string mine, string tier) => (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = tier })).Is(HttpStatusCode.OK);

    private static async Task PriceAsync(Person creator, string tier, long amount) =>
        (await creator.PatchAsync($"/v1/creators/me/tiers/{tier}", Price(amount), (await creator.GetAsync("/v1/creators/me/tiers")).ETag)).Is(HttpStatusCode.OK);

    /// <summary>What a viewer was charged: months before differences.</summary>
    private static async Task<IReadOnlyList<long>> PaidAsync(Person viewer) =>
        [.. (await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray().OrderBy(item => item!["paidAt"]!.ToString(), StringComparer.Ordinal).Select(item => item!["amount"]!["amount"]!.GetValue<long>())];

    private async Task AtBankAsync(string payment, string act)
    {
        (await host.Anonymous().PostAsync($"/local/payments/{payment}/{act}")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
    }
}
