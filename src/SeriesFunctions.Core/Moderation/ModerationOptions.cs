using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Moderation;

/// <summary>Section <c>Moderation</c>.</summary>
public sealed class ModerationOptions
{
    public const string Section = "Moderation";

    /// <summary>Words that no title or description may hold, joined by commas. Compared without case, as whole words.</summary>
    [MaxLength(20_000)]
    public string BlockedWords { get; set; } = "";
}
