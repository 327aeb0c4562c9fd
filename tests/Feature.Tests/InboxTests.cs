using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>Events that come early, late, twice, never, or for nobody. Finds one that is lost, and one that can't be brought back.</summary>
public sealed class InboxTests(RunningHost host) : IClassFixture<RunningHost>
{
    private readonly Shop _shop = new(host);

    private SimulatedProviderOptions Provider => host.Services.GetRequiredService<SimulatedProviderOptions>();

    [Fact]
    public async Task An_event_of_an_unknown_checkout_is_parked_for_three_days_then_dead_and_an_operator_can_replay_it()
    {
        var @operator = await host.PersonAsync("operator", "operator");
        var session = await StrangeSessionAsync();
        await host.DrainAsync();
        var eventId = session.EventId;
        var parked = (await @operator.GetAsync($"/v1/operator/inbox/{eventId}")).Is(HttpStatusCode.OK);
        Assert.Equal(("parked", "no-such-checkout"), (parked.Text("state"), parked.Text("reason")));
        for (var hours = 0; hours < 71; hours++)
        {
            host.Clock.Advance(TimeSpan.FromHours(1));
            await host.DrainAsync();
        }
        var waiting = await @operator.GetAsync($"/v1/operator/inbox/{eventId}");
        Assert.Equal("parked", waiting.Text("state"));
        Assert.InRange(int.Parse(waiting.Text("tries"), System.Globalization.CultureInfo.InvariantCulture), 60, 100);
        Assert.DoesNotContain((await @operator.GetAsync("/v1/operator/dead-letters?queue=payments")).At("items")!.AsArray(), letter => letter!["message"]!.ToString().Contains(eventId));

        for (var hours = 0; hours < 3; hours++)
        {
            host.Clock.Advance(TimeSpan.FromHours(1));
            await host.DrainAsync();
        }
        Assert.Equal("dead", (await @operator.GetAsync($"/v1/operator/inbox/{eventId}")).Text("state"));
        var letters = (await @operator.GetAsync("/v1/operator/dead-letters?queue=payments")).Is(HttpStatusCode.OK).At("items")!.AsArray();
        var letter = Assert.Single(letters, letter => letter!["message"]!.ToString().Contains(eventId))!;
        Assert.Equal(("provider-event-received", "parked-too-long: no-such-checkout"), (letter["event"]!.ToString(), letter["reason"]!.ToString()));
        var replay = $"/v1/operator/dead-letters/payments/{letter["messageId"]}/replay";
        (await @operator.PostAsync(replay, key: "once")).Is(HttpStatusCode.Accepted);
        (await @operator.PostAsync(replay, key: "once")).Is(HttpStatusCode.Accepted);
        (await @operator.PostAsync("/v1/operator/dead-letters/payments/evt_none/replay")).IsProblem(404, "not-found");
        (await @operator.GetAsync("/v1/operator/dead-letters?queue=other")).IsProblem(400, "bad-queue");
    }

