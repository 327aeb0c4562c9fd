using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Http.Conventions;

/// <summary>The one place that turns a <see cref="Problem"/> into HTTP: RFC 9457, <c>application/problem+json</c>.</summary>
public static class ProblemAnswer
{
    public static int StatusOf(ProblemKind kind) => kind switch
    {
        ProblemKind.Malformed => 400,
        ProblemKind.NotAuthenticated => 401,
        ProblemKind.Forbidden => 403,
        ProblemKind.NotFound => 404,
        ProblemKind.Conflict => 409,
        ProblemKind.Stale => 412,
        ProblemKind.TooLarge => 413,
        ProblemKind.UnsupportedType => 415,
        ProblemKind.Refused => 422,
        ProblemKind.PreconditionRequired => 428,
        ProblemKind.TooMany => 429,
        ProblemKind.Unavailable => 503,
        _ => 500,
    };

    public static readonly Problem NotAuthenticated =
        new(ProblemKind.NotAuthenticated, "not-authenticated", "Send a valid token: Authorization: Bearer …");

    public static ValueTask WriteAsync(HttpContext http, Problem problem) =>
        WriteAsync(http, StatusOf(problem.Kind), problem.Code, problem.Detail, problem);

    /// <summary>What went wrong inside: nothing of it is told but the trace to look it up by.</summary>
    public static ValueTask WriteInternalAsync(HttpContext http) =>
        WriteAsync(http, StatusCodes.Status500InternalServerError, "internal", "Something went wrong on our side. It has been noted.", null);

    /// <summary>The path is known and takes other methods; they stand in Allow already.</summary>
    public static ValueTask WriteMethodNotAllowedAsync(HttpContext http) =>
        WriteAsync(http, StatusCodes.Status405MethodNotAllowed, "method-not-allowed", "This path takes other methods; see Allow.", null);

    private static async ValueTask WriteAsync(HttpContext http, int status, string code, string detail, Problem? problem)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, JsonBody.Writing))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, $"https://seriesfunctions.dev/problems/{code}");
            json.WriteString("title"u8, Title(status));
            json.WriteNumber("status"u8, status);
            json.WriteString("detail"u8, detail);
            json.WriteString("code"u8, code);
            json.WriteString("traceId"u8, Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier);
            if (problem?.Errors is { Count: > 0 } errors)
            {
                json.WritePropertyName("errors"u8);
                JsonSerializer.Serialize(json, errors, ApiShape<IReadOnlyList<FieldError>>.Info);
            }
            foreach (var (name, value) in problem?.Extensions ?? new Dictionary<string, object>())
            {
                json.WritePropertyName(name);
                JsonSerializer.Serialize(json, value, ApiJson.Default.GetTypeInfo(value.GetType()) ?? throw new InvalidOperationException($"{value.GetType()} is not listed in ApiJson."));
            }
            json.WriteEndObject();
        }
        var response = http.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        if (problem?.RetryAfter is { } after)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await JsonBody.WriteAsync(response, buffer.WrittenMemory, "application/problem+json; charset=utf-8");
    }

    private static string Title(int status) => status switch
    {
        400 => "The request can't be read",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Not possible in the present state",
        412 => "Changed meanwhile",
        413 => "Too large",
        415 => "Content type not supported",
        422 => "A rule refuses this",
        428 => "A precondition is missing",
        429 => "Too many requests",
        503 => "Not available just now",
        _ => "Internal error",
    };
}
