using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>
/// A creator's account at the provider as far as we know: document <c>payee</c> of partition <c>creator|{id}</c>. <paramref name="Key"/> and <paramref name="Country"/> are what the account is asked for
/// with, kept so that asking again asks for the same; <paramref name="AccountId"/> is null until the provider has answered.
/// </summary>
public sealed record Payee(
    UserId CreatorId, string Key, string? Country, string? AccountId, PayoutAccountStatus Status, IReadOnlyList<string> Due, DateTimeOffset OpenedAt, DateTimeOffset? ChangedAt)
{
    public const string DocumentId = "payee";

    /// <summary>The first account of a creator, or the one after an account that the provider let go.</summary>
    public static Payee New(UserId creator, string? country, Payee? gone, DateTimeOffset now) =>
        new(creator, Ids.Derived("pye", gone is null ? creator.Value : $"{gone.Key} {gone.AccountId}"), country, null, PayoutAccountStatus.Pending, [], now, null);

    public bool Says(ProviderAccount account) => AccountId == account.Id && Status == account.Status && Due.SequenceEqual(account.Due);

    public Payee As(ProviderAccount account, DateTimeOffset now) => this with { AccountId = account.Id, Status = account.Status, Due = account.Due, ChangedAt = now };
}

/// <summary>How a creator stands and a link for what is to be done.</summary>
public sealed record PayoutAccountLink(Payee Payee, OnboardingLink Link);

/// <summary>A creator is shown to the provider's pages, where she says whom to pay: the first time an account is opened. Each call answers a fresh link, since a link is good once.</summary>
public sealed class OpenPayoutAccount(Records records, CreatorRecords creators, IPayoutAccounts accounts, CheckoutOptions options, TimeProvider clock)
{
    private static readonly Problem AccountRefused = Problem.Conflict("payout-account-refused", "The payment provider opens no account for this creator.");

    public async ValueTask<Result<PayoutAccountLink>> HandleAsync(UserId creator, string returnUrl, string? refreshUrl, CancellationToken cancellationToken)
    {
        var checks = new FieldChecks()
            .Must(options.IsReturnUrl(returnUrl), "returnUrl", "not-a-return-url", "An absolute https URL of at most 500 characters.")
            .Must(refreshUrl is null || options.IsReturnUrl(refreshUrl), "refreshUrl", "not-a-return-url", "An absolute https URL of at most 500 characters.");
        if (!checks.AllGood)
            return checks.Problem;
        // Who was suspended is still owed for what was sold before.
        var standing = (await creators.StandingAsync(creator, cancellationToken))?.Value;
        if (!IsCreator(standing?.Series) && !IsCreator(standing?.Subscription))
            return Problem.Forbidden("creator-required", "Only approved creators can do this. Apply at POST /v1/creators/me/application.");

        // Twice at most: an account that the provider let go is replaced once.
        for (var attempt = 1; ; attempt++)
        {
            if (!(await OpenedAsync(creator, cancellationToken)).IsOk(out var payee, out var problem))
                return problem;
            var link = await accounts.LinkAccountAsync(new(payee.Value.AccountId!, new(returnUrl), new(refreshUrl ?? returnUrl)), cancellationToken);
            if (link.Value is { } made)
                return new PayoutAccountLink(payee.Value, made);
            if (link.Status == GatewayStatus.Unavailable)
                return Problem.Unavailable("payment provider");
            if (link.Status == GatewayStatus.Refused || attempt == 2)
                return AccountRefused;
            // When somebody else was faster, the next round uses what she wrote.
            await records.SaveAsync(
                new Batch(CreatorStanding.In(creator)).Save(Payee.DocumentId, payee, Payee.New(creator, payee.Value.Country, payee.Value, clock.GetUtcNow())), cancellationToken);
        }
    }

    private static bool IsCreator(Membership? membership) => membership?.Status is ProgrammeStatus.Approved or ProgrammeStatus.Suspended;

