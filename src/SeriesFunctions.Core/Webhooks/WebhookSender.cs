using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using SeriesFunctions.Core.Notifications;

namespace SeriesFunctions.Core.Webhooks;

/// <summary>Posts to endpoints that strangers named: only to public addresses, whatever the name resolves to at that moment, without redirects, in bounded time, and reading little.</summary>
public sealed class WebhookSender : IDisposable
{
    private const int MostRead = 16 * 1024;

    private readonly HttpClient _http;
    private readonly NotificationsOptions _options;
    private readonly TimeProvider _clock;

    public WebhookSender(NotificationsOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            ConnectTimeout = options.WebhookTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = ConnectAsync,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Null when this URL may be told; otherwise why not, in kebab-case.</summary>
    public async ValueTask<string?> RefusesAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > 2_000 || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Fragment.Length > 0 || url.Host.Length == 0)
            return "not-a-url";
        if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && _options.AllowLocalEndpoints))
            return "https-required";
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(_options.WebhookTimeout);
            return (await ResolveAsync(url.IdnHost, deadline.Token)).Count == 0 ? "address-not-public" : null;
        }
        catch (Exception e) when (e is SocketException or ArgumentException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return "host-unknown";
        }
    }

    /// <summary>One try. Whatever goes wrong is an attempt that failed, never an exception.</summary>
    public async ValueTask<DeliveryAttempt> SendAsync(WebhookEndpoint endpoint, Delivery delivery, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var started = Stopwatch.GetTimestamp();
        var (status, error) = await PostAsync(endpoint, delivery, now, cancellationToken);
        return new(now, status, error, (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<(int? Status, string? Error)> PostAsync(WebhookEndpoint endpoint, Delivery delivery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(delivery.Body);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" } } },
        };
        request.Headers.TryAddWithoutValidation("webhook-id", delivery.MessageId);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", StandardWebhooks.Sign(delivery.MessageId, now, body, endpoint.SecretsAt(now)));
        request.Headers.TryAddWithoutValidation("User-Agent", "SeriesFunctions");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.WebhookTimeout);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var status = (int)response.StatusCode;
            // A short answer is read to its end, so that the connection can be used again; what it says is not looked at. A long one is cut off.
            using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
            await stream.ReadAtLeastAsync(new byte[MostRead], MostRead, throwOnEndOfStream: false, deadline.Token);
            return (status, status switch { >= 200 and < 300 => null, >= 300 and < 400 => "redirects-are-not-followed", _ => "not-taken" });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, "timed-out");
        }
        catch (HttpRequestException e)
        {
            return (null, ErrorOf(e));
        }
        catch (IOException)
        {
            return (null, "connection-lost");
        }
    }

    private static string ErrorOf(HttpRequestException e) => e switch
    {
        { InnerException: NotPublicException } => "address-not-public",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "host-unknown",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "tls-failed",
        { HttpRequestError: HttpRequestError.ConnectionError } => "not-reachable",
        _ => "connection-lost",
    };

    /// <summary>The check and the connection use one answer of the name service: a name that answers differently the second time gains nothing.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(context.DnsEndPoint.Host, cancellationToken);
        if (addresses.Count == 0)
            throw new NotPublicException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The addresses that may be connected to. A name with a single address that is not public has none: it was made to lead inside.</summary>
    private async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(host.Trim('[', ']'), cancellationToken);
        return _options.AllowLocalEndpoints || addresses.All(PublicAddress.IsPublic) ? addresses : [];
    }

    private sealed class NotPublicException() : IOException("The name leads to an address that is not public.");
}
