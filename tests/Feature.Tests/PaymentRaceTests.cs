using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Feature.Tests.Driving;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>Many requests at once over HTTP. Finds a second order of one cart, and an end that depends on the order in which events come.</summary>
public sealed class PaymentRaceTests
{
    private const int Buyers = 50;
    private const int Stories = 100;

    [Fact]
    public async Task Fifty_viewers_who_each_ask_twenty_times_at_once_get_fifty_pages()
    {
        await using var host = new RunningHost();
        await host.InitializeAsync();
        var (_, series, _) = await new Shop(host).PublishedAsync();
        var viewers = await Task.WhenAll(Enumerable.Range(0, Buyers).Select(_ => host.PersonAsync("buyer")));
        var replies = await Task.WhenAll(viewers.SelectMany(viewer => Enumerable.Range(0, 20).Select(_ => viewer.PostAsync($"/v1/series/{series}/checkout", Shop.Return(), "click"))));
        Assert.All(replies, reply => Assert.Equal(HttpStatusCode.Created, reply.Status));
        Assert.Equal(Buyers, replies.Select(reply => reply.Text("checkoutId")).Distinct().Count());
        Assert.Equal(Buyers, replies.Select(reply => reply.Text("url")).Distinct().Count());
        // Whatever was answered: no more was stored, and no more pages are open at the provider.
        Assert.Equal(Buyers, Count(Path.Combine(host.Folder, "series.db"), "SELECT count(*) FROM documents WHERE id LIKE 'checkout|%'"));
        Assert.Equal(Buyers, Count(Path.Combine(host.Folder, "provider.db"), "SELECT count(*) FROM objects WHERE id LIKE 'cs_sim_%'"));
    }

    /// <summary>A hundred payments with five events each: declined, refunded in parts and in full, refunds that come back, disputes won and lost.</summary>
    [Fact]
    public async Task Five_hundred_events_that_come_three_times_in_any_order_from_eight_senders_end_as_they_do_in_order()
    {
        var (inOrder, events) = await PlayAsync(shuffled: false);
        var (shuffled, shuffledEvents) = await PlayAsync(shuffled: true);
        Assert.Equal((500, 500), (events, shuffledEvents));
        Assert.Equal(inOrder, shuffled);
        Assert.Equal(["paid True", "chargedBack False", "disputed False", "partlyRefunded True", "refunded False"], inOrder.Take(5));
    }

    private static async Task<(IReadOnlyList<string> End, int Events)> PlayAsync(bool shuffled)
    {
        await using var host = new RunningHost();
        await host.InitializeAsync();
        var provider = host.Services.GetRequiredService<SimulatedProvider>();
        var (creator, series, video) = await new Shop(host).PublishedAsync();
        var viewers = await Task.WhenAll(Enumerable.Range(0, Stories).Select(_ => host.PersonAsync("viewer")));
        var checkouts = new List<string>();
        foreach (var viewer in viewers)
            checkouts.Add((await Shop.CheckoutAsync(viewer, series)).Text("checkoutId")[4..]);

        // Nothing is told of by the provider itself then.
        if (shuffled)
            host.Services.GetRequiredService<SimulatedProviderOptions>().EventDelay = TimeSpan.FromDays(1);
        for (var act = 0; act < 4; act++)
        {
            for (var i = 0; i < Stories; i++)
                await ActAsync(provider, i % 5, act, checkouts[i]);
            // In order: what happened is told of, and worked off, before more happens.
            await host.DrainAsync();
        }
        if (shuffled)
        {
            var deliveries = Bodies(Path.Combine(host.Folder, "provider.db")).SelectMany(told => Enumerable.Repeat(told, 3)).ToArray();
            new Random(4).Shuffle(deliveries);
            var waiting = new ConcurrentQueue<byte[]>(deliveries);
            var secret = host.Services.GetRequiredService<WebhookSecrets>().Values[0];
            await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            {
                while (waiting.TryDequeue(out var told))
                {
                    var signature = WebhookSignature.Sign(told, secret, host.Clock.GetUtcNow());
                    (await host.Anonymous().SendAsync("POST", "/v1/webhooks/stripe", Encoding.UTF8.GetString(told), ("Stripe-Signature", signature))).Is(HttpStatusCode.OK);
                }
            }));
            await host.DrainAsync();
        }

        var @operator = await host.PersonAsync("operator", "operator");
        var end = new List<string>();
        foreach (var viewer in viewers)
        {
            var played = await viewer.GetAsync($"/v1/series/{series}/videos/{video}/playback");
            end.Add($"{(await viewer.GetAsync("/v1/me/purchases")).Text("items.0.state")} {played.Status == HttpStatusCode.OK}");
        }
        var ledger = (await @operator.GetAsync($"/v1/operator/ledger/{creator.Id}")).Is(HttpStatusCode.OK);
        Assert.Equal("true", ledger.Text("balances"));
        end.AddRange(ledger.At("totals")!.AsObject().Select(total => $"{total.Key} {total.Value}").Order(StringComparer.Ordinal));
        end.Add($"{ledger.Text("transactions")} transactions");
        end.Add($"{(await creator.GetAsync("/v1/creators/me/balance")).Text("owed.0.amount")} owed, {provider.Books(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 0, 10_000).Sum(book => book.Entry.Amount - book.Entry.Fee)} held");
        return (end, (int)Count(Path.Combine(host.Folder, "series.db"), "SELECT count(*) FROM documents WHERE pk LIKE 'inbox|%'"));
    }

    /// <summary>Three events beside the two of the payment itself.</summary>
    private static async Task ActAsync(SimulatedProvider provider, int story, int act, string id)
    {
        var payment = $"pi_sim_{id}";
        var refused = (story, act) switch
        {
            (0 or 1, 0) => (await provider.DeclineAsync($"cs_sim_{id}")).Problem ?? (await provider.PayAsync($"cs_sim_{id}")).Problem,
            (_, 0) => (await provider.PayAsync($"cs_sim_{id}")).Problem,
            (0 or 1, 1) or (2, 3) => (await provider.DisputeAsync(payment)).Problem,
            (0 or 1, 2) => (await provider.CloseDisputeAsync(payment, won: story == 0)).Problem,
            (2, 1) or (3, 3) or (4, 1 or 2) => (await provider.RefundHereAsync(payment, 100)).Problem,
            (2 or 3, 2) => (await provider.FailRefundAsync(provider.FindPayment(payment)!.Refunds[0].Id)).Problem,
            (3, 1) or (4, 3) => (await provider.RefundHereAsync(payment, null)).Problem,
            _ => null,
        };
        Assert.Null(refused);
    }

    private static long Count(string file, string query)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (long)command.ExecuteScalar()!;
    }

    private static List<byte[]> Bodies(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM events ORDER BY seq";
        using var reader = command.ExecuteReader();
        var bodies = new List<byte[]>();
        while (reader.Read())
            bodies.Add((byte[])reader[0]);
        return bodies;
    }
}
