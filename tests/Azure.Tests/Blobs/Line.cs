using System.Collections.Concurrent;

namespace Azure.Tests.Blobs;

/// <summary>The line to the service, where a test listens in, cuts it, or answers in the service's place.</summary>
internal sealed class Line : DelegatingHandler
{
    public Line(HttpMessageHandler? service = null) => InnerHandler = service ?? new HttpClientHandler();

    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>Before a request goes out: answers in the service's place, or null to let it pass.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> Before { get; set; } = (_, _) => Task.FromResult<HttpResponseMessage?>(null);

    /// <summary>When the service has answered: null loses its answer on the way.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage, HttpResponseMessage?> After { get; set; } = (_, answer) => answer;

    public IEnumerable<Asked> Of(string verb, string parameter) =>
        Requests.Where(request => request.Verb == verb && request.Url.Query.Contains(parameter, StringComparison.Ordinal));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Enqueue(new(
            request.Method.Method,
            request.RequestUri!,
            request.Headers.ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase),
            body));
        var answer = await Before(request, cancellationToken) ?? await base.SendAsync(request, cancellationToken);
        answer.RequestMessage ??= request;
        return After(request, answer) ?? throw new HttpRequestException("The answer was lost.");
    }
}

internal sealed record Asked(string Verb, Uri Url, IReadOnlyDictionary<string, string> Headers, string Body);
