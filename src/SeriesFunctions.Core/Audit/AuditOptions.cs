using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Audit;

/// <summary>Section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>How long it is known from which network something was done; what was done is kept for good. Source: ours.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "1095.00:00:00")]
    public TimeSpan OriginKeptFor { get; set; } = TimeSpan.FromDays(180);
}
