using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Notifications;

namespace SeriesFunctions.Core.Webhooks;

/// <summary>What the platform gets: <c>id, type, createdAt, data</c>.</summary>
public sealed record WebhookBody(string Id, string Type, DateTime CreatedAt, NoticeFacts Data);

/// <summary>Makes a delivery of a notice for each endpoint that wants it. Doing it again finds them made.</summary>
public sealed class QueueWebhooks(Records records, WebhookEndpoints endpoints, TimeProvider clock, NotificationsOptions options)
{
    public async ValueTask HandleAsync(Envelope cause, Notice notice, CancellationToken cancellationToken)
    {
        // That an endpoint is off is nothing to tell to endpoints.
        if (!NoticeTypes.All.Contains(notice.Type))
            return;
        var wanting = (await endpoints.AllAsync(cancellationToken)).Where(endpoint => endpoint.Wants(notice.Type)).ToList();
        if (wanting.Count == 0)
            return;
        var messageId = Ids.Derived("msg", $"{cause.Id} {notice.Type}", cause.OccurredAt);
        var body = JsonSerializer.Serialize(
            new WebhookBody(messageId, notice.Type, cause.OccurredAt.UtcDateTime, notice.Facts with { Note = null }), Shape<WebhookBody>.Info);
        foreach (var endpoint in wanting)
        {
            var now = clock.GetUtcNow();
            var isOn = endpoint.State == EndpointState.Enabled;
            var delivery = new Delivery(
                Ids.Derived("whd", $"{messageId} {endpoint.Id}", cause.OccurredAt), endpoint.Id, messageId, notice.Type, body, isOn ? DeliveryState.Pending : DeliveryState.Failed,
                isOn ? null : SendDelivery.EndpointOff, [], Tries: 0, Step: 0, now, now, isOn ? now : null, now + options.WebhookLogKeptFor);
            var batch = new Batch(Delivery.In(endpoint.Id)).Create(Delivery.DocumentId(delivery.Id), delivery, delivery.Sort, options.WebhookLogKeptFor);
            if (isOn)
                batch.Emit(new DeliveryDue(endpoint.Id, delivery.Id, 0), now);
            // A conflict is the same event, handled before.
            await records.SaveAsync(batch, cancellationToken);
        }
    }
}

