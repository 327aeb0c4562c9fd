using System.Globalization;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Ledger;

/// <summary>
/// Compares a day of the provider's books with ours, both ways, and reports each difference with what to do. Changes no books. Each day once it is over by an hour, each day again when
/// an operator asks.
/// </summary>
public sealed class Reconcile(Records records, LedgerBooks books, IPaymentGateway payments, TimeProvider clock) : IHandle<ReconcileAsked>
{
    /// <summary>Events of a day's last minutes have arrived by then.</summary>
    private static readonly TimeSpan After = TimeSpan.FromHours(1);

    /// <summary>What we book today may have moved days ago: a parked event waits three days.</summary>
    private static readonly TimeSpan Earlier = TimeSpan.FromDays(3);

    private const int MostDaysToCatchUp = 31;

    /// <summary>How far the provider's two records of one transfer, itself and its movement, may be apart.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(5);

    /// <summary>Reports are kept for so long.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(400);

    /// <summary>The timer: every day that is over and was not compared yet.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var newest = DateOnly.FromDateTime((now - After).UtcDateTime).AddDays(-1);
        var mark = await records.FindAsync<ReconcileMark>(Reconciliation.In, ReconcileMark.DocumentId, cancellationToken);
        var day = mark is not null && Days.Parse(mark.Value.Day) is { } done ? done.AddDays(1) : newest;
        if (newest.DayNumber - day.DayNumber >= MostDaysToCatchUp)
            day = newest.AddDays(1 - MostDaysToCatchUp);
        for (; day <= newest; day = day.AddDays(1))
        {
            // An outage: the next minute tries again.
            if (!(await RunAsync(day, cancellationToken)).IsOk(out _, out _))
                return;
            await records.SaveAsync(new Batch(Reconciliation.In).Put(ReconcileMark.DocumentId, new ReconcileMark(Days.Name(day))), cancellationToken);
        }
    }

    /// <summary>An operator asks for a day that is over or runs.</summary>
    public async ValueTask<Result<Done>> AskAsync(string day, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (Days.Parse(day) is not { } wanted || wanted > DateOnly.FromDateTime(now.UtcDateTime))
            return Problem.Invalid([new("day", "not-a-day", "A day that has begun, as in 2026-01-31.")]);
        await records.SaveAsync(new Batch(Reconciliation.In).Emit(new ReconcileAsked(day), now, id: Ids.Derived("evt", $"reconcile {key.Owner} {key.Key} {day}")), cancellationToken);
        return Done.Value;
    }

    public async ValueTask<Handled> HandleAsync(ReconcileAsked message, CancellationToken cancellationToken)
    {
        if (Days.Parse(message.Day) is not { } day)
            return Handled.Poison("not-a-day");
        return (await RunAsync(day, cancellationToken)).IsOk(out _, out var problem) ? Handled.Done : Handled.Retry(problem.Code);
    }

    public ValueTask<Result<RecordPage<Reconciliation>>> PageAsync(PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<Reconciliation>(Reconciliation.In, SortRange.Prefix("day|"), Direction.Descending, page, cancellationToken);

    public async ValueTask<Result<Reconciliation>> ShowAsync(string day, CancellationToken cancellationToken) =>
        await records.FindAsync<Reconciliation>(Reconciliation.In, Reconciliation.DocumentId(day), cancellationToken) is { } found ? found.Value : Problem.NotFound("report of that day");

    public async ValueTask<Result<RecordPage<Difference>>> DifferencesAsync(string day, PageRequest page, CancellationToken cancellationToken) =>
        (await ShowAsync(day, cancellationToken)).IsOk(out var report, out var problem)
            ? await records.ListAsync<Difference>(Difference.In(day, report.Run), SortRange.Prefix(""), Direction.Ascending, page, cancellationToken)
            : problem;

    private async ValueTask<Result<Reconciliation>> RunAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var from = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var to = from.AddDays(1);
        // Each run has its own differences, and the report names the run that counts: one that was cut off leaves nothing behind that is read.
        var run = new Run(Days.Name(day), Ids.New("run", now));
        string? cursor = null;
        do
        {
            var read = await payments.ListBooksAsync(new(from - Earlier, to + After, cursor), cancellationToken);
            if (read.Value is not { } page)
                return Problem.Unavailable("payment provider");
            foreach (var entry in page.Entries)
            {
                run.Moved.Add(Matching.KeyOf(entry));
                if (entry.CreatedAt >= from && entry.CreatedAt < to && await CompareAsync(run, entry, cancellationToken) is { } outage)
                    return outage;
            }
            cursor = page.Cursor;
        }
        while (cursor is not null);
        await foreach (var creator in books.AllAsync(cancellationToken))
        {
            await foreach (var transaction in books.ReadAsync(creator, from, to, cancellationToken))
            {
                if (await CompareAsync(run, transaction, cancellationToken) is { } outage)
                    return outage;
            }
        }
        var report = new Reconciliation(run.Day, run.Id, now, run.Compared, run.Differences, run.Other, run.Theirs, run.Ours);
        await records.SaveAsync(new Batch(Reconciliation.In).Put(Reconciliation.DocumentId(run.Day), report, report.Sort, KeptFor), cancellationToken);
        Telemetry.Count(run.Differences == 0 ? "reconciled" : "reconciled-with-differences");
        return report;
    }

    /// <summary>A movement of theirs beside our transaction. Null, or the outage that ends the run.</summary>
    private async ValueTask<Problem?> CompareAsync(Run run, ProviderBookEntry entry, CancellationToken cancellationToken)
    {
        var theirs = entry.Amount - entry.Fee;
        run.Theirs[theirs.Currency] = run.Theirs.GetValueOrDefault(theirs.Currency) + theirs.Amount;
        if (entry.Kind == BookKind.Other)
        {
            run.Other++;
            return null;
        }
        run.Compared++;
        var bookedIn = await records.FindAsync<BookedIn>(BookedIn.In(entry.PaymentId ?? entry.SourceId ?? "-"), BookedIn.DocumentId, cancellationToken);
        if (bookedIn?.Value is not { } where || Matching.TransactionOf(entry, where.PayoutId) is not { } id)
        {
            var kind = DifferenceKind.NotOurs;
            if (entry.PaymentId is { } paymentId)
            {
                var found = await payments.FindPaymentAsync(paymentId, cancellationToken);
                if (found.Status == GatewayStatus.Unavailable)
                    return Problem.Unavailable("payment provider");
                if (found.Value?.Subject is not null)
                    kind = DifferenceKind.MissingHere;
            }
            await NoteAsync(run, kind, null, entry.PaymentId, entry.Id, null, theirs, null, Matching.WhatToDo(kind, entry.Kind), cancellationToken);
            return null;
        }
        if (await records.FindAsync<LedgerTransaction>(LedgerTransaction.In(where.CreatorId), id, cancellationToken) is not { Value: { } transaction })
        {
            await NoteAsync(
                run, DifferenceKind.MissingHere, where.CreatorId, entry.PaymentId, entry.Id, null, theirs, null, Matching.WhatToDo(DifferenceKind.MissingHere, entry.Kind), cancellationToken);
            return null;
        }
        var ours = transaction.On(Accounts.Provider);
        // A fee that was named later has a transaction of its own.
        if (entry.Kind == BookKind.Charge && entry.SourceId is { } charged
            && await records.FindAsync<LedgerTransaction>(LedgerTransaction.In(where.CreatorId), Posting.FeeId(charged), cancellationToken) is { } fee)
            ours += fee.Value.On(Accounts.Provider);
        if (ours != theirs.Amount || transaction.Currency != theirs.Currency)
        {
            await NoteAsync(
                run, DifferenceKind.AmountDiffers, where.CreatorId, entry.PaymentId, entry.Id, id, theirs, new(ours, transaction.Currency), Matching.WhatToDo(DifferenceKind.AmountDiffers, entry.Kind),
                cancellationToken);
        }
        return null;
    }

    /// <summary>A transaction of ours beside their movements. Null, or the outage that ends the run.</summary>
    private async ValueTask<Problem?> CompareAsync(Run run, LedgerTransaction transaction, CancellationToken cancellationToken)
    {
        var ours = new Money(transaction.On(Accounts.Provider), transaction.Currency);
        run.Ours[ours.Currency] = run.Ours.GetValueOrDefault(ours.Currency) + ours.Amount;
        if (Matching.KeyOf(transaction) is not { } key || run.Moved.Contains(key))
            return null;
        // Booked long after it moved: the payment itself says whether it did, and of a transfer the books of the time at which it was made.
        if (transaction.PaymentId is { } paymentId)
        {
            var found = await payments.FindPaymentAsync(paymentId, cancellationToken);
            if (found.Status == GatewayStatus.Unavailable)
                return Problem.Unavailable("payment provider");
            if (found.Value is { } payment && Matching.Confirms(payment, transaction))
                return null;
        }
        else
        {
            if (!(await MovedAsync(key, transaction.At, cancellationToken)).IsOk(out var moved, out var outage))
                return outage;
            if (moved)
                return null;
        }
        await NoteAsync(
            run, DifferenceKind.MissingAtProvider, transaction.CreatorId, transaction.PaymentId, null, transaction.Id, null, ours, Matching.WhatToDo(DifferenceKind.MissingAtProvider, null),
            cancellationToken);
        return null;
    }

    private async ValueTask<Result<bool>> MovedAsync(string key, DateTimeOffset at, CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var read = await payments.ListBooksAsync(new(at - Around, at + Around, cursor), cancellationToken);
            if (read.Value is not { } page)
                return Problem.Unavailable("payment provider");
            if (page.Entries.Any(entry => Matching.KeyOf(entry) == key))
                return true;
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return false;
    }

    private async ValueTask NoteAsync(
        Run run, DifferenceKind kind, UserId? creator, string? paymentId, string? bookEntryId, string? transactionId, Money? theirs, Money? ours, string whatToDo, CancellationToken cancellationToken)
    {
        run.Differences++;
        var id = Ids.Derived("dif", $"{run.Day} {bookEntryId} {transactionId}");
        var difference = new Difference(id, kind, creator, paymentId, bookEntryId, transactionId, theirs, ours, whatToDo);
        await records.SaveAsync(new Batch(Difference.In(run.Day, run.Id)).Put(id, difference, id, KeptFor), cancellationToken);
        Telemetry.Count("reconcile-difference");
    }

    private sealed class Run(string day, string id)
    {
        public string Day => day;

        public string Id => id;

        public long Compared { get; set; }

        public long Differences { get; set; }

        public long Other { get; set; }

        public HashSet<string> Moved { get; } = [];

        public Dictionary<string, long> Theirs { get; } = [];

        public Dictionary<string, long> Ours { get; } = [];
    }
}

/// <summary>Calendar days in UTC, written <c>2026-11-30</c>.</summary>
internal static class Days
{
    public static string Name(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly? Parse(string text) =>
        text.Length == 10 && text[0] == '2' && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
