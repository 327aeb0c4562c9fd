using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;

namespace Feature.Tests;

/// <summary>Gifts over HTTP. Finds one that gives access to the wrong person, or money that is kept for something that nobody has.</summary>
public sealed class GiftTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    private static Task<Reply> GiveAsync(Person buyer, string series, string receiver, string? key = null)
    {
        var body = Shop.Return();
        body["receiverId"] = receiver;
        return buyer.PostAsync($"/v1/series/{series}/gifts", body, key);
    }

    /// <summary>A paid gift that waits for its receiver.</summary>
    private async Task<(Person Buyer, Person Receiver, string GiftId, string PaymentId)> GivenAsync(string series)
    {
        var buyer = await host.PersonAsync("buyer");
        var receiver = await host.PersonAsync("receiver");
        var checkout = (await GiveAsync(buyer, series, receiver.Id)).Is(HttpStatusCode.Created);
        await _shop.PayAsync(checkout);
        return (buyer, receiver, checkout.Text("giftId"), "pi_sim_" + checkout.Text("checkoutId")[4..]);
    }

    private static async Task<(string State, string Refunded, string Gift)> PurchaseAsync(Person buyer)
    {
        var purchases = (await buyer.GetAsync("/v1/me/purchases")).Is(HttpStatusCode.OK);
        return (purchases.Text("items.0.state"), purchases.Text("items.0.refunded.amount"), purchases.Text("items.0.gift.state"));
    }

    [Fact]
    public async Task A_gift_is_watched_by_its_receiver_once_she_accepts_and_by_nobody_before()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var (buyer, receiver, gift, _) = await GivenAsync(series);
        var playback = $"/v1/series/{series}/videos/{video}/playback";
        (await buyer.GetAsync(playback)).IsProblem(403, "purchase-required");
        (await receiver.GetAsync(playback)).IsProblem(403, "purchase-required");
        var waiting = (await receiver.GetAsync("/v1/me/gifts")).Is(HttpStatusCode.OK);
        Assert.Equal((gift, "offered", buyer.Id, series), (waiting.Text("items.0.giftId"), waiting.Text("items.0.state"), waiting.Text("items.0.from"), waiting.Text("items.0.seriesId")));
        (await buyer.PostAsync($"/v1/me/gifts/{gift}/accept")).IsProblem(404, "not-found");

        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => receiver.PostAsync($"/v1/me/gifts/{gift}/accept")));
        Assert.All(replies, reply => Assert.Equal("accepted", reply.Is(HttpStatusCode.OK).Text("state")));
        await host.DrainAsync();
        (await receiver.GetAsync(playback)).Is(HttpStatusCode.OK);
        (await buyer.GetAsync(playback)).IsProblem(403, "purchase-required");
        Assert.Equal("gift", (await receiver.GetAsync("/v1/me/library")).Text("items.0.causes.0"));
        Assert.Equal(("paid", "0", "accepted"), await PurchaseAsync(buyer));
        (await receiver.PostAsync($"/v1/me/gifts/{gift}/decline")).IsProblem(409, "gift-closed");
        Assert.Empty((await receiver.GetAsync("/v1/me/purchases")).At("items")!.AsArray());
    }

    [Fact]
    public async Task A_declined_gift_and_one_that_nobody_answers_go_back_to_the_buyer()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (buyer, receiver, gift, _) = await GivenAsync(series);
        Assert.Equal("declined", (await receiver.PostAsync($"/v1/me/gifts/{gift}/decline")).Is(HttpStatusCode.OK).Text("state"));
        (await receiver.PostAsync($"/v1/me/gifts/{gift}/decline")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        Assert.Equal(("refunded", "999", "declined"), await PurchaseAsync(buyer));

        var (patient, silent, waiting, _) = await GivenAsync(series);
        host.Clock.Advance(TimeSpan.FromDays(30));
        (patient, silent) = (await host.SignInAsync(patient.Id), await host.SignInAsync(silent.Id));
        (await silent.PostAsync($"/v1/me/gifts/{waiting}/accept")).IsProblem(409, "gift-closed");
        await host.DrainAsync();
        Assert.Equal("expired", (await silent.GetAsync($"/v1/me/gifts/{waiting}")).Text("state"));
        Assert.Equal(("refunded", "999", "expired"), await PurchaseAsync(patient));
        Assert.Equal("true", (await (await host.PersonAsync("operator", "operator")).GetAsync($"/v1/operator/ledger/{creator.Id}")).Text("balances"));
    }

    [Fact]
    public async Task One_gift_of_a_series_waits_for_a_receiver_at_a_time_and_who_has_it_is_given_none()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var buyer = await host.PersonAsync("buyer");
        (await GiveAsync(buyer, series, buyer.Id)).IsProblem(409, "gift-to-self");
        (await GiveAsync(buyer, series, creator.Id)).IsProblem(409, "receiver-owns-it");
        (await GiveAsync(buyer, series, "not an id")).IsProblem(422, "validation-failed");
        var (owner, _) = await _shop.BuyerAsync(series);
        (await GiveAsync(buyer, series, owner.Id)).IsProblem(409, "receiver-owns-it");

        // Two buyers have a page open for the same receiver, and both pay.
        var receiver = await host.PersonAsync("receiver");
        var other = await host.PersonAsync("buyer");
        var first = (await GiveAsync(buyer, series, receiver.Id)).Is(HttpStatusCode.Created);
        Assert.Equal(first.Text("checkoutId"), (await GiveAsync(buyer, series, receiver.Id)).Is(HttpStatusCode.OK).Text("checkoutId"));
        var second = (await GiveAsync(other, series, receiver.Id)).Is(HttpStatusCode.Created);
        await _shop.PayAsync(first);
        await _shop.PayAsync(second);
        Assert.Equal(("paid", "0", "offered"), await PurchaseAsync(buyer));
        Assert.Equal(("refunded", "999", "returned"), await PurchaseAsync(other));
        (await GiveAsync(other, series, receiver.Id)).IsProblem(409, "gift-waiting");

        // She buys it herself; the gift can't be accepted any more and goes back when it is declined.
        var own = await Shop.CheckoutAsync(receiver, series);
        await _shop.PayAsync(own);
        (await receiver.PostAsync($"/v1/me/gifts/{first.Text("giftId")}/accept")).IsProblem(409, "already-owned");
        (await receiver.PostAsync($"/v1/me/gifts/{first.Text("giftId")}/decline")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        Assert.Equal(("refunded", "999", "declined"), await PurchaseAsync(buyer));
    }

    [Fact]
    public async Task Refund_and_dispute_follow_the_buyer()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var playback = $"/v1/series/{series}/videos/{video}/playback";
        var @operator = await host.PersonAsync("operator", "operator");
        var (buyer, receiver, gift, payment) = await GivenAsync(series);
        (await host.Anonymous().PostAsync($"/local/payments/{payment}/dispute")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await receiver.PostAsync($"/v1/me/gifts/{gift}/accept")).IsProblem(409, "gift-on-hold");
        (await host.Anonymous().PostAsync($"/local/payments/{payment}/win")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await receiver.PostAsync($"/v1/me/gifts/{gift}/accept")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await receiver.GetAsync(playback)).Is(HttpStatusCode.OK);
        var purchase = (await buyer.GetAsync("/v1/me/purchases")).Text("items.0.purchaseId");
        (await @operator.PostAsync($"/v1/operator/purchases/{purchase}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        (await receiver.GetAsync(playback)).IsProblem(403, "purchase-required");

        var (payer, watcher, second, secondPayment) = await GivenAsync(series);
        (await watcher.PostAsync($"/v1/me/gifts/{second}/accept")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await host.Anonymous().PostAsync($"/local/payments/{secondPayment}/dispute")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await watcher.GetAsync(playback)).IsProblem(403, "purchase-required");
        (await host.Anonymous().PostAsync($"/local/payments/{secondPayment}/lose")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await watcher.GetAsync(playback)).IsProblem(403, "purchase-required");
        Assert.Equal("chargedBack", (await payer.GetAsync("/v1/me/purchases")).Text("items.0.state"));

        // Refunded before the answer: there is nothing to accept any more.
        var (_, late, third, thirdPayment) = await GivenAsync(series);
        (await @operator.PostAsync($"/v1/operator/purchases/pur{thirdPayment["pi_sim".Length..]}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal("withdrawn", (await late.GetAsync($"/v1/me/gifts/{third}")).Text("state"));
        (await late.PostAsync($"/v1/me/gifts/{third}/accept")).IsProblem(409, "gift-closed");
    }
}
