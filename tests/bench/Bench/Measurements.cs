using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Bench;

internal sealed class Measurements(Published floor, Published local, string folder, int seconds, int soak, string[] only, TextWriter output)
{
    private const int Few = 1_000;
    internal const int Viewers = 1_000;

    private readonly Dictionary<string, Load> _floors = [];

    public async Task RunAsync(int many)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, {seconds} s a measurement, the load generator on the same machine"));
        await StartTimesAsync();
        await FloorsAsync();
        var few = await OursAsync(Few, [32, 128], remembers: true);
        if (many > 0)
        {
            var more = await OursAsync(many, [32], remembers: false);
            output.WriteLine();
            foreach (var (kind, load) in more)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind,-10} {many:N0} series beside {Few:N0}: {load.PerSecond / few[kind].PerSecond,5:0.00}  (goal 0.80 or more)"));
        }
    }

    private async Task StartTimesAsync()
    {
        var ofFloor = new List<double>();
        var ofOurs = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            var port = FreePort();
            using var http = Client(port);
            var at = Directory.CreateDirectory(Path.Combine(folder, $"start-{i}")).FullName;
            using (var running = floor.Start(at, port.ToString(CultureInfo.InvariantCulture)))
                ofFloor.Add((await running.ReadyAsync(http, "/memory")).TotalMilliseconds);
            using (var running = local.Start("--data", Path.Combine(at, "data"), "--url", http.BaseAddress!.GetLeftPart(UriPartial.Authority)))
                ofOurs.Add((await running.ReadyAsync(http, "/health/ready")).TotalMilliseconds);
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n  start to ready, median of 7: floor {Median(ofFloor):0} ms, ours {Median(ofOurs):0} ms, ratio {Median(ofOurs) / Median(ofFloor):0.00}  (goal 2.00 or less)"));
    }

    private async Task FloorsAsync()
    {
        var port = FreePort();
        using var http = Client(port);
        var at = Directory.CreateDirectory(Path.Combine(folder, "floor-data")).FullName;
        using var running = floor.Start(at, port.ToString(CultureInfo.InvariantCulture));
        await running.ReadyAsync(http, "/memory");
        output.WriteLine("\n  floor        connections   requests/s    p99 ms   µs of CPU");
        foreach (var kind in new[] { "memory", "row", "page", "commit" })
        {
            var load = Wrk.Run(running, new(http.BaseAddress!, kind), 32, seconds);
            _floors[kind] = load;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind,-12} {32,11} {load.PerSecond,12:N0} {load.P99,9:0.00} {load.CpuMicros,11:0.0}"));
        }
    }

    private async Task<Dictionary<string, Load>> OursAsync(int series, int[] connections, bool remembers)
    {
        var data = Path.Combine(folder, $"data-{series}");
        var ids = await Seed.WriteAsync(data, series, Viewers);
        var seriesFile = Path.Combine(folder, $"series-{series}");
        await File.WriteAllLinesAsync(seriesFile, ids);
        var port = FreePort();
        using var http = Client(port);
        using var running = local.Start(["--data", data, "--url", http.BaseAddress!.GetLeftPart(UriPartial.Authority), "--Links:AppUrl=https://app.example.com", "--Logging:LogLevel:Default=Warning", .. Published.HighLimits]);
        await running.ReadyAsync(http, "/health/ready");
        var tokensFile = Path.Combine(folder, $"tokens-{series}");
        await File.WriteAllLinesAsync(tokensFile, await TokensAsync(http));

        output.WriteLine($"\n  {series:N0} series");
        output.WriteLine("               connections   requests/s    p99 ms   µs of CPU   beside its floor            goal   refused");
        var at32 = new Dictionary<string, Load>();
        foreach (var (kind, against, goal) in new[] { ("read", "row", 0.5), ("page", "page", 0.5), ("play", "row", 0.4), ("checkout", "commit", 0.25), ("like", "commit", 0.25), ("comment", "commit", 0.2), ("comments", "page", 0.4), ("feed", "page", 0.4), ("link", "row", 0.5) })
        {
            if (!only.Contains(kind))
                continue;
            // Once for the just-in-time compiler, then for the record.
            Wrk.Run(running, http.BaseAddress!, 32, 12, kind, seriesFile, tokensFile);
            foreach (var connection in connections)
            {
                var load = Wrk.Run(running, http.BaseAddress!, connection, seconds, kind, seriesFile, tokensFile);
                if (connection == 32)
                    at32[kind] = load;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {kind,-12} {connection,11} {load.PerSecond,12:N0} {load.P99,9:0.00} {load.CpuMicros,11:0.0}   {load.PerSecond / _floors[against].PerSecond,5:0.00} of {against,-7} CPU {load.CpuMicros / _floors[against].CpuMicros,4:0.0}x   {goal,5:0.00}   {load.Refused,7}"));
            }
        }
        if (remembers && soak > 0)
        {
            Wrk.Run(running, http.BaseAddress!, 128, soak, "read", seriesFile, tokensFile);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  resident after all of this and {soak} s of reads at 128 connections: {running.ResidentBytes / 1e6:0} MB  (goal under 160)"));
        }
        return at32;
    }

    internal static async Task<string[]> TokensAsync(HttpClient http)
    {
        var tokens = new string[Viewers];
        await Parallel.ForEachAsync(Enumerable.Range(0, Viewers), async (i, stop) =>
        {
            using var answer = await http.PostAsJsonAsync(new Uri("/local/tokens", UriKind.Relative), new JsonObject { ["userId"] = $"viewer-{i}" }, stop);
            tokens[i] = (await answer.Content.ReadFromJsonAsync<JsonNode>(stop))!["token"]!.ToString();
        });
        return tokens;
    }

    internal static HttpClient Client(int port) => new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new($"http://127.0.0.1:{port}") };

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
