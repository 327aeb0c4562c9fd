using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.ServiceBus;

namespace SeriesFunctions.App.Triggers;

/// <summary>
/// What every queue function calls: the handler, and then the settlement that it asks for, by the rules that the adapter has (<see cref="WireRules"/>). The host holds the lock while this
/// runs; whatever is thrown here leaves the message unsettled, so that it comes again when its lock has run out.
/// </summary>
public sealed class QueueFunctions(EventDispatcher dispatcher, ServiceBusMessageQueue queues, TimeProvider clock)
{
    public async Task HandleAsync(string queue, ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken)
    {
        var deliveries = WireRules.DeliveriesOf(message.DeliveryCount, message.ApplicationProperties);
        // The broker counts only the deliveries of this copy, so it can't know when a lock has run out once too often.
        if (deliveries > QueueLimits.MaxDeliveries)
        {
            await BuryAsync(message, actions, QueueLimits.MaxDeliveries, WireRules.TooManyDeliveries, "Its lock ran out too often.");
            return;
        }
        var body = message.Body.ToMemory();
        var handled = await dispatcher.DispatchAsync(queue, body, deliveries, cancellationToken);
        // Settled also while the instance is stopping: the work is done, and doing it again would be for nothing.
        switch (handled.As)
        {
            case HandledAs.Done:
                await actions.CompleteMessageAsync(message, CancellationToken.None);
                break;
            case HandledAs.Poison:
                await BuryAsync(message, actions, deliveries, handled.Reason ?? "poison", $"{queue} delivery {deliveries}");
                break;
            default:
                await RetryAsync(queue, message, actions, body, deliveries, handled);
                break;
        }
    }

    private async Task RetryAsync(string queue, ServiceBusReceivedMessage message, ServiceBusMessageActions actions, ReadOnlyMemory<byte> body, int deliveries, Handled handled)
    {
        var delay = handled.After ?? TimeSpan.Zero;
        switch (WireRules.Retry(deliveries, delay))
        {
            case RetryAs.DeadLetter:
                await BuryAsync(message, actions, deliveries, handled.Reason ?? "retry", "");
                break;
            case RetryAs.GiveBack:
                await actions.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
                break;
            default:
                // A lock that is lost already belongs to somebody else, who will say what becomes of the message; this then throws.
                await actions.RenewMessageLockAsync(message, CancellationToken.None);
                // First the copy: after a crash in between there are two, and every handler may run twice. The other way round there might be none.
                await queues.SendCopyAsync(queue, WireRules.IdOf(message.MessageId, message.ApplicationProperties), body, deliveries, message.SequenceNumber, clock.GetUtcNow() + delay, CancellationToken.None);
                await actions.CompleteMessageAsync(message, CancellationToken.None);
                break;
        }
    }

    private Task BuryAsync(ServiceBusReceivedMessage message, ServiceBusMessageActions actions, int deliveries, string reason, string description) =>
        actions.DeadLetterMessageAsync(
            message, new Dictionary<string, object>(WireRules.DeadProperties(deliveries, clock.GetUtcNow())), WireRules.Clip(reason), WireRules.Clip(description), CancellationToken.None);
}
