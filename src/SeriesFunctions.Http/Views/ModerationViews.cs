using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation;

namespace SeriesFunctions.Http.Views;

/// <summary>
/// <paramref name="Decision"/> is approve (of a case of reports: it stays as it is), requestChanges or remove; of an appeal, uphold or reverse. <paramref name="Buyers"/>
/// goes with remove alone: whether they keep it (the default).
/// </summary>
public sealed record DecisionRequest(Verdict Decision, string Rule, string Note, BuyersAfter? Buyers = null)
{
    public NewDecision ToNew() => new(Decision, Rule, Note, Buyers);
}

public sealed record CheckView(string Check, bool Passed, string? Finding);

public sealed record DecisionView(Verdict Decision, string DecidedBy, string Rule, string Note, DateTimeOffset At, BuyersAfter? Buyers)
{
    public static DecisionView Of(Decision made) =>
        new(made.Verdict, made.DecidedBy, made.Rule, made.Note, made.At, made.Verdict == Verdict.Remove ? made.Buyers : null);
}

/// <summary>Who works on a case, and until when.</summary>
public sealed record LeaseView(UserId ClaimedBy, DateTimeOffset ClaimedUntil);

public sealed record ReportRequest(SeriesId SeriesId, ReportReason Reason, VideoId? VideoId = null, string? Note = null);

public sealed record ReportView(ReportId ReportId, SeriesId SeriesId, VideoId? VideoId, ReportReason Reason, string? Note, DateTimeOffset At)
{
    public static ReportView Of(Report filed) => new(filed.Id, filed.SeriesId, filed.VideoId, filed.Reason, filed.Note, filed.At);

    /// <summary>As moderators read it: who reported is none of their business.</summary>
    public static ReportView Of(GatheredReport gathered) => new(gathered.Id, gathered.SeriesId, gathered.VideoId, gathered.Reason, gathered.Note, gathered.At);
}

public sealed record AppealRequest(string Note);

/// <summary>An appeal as the creator sees it; <paramref name="Decision"/> is uphold or reverse once it was decided.</summary>
public sealed record AppealView(CaseId AppealId, SeriesId SeriesId, Verdict Against, string Note, CaseState State, Verdict? Decision, string? DecisionNote, DateTimeOffset OpenedAt)
{
    public static AppealView Of(Case appeal) => new(
        appeal.Id, appeal.SeriesId, appeal.Appeal!.Verdict, appeal.Appeal.Note, appeal.State, appeal.Decision?.Verdict, appeal.Decision?.Note, appeal.OpenedAt);
}

/// <summary>What the reports of a case add up to, and the first 20 of them with a single case.</summary>
public sealed record ReportsView(int Count, int Points, IReadOnlyList<ReasonCount> Reasons, IReadOnlyList<ReportView>? First = null);

/// <summary>
/// A case; <paramref name="Content"/> is what is looked at and <paramref name="Changes"/> what of it is new since revision <paramref name="BasedOn"/> (0: everything);
/// they come with a single one.
/// </summary>
public sealed record CaseView(
    CaseId CaseId, CaseKind Kind, SeriesId SeriesId, UserId CreatorId, int Revision, string Title, CaseState State, CaseRisk Risk, IReadOnlyList<CheckView> Checks, DecisionView? Decision,
    DateTimeOffset OpenedAt, LeaseView? Lease, ReportsView? Reports, AppealedDecision? Appeal, CaseId? ReversedBy,
    ContentView? Content, int? BasedOn = null, RevisionChanges? Changes = null)
{
    public static CaseView Of(Case found, DateTimeOffset now, SeriesRevision? revision = null, IReadOnlyList<GatheredReport>? reports = null) => new(
        found.Id, found.Kind, found.SeriesId, found.CreatorId, found.Revision, found.Title, found.State, found.Risk,
        [.. found.Checks.Select(check => new CheckView(check.Check, check.Passed, check.Finding))],
        found.Decision is { } made ? DecisionView.Of(made) : null,
        found.OpenedAt, found.HeldBy(now) is { } holder ? new(holder, found.Lease!.Until) : null,
        found.Reports is { } gathered ? new(gathered.Count, gathered.Points, gathered.Reasons, reports is null ? null : [.. reports.Select(ReportView.Of)]) : null, found.Appeal, found.OverturnedBy,
        revision is null ? null : ContentView.Of(revision.Content), revision?.BasedOn, found.Kind == CaseKind.Submission ? revision?.Changes : null);
}
