using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Limits;

/// <summary>
/// Section <c>Limits</c>: how many requests one caller may send, a minute, of each instance of the app; docs/adr/0032 says what that means where there are many instances. All numbers are
/// ours: far more than a person with a phone sends, far less than what keeps others waiting.
/// </summary>
public sealed class LimitsOptions
{
    public const string Section = "Limits";

    /// <summary>The most that can be set for a minute: one each microsecond.</summary>
    private const int Most = 60_000_000;

    /// <summary>Whether requests are counted at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Somebody who was quiet has this much time's worth saved up, and may send it at once.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Burst { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Reads a minute and user, playback among them.</summary>
    [Range(1, Most)]
    public int ReadsPerMinute { get; set; } = 600;

    /// <summary>What changes something, a minute and user, but for what has a limit of its own.</summary>
    [Range(1, Most)]
    public int WritesPerMinute { get; set; } = 120;

    /// <summary>Checkouts, gifts and quotes a minute and user: each may ask the payment provider, and each can try a promo code.</summary>
    [Range(1, Most)]
    public int CheckoutsPerMinute { get; set; } = 30;

    /// <summary>Announced uploads a minute and user: all videos of the longest series at once. How much may be under way is a quota, in section <c>Media</c>.</summary>
    [Range(1, Most)]
    public int UploadsPerMinute { get; set; } = 120;

    /// <summary>Requests of one moderator or operator a minute to the routes that only they have.</summary>
    [Range(1, Most)]
    public int StaffPerMinute { get; set; } = 1_200;

    /// <summary>Requests of the host app a minute to the routes that only it has: it reports for everybody.</summary>
    [Range(1, Most)]
    public int PlatformPerMinute { get; set; } = 60_000;

    /// <summary>Requests a minute and address without a valid token. Many people share one address where a carrier or an office has few.</summary>
    [Range(1, Most)]
    public int AnonymousPerMinute { get; set; } = 3_000;

    /// <summary>How many callers are remembered at a time, in about 250 bytes each. Who has sent nothing for the time of <c>Burst</c> needs no remembering.</summary>
    [Range(1_000, 1_000_000)]
    public int MostCallers { get; set; } = 50_000;
}
