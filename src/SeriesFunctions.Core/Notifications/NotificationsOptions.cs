using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Notifications;

/// <summary>Section <c>Notifications</c>.</summary>
public sealed class NotificationsOptions
{
    public const string Section = "Notifications";

    /// <summary>How long a line stays in somebody's feed. Source: ours.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "730.00:00:00")]
    public TimeSpan FeedKeptFor { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long a webhook stays in its endpoint's log and can be replayed. Source: ours.</summary>
    [Range(typeof(TimeSpan), "4.00:00:00", "365.00:00:00")]
    public TimeSpan WebhookLogKeptFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long an endpoint may take to answer. Source: ours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30")]
    public TimeSpan WebhookTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long everything is signed with the old secret too once there is a new one. Source: ours.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan OldSecretValidFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How many endpoints the platform may register. Source: ours.</summary>
    [Range(1, 100)]
    public int MostEndpoints { get; set; } = 10;

    /// <summary>Whether endpoints may be plain http and on addresses that are not public. For one machine; a deployment keeps it off.</summary>
    public bool AllowLocalEndpoints { get; set; }
}
