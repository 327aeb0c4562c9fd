using System.Buffers;

namespace SeriesFunctions.Cosmos;

/// <summary>The service's etags are quoted; the port's are not.</summary>
internal static class ETag
{
    private static readonly SearchValues<char> s_characters = SearchValues.Create("0123456789abcdefABCDEF-");

    public static string FromService(string? quoted) =>
        quoted is { Length: > 2 } ? quoted.Trim('"') : throw new InvalidOperationException("The service answered without an etag.");

    /// <summary>
    /// An etag comes from outside. What can't be one of the service's is sent as one that no document has, so that it means "stale" where there is a document and
    /// "not found" where there is none, and never reaches a header as it is: <c>*</c> would match anything.
    /// </summary>
    public static string ToService(string etag) =>
        etag.Length is > 0 and <= 64 && !etag.AsSpan().ContainsAnyExcept(s_characters)
            ? $"\"{etag}\""
            : "\"00000000-0000-0000-0000-000000000000\"";
}
