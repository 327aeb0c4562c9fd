using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Engagement;

/// <summary>
/// What a player tells of one video: where it stands, what was played since it last told, and when, by its own clock.
/// </summary>
public sealed record PlaybackReport(SeriesId SeriesId, VideoId VideoId, long PositionMs, DateTimeOffset At, IReadOnlyList<PlayedSpan> Played);

/// <summary>
/// Where somebody is in a video. <paramref name="At"/> is the player's time of that, never later than ours, and <paramref name="ToldAs"/> what the player said where its clock was ahead of ours;
/// <paramref name="Seen"/> as <see cref="SecondsSeen"/> has it.
/// </summary>
public sealed record VideoProgress(VideoId VideoId, long PositionMs, DateTimeOffset At, string Seen, DateOnly? PlayedOn = null, DateTimeOffset? ToldAs = null);

/// <summary>What somebody watched of a series on a day (UTC): how many videos, and how long, what she watched again included.</summary>
public sealed record WatchedDay(DateOnly Day, int Views, long Seconds);

/// <summary>
/// Where somebody is in a series: document <c>progress|{seriesId}</c> of partition <c>viewer|{viewer}</c>; sorted by <c>continue|…</c> it is a line of what she may continue to watch for as long as
/// something is left. Nobody has played more since <paramref name="Since"/> than <see cref="ProgressRules.FastestPlayback"/> times the time that has passed: <paramref name="PlayedSeconds"/> counts.
/// </summary>
public sealed record SeriesProgress(
    SeriesId SeriesId, IReadOnlyList<VideoProgress> Videos, DateTimeOffset Since, long PlayedSeconds, DateTimeOffset UpdatedAt, bool Finished = false,
    IReadOnlyList<WatchedDay>? Days = null, DateTimeOffset? ToldAt = null)
{
    public static string DocumentId(SeriesId id) => $"progress|{id}";

    public string? Sort => Finished ? null : $"continue|{CatalogLists.Time(UpdatedAt)}|{SeriesId}";

    public VideoProgress? Of(VideoId video) => Videos.FirstOrDefault(known => known.VideoId == video);
}

/// <summary>What becomes of progress, pure. See docs/adr/0044.</summary>
public static class ProgressRules
{
    /// <summary>Players go up to three times as fast; a faster one is told of less.</summary>
    public const int FastestPlayback = 3;

    /// <summary>From here on, in basis points of its length, a video is done with: nobody watches the last credits.</summary>
    private const int DoneFrom = 9_500;

    /// <summary>
    /// Progress with what was reported of videos of the series. Positions go by the player's clock, the last one wins and none is of the future; what was watched only grows, whatever the order. Of a report that
    /// isn't newer than what is known, only seconds that nobody knew of count. What changes nothing is answered as it was.
    /// </summary>
    public static SeriesProgress Apply(SeriesProgress? before, PublicSeries series, IEnumerable<PlaybackReport> reports, DateTimeOffset since, DateTimeOffset now)
    {
        var progress = before ?? new(series.Id, [], since, 0, now);
        foreach (var report in reports)
        {
            if (series.Find(report.VideoId)?.DurationMs is not { } duration)
                continue;
            var known = progress.Of(report.VideoId);
            var at = report.At < now ? report.At : now;
            var isSame = known is not null && (report.At == known.ToldAs || at == known.At);
            var isLast = known is null || at >= known.At;
            var seen = SecondsSeen.Add(known?.Seen ?? "", report.Played, Seconds(duration), Credit(progress, now), onlyNew: isSame || !isLast, out var played);
            var day = DateOnly.FromDateTime(now.UtcDateTime);
            var after = new VideoProgress(
                report.VideoId, isLast ? Math.Min(report.PositionMs, duration) : known!.PositionMs, isLast && !isSame ? at : known!.At, seen, played > 0 ? day : known?.PlayedOn,
                !isLast || isSame ? known!.ToldAs : report.At > now ? report.At : null);
            if (after == known && played == 0)
                continue;
            progress = progress with
            {
                Videos = [.. progress.Videos.Where(other => other.VideoId != report.VideoId), after],
                PlayedSeconds = progress.PlayedSeconds + played,
                Days = played > 0 ? Add(progress.Days ?? [], day, isView: known?.PlayedOn != day, played) : progress.Days,
                UpdatedAt = now,
            };
        }
        var finished = Next(progress, series) is null;
        return before is not null && progress.Finished == finished ? progress : progress with { Finished = finished };
    }

