using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>Subscriptions where two things meet: two pages that are both paid, an end and a change, a suspended creator, the last instant of access. Finds money that is kept for nothing, and access that outlives it.</summary>
public sealed class SubscriptionEdgeTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    private SimulatedProviderOptions Provider => host.Services.GetRequiredService<SimulatedProviderOptions>();

    [Fact]
    public async Task Of_two_pages_that_are_both_paid_one_is_given_back_in_full_and_ended_at_once()
    {
        var (creator, friends, family) = await _shop.TiersAsync();
        var viewer = await host.PersonAsync("viewer");
        var first = (await viewer.PostAsync(Path(creator, friends), Shop.Return())).Is(HttpStatusCode.Created);
        // The first page is paid, nobody is told, and its time is over while the provider answers nothing: so she is offered another one.
        Provider.DropPercent = 100;
        (await host.Anonymous().PostAsync(new Uri(first.Text("url")).AbsolutePath + "/pay")).Is(HttpStatusCode.OK);
        (Provider.DropPercent, Provider.Outage) = (0, true);
        host.Clock.Advance(TimeSpan.FromMinutes(31));
        await host.DrainAsync();
        // Asked in vain so often that the next time is a minute off.
        for (var wait = 2; wait <= 64; wait *= 2)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(wait));
            await host.DrainAsync();
        }
        Provider.Outage = false;
        var second = (await viewer.PostAsync(Path(creator, family), Shop.Return())).Is(HttpStatusCode.Created);
        await _shop.PayAsync(second);
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        await host.DrainAsync();

        var mine = (await viewer.GetAsync("/v1/me/subscriptions")).At("items")!.AsArray();
        Assert.Equal(
            [(second.Text("subscriptionId"), "active", null), (first.Text("subscriptionId"), "ended", "already-subscribed")],
            mine.Select(item => (item!["subscriptionId"]!.ToString(), item["state"]!.ToString(), item["endReason"]?.ToString())));
        // At the provider it has ended too, and nothing of the first payment is left.
        (await host.Anonymous().PostAsync($"/local/subscriptions/{AtProvider(first.Text("subscriptionId"))}/card-works")).IsProblem(409, "subscription-ended");
        Assert.Equal([999L], (await creator.GetAsync("/v1/creators/me/sales?limit=100")).At("items")!.AsArray().Select(sale => sale!["price"]!["amount"]!.GetValue<long>()));
        await MonthAsync();
        Assert.Equal(2, (await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray().Count);
    }

    [Fact]
    public async Task A_cheaper_tier_that_was_to_come_ends_with_the_subscription_and_comes_when_it_is_resumed()
    {
        var (creator, friends, family) = await _shop.TiersAsync();
        var (leaving, leavingMine) = await _shop.SubscriberAsync(creator, family);
        var (staying, stayingMine) = await _shop.SubscriberAsync(creator, family);
        foreach (var (viewer, mine) in new[] { (leaving, leavingMine), (staying, stayingMine) })
        {
            Assert.Equal(friends, (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = friends })).Is(HttpStatusCode.OK).Text("next.tierId"));
            Assert.Equal("cancelling", (await viewer.PostAsync($"{mine}/cancel")).Is(HttpStatusCode.OK).Text("state"));
        }
        (await staying.PostAsync($"{stayingMine}/resume")).Is(HttpStatusCode.OK);
        await MonthAsync();
        var ended = await leaving.GetAsync(leavingMine);
        Assert.Equal(("ended", "cancelled", family), (ended.Text("state"), ended.Text("endReason"), ended.Text("tierId")));
        Assert.Null(ended.At("next"));
        var renewed = await staying.GetAsync(stayingMine);
        Assert.Equal(("active", friends, "499"), (renewed.Text("state"), renewed.Text("tierId"), renewed.Text("price.amount")));
        Assert.Single((await leaving.GetAsync("/v1/me/purchases")).At("items")!.AsArray());
    }

    [Fact]
    public async Task A_suspended_creator_gets_no_new_subscribers_and_keeps_those_that_she_has()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, friends);
        await _shop.SuspendAsync(creator);
        (await (await host.PersonAsync("viewer")).PostAsync(Path(creator, friends), Shop.Return())).IsProblem(409, "not-for-sale");
        (await creator.PostAsync("/v1/creators/me/tiers", Shop.NewTier("Fans", 299))).IsProblem(403, "creator-suspended");
        await MonthAsync();
        Assert.Equal("active", (await viewer.GetAsync(mine)).Text("state"));
        Assert.Equal(2, (await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray().Count);
        Assert.Equal("cancelling", (await viewer.PostAsync($"{mine}/cancel")).Is(HttpStatusCode.OK).Text("state"));
    }

    [Fact]
    public async Task A_subscriber_likes_until_the_instant_in_which_her_access_ends()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var video = await _shop.ReadyVideoAsync(creator);
        var path = $"/v1/series/{await _shop.ExclusiveAsync(creator, video, friends)}/videos/{video}";
        var (viewer, mine) = await _shop.SubscriberAsync(creator, friends);
        var until = DateTimeOffset.Parse((await viewer.PostAsync($"{mine}/cancel")).Is(HttpStatusCode.OK).Text("accessUntil"), null);
        host.Clock.Advance(until - host.Clock.GetUtcNow() - TimeSpan.FromMinutes(1));
        (await viewer.PostAsync(path + "/like")).Is(HttpStatusCode.NoContent);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        // By the clock: nobody has told us of anything.
        (await viewer.PostAsync(path + "/like")).IsProblem(404, "not-found");
        (await viewer.PostAsync(path + "/comments", new JsonObject { ["text"] = "Still here" })).IsProblem(404, "not-found");
    }

    private static string Path(Person creator, string tier) => $"/v1/creators/{creator.Id}/tiers/{tier}/subscribe";

    private static string AtProvider(string subscriptionId) => $"sub_sim_{subscriptionId[(subscriptionId.LastIndexOf('_') + 1)..]}";

    private async Task MonthAsync()
    {
        host.Clock.Advance(host.Clock.GetUtcNow().AddMonths(1) - host.Clock.GetUtcNow() + TimeSpan.FromHours(4));
        await host.DrainAsync();
    }
}
