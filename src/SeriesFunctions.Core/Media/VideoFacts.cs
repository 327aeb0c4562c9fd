namespace SeriesFunctions.Core.Media;

/// <summary>What a video file is, as read from the file itself.</summary>
/// <param name="DurationMs">Length of the movie as players present it, in milliseconds: see docs/media.md for what counts.</param>
/// <param name="Width">Of the coded picture, in pixels, before it is turned.</param>
/// <param name="Height">Of the coded picture, in pixels, before it is turned.</param>
/// <param name="Rotation">Degrees clockwise by which a player turns the picture: 0 to 359, nearly always 0, 90, 180 or 270.</param>
/// <param name="VideoCodec">Lower case: <c>h264</c>, <c>hevc</c>, <c>vp9</c>, <c>av1</c>, or what else was found.</param>
/// <param name="AudioCodec">Lower case: <c>aac</c>, <c>mp3</c>, <c>opus</c>, or what else was found; null for a silent video.</param>
/// <param name="SizeBytes">Size of the file.</param>
/// <param name="Container"><c>mp4</c> or <c>mov</c>.</param>
public sealed record VideoFacts(
    long DurationMs, int Width, int Height, int Rotation, string VideoCodec, string? AudioCodec, long SizeBytes, string Container)
{
    /// <summary>The major brand, four characters as written, e.g. <c>isom</c>; empty for a QuickTime file from before there were brands.</summary>
    public string Brand { get; init; } = "";

    /// <summary>Pictures a second on average; null where the part of the file that was read doesn't tell.</summary>
    public double? FrameRate { get; init; }

    /// <summary>True for a file that is cut into fragments (<c>moof</c>).</summary>
    public bool IsFragmented { get; init; }

    /// <summary>Every track that was read, in file order.</summary>
    public IReadOnlyList<TrackFacts> Tracks { get; init; } = [];

    /// <summary>Width in pixels as a viewer sees it, after turning.</summary>
    public int DisplayWidth => IsOnItsSide ? Height : Width;

    /// <summary>Height in pixels as a viewer sees it, after turning.</summary>
    public int DisplayHeight => IsOnItsSide ? Width : Height;

    private bool IsOnItsSide => Rotation is (> 45 and < 135) or (> 225 and < 315);
}

/// <summary>One track. <paramref name="Kind"/> is <c>video</c>, <c>audio</c> or the handler's four characters, e.g. <c>text</c>, <c>tmcd</c>.</summary>
/// <param name="Id">As the file numbers it, from 1.</param>
/// <param name="Kind">See above.</param>
/// <param name="Codec">As in <see cref="VideoFacts.VideoCodec"/>, or the sample entry's four characters.</param>
/// <param name="DurationMs">Presented length in milliseconds, after the edit list; null where it isn't known.</param>
/// <param name="IsEnabled">False for a track that players skip unless asked for it.</param>
public sealed record TrackFacts(long Id, string Kind, string Codec, long? DurationMs, bool IsEnabled);

/// <summary>
/// What is wrong with a file. <paramref name="Code"/> is kebab-case and stable; <paramref name="Detail"/> is a sentence that a creator
/// understands and can act on.
/// </summary>
public sealed record MediaProblem(string Code, string Detail);

/// <summary>What the check of a video found. Facts are given as far as they could be read, also for a refused file.</summary>
public sealed record VideoVerdict(VideoFacts? Facts, IReadOnlyList<MediaProblem> Problems)
{
    public bool IsAccepted => Problems.Count == 0;
}

/// <summary>What a video may be. Source of the defaults: the product rules, "video length" (TikTok) and "video file" (TikTok for size and container, else ours).</summary>
public sealed record VideoLimits
{
    /// <summary>Inclusive, compared in hundredths of a second.</summary>
    public TimeSpan MinDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Inclusive, compared in hundredths of a second.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Inclusive. 4 GB as people's devices count it: 4 × 2^30 bytes.</summary>
    public long MaxBytes { get; init; } = 4L << 30;

    /// <summary>The shorter of width and height, in pixels, inclusive.</summary>
    public int MinShortSide { get; init; } = 360;

    /// <summary>What players everywhere can show.</summary>
    public IReadOnlyList<string> VideoCodecs { get; init; } = ["h264", "hevc", "vp9", "av1"];

    /// <summary>What players everywhere can play; no audio at all is fine too.</summary>
    public IReadOnlyList<string> AudioCodecs { get; init; } = ["aac", "mp3", "opus"];
}
