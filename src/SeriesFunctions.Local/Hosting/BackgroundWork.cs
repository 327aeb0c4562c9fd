using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Media;
using SeriesFunctions.Local.Payments;
using SeriesFunctions.Local.Queues;
using SeriesFunctions.Local.Storage;
using SeriesFunctions.Local.Timers;

namespace SeriesFunctions.Local.Hosting;

/// <summary>What runs beside the requests: relay, one worker a queue, webhooks, timers. Starts when the host listens, since webhooks come back over HTTP.</summary>
public sealed class BackgroundWork(
    IHostApplicationLifetime lifetime, SqliteMessageQueue queue, EventDispatcher dispatcher, OutboxRelay relay, SimulatedProvider provider, WebhookDelivery webhooks,
    UploadEvents uploads, MinuteTimer timer, LocalOptions options, ILogger<QueueWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var started = lifetime.ApplicationStarted.Register(listening.SetResult);
        await listening.Task.WaitAsync(stoppingToken);

        await queue.ReleaseLocksAsync();
        await uploads.SweepAsync(TimeSpan.Zero, stoppingToken);
        provider.EventsStored = webhooks.Wake;
        await Task.WhenAll(
        [
            relay.RunAsync(stoppingToken),
            webhooks.RunAsync(stoppingToken),
            timer.RunAsync(stoppingToken),
            .. Core.Messaging.Queues.All.Select(name => new QueueWorker(name, queue, dispatcher, options.QueueConcurrency, logger).RunAsync(stoppingToken)),
        ]);
    }
}
