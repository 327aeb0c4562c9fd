using SeriesFunctions.Core.Messaging;
using SeriesFunctions.ServiceBus;

namespace Azure.Tests.ServiceBus;

/// <summary>
/// One of a few queues that many tests use one after another, since the emulator has no more than 50. Ids get a prefix of the test's own, because duplicate detection remembers those of the
/// tests before; what those left behind, scheduled or locked, is cleared away whenever it turns up and never shown. Everything else is the queue's own doing.
/// </summary>
internal sealed class BorrowedQueue(ServiceBusMessageQueue queue, IWire wire, TimeProvider clock, string? prefix = null) : IMessageQueue
{
    private readonly string _prefix = prefix ?? Guid.NewGuid().ToString("N")[..8] + "_";

    /// <summary>The same test's, over another connection.</summary>
    public BorrowedQueue Reopened(ServiceBusMessageQueue reopened, IWire? over = null) => new(reopened, over ?? wire, clock, _prefix);

    public async ValueTask SendAsync(string queueName, IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken) =>
        await queue.SendAsync(queueName, [.. messages.Select(message => message with { Id = _prefix + message.Id })], cancellationToken);

    public async ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(string queueName, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + wait;
        while (true)
        {
            var left = until - clock.GetUtcNow();
            var received = await queue.ReceiveAsync(queueName, max, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
            foreach (var foreign in received.Where(message => !IsOurs(message.Id)))
                await queue.CompleteAsync(foreign, cancellationToken);
            var ours = received.Where(message => IsOurs(message.Id)).Select(message => message with { Id = message.Id[_prefix.Length..] }).ToList();
            if (ours.Count > 0 || received.Count == 0)
                return ours;
        }
    }

    public ValueTask<bool> CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) => queue.CompleteAsync(Wire(message), cancellationToken);

    public ValueTask<bool> AbandonAsync(ReceivedMessage message, TimeSpan delay, string reason, CancellationToken cancellationToken) =>
        queue.AbandonAsync(Wire(message), delay, reason, cancellationToken);

    public ValueTask<bool> DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
        queue.DeadLetterAsync(Wire(message), reason, description, cancellationToken);

    public ValueTask<bool> RenewAsync(ReceivedMessage message, CancellationToken cancellationToken) => queue.RenewAsync(Wire(message), cancellationToken);

    public async ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(string queueName, int max, CancellationToken cancellationToken)
    {
        await ClearForeignDeadLettersAsync(queueName, cancellationToken);
        return [.. (await queue.ListDeadLettersAsync(queueName, max, cancellationToken)).Select(letter => letter with { Id = letter.Id[_prefix.Length..] })];
    }

    public ValueTask<bool> ReplayDeadLetterAsync(string queueName, string messageId, CancellationToken cancellationToken) =>
        queue.ReplayDeadLetterAsync(queueName, _prefix + messageId, cancellationToken);

    private async Task ClearForeignDeadLettersAsync(string queueName, CancellationToken cancellationToken)
    {
        // A look costs nothing; they are received only where there is something to clear, since receiving locks the test's own too.
        if ((await queue.ListDeadLettersAsync(queueName, 1_000, cancellationToken)).All(letter => IsOurs(letter.Id)))
            return;
        List<WireReceived> ours = [];
        while (await wire.ReceiveAsync(queueName, deadLetters: true, 100, TimeSpan.Zero, cancellationToken) is { Count: > 0 } letters)
        {
            foreach (var letter in letters)
            {
                if (IsOurs(WireRules.IdOf(letter.MessageId, letter.Properties)))
                    ours.Add(letter);
                else
                    await wire.CompleteAsync(queueName, deadLetters: true, letter, cancellationToken);
            }
        }
        foreach (var letter in ours)
            await wire.AbandonAsync(queueName, deadLetters: true, letter, cancellationToken);
    }

    private bool IsOurs(string id) => id.StartsWith(_prefix, StringComparison.Ordinal);

    private ReceivedMessage Wire(ReceivedMessage message) => message with { Id = _prefix + message.Id };
}

/// <summary>Which of the queues that are there a test gets: the next, and after the last the first again. Each has two siblings that the suite looks at, <c>…x</c> and <c>…-other</c>.</summary>
internal sealed class QueuePool(string beginning)
{
    /// <summary>With siblings 24; beside the app's own queues that is less than the emulator's 50. Source: Microsoft Learn, "Overview of the Azure Service Bus emulator", usage quotas.</summary>
    public const int Size = 8;

    private int _taken = -1;

    public IEnumerable<string> All => Enumerable.Range(0, Size).SelectMany(n => new[] { $"{beginning}-{n}", $"{beginning}-{n}x", $"{beginning}-{n}-other" });

    public string Next() => $"{beginning}-{Interlocked.Increment(ref _taken) % Size}";
}
