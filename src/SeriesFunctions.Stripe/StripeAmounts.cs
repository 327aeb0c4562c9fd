using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Stripe;

/// <summary>
/// Amounts as the API has them. Its smallest unit is ISO 4217's minor unit but for three currencies. Source: Stripe's documentation, "Supported currencies":
/// zero-decimal currencies and special cases.
/// </summary>
internal static class StripeAmounts
{
    public static long ToWire(Money money) => money.Currency switch
    {
        // No minor unit in ISO 4217, two decimals in the API.
        "ISK" or "UGX" => checked(money.Amount * 100),
        // Two decimals in ISO 4217, none in the API.
        "MGA" => money.Amount % 100 == 0 ? money.Amount / 100 : throw new ArgumentException("The provider takes whole ariary only.", nameof(money)),
        _ => money.Amount,
    };

    public static Money FromWire(long amount, string? currency)
    {
        var code = currency?.ToUpperInvariant() ?? "";
        return new(
            code switch
            {
                "ISK" or "UGX" => amount / 100,
                "MGA" => checked(amount * 100),
                _ => amount,
            },
            code);
    }
}
