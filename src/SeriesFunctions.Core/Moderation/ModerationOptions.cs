using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Section <c>Moderation</c>.</summary>
public sealed class ModerationOptions
{
    public const string Section = "Moderation";

    /// <summary>
    /// Words that no title or description may hold, joined by commas: <c>word</c>, or <c>language:word</c> (ISO 639-1) for one that other languages use harmlessly. Found as a
    /// reader would find them, disguised or not; docs/moderation.md has the rules.
    /// </summary>
    [MaxLength(20_000)]
    public string BlockedWords { get; set; } = "";

    /// <summary>SHA-256 hashes of files that no series may hold, 64 hexadecimal digits each, joined by commas; beside those that moderators ban.</summary>
    [MaxLength(1_000_000), RegularExpression(@"^\s*([0-9A-Fa-f]{64}\s*(,\s*|$))*$", ErrorMessage = "Moderation:KnownBadContent must be SHA-256 hashes of 64 hexadecimal digits, joined by commas.")]
    public string KnownBadContent { get; set; } = "";

    /// <summary>
    /// For so long after it was submitted a revision waits for the hashes of its files before its case is opened. Source: ours; a queue message is delivered again for
    /// eight and a half minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:08:00")]
    public TimeSpan ContentHashPatience { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>For so long a claimed case is one moderator's alone. Source: ours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "08:00:00")]
    public TimeSpan ClaimLease { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Reports that one person may send in a day (UTC). Source: product rules ("rate limited per reporter"); the number is ours.</summary>
    [Range(1, 1_000)]
    public int ReportsPerDay { get; set; } = 20;

    /// <summary>Points of reports at which a case is critical; docs/moderation.md has the weights. Source: ours.</summary>
    [Range(1, 100_000)]
    public int ReportThreshold { get; set; } = 100;
}
