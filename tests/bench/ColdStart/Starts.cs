using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ColdStart;

/// <summary>Starts the program again and again, each way in turn, so that whatever else the machine does meets all of them alike.</summary>
internal sealed class Starts(string folder, int runs, TextWriter output)
{
    private static readonly byte[] s_request = "GET /v1/series/ser_1 HTTP/1.1\r\nHost: cold\r\n\r\n"u8.ToArray();

    public async Task RunAsync()
    {
        var ahead = Publish("ahead", "-p:PublishReadyToRun=true");
        var plain = Publish("plain", "-p:PublishReadyToRun=false");
        var culture = ahead[..^4] + ".culture.json";
        await File.WriteAllTextAsync(culture, (await File.ReadAllTextAsync(ahead[..^4] + ".runtimeconfig.json")).Replace("\"System.Globalization.Invariant\": true", "\"System.Globalization.Invariant\": false", StringComparison.Ordinal));
        Way[] ways =
        [
            new("compiled ahead: as deployed", ahead, null),
            new("compiled ahead, TieredPGO off", ahead, null, ("TieredPGO", "0")),
            new("compiled ahead, TieredCompilation off", ahead, null, ("TieredCompilation", "0")),
            new("compiled ahead, with culture data", ahead, culture),
            new("not compiled ahead", plain, null),
            new("not compiled ahead, TieredPGO off", plain, null, ("TieredPGO", "0")),
        ];
        foreach (var way in ways)
            await StartAsync(way);
        var seen = ways.ToDictionary(way => way, _ => new List<Seen>());
        for (var run = 0; run < runs; run++)
        {
            foreach (var way in ways)
                seen[way].Add(await StartAsync(way));
        }
        await output.WriteLineAsync($"Medians of {runs}, milliseconds from the start of the process; in brackets the quickest.");
        await output.WriteLineAsync("| | Main | listening | first answer | that request alone | the next | methods compiled | resident |\n|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var way in ways)
        {
            var all = seen[way];
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {way.Name} | {Median(all, one => one.Entered):0} | {Median(all, one => one.Listening):0} | {Median(all, one => one.First):0} ({all.Min(one => one.First):0}) | {Median(all, one => one.First - one.Listening):0} | {Median(all, one => one.Second):0.0} | {Median(all, one => one.Methods):0} | {Median(all, one => one.Resident) / 1e6:0} MB |"));
        }
    }

    private static double Median(List<Seen> all, Func<Seen, double> value) => all.Select(value).Order().ElementAt(all.Count / 2);

    private static async Task<Seen> StartAsync(Way way)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] arguments = way.RuntimeConfig is { } config ? ["exec", "--runtimeconfig", config, way.Dll, "serve"] : [way.Dll, "serve"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in way.Settings)
            start.Environment["DOTNET_" + name] = value;
        // One clock for all processes of a machine.
        var began = Stopwatch.GetTimestamp();
        start.Environment["COLDSTART_BEGAN"] = began.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var listening = Numbers(await process.StandardOutput.ReadLineAsync());
        using var line = new TcpClient();
        await line.ConnectAsync("127.0.0.1", (int)listening[0]);
        var stream = line.GetStream();
        await AskAsync(stream);
        var first = Stopwatch.GetElapsedTime(began);
        var again = Stopwatch.GetTimestamp();
        await AskAsync(stream);
        var second = Stopwatch.GetElapsedTime(again);
        process.StandardInput.Close();
        var end = Numbers(await process.StandardOutput.ReadLineAsync());
        await process.WaitForExitAsync();
        return new(listening[1], listening[2], first.TotalMilliseconds, second.TotalMilliseconds, end[0], end[2]);
    }

    /// <summary>There is no such series, and that is what is answered: a point read through the SDK, as for one that there is.</summary>
    private static async Task AskAsync(NetworkStream stream)
    {
        await stream.WriteAsync(s_request);
        var buffer = new byte[4_096];
        var text = new StringBuilder();
        while (!text.ToString().Contains("\"not-found\"", StringComparison.Ordinal) || !text.ToString().TrimEnd('\r', '\n', '0').EndsWith('}'))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0 || text.Length > 10_000)
                throw new InvalidOperationException($"This is not the answer: {text}");
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    private static double[] Numbers(string? line) =>
        [.. (line ?? throw new InvalidOperationException("It ended before it listened.")).Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    private string Publish(string name, string how)
    {
        var target = Path.Combine(folder, name);
        var dll = Path.Combine(target, "ColdStart.dll");
        if (File.Exists(dll))
            return dll;
        using var publish = Process.Start(new ProcessStartInfo("dotnet", $"publish tests/bench/ColdStart -c Release -r linux-x64 --self-contained false {how} -o {target} -v quiet --nologo") { RedirectStandardOutput = true })!;
        var said = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        return publish.ExitCode == 0 ? dll : throw new InvalidOperationException(said);
    }

    private sealed record Way(string Name, string Dll, string? RuntimeConfig, params (string Name, string Value)[] Settings);

    private sealed record Seen(double Entered, double Listening, double First, double Second, double Methods, double Resident);
}