    /// <summary>How much of all that she may watch she has watched, in basis points, rounded down.</summary>
    public static int BasisPoints(SeriesProgress progress, PublicSeries series)
    {
        var seen = progress.Videos.ToDictionary(video => video.VideoId, video => SecondsSeen.Count(video.Seen));
        long watched = 0, length = 0;
        foreach (var video in series.Content.Videos.Concat(series.RetiredVideos))
        {
            var seconds = Seconds(video.DurationMs ?? 0);
            length += seconds;
            watched += Math.Min(seconds, seen.GetValueOrDefault(video.Id));
        }
        return length == 0 ? 0 : (int)(watched * 10_000 / length);
    }

    /// <summary>With which video to go on, and where: the one that was watched last or, where that is done, the one after it. Null: all is done.</summary>
    public static (SeriesVideo Video, long PositionMs)? Next(SeriesProgress progress, PublicSeries series)
    {
        var videos = series.Content.Videos;
        var last = progress.Videos.Where(known => videos.Any(video => video.Id == known.VideoId)).MaxBy(known => known.At);
        for (var i = last is null ? 0 : Index(videos, last.VideoId); i < videos.Count; i++)
        {
            var position = progress.Of(videos[i].Id)?.PositionMs ?? 0;
            if (position * 10_000 < (videos[i].DurationMs ?? 0) * DoneFrom)
                return (videos[i], position);
        }
        return null;
    }

    /// <summary>The last two weeks: what a message was not handled for in that time, nobody hears of.</summary>
    private static IReadOnlyList<WatchedDay> Add(IReadOnlyList<WatchedDay> days, DateOnly day, bool isView, int played)
    {
        var today = days.FirstOrDefault(known => known.Day == day) ?? new(day, 0, 0);
        return [.. days.Where(known => known.Day != day && known.Day > day.AddDays(-14)), today with { Views = today.Views + (isView ? 1 : 0), Seconds = today.Seconds + played }];
    }

    private static int Seconds(long durationMs) => (int)((durationMs + 999) / 1_000);

    private static int Credit(SeriesProgress progress, DateTimeOffset now) =>
        (int)Math.Clamp((now - progress.Since).TotalSeconds * FastestPlayback - progress.PlayedSeconds, 0, int.MaxValue);

    private static int Index(IReadOnlyList<SeriesVideo> videos, VideoId id)
    {
        for (var i = 0; i < videos.Count; i++)
        {
            if (videos[i].Id == id)
                return i;
        }
        return 0;
    }
}

/// <summary>
/// Somebody watches; the statistics are to follow. Told every five minutes at most and held back for ten, so that it finds all that was reported in between and a write that was slow.
/// </summary>
public sealed record SeriesWatched(UserId ViewerId, SeriesId SeriesId, UserId CreatorId) : IEvent
{
    public static readonly TimeSpan ToldEvery = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan HeldBackFor = TimeSpan.FromMinutes(10);

    public static string Name => "series-watched";

    public static int Version => 1;
}

/// <summary>What became of a report: the position as it stands, or why it wasn't kept.</summary>
public sealed record ReportedProgress(SeriesId SeriesId, VideoId VideoId, long? PositionMs, Problem? Refused);

/// <summary>A player tells how far somebody is. Many reports at once, a batch a series; telling the same again changes nothing.</summary>
public sealed class ReportProgress(Records records, SeriesRecords series, LibraryRecords library, WatchExclusive exclusives, TimeProvider clock)
{
    public const int MostReports = 50;
    public const int MostSpans = 100;

