using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Pricing;

/// <summary>
/// What a creator will get of a sale at a price, before it is sold: the price less the provider's processing fee as it is expected and our commission. The statement
/// has what it really was. Source: product rules, "share".
/// </summary>
public sealed class EstimateProceeds(CheckoutOptions options)
{
    public Money Of(Money price)
    {
        if (price.Amount == 0)
            return price;
        var fee = Math.Min(price.Amount, price.BasisPoints(options.ExpectedFeeBasisPoints).Amount + options.ExpectedFixedFee);
        var left = price with { Amount = price.Amount - fee };
        return left - left.BasisPoints(options.CommissionBasisPoints);
    }
}
