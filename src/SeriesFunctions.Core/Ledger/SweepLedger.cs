using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>The last month whose statements, and whose payouts, were done for everybody: document <c>sweep</c> of partition <c>ledgers</c>.</summary>
public sealed record LedgerSweep(string? Statements, string? Payouts)
{
    public const string DocumentId = "sweep";
}

/// <summary>
/// The minute's timer: on the 1st the statements for the month before, on the 15th its payouts, and after any downtime what was missed. All of it can be done twice, so a crash in the middle
/// costs time and nothing else. Source: product rules, "payout".
/// </summary>
public sealed class SweepLedger(Records records, LedgerBooks books, MonthlyStatements statements, StartPayout payouts, TimeProvider clock, LedgerOptions options)
{
    public async Task HandleAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var month = Months.Start(now);
        var last = Months.Name(month.AddMonths(-1));
        var stored = await records.FindAsync<LedgerSweep>(LedgerEntry.In, LedgerSweep.DocumentId, cancellationToken);
        var mark = stored?.Value ?? new LedgerSweep(null, null);
        if (mark.Statements != last)
        {
            await foreach (var creator in books.AllAsync(cancellationToken))
                await statements.CloseAsync(creator, cancellationToken);
            mark = mark with { Statements = last };
            await records.SaveAsync(new Batch(LedgerEntry.In).Put(LedgerSweep.DocumentId, mark), cancellationToken);
            Telemetry.Count("statements-made");
        }
        // Before this month's day it is the month before whose day has passed, perhaps while nothing ran.
        var due = now < month.AddDays(options.PayoutDay - 1) ? Months.Name(month.AddMonths(-2)) : last;
        if (mark.Payouts == due)
            return;
        await foreach (var creator in books.AllAsync(cancellationToken))
        {
            // Nobody pays the platform its own losses.
            if (creator == Accounts.Platform)
                continue;
            await statements.CloseAsync(creator, cancellationToken);
            await payouts.MonthlyAsync(creator, due, cancellationToken);
        }
        await records.SaveAsync(new Batch(LedgerEntry.In).Put(LedgerSweep.DocumentId, mark with { Payouts = due }), cancellationToken);
    }
}
