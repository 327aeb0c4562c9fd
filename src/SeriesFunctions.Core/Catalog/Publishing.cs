using System.Globalization;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Core.Catalog;

/// <summary>The rules of submission, review and sale, pure. Source: product rules, "Series" and "Moderation".</summary>
public static class Publishing
{
    /// <summary>Everything that is missing before review, all at once; or the series and the revision that goes to the moderators.</summary>
    public static Result<(Series Series, SeriesRevision Revision)> Submit(Series series, IReadOnlyDictionary<VideoId, Video> videos, DateTimeOffset now)
    {
        if (Authoring.Editable(series) is { } refused)
            return refused;
        if (series.DraftState == DraftState.Approved)
            return Problem.Conflict("nothing-to-review", "Nothing has changed since the last approval.");

        var checks = new FieldChecks()
            .Must(series.Draft.Videos.Count > 0, "videos", "no-videos", "A series has at least one video.")
            .Must(series.Draft.CoverId is not null, "cover", "no-cover", "A series has a cover.")
            .Must(!string.IsNullOrWhiteSpace(series.Draft.Description), "description", "blank", "A series has a description.");
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
        var number = series.LastRevision + 1;
        var changed = series with
        {
            Draft = content,
            DraftState = DraftState.InReview,
            LastRevision = number,
            State = series.WasPublished ? series.State : SeriesState.InReview,
        };
        return (changed.Changed(now), new SeriesRevision(series.Id, number, series.CreatorId, content, now));
    }

    /// <summary>The revision becomes what everybody sees; the first one puts the series on sale.</summary>
    public static (Series Series, PublicSeries Public) Approve(Series series, SeriesRevision revision, PublicSeries? before, string? handle, DateTimeOffset now)
    {
        var changed = (series with
        {
            State = series.WasPublished ? series.State : SeriesState.Published,
            ApprovedRevision = revision.Number,
            // A cover that arrived during the review is not part of it and waits for the next one.
            DraftState = series.Draft.CoverId == revision.Content.CoverId ? DraftState.Approved : DraftState.Editing,
            PublishedAt = series.PublishedAt ?? now,
            ReviewNote = null,
        }).Changed(now);
        return (changed, new(
            series.Id, series.CreatorId, handle, changed.State, revision.Number, revision.Content, series.Price, series.Offers,
            Retired(before, revision.Content), changed.PublishedAt!.Value, changed.Version));
    }

    public static Series RequestChanges(Series series, int revision, string rule, string note, DateTimeOffset now) =>
        (series with
        {
            State = series.WasPublished ? series.State : SeriesState.ChangesRequested,
            DraftState = DraftState.ChangesRequested,
            ReviewNote = new(revision, rule, note, now),
        }).Changed(now);

    public static Series Remove(Series series, int revision, string rule, string note, DateTimeOffset now) =>
        (series with { State = SeriesState.Removed, ReviewNote = new(revision, rule, note, now) }).Changed(now);

    /// <summary>The creator takes it off sale or puts it back. Doing it again changes nothing.</summary>
    public static Result<Series> SetListed(Series series, bool listed, DateTimeOffset now) => (series.State, listed) switch
    {
        (SeriesState.Published, true) or (SeriesState.Unlisted, false) => series,
        (SeriesState.Published, false) => (series with { State = SeriesState.Unlisted }).Changed(now),
        (SeriesState.Unlisted, true) => (series with { State = SeriesState.Published }).Changed(now),
        _ => Problem.Conflict("not-published", "Only a published series can be taken off sale and put back."),
    };

    /// <summary>What shoppers see, brought in line with what its creator or moderation changed outside of review: state, offers.</summary>
    public static PublicSeries Mirror(PublicSeries shown, Series series) =>
        shown with { State = series.State, Offers = series.Offers, Version = series.Version };

    private static IReadOnlyList<SeriesVideo> Retired(PublicSeries? before, SeriesContent now) => before is null
        ? []
        : [.. before.Content.Videos.Concat(before.RetiredVideos).Where(old => now.Videos.All(v => v.Id != old.Id))];
}
