namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>How long tracks and the movie are when they are played. All results in microseconds.</summary>
internal static class Presentation
{
    /// <summary>
    /// Audio comes in whole frames, of up to 2,048 samples in AAC (46 ms at 44.1 kHz), so it often begins a little before the picture or ends a little
    /// after it. What is no more than this is padding and makes no movie longer.
    /// </summary>
    public const long AudioPadding = 50_000;

    /// <summary>Composition offsets of real encoders stay under this: 16 pictures at 24 a second are 0.67 s.</summary>
    private const long MostReordering = 1_000_000;

    private const long Longest = long.MaxValue / 8;

    /// <summary>When a track is on, from the movie's start; null when nothing in the track tells.</summary>
    public static Interval? Of(Track track, Movie movie)
    {
        if (track.Timescale == 0 || MediaEnd(track) is not { } mediaEnd)
            return null;
        var mediaStart = MediaStart(track);
        if (track.Edits.Count == 0)
            return new Interval(mediaStart, Math.Max(mediaStart, mediaEnd));

        long start = 0, end = 0;
        for (var i = 0; i < track.Edits.Count; i++)
        {
            var edit = track.Edits[i];
            var wanted = Micros(edit.Duration, movie.Timescale);
            if (edit.MediaTime < 0)
            {
                end += wanted;
                // Only a fragmented movie may begin later than at 0; otherwise the movie's time counts from its empty edits.
                start += i == 0 && track.Fragments is not null ? wanted : 0;
                continue;
            }
            var from = Micros((ulong)edit.MediaTime, track.Timescale);
            // An edit can't show more than there is; and where fragments follow, the writer of the last edit did not know how much that would be.
            var isOpen = edit.Duration == 0 || (track.Fragments is not null && i == track.Edits.Count - 1);
            end += isOpen ? Math.Max(0, mediaEnd - from + Math.Min(from, Reordering(track))) : Math.Min(wanted, Math.Max(0, mediaEnd - from + Reordering(track)));
            start += i == 0 ? Math.Max(0, mediaStart - from) : 0;
            end = Math.Min(end, Longest);
        }
        return new Interval(Math.Min(start, end), end);
    }

    /// <summary>The movie lasts as long as its picture or, where sound goes beyond that by more than padding, as both together. Null when no track tells.</summary>
    public static long? Of(Movie movie)
    {
        Interval? picture = null, all = null;
        foreach (var track in movie.Tracks)
        {
            if (!(track.IsVideo || track.IsAudio) || Of(track, movie) is not { } on)
                continue;
            all = on.With(all);
            if (track.IsVideo)
                picture = on.With(picture);
        }
        if (all is { } whole)
            return picture is { } seen && whole.Length <= seen.Length + AudioPadding ? seen.Length : whole.Length;
        return movie.Duration is { } told && movie.Timescale > 0 ? Micros(told, movie.Timescale) : null;
    }

    /// <summary>Pictures a second of a track; null when unknown.</summary>
    public static double? Rate(Track track)
    {
        var (samples, time) = track.Fragments is { SampleTime: > 0 } fragments
            ? ((double)fragments.Samples, (double)fragments.SampleTime)
            : track.Times is { Duration: > 0 } times ? (times.Samples, times.Duration) : (0d, 0d);
        return samples > 0 && track.Timescale > 0 ? samples * track.Timescale / time : null;
    }

    /// <summary>
    /// The sample tables where they were visible as a whole, because they are what a player goes by; otherwise what <c>mdhd</c> says. Without an edit
    /// list the delay before the first picture is not cut away, and players count in decoding time.
    /// </summary>
    private static long? MediaEnd(Track track)
    {
        var told = track.Edits.Count > 0 && track.CompositionEnd is { } shown ? (ulong)shown
            : track.Times is { IsWhole: true } times ? times.Duration : track.MediaDuration;
        long? end = told is { } units ? Micros(units, track.Timescale) : null;
        return track.Fragments is { } fragments
            ? Longer(end, Micros((ulong)Math.Max(0, fragments.PresentationEnd), track.Timescale))
            : end;
    }

    /// <summary>
    /// Where pictures are reordered, decoding ends before the last picture is shown. Where the tables that say by how much weren't worth a request,
    /// an edit that takes that into account is believed.
    /// </summary>
    private static long Reordering(Track track) => track.IsVideo && track.Fragments is null && track.CompositionEnd is null ? MostReordering : 0;

    private static long MediaStart(Track track) =>
        track.Fragments is not null && track.Times is not { Duration: > 0 } ? Micros((ulong)Math.Max(0, track.FragmentOrigin), track.Timescale) : 0;

    private static long Micros(ulong units, uint timescale) =>
        timescale == 0 ? 0 : (long)UInt128.Min((UInt128)units * 1_000_000 / timescale, (UInt128)Longest);

    private static long? Longer(long? one, long? other) => one is null || other > one ? other : one;
}

/// <summary>From when to when, in microseconds of the movie.</summary>
internal readonly record struct Interval(long Start, long End)
{
    public long Length => End - Start;

    public Interval With(Interval? other) => other is { } that ? new(Math.Min(Start, that.Start), Math.Max(End, that.End)) : this;
}
