using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Pricing;

/// <summary>
/// The prices that a creator can choose from: 0.99–9.99 by 1.00, 14.99–99.99 by 5.00, 109.99–189.99 by 10.00.
/// Source: TikTok for the range and that tiers exist, ours for the steps.
/// </summary>
public static class Tiers
{
    private static readonly (long From, long To, long Step)[] Steps = [(99, 999, 100), (1_499, 9_999, 500), (10_999, 18_999, 1_000)];

    public static bool Contains(Money price, PricingOptions options) =>
        price.Currency == options.Currency
        && price.Amount >= options.LowestPrice && price.Amount <= options.HighestPrice
        && Array.Exists(Steps, step => price.Amount >= step.From && price.Amount <= step.To && (price.Amount - step.From) % step.Step == 0);

    /// <summary>Refuses what is not a tier, naming the two next to it.</summary>
    public static FieldChecks CheckPrice(FieldChecks checks, Money price, PricingOptions options)
    {
        if (price.Currency != options.Currency)
            return checks.Must(false, "price.currency", "currency-not-supported", $"Prices are in {options.Currency}.");
        return checks.Must(Contains(price, options), "price.amount", "not-a-tier", "Choose one of the price tiers: 0.99 to 9.99 by 1.00, 14.99 to 99.99 by 5.00, 109.99 to 189.99 by 10.00.");
    }
}
