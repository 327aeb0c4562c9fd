using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Bench;

/// <summary>
/// 10,000 discounts that end in the same second, a full hour, when the minute's sweep runs too. Two runs from the same data folder: in one every price is asked for at that second, in the other
/// people go on reading, watching and buying, lightly, and are measured before and meanwhile. Both tidy up. A thousand more end six minutes earlier, so that both are measured on a host that has
/// tidied up before, not on one that compiles that code.
/// </summary>
internal sealed class Expiry(Published local, string folder, TextWriter output)
{
    private const int Discounts = 10_000, Earlier = 1_000;
    private const int PercentOff = 40;
    private const long Full = 999, Discounted = 599;
    private const int PauseMs = 20;

    private static readonly TimeSpan EarlierBy = TimeSpan.FromMinutes(6);

    private static readonly string[] Kinds = ["read", "page", "play", "checkout"];

    /// <summary>True when every goal was met.</summary>
    public async Task<bool> RunAsync()
    {
        var now = DateTimeOffset.UtcNow;
        var end = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero).AddHours(now.Minute > 40 ? 2 : 1);
        var data = Path.Combine(folder, "expiry");
        var started = Stopwatch.GetTimestamp();
        var ids = (await Seed.DiscountedAsync(data, Discounts + Earlier, PercentOff, i => i < Discounts ? end : end - EarlierBy)).Take(Discounts).ToList();
        using (var host = await HostAsync(data))
            await host.WorkedOffAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n  {Discounts + Earlier:N0} discounts set, indexed and scheduled in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s; {Discounts:N0} of them end at {end:HH:mm:ss}"));
        var copy = Path.Combine(folder, "expiry-2");
        Copy(data, copy);

