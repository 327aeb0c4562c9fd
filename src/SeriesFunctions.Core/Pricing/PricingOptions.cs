using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Pricing;

/// <summary>Section <c>Pricing</c>. Prices and discounts; defaults from the product rules ("Series", "Discounts").</summary>
public sealed class PricingOptions
{
    public const string Section = "Pricing";

    /// <summary>The currency of all prices, ISO 4217 in upper case.</summary>
    [RegularExpression("^[A-Z]{3}$", ErrorMessage = "Pricing:Currency must be an ISO 4217 code of three capital letters.")]
    public string Currency { get; set; } = "USD";

    /// <summary>The lowest price there is, discounted or not, in minor units. Source: TikTok, USD 0.99.</summary>
    [Range(1, 1_000_000)]
    public long LowestPrice { get; set; } = 99;

    /// <summary>The highest price there is, in minor units. Source: TikTok, USD 189.99.</summary>
    [Range(1, 100_000_000)]
    public long HighestPrice { get; set; } = 18_999;

    /// <summary>Percent off, from this. Source: TikTok Shop analogue.</summary>
    [Range(1, 99)]
    public int LowestPercentOff { get; set; } = 5;

    [Range(1, 99)]
    public int HighestPercentOff { get; set; } = 90;

    /// <summary>How long a discount lasts at least. Source: TikTok Shop analogue.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan ShortestDiscount { get; set; } = TimeSpan.FromMinutes(10);

    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan LongestDiscount { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How far ahead a discount may start. Source: TikTok Shop analogue.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan FurthestStart { get; set; } = TimeSpan.FromDays(180);

    /// <summary>How many discounts of one series may be running or waiting to start.</summary>
    [Range(1, 100)]
    public int MostDiscountsAhead { get; set; } = 20;
}
