using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>The comment that a case is about, with its text as it was when that was last looked at.</summary>
public sealed record CaseComment(Spot Spot, CommentId Id, UserId AuthorId, string Text, int Version);

/// <summary>What becomes of a comment by what is decided about it, pure.</summary>
public static class CommentRules
{
    /// <summary>The same object: nothing changes. <paramref name="wasPinned"/>: its creator has pinned no other since.</summary>
    public static Comment Follow(Comment before, CaseComment about, CaseDecided decided, bool wasPinned) => decided.Verdict switch
    {
        Verdict.Remove when before.State is CommentState.Visible or CommentState.Held or CommentState.Hidden =>
            before with { State = CommentState.Removed, Removed = new(decided.CaseId, before.State, before.Pinned), Pinned = false },
        Verdict.Approve when before.State == CommentState.Held && before.Version == about.Version => before with { State = CommentState.Visible },
        // A person has looked at what had waited for one.
        Verdict.Reverse when before is { State: CommentState.Removed, Removed: { } removed } && removed.CaseId == decided.Appeal!.CaseId =>
            before with { State = removed.From == CommentState.Held ? CommentState.Visible : removed.From, Removed = null, Pinned = removed.Pinned && wasPinned },
        _ => before,
    };
}

/// <summary>
/// Cases about comments: one open at a time for each, gathering what viewers report and what the text checks leave to a person. They are not in the index of their series' cases, of which there are
/// few: of comments there are many, and nobody needs to watch a series to decide about one.
/// </summary>
public sealed class CommentCases(Records records, CaseRecords cases, Talk talk, ModerationOptions options, TimeProvider clock) : IHandle<CommentHeld>
{
    public async ValueTask<Handled> HandleAsync(CommentHeld message, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Decided already, or taken back by its author.
            if (await talk.FindAsync(message.Spot, message.CommentId, cancellationToken) is not { Value: { State: CommentState.Held } held })
                return Handled.Done;
            var (open, before) = await CurrentAsync(message.Spot, held, cancellationToken);
            var check = new CheckResult("comment-text", Passed: false, Clear: false, message.Finding);
            if (before.Checks.Contains(check) && before.Comment!.Version == held.Version)
                return Handled.Done;
            IReadOnlyList<CheckResult> checks = [.. before.Checks.Where(known => known != check), check];
            var risk = CaseRisks.OfChecks(checks);
            var after = before with { Checks = checks, Comment = About(message.Spot, held), Title = held.Text, Risk = open is null || risk < before.Risk ? risk : before.Risk };
            if ((await records.SaveAsync(await BatchAsync(open, after, cancellationToken), cancellationToken)).IsOk)
                return Handled.Done;
        }
    }

    public async ValueTask<Handled> GatherAsync(ReportFiled message, CommentId id, CancellationToken cancellationToken)
    {
        var spot = Spot.InSeries(message.SeriesId, message.VideoId!.Value);
        while (true)
        {
            // It came before; or there is nothing left to decide on.
            if (await records.FindAsync<GatheredReport>(Case.In(message.SeriesId), GatheredReport.DocumentId(message.Id), cancellationToken) is not null
                || await talk.FindAsync(spot, id, cancellationToken) is not { Value: { State: CommentState.Visible or CommentState.Held or CommentState.Hidden } reported })
                return Handled.Done;
            var (open, before) = await CurrentAsync(spot, reported, cancellationToken);
            var after = ReportRules.Gather(before, message, before.Revision, options.ReportThreshold) with { Comment = About(spot, reported), Title = reported.Text };
            var gathered = GatheredReport.Of(message, after.Id);
            var batch = (await BatchAsync(open, after, cancellationToken)).Create(GatheredReport.DocumentId(message.Id), gathered, gathered.Sort);
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return Handled.Done;
        }
    }

    /// <summary>
    /// A decision about a comment: in sight or gone; or, reversed, what it was before. One about a text that was changed since lets nothing through. Decisions come twice and in any order: a removal
    /// that was reversed is none, and a reversal undoes the removal that it is about and no later one.
    /// </summary>
    public async ValueTask<Handled> FollowAsync(CaseComment about, CaseDecided decided, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The comment before the case: where its removal is reversed in between, the etag says so.
            if (await talk.FindAsync(about.Spot, about.Id, cancellationToken) is not { } before
                || decided.Verdict == Verdict.Remove && await cases.FindAsync(decided.CaseId, cancellationToken) is { Value.OverturnedBy: not null })
                return Handled.Done;
            var pinned = await records.FindAsync<PinnedComment>(Comment.In(about.Spot), PinnedComment.DocumentId, cancellationToken);
            var after = CommentRules.Follow(before.Value, about, decided, wasPinned: pinned?.Value.Id == about.Id);
            if (after == before.Value)
                return Handled.Done;
            var batch = await talk.ChangeAsync(about.Spot, before, after, about.AuthorId, cancellationToken);
            // So that nobody pins another one at the same moment.
            if (after.Pinned && !before.Value.Pinned)
                batch.Save(PinnedComment.DocumentId, pinned, pinned!.Value);
            if (await talk.SaveAsync(batch, cancellationToken))
                return Handled.Done;
        }
    }

    /// <summary>The author appeals the removal of her comment, once; the same appeal again answers the same. She needs no access for it.</summary>
    public async ValueTask<Result<Case>> AppealAsync(Spot spot, CommentId id, UserId author, string note, CancellationToken cancellationToken)
    {
        var checks = new FieldChecks().Must(!string.IsNullOrWhiteSpace(note), "note", "blank", "Say why the decision is wrong.").Text(note, "note", 2_000);
        if (!checks.AllGood)
            return checks.Problem;
        while (true)
        {
            if (await talk.FindAsync(spot, id, cancellationToken) is not { } found || found.Value.AuthorId != author)
                return Problem.NotFound("comment");
            if (found.Value.Removed is not { } removed || await cases.FindAsync(removed.CaseId, cancellationToken) is not { } decided)
                return CaseRules.NothingToAppeal;
            if (await cases.FindAsync(Case.IdOfAppeal(removed.CaseId), cancellationToken) is { } before)
                return before.Value.Appeal!.Note == note ? before.Value : AppealDecision.AlreadyAppealed;
            if (!CaseRules.Appeal(decided.Value, note, clock.GetUtcNow()).IsOk(out var appeal, out var refused))
                return refused;
            if (!(await records.SaveAsync(CaseRecords.Open(appeal, null), cancellationToken)).IsOk)
                continue;
            Telemetry.Count("decision-appealed");
            return appeal;
        }
    }

    private async ValueTask<(Stored<Case>? Open, Case Case)> CurrentAsync(Spot spot, Comment comment, CancellationToken cancellationToken)
    {
        var series = new SeriesId(spot.Of);
        for (var round = 1; ; round++)
        {
            var id = Case.IdOfComment(series, comment.Id, round);
            if (await cases.FindAsync(id, cancellationToken) is not { } found)
            {
                // Whose it is may not decide: here the comment's author.
                return (null, new(id, series, comment.AuthorId, 0, comment.Text, CaseState.Open, [], null, clock.GetUtcNow(), CaseKind.Comment, Comment: About(spot, comment)));
            }
            if (found.Value.State == CaseState.Open)
                return (found, found.Value);
        }
    }

    private async ValueTask<Batch> BatchAsync(Stored<Case>? open, Case after, CancellationToken cancellationToken) =>
        open is null ? CaseRecords.Open(after, null) : await cases.ChangeAsync(open, after, cancellationToken);

    private static CaseComment About(Spot spot, Comment comment) => new(spot, comment.Id, comment.AuthorId, comment.Text, comment.Version);
}
