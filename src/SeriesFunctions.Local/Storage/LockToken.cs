using System.Globalization;

namespace SeriesFunctions.Local.Storage;

/// <summary>Which message, and which of its locks: <c>sequence-version</c>. The version is new with every receive, so an older lock never fits.</summary>
internal readonly record struct LockToken(long Sequence, long Version)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}-{Version}");

    /// <summary>A token that no message has, for text that isn't one of ours.</summary>
    public static LockToken Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? new(sequence, version)
                : new(-1, -1);
    }
}
