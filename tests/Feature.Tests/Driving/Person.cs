using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Feature.Tests.Driving;

/// <summary>Somebody with a phone. Signs in again when a test has moved the clock past her token.</summary>
public sealed class Person(HttpClient http, string id, string? token, Func<Task<string>>? signIn = null)
{
    private string? _token = token;

    public string Id => id;

    public string Token => _token ?? throw new InvalidOperationException("Nobody has no token.");

    public Uri BaseAddress => http.BaseAddress!;

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    /// <summary>With a fresh idempotency key.</summary>
    public Task<Reply> PostAsync(string path, JsonNode? body = null, string? key = null) =>
        SendAsync("POST", path, body?.ToJsonString(), ("Idempotency-Key", key ?? Guid.NewGuid().ToString("N")));

    public Task<Reply> PutAsync(string path, JsonNode body, string? etag = null) => SendAsync("PUT", path, body.ToJsonString(), etag is null ? [] : [("If-Match", etag)]);

    public Task<Reply> PatchAsync(string path, JsonNode body, string etag) => SendAsync("PATCH", path, body.ToJsonString(), ("If-Match", etag));

    public Task<Reply> DeleteAsync(string path, string etag) => SendAsync("DELETE", path, null, ("If-Match", etag));

    public async Task<Reply> SendAsync(string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        var reply = await SendOnceAsync(method, path, body, headers);
        if (reply.Status != HttpStatusCode.Unauthorized || signIn is null || headers.Any(header => header.Name == "Authorization"))
            return reply;
        _token = await signIn();
        return await SendOnceAsync(method, path, body, headers);
    }

    private async Task<Reply> SendOnceAsync(string method, string path, string? body, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (_token is not null)
            request.Headers.Authorization = new("Bearer", _token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type")
                request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
        return await ReplyAsync(await http.SendAsync(request));
    }

    /// <summary>Uploads as a pipeline does: the ticket's URL and headers and nothing else.</summary>
    public async Task<Reply> UploadAsync(JsonNode upload, byte[] bytes, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, upload["url"]!.ToString()) { Content = new ByteArrayContent(bytes) };
        foreach (var (name, value) in upload["headers"]!.AsObject().Select(header => (header.Key, header.Value!.ToString())).Concat(headers))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        return await ReplyAsync(await http.SendAsync(request));
    }

    /// <summary>Whatever bytes, as whatever they are said to be.</summary>
    public async Task<Reply> SendBytesAsync(string method, string path, byte[]? body, string? type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (_token is not null)
            request.Headers.Authorization = new("Bearer", _token);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await ReplyAsync(await http.SendAsync(request));
    }

    private static async Task<Reply> ReplyAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var bytes = await response.Content.ReadAsByteArrayAsync();
            var type = response.Content.Headers.ContentType?.MediaType;
            return new(response.StatusCode, response.Headers, type, bytes, bytes.Length > 0 && type?.EndsWith("json", StringComparison.Ordinal) == true ? JsonNode.Parse(bytes) : null);
        }
    }
}

/// <summary>What came back.</summary>
public sealed record Reply(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, byte[] Bytes, JsonNode? Body)
{
    public string ETag => Headers.ETag?.ToString() ?? throw new InvalidOperationException("The answer has no ETag.");

    public JsonNode? At(string path) => path.Split('.').Aggregate(Body, (node, name) =>
        int.TryParse(name, System.Globalization.CultureInfo.InvariantCulture, out var index) ? (node as JsonArray)?.ElementAtOrDefault(index) : node?[name]);

    public string Text(string path) => At(path)?.ToString() ?? throw new InvalidOperationException($"The answer has no {path}: {Body?.ToJsonString()}");

    public Reply Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"expected {(int)status}, got {(int)Status}: {Body?.ToJsonString()}");
        return this;
    }

    /// <summary>It is this documented problem, in the documented form.</summary>
    public Reply IsProblem(int status, string code)
    {
        Assert.True((int)Status == status && At("code")?.ToString() == code, $"expected {status} {code}, got {(int)Status}: {Body?.ToJsonString()}");
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(status, At("status")!.GetValue<int>());
        foreach (var member in new[] { "type", "title", "detail", "traceId" })
            Assert.False(string.IsNullOrWhiteSpace(Text(member)), $"{member} is empty");
        return this;
    }
}
