namespace SeriesFunctions.Core.Media;

/// <summary>What a cover is, as read from its header. <paramref name="ContentType"/> is <c>image/jpeg</c> or <c>image/png</c>; sides in pixels.</summary>
public sealed record CoverFacts(int Width, int Height, string ContentType, long SizeBytes);

/// <summary>What the check of a cover found. Facts are given as far as they could be read, also for a refused file.</summary>
public sealed record CoverVerdict(CoverFacts? Facts, IReadOnlyList<MediaProblem> Problems)
{
    public bool IsAccepted => Problems.Count == 0;
}

/// <summary>What a cover may be. Source of the defaults: the product rules, "cover" (ours).</summary>
public sealed record CoverLimits
{
    /// <summary>Inclusive: 10 × 2^20 bytes.</summary>
    public long MaxBytes { get; init; } = 10L << 20;

    /// <summary>Of either side, in pixels, inclusive.</summary>
    public int MinSide { get; init; } = 320;

    /// <summary>Of either side, in pixels, inclusive. Bounds what a decoder will need: 8,192 × 8,192 pixels are 256 MB.</summary>
    public int MaxSide { get; init; } = 8_192;
}
