using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>A month in one currency as the creator sees it, in minor units: what adds to what we owe her is positive, what takes from it negative.</summary>
public sealed record StatementLine(
    string Currency, long Opening, long Sales, long Refunds, long Disputes, long ProcessingFees, long StoreFees, long Commission, long DisputeFees, long Payouts, long Adjustments)
{
    public long Closing => Opening + Sales + Refunds + Disputes + ProcessingFees + StoreFees + Commission + DisputeFees + Payouts + Adjustments;

    /// <summary>With what one transaction means to the creator.</summary>
    public StatementLine Plus(LedgerTransaction transaction)
    {
        var line = this;
        foreach (var entry in transaction.Entries.Where(entry => entry.Account == Accounts.Creator))
        {
            var gain = -entry.Amount;
            line = (entry.For, transaction.Kind) switch
            {
                ("price", TransactionKind.Sale) => line with { Sales = line.Sales + gain },
                ("price", TransactionKind.DisputeOpened or TransactionKind.DisputeWon) => line with { Disputes = line.Disputes + gain },
                ("price", _) => line with { Refunds = line.Refunds + gain },
                ("processing-fee", _) => line with { ProcessingFees = line.ProcessingFees + gain },
                ("store-fee", _) => line with { StoreFees = line.StoreFees + gain },
                ("commission", _) => line with { Commission = line.Commission + gain },
                ("dispute-fee", _) => line with { DisputeFees = line.DisputeFees + gain },
                ("payout", _) => line with { Payouts = line.Payouts + gain },
                ("adjustment", _) => line with { Adjustments = line.Adjustments + gain },
                _ => throw new InvalidOperationException($"No statement knows {entry.For} of {transaction.Id}."),
            };
        }
        return line;
    }
}

/// <summary>
/// A creator's month: document <c>statement|{yyyy-MM}</c> of her books once it is closed, and from then on unchanging. <paramref name="ClosedAt"/> null: the month still runs.
/// What is learned of after a month was closed is booked into the next one.
/// </summary>
public sealed record Statement(UserId CreatorId, string Month, DateTimeOffset? ClosedAt, long Transactions, IReadOnlyList<StatementLine> Lines)
{
    public static string DocumentId(string month) => $"statement|{month}";

    public string Sort => DocumentId(Month);

    public StatementLine In(string currency) => Lines.FirstOrDefault(line => line.Currency == currency) ?? new(currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>Makes statements: closes months that are over, and shows one.</summary>
public sealed class MonthlyStatements(Records records, LedgerBooks books, TimeProvider clock)
{
    /// <summary>Closes every month of a creator's books that is over. Safe to repeat: the etag of the totals holds that nothing is booked into the month meanwhile.</summary>
    public async ValueTask CloseAsync(UserId creator, CancellationToken cancellationToken)
    {
        var partition = LedgerTransaction.In(creator);
        while (true)
        {
            var now = clock.GetUtcNow();
            if (await records.FindAsync<LedgerBalance>(partition, LedgerBalance.DocumentId, cancellationToken) is not { Value.ClosedUntil: { } from } balance
                || from.AddMonths(1) is var to && to > now)
                return;
            var statement = await AddUpAsync(creator, balance.Value, from, from, to, cancellationToken) with { ClosedAt = now };
            var opening = statement.Lines.ToDictionary(line => line.Currency, line => line.Closing);
            await records.SaveAsync(
                new Batch(partition)
                    .Create(Statement.DocumentId(statement.Month), statement, statement.Sort)
                    .Replace(LedgerBalance.DocumentId, balance.Value with { ClosedUntil = to, Opening = opening }, balance.ETag),
                cancellationToken);
        }
    }

    /// <summary>A month of the past or the one that runs.</summary>
    public async ValueTask<Result<Statement>> ShowAsync(UserId creator, string month, CancellationToken cancellationToken)
    {
        if (Months.Parse(month) is not { } start)
            return new Problem(ProblemKind.Malformed, "bad-month", "A month is written as in 2026-01.");
        if (await records.FindAsync<Statement>(LedgerTransaction.In(creator), Statement.DocumentId(month), cancellationToken) is { } closed)
            return closed.Value;
        var balance = await books.BalanceAsync(creator, cancellationToken);
        if (start > clock.GetUtcNow() || balance.ClosedUntil is not { } from || start < from)
            return Problem.NotFound("statement");
        return await AddUpAsync(creator, balance, from, start, start.AddMonths(1), cancellationToken);
    }

    /// <summary>Closed ones, newest first.</summary>
    public ValueTask<Result<RecordPage<Statement>>> PageAsync(UserId creator, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<Statement>(LedgerTransaction.In(creator), SortRange.Prefix("statement|"), Direction.Descending, page, cancellationToken);

    /// <summary>From what is closed, by what was booked between that and the month, to what was booked in it.</summary>
    private async ValueTask<Statement> AddUpAsync(UserId creator, LedgerBalance balance, DateTimeOffset closedUntil, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var lines = (balance.Opening ?? new Dictionary<string, long>()).ToDictionary(owed => owed.Key, owed => Fresh(owed.Key, owed.Value));
        var transactions = 0L;
        var reached = closedUntil >= start;
        await foreach (var transaction in books.ReadAsync(creator, closedUntil, end, cancellationToken))
        {
            if (!reached && transaction.BookedAt >= start)
            {
                reached = true;
                lines = lines.ToDictionary(line => line.Key, line => Fresh(line.Key, line.Value.Closing));
            }
            lines[transaction.Currency] = (lines.GetValueOrDefault(transaction.Currency) ?? Fresh(transaction.Currency, 0)).Plus(transaction);
            if (reached)
                transactions++;
        }
        if (!reached)
            lines = lines.ToDictionary(line => line.Key, line => Fresh(line.Key, line.Value.Closing));
        return new(creator, Months.Name(start), ClosedAt: null, transactions, [.. lines.Values.OrderBy(line => line.Currency, StringComparer.Ordinal)]);
    }

    private static StatementLine Fresh(string currency, long opening) => new(currency, opening, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