/// <summary>
/// Off the queue: one try of one delivery. A failed one waits with back-off for three days. While an endpoint fails, what is for it waits too and one delivery at a time finds out
/// whether it is back; and no endpoint has more than a few tries at once here: one that hangs holds up itself and nobody else.
/// </summary>
public sealed partial class SendDelivery(
    Records records, WebhookEndpoints endpoints, WebhookSender sender, TimeProvider clock, NotificationsOptions options, ILogger<SendDelivery> logger) : IHandle<DeliveryDue>
{
    public const string EndpointOff = "endpoint-off";
    private const int MostAtOnce = 2;
    private const int Gone = 410;
    private static readonly TimeSpan SlotWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _slots = new(StringComparer.Ordinal);

    public async ValueTask<Handled> HandleAsync(DeliveryDue message, CancellationToken cancellationToken)
    {
        var partition = Delivery.In(message.EndpointId);
        if (await records.FindAsync<Delivery>(partition, Delivery.DocumentId(message.DeliveryId), cancellationToken) is not { Value.State: DeliveryState.Pending } stored || stored.Value.Step != message.Step)
            return Handled.Done;
        var now = clock.GetUtcNow();
        var endpoint = (await endpoints.FindAsync(message.EndpointId, cancellationToken))?.Value;
        if (endpoint is not { State: EndpointState.Enabled })
            return await EndAsync(stored, DeliveryState.Failed, endpoint is null ? "endpoint-removed" : EndpointOff, cancellationToken);
        if (now - stored.Value.Since >= Patience.GivesUpAfter)
        {
            Telemetry.Count("webhook-delivery-failed");
            return await EndAsync(stored, DeliveryState.Failed, "gave-up", cancellationToken);
        }
        var health = await records.FindAsync<EndpointHealth>(partition, EndpointHealth.DocumentId, cancellationToken);
        if (health is { Value.Failures: > 0 })
        {
            if (health.Value.NextTryAt > now)
                return await LaterAsync(new Batch(partition), stored, stored.Value, Scattered(health.Value.NextTryAt, now, stored.Value.Id), now, cancellationToken);
            // Whoever writes this first is the one that finds out; the others wait for what it finds.
            var probe = await records.SaveAsync(
                new Batch(partition).Replace(EndpointHealth.DocumentId, health.Value with { NextTryAt = now + 2 * options.WebhookTimeout }, health.ETag), cancellationToken);
            if (!probe.IsOk)
                return await LaterAsync(new Batch(partition), stored, stored.Value, now + 2 * options.WebhookTimeout, now, cancellationToken);
            health = new(health.Value, probe.ETags[0]!);
        }
        var slots = _slots.GetOrAdd(endpoint.Id, _ => new(MostAtOnce));
        if (!await slots.WaitAsync(SlotWait, cancellationToken))
            return await LaterAsync(new Batch(partition), stored, stored.Value, now + BusyPause, now, cancellationToken);
        DeliveryAttempt attempt;
        try
        {
            attempt = await sender.SendAsync(endpoint, stored.Value, cancellationToken);
        }
        finally
        {
            slots.Release();
        }
        return attempt.Error is null
            ? await TakenAsync(stored, stored.Value.Tried(attempt), health, cancellationToken)
            : await NotTakenAsync(stored, stored.Value.Tried(attempt), attempt, endpoint, health, cancellationToken);
    }

    private async ValueTask<Handled> TakenAsync(Stored<Delivery> before, Delivery after, Stored<EndpointHealth>? health, CancellationToken cancellationToken)
    {
        if (health is { Value.Failures: > 0 })
            await records.SaveAsync(new Batch(Delivery.In(after.EndpointId)).Delete(EndpointHealth.DocumentId), cancellationToken);
        Telemetry.Count("webhook-delivered");
        return await EndAsync(before with { Value = after }, DeliveryState.Delivered, null, cancellationToken);
    }

    private async ValueTask<Handled> NotTakenAsync(
        Stored<Delivery> before, Delivery after, DeliveryAttempt attempt, WebhookEndpoint endpoint, Stored<EndpointHealth>? health, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var failures = (health?.Value.Failures ?? 0) + 1;
        var failing = new EndpointHealth(failures, health?.Value.FailingSince ?? now, now + Patience.Wait(failures - 1));
        // Two that fail at one moment both tell the same.
        await records.SaveAsync(new Batch(Delivery.In(endpoint.Id)).Put(EndpointHealth.DocumentId, failing), cancellationToken);
        var reason = attempt.Status == Gone ? "gone" : now - failing.FailingSince >= Patience.GivesUpAfter ? "took-nothing-for-three-days" : null;
        if (reason is not null)
        {
            if (await endpoints.DisableAsync(endpoint.Id, reason, cancellationToken))
                LogDisabled(logger, endpoint.Id, reason);
            return await EndAsync(before with { Value = after }, DeliveryState.Failed, EndpointOff, cancellationToken);
        }
        var own = now + Patience.Wait(after.Tries - 1);
        return await LaterAsync(new Batch(Delivery.In(endpoint.Id)), before, after, own > failing.NextTryAt ? own : failing.NextTryAt, now, cancellationToken);
    }

    private async ValueTask<Handled> EndAsync(Stored<Delivery> stored, DeliveryState state, string? reason, CancellationToken cancellationToken)
    {
        var ended = stored.Value with { State = state, Reason = reason, NextTryAt = null };
        return await SaveAsync(new Batch(Delivery.In(ended.EndpointId)), stored, ended, clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>Waiting is a new message and not a failed delivery: a queue gives up after ten of those.</summary>
    private ValueTask<Handled> LaterAsync(Batch batch, Stored<Delivery> before, Delivery after, DateTimeOffset at, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var later = after with { Step = after.Step + 1, NextTryAt = at };
        return SaveAsync(batch.Emit(new DeliveryDue(later.EndpointId, later.Id, later.Step), now, dueAt: at), before, later, now, cancellationToken);
    }

    private async ValueTask<Handled> SaveAsync(Batch batch, Stored<Delivery> before, Delivery after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (after.ExpiresAt <= now)
            return Handled.Done;
        var outcome = await records.SaveAsync(batch.Replace(Delivery.DocumentId(after.Id), after, before.ETag, after.Sort, after.ExpiresAt - now), cancellationToken);
        // The same message was handled twice at once, or somebody replayed it: whoever wrote first has gone on.
        return outcome.IsOk || outcome.Status is WriteStatus.Stale or WriteStatus.NotFound ? Handled.Done : Handled.Retry("changed-meanwhile");
    }

    /// <summary>Spread over a fifth of the wait, so that what waits for one endpoint doesn't come all at once.</summary>
    private static DateTimeOffset Scattered(DateTimeOffset at, DateTimeOffset now, string id) =>
        at + (at - now) * 0.2 * ((uint)id.Aggregate(17, (sum, c) => unchecked(sum * 31 + c)) % 1_000 / 1_000.0);

    [LoggerMessage(Level = LogLevel.Error, Message = "Webhook endpoint {EndpointId} was switched off: {Reason}")]
    private static partial void LogDisabled(ILogger logger, string endpointId, string reason);
}
