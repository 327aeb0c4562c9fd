using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Creators;

/// <summary>Section <c>Creators</c>: who may sell. Defaults from the product rules, "Creators and eligibility".</summary>
public sealed class CreatorsOptions
{
    public const string Section = "Creators";

    /// <summary>Years. Source: TikTok.</summary>
    [Range(13, 99)]
    public int MinAge { get; set; } = 18;

    /// <summary>Years, in South Korea. Source: TikTok.</summary>
    [Range(13, 99)]
    public int MinAgeKorea { get; set; } = 19;

    /// <summary>Source: TikTok, 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan MinAccountAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Public posts in the last 30 days. Source: TikTok.</summary>
    [Range(0, 10_000)]
    public long MinPosts { get; set; } = 3;

    /// <summary>Views in the last 30 days. Source: TikTok.</summary>
    [Range(0, 1_000_000_000)]
    public long MinViews { get; set; } = 1_000;

    /// <summary>Followers to sell series without a portfolio. Source: TikTok.</summary>
    [Range(0, 1_000_000_000)]
    public long MinFollowers { get; set; } = 10_000;

    /// <summary>Followers to offer a subscription. Source: TikTok.</summary>
    [Range(0, 1_000_000_000)]
    public long MinSubscriptionFollowers { get; set; } = 1_000;

    /// <summary>Countries in which the programme has started, ISO 3166-1 alpha-2 joined by commas; empty is everywhere.</summary>
    [RegularExpression("^([A-Z]{2}(,[A-Z]{2})*)?$", ErrorMessage = "Creators:Regions must be two-letter country codes in capitals, joined by commas, or empty.")]
    public string Regions { get; set; } = "";

    /// <summary>Whether an application that meets every rule is approved by the rules; false sends each to an operator. Source: ours.</summary>
    public bool ApproveByRules { get; set; } = true;
}
