using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Http.Conventions;

/// <summary>What an endpoint answers: a body with its headers, nothing but a status, or a <see cref="Core.Kernel.Problem"/>.</summary>
public sealed class Answer : IResult
{
    private readonly int _status;
    private readonly object? _body;
    private readonly JsonTypeInfo? _shape;

    private Answer(int status, object? body, JsonTypeInfo? shape)
    {
        _status = status;
        _body = body;
        _shape = shape;
    }

    public int Status => Problem is null ? _status : ProblemAnswer.StatusOf(Problem.Kind);

    public Problem? Problem { get; private init; }

    /// <summary>Opaque, without quotes.</summary>
    public string? ETag { get; init; }

    /// <summary>Null: <c>private, no-store</c>.</summary>
    public string? CacheControl { get; init; }

    public string? Location { get; init; }

    public static implicit operator Answer(Problem problem) => new(0, null, null) { Problem = problem };

    public static Answer Json<T>(T view, string? etag = null, int status = StatusCodes.Status200OK, string? cacheControl = null, string? location = null)
        where T : class =>
        new(status, view, ApiShape<T>.Info) { ETag = etag, CacheControl = cacheControl, Location = location };

    public static Answer Empty(int status = StatusCodes.Status204NoContent, string? etag = null) => new(status, null, null) { ETag = etag };

    public static Answer Redirect(Uri to, string cacheControl) => new(StatusCodes.Status302Found, null, null) { Location = to.ToString(), CacheControl = cacheControl };

    /// <summary>JSON that is at hand as bytes.</summary>
    public static Answer Raw(ReadOnlyMemory<byte> json, string cacheControl) => new(StatusCodes.Status200OK, json, null) { CacheControl = cacheControl };

    /// <summary>Something that is no JSON, to be saved under a name.</summary>
    public static Answer File(ReadOnlyMemory<byte> bytes, string contentType, string name) =>
        new(StatusCodes.Status200OK, bytes, null) { ContentType = contentType, Disposition = $"attachment; filename=\"{name}\"" };

    /// <summary>A page for a browser, on which nothing runs and from which nothing is sent.</summary>
    public static Answer Page(string html) => new(StatusCodes.Status200OK, (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(html), null) { ContentType = HtmlType, CacheControl = "no-store" };

    private const string HtmlType = "text/html; charset=utf-8";

    private string? ContentType { get; init; }

    private string? Disposition { get; init; }

    /// <summary>A good answer in JSON, to be stored; null for one that is longer than what is kept.</summary>
    public KeptAnswer? Keep()
    {
        var body = _shape is null ? null : JsonBody.Text(_body!, _shape);
        return body is not null && System.Text.Encoding.UTF8.GetByteCount(body) > KeptAnswer.MaxBody ? null : new(_status, body, ETag, Location);
    }

    /// <summary>What was kept, byte for byte.</summary>
    public static Answer Again(KeptAnswer kept) =>
        new(kept.Status, kept.Body is null ? null : (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(kept.Body), null) { ETag = kept.ETag, Location = kept.Location };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (Problem is not null)
        {
            await ProblemAnswer.WriteAsync(httpContext, Problem);
            return;
        }
        var response = httpContext.Response;
        response.StatusCode = _status;
        response.Headers.CacheControl = CacheControl ?? "private, no-store";
        if (CacheControl is not null)
            response.Headers.Vary = "Authorization";
        if (Location is not null)
            response.Headers.Location = Location;
        if (ContentType == HtmlType)
        {
            response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src *; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            response.Headers["Referrer-Policy"] = "no-referrer";
        }
        if (Disposition is not null)
            response.Headers.ContentDisposition = Disposition;
        if (ETag is not null)
        {
            var tag = $"\"{ETag}\"";
            response.Headers.ETag = tag;
            if (_status == StatusCodes.Status200OK && HttpMethods.IsGet(httpContext.Request.Method) && Matches(httpContext.Request.Headers.IfNoneMatch, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        if (_body is ReadOnlyMemory<byte> raw)
            await JsonBody.WriteAsync(response, raw, ContentType ?? "application/json; charset=utf-8");
        else if (_shape is not null)
            await JsonBody.WriteAsync(response, _body!, _shape, "application/json; charset=utf-8");
    }

    private static bool Matches(Microsoft.Extensions.Primitives.StringValues wanted, string tag)
    {
        foreach (var header in wanted)
        {
            if (header is null)
                continue;
            foreach (var range in header.AsSpan().Split(','))
            {
                var one = header.AsSpan(range).Trim();
                if (one is "*" || one.SequenceEqual(tag) || one.StartsWith("W/") && one[2..].SequenceEqual(tag))
                    return true;
            }
        }
        return false;
    }
}

/// <summary>How a view looks as JSON, looked up once per type.</summary>
internal static class ApiShape<T>
{
    public static readonly JsonTypeInfo<T> Info =
        (JsonTypeInfo<T>?)ApiJson.Default.GetTypeInfo(typeof(T))
        ?? throw new InvalidOperationException($"{typeof(T).Name} is not listed in ApiJson.");
}

internal static class JsonBody
{
    /// <summary>
    /// Characters as they are: a URL keeps its <c>&amp;</c>, a title its own letters. Escaping them protects JSON inside HTML, which ours never is: the type says so, and <c>nosniff</c> holds browsers to it.
    /// </summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static PooledWriter? _pooled;

    /// <summary>As it is written.</summary>
    public static string Text(object value, JsonTypeInfo shape)
    {
        using var writer = new PooledWriter();
        writer.Write(value, shape);
        return System.Text.Encoding.UTF8.GetString(writer.Written.Span);
    }

    public static async ValueTask WriteAsync(HttpResponse response, object value, JsonTypeInfo shape, string contentType)
    {
        // Written into a buffer first: the length is known then, and a value that can't be written is still a proper error.
        var pooled = _pooled ?? new PooledWriter();
        _pooled = null;
        pooled.Write(value, shape);
        response.ContentType = contentType;
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentLength = pooled.Written.Length;
        await response.Body.WriteAsync(pooled.Written, response.HttpContext.RequestAborted);
        if (pooled.Clear())
            _pooled = pooled;
        else
            pooled.Dispose();
    }

    public static async ValueTask WriteAsync(HttpResponse response, ReadOnlyMemory<byte> json, string contentType)
    {
        response.ContentType = contentType;
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json, response.HttpContext.RequestAborted);
    }

    private sealed class PooledWriter : IDisposable
    {
        private readonly System.Buffers.ArrayBufferWriter<byte> _buffer = new(4_096);
        private readonly Utf8JsonWriter _json;

        public PooledWriter() => _json = new(_buffer, Writing);

        public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

        public void Write(object value, JsonTypeInfo shape)
        {
            JsonSerializer.Serialize(_json, value, shape);
            _json.Flush();
        }

        /// <summary>False when it has grown too large to be kept.</summary>
        public bool Clear()
        {
            _buffer.ResetWrittenCount();
            _json.Reset();
            return _buffer.Capacity <= 64 * 1024;
        }

        public void Dispose() => _json.Dispose();
    }
}
