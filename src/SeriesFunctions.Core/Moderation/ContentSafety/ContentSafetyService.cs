using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace SeriesFunctions.Core.Moderation;

/// <summary>A token of the app's identity for <see cref="ContentSafetyService.Scope"/>; null when there is none to be had.</summary>
public delegate ValueTask<string?> ContentSafetyToken(CancellationToken cancellationToken);

/// <summary>
/// What the service says of one text or picture: the severity of every category that was asked for, 0 (none) to 6 (high); or, <paramref name="Unanswered"/>, why it says nothing.
/// </summary>
public readonly record struct SafetyAnswer(IReadOnlyDictionary<string, int> Severities, string? Unanswered)
{
    public static SafetyAnswer None(string why) => new(new Dictionary<string, int>(), why);
}

/// <summary>
/// Azure AI Content Safety over its REST API: one text or one picture a request. Whatever goes wrong is an answer that is none, never an exception and never "nothing was found".
/// Source: the service's definition, <c>ContentSafety/stable/2024-09-01/contentsafety.json</c>, and its page of error codes.
/// </summary>
public sealed partial class ContentSafetyService : IDisposable
{
    public const string Scope = "https://cognitiveservices.azure.com/.default";

    /// <summary>Code points that one request takes.</summary>
    public const int MaxText = 10_000;

    /// <summary>Bytes of a picture that one request takes.</summary>
    public const int MaxPicture = 4 << 20;

    private const string ApiVersion = "2024-09-01";

    private readonly HttpClient _http;
    private readonly ContentSafetyOptions _options;
    private readonly ContentSafetyToken? _token;
    private readonly TimeProvider _clock;
    private readonly ILogger<ContentSafetyService> _logger;
    private readonly string[] _categories;

