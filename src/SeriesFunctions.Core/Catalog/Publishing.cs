using System.Globalization;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Core.Catalog;

/// <summary>The rules of submission, review and sale, pure. Source: product rules, "Series" and "Moderation".</summary>
public static class Publishing
{
    /// <summary>
    /// Everything that is missing before review, all at once; or the series and the revision that goes to the moderators, with what it changes of
    /// <paramref name="approved"/>. A copy that was edited back to what is approved has nothing to review.
    /// </summary>
    public static Result<(Series Series, SeriesRevision Revision)> Submit(Series series, SeriesContent? approved, IReadOnlyDictionary<VideoId, Video> videos, DateTimeOffset now)
    {
        if (!SeriesLife.Take(series, SeriesCommand.Submit).IsOk(out var taken, out var refused))
            return refused;

        var checks = new FieldChecks()
            .Must(series.Draft.Videos.Count > 0, "videos", "no-videos", "A series has at least one video.")
            .Must(series.Draft.CoverId is not null || series.Tiers is not null, "cover", "no-cover", "A series has a cover.")
            .Must(!FieldChecks.IsBlank(series.Draft.Description) || series.Tiers is not null, "description", "blank", "A series has a description.");
        if (!checks.AllGood)
            return checks.Problem with { Code = "not-complete", Detail = "Something is missing before this can be reviewed; see errors." };

        var notReady = new FieldChecks();
        for (var i = 0; i < series.Draft.Videos.Count; i++)
        {
            var status = videos.GetValueOrDefault(series.Draft.Videos[i].Id)?.Status;
            notReady.Must(status == UploadStatus.Ready, string.Create(CultureInfo.InvariantCulture, $"videos[{i}]"), "video-not-ready",
                $"The video {series.Draft.Videos[i].Id} is {(status is { } s ? s.ToString().ToLowerInvariant() : "gone")}.");
        }
        if (!notReady.AllGood)
            return Problem.Conflict("video-not-ready", "Some videos are not ready; see errors.") with { Errors = notReady.Errors };

        // The durations of the files as they were measured, not as somebody said they are.
        var content = series.Draft with { Videos = [.. series.Draft.Videos.Select(v => v with { DurationMs = videos[v.Id].Facts!.DurationMs })] };
        var changes = RevisionChanges.Of(approved, content);
        if (changes.IsEmpty)
            return SeriesLife.NothingToReview;
        var number = series.LastRevision + 1;
        return ((taken with { Draft = content, LastRevision = number }).Changed(now), new SeriesRevision(series.Id, number, series.CreatorId, content, now, series.ApprovedRevision, changes, ForSubscribers: series.Tiers is not null));
    }

    /// <summary>
    /// The revision becomes what everybody sees; the first one puts the series on sale. Only the revision that is in review can be, or with <see cref="SeriesCommand.Reinstate"/> the
    /// one that was sent back.
    /// </summary>
    public static Result<(Series Series, PublicSeries Public)> Approve(
        Series series, SeriesRevision revision, PublicSeries? before, string? handle, DateTimeOffset now, SeriesCommand command = SeriesCommand.Approve)
    {
        if (!Decided(series, revision.Number, command).IsOk(out var taken, out var refused))
            return refused;
        // What was changed since is not part of it and waits for the next one: a cover that arrived during the review, edits of a revision that was sent back.
        if (!RevisionChanges.Of(revision.Content, series.Draft).IsEmpty && !SeriesLife.Take(taken, SeriesCommand.CoverArrived).IsOk(out taken, out refused))
            return refused;
        var changed = (taken with { ApprovedRevision = revision.Number, PublishedAt = series.PublishedAt ?? now, ReviewNote = null }).Changed(now);
        return (changed, new(
            series.Id, series.CreatorId, handle, changed.State, revision.Number, revision.Content, series.Price, series.Offers,
            Retired(before, revision.Content, now), changed.PublishedAt!.Value, changed.Version, Tiers: series.Tiers));
    }

    /// <summary>The revision in review is sent back; what is on sale stays as it is.</summary>
    public static Result<Series> RequestChanges(Series series, ReviewNote note, DateTimeOffset now) =>
        Decided(series, note.Revision, SeriesCommand.RequestChanges).IsOk(out var taken, out var refused)
            ? note.CaseId is { } decision && Reversal.WasReversed(series, decision) ? SeriesLife.NothingToReview : (taken with { ReviewNote = note }).Changed(now)
            : refused;

    /// <summary>The creator takes it off sale or puts it back. Doing it again changes nothing.</summary>
    public static Result<Series> SetListed(Series series, bool listed, DateTimeOffset now)
    {
        if (!SeriesLife.Take(series, listed ? SeriesCommand.Relist : SeriesCommand.Unlist).IsOk(out var taken, out var refused))
            return refused;
        return ReferenceEquals(taken, series) ? series : taken.Changed(now);
    }

    /// <summary>A decision comes late or twice; it is about one revision, and no other follows it.</summary>
    private static Result<Series> Decided(Series series, int revision, SeriesCommand command) =>
        series.LastRevision == revision ? SeriesLife.Take(series, command) : Problem.Conflict("another-revision", "Another revision was submitted since.");

    /// <summary>What shoppers see, brought in line with what its creator or moderation changed outside of review: state, offers.</summary>
    public static PublicSeries Mirror(PublicSeries shown, Series series) =>
        shown with { State = series.State, Offers = series.Offers, Version = series.Version, Withheld = series.Removal?.Causes.Any(cause => cause.Withheld) == true, Tiers = series.Tiers };

    private static IReadOnlyList<SeriesVideo> Retired(PublicSeries? before, SeriesContent content, DateTimeOffset now) => before is null
        ? []
        : [.. before.Content.Videos.Select(video => video with { RetiredAt = now }).Concat(before.RetiredVideos).Where(old => content.Videos.All(v => v.Id != old.Id))];
}
