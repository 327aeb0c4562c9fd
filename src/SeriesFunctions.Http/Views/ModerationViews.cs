using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Moderation;

namespace SeriesFunctions.Http.Views;

/// <summary>
/// <paramref name="Decision"/> is approve (of a case of reports: it stays as it is), requestChanges or remove; of an appeal, uphold or reverse. The last three go with remove alone:
/// whether buyers keep it (the default), whether it is a strike (the default), and whether its files become known-bad content.
/// </summary>
public sealed record DecisionRequest(Verdict Decision, string Rule, string Note, BuyersAfter? Buyers = null, bool? Strike = null, bool? BanFiles = null)
{
    public NewDecision ToNew() => new(Decision, Rule, Note, Buyers, Strike, BanFiles);
}

public sealed record CheckView(string Check, bool Passed, string? Finding);

public sealed record DecisionView(Verdict Decision, string DecidedBy, string Rule, string Note, DateTimeOffset At, BuyersAfter? Buyers, bool Strike, bool BanFiles)
{
    public static DecisionView Of(Decision made) =>
        new(made.Verdict, made.DecidedBy, made.Rule, made.Note, made.At, made.Verdict == Verdict.Remove ? made.Buyers : null, made.Strike, made.BanFiles);
}

/// <summary>Who works on a case, and until when.</summary>
public sealed record LeaseView(UserId ClaimedBy, DateTimeOffset ClaimedUntil);

/// <summary>
/// A case; <paramref name="Content"/> is what is looked at and <paramref name="Changes"/> what of it is new since revision <paramref name="BasedOn"/> (0: everything);
/// they come with a single one.
/// </summary>
public sealed record CaseView(
    CaseId CaseId, CaseKind Kind, SeriesId SeriesId, UserId CreatorId, int Revision, string Title, CaseState State, CaseRisk Risk, IReadOnlyList<CheckView> Checks, DecisionView? Decision,
    DateTimeOffset OpenedAt, LeaseView? Lease, ContentView? Content, int? BasedOn = null, RevisionChanges? Changes = null)
{
    public static CaseView Of(Case found, DateTimeOffset now, SeriesRevision? revision = null) => new(
        found.Id, found.Kind, found.SeriesId, found.CreatorId, found.Revision, found.Title, found.State, found.Risk,
        [.. found.Checks.Select(check => new CheckView(check.Check, check.Passed, check.Finding))],
        found.Decision is { } made ? DecisionView.Of(made) : null,
        found.OpenedAt, found.HeldBy(now) is { } holder ? new(holder, found.Lease!.Until) : null,
        revision is null ? null : ContentView.Of(revision.Content), revision?.BasedOn, found.Kind == CaseKind.Submission ? revision?.Changes : null);
}
