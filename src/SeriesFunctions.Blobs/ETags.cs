using Azure;

namespace SeriesFunctions.Blobs;

/// <summary>The port's etags are without quotes, the protocol's within.</summary>
internal static class ETags
{
    public static string Text(ETag etag) => etag.ToString().Trim('"');

    /// <summary>Null for a text that no blob can have as its etag, and that has no business in a header.</summary>
    public static ETag? Parse(string text) =>
        text.Length is > 0 and <= 200 && text.All(c => c is > ' ' and < '\u007f' and not ('"' or '*')) ? new ETag($"\"{text}\"") : null;
}
