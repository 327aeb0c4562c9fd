using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Somebody is forgotten to whom somebody else is bound: by a subscription, or a gift. Finds a subscriber or a receiver who loses what was paid for, and one who is still charged.</summary>
public sealed class ErasureOfOneOfTwoTests : IAsyncLifetime
{
    private readonly RunningHost _host = new();
    private Shop _shop = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        _shop = new(_host);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_subscription_of_hers_is_ended_at_the_provider_and_nothing_is_charged_any_more()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var (viewer, _) = await _shop.SubscriberAsync(creator, friends);
        await _host.EraseAsync(viewer);
        Assert.Empty((await viewer.GetAsync("/v1/me/subscriptions")).At("items")!.AsArray());
        for (var week = 0; week < 6; week++)
        {
            _host.Clock.Advance(TimeSpan.FromDays(7));
            await _host.DrainAsync();
        }
        Assert.Single((await creator.GetAsync("/v1/creators/me/sales")).At("items")!.AsArray());
        (await viewer.GetAsync($"/v1/creators/{creator.Id}/exclusives")).IsProblem(403, "subscription-required");
        (await viewer.PostAsync($"/v1/creators/{creator.Id}/tiers/{friends}/subscribe", Shop.Return())).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Who_has_paid_a_creator_for_a_month_has_it_and_then_she_can_go()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, friends);
        await _host.PayOutAsync(creator);
        Assert.Equal(["has-subscribers"], (await _host.AskToEraseAsync(creator)).Blockers());
        Assert.Equal("cancelling", (await viewer.GetAsync(mine)).Text("state"));
        (await viewer.GetAsync($"/v1/creators/{creator.Id}/exclusives")).Is(HttpStatusCode.OK);
        (await (await _host.PersonAsync("late")).PostAsync($"/v1/creators/{creator.Id}/tiers/{friends}/subscribe", Shop.Return())).IsProblem(409, "tier-retired");

        for (var week = 0; week < 5; week++)
        {
            _host.Clock.Advance(TimeSpan.FromDays(7));
            await _host.DrainAsync();
        }
        Assert.Equal("ended", (await viewer.GetAsync(mine)).Text("state"));
        await _host.EraseAsync(creator);
        Assert.Empty((await _host.Anonymous().GetAsync($"/v1/creators/{creator.Id}/tiers")).At("items")!.AsArray());
        await _host.BooksAreEvenAsync(creator);
    }

    [Fact]
    public async Task Who_subscribes_to_a_creator_who_asked_to_go_can_t_go_on_with_it()
    {
        var (creator, friends, family) = await _shop.TiersAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, friends);
        var (left, leftMine) = await _shop.SubscriberAsync(creator, family);
        (await left.PostAsync($"{leftMine}/cancel")).Is(HttpStatusCode.OK);
        await _host.PayOutAsync(creator);
        Assert.Equal(["has-subscribers"], (await _host.AskToEraseAsync(creator)).Blockers());
        foreach (var (person, subscription) in new[] { (viewer, mine), (left, leftMine) })
        {
            (await person.PostAsync($"{subscription}/resume")).IsProblem(409, "not-for-sale");
            Assert.Equal("cancelling", (await person.PostAsync($"{subscription}/cancel")).Is(HttpStatusCode.OK).Text("state"));
        }
        for (var week = 0; week < 5; week++)
        {
            _host.Clock.Advance(TimeSpan.FromDays(7));
            await _host.DrainAsync();
        }
        Assert.Equal(("ended", "ended"), ((await viewer.GetAsync(mine)).Text("state"), (await left.GetAsync(leftMine)).Text("state")));
        Assert.Equal(2, (await creator.GetAsync("/v1/creators/me/sales")).At("items")!.AsArray().Count);
    }

    [Fact]
    public async Task A_token_that_is_still_valid_finds_neither_a_subscription_nor_a_checkout_of_before()
    {
        var (creator, friends, _) = await _shop.TiersAsync();
        var (viewer, mine) = await _shop.SubscriberAsync(creator, friends);
        var (_, series, _) = await _shop.PublishedAsync();
        var receiver = await _host.PersonAsync("receiver");
        var body = Shop.Return();
        body["receiverId"] = receiver.Id;
        var checkout = (await viewer.PostAsync($"/v1/series/{series}/gifts", body)).Is(HttpStatusCode.Created);
        await _shop.PayAsync(checkout);
        (await receiver.PostAsync($"/v1/me/gifts/{(await receiver.GetAsync("/v1/me/gifts")).Text("items.0.giftId")}/accept")).Is(HttpStatusCode.OK);
        await _host.DrainAsync();
        var seen = $"/v1/checkouts/{checkout.Text("checkoutId")}";
        Assert.Equal(receiver.Id, (await viewer.GetAsync(seen)).Is(HttpStatusCode.OK).Text("giftTo"));

        await _host.EraseAsync(viewer);
        (await viewer.GetAsync(mine)).IsProblem(404, "not-found");
        (await viewer.PostAsync($"{mine}/portal", new JsonObject { ["returnUrl"] = "https://app.example.com/back" })).IsProblem(404, "not-found");
        foreach (var act in new[] { "cancel", "resume" })
            (await viewer.PostAsync($"{mine}/{act}")).IsProblem(404, "not-found");
        (await viewer.GetAsync(seen)).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_gift_stays_its_receivers_without_its_givers_name_and_one_that_waits_goes_back()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var (giver, receiver, waiting) = (await _host.PersonAsync("giver"), await _host.PersonAsync("receiver"), await _host.PersonAsync("waiting"));
        var oper = await _host.PersonAsync("operator", "operator");
        async Task<string> GiveAsync(Person to)
        {
            var body = Shop.Return();
            body["receiverId"] = to.Id;
            var checkout = (await giver.PostAsync($"/v1/series/{series}/gifts", body)).Is(HttpStatusCode.Created);
            await _shop.PayAsync(checkout);
            return "pur" + checkout.Text("checkoutId")[3..];
        }
        var accepted = await GiveAsync(receiver);
        var offered = await GiveAsync(waiting);
        (await receiver.PostAsync($"/v1/me/gifts/{(await receiver.GetAsync("/v1/me/gifts")).Text("items.0.giftId")}/accept")).Is(HttpStatusCode.OK);
        await _host.DrainAsync();

        // The one for whom it waits goes first: it is declined, and the money goes back.
        await _host.EraseAsync(waiting);
        Assert.Equal("refunded", (await oper.GetAsync($"/v1/operator/purchases/{offered}")).Text("state"));
        Assert.DoesNotContain(_host.Documents(), document => document.Partition == $"viewer|{giver.Id}" && document.Body.Contains(waiting.Id, StringComparison.Ordinal));

        await _host.EraseAsync(giver);
        Assert.Null((await receiver.GetAsync("/v1/me/gifts")).Is(HttpStatusCode.OK).At("items.0.from"));
        (await receiver.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain(_host.Documents(), document => document.Partition == $"viewer|{receiver.Id}" && document.Body.Contains(giver.Id, StringComparison.Ordinal));
        // Whoever gave it gets it back after all: then the gift is over.
        (await oper.PostAsync($"/v1/operator/purchases/{accepted}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        (await receiver.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(403, "purchase-required");
    }

    [Fact]
    public async Task A_receiver_who_is_forgotten_gets_nothing_back_whatever_becomes_of_the_payment()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (giver, receiver) = (await _host.PersonAsync("giver"), await _host.PersonAsync("receiver"));
        var body = Shop.Return();
        body["receiverId"] = receiver.Id;
        var checkout = (await giver.PostAsync($"/v1/series/{series}/gifts", body)).Is(HttpStatusCode.Created);
        await _shop.PayAsync(checkout);
        (await receiver.PostAsync($"/v1/me/gifts/{(await receiver.GetAsync("/v1/me/gifts")).Text("items.0.giftId")}/accept")).Is(HttpStatusCode.OK);
        await _host.DrainAsync();
        await _host.EraseAsync(receiver);
        Assert.Null((await giver.GetAsync("/v1/me/purchases")).Is(HttpStatusCode.OK).At("items.0.gift.to"));
        // What she watched nobody knows any more, so it can't be given back for not having been watched.
        var purchase = $"/v1/me/purchases/{(await giver.GetAsync("/v1/me/purchases")).Text("items.0.purchaseId")}";
        (await giver.PostAsync($"{purchase}/refund")).IsProblem(422, "watched-too-much");
        foreach (var step in new[] { "dispute", "win" })
        {
            (await _host.Anonymous().PostAsync($"/local/payments/pi_sim_{checkout.Text("checkoutId")[4..]}/{step}")).Is(HttpStatusCode.OK);
            await _host.DrainAsync();
        }
        Assert.Empty((await receiver.GetAsync("/v1/me/library")).At("items")!.AsArray());
        Assert.Empty((await receiver.GetAsync("/v1/me/gifts")).At("items")!.AsArray());
        await _host.BooksAreEvenAsync(creator);
    }
}
