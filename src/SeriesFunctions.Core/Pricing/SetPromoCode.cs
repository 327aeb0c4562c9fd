using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Pricing;

/// <summary>A promo code with how often it is used.</summary>
public sealed record CodeSeen(Stored<PromoCode> Code, CodeUses Uses, Money ListPrice);

/// <summary>The owner makes a promo code. The text is its identity in a series, so a second one of the same text is refused, also after the first has ended.</summary>
public sealed class SetPromoCode(Records records, SeriesRecords series, CodeRecords codes, IdempotencyClaims claims, TimeProvider clock, PricingOptions options)
{
    public async ValueTask<Result<CodeSeen>> HandleAsync(SeriesId id, UserId owner, NewPromoCode asked, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var own, out var problem))
            return problem;
        if (own.Value.State == SeriesState.Removed)
            return Problem.Conflict("removed", "This series was removed by moderation.");
        var now = clock.GetUtcNow();
        if (!CodeRules.Create(key.IdFor("cod", now), id, asked, own.Value.Price, now, options).IsOk(out var code, out problem))
            return key.ClaimedId is not null && PromoCode.Normalize(asked.Code) is { } said && await FindAsync(id, said, key.ClaimedId, own.Value.Price, cancellationToken) is { } made ? made : problem;
        if (await codes.FindAsync(id, code.Code, cancellationToken) is { } taken)
            return taken.Value.Id == key.ClaimedId ? new CodeSeen(taken, await codes.UsesAsync(taken.Value, cancellationToken), own.Value.Price) : Exists;
        if (!(await claims.ClaimAsync(key, code.Id, cancellationToken)).IsOk(out var claimed, out problem))
            return problem;
        code = code with { Id = claimed };
        var outcome = await records.SaveAsync(new Batch(Series.In(id)).Create(PromoCode.DocumentId(code.Code), code, code.Sort), cancellationToken);
        if (outcome.IsOk)
        {
            Telemetry.Count("code-set");
            return new CodeSeen(new(code, outcome.ETags[0]!), CodeUses.None, own.Value.Price);
        }
        // Somebody was faster: this very request sent twice at once, or another for the same text.
        return await FindAsync(id, code.Code, claimed, own.Value.Price, cancellationToken) is { } same ? same : Exists;
    }

    private async ValueTask<CodeSeen?> FindAsync(SeriesId id, string code, string madeAs, Money listPrice, CancellationToken cancellationToken) =>
        await codes.FindAsync(id, code, cancellationToken) is { } found && found.Value.Id == madeAs
            ? new CodeSeen(found, await codes.UsesAsync(found.Value, cancellationToken), listPrice)
            : null;

    private static readonly Problem Exists = Problem.Conflict("code-exists", "This series has or had this promo code already.");
}

/// <summary>The owner looks at her codes.</summary>
public sealed class ShowPromoCodes(SeriesRecords series, CodeRecords codes)
{
    public async ValueTask<Result<CodeSeen>> FindAsync(SeriesId id, UserId owner, string code, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var own, out var problem))
            return problem;
        return PromoCode.Normalize(code) is { } text && await codes.FindAsync(id, text, cancellationToken) is { } found
            ? new CodeSeen(found, await codes.UsesAsync(found.Value, cancellationToken), own.Value.Price)
            : Problem.NotFound("promo code");
    }

    public async ValueTask<Result<RecordPage<CodeSeen>>> PageAsync(SeriesId id, UserId owner, PageRequest page, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out var own, out var problem)
            || !(await codes.ListAsync(id, page, cancellationToken)).IsOk(out var found, out problem))
            return problem;
        var seen = new List<CodeSeen>(found.Items.Count);
        foreach (var code in found.Items)
            seen.Add(new(new(code, ""), await codes.UsesAsync(code, cancellationToken), own.Value.Price));
        return new RecordPage<CodeSeen>(seen, found.Cursor);
    }
}

/// <summary>The owner ends a code now. Checkouts that hold a use of it keep their price. One that has ended stays as it is.</summary>
public sealed class EndPromoCode(Records records, SeriesRecords series, CodeRecords codes, TimeProvider clock)
{
    public async ValueTask<Result<Done>> HandleAsync(SeriesId id, UserId owner, string code, string etag, CancellationToken cancellationToken)
    {
        if (!(await series.FindOwnAsync(id, owner, cancellationToken)).IsOk(out _, out var problem))
            return problem;
        if (PromoCode.Normalize(code) is not { } text || await codes.FindAsync(id, text, cancellationToken) is not { } found)
            return Problem.NotFound("promo code");
        if (found.ETag != etag)
            return Problem.Stale;
        var now = clock.GetUtcNow();
        if (found.Value.StateAt(now) == DiscountState.Ended)
            return Done.Value;
        var outcome = await records.SaveAsync(
            new Batch(Series.In(id)).Replace(PromoCode.DocumentId(text), found.Value with { EndedAt = now }, found.ETag, found.Value.Sort), cancellationToken);
        return outcome.IsOk ? Done.Value : Problem.Stale;
    }
}
