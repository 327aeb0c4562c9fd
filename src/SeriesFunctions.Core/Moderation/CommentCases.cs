using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>The comment that a case is about, with its text as it was when that was last looked at.</summary>
public sealed record CaseComment(Spot Spot, CommentId Id, UserId AuthorId, string Text, int Version);

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

    /// <summary>A decision about a comment: in sight or gone. One about a text that was changed since lets nothing through; gone is gone.</summary>
    public async ValueTask<Handled> FollowAsync(CaseComment about, Verdict verdict, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await talk.FindAsync(about.Spot, about.Id, cancellationToken) is not { } before || before.Value.State is CommentState.Deleted or CommentState.Removed)
                return Handled.Done;
            var after = verdict switch
            {
                Verdict.Remove => before.Value with { State = CommentState.Removed, Pinned = false },
                Verdict.Approve when before.Value.State == CommentState.Held && before.Value.Version == about.Version => before.Value with { State = CommentState.Visible },
                _ => before.Value,
            };
            if (after == before.Value || await talk.SaveAsync(await talk.ChangeAsync(about.Spot, before, after, about.AuthorId, cancellationToken), cancellationToken))
                return Handled.Done;
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
