using System.Globalization;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Checkout;

public enum InboxState
{
    /// <summary>Stored, and on its way.</summary>
    Received,

    /// <summary>Our record of what it is about is not there yet, or the provider does not answer: tried again later.</summary>
    Parked,
    Applied,

    /// <summary>Parked for too long: an operator is to look.</summary>
    Dead,
}

/// <summary>
/// An event of the provider, stored once: document <c>event</c> of partition <c>inbox|{eventId}</c>. <paramref name="Tries"/> counts the attempts; a message that is not the
/// present attempt's is an old one. <paramref name="WaitingSince"/> is when it was received, or asked for again.
/// </summary>
public sealed record InboxEvent(
    string Id, string Type, ProviderObject Object, string ObjectId, DateTimeOffset CreatedAt, DateTimeOffset ReceivedAt, DateTimeOffset? AppliedAt, int Tries, string? LastReason,
    InboxState State = InboxState.Received, DateTimeOffset? WaitingSince = null)
{
    public const string DocumentId = "event";

    /// <summary>An event that was applied is kept for so long: longer than the provider repeats it.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    /// <summary>One that was not, for so long, so that its dead letter can still be replayed.</summary>
    public static readonly TimeSpan KeptUnappliedFor = TimeSpan.FromDays(400);

    public static Partition In(string eventId) => new($"inbox|{eventId}");

    /// <summary>What is left of its time.</summary>
    public TimeSpan TimeLeft(DateTimeOffset now) => ReceivedAt + (AppliedAt is null ? KeptUnappliedFor : KeptFor) - now is var left && left > TimeSpan.FromHours(1) ? left : TimeSpan.FromHours(1);
}

/// <summary>An event as the list of its hour has it, so that an operator finds it by time: document <c>{eventId}</c> of partition <c>inbox-hour|{yyyyMMddHH}</c>, by when it was received.</summary>
public sealed record InboxEntry(string EventId, string Type, string ObjectId, DateTimeOffset ReceivedAt, InboxState State, int Tries, string? LastReason)
{
    public static Partition In(DateTimeOffset receivedAt) => new($"inbox-hour|{receivedAt.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture)}");

    public string Sort => $"{Catalog.CatalogLists.Time(ReceivedAt)}|{EventId}";

    public static InboxEntry Of(InboxEvent stored) => new(stored.Id, stored.Type, stored.ObjectId, stored.ReceivedAt, stored.State, stored.Tries, stored.LastReason);
}

/// <summary>An event of the provider waits in the inbox to be applied, for the <paramref name="Try"/>th time.</summary>
public sealed record ProviderEventReceived(string EventId, int Try = 0) : IEvent
{
    public static string Name => "provider-event-received";

    public static int Version => 1;
}

