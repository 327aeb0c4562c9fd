using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;

namespace SeriesFunctions.Core.Pricing;

/// <summary>
/// What a creator will get of a sale at a price, before it is sold: the price less the provider's processing fee as it is expected, the store's fee and our commission, as they are
/// agreed with her now. The statement has what it really was. Source: product rules, "share".
/// </summary>
public sealed record Estimate(int FeeBasisPoints, long FixedFee, int StoreFeeBasisPoints, int CommissionBasisPoints)
{
    public Money Of(Money price)
    {
        if (price.Amount == 0)
            return price;
        var fees = price.BasisPoints(FeeBasisPoints).Amount + FixedFee + price.BasisPoints(StoreFeeBasisPoints).Amount;
        var left = price with { Amount = Math.Max(price.Amount - fees, 0) };
        return left - left.BasisPoints(CommissionBasisPoints);
    }
}

/// <summary>Reads what is agreed with a creator, to tell her what she will get.</summary>
public sealed class EstimateProceeds(Records records, CheckoutOptions checkout, LedgerOptions ledger, TimeProvider clock)
{
    public async ValueTask<Estimate> ForAsync(UserId creator, CancellationToken cancellationToken)
    {
        var policy = await records.FindAsync<CommissionPolicy>(LedgerTransaction.In(creator), CommissionPolicy.DocumentId, cancellationToken);
        var version = CommissionPolicy.At(policy?.Value, clock.GetUtcNow(), checkout.CommissionBasisPoints);
        return new(checkout.ExpectedFeeBasisPoints, checkout.ExpectedFixedFee, ledger.StoreFeeBasisPoints, version.BasisPoints);
    }
}
