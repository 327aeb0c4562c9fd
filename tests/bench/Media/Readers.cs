using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Media.Tests;
using MetadataExtractor;
using SeriesFunctions.Core.Media;

namespace Media.Bench;

/// <summary>What one reader says of a file: whether it takes it for a video that plays, and its length in milliseconds where it gives one.</summary>
internal sealed record Answer(bool IsVideo, double? DurationMs, string Note = "");

/// <summary>
/// The four readers that are compared. The other three judge nothing, so what they report as MP4 or MOV with a picture and without complaint
/// counts as taken; naming another container counts as refusing it, though a caller who only looks for streams would not notice.
/// </summary>
internal static class Readers
{
    public static async Task<Answer> OursAsync(string path)
    {
        using var source = new FileSource(path);
        var verdict = await VideoCheck.RunAsync(source, source.Length, new VideoLimits(), CancellationToken.None);
        return new Answer(verdict.IsAccepted, verdict.Facts?.DurationMs, string.Join(", ", verdict.Problems.Select(problem => problem.Code).Distinct()));
    }

    public static async Task<Answer> FfprobeAsync(string path)
    {
        var (exit, output) = await RunAsync("ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", path);
        if (exit != 0 || output.Length == 0)
            return new Answer(false, null, "error");
        using var json = JsonDocument.Parse(output);
        if (!json.RootElement.TryGetProperty("streams", out var streams) || streams.GetArrayLength() == 0)
            return new Answer(false, null, "no streams");
        var video = streams.EnumerateArray().Any(stream => stream.TryGetProperty("codec_type", out var type) && type.GetString() == "video"
            && stream.TryGetProperty("codec_name", out _));
        double? length = json.RootElement.TryGetProperty("format", out var format) && format.TryGetProperty("duration", out var text)
            ? double.Parse(text.GetString()!, CultureInfo.InvariantCulture) * 1_000
            : null;
        var name = format.ValueKind == JsonValueKind.Object && format.TryGetProperty("format_name", out var names) ? names.GetString()! : "";
        var isOurs = name.Contains("mp4", StringComparison.Ordinal);
        return new Answer(video && isOurs, length, isOurs ? "" : $"says {name.Split(',')[0]}");
    }

    public static async Task<Answer> MediainfoAsync(string path)
    {
        var (exit, output) = await RunAsync("mediainfo", "--Output=JSON", path);
        if (exit != 0 || output.Length == 0)
            return new Answer(false, null, "error");
        using var json = JsonDocument.Parse(output);
        if (json.RootElement.GetProperty("media") is not { ValueKind: JsonValueKind.Object } media)
            return new Answer(false, null, "nothing");
        var tracks = media.GetProperty("track").EnumerateArray().ToArray();
        var general = tracks.First(track => track.GetProperty("@type").GetString() == "General");
        double? length = general.TryGetProperty("Duration", out var text) ? double.Parse(text.GetString()!, CultureInfo.InvariantCulture) * 1_000 : null;
        var isTruncated = general.TryGetProperty("extra", out var extra) && extra.TryGetProperty("IsTruncated", out _);
        var name = general.TryGetProperty("Format", out var format) ? format.GetString()! : "";
        // For brands that it doesn't know it gives the brand.
        var isOurs = name is not ("Matroska" or "WebM" or "AVI" or "Flash Video" or "MPEG-TS" or "JPEG");
        var isVideo = tracks.Any(track => track.GetProperty("@type").GetString() == "Video");
        return new Answer(isVideo && isOurs && !isTruncated, length, isTruncated ? "says truncated" : isOurs ? "" : $"says {name}");
    }

    public static Answer MetadataExtractor(string path)
    {
        try
        {
            var directories = ImageMetadataReader.ReadMetadata(path);
            var video = directories.Any(directory => directory.Name is "QuickTime Track Header" or "QuickTime Video");
            var duration = directories.Where(directory => directory.Name == "QuickTime Movie Header").SelectMany(directory => directory.Tags)
                .Where(tag => tag.Name == "Duration").Select(tag => tag.Description).FirstOrDefault();
            double? length = TimeSpan.TryParse(duration, CultureInfo.InvariantCulture, out var span) ? span.TotalMilliseconds : null;
            var error = directories.SelectMany(directory => directory.Errors).FirstOrDefault();
            return new Answer(video && error is null, length, error is null ? "" : "error");
        }
        catch (Exception exception) when (exception is ImageProcessingException or IOException or ArgumentException or InvalidOperationException or OverflowException or OutOfMemoryException)
        {
            return new Answer(false, null, exception.GetType().Name);
        }
    }

    public static async Task<(int Exit, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
