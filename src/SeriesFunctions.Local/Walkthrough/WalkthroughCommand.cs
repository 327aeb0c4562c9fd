using System.Diagnostics;
using System.Globalization;
using SeriesFunctions.Local.Hosting;

namespace SeriesFunctions.Local.Walkthrough;

/// <summary>
/// <c>walkthrough</c>: runs the story on a host of its own, on a free port and a temporary folder, or on the one at <c>--url</c>: another local host, or with <c>--tokens FILE</c> or
/// <c>--principals</c> one that knows nothing of <c>/local</c>.
/// </summary>
public static class WalkthroughCommand
{
    private const string Usage =
        "walkthrough takes --video FILE and --url URL; with --url also --tokens FILE, or --principals for the Functions app on this machine, and --pay hand where a person pays on the provider's page.";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        string? video = null, url = null, tokens = null;
        bool principals = false, payByHand = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            string Value() => ++i < arguments.Count ? arguments[i] : throw new ArgumentException($"{arguments[^1]} needs a value. {Usage}");
            string Existing() => Value() is var file && File.Exists(file) ? file : throw new ArgumentException($"There is no file {arguments[i]}.");
            switch (arguments[i])
            {
                case "--video":
                    video = Existing();
                    break;
                case "--tokens":
                    tokens = Existing();
                    break;
                case "--url":
                    url = Uri.TryCreate(Value(), UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" ? arguments[i] : throw new ArgumentException($"{arguments[i]} is not a URL.");
                    break;
                case "--principals":
                    principals = true;
                    break;
                case "--pay":
                    payByHand = Value() is "hand" ? true : throw new ArgumentException($"{arguments[i]} is no way to pay. {Usage}");
                    break;
                default:
                    throw new ArgumentException($"{arguments[i]} is not an argument. {Usage}");
            }
        }
        if (url is null && (tokens is not null || principals || payByHand))
            throw new ArgumentException($"Without --url there is nobody to show a token to. {Usage}");
        // Anywhere else the platform stands in front of the app and throws the header away; sending it there could only be a mistake.
        if (principals && !new Uri(url!).IsLoopback)
            throw new ArgumentException("--principals is for a host on this machine.");
        var assets = Path.Combine(AppContext.BaseDirectory, "Walkthrough");
        var started = Stopwatch.GetTimestamp();
        var folder = Path.Combine(Path.GetTempPath(), "series-walkthrough-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(folder);
        // Warnings only: the steps tell the story.
        var host = url is null
            ? await LocalHost.StartAsync([$"--Local:Data={Path.Combine(folder, "data")}", "--Local:Url=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"], clock: null, CancellationToken.None)
            : null;
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = host?.Url ?? new Uri(url!), Timeout = TimeSpan.FromMinutes(10) };
            output.WriteLine($"The whole story on {http.BaseAddress.GetLeftPart(UriPartial.Authority)}");
            IStage stage = tokens is not null || principals
                ? new RemoteStage(http, tokens is null ? null : RemoteStage.ReadTokens(await File.ReadAllTextAsync(tokens)), payByHand, output)
                : new LocalStage(http);
            var story = new Story(http, stage, new(video ?? OfItsOwn(Path.Combine(assets, "sample.mp4"), folder)), new(Path.Combine(assets, "cover.jpg")), output);
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
                await host.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A copy that no earlier run has uploaded, since the same file twice is noticed: an empty box with a number of its own stands at the end.</summary>
    private static string OfItsOwn(string sample, string folder)
    {
        var copy = Path.Combine(folder, Path.GetFileName(sample));
        File.WriteAllBytes(copy, [.. File.ReadAllBytes(sample), 0, 0, 0, 24, .. "free"u8, .. Guid.NewGuid().ToByteArray()]);
        return copy;
    }
}