        var right = await PricesAsync(data, ids, end);
        var calm = await TrafficAsync(copy, ids, end);
        var left = await Seed.OffersLeftAsync(copy, ids);
        output.WriteLine($"  offers left afterwards: {left.Own} in what owners edit, {left.Shown} in what shoppers see, {left.Listed} in the catalogue  (goal 0)");
        return right && calm && left == (0, 0, 0);
    }

    private async Task<bool> PricesAsync(string data, IReadOnlyList<string> ids, DateTimeOffset end)
    {
        using var host = await HostAsync(data);
        await TidyEarlierAsync(host, end);
        await host.AdvanceToAsync(end - TimeSpan.FromSeconds(12));
        var before = await host.PricesAsync(ids);
        await host.UntilAsync(end);
        var asked = Stopwatch.GetTimestamp();
        var after = await host.PricesAsync(ids);
        var took = Stopwatch.GetElapsedTime(asked);
        var tidied = await host.TidiedAsync(end);
        var wrong = before.Count(price => price != Discounted) + after.Count(price => price != Full);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  every price asked for from that instant on, within {took.TotalSeconds:0.0} s: {wrong} of {before.Count + after.Count:N0} wrong  (goal 0)\n  tidied up {tidied.TotalSeconds:0.0} s after it, with all those questions  (goal 30 or less)"));
        return wrong == 0 && before.Count == Discounts && after.Count == Discounts && tidied < TimeSpan.FromSeconds(30);
    }

    private async Task<bool> TrafficAsync(string data, IReadOnlyList<string> ids, DateTimeOffset end)
    {
        using var host = await HostAsync(data);
        var seriesFile = Path.Combine(folder, "expiry-series");
        await File.WriteAllLinesAsync(seriesFile, ids);
        await TidyEarlierAsync(host, end);
        await host.AdvanceToAsync(end - TimeSpan.FromSeconds(36));
        var tokensFile = Path.Combine(folder, "expiry-tokens");
        await File.WriteAllLinesAsync(tokensFile, await Measurements.TokensAsync(host.Http));

        // Once for the just-in-time compiler; then before, and from the instant on.
        foreach (var kind in Kinds)
            Wrk.Run(host.Process, host.Http.BaseAddress!, 16, 2, kind, seriesFile, tokensFile);
        var before = await LightAsync(host, 12, seriesFile, tokensFile, 100);
        await host.UntilAsync(end);
        var tidy = host.TidiedAsync(end);
        var meanwhile = await LightAsync(host, 5, seriesFile, tokensFile, 200);
        var tidied = await tidy;
        var cpu = host.Process.Cpu;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  tidied up {tidied.TotalSeconds:0.0} s after it under light traffic  (goal 30 or less); the host's processor time so far {cpu.TotalSeconds:0.0} s"));
        output.WriteLine("\n  light traffic   requests/s before   meanwhile   p99 ms before   meanwhile   of before   (goal 2.00 or less)");
        foreach (var kind in Kinds)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {kind,-13} {before[kind].PerSecond,19:N0} {meanwhile[kind].PerSecond,11:N0} {before[kind].P99,15:0.00} {meanwhile[kind].P99,11:0.00} {meanwhile[kind].P99 / before[kind].P99,11:0.00}"));
        return tidied < TimeSpan.FromSeconds(30) && Kinds.All(kind => meanwhile[kind].P99 <= 2 * before[kind].P99);
    }

    private static async Task TidyEarlierAsync(RunningExpiry host, DateTimeOffset end)
    {
        await host.AdvanceToAsync(end - EarlierBy + TimeSpan.FromSeconds(1));
        await host.TidiedAsync(end);
    }

    private static async Task<Dictionary<string, Load>> LightAsync(RunningExpiry host, int seconds, string seriesFile, string tokensFile, int number)
    {
        var loads = await Task.WhenAll(Kinds.Select((kind, i) => Wrk.LightAsync(host.Process, host.Http.BaseAddress!, seconds, kind, seriesFile, tokensFile, PauseMs, number + i)));
        return Kinds.Zip(loads).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private async Task<RunningExpiry> HostAsync(string data)
    {
        var http = Measurements.Client(Measurements.FreePort());
        var process = local.Start(["--data", data, "--url", http.BaseAddress!.GetLeftPart(UriPartial.Authority), "--Logging:LogLevel:Default=Warning", .. Published.HighLimits]);
        await process.ReadyAsync(http, "/health/ready");
        return new(process, http, data);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

/// <summary>The host of one run, with its clock and its backlog.</summary>
internal sealed class RunningExpiry(Running process, HttpClient http, string data) : IDisposable
{
    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromMinutes(3);
    private TimeSpan _ahead;

    public Running Process => process;

    public HttpClient Http => http;

    private DateTimeOffset Now => DateTimeOffset.UtcNow + _ahead;

    public async Task AdvanceToAsync(DateTimeOffset at)
    {
        using var answer = await http.PostAsJsonAsync(new Uri("/local/clock", UriKind.Relative), new JsonObject { ["advanceSeconds"] = (at - Now).TotalSeconds });
        var now = DateTimeOffset.Parse((await answer.Content.ReadFromJsonAsync<JsonNode>())!["now"]!.ToString(), CultureInfo.InvariantCulture);
        _ahead = now - DateTimeOffset.UtcNow;
    }

    public async Task UntilAsync(DateTimeOffset at)
    {
        if (at - Now is var left && left < TimeSpan.Zero)
            throw new InvalidOperationException("What comes before took too long.");
        // The answer that told the time was on its way for a moment: five milliseconds are more than that.
        await Task.Delay(left + TimeSpan.FromMilliseconds(5));
    }

    /// <summary>The current price of each, as the API says it, in minor units.</summary>
    public async Task<IReadOnlyCollection<long>> PricesAsync(IReadOnlyList<string> ids)
    {
        var prices = new ConcurrentBag<long>();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (id, stop) =>
        {
            var series = await http.GetFromJsonAsync<JsonNode>(new Uri($"/v1/series/{id}", UriKind.Relative), stop);
            prices.Add(series!["currentPrice"]!["amount"]!.GetValue<long>());
        });
        return prices;
    }

    /// <summary>How long after <paramref name="end"/> nothing of the tidy-up was left: no edge of a discount, no index to be brought in line, nobody to be told, no event on its way there.</summary>
    public async Task<TimeSpan> TidiedAsync(DateTimeOffset end)
    {
        // Seldom: the look goes through all messages and takes a processor for some milliseconds, which would show in what is measured beside it.
        await LeftAsync(["discounts", "catalog", "notifications"], 500);
        return Now - end;
    }

    public Task WorkedOffAsync() => LeftAsync(["discounts", "catalog", "payments", "media", "moderation", "notifications"], 250);

    private async Task LeftAsync(string[] queues, int everyMs)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "series.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM messages WHERE queue IN ({string.Join(',', queues.Select(queue => $"'{queue}'"))}) AND (available <= $now OR lock IS NOT NULL))
            """;
        var now = command.Parameters.Add("$now", SqliteType.Integer);
        for (var (started, quiet) = (Stopwatch.GetTimestamp(), 0); quiet < 2;)
        {
            now.Value = Now.UtcTicks;
            quiet = (long)(await command.ExecuteScalarAsync())! == 0 ? quiet + 1 : 0;
            if (Stopwatch.GetElapsedTime(started) > GivesUpAfter)
                throw new InvalidOperationException("There is no end to it.");
            if (quiet < 2)
                await Task.Delay(everyMs);
        }
    }

    public void Dispose()
    {
        process.Dispose();
        http.Dispose();
    }
}