    [Fact]
    public async Task An_outage_of_the_provider_delays_and_loses_nothing()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        var checkout = await Shop.CheckoutAsync(viewer, series);
        (await host.Anonymous().PostAsync(new Uri(checkout.Text("url")).AbsolutePath + "/pay")).Is(HttpStatusCode.OK);
        Provider.Outage = true;
        try
        {
            for (var hours = 0; hours < 20; hours++)
            {
                await host.DrainAsync();
                host.Clock.Advance(TimeSpan.FromHours(1));
            }
        }
        finally
        {
            Provider.Outage = false;
        }
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.DrainAsync();
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        var @operator = await host.PersonAsync("operator", "operator");
        Assert.Empty((await @operator.GetAsync("/v1/operator/dead-letters?queue=catalog")).At("items")!.AsArray());
    }

    [Fact]
    public async Task A_webhook_that_was_lost_is_made_good_by_replaying_its_object()
    {
        var (_, series, video) = await _shop.PublishedAsync();
        var viewer = await host.PersonAsync("viewer");
        var checkout = await Shop.CheckoutAsync(viewer, series);
        Provider.DropPercent = 100;
        try
        {
            await _shop.PayAsync(checkout);
        }
        finally
        {
            Provider.DropPercent = 0;
        }
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(403, "purchase-required");
        var @operator = await host.PersonAsync("operator", "operator");
        var replay = (await @operator.PostAsync("/v1/operator/replays", new JsonObject { ["objectId"] = "pi_sim_" + checkout.Text("checkoutId")[4..] })).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        Assert.Equal("done", (await @operator.GetAsync($"/v1/operator/replays/{replay.Text("replayId")}")).Text("state"));
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_time_of_events_is_applied_again_and_changes_nothing_that_is_right()
    {
        var (creator, series, video) = await _shop.PublishedAsync();
        host.Clock.Advance(TimeSpan.FromHours(3));
        var from = host.Now();
        var (viewer, _) = await _shop.BuyerAsync(series);
        host.Clock.Advance(TimeSpan.FromMinutes(90));
        await _shop.BuyerAsync(series);
        var to = host.Now(TimeSpan.FromMinutes(1));
        var before = (await creator.GetAsync("/v1/creators/me/balance")).Text("owed.0.amount");
        var @operator = await host.PersonAsync("operator", "operator");
        var replay = (await @operator.PostAsync("/v1/operator/replays", new JsonObject { ["from"] = from, ["to"] = to }, "range")).Is(HttpStatusCode.Accepted);
        Assert.Equal(replay.Text("replayId"), (await @operator.PostAsync("/v1/operator/replays", new JsonObject { ["from"] = from, ["to"] = to }, "range")).Text("replayId"));
        await host.DrainAsync();
        var done = await @operator.GetAsync($"/v1/operator/replays/{replay.Text("replayId")}");
        Assert.Equal(("done", "4"), (done.Text("state"), done.Text("sent")));
        Assert.Equal(before, (await creator.GetAsync("/v1/creators/me/balance")).Text("owed.0.amount"));
        (await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback")).Is(HttpStatusCode.OK);
        (await @operator.PostAsync("/v1/operator/replays", new JsonObject { ["from"] = to, ["to"] = from })).IsProblem(422, "validation-failed");
        (await @operator.PostAsync("/v1/operator/replays", new JsonObject { ["eventId"] = "evt_none" })).IsProblem(404, "not-found");
        (await @operator.PostAsync("/v1/operator/replays", new JsonObject { ["eventId"] = "evt_1", ["objectId"] = "pi_1" })).IsProblem(422, "validation-failed");
    }

    [Fact]
    public async Task Applied_events_are_gone_after_their_time()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var (_, checkout) = await _shop.BuyerAsync(series);
        var provider = host.Services.GetRequiredService<SimulatedProvider>();
        var @operator = await host.PersonAsync("operator", "operator");
        Assert.NotNull(provider.FindPayment("pi_sim_" + checkout[4..]));
        var known = Events().ToList();
        Assert.NotEmpty(known);
        host.Clock.Advance(TimeSpan.FromDays(91));
        await host.DrainAsync();
        (await @operator.GetAsync($"/v1/operator/inbox/{known[^1]}")).IsProblem(404, "not-found");
    }

    private IEnumerable<string> Events()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(host.Folder, "series.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT substr(pk, 7) FROM documents WHERE pk LIKE 'inbox|%' ORDER BY row";
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader.GetString(0);
    }

    /// <summary>A payment at the provider whose checkout is not in our store: its event, signed as the provider signs.</summary>
    private async Task<(string EventId, string PaymentId)> StrangeSessionAsync()
    {
        var provider = host.Services.GetRequiredService<SimulatedProvider>();
        var now = host.Clock.GetUtcNow();
        var checkout = new SeriesFunctions.Core.Kernel.CheckoutId(SeriesFunctions.Core.Kernel.Ids.New("chk", now));
        await provider.OpenSessionAsync(new(new(checkout, new("nobody"), new("ser_none")), SeriesFunctions.Core.Kernel.Money.Usd(999), "?", new("https://a.example/"), new("https://a.example/"), now.AddMinutes(30)));
        Provider.DropPercent = 100;
        (await provider.PayAsync("cs_sim_" + checkout.Value[4..])).IsOk(out _, out _);
        Provider.DropPercent = 0;
        var payment = provider.FindPayment("pi_sim_" + checkout.Value[4..])!;
        var eventId = SeriesFunctions.Core.Kernel.Ids.New("evt_sim", now);
        var body = StripeEvents.Payment(eventId, "payment_intent.succeeded", payment, now);
        var signature = WebhookSignature.Sign(body, host.Services.GetRequiredService<WebhookSecrets>().Values[0], now);
        (await host.Anonymous().SendAsync("POST", "/v1/webhooks/stripe", Encoding.UTF8.GetString(body), ("Stripe-Signature", signature))).Is(HttpStatusCode.OK);
        return (eventId, payment.Id);
    }
}
