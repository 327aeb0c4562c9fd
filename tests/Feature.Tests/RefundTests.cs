using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>Money that goes back, by whom and in whatever order, and what that does to access and to the books. Finds a refund that leaves access, and books that are not the provider's.</summary>
public sealed class RefundTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    private SimulatedProviderOptions Provider => host.Services.GetRequiredService<SimulatedProviderOptions>();

    private static string Payment(string checkout) => "pi_sim_" + checkout[4..];

    private static string Purchase(string checkout) => "pur" + checkout[3..];

    [Fact]
    public async Task A_viewer_gives_back_within_fourteen_days_and_not_a_moment_later()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var (early, earlyCheckout) = await _shop.BuyerAsync(series);
        var (late, lateCheckout) = await _shop.BuyerAsync(series);
        host.Clock.Advance(TimeSpan.FromDays(14) - TimeSpan.FromMinutes(5));
        var asked = (await early.PostAsync($"/v1/me/purchases/{Purchase(earlyCheckout)}/refund", key: "back")).Is(HttpStatusCode.Accepted);
        Assert.Equal("pending", asked.Text("refunds.0.status"));
        await host.DrainAsync();
        Assert.Equal("refunded", (await early.GetAsync("/v1/me/purchases")).Text("items.0.state"));
        (await early.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(403, "purchase-required");
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        (await late.PostAsync($"/v1/me/purchases/{Purchase(lateCheckout)}/refund")).IsProblem(422, "refund-window-over");
        (await early.PostAsync($"/v1/me/purchases/{Purchase(earlyCheckout)}/refund", key: "back")).Is(HttpStatusCode.Accepted);
        (await early.PostAsync($"/v1/me/purchases/{Purchase(earlyCheckout)}/refund")).IsProblem(409, "already-refunded");
        (await late.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_series_of_which_a_tenth_was_watched_is_not_given_back()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var (little, littleCheckout) = await _shop.BuyerAsync(series);
        var (much, muchCheckout) = await _shop.BuyerAsync(series);
        await WatchedAsync(little, series, 999);
        await WatchedAsync(much, series, 1_000);
        (await much.PostAsync($"/v1/me/purchases/{Purchase(muchCheckout)}/refund")).IsProblem(422, "watched-too-much");
        (await little.PostAsync($"/v1/me/purchases/{Purchase(littleCheckout)}/refund")).Is(HttpStatusCode.Accepted);
        (await little.PostAsync($"/v1/me/purchases/{Purchase(muchCheckout)}/refund")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_refund_that_the_provider_makes_by_itself_takes_access_and_one_that_fails_gives_it_back()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var playback = $"/v1/series/{series}/videos/{video}/playback";
        var made = (await host.Anonymous().PostAsync($"/local/payments/{Payment(checkout)}/refund")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await viewer.GetAsync(playback)).IsProblem(403, "purchase-required");
        (await host.Anonymous().PostAsync($"/local/refunds/{made.Text("refundId")}/fail")).Is(HttpStatusCode.OK);
        await host.DrainAsync();
        (await viewer.GetAsync(playback)).Is(HttpStatusCode.OK);
        await BooksAreTheProvidersAsync(creator, 999 - 59);
    }

    [Theory]
    [InlineData("dispute win refund", "refunded", false)]
    [InlineData("part dispute win", "partlyRefunded", true)]
    [InlineData("part dispute", "disputed", false)]
    [InlineData("part dispute lose", "chargedBack", false)]
    [InlineData("dispute win part", "partlyRefunded", true)]
    [InlineData("part part refund", "refunded", false)]
    public async Task Refunds_and_disputes_in_any_order_leave_the_access_and_the_books_that_the_provider_has(string steps, string state, bool hasAccess)
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        (Provider.Shuffle, Provider.Deliveries) = (true, 3);
        try
        {
            foreach (var step in steps.Split(' '))
            {
                (await host.Anonymous().PostAsync($"/local/payments/{Payment(checkout)}/{(step == "part" ? "refund" : step)}", step == "part" ? new JsonObject { ["amount"] = 100 } : null)).Is(HttpStatusCode.OK);
                // Some is seen at once and some only when more has happened.
                if (step.Length % 2 == 0)
                    await host.DrainAsync();
            }
            await host.DrainAsync();
        }
        finally
        {
            (Provider.Shuffle, Provider.Deliveries) = (false, 1);
        }
        Assert.Equal(state, (await viewer.GetAsync("/v1/me/purchases")).Text("items.0.state"));
        var played = await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback");
        Assert.Equal(hasAccess ? HttpStatusCode.OK : HttpStatusCode.Forbidden, played.Status);
        await BooksAreTheProvidersAsync(creator);
    }

    [Fact]
    public async Task A_payment_that_we_don_t_keep_goes_back_and_the_platform_bears_its_fee()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        var checkout = await Shop.CheckoutAsync(viewer, series);
        var @operator = await host.PersonAsync("operator", "operator");
        // She is given it while she pays.
        (await @operator.PostAsync($"/v1/operator/viewers/{viewer.Id}/access/{series}", new JsonObject { ["decision"] = "grant", ["reason"] = "prize" })).Is(HttpStatusCode.OK);
        var before = (await host.Services.GetRequiredService<SeriesFunctions.Core.Ledger.LedgerBooks>().BalanceAsync(SeriesFunctions.Core.Ledger.Accounts.Platform, TestContext.Current.CancellationToken)).Owed("USD");
        await _shop.PayAsync(checkout);
        await host.DrainAsync();
        var shown = await viewer.GetAsync($"/v1/checkouts/{checkout.Text("checkoutId")}");
        Assert.Equal(("failed", "already-owned"), (shown.Text("state"), shown.Text("failureCode")));
        Assert.Empty((await viewer.GetAsync("/v1/me/purchases")).At("items")!.AsArray());
        var payment = host.Services.GetRequiredService<SimulatedProvider>().FindPayment(Payment(checkout.Text("checkoutId")))!;
        Assert.Equal(999, payment.Refunded);
        var after = (await host.Services.GetRequiredService<SeriesFunctions.Core.Ledger.LedgerBooks>().BalanceAsync(SeriesFunctions.Core.Ledger.Accounts.Platform, TestContext.Current.CancellationToken)).Owed("USD");
        Assert.Equal(-59, after - before);
        // It stays refused, whatever changes later.
        (await @operator.PostAsync($"/v1/operator/viewers/{viewer.Id}/access/{series}", new JsonObject { ["decision"] = "revoke", ["reason"] = "over" })).Is(HttpStatusCode.OK);
        var replay = (await @operator.PostAsync("/v1/operator/replays", new JsonObject { ["objectId"] = payment.Id })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal("done", (await @operator.GetAsync($"/v1/operator/replays/{replay.Text("replayId")}")).Text("state"));
        Assert.Empty((await viewer.GetAsync("/v1/me/library")).At("items")!.AsArray());
    }

    [Fact]
    public async Task Every_change_of_access_says_who_why_and_when()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var @operator = await host.PersonAsync("operator", "operator");
        await host.Anonymous().PostAsync($"/local/payments/{Payment(checkout)}/dispute");
        await host.DrainAsync();
        await host.Anonymous().PostAsync($"/local/payments/{Payment(checkout)}/win");
        await host.DrainAsync();
        (await @operator.PostAsync($"/v1/operator/purchases/{Purchase(checkout)}/refund", new JsonObject { ["reason"] = "goodwill" })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var path = $"/v1/operator/viewers/{viewer.Id}/access/{series}";
        var access = (await @operator.GetAsync(path)).Is(HttpStatusCode.OK);
        Assert.Equal("false", access.Text("live"));
        Assert.Equal(
            ["live  provider", "suspended disputed provider", "live  provider", $"revoked refunded {@operator.Id}"],
            access.At("grants.0.history")!.AsArray().Select(change => $"{change!["state"]} {change["reason"]} {change["by"]}"));
        Assert.All(access.At("grants.0.history")!.AsArray(), change => Assert.EndsWith("Z", change!["at"]!.ToString()));
        (await @operator.PostAsync(path, new JsonObject { ["decision"] = "grant", ["reason"] = "sorry" }, "again")).Is(HttpStatusCode.OK);
        (await @operator.PostAsync(path, new JsonObject { ["decision"] = "grant", ["reason"] = "sorry" }, "again")).Is(HttpStatusCode.OK);
        Assert.Equal("operator", (await viewer.GetAsync("/v1/me/library")).Text("items.0.causes.0"));
        var shown = (await @operator.GetAsync($"/v1/operator/purchases/{Purchase(checkout)}")).Is(HttpStatusCode.OK);
        Assert.Equal((@operator.Id, "goodwill"), (shown.Text("refunds.0.by"), shown.Text("refunds.0.reason")));
    }

    [Fact]
    public async Task A_refund_outlives_a_long_outage_of_the_provider_and_a_lost_answer()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        Provider.Outage = true;
        try
        {
            (await viewer.PostAsync($"/v1/me/purchases/{Purchase(checkout)}/refund")).Is(HttpStatusCode.Accepted);
            for (var hours = 0; hours < 30; hours++)
            {
                await host.DrainAsync();
                host.Clock.Advance(TimeSpan.FromHours(1));
            }
            (Provider.Outage, Provider.LoseAnswers) = (false, true);
            await host.DrainAsync();
        }
        finally
        {
            (Provider.Outage, Provider.LoseAnswers) = (false, false);
        }
        host.Clock.Advance(TimeSpan.FromHours(2));
        await host.DrainAsync();
        Assert.Equal("refunded", (await viewer.GetAsync("/v1/me/purchases")).Text("items.0.state"));
        Assert.Single(host.Services.GetRequiredService<SimulatedProvider>().FindPayment(Payment(checkout))!.Refunds);
        await BooksAreTheProvidersAsync(creator, -59);
    }

    [Fact]
    public async Task A_fee_that_is_named_late_is_booked_then()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        Provider.FeeDelay = TimeSpan.FromMinutes(30);
        try
        {
            await _shop.BuyerAsync(series);
        }
        finally
        {
            Provider.FeeDelay = TimeSpan.Zero;
        }
        Assert.Equal("999", (await creator.GetAsync("/v1/creators/me/balance")).Text("owed.0.amount"));
        host.Clock.Advance(TimeSpan.FromMinutes(30));
        await host.DrainAsync();
        await BooksAreTheProvidersAsync(creator, 999 - 59);
    }

    private async Task WatchedAsync(Person viewer, string series, int basisPoints) =>
        await host.Services.GetRequiredService<Records>().SaveAsync(
            new Batch(Access.In(new(viewer.Id))).Put(WatchedShare.DocumentId(new(series)), new WatchedShare(basisPoints)), TestContext.Current.CancellationToken);

    /// <summary>The books balance, and their provider account is what the provider's own books say of this creator's sales.</summary>
    private async Task BooksAreTheProvidersAsync(Person creator, long? owed = null)
    {
        var @operator = await host.PersonAsync("operator", "operator");
        var trial = (await @operator.GetAsync($"/v1/operator/ledger/{creator.Id}")).Is(HttpStatusCode.OK);
        Assert.Equal("true", trial.Text("balances"));
        var mine = (await creator.GetAsync("/v1/creators/me/sales?limit=100")).At("items")!.AsArray().Select(sale => "pi_sim" + sale!["purchaseId"]!.ToString()[3..]).ToHashSet();
        var theirs = host.Services.GetRequiredService<SimulatedProvider>().Books(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 0, 100_000)
            .Where(entry => entry.Entry.PaymentId is { } payment && mine.Contains(payment)).Sum(entry => entry.Entry.Amount - entry.Entry.Fee);
        Assert.Equal(theirs, trial.At("totals")!["USD provider"]!.GetValue<long>());
        if (owed is not null)
            Assert.Equal(owed, (await creator.GetAsync("/v1/creators/me/balance")).At("owed.0.amount")!.GetValue<long>());
    }
}
