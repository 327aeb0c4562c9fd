using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.ServiceBus;

namespace Azure.Tests.ServiceBus;

/// <summary>
/// A queue as Service Bus documents it, in memory and by a clock that a test moves: peek-lock with a lock time, a delivery count that ends in the dead letters, scheduled
/// enqueue, duplicate detection by message id from the time of sending, giving back at once and without a delay, dead letters that can be peeked at in the order of their
/// sequence numbers and received, but neither replayed nor found by an id. Sources: Microsoft's pages "Message transfers, locks, and settlement", "Duplicate detection",
/// "Dead-letter queues", "Message sequencing and time stamps".
/// </summary>
internal sealed class ModelBroker(HostClock clock) : IWire
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entity> _queues = [];
    private long _sequence;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When set, completing fails as it does when the connection breaks; for tests of what a crash leaves behind.</summary>
    public bool CompletingFails { get; set; }

    public Task SendAsync(string queue, IReadOnlyList<WireMessage> messages, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var entity = Of(queue);
            foreach (var message in messages)
            {
                Assert.InRange(message.MessageId.Length, 1, 128);
                if (entity.Seen.TryGetValue(message.MessageId, out var at) && clock.GetUtcNow() < at + QueueLimits.DuplicateWindow)
                    continue;
                entity.Seen[message.MessageId] = clock.GetUtcNow();
                entity.Live.Add(new Stored(message, ++_sequence, clock.GetUtcNow()) { AvailableAt = message.ScheduledFor ?? clock.GetUtcNow() });
            }
            Ring();
        }
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<WireReceived>> ReceiveAsync(string queue, bool deadLetters, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + wait;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task news;
            DateTimeOffset next;
            lock (_gate)
            {
                news = _news.Task;
                var entity = Of(queue);
                List<Stored> from = deadLetters ? entity.Dead : entity.Live;
                if (!deadLetters)
                    BuryUnsettled(entity);
                var due = from.Where(m => m.AvailableAt <= clock.GetUtcNow()).OrderBy(m => m.AvailableAt).ThenBy(m => m.Sequence).Take(max).ToList();
                if (due.Count > 0 || clock.GetUtcNow() >= until)
                    return [.. due.Select(Lock)];
                next = from.Select(m => m.AvailableAt).Append(until).Min();
            }
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(news, clock.WaitUntilAsync(next, either.Token));
            await either.CancelAsync();
        }
    }

    public Task<IReadOnlyList<WireReceived>> PeekDeadLettersAsync(string queue, int max, long fromSequenceNumber, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            BuryUnsettled(Of(queue));
            return Task.FromResult<IReadOnlyList<WireReceived>>(
                [.. Of(queue).Dead.Where(m => m.Sequence >= fromSequenceNumber).OrderBy(m => m.Sequence).Take(max).Select(m => View(m, ""))]);
        }
    }

    public Task<bool> CompleteAsync(string queue, bool deadLetters, WireReceived message, CancellationToken cancellationToken) => CompletingFails
        ? throw new QueueUnavailableException("The connection broke.")
        : SettleAsync(queue, deadLetters, message, (from, stored) => from.Remove(stored));

    public Task<bool> AbandonAsync(string queue, bool deadLetters, WireReceived message, CancellationToken cancellationToken) =>
        SettleAsync(queue, deadLetters, message, (_, stored) => (stored.Token, stored.AvailableAt) = (null, clock.GetUtcNow()));

    public Task<bool> DeadLetterAsync(string queue, WireReceived message, string reason, string description, IReadOnlyDictionary<string, object> properties, CancellationToken cancellationToken) =>
        SettleAsync(queue, false, message, (_, stored) => Bury(Of(queue), stored, reason, description, properties));

    public Task<bool> RenewAsync(string queue, WireReceived message, CancellationToken cancellationToken) =>
        SettleAsync(queue, false, message, (_, stored) => stored.AvailableAt = clock.GetUtcNow() + QueueLimits.LockTime);

    /// <summary>How many messages the queue holds, scheduled and locked ones too.</summary>
    public int CountOf(string queue)
    {
        lock (_gate)
            return Of(queue).Live.Count;
    }

    private Task<bool> SettleAsync(string queue, bool deadLetters, WireReceived message, Action<List<Stored>, Stored> settle)
    {
        lock (_gate)
        {
            List<Stored> from = deadLetters ? Of(queue).Dead : Of(queue).Live;
            var stored = from.Find(m => m.Token == message.LockToken && m.Token is not null && m.AvailableAt > clock.GetUtcNow());
            if (stored is not null)
                settle(from, stored);
            Ring();
            return Task.FromResult(stored is not null);
        }
    }

    /// <summary>The broker's own way into the dead letters: after the last delivery nobody settled the message.</summary>
    private void BuryUnsettled(Entity entity)
    {
        foreach (var spent in entity.Live.Where(m => m.Deliveries >= QueueLimits.MaxDeliveries && m.AvailableAt <= clock.GetUtcNow()).ToList())
            Bury(entity, spent, "MaxDeliveryCountExceeded", "Message could not be consumed after 10 delivery attempts.", new Dictionary<string, object>());
    }

    private void Bury(Entity entity, Stored stored, string reason, string description, IReadOnlyDictionary<string, object> properties)
    {
        entity.Live.Remove(stored);
        var all = new Dictionary<string, object>(stored.Message.Properties);
        foreach (var (name, value) in properties)
            all[name] = value;
        entity.Dead.Add(new Stored(stored.Message with { Properties = all }, ++_sequence, stored.EnqueuedAt) { AvailableAt = clock.GetUtcNow(), Deliveries = stored.Deliveries, Reason = reason, Description = description });
    }

    private WireReceived Lock(Stored stored)
    {
        stored.Token = Guid.NewGuid().ToString();
        stored.Deliveries++;
        stored.AvailableAt = clock.GetUtcNow() + QueueLimits.LockTime;
        return View(stored, stored.Token);
    }

    private static WireReceived View(Stored stored, string token) => new(
        stored.Message.MessageId, stored.Message.Body, stored.Deliveries, stored.Sequence, token, stored.AvailableAt, stored.EnqueuedAt, stored.Reason, stored.Description, stored.Message.Properties, null);

    private Entity Of(string queue) => _queues.TryGetValue(queue, out var entity) ? entity : _queues[queue] = new();

    private void Ring() => Interlocked.Exchange(ref _news, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private sealed class Entity
    {
        public List<Stored> Live { get; } = [];

        public List<Stored> Dead { get; } = [];

        public Dictionary<string, DateTimeOffset> Seen { get; } = [];
    }

    private sealed class Stored(WireMessage message, long sequence, DateTimeOffset enqueuedAt)
    {
        public WireMessage Message => message;

        public long Sequence => sequence;

        public DateTimeOffset EnqueuedAt => enqueuedAt;

        /// <summary>When it can be had: scheduled, or at the end of its lock.</summary>
        public DateTimeOffset AvailableAt { get; set; }

        public int Deliveries { get; set; }

        public string? Token { get; set; }

        public string? Reason { get; init; }

        public string? Description { get; init; }
    }
}
