using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Catalog;

/// <summary>
/// That moderation took a series down: what it was before, with the note it had then, and every decision that holds it down. It comes back when the last of them is reversed.
/// </summary>
public sealed record Removal(SeriesState From, ReviewNote? Note, IReadOnlyList<RemovalCause> Causes);

/// <summary>One decision that holds a series down. <paramref name="Withheld"/>: nobody watches it, buyers included.</summary>
public sealed record RemovalCause(CaseId CaseId, bool Withheld, ReviewNote Note);

/// <summary>A decision of review that an appeal reversed: about which revision, and what it was.</summary>
public sealed record ReversedDecision(CaseId CaseId, int Revision, bool WasRemoval, bool WasOfSubmission);

/// <summary>
/// What moderation does to a series that was on sale, and how an appeal undoes it, pure. Decisions and reversals come off a queue, twice and in any order: a series remembers which
/// decisions were reversed, so that one that comes after its own reversal changes nothing. Source: product rules, "Moderation"; docs/adr/0034.
/// </summary>
public static class Reversal
{
    private static readonly Problem IsReversed = Problem.Conflict("reversed", "This decision was reversed on appeal.");

    public static bool WasReversed(Series series, CaseId decision) => series.Reversed?.Contains(decision) == true;

    /// <summary>Moderation takes the series down, whichever revision it is about. One that is down already is held down by one decision more.</summary>
    public static Result<Series> Remove(Series series, CaseId decision, bool withheld, ReviewNote note, DateTimeOffset now)
    {
        if (WasReversed(series, decision))
            return IsReversed;
        if (!SeriesLife.Take(series, SeriesCommand.Remove).IsOk(out var taken, out var refused))
            return refused;
        var removal = series.Removal ?? new(series.State, series.ReviewNote, []);
        return removal.Causes.Any(cause => cause.CaseId == decision)
            ? series
            : (taken with { Removal = removal with { Causes = [.. removal.Causes, new(decision, withheld, note)] }, ReviewNote = note }).Changed(now);
    }

    /// <summary>What is on sale has to change: it stays on sale meanwhile. A revision in review, or one that was approved since it was looked at, is left alone.</summary>
    public static Result<Series> Flag(Series series, ReviewNote note, DateTimeOffset now)
    {
        if (WasReversed(series, note.CaseId!.Value))
            return IsReversed;
        if (!SeriesLife.Take(series, SeriesCommand.Flag).IsOk(out var taken, out var refused))
            return refused;
        return series.ReviewNote?.CaseId == note.CaseId || series.ApprovedRevision != note.Revision
            ? series
            : (taken with { ReviewNote = note with { Former = series.ReviewNote is { } former ? former with { Former = null } : null } }).Changed(now);
    }

    /// <summary>
    /// The series as if the decision had not been made. A removal: what it was before, once nothing else holds it down. A submission that was sent back: it is approved after all, and
    /// what was edited since is a pending edit. Something on sale that was to change: its working copy is what it is without that. The second time changes nothing.
    /// <paramref name="submission"/> is the case of the last revision, <paramref name="revision"/>: where it is in review still and what was decided about it is reversed, nobody else
    /// would decide it, and it is approved.
    /// </summary>
    public static (Series Series, PublicSeries? Public, bool Published) Undo(
        Series series, ReversedDecision decision, CaseId submission, SeriesRevision? revision, PublicSeries? shown, string? handle, DateTimeOffset now)
    {
        if (WasReversed(series, decision.CaseId))
            return (series, null, false);
        var noted = series with { Reversed = [.. series.Reversed ?? [], decision.CaseId] };
        if (decision is { WasRemoval: false, WasOfSubmission: true } && revision is not null && ApproveAfterAll(noted, decision, revision, shown, handle, now) is { } approved)
            return (approved.Series, approved.Public, true);
        var without = decision.WasRemoval ? Restore(noted, decision.CaseId) : LiftNote(noted, decision.CaseId, shown);
        if (without.DraftState == DraftState.InReview && WasReversed(without, submission) && revision is not null && Publishing.Approve(without, revision, shown, handle, now).IsOk(out var late, out _))
            return (late.Series, late.Public, true);
        var after = without.Changed(now);
        return (after, shown is null ? null : Publishing.Mirror(shown, after), false);
    }

    private static Series Restore(Series series, CaseId decision)
    {
        if (series.Removal is not { } removal || removal.Causes.All(cause => cause.CaseId != decision))
            return series;
        var left = removal.Causes.Where(cause => cause.CaseId != decision).ToList();
        return left.Count > 0
            ? series with { Removal = removal with { Causes = left }, ReviewNote = left[^1].Note }
            : series with { State = removal.From, Removal = null, ReviewNote = removal.Note };
    }

    /// <summary>Null where another revision has taken its place, or the series is down.</summary>
    private static (Series Series, PublicSeries Public)? ApproveAfterAll(Series series, ReversedDecision decision, SeriesRevision revision, PublicSeries? shown, string? handle, DateTimeOffset now)
    {
        var sentBack = series.DraftState == DraftState.ChangesRequested && series.ReviewNote?.CaseId == decision.CaseId;
        if (series.LastRevision != decision.Revision || !sentBack && series.DraftState != DraftState.InReview)
            return null;
        return Publishing.Approve(series, revision, shown, handle, now, sentBack ? SeriesCommand.Reinstate : SeriesCommand.Approve).IsOk(out var approved, out _) ? approved : null;
    }

    private static Series LiftNote(Series series, CaseId decision, PublicSeries? shown)
    {
        if (series.Removal is { Note: { } kept } removal && kept.CaseId == decision)
            return series with { Removal = removal with { Note = kept.Former }, DraftState = Without(series, kept, shown) };
        if (series.ReviewNote?.CaseId == decision)
            return series with { ReviewNote = series.ReviewNote.Former, DraftState = Without(series, series.ReviewNote, shown) };
        return series.ReviewNote?.Former?.CaseId == decision ? series with { ReviewNote = series.ReviewNote with { Former = null } } : series;
    }

    /// <summary>Where the working copy is without the note: an earlier one still asks for changes; else it is what is on sale, or an edit of it.</summary>
    private static DraftState Without(Series series, ReviewNote note, PublicSeries? shown) =>
        series.DraftState != DraftState.ChangesRequested || note.Former is not null || shown is null ? series.DraftState
        : RevisionChanges.Of(shown.Content, series.Draft).IsEmpty ? DraftState.Approved
        : DraftState.Editing;
}
