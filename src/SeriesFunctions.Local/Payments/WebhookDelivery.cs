using System.Net.Http.Headers;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;
using SeriesFunctions.Local.Storage;

namespace SeriesFunctions.Local.Payments;

/// <summary>The simulated provider's side of webhooks: every event is posted, signed, until the endpoint says 2xx, with back-off by the host's clock.</summary>
public sealed partial class WebhookDelivery(SimulatedProvider provider, HttpClient http, WebhookSecrets secrets, SimulatedProviderOptions options, HostAddress address, HostClock clock, ILogger<WebhookDelivery> logger)
{
    private const int AtATime = 16;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Bell _stored = new();

    /// <summary>Events were stored.</summary>
    public void Wake() => _stored.Ring();

    /// <summary>How many events are due and were not taken yet: a drain waits for none.</summary>
    public long OutstandingDue => provider.CountDueEvents();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var running = new Dictionary<long, Task>();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(running, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            // The loop must not end while the host runs.
            catch (Exception e)
            {
                LogFailed(logger, e);
                await Task.Delay(PauseAfterFailure, CancellationToken.None);
            }
        }
        await Task.WhenAll(running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>One look for what is due. A slow answer holds up its own event alone: others are sent as soon as half of the places are free.</summary>
    private async Task WorkAsync(Dictionary<long, Task> running, CancellationToken cancellationToken)
    {
        // Before looking: what is stored after the look rings this one.
        var stored = _stored.Next;
        foreach (var (seq, delivery) in running.Where(one => one.Value.IsCompleted).ToList())
        {
            running.Remove(seq);
            await delivery;
        }
        var looks = running.Count <= AtATime / 2;
        foreach (var pending in looks ? provider.DueEvents(AtATime) : [])
        {
            if (running.Count < AtATime && !running.ContainsKey(pending.Seq))
                running.Add(pending.Seq, DeliverAsync(pending, cancellationToken));
        }
        if (running.Count > 0)
        {
            await Task.WhenAny(looks ? running.Values.Append(stored) : running.Values);
            return;
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = provider.NextDelivery() is { } at ? clock.UntilOrCancelledAsync(at, either.Token) : Task.Delay(Timeout.Infinite, either.Token);
        await Task.WhenAny(stored, next);
        await either.CancelAsync();
    }

    private async Task DeliverAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.WebhookUrl ?? new Uri(address.Url, "/v1/webhooks/stripe"))
        {
            Content = new ByteArrayContent(pending.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" } } },
        };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", WebhookSignature.Sign(pending.Body, secrets.Values[0], clock.GetUtcNow()));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                await provider.MarkDeliveredAsync(pending.Seq);
                return;
            }
            LogNotTaken(logger, pending.Id, (int)response.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogNotTaken(logger, pending.Id, 0);
        }
        // 1 s, 2 s, 4 s … at most an hour.
        await provider.DeliverLaterAsync(pending.Seq, clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(3_600, Math.Pow(2, Math.Min(pending.Tries, 12)))));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Provider event {EventId} was not taken: {Status}")]
    private static partial void LogNotTaken(ILogger logger, string eventId, int status);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivering webhooks failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
