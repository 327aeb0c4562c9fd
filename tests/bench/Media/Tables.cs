using System.Diagnostics;
using System.Globalization;
using System.Text;
using Media.Tests;
using SeriesFunctions.Core.Media;

namespace Media.Bench;

/// <summary>Measures and writes each table as Markdown.</summary>
internal static class Tables
{
    /// <summary>Lengths may differ by so much.</summary>
    private const double Tolerance = 50;

    /// <summary>
    /// Right means: a whole and valid video is read with its length; one that is cut short, damaged or no video is not passed on as one. What is
    /// a matter of our rules (too short, codec, encrypted, container) is right when the facts are.
    /// </summary>
    public static async Task<string> CorrectnessAsync()
    {
        var table = new StringBuilder("| file | truth | ours | ffprobe | mediainfo | MetadataExtractor |\n|---|---|---|---|---|---|\n");
        var right = new int[4];
        var files = 0;
        foreach (var expected in Expectation.All)
        {
            if (Corpus.Find(expected.File) is not { } path)
                continue;
            files++;
            Answer[] answers = [await Readers.OursAsync(path), await Readers.FfprobeAsync(path), await Readers.MediainfoAsync(path), Readers.MetadataExtractor(path)];
            table.Append(CultureInfo.InvariantCulture, $"| {expected.File} | {(expected.Codes == "ok" ? Seconds(expected.DurationMs) : expected.Codes)} |");
            for (var i = 0; i < answers.Length; i++)
            {
                var isRight = i == 0 ? IsOursRight(expected, answers[0]) : IsRight(expected, answers[i]);
                right[i] += isRight ? 1 : 0;
                table.Append(CultureInfo.InvariantCulture, $" {(isRight ? "" : "**✗** ")}{Text(answers[i])} |");
            }
            table.Append('\n');
        }
        return table.Append(CultureInfo.InvariantCulture, $"| **right of {files}** | | **{right[0]}** | **{right[1]}** | **{right[2]}** | **{right[3]}** |\n").ToString();
    }

    public static async Task<string> BytesAsync()
    {
        var table = new StringBuilder("| file | size | ours: requests | ours: KB | ffprobe: requests | ffprobe: KB | ratio of bytes |\n|---|---|---|---|---|---|---|\n");
        foreach (var expected in Expectation.All.Where(expected => expected.Codes is "ok" or "too-long"))
        {
            if (Corpus.Find(expected.File) is not { } path)
                continue;
            using var file = new FileSource(path);
            // Files that fit one window say nothing about how anybody reads.
            if (file.Length < 200_000)
                continue;
            var ours = new CountingSource(file);
            await VideoCheck.RunAsync(ours, file.Length, new VideoLimits(), CancellationToken.None);
            await using var server = new CountingServer(path);
            await Readers.RunAsync("ffprobe", "-v", "error", "-show_format", "-show_streams", server.Url.ToString());
            table.Append(CultureInfo.InvariantCulture,
                $"| {expected.File} | {file.Length / 1e6:0.0} MB | {ours.Requests} | {ours.Bytes / 1024.0:0} | {server.Requests} | {server.Bytes / 1024.0:N0} | {(double)server.Bytes / ours.Bytes:0} |\n");
        }
        return table.ToString();
    }

    public static async Task<string> SpeedAsync()
    {
        string[] shown =
        [
            "h264-aac.mp4", "h264-aac-moov-last.mp4", "fragmented-mfra.mp4", "heavy-moov-first.mp4", "heavy-moov-last.mp4", "heavy-fragmented-mfra.mp4",
            "heavy-fragmented-no-index.mp4", "length-20-00.00.mp4", "sparse-4-gb.mp4",
        ];
        var table = new StringBuilder("| file | ours, in process (ms) | ffprobe, a process (ms) | times faster |\n|---|---|---|---|\n");
        var (slowest, slowestFile) = (0.0, "");
        foreach (var expected in Expectation.All)
        {
            if (Corpus.Find(expected.File) is not { } path)
                continue;
            var ours = await OursMsAsync(path);
            if (ours > slowest)
                (slowest, slowestFile) = (ours, expected.File);
            if (!shown.Contains(expected.File))
                continue;
            var probes = new double[11];
            for (var i = 0; i < probes.Length; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await Readers.RunAsync("ffprobe", "-v", "error", "-show_format", "-show_streams", path);
                probes[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
            var ffprobe = Median(probes);
            table.Append(CultureInfo.InvariantCulture, $"| {expected.File} | {ours:0.000} | {ffprobe:0} | {ffprobe / ours:N0} |\n");
        }
        return table.Append(CultureInfo.InvariantCulture, $"\nSlowest of all {Expectation.All.Length} files in process: {slowestFile}, {slowest:0.000} ms.\n").ToString();
    }

    /// <summary>Median of opening the file, checking it and closing it, in the page cache.</summary>
    private static async Task<double> OursMsAsync(string path)
    {
        var limits = new VideoLimits();
        var runs = new double[301];
        for (var i = -200; i < runs.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using (var source = new FileSource(path))
                await VideoCheck.RunAsync(source, source.Length, limits, CancellationToken.None);
            if (i >= 0)
                runs[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        return Median(runs);
    }

    private static bool IsOursRight(Expectation expected, Answer answer) =>
        answer.IsVideo == (expected.Codes == "ok") && (answer.Note.Length == 0 ? "ok" : answer.Note.Replace(" ", "", StringComparison.Ordinal)) == expected.Codes
        && (expected.Codes != "ok" || Math.Abs(answer.DurationMs!.Value - expected.DurationMs!.Value) <= Tolerance);

    private static bool IsRight(Expectation expected, Answer answer) => expected.Codes switch
    {
        "truncated" or "corrupt" or "not-a-video" => !answer.IsVideo,
        "no-video-track" => true,
        "container-unsupported" => !answer.IsVideo,
        _ => answer.IsVideo && answer.DurationMs is { } length && Math.Abs(length - expected.DurationMs!.Value) <= Tolerance,
    };

    private static string Text(Answer answer) =>
        string.Join(", ", new[] { answer.IsVideo || answer.Note.Length == 0 ? Seconds(answer.DurationMs) : "", answer.Note }.Where(part => part.Length > 0));

    private static string Seconds(double? ms) => ms is { } length ? string.Create(CultureInfo.InvariantCulture, $"{length / 1_000:0.00} s") : "no length";

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
