using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Http.Conventions;

/// <summary>One request, after everything that all routes share was checked: what an endpoint needs and nothing more.</summary>
public sealed class ApiCall(HttpContext http, Caller? caller, ReadOnlyMemory<byte> body, IdempotencyKey? key, string? ifMatch)
{
    public HttpContext Http => http;

    /// <summary>Null only on routes for anyone.</summary>
    public Caller? Caller => caller;

    /// <summary>Who is signed in. Only on routes that ask for a user.</summary>
    public UserId User => caller?.Id ?? throw new InvalidOperationException("This route is open to everybody.");

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>Only on keyed routes.</summary>
    public IdempotencyKey Key => key ?? throw new InvalidOperationException("This route takes no Idempotency-Key.");

    /// <summary>The store's etag that the client read. Only on conditional routes.</summary>
    public string IfMatch => ifMatch ?? throw new InvalidOperationException("This route takes no If-Match.");

    /// <summary>A path parameter, checked to be an id.</summary>
    public string Id(string name) => (string)http.GetRouteValue(name)!;

    public SeriesId SeriesId => new(Id("seriesId"));

    public VideoId VideoId => new(Id("videoId"));

    public string? Query(string name) => http.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public Result<PageRequest> Page()
    {
        var limit = PageRequest.DefaultLimit;
        if (Query("limit") is { } asked && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > PageRequest.MaxLimit))
            return new Problem(ProblemKind.Malformed, "bad-limit", "limit is a whole number from 1 to 100.");
        var cursor = Query("cursor");
        if (cursor is null)
            return new PageRequest(limit, null);
        return Cursors.Read(cursor) is { } ours ? new PageRequest(limit, ours) : PageRequest.ForeignCursor;
    }

    public Result<(T Value, IReadOnlySet<string> Nulls)> Read<T>(bool patch = false, params string[] removable)
        where T : class =>
        StrictJson.Read<T>(body, patch, removable);
}

/// <summary>Cursors as clients carry them: the store's, in base64url, so that nothing of it needs escaping.</summary>
public static class Cursors
{
    public static string? Write(string? cursor) =>
        cursor is null ? null : System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(cursor));

    public static string? Read(string text)
    {
        if (text.Length is 0 or > 4_000)
            return null;
        try
        {
            var cursor = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetString(System.Buffers.Text.Base64Url.DecodeFromChars(text));
            return cursor.Length > 0 && !cursor.Any(char.IsControl) ? cursor : null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }
}
