using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>One version of what we keep of a creator's sales, in basis points, for payments from <paramref name="From"/> on. Never changed: another version follows.</summary>
public sealed record CommissionVersion(int Version, int BasisPoints, DateTimeOffset From, string By, string Reason, DateTimeOffset At);

/// <summary>All versions of a creator's commission, oldest first: document <c>commission</c> of partition <c>ledger|{creator}</c>. Before the first one, the house's rate counts as version 0.</summary>
public sealed record CommissionPolicy(IReadOnlyList<CommissionVersion> Versions)
{
    public const string DocumentId = "commission";

    /// <summary>The etag of a creator for whom nothing was agreed.</summary>
    public const string NoneYet = "none";

    /// <summary>More than anybody renegotiates; a document stays small.</summary>
    public const int MostVersions = 200;

    public static CommissionVersion At(CommissionPolicy? policy, DateTimeOffset at, int houseBasisPoints) =>
        policy?.Versions.LastOrDefault(version => version.From <= at) ?? new(0, houseBasisPoints, DateTimeOffset.MinValue, "system", "The house's rate.", DateTimeOffset.MinValue);
}

/// <summary>An operator agrees another commission with a creator. It counts for payments from now on, or from a later instant; what was sold before keeps its version.</summary>
public sealed class SetCommission(Records records, CheckoutOptions checkout, TimeProvider clock)
{
    public async ValueTask<(CommissionPolicy? Policy, CommissionVersion Current, string ETag)> ShowAsync(UserId creator, CancellationToken cancellationToken)
    {
        var policy = await FindAsync(creator, cancellationToken);
        return (policy?.Value, CommissionPolicy.At(policy?.Value, clock.GetUtcNow(), checkout.CommissionBasisPoints), policy?.ETag ?? CommissionPolicy.NoneYet);
    }

    public async ValueTask<Result<Stored<CommissionPolicy>>> HandleAsync(
        UserId creator, int basisPoints, DateTimeOffset? from, string reason, UserId by, string ifMatch, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var checks = new FieldChecks()
            .Must(basisPoints is >= 0 and <= 10_000, "basisPoints", "out-of-range", "0 to 10000: 100 is one percent.")
            .Must(from is null || from >= now && from <= now.AddDays(366), "from", "out-of-range", "From now on, at most a year ahead: what was sold keeps its terms.")
            .Line(reason, "reason", 500);
        if (!checks.AllGood)
            return checks.Problem;
        var policy = await FindAsync(creator, cancellationToken);
        if ((policy?.ETag ?? CommissionPolicy.NoneYet) != ifMatch)
            return Problem.Stale;
        var versions = policy?.Value.Versions ?? [];
        var start = from ?? now;
        if (versions.Count > 0 && start < versions[^1].From)
            return Problem.Invalid([new("from", "out-of-range", "A later version is agreed already; this one can't start before it.")]);
        if (versions.Count >= CommissionPolicy.MostVersions)
            return Problem.Conflict("too-many-versions", "This policy was changed too often.");
        var after = new CommissionPolicy([.. versions, new(versions.Count + 1, basisPoints, start, by.Value, reason, now)]);
        var outcome = await records.SaveAsync(new Batch(LedgerTransaction.In(creator)).Save(CommissionPolicy.DocumentId, policy, after), cancellationToken);
        return outcome.IsOk ? new Stored<CommissionPolicy>(after, outcome.ETags[0]!) : Problem.Stale;
    }

    private ValueTask<Stored<CommissionPolicy>?> FindAsync(UserId creator, CancellationToken cancellationToken) =>
        records.FindAsync<CommissionPolicy>(LedgerTransaction.In(creator), CommissionPolicy.DocumentId, cancellationToken);
}
