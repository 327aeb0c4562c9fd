using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Storage;

namespace SeriesFunctions.Local.Queues;

/// <summary>
/// Receives from one queue, hands each message to its handler and settles it: on the local host what a Service Bus trigger is on Azure. What a queue that <paramref name="tidies"/> writes
/// doesn't wait for the disk: a power cut takes it and the message's completion together, and the message comes again.
/// </summary>
public sealed partial class QueueWorker(string queue, IMessageQueue messages, EventDispatcher dispatcher, int concurrency, bool tidies, ILogger<QueueWorker> logger)
{
    private static readonly TimeSpan WaitForMessages = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RenewEvery = QueueLimits.LockTime / 2;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(concurrency);
        var running = new HashSet<Task>();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await slots.WaitAsync(cancellationToken);
                // One slot is held; as many more as are free may be filled by the same look.
                var free = 1;
                while (free < concurrency && await slots.WaitAsync(TimeSpan.Zero, cancellationToken))
                    free++;
                IReadOnlyList<ReceivedMessage> received = [];
                try
                {
                    received = await messages.ReceiveAsync(queue, free, WaitForMessages, cancellationToken);
                }
                finally
                {
                    if (received.Count < free)
                        slots.Release(free - received.Count);
                }
                running.RemoveWhere(task => task.IsCompleted);
                foreach (var message in received)
                    running.Add(HandleAsync(message, slots, cancellationToken));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            // The loop must not end while the host runs: whatever it was, look again in a moment.
            catch (Exception e)
            {
                LogReceiveFailed(logger, e, queue);
                await Task.Delay(PauseAfterFailure, CancellationToken.None);
            }
        }
        await Task.WhenAll(running);
    }

    private async Task HandleAsync(ReceivedMessage message, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Redelivered.Covers = tidies;
        try
        {
            var work = dispatcher.DispatchAsync(queue, message.Body, message.DeliveryCount, cancellationToken).AsTask();
            while (await Task.WhenAny(work, Task.Delay(RenewEvery, cancellationToken)) != work && !cancellationToken.IsCancellationRequested)
                await messages.RenewAsync(message, cancellationToken);
            var handled = await work;
            // Settled also while stopping: the work is done, and doing it again would be for nothing.
            _ = handled.As switch
            {
                HandledAs.Done => await messages.CompleteAsync(message, CancellationToken.None),
                HandledAs.Poison => await messages.DeadLetterAsync(message, handled.Reason ?? "poison", $"{queue} delivery {message.DeliveryCount}", CancellationToken.None),
                _ => await messages.AbandonAsync(message, handled.After ?? TimeSpan.Zero, handled.Reason ?? "retry", CancellationToken.None),
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping: the lock runs out and the message comes again.
        }
        // As above; the lock runs out and the message comes again.
        catch (Exception e)
        {
            LogSettleFailed(logger, e, queue, message.Id);
        }
        finally
        {
            slots.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Receiving from {Queue} failed")]
    private static partial void LogReceiveFailed(ILogger logger, Exception exception, string queue);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} of {Queue} could not be settled")]
    private static partial void LogSettleFailed(ILogger logger, Exception exception, string queue, string messageId);
}
