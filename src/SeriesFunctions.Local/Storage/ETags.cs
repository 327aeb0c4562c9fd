using System.Globalization;

namespace SeriesFunctions.Local.Storage;

/// <summary>An etag is the version of the write, in decimal.</summary>
internal static class ETags
{
    public static string Of(long version) => version.ToString(CultureInfo.InvariantCulture);

    /// <summary>The version that an etag names; -1, which no document has, for text that is not an etag of ours.</summary>
    public static long VersionOf(string etag) =>
        etag.Length > 0 && etag[0] != '0' && long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
}
