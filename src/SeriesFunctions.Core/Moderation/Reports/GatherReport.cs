using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>A report in its case: document <c>report|{id}</c> of the cases' partition. Once for each report, whatever comes twice.</summary>
public sealed record GatheredReport(
    ReportId Id, CaseId CaseId, UserId ReporterId, SeriesId SeriesId, VideoId? VideoId, int Revision, ReportReason Reason, string? Note, int Points, DateTimeOffset At,
    CommentId? CommentId = null)
{
    public static GatheredReport Of(ReportFiled filed, CaseId into) => new(
        filed.Id, into, filed.ReporterId, filed.SeriesId, filed.VideoId, filed.Revision, filed.Reason, filed.Note, filed.Points, filed.At, filed.CommentId);

    public static string DocumentId(ReportId id) => $"report|{id}";

    public static string SortPrefix(CaseId id) => $"report|{id}|";

    public string Sort => $"{SortPrefix(CaseId)}{CatalogLists.Time(At)}|{Id}";
}

/// <summary>How reports add up, pure.</summary>
public static class ReportRules
{
    /// <summary>The case with one report more: nothing but a reason to look sooner.</summary>
    public static Case Gather(Case open, ReportFiled report, int approvedRevision, int threshold)
    {
        var before = open.Reports ?? new(0, 0, []);
        var points = before.Points + report.Points;
        var reasons = before.Reasons.Any(known => known.Reason == report.Reason)
            ? before.Reasons.Select(known => known.Reason == report.Reason ? known with { Count = known.Count + 1 } : known)
            : before.Reasons.Append(new(report.Reason, 1));
        return open with
        {
            Reports = new(before.Count + 1, points, [.. reasons.OrderByDescending(known => known.Count).ThenBy(known => known.Reason)]),
            Risk = MoreUrgent(CaseRisks.OfReports(points, threshold), CaseRisks.OfChecks(open.Checks)),
            Revision = Math.Max(open.Revision, approvedRevision),
        };
    }

    /// <summary>The case with one finding more about what is on sale; the same case where it has it.</summary>
    public static Case Gather(Case open, CheckResult found, int approvedRevision) => open.Checks.Contains(found)
        ? open
        : open with { Checks = [.. open.Checks, found], Risk = MoreUrgent(open.Risk, CaseRisks.OfChecks([.. open.Checks, found])), Revision = Math.Max(open.Revision, approvedRevision) };

    private static CaseRisk MoreUrgent(CaseRisk one, CaseRisk other) => one < other ? one : other;
}

/// <summary>Off the queue: a report joins the open case of its series, or opens one.</summary>
public sealed class GatherReport(Records records, GatheringCases gathering, CommentCases comments, ModerationOptions options) : IHandle<ReportFiled>
{
    public async ValueTask<Handled> HandleAsync(ReportFiled message, CancellationToken cancellationToken)
    {
        if (message.CommentId is { } comment)
            return await comments.GatherAsync(message, comment, cancellationToken);
        return await gathering.GatherAsync(
            message.SeriesId,
            // It came before: the same case.
            async (open, shown) => await records.FindAsync<GatheredReport>(Case.In(message.SeriesId), GatheredReport.DocumentId(message.Id), cancellationToken) is null
                ? ReportRules.Gather(open, message, shown.Revision, options.ReportThreshold)
                : open,
            (batch, into) =>
            {
                var gathered = GatheredReport.Of(message, into.Id);
                batch.Create(GatheredReport.DocumentId(message.Id), gathered, gathered.Sort);
            },
            cancellationToken);
    }
}
