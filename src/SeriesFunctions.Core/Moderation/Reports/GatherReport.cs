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
            Risk = CaseRisks.OfReports(points, threshold),
            Revision = Math.Max(open.Revision, approvedRevision),
        };
    }
}

/// <summary>
/// Off the queue: a report joins the open case of its series, or opens one. A case has one series and a series one such case, since both change in one batch with the index.
/// </summary>
public sealed class GatherReport(Records records, CaseRecords cases, SeriesRecords series, CommentCases comments, ModerationOptions options, TimeProvider clock) : IHandle<ReportFiled>
{
    public async ValueTask<Handled> HandleAsync(ReportFiled message, CancellationToken cancellationToken)
    {
        if (message.CommentId is { } comment)
            return await comments.GatherAsync(message, comment, cancellationToken);
        while (true)
        {
            // It came before; or there is nothing left to decide on.
            if (await records.FindAsync<GatheredReport>(Case.In(message.SeriesId), GatheredReport.DocumentId(message.Id), cancellationToken) is not null
                || await series.FindPublicAsync(message.SeriesId, cancellationToken) is not { Value: { State: not SeriesState.Removed } shown })
                return Handled.Done;
            var index = await cases.OfSeriesAsync(message.SeriesId, cancellationToken);
            Case before, after;
            Batch batch;
            if (index?.Value.GatheringReports is { } gathering)
            {
                if (await cases.FindAsync(gathering, cancellationToken) is not { } open)
                    return Handled.Retry("case-not-there");
                if (open.Value.State == CaseState.Decided)
                    continue;
                before = open.Value;
                after = ReportRules.Gather(before, message, shown.Revision, options.ReportThreshold);
                batch = await cases.ChangeAsync(open, after, cancellationToken);
            }
            else
            {
                before = new(
                    Case.IdOfReports(shown.Id, (index?.Value.ReportRounds ?? 0) + 1), shown.Id, shown.CreatorId, shown.Revision, shown.Content.Title, CaseState.Open, [], null,
                    clock.GetUtcNow(), CaseKind.Reports);
                after = ReportRules.Gather(before, message, shown.Revision, options.ReportThreshold);
                batch = CaseRecords.Open(after, index);
            }
            var gathered = GatheredReport.Of(message, after.Id);
            if (!(await records.SaveAsync(batch.Create(GatheredReport.DocumentId(message.Id), gathered, gathered.Sort), cancellationToken)).IsOk)
                continue;
            if (after.Reports!.Count == 1)
                Telemetry.Count("case-opened");
            if (after.Risk == CaseRisk.Critical && before.Risk != CaseRisk.Critical)
                Telemetry.Count("reports-over-threshold");
            return Handled.Done;
        }
    }
}
