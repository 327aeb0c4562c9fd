using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Payments;
using SeriesFunctions.Local.Queues;
using SeriesFunctions.Local.Storage;
using SeriesFunctions.Local.Timers;

namespace SeriesFunctions.Local.Hosting;

/// <summary>What runs beside the requests: relay, one worker a queue, webhooks, timers. Starts when the host listens, since webhooks come back over HTTP.</summary>
public sealed class BackgroundWork(
    IHostApplicationLifetime lifetime, IMessageQueue queue, EventDispatcher dispatcher, OutboxRelay relay, SimulatedProvider provider, WebhookDelivery webhooks,
    UploadEvents uploads, MinuteTimer timer, LocalOptions options, ILogger<QueueWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var started = lifetime.ApplicationStarted.Register(listening.SetResult);
        await listening.Task.WaitAsync(stoppingToken);

        await uploads.SweepAsync(TimeSpan.Zero, stoppingToken);
        provider.EventsStored = webhooks.Wake;
        relay.Start();
        // What nobody waits for runs in one line.
        using var inLine = new PatientThread();
        await Task.WhenAll(
        [
            webhooks.RunAsync(stoppingToken),
            timer.RunAsync(stoppingToken),
            .. Core.Messaging.Queues.All.Select(name => LocalOptions.Tidies(name)
                ? Task.Factory.StartNew(() => Work(name).RunAsync(stoppingToken), CancellationToken.None, TaskCreationOptions.None, inLine).Unwrap()
                : Work(name).RunAsync(stoppingToken)),
        ]);

        QueueWorker Work(string name) => new(name, queue, dispatcher, options.ConcurrencyOf(name), LocalOptions.Tidies(name), logger);
    }
}