    public async ValueTask<Result<IReadOnlyList<ReportedProgress>>> HandleAsync(UserId viewer, IReadOnlyList<PlaybackReport> reports, CancellationToken cancellationToken)
    {
        var checks = new FieldChecks().Must(reports.Count is > 0 and <= MostReports, "items", "too-many", $"From 1 to {MostReports} reports.");
        for (var i = 0; i < Math.Min(reports.Count, MostReports); i++)
        {
            checks
                .Must(Ids.IsValid(reports[i].SeriesId.Value), $"items[{i}].seriesId", "bad-id", "1 to 64 characters of A-Z a-z 0-9 _ -.")
                .Must(Ids.IsValid(reports[i].VideoId.Value), $"items[{i}].videoId", "bad-id", "1 to 64 characters of A-Z a-z 0-9 _ -.")
                .Must(reports[i].PositionMs >= 0, $"items[{i}].positionMs", "negative", "Milliseconds from the start.")
                .Must(reports[i].Played.Count <= MostSpans, $"items[{i}].played", "too-many", $"At most {MostSpans} spans.")
                .Must(reports[i].Played.All(span => span.FromMs >= 0 && span.ToMs > span.FromMs), $"items[{i}].played", "not-a-span", "Each begins at 0 or later and ends after it begins.");
        }
        if (!checks.AllGood)
            return checks.Problem;
        var results = new List<ReportedProgress>(reports.Count);
        foreach (var ofSeries in reports.GroupBy(report => report.SeriesId))
            results.AddRange(await KeepAsync(viewer, ofSeries.Key, [.. ofSeries], cancellationToken));
        return results;
    }

    private async ValueTask<IEnumerable<ReportedProgress>> KeepAsync(UserId viewer, SeriesId id, List<PlaybackReport> reports, CancellationToken cancellationToken)
    {
        var shown = (await series.FindShownAsync(id, cancellationToken))?.Value;
        var access = shown is { Tiers: null } ? (await library.AccessAsync(viewer, id, cancellationToken))?.Value : null;
        shown = shown?.For(viewer, access);
        var subscribed = shown is { Tiers: not null } ? await exclusives.AllowedSinceAsync(shown, viewer, cancellationToken) : null;
        var kept = reports.Where(report => shown is not null && (shown.Tiers is null ? MayWatch(shown, access, viewer, report.VideoId) : subscribed is not null && shown.Find(report.VideoId) is not null)).ToList();
        if (kept.Count == 0)
            return reports.Select(Refused);
        var partition = Access.In(viewer);
        while (true)
        {
            var now = clock.GetUtcNow();
            var before = await records.FindAsync<SeriesProgress>(partition, SeriesProgress.DocumentId(id), cancellationToken);
            var after = ProgressRules.Apply(before?.Value, shown!, kept, subscribed ?? Since(access, shown!, now), now);
            if (ReferenceEquals(after, before?.Value))
                return Told(after);
            var share = ProgressRules.BasisPoints(after, shown!);
            // Her own series is no audience.
            var tell = shown!.CreatorId != viewer && after.PlayedSeconds != (before?.Value.PlayedSeconds ?? 0) && (after.ToldAt is not { } told || now - told >= SeriesWatched.ToldEvery);
            if (tell)
                after = after with { ToldAt = now };
            var batch = new Batch(partition).Save(SeriesProgress.DocumentId(id), before, after, after.Sort);
            if (before is null || ProgressRules.BasisPoints(before.Value, shown!) != share)
                batch.Put(WatchedShare.DocumentId(id), new WatchedShare(share));
            if (tell)
                batch.Emit(new SeriesWatched(viewer, id, shown.CreatorId), now, dueAt: now + SeriesWatched.HeldBackFor);
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return Told(after);
        }

        IEnumerable<ReportedProgress> Told(SeriesProgress after) =>
            reports.Select(report => kept.Contains(report) ? new(id, report.VideoId, after.Of(report.VideoId)?.PositionMs, null) : Refused(report));
    }

