using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Bench;

/// <summary>
/// How long it is from a payment to access. Viewers pay at a steady rate, whatever the answers (an open loop), and ask for playback until they get it. Timed from asking to pay, through the
/// provider's event, its signature, the inbox, the queue, the provider once more and the batch, to the first playback that is allowed.
/// </summary>
internal sealed class PaymentMeasurements(Published local, string folder, int seconds, TextWriter output)
{
    private const int Viewers = 1_000;
    private const int Series = 1_000;
    private const int PaymentsPerSecond = 200;
    private const double Goal = 250;

    /// <summary>Paid before, as fast as it goes: the just-in-time compiler's.</summary>
    private const int WarmUp = 2_000;

    /// <summary>How exact the times are: to 20 ms, and later to a tenth of what it took. Looking more often would be a load of its own, and the more so the later access is.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromSeconds(60);

    /// <summary>True when everybody who paid could watch, and soon enough.</summary>
    public async Task<bool> RunAsync()
    {
        var data = Path.Combine(folder, "payments");
        var ids = await Seed.WriteAsync(data, Series, Viewers);
        var port = Measurements.FreePort();
        using var http = Measurements.Client(port);
        using var running = local.Start(["--data", data, "--url", http.BaseAddress!.GetLeftPart(UriPartial.Authority), "--Logging:LogLevel:Default=Warning", .. Published.HighLimits]);
        await running.ReadyAsync(http, "/health/ready");
        var tokens = await Measurements.TokensAsync(http);
        var count = PaymentsPerSecond * seconds;
        var open = new Opened[WarmUp + count];
        await Parallel.ForEachAsync(Enumerable.Range(0, open.Length), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, stop) =>
        {
            var viewer = i % Viewers;
            // Not her own of the seed: 1, 2, 3 … series further.
            var series = (viewer + 1 + i / Viewers) % Series;
            open[i] = await OpenAsync(http, ids[series], series, tokens[viewer], i, stop);
        });

        var warm = open[..WarmUp];
        open = open[WarmUp..];
        await Parallel.ForEachAsync(warm, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (one, _) => await PayAsync(http, one, Stopwatch.GetTimestamp()));
        (await http.PostAsync(new Uri("/local/drain", UriKind.Relative), null)).Dispose();

        var cpu = running.Cpu;
        var started = Stopwatch.GetTimestamp();
        var paying = new List<Task<double?>>(count);
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / PaymentsPerSecond) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero)
                await Task.Delay(due);
            paying.Add(PayAsync(http, open[i], Stopwatch.GetTimestamp()));
        }
        var sent = Stopwatch.GetElapsedTime(started);
        var all = await Task.WhenAll(paying);
        var without = open.Where((_, i) => all[i] is null).ToList();
        var measured = all.Select(time => time ?? GivesUpAfter.TotalMilliseconds).Order().ToArray();
        var p99 = At(measured, 0.99);
        output.WriteLine("\n  paid to access   payments/s   payments    p50 ms    p95 ms    p99 ms    max ms   without access   CPU of the host");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {"",-14} {count / sent.TotalSeconds,12:N0} {measured.Length,10:N0} {At(measured, 0.5),9:0.0} {At(measured, 0.95),9:0.0} {p99,9:0.0} {measured[^1],9:0.0} {without.Count,16:N0}   {(running.Cpu - cpu) / Stopwatch.GetElapsedTime(started):P0} of one"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  (goal: p99 of {Goal:0} ms or less at {PaymentsPerSecond} a second, nobody without access)"));
        foreach (var one in without.Take(3))
            await ExplainAsync(http, data, one);
        return without.Count == 0 && p99 <= Goal;
    }

    private static async Task<Opened> OpenAsync(HttpClient http, string id, int number, string token, int key, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/v1/series/{id}/checkout", UriKind.Relative))
        {
            Content = JsonContent.Create(new JsonObject { ["successUrl"] = "https://app.example.com/ok", ["cancelUrl"] = "https://app.example.com/no" }),
        };
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"k{key}"));
        using var answer = await http.SendAsync(request, stop);
        answer.EnsureSuccessStatusCode();
        var checkout = (await answer.Content.ReadFromJsonAsync<JsonNode>(stop))!;
        return new(checkout["checkoutId"]!.ToString(), new Uri(checkout["url"]!.ToString()).AbsolutePath, $"/v1/series/{id}/videos/vid_{number}/playback", token);
    }

    /// <summary>Milliseconds from asking to pay to being allowed to watch; null when that never came.</summary>
    private static async Task<double?> PayAsync(HttpClient http, Opened one, long started)
    {
        using (var paid = await http.PostAsync(new Uri(one.Page + "/pay", UriKind.Relative), null))
            paid.EnsureSuccessStatusCode();
        while (Stopwatch.GetElapsedTime(started) < GivesUpAfter)
        {
            using var answer = await GetAsync(http, one.Playback, one.Token);
            if (answer.IsSuccessStatusCode)
                return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var waited = Stopwatch.GetElapsedTime(started) / 10;
            await Task.Delay(waited > LookEvery ? waited : LookEvery);
        }
        return null;
    }

    /// <summary>A payment without access is a bug of ours or of this measurement: says where it got to.</summary>
    private async Task ExplainAsync(HttpClient http, string data, Opened one)
    {
        using var checkout = await GetAsync(http, $"/v1/checkouts/{one.CheckoutId}", one.Token);
        using var playback = await GetAsync(http, one.Playback, one.Token);
        output.WriteLine($"  {one.CheckoutId}: {await checkout.Content.ReadAsStringAsync()}\n    playback {(int)playback.StatusCode}, payment page {one.Page}");
        var store = Path.Combine(data, "series.db");
        output.WriteLine($"    outbox {await AskAsync(store, "SELECT count(*) FROM outbox")}, messages {await AskAsync(store, "SELECT group_concat(queue || ' ' || n || ' (deliveries up to ' || d || ')', ', ') FROM (SELECT queue, count(*) AS n, max(deliveries) AS d FROM messages GROUP BY queue)")}"
            + $", dead letters {await AskAsync(store, "SELECT count(*) || coalesce(': ' || max(reason), '') FROM dead_letters")}");
        var provider = Path.Combine(data, "provider.db");
        var events = "FROM events WHERE instr(CAST(body AS TEXT), $about) > 0";
        output.WriteLine($"    provider's events about it: {await AskAsync(provider, $"SELECT group_concat(id || ' tries ' || tries || CASE WHEN done_at IS NULL THEN ' not taken' ELSE ' taken' END, ', ') {events}", one.CheckoutId)}"
            + $"; of all events not taken {await AskAsync(provider, "SELECT count(*) FROM events WHERE done_at IS NULL")}");
        output.WriteLine($"    inbox: {await AskAsync(store, $"SELECT group_concat(CAST(body AS TEXT), ' ') FROM documents WHERE id = 'event' AND instr(CAST(body AS TEXT), $about) > 0", await AskAsync(provider, "SELECT json_extract(CAST(body AS TEXT), '$.paymentId') FROM objects WHERE id LIKE 'cs_%' AND instr(CAST(body AS TEXT), $about) > 0", one.CheckoutId))}");
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient http, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", token);
        return await http.SendAsync(request);
    }

    private static async Task<string> AskAsync(string file, string query, string about = "")
    {
        await using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        command.Parameters.AddWithValue("$about", about);
        return (await command.ExecuteScalarAsync())?.ToString() is { Length: > 0 } text ? text : "none";
    }

    private static double At(double[] ordered, double share) => ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * share))];

    private sealed record Opened(string CheckoutId, string Page, string Playback, string Token);
}