/// <summary>Takes a webhook in: verified, stored once by event id, acknowledged. The work is done off the queue.</summary>
public sealed partial class ReceiveWebhook(Records records, IPaymentGateway payments, TimeProvider clock, ILogger<ReceiveWebhook> logger)
{
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
                    new InboxEvent(received.Id, received.Type, received.Object, received.ObjectId, received.CreatedAt, now, AppliedAt: null, Tries: 0, LastReason: null, WaitingSince: now),
                    timeToLive: InboxEvent.KeptUnappliedFor)
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
/// its order and its repetition make no difference. An event whose record is not there yet, or whose object the provider does not tell us, is parked and tried again with
/// back-off for three days; then it is a dead letter.
/// </summary>
public sealed class ApplyProviderEvent(
    Records records, IPaymentGateway payments, SettlePayment settle, Subscriptions.SettleSubscription subscriptions, Subscriptions.TendSubscription tend,
    FollowPayoutAccount accounts, TimeProvider clock) : IHandle<ProviderEventReceived>
{
    public async ValueTask<Handled> HandleAsync(ProviderEventReceived message, CancellationToken cancellationToken)
    {
        var partition = InboxEvent.In(message.EventId);
        // A message of an earlier attempt came again after the next one was sent: that one does the work.
        if (await records.FindAsync<InboxEvent>(partition, InboxEvent.DocumentId, cancellationToken) is not { Value.AppliedAt: null } stored || stored.Value.Tries != message.Try)
            return Handled.Done;

        var applied = await ApplyAsync(stored.Value.Object, stored.Value.ObjectId, cancellationToken);
        if (applied == SettlePayment.ChangedMeanwhile)
            return Handled.Retry("changed-meanwhile");
        var now = clock.GetUtcNow();
        var after = stored.Value with { Tries = stored.Value.Tries + 1, LastReason = applied.Reason };
        if (applied.As is SettledAs.Done or SettledAs.NotOurs)
            return await SaveAsync(stored, after with { AppliedAt = now, State = InboxState.Applied }, now, again: null, cancellationToken);
        if (now - (stored.Value.WaitingSince ?? stored.Value.ReceivedAt) >= Patience.GivesUpAfter)
        {
            // Its attempt is not counted, so that the dead letter can be replayed as it is.
            await SaveAsync(stored, stored.Value with { LastReason = applied.Reason, State = InboxState.Dead }, now, again: null, cancellationToken);
            return Handled.Poison($"parked-too-long: {applied.Reason}");
        }
        Telemetry.Count("webhook-parked");
        // The same event again later, as a new message, so that waiting is not counted as failing.
        return await SaveAsync(stored, after with { State = InboxState.Parked }, now, now + Patience.Wait(stored.Value.Tries), cancellationToken);
    }

    /// <summary>Brings our records in line with one object of the provider.</summary>
    public async ValueTask<Settled> ApplyAsync(ProviderObject kind, string objectId, CancellationToken cancellationToken) => kind switch
    {
        ProviderObject.Session => await SessionAsync(objectId, cancellationToken),
        ProviderObject.Payment => await settle.HandleAsync(objectId, cancellationToken),
        ProviderObject.Account => await accounts.HandleAsync(objectId, cancellationToken),
        ProviderObject.Subscription => await subscriptions.HandleAsync(objectId, null, cancellationToken),
        _ => Settled.Done,
    };

    private async ValueTask<Handled> SaveAsync(Stored<InboxEvent> before, InboxEvent after, DateTimeOffset now, DateTimeOffset? again, CancellationToken cancellationToken)
    {
        // The list first: when this is cut off in between, the event is still to be done and comes by here once more.
        await records.SaveAsync(
            new Batch(InboxEntry.In(after.ReceivedAt)).Put(after.Id, InboxEntry.Of(after), InboxEntry.Of(after).Sort, after.TimeLeft(now)), cancellationToken);
        var batch = new Batch(InboxEvent.In(after.Id)).Replace(InboxEvent.DocumentId, after, before.ETag, timeToLive: after.TimeLeft(now));
        if (again is { } dueAt)
            batch.Emit(new ProviderEventReceived(after.Id, after.Tries), now, dueAt, Ids.Derived("evt", $"{after.Id} {after.Tries}"));
        return (await records.SaveAsync(batch, cancellationToken)).IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }

    private async ValueTask<Settled> SessionAsync(string sessionId, CancellationToken cancellationToken)
    {
        var found = await payments.FindSessionAsync(sessionId, cancellationToken);
        if (found.Status == GatewayStatus.Unavailable)
            return new(SettledAs.Unavailable, found.Reason);
        if (found.Value is { Subscriber: { } subscriber } page)
            return page.SubscriptionId is { } subscription ? await subscriptions.HandleAsync(subscription, null, cancellationToken)
                : page.Status == SessionStatus.Expired ? await tend.ExpireAsync(subscriber, cancellationToken)
                : Settled.Done;
        if (found.Value is not { Subject: not null } session)
            return new(SettledAs.NotOurs, "not-our-session");
        if (session.PaymentId is { } paymentId && session.IsPaid)
            return await settle.HandleAsync(paymentId, cancellationToken);
        return session.Status == SessionStatus.Expired ? await settle.ExpireAsync(session, cancellationToken) : Settled.Done;
    }
}
