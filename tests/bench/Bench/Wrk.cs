using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench;

/// <summary>What wrk measured. Latencies in milliseconds; processor time a request in microseconds, of the server alone.</summary>
internal sealed record Load(double PerSecond, double P99, long Refused, double CpuMicros);

internal static partial class Wrk
{
    public static bool IsThere()
    {
        try
        {
            using var wrk = Process.Start(new ProcessStartInfo("wrk", "--version") { RedirectStandardOutput = true, RedirectStandardError = true });
            wrk!.WaitForExit();
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public static Load Run(Running server, Uri url, int connections, int seconds, params string[] script) => Run(server, url, 2, connections, seconds, script);

    /// <summary>A connection sends its next request a while after it got an answer: somebody is there, and the machine is not full.</summary>
    public static Task<Load> LightAsync(Running server, Uri url, int seconds, string kind, string seriesFile, string tokensFile, int pauseMs, int number) =>
        Task.Run(() => Run(server, url, 1, 4, seconds, [kind, seriesFile, tokensFile, pauseMs.ToString(CultureInfo.InvariantCulture), number.ToString(CultureInfo.InvariantCulture)]));

    private static Load Run(Running server, Uri url, int threads, int connections, int seconds, string[] script)
    {
        var start = new ProcessStartInfo("wrk") { RedirectStandardOutput = true };
        foreach (var argument in new[] { $"-t{threads}", $"-c{connections}", $"-d{seconds}s", "--latency" })
            start.ArgumentList.Add(argument);
        if (script.Length > 0)
        {
            start.ArgumentList.Add("-s");
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "load.lua"));
        }
        start.ArgumentList.Add(url.ToString());
        if (script.Length > 0)
        {
            start.ArgumentList.Add("--");
            foreach (var argument in script)
                start.ArgumentList.Add(argument);
        }
        var before = server.Cpu;
        using var wrk = Process.Start(start)!;
        var text = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        var used = server.Cpu - before;
        var total = double.Parse(Total().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
        return new(
            double.Parse(Rate().Match(text).Groups[1].Value, CultureInfo.InvariantCulture), Milliseconds(Ninety().Match(text)),
            Refused().Match(text) is { Success: true } refused ? long.Parse(refused.Groups[1].Value, CultureInfo.InvariantCulture) : 0,
            total == 0 ? 0 : used.TotalMicroseconds / total);
    }

    private static double Milliseconds(Match match) =>
        double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * match.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1_000 };

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Ninety();

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Total();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex Refused();
}
