using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Checkout;

/// <summary>An event of the provider, stored once: document <c>event</c> of partition <c>inbox|{eventId}</c>.</summary>
public sealed record InboxEvent(string Id, string Type, ProviderObject Object, string ObjectId, DateTimeOffset CreatedAt, DateTimeOffset ReceivedAt, DateTimeOffset? AppliedAt, int Tries, string? LastReason)
{
    public const string DocumentId = "event";

    public static Partition In(string eventId) => new($"inbox|{eventId}");
}

/// <summary>An event of the provider waits in the inbox to be applied.</summary>
public sealed record ProviderEventReceived(string EventId) : IEvent
{
    public static string Name => "provider-event-received";

    public static int Version => 1;
}

/// <summary>Takes a webhook in: verified, stored once by event id, acknowledged. The work is done off the queue.</summary>
public sealed partial class ReceiveWebhook(Records records, IPaymentGateway payments, TimeProvider clock, ILogger<ReceiveWebhook> logger)
{
    /// <summary>Applied or not, an event is kept for so long: longer than the provider repeats it.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    /// <summary>True when it was stored now, false when it had been before.</summary>
    public async ValueTask<Result<bool>> HandleAsync(ReadOnlyMemory<byte> rawBody, string? signature, CancellationToken cancellationToken)
    {
        var reading = payments.ReadWebhook(rawBody, signature);
        if (reading.Event is not { } received)
        {
            Telemetry.Count("webhook-refused");
            LogRefused(logger, reading.Refusal);
            return reading.Refusal == "not-configured"
                ? Problem.NotFound("webhook endpoint")
                : new Problem(ProblemKind.Malformed, reading.Refusal ?? "bad-signature", "This is not a webhook that the payment provider signed.");
        }
        // Our keys take what ids are made of; no provider's event id is anything else.
        if (!Ids.IsValid(received.Id))
            return new Problem(ProblemKind.Malformed, "malformed", "The event's id is not one.");
        var now = clock.GetUtcNow();
        var outcome = await records.SaveAsync(
            new Batch(InboxEvent.In(received.Id))
                .Create(
                    InboxEvent.DocumentId,
                    new InboxEvent(received.Id, received.Type, received.Object, received.ObjectId, received.CreatedAt, now, AppliedAt: null, Tries: 0, LastReason: null),
                    timeToLive: KeptFor)
                .Emit(new ProviderEventReceived(received.Id), now, id: Ids.Derived("evt", received.Id)),
            cancellationToken);
        Telemetry.Count(outcome.IsOk ? "webhook-stored" : "webhook-repeated");
        LogStored(logger, received.Id, received.Type, outcome.IsOk);
        return outcome.IsOk;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A webhook was refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Provider event {EventId} {Type} stored: {IsNew}")]
    private static partial void LogStored(ILogger logger, string eventId, string type, bool isNew);
}

/// <summary>
/// Off the queue: brings our records in line with the object that an event is about, as the provider has it now. What the event itself says is not believed, so
/// its order and its repetition make no difference. An event whose record is not there yet is parked and tried again with back-off for three days.
/// </summary>
public sealed class ApplyProviderEvent(Records records, IPaymentGateway payments, SettlePayment settle, TimeProvider clock) : IHandle<ProviderEventReceived>
{
    private static readonly TimeSpan ParkedFor = TimeSpan.FromHours(72);

    public async ValueTask<Handled> HandleAsync(ProviderEventReceived message, CancellationToken cancellationToken)
    {
        var partition = InboxEvent.In(message.EventId);
        if (await records.FindAsync<InboxEvent>(partition, InboxEvent.DocumentId, cancellationToken) is not { Value.AppliedAt: null } stored)
            return Handled.Done;

        var applied = stored.Value.Object switch
        {
            ProviderObject.Session => await SessionAsync(stored.Value.ObjectId, cancellationToken),
            ProviderObject.Payment => await settle.HandleAsync(stored.Value.ObjectId, cancellationToken),
            _ => Settled.Done,
        };
        var now = clock.GetUtcNow();
        if (applied is { As: SettledAs.Unavailable })
            return Handled.Retry(applied.Reason ?? "unavailable");
        var after = stored.Value with { Tries = stored.Value.Tries + 1, LastReason = applied.Reason };
        if (applied.As is SettledAs.Done or SettledAs.NotOurs)
        {
            // When another delivery of this message wrote it meanwhile, it wrote the same.
            await records.SaveAsync(new Batch(partition).Replace(InboxEvent.DocumentId, after with { AppliedAt = now }, stored.ETag), cancellationToken);
            return Handled.Done;
        }
        if (now - stored.Value.ReceivedAt >= ParkedFor)
            return Handled.Poison($"parked-too-long: {applied.Reason}");
        // Parked: the same event again later, as a new message, so that waiting is not counted as failing.
        var wait = TimeSpan.FromSeconds(Math.Min(3_600, 5 * Math.Pow(2, Math.Min(after.Tries, 12))));
        var parked = await records.SaveAsync(
            new Batch(partition)
                .Replace(InboxEvent.DocumentId, after, stored.ETag)
                .Emit(message, now, dueAt: now + wait, id: Ids.Derived("evt", $"{message.EventId} {after.Tries}")),
            cancellationToken);
        Telemetry.Count("webhook-parked");
        return parked.IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }

    private async ValueTask<Settled> SessionAsync(string sessionId, CancellationToken cancellationToken)
    {
        var found = await payments.FindSessionAsync(sessionId, cancellationToken);
        if (found.Status == GatewayStatus.Unavailable)
            return new(SettledAs.Unavailable, found.Reason);
        if (found.Value is not { Subject: not null } session)
            return new(SettledAs.NotOurs, "not-our-session");
        if (session.PaymentId is { } paymentId && session.IsPaid)
            return await settle.HandleAsync(paymentId, cancellationToken);
        return session.Status == SessionStatus.Expired ? await settle.ExpireAsync(session, cancellationToken) : Settled.Done;
    }
}
