using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Ledger;

/// <summary>Decides a payout and books it, in one batch with the order to make it: from then on the amount is not owed a second time.</summary>
public sealed class StartPayout(Records records, LedgerBooks books, IdempotencyClaims claims, FollowPayoutAccount payees, TimeProvider clock, LedgerOptions options)
{
    /// <summary>Pays a closed month, if there is enough to pay and an account to pay it to. Once a month and creator, however often it is asked.</summary>
    public async ValueTask MonthlyAsync(UserId creator, string month, CancellationToken cancellationToken)
    {
        var partition = LedgerTransaction.In(creator);
        if (await DestinationAsync(creator, cancellationToken) is not { } account
            || await records.FindAsync<Statement>(partition, Statement.DocumentId(month), cancellationToken) is not { } statement)
            return;
        var closing = statement.Value.In(options.PayoutCurrency).Closing;
        var id = Payout.MonthlyId(creator, month, options.PayoutCurrency);
        await BookAsync(creator, id, month, account, reason: null, "system", owed => PayoutRules.Due(closing, owed, options), cancellationToken);
    }

    /// <summary>An operator pays all that is owed, outside the calendar and whatever the minimum.</summary>
    public async ValueTask<Result<Payout>> HandleAsync(UserId creator, string reason, UserId by, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (new FieldChecks().Must(Ids.IsValid(creator.Value), "creatorId", "bad-id", "1 to 64 characters of A-Z a-z 0-9 _ -.").Line(reason, "reason", 500) is { AllGood: false } checks)
            return checks.Problem;
        if (await DestinationAsync(creator, cancellationToken) is not { } account)
            return Problem.Conflict("no-payout-account", "There is no account to pay this creator to.");
        if (key.ClaimedId is null && (await books.BalanceAsync(creator, cancellationToken)).Owed(options.PayoutCurrency) <= 0)
            return NothingOwed;
        if (!(await claims.ClaimAsync(key, key.IdFor("pay", clock.GetUtcNow()), cancellationToken)).IsOk(out var id, out var problem))
            return problem;
        await BookAsync(creator, id, month: null, account, reason, by.Value, owed => owed, cancellationToken);
        return await records.FindAsync<Payout>(LedgerTransaction.In(creator), Payout.DocumentId(id), cancellationToken) is { } made ? made.Value : NothingOwed;
    }

    /// <summary>Where an operator said, or else the account that the creator opened, once it is ready.</summary>
    private async ValueTask<string?> DestinationAsync(UserId creator, CancellationToken cancellationToken) =>
        (await records.FindAsync<PayoutAccount>(LedgerTransaction.In(creator), PayoutAccount.DocumentId, cancellationToken))?.Value.Account
        ?? ((await payees.ShowAsync(creator, cancellationToken))?.Value is { Status: PayoutAccountStatus.Ready } payee ? payee.AccountId : null);

    private static readonly Problem NothingOwed = Problem.Conflict("nothing-owed", "Nothing is owed to this creator at the moment.");

    private ValueTask<bool> BookAsync(
        UserId creator, string id, string? month, string account, string? reason, string by, Func<long, long> due, CancellationToken cancellationToken) =>
        books.PostAsync(
            creator, PayoutRules.RequestedId(id),
            (balance, batch, bookedAt, _) =>
            {
                var amount = due(balance.Owed(options.PayoutCurrency));
                if (amount <= 0)
                    return ValueTask.FromResult<LedgerTransaction?>(null);
                var payout = new Payout(id, creator, month, new(amount, options.PayoutCurrency), account, PayoutState.Requested, null, reason, by, bookedAt, null);
                batch.Create(Payout.DocumentId(id), payout, payout.Sort)
                    .Emit(new PayoutRequested(creator, id), bookedAt, id: Ids.Derived("evt", $"payout {id}"))
                    .Emit(new PayoutChanged(creator, id), bookedAt);
                return ValueTask.FromResult<LedgerTransaction?>(PayoutRules.Requested(payout, bookedAt));
            },
            cancellationToken);
}

/// <summary>
/// Off the queue: has the provider make a payout, with the payout's id as its key, and books what came of it. While the provider does not answer, it may have happened: it is asked again
/// with the same key, and nothing is decided.
/// </summary>
public sealed class MakePayout(Records records, LedgerBooks books, IPaymentGateway payments, TimeProvider clock) : IHandle<PayoutRequested>
{
    public async ValueTask<Handled> HandleAsync(PayoutRequested message, CancellationToken cancellationToken)
    {
        var partition = LedgerTransaction.In(message.CreatorId);
        if (await records.FindAsync<Payout>(partition, Payout.DocumentId(message.PayoutId), cancellationToken) is not { Value.State: PayoutState.Requested } stored)
            return Handled.Done;
        var payout = stored.Value;
        var made = await payments.TransferAsync(new(payout.Id, payout.Account, payout.Amount), cancellationToken);
        if (made.Status == GatewayStatus.Unavailable)
        {
            return await Patience.AgainAsync(
                records, partition, $"{payout.Id} {message.Try}", message.Try, message.Since, clock.GetUtcNow(), since => message with { Try = message.Try + 1, Since = since }, made.Reason, cancellationToken);
        }
        if (made.Value is { } transfer)
        {
            await records.SaveAsync(new Batch(BookedIn.In(transfer.Id)).Put(BookedIn.DocumentId, new BookedIn(message.CreatorId, payout.Id)), cancellationToken);
            await SettleAsync(payout, PayoutRules.SentId(payout.Id), PayoutState.Paid, transfer.Id, payout.Reason, (now, at) => PayoutRules.Sent(now, transfer.Id, transfer.CreatedAt, at), cancellationToken);
        }
        else
            await SettleAsync(payout, PayoutRules.FailedId(payout.Id), PayoutState.Failed, null, made.Reason, PayoutRules.Failed, cancellationToken);
        return Handled.Done;
    }

