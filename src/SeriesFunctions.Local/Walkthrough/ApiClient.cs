using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace SeriesFunctions.Local.Walkthrough;

/// <summary>What came back: the status, the headers and the body as JSON.</summary>
public sealed record Reply(HttpStatusCode Status, HttpResponseHeaders Headers, JsonNode? Body)
{
    public string Text(string path) => At(path)?.ToString() ?? throw new StepFailedException($"the answer has no {path}: {Body?.ToJsonString()}");

    public JsonNode? At(string path) => path.Split('.').Aggregate(Body, (node, name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (node as JsonArray)?.ElementAtOrDefault(index) : node?[name]);

    public Reply Expect(HttpStatusCode status) =>
        Status == status ? this : throw new StepFailedException($"expected {(int)status}, got {(int)Status} {At("code")} {At("detail")}");

    public Reply Expect(string path, string value) =>
        Text(path) == value ? this : throw new StepFailedException($"expected {path} to be {value}, got {Text(path)}");
}

/// <summary>A client as a phone app would write one, for one signed-in user by the header that says who she is, or for nobody.</summary>
public sealed class ApiClient(HttpClient http, KeyValuePair<string, string>? who = null)
{
    public static ApiClient With(HttpClient http, string token) => new(http, new("Authorization", "Bearer " + token));

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    /// <summary>With a fresh idempotency key.</summary>
    public Task<Reply> PostAsync(string path, JsonNode? body = null) => SendAsync(HttpMethod.Post, path, body, request => request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N")));

    public Task<Reply> PutAsync(string path, JsonNode body) => SendAsync(HttpMethod.Put, path, body);

    public Task<Reply> DeleteAsync(string path, string etag) => SendAsync(HttpMethod.Delete, path, null, request => request.Headers.TryAddWithoutValidation("If-Match", etag));

    public Task<Reply> PatchAsync(string path, JsonNode body, string etag) => SendAsync(HttpMethod.Patch, path, body, request => request.Headers.TryAddWithoutValidation("If-Match", etag));

    private async Task<Reply> SendAsync(HttpMethod method, string path, JsonNode? body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (who is { } header)
            request.Headers.Add(header.Key, header.Value);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        change?.Invoke(request);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, response.Headers, IsJson(response) && text.Length > 0 ? JsonNode.Parse(text) : null);
    }

    private static bool IsJson(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
}
