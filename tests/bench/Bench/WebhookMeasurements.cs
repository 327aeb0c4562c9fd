using System.Globalization;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Local.Payments;

namespace Bench;

/// <summary>How many webhooks are taken a second.</summary>
internal sealed class WebhookMeasurements(Published local, string folder, int seconds, TextWriter output)
{
    /// <summary>
    /// Events that are signed and new, each about a payment of its own, posted by wrk. Taking one is a durable write; the host applies them beside, with the same processors, by asking the
    /// provider for a payment that turns out not to be ours.
    /// </summary>
    public async Task RunAsync()
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
}