    /// <summary>
    /// Books what came of it. The order may have been delivered twice at once: where the provider refused the one and then made the other, the transfer is what counts, since the money has moved.
    /// </summary>
    private async ValueTask SettleAsync(
        Payout payout, string transactionId, PayoutState state, string? transferId, string? reason, Func<Payout, DateTimeOffset, LedgerTransaction> transaction, CancellationToken cancellationToken)
    {
        await books.PostAsync(
            payout.CreatorId, transactionId,
            async (_, batch, bookedAt, stop) =>
            {
                if (await records.FindAsync<Payout>(LedgerTransaction.In(payout.CreatorId), Payout.DocumentId(payout.Id), stop) is not { } now
                    || now.Value.State != PayoutState.Requested && !(state == PayoutState.Paid && now.Value.State == PayoutState.Failed))
                    return null;
                var after = now.Value with { State = state, TransferId = transferId, Reason = reason, SettledAt = bookedAt };
                batch.Replace(Payout.DocumentId(payout.Id), after, now.ETag, after.Sort).Emit(new PayoutChanged(payout.CreatorId, payout.Id), bookedAt);
                return transaction(now.Value, bookedAt);
            },
            cancellationToken);
        Telemetry.Count(state == PayoutState.Paid ? "payout-paid" : "payout-failed");
    }
}

/// <summary>Off the queue: the operators' list shows a payout as it is now.</summary>
public sealed class NotePayout(Records records) : IHandle<PayoutChanged>
{
    public async ValueTask<Handled> HandleAsync(PayoutChanged message, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = await records.FindAsync<PayoutEntry>(PayoutEntry.In, message.PayoutId, cancellationToken);
            if (await records.FindAsync<Payout>(LedgerTransaction.In(message.CreatorId), Payout.DocumentId(message.PayoutId), cancellationToken) is not { } payout || entry?.Value.Payout == payout.Value)
                return Handled.Done;
            if ((await records.SaveAsync(new Batch(PayoutEntry.In).Save(payout.Value.Id, entry, new PayoutEntry(payout.Value), payout.Value.Sort), cancellationToken)).IsOk)
                return Handled.Done;
        }
    }
}

/// <summary>Reads payouts, and says where a creator is paid.</summary>
public sealed class Payouts(Records records, TimeProvider clock)
{
    /// <summary>The etag of a creator without an account.</summary>
    public const string NoneYet = "none";

    /// <summary>Everybody's, newest first.</summary>
    public ValueTask<Result<RecordPage<PayoutEntry>>> PageAsync(PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<PayoutEntry>(PayoutEntry.In, SortRange.Prefix("payout|"), Direction.Descending, page, cancellationToken);

    /// <summary>One creator's, newest first.</summary>
    public ValueTask<Result<RecordPage<Payout>>> OfAsync(UserId creator, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<Payout>(LedgerTransaction.In(creator), SortRange.Prefix("payout|"), Direction.Descending, page, cancellationToken);

    public async ValueTask<Result<Payout>> ShowAsync(string id, CancellationToken cancellationToken) =>
        await records.FindAsync<PayoutEntry>(PayoutEntry.In, id, cancellationToken) is { } found ? found.Value.Payout : Problem.NotFound("payout");

    public ValueTask<Stored<PayoutAccount>?> AccountAsync(UserId creator, CancellationToken cancellationToken) =>
        records.FindAsync<PayoutAccount>(LedgerTransaction.In(creator), PayoutAccount.DocumentId, cancellationToken);

    /// <summary>Whether she can be paid, as far as we know without asking the provider.</summary>
    public async ValueTask<bool> HasAccountAsync(UserId creator, CancellationToken cancellationToken) =>
        await AccountAsync(creator, cancellationToken) is not null
        || await records.FindAsync<Payee>(Creators.CreatorStanding.In(creator), Payee.DocumentId, cancellationToken) is { Value.Status: PayoutAccountStatus.Ready };

    /// <summary>Counts for payouts from now on; one that is on its way keeps its account.</summary>
    public async ValueTask<Result<Stored<PayoutAccount>>> SetAccountAsync(UserId creator, string account, UserId by, string ifMatch, CancellationToken cancellationToken)
    {
        if (!account.StartsWith("acct_", StringComparison.Ordinal) || !Ids.IsValid(account))
            return Problem.Invalid([new("account", "bad-account", "The provider's id of an account: acct_ and letters and digits.")]);
        var before = await AccountAsync(creator, cancellationToken);
        if ((before?.ETag ?? NoneYet) != ifMatch)
            return Problem.Stale;
        var after = new PayoutAccount(account, by.Value, clock.GetUtcNow());
        var outcome = await records.SaveAsync(new Batch(LedgerTransaction.In(creator)).Save(PayoutAccount.DocumentId, before, after), cancellationToken);
        return outcome.IsOk ? new Stored<PayoutAccount>(after, outcome.ETags[0]!) : Problem.Stale;
    }
}
