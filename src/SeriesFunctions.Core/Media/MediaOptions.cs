using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Media;

/// <summary>Section <c>Media</c>: uploads and playback. Defaults from the product rules, "Series" and "Playback".</summary>
public sealed class MediaOptions
{
    public const string Section = "Media";

    /// <summary>How long an upload ticket can be used. Long enough for 4 GB over a slow line. Source: ours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan UploadTicketLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a playback URL can be used. Source: product rules, "Playback".</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan PlaybackUrlLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>When a validation that has not ended is given up. Source: ours; nothing stays in <c>validating</c> for more than 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "00:05:00")]
    public TimeSpan ValidationTimeout { get; set; } = TimeSpan.FromMinutes(4);
}
