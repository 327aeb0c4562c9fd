using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Http.Views;

/// <summary>A stretch that was played, in milliseconds from the start: <c>[fromMs, toMs)</c>.</summary>
public sealed record PlayedSpanRequest(long FromMs, long ToMs);

/// <summary>
/// One video: where the player stands, what it played since it last told (up to 100 spans), and when, by its own clock. Of two positions the later one counts; a time of the future counts as now.
/// </summary>
public sealed record PlaybackReportRequest(SeriesId SeriesId, VideoId VideoId, long PositionMs, DateTimeOffset At, List<PlayedSpanRequest>? Played = null)
{
    public PlaybackReport ToReport() => new(SeriesId, VideoId, PositionMs, At, [.. (Played ?? []).Select(span => new PlayedSpan(span.FromMs, span.ToMs))]);
}

public sealed record ReportProgressRequest(List<PlaybackReportRequest> Items);

/// <summary>What became of one report. <paramref name="PositionMs"/> is the position as it stands now; not <paramref name="Kept"/>: the caller may not watch this.</summary>
public sealed record ReportedView(SeriesId SeriesId, VideoId VideoId, bool Kept, long? PositionMs)
{
    public static ReportedView Of(ReportedProgress reported) => new(reported.SeriesId, reported.VideoId, reported.Refused is null, reported.PositionMs);
}

/// <summary>One for each report that was sent, those of one series together.</summary>
public sealed record ProgressKeptView(IReadOnlyList<ReportedView> Items);

public sealed record VideoProgressView(VideoId VideoId, long PositionMs, long WatchedSeconds, DateTimeOffset At);

/// <summary><paramref name="WatchedBasisPoints"/> of 10,000 is how much of the series was watched, each second counted once: what the rule about refunds goes by.</summary>
public sealed record SeriesProgressView(SeriesId SeriesId, int WatchedBasisPoints, IReadOnlyList<VideoProgressView> Videos, DateTimeOffset? UpdatedAt)
{
    public static SeriesProgressView Of(SeriesProgress progress, PublicSeries series) => new(
        progress.SeriesId, ProgressRules.BasisPoints(progress, series),
        [.. progress.Videos.Select(video => new VideoProgressView(video.VideoId, video.PositionMs, SecondsSeen.Count(video.Seen), video.At))], progress.UpdatedAt);
}

/// <summary>A series or a video for subscribers (<c>exc_…</c>) to go on with: <paramref name="VideoId"/> from <paramref name="PositionMs"/>.</summary>
public sealed record ContinueView(
    SeriesId SeriesId, UserId CreatorId, string Title, string? CoverUrl, VideoId VideoId, string VideoTitle, long PositionMs, long? DurationMs, int WatchedBasisPoints, DateTimeOffset UpdatedAt)
{
    public static ContinueView Of(ToContinue next) => new(
        next.Series.Id, next.Series.CreatorId, next.Series.Content.Title, next.Series.Content.CoverId is null ? null : SeriesView.CoverPath(next.Series.Id), next.Video.Id, next.Video.Title, next.PositionMs,
        next.Video.DurationMs, ProgressRules.BasisPoints(next.Progress, next.Series), next.Progress.UpdatedAt);
}

/// <summary><paramref name="Comments"/> are comments and replies that a viewer can get to: none below a comment that is hidden. Replies follow within moments.</summary>
public sealed record EngagementView(long Likes, bool Liked, long Comments);

public sealed record BlockView(UserId UserId, DateTimeOffset Since);
