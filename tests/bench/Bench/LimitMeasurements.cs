using System.Diagnostics;
using System.Globalization;
using System.Net;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Limits;

namespace Bench;

/// <summary>
/// What counting requests costs on the way of a read. Two hosts over the same data, one that counts and one that doesn't, are driven in turns: what the machine does meanwhile happens to both, and
/// the median of the rounds' ratios is what is left. Beside it the count by itself, which is too small to be seen there.
/// </summary>
internal sealed class LimitMeasurements(Published local, string folder, int seconds, int rounds, TextWriter output)
{
    private const int Series = 1_000;

    public async Task RunAsync()
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, {rounds} rounds of {seconds} s each way, the load generator on the same machine"));
        Alone();
        var data = Path.Combine(folder, "counted");
        var ids = await Seed.WriteAsync(data, Series, Measurements.Viewers);
        var seriesFile = Path.Combine(folder, "series");
        await File.WriteAllLinesAsync(seriesFile, ids);
        var copy = Directory.CreateDirectory(Path.Combine(folder, "uncounted")).FullName;
        foreach (var file in Directory.EnumerateFiles(data))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));

        var (onPort, offPort) = (Measurements.FreePort(), Measurements.FreePort());
        using var on = Start(data, onPort, Published.HighLimits);
        using var off = Start(copy, offPort, "--Limits:Enabled=false");
        using var onHttp = Measurements.Client(onPort);
        using var offHttp = Measurements.Client(offPort);
        await on.ReadyAsync(onHttp, "/health/ready");
        await off.ReadyAsync(offHttp, "/health/ready");
        var (onTokens, offTokens) = (Path.Combine(folder, "tokens-on"), Path.Combine(folder, "tokens-off"));
        await File.WriteAllLinesAsync(onTokens, await Measurements.TokensAsync(onHttp));
        await File.WriteAllLinesAsync(offTokens, await Measurements.TokensAsync(offHttp));

        output.WriteLine("\n               counted/s   not counted/s   ratio (least to most)   µs of CPU: counted, not, ratio");
        // A read is everybody's, by address: all of them meet in one bucket. A playback decision is a user's own.
        foreach (var kind in new[] { "read", "play" })
        {
            Wrk.Run(on, onHttp.BaseAddress!, 32, 3, kind, seriesFile, onTokens);
            Wrk.Run(off, offHttp.BaseAddress!, 32, 3, kind, seriesFile, offTokens);
            var loads = new List<(Load On, Load Off)>();
            for (var round = 0; round < rounds; round++)
            {
                // Who goes first changes with each round.
                var first = round % 2 == 0 ? Counted() : NotCounted();
                var second = round % 2 == 0 ? NotCounted() : Counted();
                loads.Add(round % 2 == 0 ? (first, second) : (second, first));
            }
            var ratios = loads.Select(load => load.On.PerSecond / load.Off.PerSecond).Order().ToList();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {kind,-10} {Median(loads.Select(load => load.On.PerSecond)),11:N0} {Median(loads.Select(load => load.Off.PerSecond)),15:N0}   {Median(ratios),5:0.000} ({ratios[0]:0.000} to {ratios[^1]:0.000})   {Median(loads.Select(load => load.On.CpuMicros)):0.0}, {Median(loads.Select(load => load.Off.CpuMicros)):0.0}, {Median(loads.Select(load => load.On.CpuMicros / load.Off.CpuMicros)):0.000}"));

            Load Counted() => Wrk.Run(on, onHttp.BaseAddress!, 32, seconds, kind, seriesFile, onTokens);
            Load NotCounted() => Wrk.Run(off, offHttp.BaseAddress!, 32, seconds, kind, seriesFile, offTokens);
        }
    }

    /// <summary>The count by itself: nanoseconds for a request of one of many users, and for one of everybody behind one address.</summary>
    private void Alone()
    {
        const int times = 2_000_000;
        var options = new LimitsOptions { ReadsPerMinute = 60_000_000, AnonymousPerMinute = 60_000_000 };
        var limits = new RateLimits(options, TimeProvider.System);
        var users = Enumerable.Range(0, Measurements.Viewers).Select(i => new UserId($"viewer-{i}")).ToArray();
        output.WriteLine("\n  by itself, median of 7: ns a request");
        foreach (var (name, take) in new (string, Action<int>)[]
        {
            ("of 1,000 users", i => limits.Take(LimitGroup.Reads, users[i % users.Length])),
            ("of one address", _ => limits.Take(LimitGroup.Reads, IPAddress.Loopback)),
        })
        {
            var seen = new List<double>();
            for (var round = 0; round < 8; round++)
            {
                var started = Stopwatch.GetTimestamp();
                for (var i = 0; i < times; i++)
                    take(i);
                seen.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds / times);
            }
            // The first is for the just-in-time compiler.
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-18} {Median(seen.Skip(1)),6:0}"));
        }
    }

    private Running Start(string data, int port, params string[] settings) =>
        local.Start(["--data", data, "--url", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), "--Logging:LogLevel:Default=Warning", .. settings]);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
