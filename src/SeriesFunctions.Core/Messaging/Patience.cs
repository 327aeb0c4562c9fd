using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Messaging;

/// <summary>
/// How long we wait for somebody else: again after 5 s, 10 s, 20 s … at most an hour, for three days. A queue gives up after ten deliveries, minutes later; an outage of the provider
/// is longer than that, so waiting is a new message and not a failed delivery. Source: product rules are silent; the issue says 72 hours.
/// </summary>
public static class Patience
{
    public static readonly TimeSpan GivesUpAfter = TimeSpan.FromHours(72);

    public static TimeSpan Wait(int tries) => TimeSpan.FromSeconds(Math.Min(3_600, 5 * Math.Pow(2, Math.Clamp(tries, 0, 12))));

    /// <summary>
    /// Sends the message again later, or dead-letters it when it has waited long enough. <paramref name="cause"/> names this attempt: handled twice, it makes one message.
    /// </summary>
    public static async ValueTask<Handled> AgainAsync<T>(
        Records records, Partition partition, string cause, int tries, DateTimeOffset? since, DateTimeOffset now, Func<DateTimeOffset, T> again, string? reason, CancellationToken cancellationToken)
        where T : class, IEvent
    {
        var waiting = since ?? now;
        if (now - waiting >= GivesUpAfter)
            return Handled.Poison($"waited-too-long: {reason}");
        // A conflict is the same message, on its way already.
        await records.SaveAsync(new Batch(partition).Emit(again(waiting), now, dueAt: now + Wait(tries), id: Ids.Derived("evt", $"{T.Name} {cause}")), cancellationToken);
        return Handled.Done;
    }
}
