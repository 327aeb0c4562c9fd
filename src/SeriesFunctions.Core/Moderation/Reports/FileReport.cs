using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Moderation;

/// <summary>What somebody reports: a series, one video of it, a video for subscribers, or a comment on one of these.</summary>
public sealed record NewReport(SeriesId SeriesId, VideoId? VideoId, ReportReason Reason, string? Note, CommentId? CommentId = null);

/// <summary>
/// A viewer reports what she sees: what is on sale, what she owns, or what her subscription lets her watch; of a video for subscribers nobody else hears that it is there. One report for each object and approved revision; the same one again answers the same. At most
/// <see cref="ModerationOptions.ReportsPerDay"/> a day (UTC). What it counts is decided here, from what became of her earlier ones.
/// </summary>
public sealed class FileReport(Records records, SeriesRecords series, LibraryRecords library, WatchExclusive exclusives, Audience audience, Talk talk, ModerationOptions options, TimeProvider clock)
{
    public async ValueTask<Result<Report>> HandleAsync(UserId reporter, NewReport wanted, CancellationToken cancellationToken)
    {
        var checks = new FieldChecks().Text(wanted.Note ?? "", "note", 1_000)
            .Must(wanted.Reason != ReportReason.Other || !string.IsNullOrWhiteSpace(wanted.Note), "note", "blank", "Say what is wrong where no reason fits.");
        checks.Must(wanted.CommentId is null || wanted.VideoId is not null, "videoId", "required", "Say which video the comment is on.");
        if (!checks.AllGood)
            return checks.Problem;
        // First of all whether she may read it: that says nothing of what is there and not for her.
        if (wanted.CommentId is { } comment && await RefuseCommentAsync(Spot.InSeries(wanted.SeriesId, wanted.VideoId!.Value), comment, reporter, cancellationToken) is { } refused)
            return refused;
        if (await series.FindShownAsync(wanted.SeriesId, cancellationToken) is not { Value: { DeletedAt: null } shown })
            return Problem.NotFound("series");
        if (wanted.CommentId is not null)
            return await FileAsync(reporter, wanted, shown, cancellationToken);
        if (shown.Tiers is not null && shown.CreatorId != reporter && !await exclusives.AllowsAsync(shown, reporter, cancellationToken))
            return Problem.NotFound("series");
        if (shown.CreatorId == reporter)
            return Problem.Conflict("own-series", "Nobody reports her own series.");
        var access = (await library.AccessAsync(reporter, shown.Id, cancellationToken))?.Value;
        var owned = access?.IsLive == true;
        if (shown.State != SeriesState.Published && !owned)
            return Problem.NotFound("series");
        if (shown.State == SeriesState.Removed)
            return Problem.Conflict("removed", "This series was removed by moderation already.");
        if (wanted.VideoId is { } video && (owned ? shown.For(reporter, access).Find(video) : shown.Content.Videos.FirstOrDefault(v => v.Id == video)) is null)
            return Problem.NotFound("video in this series");
        return await FileAsync(reporter, wanted, shown, cancellationToken);
    }

    /// <summary>Those who may read it report it; nobody her own.</summary>
    private async ValueTask<Problem?> RefuseCommentAsync(Spot spot, CommentId id, UserId reporter, CancellationToken cancellationToken)
    {
        if ((await audience.AdmitAsync(spot, reporter, cancellationToken)).Problem is { } refused)
            return refused;
        return await talk.FindAsync(spot, id, cancellationToken) is not { Value: { State: CommentState.Visible } comment } ? Problem.NotFound("comment")
            : comment.AuthorId == reporter ? Problem.Conflict("own-comment", "Nobody reports her own comment.") : null;
    }

    private async ValueTask<Result<Report>> FileAsync(UserId reporter, NewReport wanted, PublicSeries shown, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var id = Report.DocumentIdOf(shown.Id, wanted.VideoId, shown.Revision, wanted.CommentId);
            if ((await records.FindAsync<Report>(Report.In(reporter), id, cancellationToken))?.Value is { } before)
            {
                return before.Reason == wanted.Reason && before.Note == wanted.Note
                    ? before
                    : Problem.Conflict("already-reported", "You reported this already; it will be looked at.");
            }
            var stored = await records.FindAsync<Reporter>(Report.In(reporter), Reporter.DocumentId, cancellationToken);
            var record = (stored?.Value ?? Reporter.New).On(DateOnly.FromDateTime(now.UtcDateTime));
            if (record.Today >= options.ReportsPerDay)
            {
                return new Problem(ProblemKind.TooMany, "too-many-reports", $"At most {options.ReportsPerDay} reports a day; what you sent is being looked at.")
                {
                    RetryAfter = new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero) - now,
                };
            }
            var report = new Report(
                new(Ids.New("rep", now)), reporter, shown.Id, wanted.VideoId, shown.Revision, wanted.Reason, wanted.Note, ReportWeights.Points(wanted.Reason, record), now,
                CommentId: wanted.CommentId);
            var batch = new Batch(Report.In(reporter))
                .Create(id, report, report.Sort)
                .Save(Reporter.DocumentId, stored, record with { Today = record.Today + 1 })
                .Emit(ReportFiled.Of(report), now);
            if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
                continue;
            Telemetry.Count("report-filed");
            return report;
        }
    }
}
