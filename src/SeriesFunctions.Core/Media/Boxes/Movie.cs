namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>What a movie header (<c>moov</c>) says, before anybody judges it. Durations are in units of the time scale beside them.</summary>
internal sealed class Movie
{
    /// <summary>Units a second; 0 when no <c>mvhd</c> was seen.</summary>
    public uint Timescale { get; set; }

    /// <summary>Null when unknown: all ones, or no <c>mvhd</c>.</summary>
    public ulong? Duration { get; set; }

    public Matrix Matrix { get; set; } = Matrix.Identity;

    /// <summary>There is an <c>mvex</c>: samples may come in fragments.</summary>
    public bool MayHaveFragments { get; set; }

    /// <summary>There is a <c>pssh</c>: a player would need a licence.</summary>
    public bool HasProtectionHeader { get; set; }

    /// <summary>The header is QuickTime's compressed or reference kind, which only QuickTime reads.</summary>
    public bool IsQuickTimeOnly { get; set; }

    /// <summary>What is wrong with the structure, as the end of a sentence; null while nothing is.</summary>
    public string? Damage { get; set; }

    public List<Track> Tracks { get; } = [];

    /// <summary>From <c>trex</c>, by track id: the length of a fragment's sample where nothing nearer says. The box may come before its track.</summary>
    public Dictionary<uint, uint> SampleDurations { get; } = [];

    public Track? Track(uint id)
    {
        foreach (var track in Tracks)
        {
            if (track.Id == id)
                return track;
        }
        return null;
    }
}

/// <summary>One <c>trak</c>, and what the fragments add to it.</summary>
internal sealed class Track
{
    public uint Id { get; set; }

    public bool IsEnabled { get; set; }

    /// <summary>The handler type; <see cref="BoxType.Vide"/> and <see cref="BoxType.Soun"/> matter.</summary>
    public uint Handler { get; set; }

    public Matrix Matrix { get; set; } = Matrix.Identity;

    /// <summary>The size that <c>tkhd</c> wants the picture shown at, in whole pixels.</summary>
    public (int Width, int Height) Shown { get; set; }

    /// <summary>Units a second of the media; 0 when no <c>mdhd</c> was seen.</summary>
    public uint Timescale { get; set; }

    /// <summary>Of the media, in <see cref="Timescale"/>; null when unknown (all ones).</summary>
    public ulong? MediaDuration { get; set; }

    public List<Edit> Edits { get; } = [];

    public SampleDescription? Description { get; set; }

    public TimeToSample? Times { get; set; }

    /// <summary>When the last picture's showing ends, in <see cref="Timescale"/>; null where the tables that tell (<c>stts</c>, <c>ctts</c>) weren't visible as a whole.</summary>
    public long? CompositionEnd { get; set; }

    /// <summary>A chunk offset that lies past the end of the file was seen.</summary>
    public bool PointsPastEnd { get; set; }

    /// <summary>The samples are in another file (a data reference that isn't to this one).</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>What the fragments hold of this track, as far as they were read; null before any.</summary>
    public FragmentedMedia? Fragments { get; set; }

    /// <summary>Where decoding of the first fragment starts, in <see cref="Timescale"/>: more than 0 in a recording of a broadcast.</summary>
    public long FragmentOrigin { get; set; }

    public bool IsVideo => Handler == BoxType.Vide;

    public bool IsAudio => Handler == BoxType.Soun;
}

/// <summary>
/// The media of a track that comes in fragments, in its time scale: where decoding and presentation of the last one end, and how many samples of
/// which summed length were counted on the way.
/// </summary>
internal readonly record struct FragmentedMedia(long DecodingEnd, long PresentationEnd, long Samples, long SampleTime);

/// <summary>One entry of an edit list. <paramref name="Duration"/> in the movie's time scale, <paramref name="MediaTime"/> in the media's; −1 is an empty edit.</summary>
internal readonly record struct Edit(ulong Duration, long MediaTime);

/// <summary>What was visible of <c>stts</c>. <paramref name="IsWhole"/> is false where the table runs out of the window.</summary>
internal readonly record struct TimeToSample(ulong Samples, ulong Duration, bool IsWhole);

/// <summary>The first rows' a, b, c, d of a transformation matrix, as 16.16 fixed point: how a picture is turned and mirrored.</summary>
internal readonly record struct Matrix(int A, int B, int C, int D)
{
    public static readonly Matrix Identity = new(1 << 16, 0, 0, 1 << 16);

    /// <summary>This one first, then <paramref name="next"/>.</summary>
    public Matrix Then(Matrix next) => new(
        Product(A, next.A, B, next.C), Product(A, next.B, B, next.D), Product(C, next.A, D, next.C), Product(C, next.B, D, next.D));

    /// <summary>Degrees clockwise, 0 to 359. A mirrored picture counts as turned the way its first row points.</summary>
    public int Rotation
    {
        get
        {
            if (A == 0 && B == 0)
                return 0;
            var degrees = (int)Math.Round(Math.Atan2(B, A) * 180 / Math.PI);
            return degrees < 0 ? degrees + 360 : degrees;
        }
    }

    private static int Product(int x1, int y1, int x2, int y2) => (int)(((long)x1 * y1 >> 16) + ((long)x2 * y2 >> 16));
}
