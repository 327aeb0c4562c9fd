using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Ledger;

/// <summary>Section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    public const string Section = "Ledger";

    /// <summary>What an app store takes of each sale, in basis points of the price, where the product is sold inside an app that its store sells. Payment pages on the web cost none: 0.</summary>
    [Range(0, 10_000)]
    public int StoreFeeBasisPoints { get; set; }

    /// <summary>The least that is paid out, in minor units of <see cref="PayoutCurrency"/>. Source: TikTok, USD 50.00.</summary>
    [Range(1, 100_000_000)]
    public long PayoutMinimum { get; set; } = 5_000;

    [RegularExpression("^[A-Z]{3}$", ErrorMessage = "Ledger:PayoutCurrency must be an ISO 4217 code in capitals.")]
    public string PayoutCurrency { get; set; } = "USD";

    /// <summary>The day of the month, UTC, on which last month's statement is paid. Source: TikTok, the 15th.</summary>
    [Range(2, 28)]
    public int PayoutDay { get; set; } = 15;
}
