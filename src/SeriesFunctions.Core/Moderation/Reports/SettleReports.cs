using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>
/// A case of reports was decided (<paramref name="Round"/> 1), or that was reversed (2): its reporters were right or not. <paramref name="Cursor"/> is how far it has come.
/// </summary>
public sealed record ReportsSettled(CaseId CaseId, ReportOutcome Outcome, int Round, string? Cursor = null) : IEvent
{
    public static string Name => "reports-settled";

    public static int Version => 1;
}

/// <summary>Off the queue: notes on each report of a case what became of it, and with its reporter how often she was right. Some at a time; a message for the rest.</summary>
public sealed class SettleReports(Records records, TimeProvider clock) : IHandle<ReportsSettled>
{
    private const int AtATime = 25;

    public async ValueTask<Handled> HandleAsync(ReportsSettled message, CancellationToken cancellationToken)
    {
        var read = await records.ListAsync<GatheredReport>(
            Case.In(message.CaseId), SortRange.Prefix(GatheredReport.SortPrefix(message.CaseId)), Direction.Ascending, new(AtATime, message.Cursor), cancellationToken);
        if (!read.IsOk(out var page, out var problem))
            return Handled.Poison(problem.Code);
        foreach (var gathered in page.Items)
            await SettleAsync(gathered, message, cancellationToken);
        if (page.Cursor is not null)
        {
            // The cursor makes the event's id: where it is on its way already, that is a conflict, and all is well.
            await records.SaveAsync(
                new Batch(Case.In(message.CaseId))
                    .Emit(message with { Cursor = page.Cursor }, clock.GetUtcNow(), id: Ids.Derived("evt", $"reports-settled {message.CaseId} {message.Round} {page.Cursor}")),
                cancellationToken);
        }
        return Handled.Done;
    }

    private async ValueTask SettleAsync(GatheredReport gathered, ReportsSettled message, CancellationToken cancellationToken)
    {
        var partition = Report.In(gathered.ReporterId);
        while (true)
        {
            // Gone: its reporter asked to be forgotten.
            if (await records.FindAsync<Report>(partition, Report.DocumentIdOf(gathered.SeriesId, gathered.VideoId, gathered.Revision, gathered.CommentId), cancellationToken) is not { } report
                || report.Value.Id != gathered.Id || report.Value.Settled >= message.Round)
                return;
            var reporter = await records.FindAsync<Reporter>(partition, Reporter.DocumentId, cancellationToken);
            var after = report.Value with { Outcome = message.Outcome, Settled = message.Round };
            var batch = new Batch(partition)
                .Replace(after.DocumentId, after, report.ETag, after.Sort)
                .Save(Reporter.DocumentId, reporter, (reporter?.Value ?? Reporter.New).Count(report.Value.Outcome, message.Outcome));
            if ((await records.SaveAsync(batch, cancellationToken)).IsOk)
                return;
        }
    }
}