    /// <summary>Our record, then the provider with our record's key, then our record again: after a crash in between, the same account is asked for once more.</summary>
    private async ValueTask<Result<Stored<Payee>>> OpenedAsync(UserId creator, CancellationToken cancellationToken)
    {
        var partition = CreatorStanding.In(creator);
        while (true)
        {
            var payee = await records.FindAsync<Payee>(partition, Payee.DocumentId, cancellationToken);
            if (payee is { Value.AccountId: not null })
                return payee;
            if (payee is null)
            {
                var country = (await creators.ProfileAsync(creator, cancellationToken))?.Value.Country;
                await records.SaveAsync(new Batch(partition).Create(Payee.DocumentId, Payee.New(creator, country, null, clock.GetUtcNow())), cancellationToken);
                continue;
            }
            var opened = await accounts.OpenAccountAsync(new(payee.Value.Key, creator, payee.Value.Country), cancellationToken);
            if (opened.Value is not { } account)
                return opened.Status == GatewayStatus.Refused ? AccountRefused : Problem.Unavailable("payment provider");
            await records.SaveAsync(new Batch(partition).Replace(Payee.DocumentId, payee.Value.As(account, clock.GetUtcNow()), payee.ETag), cancellationToken);
        }
    }
}

/// <summary>Brings our record of an account in line with the provider's: when it tells of a change, and when somebody wants to know while the account is not ready. May run any number of times.</summary>
public sealed class FollowPayoutAccount(Records records, IPayoutAccounts accounts, TimeProvider clock)
{
    public async ValueTask<Settled> HandleAsync(string accountId, CancellationToken cancellationToken)
    {
        var found = await accounts.FindAccountAsync(accountId, cancellationToken);
        if (found.Status == GatewayStatus.Unavailable)
            return new(SettledAs.Unavailable, found.Reason);
        if (found.Value is not { CreatorId: { } creator } account)
            return new(SettledAs.NotOurs, "not-our-account");
        if (await records.FindAsync<Payee>(CreatorStanding.In(creator), Payee.DocumentId, cancellationToken) is not { } payee)
            return new(SettledAs.Unknown, "no-such-payee");
        // Told before our own answer was written: whoever opens it writes how it stands.
        if (payee.Value.AccountId is null)
            return new(SettledAs.Unknown, "account-not-noted");
        if (payee.Value.AccountId != account.Id)
            return new(SettledAs.NotOurs, "another-account");
        if (payee.Value.Says(account))
            return Settled.Done;
        var outcome = await records.SaveAsync(
            new Batch(CreatorStanding.In(creator)).Replace(Payee.DocumentId, payee.Value.As(account, clock.GetUtcNow()), payee.ETag), cancellationToken);
        if (!outcome.IsOk)
            return SettlePayment.ChangedMeanwhile;
        Telemetry.Count(account.Status switch { PayoutAccountStatus.Ready => "payout-account-ready", PayoutAccountStatus.Restricted => "payout-account-restricted", _ => "payout-account-pending" });
        return Settled.Done;
    }

    /// <summary>The creator's account as it stands; null where there is none. One that is not ready is looked at again, so that nobody waits for an event that was lost.</summary>
    public async ValueTask<Stored<Payee>?> ShowAsync(UserId creator, CancellationToken cancellationToken)
    {
        var payee = await records.FindAsync<Payee>(CreatorStanding.In(creator), Payee.DocumentId, cancellationToken);
        if (payee?.Value.AccountId is not { } accountId)
            return null;
        if (payee.Value.Status == PayoutAccountStatus.Ready)
            return payee;
        // When the provider does not answer, or somebody else writes at this moment, what we know is still something.
        await HandleAsync(accountId, cancellationToken);
        return await records.FindAsync<Payee>(CreatorStanding.In(creator), Payee.DocumentId, cancellationToken);
    }
}
