using System.Globalization;

namespace SeriesFunctions.Core.Media;

/// <summary>
/// Every reason for which a video is refused, with its sentence. Source: the product rules, "video length" and "video file"; docs/media.md lists
/// the codes with what brings each about.
/// </summary>
public static class VideoProblems
{
    public static MediaProblem NotAVideo(string whatItIs) => new("not-a-video",
        $"This file is not a video{Aside(whatItIs)}. Choose a video in MP4 or MOV format.");

    public static MediaProblem ContainerUnsupported(string container) => new("container-unsupported",
        $"This file is {container}, which can't be played everywhere. Export the video as MP4 or MOV and upload it again.");

    public static MediaProblem VideoCodecUnsupported(string codec) => new("codec-unsupported",
        $"The picture is stored as {codec}, which phones can't play. Export the video with H.264, H.265 (HEVC), VP9 or AV1.");

    public static MediaProblem AudioCodecUnsupported(string codec) => new("codec-unsupported",
        $"The sound is stored as {codec}, which phones can't play. Export the video with AAC, MP3 or Opus sound.");

    public static MediaProblem TooShort(long durationMs, TimeSpan least) => new("too-short",
        $"The video is {Length(durationMs)} long; it must be at least {Length((long)least.TotalMilliseconds)}.");

    public static MediaProblem TooLong(long durationMs, TimeSpan most) => new("too-long",
        $"The video is {Length(durationMs)} long; it may be at most {Length((long)most.TotalMilliseconds)}. Split it into several videos of the series.");

    public static MediaProblem TooLarge(long bytes, long most) => new("too-large",
        $"The file has {Size(bytes)}; it may have at most {Size(most)}. Export it with a lower bit rate or resolution.");

    public static MediaProblem TooSmallPicture(int width, int height, int least) => new("too-small-picture",
        string.Create(CultureInfo.InvariantCulture, $"The picture is {width} × {height} pixels; its shorter side must have at least {least}. Export the video in a higher resolution."));

    public static readonly MediaProblem NoVideoTrack = new("no-video-track",
        "The file has no picture, only sound or other data. Export it again with the picture included.");

    public static readonly MediaProblem Truncated = new("truncated",
        "The end of the file is missing: recording, export or upload stopped early. Check that the file plays to its end, then upload it again.");

    public static MediaProblem Corrupt(string how) => new("corrupt",
        $"The file is damaged: {how}. Export the video again and upload the new file.");

    public static readonly MediaProblem Encrypted = new("encrypted",
        "The video is protected against copying, so viewers could not play it. Upload the original without protection.");

    public static MediaProblem SizeMismatch(long announced, long actual) => new("size-mismatch",
        string.Create(CultureInfo.InvariantCulture, $"{actual:N0} bytes arrived, but {announced:N0} were announced. The upload was interrupted or the file changed meanwhile; upload it again."));

    private static string Aside(string whatItIs) => whatItIs.Length == 0 ? "" : $" but {whatItIs}";

    /// <summary>In the form in which editors show a length, with hundredths because the limits are compared in them.</summary>
    private static string Length(long ms)
    {
        var hundredths = ms / 10 + (ms % 10 >= 5 ? 1 : 0);
        return hundredths < 6_000
            ? string.Create(CultureInfo.InvariantCulture, $"{hundredths / 100}.{hundredths % 100:00} s")
            : string.Create(CultureInfo.InvariantCulture, $"{hundredths / 6_000}:{hundredths / 100 % 60:00}.{hundredths % 100:00}");
    }

    private static string Size(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.##} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.##} MB");
}
