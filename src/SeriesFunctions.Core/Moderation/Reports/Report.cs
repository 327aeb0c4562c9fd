using System.Globalization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Why somebody reports something.</summary>
public enum ReportReason
{
    MinorSafety,
    Illegal,
    SelfHarm,
    Violence,
    Hate,
    Sexual,
    Fraud,
    Copyright,
    Misleading,
    Spam,
    Other,
}

public enum ReportOutcome
{
    /// <summary>Moderation acted on what was reported.</summary>
    Confirmed,

    /// <summary>Moderation found nothing wrong.</summary>
    Dismissed,
}

/// <summary>
/// What a viewer reported, with its outcome once the case was decided: document <c>report|{series}|{video or -}|{revision}</c>, of a comment <c>report|{series}|{video}|{comment}</c>, of partition <c>viewer|{reporter}</c>. One for each
/// object and approved revision. <paramref name="Settled"/> counts how often its case was settled, so that an older word of it changes nothing.
/// </summary>
public sealed record Report(
    ReportId Id, UserId ReporterId, SeriesId SeriesId, VideoId? VideoId, int Revision, ReportReason Reason, string? Note, int Points, DateTimeOffset At,
    ReportOutcome? Outcome = null, int Settled = 0, CommentId? CommentId = null)
{
    public static Partition In(UserId reporter) => new($"viewer|{reporter}");

    /// <summary>A comment is the same one in every revision.</summary>
    public static string DocumentIdOf(SeriesId series, VideoId? video, int revision, CommentId? comment) => comment is { } written
        ? $"report|{series}|{video}|{written}"
        : string.Create(CultureInfo.InvariantCulture, $"report|{series}|{video?.Value ?? "-"}|{revision}");

    public string DocumentId => DocumentIdOf(SeriesId, VideoId, Revision, CommentId);

    public string Sort => $"report|{CatalogLists.Time(At)}|{Id}";
}

/// <summary>What became of somebody's reports, and how many she sent on the last day: document <c>reporter</c> of partition <c>viewer|{id}</c>.</summary>
public sealed record Reporter(int Confirmed, int Dismissed, DateOnly Day, int Today)
{
    public const string DocumentId = "reporter";

    public static readonly Reporter New = new(0, 0, default, 0);

    /// <summary>Her record with what she sent on this day.</summary>
    public Reporter On(DateOnly day) => Day == day ? this : this with { Day = day, Today = 0 };

    /// <summary>Takes back what was counted for a report before, where it was, and counts the outcome.</summary>
    public Reporter Count(ReportOutcome? before, ReportOutcome now) => this with
    {
        Confirmed = Confirmed - (before == ReportOutcome.Confirmed ? 1 : 0) + (now == ReportOutcome.Confirmed ? 1 : 0),
        Dismissed = Dismissed - (before == ReportOutcome.Dismissed ? 1 : 0) + (now == ReportOutcome.Dismissed ? 1 : 0),
    };
}

/// <summary>How much a report counts. Source: product rules ("weighted"); the weights are ours.</summary>
public static class ReportWeights
{
    public static int Of(ReportReason reason) => reason switch
    {
        ReportReason.MinorSafety => 100,
        ReportReason.Illegal or ReportReason.SelfHarm => 50,
        ReportReason.Violence or ReportReason.Hate or ReportReason.Sexual => 30,
        ReportReason.Fraud or ReportReason.Copyright => 20,
        ReportReason.Misleading => 10,
        ReportReason.Spam or ReportReason.Other => 5,
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary>
    /// The reason's weight times how often the reporter was right: 1 for a new one, towards 2 for one who always was, towards 0 for one who never was (but a point at least). The
    /// gravest reason is never made lighter: nobody is too unreliable to be looked at for that.
    /// </summary>
    public static int Points(ReportReason reason, Reporter reporter)
    {
        var weight = Of(reason);
        var settled = Math.Max(0, reporter.Confirmed) + Math.Max(0, reporter.Dismissed);
        var points = (int)Math.Round(weight * 2.0 * (Math.Max(0, reporter.Confirmed) + 1) / (settled + 2), MidpointRounding.AwayFromZero);
        return Math.Max(reason == ReportReason.MinorSafety ? weight : 1, points);
    }
}

/// <summary>A report was filed; its case is to gather it.</summary>
public sealed record ReportFiled(
    ReportId Id, UserId ReporterId, SeriesId SeriesId, VideoId? VideoId, int Revision, ReportReason Reason, string? Note, int Points, DateTimeOffset At,
    CommentId? CommentId = null) : IEvent
{
    public static string Name => "report-filed";

    public static int Version => 1;

    public static ReportFiled Of(Report filed) =>
        new(filed.Id, filed.ReporterId, filed.SeriesId, filed.VideoId, filed.Revision, filed.Reason, filed.Note, filed.Points, filed.At, filed.CommentId);
}