    /// <param name="options">Where and how.</param>
    /// <param name="clock">What time-outs and pauses go by.</param>
    /// <param name="logger">Gets statuses and codes only.</param>
    /// <param name="token">Null: only a key will do.</param>
    public ContentSafetyService(ContentSafetyOptions options, TimeProvider clock, ILogger<ContentSafetyService> logger, ContentSafetyToken? token = null)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
        _token = token;
        _categories = [.. options.Thresholds.Keys];
        // A redirect would carry the key elsewhere.
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 64 * 1024,
        };
    }

    /// <param name="text">At most <see cref="MaxText"/> code points.</param>
    /// <param name="until">No repetition begins after this.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    public Task<SafetyAnswer> AnalyzeTextAsync(string text, DateTimeOffset until, CancellationToken cancellationToken) =>
        AskAsync("text:analyze", JsonSerializer.SerializeToUtf8Bytes(new(text, _categories), ContentSafetyJson.Default.TextRequest), until, cancellationToken);

    /// <param name="picture">At most <see cref="MaxPicture"/> bytes of JPEG or PNG.</param>
    /// <param name="until">No repetition begins after this.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    public Task<SafetyAnswer> AnalyzePictureAsync(byte[] picture, DateTimeOffset until, CancellationToken cancellationToken) =>
        AskAsync("image:analyze", JsonSerializer.SerializeToUtf8Bytes(new(new(picture), _categories), ContentSafetyJson.Default.PictureRequest), until, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<SafetyAnswer> AskAsync(string operation, byte[] body, DateTimeOffset until, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (answer, retryAfter) = await TryAsync(operation, body, until, cancellationToken);
            if (answer.Unanswered is null)
                return answer;
            var pause = retryAfter ?? TimeSpan.FromSeconds(0.5 * Math.Pow(2, attempt - 1));
            if (retryAfter is null && !MayComeBack(answer.Unanswered) || attempt > _options.Retries || _clock.GetUtcNow() + pause >= until)
            {
                LogUnanswered(_logger, operation, answer.Unanswered, attempt);
                return answer;
            }
            await Task.Delay(pause, _clock, cancellationToken);
        }
    }

    /// <summary>One try, and how long the service wants to be left alone.</summary>
    private async Task<(SafetyAnswer Answer, TimeSpan? RetryAfter)> TryAsync(string operation, byte[] body, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var left = until - _clock.GetUtcNow();
        if (left <= TimeSpan.Zero)
            return (SafetyAnswer.None(TimedOut), null);
        using var limit = new CancellationTokenSource(left < _options.RequestTimeout ? left : _options.RequestTimeout, _clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{_options.Endpoint.TrimEnd('/')}/contentsafety/{operation}?api-version={ApiVersion}") { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
            if (!await SignAsync(request, deadline.Token))
                return (SafetyAnswer.None("no-token"), null);
            using var response = await _http.SendAsync(request, deadline.Token);
            var said = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return response.StatusCode == HttpStatusCode.OK ? (Read(said), null) : (SafetyAnswer.None(Refusal(response, said)), RetryAfter(response));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (SafetyAnswer.None(TimedOut), null);
        }
        catch (HttpRequestException e)
        {
            return (SafetyAnswer.None(e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded ? NotReadable : NotReachable), null);
        }
    }

    private async ValueTask<bool> SignAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_options.Key.Length > 0)
            return request.Headers.TryAddWithoutValidation("Ocp-Apim-Subscription-Key", _options.Key);
        if (_token is null || await _token(cancellationToken) is not { } token)
            return false;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return true;
    }

    /// <summary>An answer that lacks a category that was asked for, or its severity, is none.</summary>
    private SafetyAnswer Read(byte[] body)
    {
        try
        {
            var severities = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var found in JsonSerializer.Deserialize(body, ContentSafetyJson.Default.Analysis)?.CategoriesAnalysis ?? [])
            {
                if (found is { Category: { } category, Severity: { } severity and >= 0 and <= 7 })
                    severities[category] = Math.Max(severity, severities.GetValueOrDefault(category));
            }
            return _categories.All(severities.ContainsKey) ? new(severities, null) : SafetyAnswer.None("incomplete");
        }
        catch (JsonException)
        {
            return SafetyAnswer.None(NotReadable);
        }
    }

    /// <summary>The status, with the service's code where it is one: <c>429 TooManyRequests</c>. Its sentence may repeat what was sent, so nobody looks at it.</summary>
    private static string Refusal(HttpResponseMessage response, byte[] body)
    {
        string? code = null;
        try
        {
            code = JsonSerializer.Deserialize(body, ContentSafetyJson.Default.ErrorAnswer)?.Error?.Code;
        }
        catch (JsonException)
        {
            // A gateway's page: the status says enough.
        }
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        return code is { Length: > 0 and <= 64 } && code.All(char.IsAsciiLetterOrDigit) ? $"{status} {code}" : status;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > _clock.GetUtcNow() ? date - _clock.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>Too many requests, a busy server, a fault of its own, no answer: worth another try. Everything else says the same the next time.</summary>
    private static bool MayComeBack(string why) => why is TimedOut or NotReachable || why.StartsWith("429", StringComparison.Ordinal) || why is ['5', ..];

    private const string TimedOut = "timed-out";
    private const string NotReachable = "not-reachable";
    private const string NotReadable = "not-readable";

    [LoggerMessage(Level = LogLevel.Warning, Message = "The content-safety service gave no answer to {Operation}: {Why}, after {Attempts} attempts")]
    private static partial void LogUnanswered(ILogger logger, string operation, string why, int attempts);
}

internal sealed record TextRequest(string Text, IReadOnlyList<string> Categories, string OutputType = "FourSeverityLevels");

internal sealed record PictureData(byte[] Content);

internal sealed record PictureRequest(PictureData Image, IReadOnlyList<string> Categories, string OutputType = "FourSeverityLevels");

internal sealed record CategoryAnalysis(string? Category, int? Severity);

internal sealed record Analysis(IReadOnlyList<CategoryAnalysis?>? CategoriesAnalysis);

internal sealed record ErrorBody(string? Code);

internal sealed record ErrorAnswer(ErrorBody? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TextRequest))]
[JsonSerializable(typeof(PictureRequest))]
[JsonSerializable(typeof(Analysis))]
[JsonSerializable(typeof(ErrorAnswer))]
internal sealed partial class ContentSafetyJson : JsonSerializerContext;
