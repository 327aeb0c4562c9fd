using System.Globalization;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Clock;

namespace Model.Tests.Memory;

/// <summary>Queues in memory, with the promises of the port. A receive that need not wait is done when it returns.</summary>
public sealed class MemoryMessageQueue(HostClock clock) : IMessageQueue
{
    private readonly List<Message> _messages = [];
    private readonly List<DeadLetter> _dead = [];
    private readonly Dictionary<(string Queue, string Id), DateTimeOffset> _seen = [];
    private readonly Lock _gate = new();
    private long _locks;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Message(string queue, string id, ReadOnlyMemory<byte> body, DateTimeOffset available, DateTimeOffset enqueued)
    {
        public string Queue => queue;

        public string Id => id;

        public ReadOnlyMemory<byte> Body => body;

        public DateTimeOffset Enqueued => enqueued;

        public DateTimeOffset Available { get; set; } = available;

        public int Deliveries { get; set; }

        public string? Lock { get; set; }
    }

    /// <summary>Queues that have something to receive now.</summary>
    public IReadOnlyList<string> Due
    {
        get
        {
            var now = clock.GetUtcNow();
            return [.. _messages.Where(message => message.Available <= now).Select(message => message.Queue).Distinct()];
        }
    }

    /// <summary>When something can be received next, a locked message counting from the end of its lock; null when there is nothing at all.</summary>
    public DateTimeOffset? Next => _messages.Count == 0 ? null : _messages.Min(message => message.Available);

    public IReadOnlyList<DeadLetter> DeadLetters => _dead;

    /// <summary>Everything that waits, now or for its time, and how often it was delivered.</summary>
    public IEnumerable<(ReadOnlyMemory<byte> Body, int Deliveries)> Waiting => _messages.Select(message => (message.Body, message.Deliveries));

    public ValueTask SendAsync(string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            foreach (var message in messages)
            {
                if (_seen.TryGetValue((queue, message.Id), out var until) && until > now)
                    continue;
                _seen[(queue, message.Id)] = now + QueueLimits.DuplicateWindow;
                _messages.Add(new(queue, message.Id, message.Body.ToArray(), message.ScheduledFor is { } due && due > now ? due : now, now));
            }
            Changed();
        }
        return default;
    }

    public async ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(string queue, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + wait;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var moved = clock.Moved;
            var changed = Volatile.Read(ref _changed).Task;
            var received = Take(queue, max, out var next);
            if (received.Count > 0 || clock.GetUtcNow() >= until)
                return received;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(moved, changed, clock.WaitUntilAsync(next < until ? next.Value : until, either.Token));
            await either.CancelAsync();
        }
    }

    public ValueTask<bool> CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) => Settle(message, found => _messages.Remove(found));

    public ValueTask<bool> RenewAsync(ReceivedMessage message, CancellationToken cancellationToken) =>
        Settle(message, found => found.Available = clock.GetUtcNow() + QueueLimits.LockTime);

    public ValueTask<bool> AbandonAsync(ReceivedMessage message, TimeSpan delay, string reason, CancellationToken cancellationToken) => Settle(message, found =>
    {
        if (found.Deliveries >= QueueLimits.MaxDeliveries)
        {
            Bury(found, reason, "The last delivery failed.");
            return;
        }
        found.Lock = null;
        found.Available = clock.GetUtcNow() + delay;
    });

    public ValueTask<bool> DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
        Settle(message, found => Bury(found, reason, description));

    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
    {
        lock (_gate)
            return new([.. _dead.Where(letter => letter.Queue == queue).Take(max)]);
    }

    public ValueTask<bool> ReplayDeadLetterAsync(string queue, string messageId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_dead.Find(letter => letter.Queue == queue && letter.Id == messageId) is not { } letter)
                return new(false);
            _dead.Remove(letter);
            var now = clock.GetUtcNow();
            _messages.Add(new(queue, letter.Id, letter.Body, now, now));
            Changed();
            return new(true);
        }
    }

    private List<ReceivedMessage> Take(string queue, int max, out DateTimeOffset? next)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            List<ReceivedMessage> received = [];
            foreach (var message in _messages.Where(message => message.Queue == queue && message.Available <= now).OrderBy(message => message.Available).ToList())
            {
                if (received.Count == max)
                    break;
                if (message.Deliveries >= QueueLimits.MaxDeliveries)
                {
                    Bury(message, "MaxDeliveryCountExceeded", "The lock of the last delivery ran out.");
                    continue;
                }
                message.Deliveries++;
                message.Lock = string.Create(CultureInfo.InvariantCulture, $"lock-{++_locks}");
                message.Available = now + QueueLimits.LockTime;
                received.Add(new(queue, message.Id, message.Body, message.Deliveries, message.Lock, message.Enqueued));
            }
            next = _messages.Where(message => message.Queue == queue).Min(message => (DateTimeOffset?)message.Available);
            return received;
        }
    }

    private ValueTask<bool> Settle(ReceivedMessage message, Action<Message> settle)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_messages.Find(held => held.Queue == message.Queue && held.Lock == message.LockToken && held.Available > now) is not { } found)
                return new(false);
            settle(found);
            Changed();
            return new(true);
        }
    }

    private void Bury(Message message, string reason, string description)
    {
        _messages.Remove(message);
        _dead.Add(new(message.Queue, message.Id, message.Body, message.Deliveries, reason, description, clock.GetUtcNow()));
    }

    private void Changed() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
