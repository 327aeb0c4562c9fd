using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation;

namespace SeriesFunctions.Http.Views;

/// <summary>
/// <paramref name="Decision"/> is approve (of a case of reports: it stays as it is), requestChanges or remove; of an appeal, uphold or reverse. <paramref name="Buyers"/>
/// (whether they keep it, the default), <paramref name="Strike"/> (whether it counts against the creator; true if nothing is said) and <paramref name="BanFiles"/> (whether its
/// files become known-bad content; false if nothing is said) go with remove alone.
/// </summary>
public sealed record DecisionRequest(Verdict Decision, string Rule, string Note, BuyersAfter? Buyers = null, bool? Strike = null, bool? BanFiles = null)
{
    public NewDecision ToNew() => new(Decision, Rule, Note, Buyers, Strike, BanFiles);
}

public sealed record CheckView(string Check, bool Passed, string? Finding);

public sealed record DecisionView(Verdict Decision, string DecidedBy, string Rule, string Note, DateTimeOffset At, BuyersAfter? Buyers, bool? Strike, bool? BanFiles)
{
    public static DecisionView Of(Decision made) => made.Verdict == Verdict.Remove
        ? new(made.Verdict, made.DecidedBy, made.Rule, made.Note, made.At, made.Buyers, made.Strike, made.BanFiles)
        : new(made.Verdict, made.DecidedBy, made.Rule, made.Note, made.At, null, null, null);
}

public sealed record BanFileRequest(string Sha256, string Reason);

/// <summary>Why a file is banned: by a case's removal, or, without a case, by a moderator's own word; until it was lifted.</summary>
public sealed record BanCauseView(CaseId? CaseId, string By, string Reason, DateTimeOffset At, string? LiftedBy, DateTimeOffset? LiftedAt);

/// <summary>A file that no series may hold, by its SHA-256 (64 lower-case hexadecimal digits); not <paramref name="Banned"/> once every cause was lifted.</summary>
public sealed record KnownBadFileView(string Sha256, bool Banned, IReadOnlyList<BanCauseView> Causes)
{
    public static KnownBadFileView Of(KnownBadFile file) =>
        new(file.Sha256.Value, file.IsBanned, [.. file.Causes.Select(cause => new BanCauseView(cause.CaseId, cause.By, cause.Reason, cause.At, cause.Lifted?.By, cause.Lifted?.At))]);
}

/// <summary>Who works on a case, and until when.</summary>
public sealed record LeaseView(UserId ClaimedBy, DateTimeOffset ClaimedUntil);

public sealed record ReportRequest(SeriesId SeriesId, ReportReason Reason, VideoId? VideoId = null, string? Note = null, CommentId? CommentId = null);

public sealed record ReportView(ReportId ReportId, SeriesId SeriesId, VideoId? VideoId, ReportReason Reason, string? Note, DateTimeOffset At, CommentId? CommentId = null)
{
    public static ReportView Of(Report filed) => new(filed.Id, filed.SeriesId, filed.VideoId, filed.Reason, filed.Note, filed.At, filed.CommentId);

    /// <summary>As moderators read it: who reported is none of their business.</summary>
    public static ReportView Of(GatheredReport gathered) => new(gathered.Id, gathered.SeriesId, gathered.VideoId, gathered.Reason, gathered.Note, gathered.At, gathered.CommentId);
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

/// <summary>The comment that a case is about, with its text as it was when that was last looked at; without either once its author was erased.</summary>
public sealed record CaseCommentView(CommentId CommentId, VideoId VideoId, UserId? AuthorId, string Text);

/// <summary>
/// A case; <paramref name="Content"/> is what is looked at and <paramref name="Changes"/> what of it is new since revision <paramref name="BasedOn"/> (0: everything);
/// they come with a single one. <paramref name="CreatorId"/> is null where it was a comment's author and she was erased.
/// </summary>
public sealed record CaseView(
    CaseId CaseId, CaseKind Kind, SeriesId SeriesId, UserId? CreatorId, int Revision, string Title, CaseState State, CaseRisk Risk, IReadOnlyList<CheckView> Checks, DecisionView? Decision,
    DateTimeOffset OpenedAt, LeaseView? Lease, ReportsView? Reports, AppealedDecision? Appeal, CaseId? ReversedBy,
    ContentView? Content, int? BasedOn = null, RevisionChanges? Changes = null, CaseCommentView? Comment = null)
{
    public static CaseView Of(Case found, DateTimeOffset now, SeriesRevision? revision = null, IReadOnlyList<GatheredReport>? reports = null) => new(
        found.Id, found.Kind, found.SeriesId, found.CreatorId.IfKnown(), found.Revision, found.Title, found.State, found.Risk,
        [.. found.Checks.Select(check => new CheckView(check.Check, check.Passed, check.Finding))],
        found.Decision is { } made ? DecisionView.Of(made) : null,
        found.OpenedAt, found.HeldBy(now) is { } holder ? new(holder, found.Lease!.Until) : null,
        found.Reports is { } gathered ? new(gathered.Count, gathered.Points, gathered.Reasons, reports is null ? null : [.. reports.Select(ReportView.Of)]) : null, found.Appeal, found.OverturnedBy,
        revision is null ? null : ContentView.Of(revision.Content), revision?.BasedOn, found.Kind == CaseKind.Submission ? revision?.Changes : null,
        found.Comment is { } comment ? new(comment.Id, comment.Spot.VideoId, comment.AuthorId.IfKnown(), comment.Text) : null);
}
