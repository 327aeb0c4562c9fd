using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SeriesFunctions.Core.Media;

namespace Media.Tests;

/// <summary>An independent reader agrees on every file that we accept.</summary>
public sealed class FfprobeTests
{
    /// <summary>Files of which ffprobe's length of the movie is provably not what plays; of these its length of the video track is taken.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["valid-movie-duration-unknown.mp4"] = "mvhd says 'unknown' with all ones, which ffprobe takes for 49 days",
        ["valid-duration-2-64-less-1.mp4"] = "all headers say 'unknown', for which ffprobe gives no length at all; its packets end at 30 s",
        ["fragmented-cmaf.mp4"] = "ffprobe moves pictures with negative composition offsets later, so that sound and picture seem to start apart",
    };

    public static TheoryData<string> Accepted => [.. Expectation.All.Where(expected => expected.Codes == "ok").Select(expected => expected.File)];

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task Ffprobe_agrees_on_length_size_codecs_and_rotation(string file)
    {
        Assert.SkipUnless(Corpus.Find(file) is not null, $"{file} is not made yet: run tests/corpus/make");
        var probed = await ProbeAsync(Corpus.Find(file)!);
        Assert.SkipWhen(probed is null, "ffprobe is not installed");

        using var source = new FileSource(Corpus.Find(file)!);
        var facts = (await VideoCheck.RunAsync(source, source.Length, new VideoLimits(), TestContext.Current.CancellationToken)).Facts!;

        var root = probed!.RootElement;
        var streams = root.GetProperty("streams").EnumerateArray().ToArray();
        var video = streams.First(stream => Text(stream, "codec_type") == "video");
        var audio = streams.Where(stream => Text(stream, "codec_type") == "audio").Select(stream => Text(stream, "codec_name")).FirstOrDefault();
        Assert.Equal(Text(video, "codec_name"), facts.VideoCodec);
        Assert.Equal(audio, facts.AudioCodec);
        Assert.Equal((video.GetProperty("width").GetInt32(), video.GetProperty("height").GetInt32()), (facts.Width, facts.Height));
        Assert.Equal(Rotation(video), facts.Rotation);
        var length = Exceptions.ContainsKey(file) ? PacketsMs(root, video.GetProperty("index").GetInt32()) : Ms(root.GetProperty("format"), "duration");
        Assert.InRange(Math.Abs(facts.DurationMs - length), 0, 50);
    }

    /// <summary>ffprobe counts counter-clockwise, from −180 to 180.</summary>
    private static int Rotation(JsonElement video) =>
        video.TryGetProperty("side_data_list", out var list)
            ? list.EnumerateArray().Where(data => data.TryGetProperty("rotation", out _)).Select(data => (360 - data.GetProperty("rotation").GetInt32()) % 360).FirstOrDefault()
            : 0;

    private static double Ms(JsonElement element, string name) => double.Parse(Text(element, name)!, CultureInfo.InvariantCulture) * 1_000;

    /// <summary>From the first picture's showing to the end of the last one's.</summary>
    private static double PacketsMs(JsonElement root, int stream)
    {
        var packets = root.GetProperty("packets").EnumerateArray().Where(packet => packet.GetProperty("stream_index").GetInt32() == stream).ToArray();
        return packets.Max(packet => Ms(packet, "pts_time") + Ms(packet, "duration_time")) - packets.Min(packet => Ms(packet, "pts_time"));
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static async Task<JsonDocument?> ProbeAsync(string path)
    {
        string[] arguments = ["-v", "quiet", "-of", "json", "-show_format", "-show_streams", .. Exceptions.ContainsKey(Path.GetFileName(path)) ? ["-show_packets"] : Array.Empty<string>(), path];
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ffprobe", arguments) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return JsonDocument.Parse(output);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
