using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Creators;

/// <summary>Section <c>Creators</c>: who may sell. Defaults from the product rules, "Creators and eligibility".</summary>
public sealed class CreatorsOptions
{
    public const string Section = "Creators";

    /// <summary>Years. Source: TikTok.</summary>
    [Range(13, 99)]
    public int MinAge { get; set; } = 18;

    /// <summary>Years to sell series where a country wants another age, as <c>KR:19</c> joined by commas. Source: TikTok (19 in South Korea).</summary>
    [RegularExpression("^([A-Z]{2}:[1-9][0-9](,[A-Z]{2}:[1-9][0-9])*)?$", ErrorMessage = "Creators:MinAgeByCountry must be two-letter country codes with an age, as KR:19, joined by commas, or empty.")]
    public string MinAgeByCountry { get; set; } = "KR:19";

    /// <summary>So many strikes at once suspend. Source: product rules, ours.</summary>
    [Range(1, 100)]
    public int SuspendingStrikes { get; set; } = 3;

    /// <summary>How long a strike counts. Source: product rules, ours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan StrikeWindow { get; set; } = TimeSpan.FromDays(90);

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

    /// <summary>Years that somebody in this country must have.</summary>
    public int MinAgeIn(string country)
    {
        foreach (var entry in MinAgeByCountry.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.AsSpan(0, 2).SequenceEqual(country))
                return int.Parse(entry.AsSpan(3), System.Globalization.CultureInfo.InvariantCulture);
        }
        return MinAge;
    }
}
