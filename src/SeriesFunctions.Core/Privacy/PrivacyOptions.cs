using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Privacy;

/// <summary>Section <c>Privacy</c>.</summary>
public sealed class PrivacyOptions
{
    public const string Section = "Privacy";

    /// <summary>From an erasure's first pass to its second, which takes what was on its way at the first. Source: ours; nobody can pay on a page that is older.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "20.00:00:00")]
    public TimeSpan ErasureSecondPassAfter { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How long the report of an erasure can be read. Source: ours.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "400.00:00:00")]
    public TimeSpan ErasureReportsKeptFor { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How many documents one message of an erasure looks at; the next message goes on. Source: ours; some seconds of a function's time.</summary>
    [Range(1, 2_000)]
    public int ErasureAtATime { get; set; } = 200;
}
