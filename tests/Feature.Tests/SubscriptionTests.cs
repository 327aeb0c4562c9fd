using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Local.Hosting;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>Subscriptions from the page to the end, against a provider that renews by the clock, fails, repeats, loses and shuffles its events. Finds a month that is paid twice or not booked, and access that the table does not give.</summary>
public sealed class SubscriptionTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    private SimulatedProviderOptions Provider => host.Services.GetRequiredService<SimulatedProviderOptions>();

    [Fact]
    public void The_document_of_the_states_is_drawn_from_the_table()
    {
        var document = File.ReadAllText(Repository.File("docs/subscriptions.md"));
        Assert.True(StateTable.Subscription.Redraw(document) == document, "docs/subscriptions.md is stale: dotnet run --project src/SeriesFunctions.Local -- subscription-states docs/subscriptions.md");
    }

    [Fact]
    public async Task A_viewer_subscribes_is_charged_each_month_and_keeps_her_price()
    {
        var (creator, friends, _) = await OfferAsync();
        var viewer = await host.PersonAsync("viewer");
        var path = Path(creator, friends);
        var opened = (await viewer.PostAsync(path, Shop.Return(), "once")).Is(HttpStatusCode.Created);
        Assert.Equal(("incomplete", "499"), (opened.Text("state"), opened.Text("price.amount")));
        Assert.Equal(opened.Text("subscriptionId"), (await viewer.PostAsync(path, Shop.Return(), "once")).Is(HttpStatusCode.Created).Text("subscriptionId"));
        Assert.Equal(opened.Text("url"), (await viewer.PostAsync(path, Shop.Return())).Is(HttpStatusCode.OK).Text("url"));
        (await viewer.PostAsync($"{Mine(opened)}/cancel")).IsProblem(409, "not-paid");
        await _shop.PayAsync(opened);

        var first = (await viewer.GetAsync(Mine(opened))).Is(HttpStatusCode.OK);
        Assert.Equal("active", first.Text("state"));
        Assert.Null(first.At("url"));
        (await viewer.PostAsync(path, Shop.Return())).IsProblem(409, "already-subscribed");
        var tier = await creator.GetAsync("/v1/creators/me/tiers");
        (await creator.PatchAsync($"/v1/creators/me/tiers/{friends}", new JsonObject { ["price"] = Shop.Price(899) }, tier.ETag)).Is(HttpStatusCode.OK);

        for (var month = 1; month <= 3; month++)
            await MonthAsync();
        var later = (await viewer.GetAsync("/v1/me/subscriptions")).Is(HttpStatusCode.OK);
        Assert.Equal(("active", "499", "899"), (later.Text("items.0.state"), later.Text("items.0.price.amount"), later.Text("items.0.newPrice.amount")));
        Assert.InRange(Days(later.Text("items.0.periodEnd")) - Days(first.Text("periodEnd")), 89, 92);
        var purchases = (await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray();
        Assert.Equal(4, purchases.Count);
        Assert.All(purchases, purchase => Assert.Equal((opened.Text("subscriptionId"), null, "paid"), (purchase!["subscriptionId"]!.ToString(), purchase["seriesId"]?.ToString(), purchase["state"]!.ToString())));

        (await viewer.PostAsync($"{Mine(opened)}/price", new JsonObject { ["price"] = Shop.Price(799) })).IsProblem(409, "price-changed");
        var agreed = (await viewer.PostAsync($"{Mine(opened)}/price", new JsonObject { ["price"] = Shop.Price(899) })).Is(HttpStatusCode.OK);
        Assert.Equal(("499", "899", null), (agreed.Text("price.amount"), agreed.Text("next.price.amount"), agreed.At("newPrice")?.ToString()));
        await MonthAsync();
        Assert.Equal("899", (await viewer.GetAsync(Mine(opened))).Text("price.amount"));
        await BooksAreTheProvidersAsync(creator, 4 * 499 + 899);
    }

    [Fact]
    public async Task Cancelling_lasts_to_the_end_of_what_is_paid_and_resuming_undoes_it()
    {
        var (creator, friends, _) = await OfferAsync();
        var (viewer, mine) = await SubscribedAsync(creator, friends);
        var cancelled = (await viewer.PostAsync($"{mine}/cancel")).Is(HttpStatusCode.OK);
        Assert.Equal(("cancelling", cancelled.Text("periodEnd"), "False"), (cancelled.Text("state"), cancelled.Text("accessUntil"), cancelled.At("changePending")!.GetValue<bool>().ToString()));
        Assert.Equal("cancelling", (await viewer.PostAsync($"{mine}/cancel")).Text("state"));
        Assert.Equal("active", (await viewer.PostAsync($"{mine}/resume")).Is(HttpStatusCode.OK).Text("state"));
        await MonthAsync();
        Assert.Equal("active", (await viewer.GetAsync(mine)).Text("state"));

        (await viewer.PostAsync($"{mine}/cancel")).Is(HttpStatusCode.OK);
        await MonthAsync();
        var ended = await viewer.GetAsync(mine);
        Assert.Equal(("ended", "cancelled"), (ended.Text("state"), ended.Text("endReason")));
        (await viewer.PostAsync($"{mine}/resume")).IsProblem(409, "subscription-ended");
        await BooksAreTheProvidersAsync(creator, 2 * 499);
        // And begins anew.
        (await viewer.PostAsync(Path(creator, friends), Shop.Return())).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_renewal_that_fails_has_seven_days_and_a_card_that_works_puts_it_right()
    {
        var (creator, friends, _) = await OfferAsync();
        var (saved, savedMine) = await SubscribedAsync(creator, friends);
        var (lost, lostMine) = await SubscribedAsync(creator, friends);
        foreach (var mine in new[] { savedMine, lostMine })
            await AtProviderAsync(mine, "card-fails");
        await MonthAsync();
        var pastDue = await saved.GetAsync(savedMine);
        Assert.Equal("pastDue", pastDue.Text("state"));
        Assert.Equal(DateTimeOffset.Parse(pastDue.Text("periodEnd"), null).AddDays(7), DateTimeOffset.Parse(pastDue.Text("accessUntil"), null));
        (await saved.PostAsync($"{savedMine}/tier", new JsonObject { ["tierId"] = friends })).IsProblem(409, "past-due");

        var portal = (await saved.PostAsync($"{savedMine}/portal", new JsonObject { ["returnUrl"] = "https://app.example.com/back" })).Is(HttpStatusCode.Created);
        var page = new Uri(portal.Text("url")).AbsolutePath;
        Assert.Equal(HttpStatusCode.OK, (await host.Anonymous().GetAsync(page)).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await host.Anonymous().PostAsync($"{page}/card-works")).Status);
        await host.DrainAsync();
        Assert.Equal("active", (await saved.GetAsync(savedMine)).Text("state"));

        var left = DateTimeOffset.Parse((await lost.GetAsync(lostMine)).Text("accessUntil"), null) - host.Clock.GetUtcNow();
        host.Clock.Advance(left - TimeSpan.FromSeconds(30));
        Assert.Equal("pastDue", (await lost.GetAsync(lostMine)).Text("state"));
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        // By the clock, before anything has run.
        Assert.Equal("ended", (await lost.GetAsync(lostMine)).Text("state"));
        await host.DrainAsync();
        await AtProviderAsync(lostMine, "card-works", 409);
        Assert.Equal("not-paid", (await lost.GetAsync(lostMine)).Text("endReason"));
        await BooksAreTheProvidersAsync(creator, 3 * 499);
    }

    [Fact]
    public async Task Of_two_tabs_the_second_is_given_back_and_ended_at_once()
    {
        var (creator, friends, family) = await OfferAsync();
        var viewer = await host.PersonAsync("viewer");
        var first = (await viewer.PostAsync(Path(creator, friends), Shop.Return())).Is(HttpStatusCode.Created);
        // She pays on the first page at the moment in which she opens the second one.
        Provider.Outage = true;
        (await viewer.PostAsync(Path(creator, family), Shop.Return())).IsProblem(503, "unavailable");
        Provider.Outage = false;
        var second = (await viewer.PostAsync(Path(creator, family), Shop.Return())).Is(HttpStatusCode.Created);
        (await host.Anonymous().PostAsync(new Uri(first.Text("url")).AbsolutePath + "/pay")).IsProblem(409, "session-expired");
        await _shop.PayAsync(second);
        Assert.Equal(["active", "ended"], (await viewer.GetAsync("/v1/me/subscriptions")).At("items")!.AsArray().Select(item => item!["state"]!.ToString()));
        await BooksAreTheProvidersAsync(creator, 999);
    }

    [Fact]
    public async Task Events_in_any_order_thrice_or_never_lead_to_the_same_books()
    {
        var (creator, friends, _) = await OfferAsync();
        (Provider.Shuffle, Provider.Deliveries) = (true, 3);
        var (shuffled, shuffledMine) = await SubscribedAsync(creator, friends);
        await MonthAsync();
        (Provider.Shuffle, Provider.Deliveries, Provider.DropPercent) = (false, 1, 100);
        try
        {
            // Nothing is told of this one: the renewal is found because its time has come.
            await MonthAsync();
        }
        finally
        {
            Provider.DropPercent = 0;
        }
        var seen = await shuffled.GetAsync(shuffledMine);
        Assert.Equal("active", seen.Text("state"));
        Assert.True(DateTimeOffset.Parse(seen.Text("periodEnd"), null) > host.Clock.GetUtcNow() + TimeSpan.FromDays(20));
        Assert.Equal(3, (await shuffled.GetAsync("/v1/me/purchases")).At("items")!.AsArray().Count);
        await BooksAreTheProvidersAsync(creator, 3 * 499);
    }

    [Fact]
    public async Task A_dearer_tier_counts_at_once_for_the_difference_and_a_cheaper_one_from_the_next_period()
    {
        var (creator, friends, family) = await OfferAsync();
        var (viewer, mine) = await SubscribedAsync(creator, friends);
        host.Clock.Advance(TimeSpan.FromDays(10));
        await AtProviderAsync(mine, "card-fails");
        (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = family })).IsProblem(409, "payment-refused");
        Assert.Equal(friends, (await viewer.GetAsync(mine)).Text("tierId"));
        await AtProviderAsync(mine, "card-works");

        var up = (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = family })).Is(HttpStatusCode.OK);
        Assert.Equal((family, "999"), (up.Text("tierId"), up.Text("price.amount")));
        var difference = (await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray().Select(item => item!["amount"]!["amount"]!.GetValue<long>()).Where(amount => amount != 499).Single();
        Assert.InRange(difference, 310, 355);

        var down = (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = friends })).Is(HttpStatusCode.OK);
        Assert.Equal((family, friends), (down.Text("tierId"), down.Text("next.tierId")));
        var taken = (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = family })).Is(HttpStatusCode.OK);
        Assert.Null(taken.At("next"));
        (await viewer.PostAsync($"{mine}/tier", new JsonObject { ["tierId"] = friends })).Is(HttpStatusCode.OK);
        await MonthAsync();
        Assert.Equal((friends, "499"), ((await viewer.GetAsync(mine)).Text("tierId"), (await viewer.GetAsync(mine)).Text("price.amount")));
        await BooksAreTheProvidersAsync(creator, 499 + difference + 499);
    }

    [Fact]
    public async Task A_wish_that_the_provider_did_not_hear_is_told_again()
    {
        var (creator, friends, _) = await OfferAsync();
        var (viewer, mine) = await SubscribedAsync(creator, friends);
        Provider.Outage = true;
        var cancelled = (await viewer.PostAsync($"{mine}/cancel")).Is(HttpStatusCode.OK);
        Provider.Outage = false;
        Assert.Equal(("cancelling", true), (cancelled.Text("state"), cancelled.At("changePending")!.GetValue<bool>()));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.DrainAsync();
        var told = await viewer.GetAsync(mine);
        Assert.Equal(("cancelling", false), (told.Text("state"), told.At("changePending")!.GetValue<bool>()));
        await MonthAsync();
        Assert.Equal("ended", (await viewer.GetAsync(mine)).Text("state"));
        await BooksAreTheProvidersAsync(creator, 499);
    }

    [Fact]
    public async Task A_payment_that_goes_back_in_full_ends_it_and_a_dispute_holds_it_until_it_is_won()
    {
        var (creator, friends, _) = await OfferAsync();
        var (refunded, refundedMine) = await SubscribedAsync(creator, friends);
        var (disputed, disputedMine) = await SubscribedAsync(creator, friends);
        var purchase = (await refunded.GetAsync("/v1/me/purchases")).Text("items.0.purchaseId");
        (await refunded.PostAsync($"/v1/me/purchases/{purchase}/refund")).IsProblem(422, "subscription-not-returned");
        var oper = await host.PersonAsync("operator", "operator");
        (await oper.PostAsync($"/v1/operator/purchases/{purchase}/refund", new JsonObject { ["reason"] = "asked nicely" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal(("ended", "refunded"), ((await refunded.GetAsync(refundedMine)).Text("state"), (await refunded.GetAsync(refundedMine)).Text("endReason")));
        await AtProviderAsync(refundedMine, "card-works", 409);

        var payment = (await oper.GetAsync($"/v1/operator/purchases/{(await disputed.GetAsync("/v1/me/purchases")).Text("items.0.purchaseId")}")).Text("paymentId");
        (await host.Anonymous().PostAsync($"/local/payments/{payment}/dispute")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        Assert.True((await disputed.GetAsync(disputedMine)).At("onHold")!.GetValue<bool>());
        (await host.Anonymous().PostAsync($"/local/payments/{payment}/win")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        Assert.False((await disputed.GetAsync(disputedMine)).At("onHold")!.GetValue<bool>());
        await BooksAreTheProvidersAsync(creator);
    }

    [Fact]
    public async Task What_can_t_be_subscribed_to_is_refused()
    {
        var (creator, friends, _) = await OfferAsync();
        (await creator.PostAsync(Path(creator, friends), Shop.Return())).IsProblem(409, "own-tier");
        var viewer = await host.PersonAsync("viewer");
        (await viewer.PostAsync(Path(creator, "tie_none"), Shop.Return())).IsProblem(404, "not-found");
        (await viewer.PostAsync(Path(creator, friends), new JsonObject { ["successUrl"] = "http://nowhere", ["cancelUrl"] = "x" })).IsProblem(422, "validation-failed");
        var (other, mine) = await SubscribedAsync(creator, friends);
        (await viewer.GetAsync(mine)).IsProblem(404, "not-found");
        (await viewer.PostAsync($"{mine}/cancel")).IsProblem(404, "not-found");
        (await creator.DeleteAsync($"/v1/creators/me/tiers/{friends}", (await creator.GetAsync("/v1/creators/me/tiers")).ETag)).Is(HttpStatusCode.NoContent);
        (await viewer.PostAsync(Path(creator, friends), Shop.Return())).IsProblem(409, "tier-retired");
        // Who has it keeps it.
        await MonthAsync();
        Assert.Equal("active", (await other.GetAsync(mine)).Text("state"));
    }

    [Fact]
    public async Task A_page_that_nobody_pays_on_ends_with_its_time()
    {
        var (creator, friends, _) = await OfferAsync();
        var viewer = await host.PersonAsync("viewer");
        var opened = (await viewer.PostAsync(Path(creator, friends), Shop.Return())).Is(HttpStatusCode.Created);
        host.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal("ended", (await viewer.GetAsync(Mine(opened))).Text("state"));
        await host.DrainAsync();
        Assert.Equal("not-paid", (await viewer.GetAsync(Mine(opened))).Text("endReason"));
        (await host.Anonymous().PostAsync(new Uri(opened.Text("url")).AbsolutePath + "/pay")).IsProblem(409, "session-expired");
    }

    private static double Days(string time) => (DateTimeOffset.Parse(time, null) - DateTimeOffset.UnixEpoch).TotalDays;

    private static string Path(Person creator, string tier) => $"/v1/creators/{creator.Id}/tiers/{tier}/subscribe";

    private static string Mine(Reply subscription) => $"/v1/me/subscriptions/{subscription.Text("subscriptionId")}";

    private Task<(Person Creator, string Friends, string Family)> OfferAsync() => _shop.TiersAsync();

    private Task<(Person Viewer, string Mine)> SubscribedAsync(Person creator, string tier) => _shop.SubscriberAsync(creator, tier);

    /// <summary>A month and some hours later, and everything that comes of it.</summary>
    private async Task MonthAsync()
    {
        host.Clock.Advance(host.Clock.GetUtcNow().AddMonths(1) - host.Clock.GetUtcNow() + TimeSpan.FromHours(4));
        await host.DrainAsync();
    }

    private async Task AtProviderAsync(string mine, string act, int status = 200)
    {
        var reply = await host.Anonymous().PostAsync($"/local/subscriptions/sub_sim_{mine[(mine.LastIndexOf('_') + 1)..]}/{act}");
        Assert.Equal(status, (int)reply.Status);
        await host.DrainAsync();
    }

    /// <summary>The creator's books balance, hold what was charged, and agree with the provider's own day by day.</summary>
    private async Task BooksAreTheProvidersAsync(Person creator, long? sold = null)
    {
        var oper = await host.PersonAsync("operator", "operator");
        var books = (await oper.GetAsync($"/v1/operator/ledger/{creator.Id}")).Is(HttpStatusCode.OK);
        Assert.True(books.At("balances")!.GetValue<bool>());
        if (sold is not { } expected)
            return;
        var sales = (await creator.GetAsync("/v1/creators/me/sales?limit=100")).Is(HttpStatusCode.OK).At("items")!.AsArray();
        Assert.Equal(expected, sales.Sum(sale => sale!["price"]!["amount"]!.GetValue<long>() - sale["refunded"]!["amount"]!.GetValue<long>()));
    }
}
