namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>How long tracks and the movie are when they are played. All results in microseconds.</summary>
internal static class Presentation
{
    /// <summary>
    /// The last frame of an audio track is often a little longer than the picture: an AAC frame is up to 2,048 samples, 46 ms at 44.1 kHz.
    /// Audio that outlasts the picture by no more than this is such padding and makes no movie longer.
    /// </summary>
    public const long AudioPadding = 50_000;

    private const long Longest = long.MaxValue / 8;

    /// <summary>Null when nothing in the track tells.</summary>
    public static long? Of(Track track, Movie movie)
    {
        if (track.Timescale == 0 || MediaEnd(track) is not { } end)
            return null;
        if (track.Edits.Count == 0)
            return Math.Max(0, end - Origin(track));

        long total = 0;
        for (var i = 0; i < track.Edits.Count; i++)
        {
            var edit = track.Edits[i];
            var wanted = Micros(edit.Duration, movie.Timescale);
            if (edit.MediaTime < 0)
            {
                total += wanted;
            }
            else
            {
                // An edit can't show more than there is; and where fragments follow, the writer of the last edit did not know how much that would be.
                var rest = Math.Max(0, end - Math.Max(Micros((ulong)edit.MediaTime, track.Timescale), Origin(track)));
                var isOpen = edit.Duration == 0 || (track.Fragments is not null && i == track.Edits.Count - 1);
                total += isOpen ? rest : Math.Min(wanted, rest);
            }
            total = Math.Min(total, Longest);
        }
        return total;
    }

    /// <summary>The movie's length is that of its picture or, where that goes on for longer than padding, of its sound. Null when no track tells.</summary>
    public static long? Of(Movie movie)
    {
        long? picture = null, sound = null;
        foreach (var track in movie.Tracks)
        {
            var length = track.IsVideo || track.IsAudio ? Of(track, movie) : null;
            if (track.IsVideo)
                picture = Longer(picture, length);
            else
                sound = Longer(sound, length);
        }
        if (picture is { } seen && sound is { } heard)
            return heard > seen + AudioPadding ? heard : seen;
        return picture ?? sound ?? (movie.Duration is { } told && movie.Timescale > 0 ? Micros(told, movie.Timescale) : null);
    }

    /// <summary>Pictures a second of a track; null when unknown.</summary>
    public static double? Rate(Track track)
    {
        var (samples, time) = track.Fragments is { SampleTime: > 0 } fragments
            ? ((double)fragments.Samples, (double)fragments.SampleTime)
            : track.Times is { Duration: > 0 } times ? (times.Samples, times.Duration) : (0d, 0d);
        return samples > 0 && track.Timescale > 0 ? samples * track.Timescale / time : null;
    }

    /// <summary>The sample table where it was visible as a whole, because it is what a player goes by; otherwise what <c>mdhd</c> says.</summary>
    private static long? MediaEnd(Track track)
    {
        var told = track.Times is { IsWhole: true } times ? times.Duration : track.MediaDuration;
        long? end = told is { } units ? Micros(units, track.Timescale) : null;
        return track.Fragments is { } fragments
            ? Longer(end, Micros((ulong)Math.Max(0, fragments.PresentationEnd), track.Timescale))
            : end;
    }

    private static long Origin(Track track) =>
        track.Fragments is { Origin: > 0 } fragments && track.Times is not { Duration: > 0 } ? Micros((ulong)fragments.Origin, track.Timescale) : 0;

    private static long Micros(ulong units, uint timescale) =>
        timescale == 0 ? 0 : (long)UInt128.Min((UInt128)units * 1_000_000 / timescale, (UInt128)Longest);

    private static long? Longer(long? one, long? other) => one is null || other > one ? other : one;
}
