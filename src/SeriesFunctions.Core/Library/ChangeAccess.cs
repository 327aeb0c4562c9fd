using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Library;

/// <summary>An operator gives somebody a series, or takes away what an operator gave. What was bought is not touched: any live grant gives access. Safe to repeat.</summary>
public sealed class ChangeAccess(Records records, LibraryRecords library, SeriesRecords series, TimeProvider clock)
{
    /// <summary>There is one grant of this cause for a viewer and a series.</summary>
    private const string CauseId = "operator";

    public async ValueTask<Result<Stored<Access>>> HandleAsync(UserId viewer, SeriesId id, bool grant, string reason, UserId by, CancellationToken cancellationToken)
    {
        if (new FieldChecks().Line(reason, "reason", 500) is { AllGood: false } checks)
            return checks.Problem;
        while (true)
        {
            var before = await library.AccessAsync(viewer, id, cancellationToken);
            if (grant && await series.FindPublicAsync(id, cancellationToken) is null)
                return Problem.NotFound("series");
            if (!grant && before?.Value.Grants.Any(g => g.Cause == GrantCause.Operator) != true)
                return Problem.NotFound("operator's grant");
            var now = clock.GetUtcNow();
            var after = Access.Set(before?.Value, viewer, id, GrantCause.Operator, CauseId, grant ? GrantState.Live : GrantState.Revoked, reason, now, by.Value);
            if (before is not null && ReferenceEquals(after, before.Value))
                return before;
            var batch = new Batch(Access.In(viewer)).Save(Access.DocumentId(id), before, after, after.Sort);
            if (after.IsLive != (before?.Value.IsLive ?? false))
                batch.Emit(new AccessChanged(viewer, id), now);
            var outcome = await records.SaveAsync(batch, cancellationToken);
            if (outcome.IsOk)
                return new Stored<Access>(after, outcome.ETags[0]!);
        }
    }
}
