using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>Section <c>Subscriptions</c>. Defaults from the product rules, "Subscription and subscriber-only videos".</summary>
public sealed class SubscriptionsOptions
{
    public const string Section = "Subscriptions";

    /// <summary>How many tiers a creator may offer at once. Source: TikTok, 3.</summary>
    [Range(1, 20)]
    public int MostTiers { get; set; } = 3;

    /// <summary>How long access lasts after a paid period while the next one is not paid. Source: ours, 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(7);
}
