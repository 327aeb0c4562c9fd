using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Webhooks;

namespace SeriesFunctions.Core.Notifications;

/// <summary>Off the queue: tells everybody whom an event concerns. Telling again finds what was told and adds nothing.</summary>
public sealed class Notify(Records records, QueueWebhooks webhooks, TimeProvider clock, NotificationsOptions options)
{
    public async ValueTask<Handled> HandleAsync(Envelope cause, Telling telling, CancellationToken cancellationToken)
    {
        if (telling.Wait is { } reason)
            return Handled.Retry(reason);
        foreach (var notice in telling.Notices ?? [])
        {
            foreach (var receiver in notice.Receivers.Distinct())
                await TellAsync(cause, notice, receiver, cancellationToken);
            await webhooks.HandleAsync(cause, notice, cancellationToken);
        }
        return Handled.Done;
    }

    private async ValueTask TellAsync(Envelope cause, Notice notice, UserId receiver, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // Who bought is the platform's to know; a creator hears that somebody did.
        var facts = notice.Facts.ViewerId is { } viewer && viewer != receiver ? notice.Facts with { ViewerId = null } : notice.Facts;
        var told = new Notification(
            Notification.IdOf(cause.Id, notice.Type, receiver, cause.OccurredAt), notice.Type, cause.OccurredAt, now, now + options.FeedKeptFor, facts);
        var outcome = await records.SaveAsync(
            new Batch(Notification.In(receiver)).Create(Notification.DocumentId(told.Id), told, told.Sort, options.FeedKeptFor), cancellationToken);
        // A conflict is the same event, handled before.
        if (outcome.IsOk)
            Telemetry.Count("notification-told");
    }
}
