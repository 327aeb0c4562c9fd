using System.Diagnostics;
using System.Globalization;
using SeriesFunctions.Local.Hosting;

namespace SeriesFunctions.Local.Walkthrough;

/// <summary><c>walkthrough</c>: runs the story on a host of its own, on a free port and a temporary folder, or on the one at <c>--url</c>.</summary>
public static class WalkthroughCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        string? video = null, url = null;
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.");
            switch (arguments[i])
            {
                case "--video":
                    video = File.Exists(value) ? value : throw new ArgumentException($"There is no file {value}.");
                    break;
                case "--url":
                    url = Uri.TryCreate(value, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" ? value : throw new ArgumentException($"{value} is not a URL.");
                    break;
                default:
                    throw new ArgumentException($"{arguments[i]} is not an argument of walkthrough; it takes --video FILE and --url URL.");
            }
        }
        var assets = Path.Combine(AppContext.BaseDirectory, "Walkthrough");
        var started = Stopwatch.GetTimestamp();
        var folder = Path.Combine(Path.GetTempPath(), "series-walkthrough-" + Guid.NewGuid().ToString("N")[..8]);
        // Warnings only: the steps tell the story.
        var host = url is null
            ? await LocalHost.StartAsync([$"--Local:Data={folder}", "--Local:Url=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"], clock: null, CancellationToken.None)
            : null;
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = host?.Url ?? new Uri(url!), Timeout = TimeSpan.FromMinutes(10) };
            output.WriteLine($"The whole story on {http.BaseAddress.GetLeftPart(UriPartial.Authority)}");
            var story = new Story(http, new(video ?? Path.Combine(assets, "sample.mp4")), new(Path.Combine(assets, "cover.jpg")), output);
            try
            {
                await story.RunAsync();
            }
            catch (StepFailedException e)
            {
                output.WriteLine();
                output.WriteLine($"Not as it should be. {e.Message}");
                return 1;
            }
            output.WriteLine();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"All {story.Steps} steps as they should be, in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s."));
            return 0;
        }
        finally
        {
            if (host is not null)
            {
                await host.DisposeAsync();
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
