using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Local.Payments;

namespace Bench;

/// <summary>How many webhooks are taken a second, and how long it is from a payment to access under a steady stream of them.</summary>
internal sealed class MoneyMeasurements(Published local, string folder, int seconds, TextWriter output)
{
    private const int Viewers = 1_000;
    private const int Series = 1_000;
    private const int PaymentsPerSecond = 200;

    /// <summary>How exact the times are. Looking more often would be a load of its own.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public async Task RunAsync()
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, {seconds} s a measurement, the load generator on the same machine"));
        await WebhooksAsync();
        await PaymentsAsync();
    }

    /// <summary>
    /// Events that are signed and new, each about a payment of its own, posted by wrk. Taking one is a durable write; the host applies them beside, with the same processors, by asking the
    /// provider for a payment that turns out not to be ours.
    /// </summary>
    private async Task WebhooksAsync()
    {
        var port = Measurements.FreePort();
        using var http = Measurements.Client(port);
        var data = Path.Combine(folder, "webhooks");
        using var running = local.Start(["--data", data, "--url", http.BaseAddress!.GetLeftPart(UriPartial.Authority), "--Logging:LogLevel:Default=Warning", .. Published.HighLimits]);
        await running.ReadyAsync(http, "/health/ready");
        var secret = await File.ReadAllTextAsync(Path.Combine(data, "webhook-secret"));
        output.WriteLine("\n  webhooks taken   connections   requests/s    p99 ms   µs of CPU   refused");
        foreach (var (name, connections, time) in new[] { ("warm-up", 32, 4), ("accept", 32, seconds), ("accept", 128, seconds) })
        {
            var file = Path.Combine(folder, $"events-{name}-{connections}");
            await WriteEventsAsync(file, secret, $"{name.Replace("-", "", StringComparison.Ordinal)}{connections}", time * 15_000);
            var load = Wrk.Run(running, http.BaseAddress!, connections, time, "webhook", file, "/dev/null");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-14} {connections,13} {load.PerSecond,12:N0} {load.P99,9:0.00} {load.CpuMicros,11:0.0} {load.Refused,9}"));
        }
        output.WriteLine("  (goal 3,000 a second or more)");
    }

    private static async Task WriteEventsAsync(string file, string secret, string run, int count)
    {
        await using var lines = new StreamWriter(file);
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < count; i++)
        {
            var payment = new SimulatedPayment(
                string.Create(CultureInfo.InvariantCulture, $"pi_{run}_{i}"), "chk_1", "usr_1", "ser_1", 999, "usd", 59, PaymentStatus.Succeeded, now, [], null);
            var body = StripeEvents.Payment(string.Create(CultureInfo.InvariantCulture, $"evt_{run}_{i}"), "payment_intent.succeeded", payment, now);
            await lines.WriteLineAsync($"{WebhookSignature.Sign(body, secret, now)}\t{System.Text.Encoding.UTF8.GetString(body)}");
        }
    }

    /// <summary>
    /// Viewers pay at a steady rate, whatever the answers (an open loop), and ask for playback until they get it. Timed from asking to pay, through the provider's event, its signature, the
    /// inbox, the queue, the provider once more and the batch, to the first playback that is allowed.
    /// </summary>
    private async Task PaymentsAsync()
    {
        var data = Path.Combine(folder, "payments");
        var ids = await Seed.WriteAsync(data, Series, Viewers);
        var port = Measurements.FreePort();
        using var http = Measurements.Client(port);
        using var running = local.Start(["--data", data, "--url", http.BaseAddress!.GetLeftPart(UriPartial.Authority), "--Logging:LogLevel:Default=Warning", .. Published.HighLimits]);
        await running.ReadyAsync(http, "/health/ready");
        var tokens = await Measurements.TokensAsync(http);
        var count = PaymentsPerSecond * (seconds + 4);
        var open = new (string Page, string Playback, string Token)[count];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, stop) =>
        {
            var viewer = i % Viewers;
            // Not her own of the seed: 1, 2, 3 … series further.
            var series = (viewer + 1 + i / Viewers) % Series;
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/v1/series/{ids[series]}/checkout", UriKind.Relative))
            {
                Content = JsonContent.Create(new JsonObject { ["successUrl"] = "https://app.example.com/ok", ["cancelUrl"] = "https://app.example.com/no" }),
            };
            request.Headers.Authorization = new("Bearer", tokens[viewer]);
            request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"k{i}"));
            using var answer = await http.SendAsync(request, stop);
            answer.EnsureSuccessStatusCode();
            var url = (await answer.Content.ReadFromJsonAsync<JsonNode>(stop))!["url"]!.ToString();
            open[i] = (new Uri(url).AbsolutePath, $"/v1/series/{ids[series]}/videos/vid_{series}/playback", tokens[viewer]);
        });

        var cpu = running.Cpu;
        var started = Stopwatch.GetTimestamp();
        var paying = new List<Task<double>>(count);
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / PaymentsPerSecond) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero)
                await Task.Delay(due);
            paying.Add(PayAsync(http, open[i], Stopwatch.GetTimestamp()));
        }
        var all = await Task.WhenAll(paying);
        var took = Stopwatch.GetElapsedTime(started);
        // The first seconds are the just-in-time compiler's.
        var measured = all.Skip(PaymentsPerSecond * 4).Order().ToArray();
        output.WriteLine("\n  paid to access   payments/s   payments    p50 ms    p95 ms    p99 ms    max ms   CPU of the host");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {"",-14} {count / took.TotalSeconds,12:N0} {measured.Length,10:N0} {At(measured, 0.5),9:0.0} {At(measured, 0.95),9:0.0} {At(measured, 0.99),9:0.0} {measured[^1],9:0.0}   {(running.Cpu - cpu) / took:P0} of one"));
        output.WriteLine("  (goal: p99 of 250 ms or less at 200 a second)");
    }

    private static async Task<double> PayAsync(HttpClient http, (string Page, string Playback, string Token) one, long started)
    {
        using (var paid = await http.PostAsync(new Uri(one.Page + "/pay", UriKind.Relative), null))
            paid.EnsureSuccessStatusCode();
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(one.Playback, UriKind.Relative));
            request.Headers.Authorization = new("Bearer", one.Token);
            using var answer = await http.SendAsync(request);
            if (answer.IsSuccessStatusCode)
                return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException($"No access after a minute: {answer.StatusCode}.");
            await Task.Delay(LookEvery);
        }
    }

    private static double At(double[] ordered, double share) => ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * share))];
}
