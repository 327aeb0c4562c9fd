namespace SeriesFunctions.Core.Media.Boxes;

/// <summary>Turns what was read into facts and problems. Pure: the same file gives the same verdict.</summary>
internal static class VideoRules
{
    /// <summary>In milliseconds, 1,000 hours: no file of the size we take lasts that long.</summary>
    private const long LongestBelievable = 3_600_000_000;

    public static VideoVerdict Judge(FileReader file, long length, long announcedBytes, VideoLimits limits)
    {
        var problems = new List<MediaProblem>();
        if (length != announcedBytes)
            problems.Add(VideoProblems.SizeMismatch(announcedBytes, length));
        if (length > limits.MaxBytes)
            problems.Add(VideoProblems.TooLarge(length, limits.MaxBytes));
        if (NotOurs(file, length) is { } foreign)
        {
            problems.Add(foreign);
            return new VideoVerdict(null, problems);
        }
        // Fragments were announced and none came: the beginning of a recording.
        var isOnlyHeader = file.Movie is { MayHaveFragments: true, Damage: null } && !file.HasFragments && !file.HasMediaData;
        if (file.IsTruncated || isOnlyHeader)
            problems.Add(VideoProblems.Truncated);
        if ((file.Movie?.Damage ?? file.Damage) is { } damage)
            problems.Add(VideoProblems.Corrupt(damage));
        if (file.Movie is not { } movie)
        {
            // A recorder that lost power leaves media without the header that it would have written last.
            if (problems is not [.., { Code: "truncated" or "corrupt" }])
                problems.Add(file.HasMediaData || file.HasFragments ? VideoProblems.Truncated : VideoProblems.NotAVideo(""));
            return new VideoVerdict(null, problems);
        }

        var video = Preferred(movie, BoxType.Vide, limits.VideoCodecs);
        var audio = Preferred(movie, BoxType.Soun, limits.AudioCodecs);
        var facts = video is null ? null : Facts(file, movie, video, audio, length);
        // A header that breaks off says nothing about what would have followed.
        if (movie.Damage is null || video is not null)
            problems.AddRange(Tracks(movie, video, audio, limits));
        if (facts is not null && movie.Damage is null)
            problems.AddRange(Measures(movie, facts, file.IsTruncated || isOnlyHeader, limits, file.Damage is not null));
        return new VideoVerdict(facts, problems);
    }

    private static MediaProblem? NotOurs(FileReader file, long length)
    {
        if (length == 0)
            return VideoProblems.NotAVideo("empty");
        if (file.Foreign is { } foreign)
        {
            return foreign.IsVideo
                ? VideoProblems.ContainerUnsupported(foreign.Name)
                : VideoProblems.NotAVideo(foreign.Name.Length == 0 ? "" : $"a {foreign.Name}");
        }
        if (file.OtherUse is { } use)
            return VideoProblems.NotAVideo(use);
        return file.Movie is { IsQuickTimeOnly: true } ? VideoProblems.ContainerUnsupported("an old kind of QuickTime file") : null;
    }

    private static IEnumerable<MediaProblem> Tracks(Movie movie, Track? video, Track? audio, VideoLimits limits)
    {
        if (video is null)
            yield return VideoProblems.NoVideoTrack;
        else if (video.Description is { } picture && !limits.VideoCodecs.Contains(picture.Codec))
            yield return VideoProblems.VideoCodecUnsupported(Codecs.Name(picture.Codec));
        else if (video.Description is null && movie.Damage is null)
            yield return VideoProblems.Corrupt("its picture has no description");
        if (audio?.Description is { } sound && !limits.AudioCodecs.Contains(sound.Codec))
            yield return VideoProblems.AudioCodecUnsupported(Codecs.Name(sound.Codec));
        if (movie.HasProtectionHeader || movie.Tracks.Exists(track => track.Description is { IsEncrypted: true }))
            yield return VideoProblems.Encrypted;
        if (movie.Tracks.Exists(track => (track == video || track == audio) && track.IsElsewhere))
            yield return VideoProblems.ContainerUnsupported("a QuickTime file whose media is in another file");
    }

    private static IEnumerable<MediaProblem> Measures(Movie movie, VideoFacts facts, bool isTruncated, VideoLimits limits, bool isDamaged)
    {
        if (!isTruncated && movie.Tracks.Exists(track => track.PointsPastEnd))
            yield return VideoProblems.Truncated;
        if (facts.Width == 0 || facts.Height == 0)
            yield return VideoProblems.Corrupt("its picture has no size");
        else if (Math.Min(facts.Width, facts.Height) < limits.MinShortSide)
            yield return VideoProblems.TooSmallPicture(facts.DisplayWidth, facts.DisplayHeight, limits.MinShortSide);

        // Compared in hundredths of a second, rounded half up: see docs/media.md, "How long is 30 seconds".
        var hundredths = (facts.DurationMs + 5) / 10;
        // Of a fragmented file that is cut short or damaged, the length is what the missing part would have told.
        if ((isTruncated || isDamaged) && movie.MayHaveFragments)
            yield break;
        if (facts.DurationMs > LongestBelievable)
            yield return VideoProblems.Corrupt("the length that it gives can't be right");
        else if (hundredths > (long)limits.MaxDuration.TotalMilliseconds / 10)
            yield return VideoProblems.TooLong(facts.DurationMs, limits.MaxDuration);
        if (hundredths < (long)limits.MinDuration.TotalMilliseconds / 10)
            yield return VideoProblems.TooShort(facts.DurationMs, limits.MinDuration);
    }

    private static VideoFacts Facts(FileReader file, Movie movie, Track video, Track? audio, long length)
    {
        var picture = video.Description;
        var micros = Presentation.Of(movie) ?? 0;
        var size = picture is { Width: > 0, Height: > 0 } ? (picture.Width, picture.Height) : video.Shown;
        return new VideoFacts(
            (micros + 500) / 1_000, size.Item1, size.Item2, video.Matrix.Then(movie.Matrix).Rotation,
            picture?.Codec ?? "", audio is null ? null : audio.Description?.Codec ?? "", length,
            file.MajorBrand is 0 or BoxType.Qt ? "mov" : "mp4")
        {
            Brand = file.MajorBrand == 0 ? "" : BoxType.Text(file.MajorBrand),
            FrameRate = Presentation.Rate(video),
            IsFragmented = file.HasFragments,
            Tracks = [.. movie.Tracks.Select(track => Facts(track, movie))],
        };
    }

    private static TrackFacts Facts(Track track, Movie movie) => new(
        track.Id,
        track.Handler switch { BoxType.Vide => "video", BoxType.Soun => "audio", var other => BoxType.Text(other).Trim() },
        track.Description?.Codec ?? "",
        Presentation.Of(track, movie) is { } on ? (on.Length + 500) / 1_000 : null,
        track.IsEnabled);

    /// <summary>
    /// The track that a player takes: enabled and playable before merely playable before the first. Phones write a second audio track in a
    /// format of their own beside an AAC one, and editors a chapter picture beside the video.
    /// </summary>
    private static Track? Preferred(Movie movie, uint handler, IReadOnlyList<string> codecs)
    {
        Track? best = null;
        var bestRank = -1;
        foreach (var track in movie.Tracks)
        {
            if (track.Handler != handler)
                continue;
            var rank = (track.Description is { } description && codecs.Contains(description.Codec) ? 2 : 0) + (track.IsEnabled ? 1 : 0);
            if (rank > bestRank)
                (best, bestRank) = (track, rank);
        }
        return best;
    }
}
