using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Ledger;

/// <summary>Leads from the provider's object to the books that it is in: document <c>books</c> of partition <c>provider|{object}</c>.</summary>
public sealed record BookedIn(UserId CreatorId, string? PayoutId = null)
{
    public const string DocumentId = "books";

    public static Partition In(string providerId) => new($"provider|{providerId}");
}

/// <summary>One creator's books as the list of all books has them: partition <c>ledgers</c>.</summary>
public sealed record LedgerEntry(UserId CreatorId)
{
    public static readonly Partition In = new("ledgers");
}

/// <summary>
/// Writes the books: each transaction once, with the running totals and what else belongs to it, in one batch. The etag of the totals is the lock: whoever loses looks again.
/// </summary>
public sealed class LedgerBooks(Records records, TimeProvider clock)
{
    private const int MostAttempts = 1_000;

    /// <summary>
    /// Posts what <paramref name="write"/> adds to the batch for these totals and this instant, unless a transaction of this id is there. Null from it: there is nothing to post.
    /// </summary>
    public async ValueTask<bool> PostAsync(
        UserId creator, string transactionId, Func<LedgerBalance, Batch, DateTimeOffset, CancellationToken, ValueTask<LedgerTransaction?>> write, CancellationToken cancellationToken)
    {
        var partition = LedgerTransaction.In(creator);
        for (var attempt = 1; ; attempt++)
        {
            if (await records.FindAsync<LedgerTransaction>(partition, transactionId, cancellationToken) is not null)
                return true;
            var now = clock.GetUtcNow();
            var balance = await records.FindAsync<LedgerBalance>(partition, LedgerBalance.DocumentId, cancellationToken);
            var before = balance?.Value ?? LedgerBalance.Empty;
            var batch = new Batch(partition);
            if (await write(before, batch, before.BookingTime(now), cancellationToken) is not { } posting)
                return false;
            var transaction = posting with { Number = before.Transactions + 1 };
            batch.Create(transaction.Id, transaction, transaction.Sort).Save(LedgerBalance.DocumentId, balance, before.Plus(transaction));
            if (balance is null)
                batch.Emit(new LedgerOpened(creator), now, id: Ids.Derived("evt", $"ledger-opened {creator}"));
            if (await records.SaveAsync(batch, cancellationToken) is { IsOk: false } lost)
            {
                // Somebody else was faster. Nobody is that unlucky by chance: then the batch is at odds with itself.
                if (attempt == MostAttempts)
                    throw new InvalidOperationException($"{transactionId} could not be posted: {lost.Status}.");
                continue;
            }
            Telemetry.Count("ledger-posted");
            return true;
        }
    }

    public async ValueTask<LedgerBalance> BalanceAsync(UserId creator, CancellationToken cancellationToken) =>
        (await records.FindAsync<LedgerBalance>(LedgerTransaction.In(creator), LedgerBalance.DocumentId, cancellationToken))?.Value ?? LedgerBalance.Empty;

    /// <summary>Every transaction that was booked in the time, in that order.</summary>
    public async IAsyncEnumerable<LedgerTransaction> ReadAsync(
        UserId creator, DateTimeOffset from, DateTimeOffset to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = new SortRange($"tx|{Catalog.CatalogLists.Time(from)}", $"tx|{Catalog.CatalogLists.Time(to)}");
        string? cursor = null;
        do
        {
            var read = await records.ListAsync<LedgerTransaction>(LedgerTransaction.In(creator), range, Direction.Ascending, new(PageRequest.MaxLimit, cursor), cancellationToken);
            if (!read.IsOk(out var page, out var problem))
                throw new InvalidOperationException($"The ledger could not be read: {problem.Code}.");
            foreach (var transaction in page.Items)
                yield return transaction;
            cursor = page.Cursor;
        }
        while (cursor is not null);
    }

    /// <summary>Whose books there are.</summary>
    public async IAsyncEnumerable<UserId> AllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var read = await records.ListAsync<LedgerEntry>(LedgerEntry.In, SortRange.Prefix(""), Direction.Ascending, new(PageRequest.MaxLimit, cursor), cancellationToken);
            if (!read.IsOk(out var page, out var problem))
                throw new InvalidOperationException($"The list of books could not be read: {problem.Code}.");
            foreach (var entry in page.Items)
                yield return entry.CreatorId;
            cursor = page.Cursor;
        }
        while (cursor is not null);
    }
}

/// <summary>Off the queue: books that were opened come into the list of all books.</summary>
public sealed class NoteLedger(Records records) : IHandle<LedgerOpened>
{
    public async ValueTask<Handled> HandleAsync(LedgerOpened message, CancellationToken cancellationToken)
    {
        var id = $"ledger|{message.CreatorId}";
        await records.SaveAsync(new Batch(LedgerEntry.In).Put(id, new LedgerEntry(message.CreatorId), id), cancellationToken);
        return Handled.Done;
    }
}
