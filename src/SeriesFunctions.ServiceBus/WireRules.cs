using System.Globalization;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.ServiceBus;

/// <summary>What becomes of a message whose handling failed.</summary>
public enum RetryAs
{
    /// <summary>Given back; the broker counts and delivers it again at once.</summary>
    GiveBack,

    /// <summary>A copy is scheduled for later and this one is done with.</summary>
    ScheduleCopy,

    /// <summary>It had its last delivery.</summary>
    DeadLetter,
}

/// <summary>
/// How our promises are kept on Service Bus, which has neither a delay on giving back nor a way out of the dead letters: see docs/adr/0013. Pure, and
/// the same for the triggers and for <see cref="ServiceBusMessageQueue"/>.
/// </summary>
public static class WireRules
{
    /// <summary>The event's id, on a copy whose wire id had to be another: what idempotency goes by.</summary>
    public const string EventId = "event-id";

    /// <summary>Deliveries that the message had before this copy of it was made.</summary>
    public const string EarlierDeliveries = "earlier-deliveries";

    /// <summary>On a dead letter: all of its deliveries.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>On a dead letter: when it became one, in Unix milliseconds. The broker keeps the time of sending.</summary>
    public const string DeadSince = "dead-since";

    /// <summary>What the broker itself gives as the reason, and we too, when nobody settled a message.</summary>
    public const string TooManyDeliveries = "MaxDeliveryCountExceeded";

    /// <summary>The broker's limit for a reason and for a description.</summary>
    public const int LongestReason = 4_096;

    /// <summary>Shorter than this, a copy costs more than the wait is worth.</summary>
    public static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(500);

    public static string IdOf(string messageId, IReadOnlyDictionary<string, object> properties) =>
        properties.GetValueOrDefault(EventId) as string ?? messageId;

    /// <summary>All deliveries of the message and of what it is a copy of. <paramref name="brokerCount"/> is 1 the first time.</summary>
    public static int DeliveriesOf(int brokerCount, IReadOnlyDictionary<string, object> properties) => Number(properties, EarlierDeliveries) + brokerCount;

    public static RetryAs Retry(int deliveries, TimeSpan delay) =>
        deliveries >= QueueLimits.MaxDeliveries ? RetryAs.DeadLetter : delay < ShortestDelay ? RetryAs.GiveBack : RetryAs.ScheduleCopy;

    /// <summary>
    /// The wire id of a copy. It must differ from the message's, or duplicate detection drops the copy; and it must be the same when the copy is made again after a crash
    /// before the message was completed, so that this second one is dropped.
    /// </summary>
    public static string CopyId(string eventId, int deliveries, long sequenceNumber) => string.Create(CultureInfo.InvariantCulture, $"{eventId}~{sequenceNumber}.{deliveries}");

    /// <summary>What a copy for later carries.</summary>
    public static IReadOnlyDictionary<string, object> CopyProperties(string eventId, int deliveries) =>
        new Dictionary<string, object> { [EventId] = eventId, [EarlierDeliveries] = deliveries };

    /// <summary>What a replayed dead letter carries: its id, and no deliveries.</summary>
    public static IReadOnlyDictionary<string, object> ReplayProperties(string eventId) => new Dictionary<string, object> { [EventId] = eventId };

    /// <summary>What is noted on a message when it becomes a dead letter.</summary>
    public static IReadOnlyDictionary<string, object> DeadProperties(int deliveries, DateTimeOffset now) =>
        new Dictionary<string, object> { [Deliveries] = deliveries, [DeadSince] = now.ToUnixTimeMilliseconds() };

    public static string Clip(string text) => text.Length <= LongestReason ? text : text[..LongestReason];

    internal static DeadLetter Letter(string queue, WireReceived message) => new(
        queue,
        IdOf(message.MessageId, message.Properties),
        message.Body,
        // Without our note it was the broker that buried it, after no more than it may deliver; looking for another dead letter to replay counts as a delivery there too.
        Number(message.Properties, Deliveries) is > 0 and var all ? all : Math.Min(DeliveriesOf(message.DeliveryCount, message.Properties), QueueLimits.MaxDeliveries),
        message.DeadLetterReason ?? "",
        message.DeadLetterDescription ?? "",
        message.Properties.GetValueOrDefault(DeadSince) is long since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : message.EnqueuedTime);

    private static int Number(IReadOnlyDictionary<string, object> properties, string name) => properties.GetValueOrDefault(name) is int number ? number : 0;
}