    /// <summary>Whoever may play it. Source: product rules, "Playback".</summary>
    private static bool MayWatch(PublicSeries shown, Access? access, UserId viewer, VideoId video) =>
        shown.Find(video) is not null && !shown.Withheld
        && (shown.CreatorId == viewer || access?.IsLive == true || shown.Content.PreviewVideoId == video && shown.State == SeriesState.Published);

    /// <summary>She can have watched since she has it; the free preview, since it is there.</summary>
    private static DateTimeOffset Since(Access? access, PublicSeries shown, DateTimeOffset now) => access?.FirstGrantedAt ?? (shown.PublishedAt < now ? shown.PublishedAt : now);

    private static ReportedProgress Refused(PlaybackReport report) => new(report.SeriesId, report.VideoId, null, Problem.NotFound("video that you may watch"));
}

/// <summary>A series that somebody may go on watching.</summary>
public sealed record ToContinue(SeriesProgress Progress, PublicSeries Series, SeriesVideo Video, long PositionMs);

/// <summary>Somebody looks how far she is.</summary>
public sealed class ShowProgress(Records records, SeriesRecords series, LibraryRecords library, WatchExclusive exclusives)
{
    /// <summary>Her progress in one series; null where she has watched nothing of it. It is there for whom the series is, and a video for subscribers for those who may watch it.</summary>
    public async ValueTask<Result<(Stored<SeriesProgress>? Progress, PublicSeries Series)>> OfAsync(UserId viewer, SeriesId id, CancellationToken cancellationToken)
    {
        if ((await series.FindShownAsync(id, cancellationToken))?.Value is not { } shown)
            return Problem.NotFound("series");
        var access = shown.Tiers is null ? (await library.AccessAsync(viewer, id, cancellationToken))?.Value : null;
        var isThere = shown.Tiers is not null
            ? await exclusives.AllowedSinceAsync(shown, viewer, cancellationToken) is not null
            : shown.CreatorId == viewer ? shown.DeletedAt is null : shown.State == SeriesState.Published || access?.IsLive == true;
        return isThere
            ? (await records.FindAsync<SeriesProgress>(Access.In(viewer), SeriesProgress.DocumentId(id), cancellationToken), shown.For(viewer, access))
            : Problem.NotFound("series");
    }

    /// <summary>What she began and has not finished, what she watched last first. A page may be shorter: what she lost access to is not in it.</summary>
    public async ValueTask<Result<RecordPage<ToContinue>>> ContinueAsync(UserId viewer, PageRequest page, CancellationToken cancellationToken)
    {
        var read = await records.ListAsync<SeriesProgress>(Access.In(viewer), SortRange.Prefix("continue|"), Direction.Descending, page, cancellationToken);
        if (!read.IsOk(out var begun, out var problem))
            return problem;
        var items = new List<ToContinue>(begun.Items.Count);
        foreach (var progress in begun.Items)
        {
            if ((await series.FindShownAsync(progress.SeriesId, cancellationToken))?.Value is { Withheld: false } shown
                && await OfHersAsync(viewer, shown, cancellationToken) is { } hers
                && ProgressRules.Next(progress, hers) is var (video, position))
                items.Add(new(progress, hers, video, position));
        }
        return new RecordPage<ToContinue>(items, begun.Cursor);
    }

    /// <summary>What of it she may go on with; null: nothing.</summary>
    private async ValueTask<PublicSeries?> OfHersAsync(UserId viewer, PublicSeries shown, CancellationToken cancellationToken)
    {
        if (shown.Tiers is not null)
            return await exclusives.AllowedSinceAsync(shown, viewer, cancellationToken) is null ? null : shown;
        if (shown.CreatorId == viewer)
            return shown;
        return (await library.AccessAsync(viewer, shown.Id, cancellationToken))?.Value is { IsLive: true } access ? shown.For(viewer, access) : null;
    }
}
