using Contract.Tests.Messaging;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Storage;

namespace Contract.Tests.Sqlite;

public sealed class SqliteMessageQueueTests : MessageQueueContract
{
    private readonly SqliteStorage _storage = new(new(new StandingTime()));

    protected override DateTimeOffset Now => _storage.Clock.GetUtcNow();

    [Fact]
    public async Task Counts_say_what_is_due_locked_scheduled_and_dead()
    {
        var queue = _storage.Queue;
        await queue.SendAsync(
            Name,
            [.. Enumerable.Range(0, 6).Select(n => new QueueMessage($"m{n}", "1"u8.ToArray(), n < 4 ? null : Now + TimeSpan.FromHours(n)))],
            Stop);
        var received = await queue.ReceiveAsync(Name, 3, TimeSpan.Zero, Stop);
        await queue.DeadLetterAsync(received[0], "no", "no", Stop);
        await queue.AbandonAsync(received[1], TimeSpan.FromMinutes(1), "later", Stop);

        Assert.Equal(new QueueCounts(Due: 1, Locked: 1, Scheduled: 3, DeadLetters: 1), queue.Counts(Name, Stop));
        _storage.Clock.Advance(QueueLimits.LockTime);
        Assert.Equal(new QueueCounts(Due: 3, Locked: 0, Scheduled: 2, DeadLetters: 1), queue.Counts(Name, Stop));
        Assert.Equal(default, queue.Counts(Name + "x", Stop));
    }

    [Fact]
    public async Task On_a_clock_that_nobody_moves_a_scheduled_message_comes_by_itself()
    {
        await using var running = new SqliteStorage();
        var due = running.Clock.GetUtcNow() + TimeSpan.FromMilliseconds(200);
        await running.Queue.SendAsync(Name, [new("m1", "1"u8.ToArray(), due)], Stop);

        Assert.Equal("m1", Assert.Single(await running.Queue.ReceiveAsync(Name, 1, TimeSpan.FromMinutes(1), Stop)).Id);
        Assert.True(running.Clock.GetUtcNow() >= due, "It came early.");
    }

    [Fact]
    public async Task A_restart_gives_up_the_locks_of_the_process_that_is_gone()
    {
        await _storage.Queue.SendAsync(Name, [new("m1", "1"u8.ToArray())], Stop);
        var lost = Assert.Single(await _storage.Queue.ReceiveAsync(Name, 1, TimeSpan.Zero, Stop));

        await _storage.ReopenAsync();

        Assert.False(await _storage.Queue.CompleteAsync(lost, Stop));
        Assert.Equal(2, Assert.Single(await _storage.Queue.ReceiveAsync(Name, 1, TimeSpan.Zero, Stop)).DeliveryCount);
    }

    protected override ValueTask<IMessageQueue> OpenAsync() => new(_storage.Queue);

    protected override ValueTask CloseAsync() => _storage.DisposeAsync();

    protected override async ValueTask<IMessageQueue> ReopenAsync()
    {
        await _storage.ReopenAsync();
        return _storage.Queue;
    }

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _storage.Clock.Advance(by);
        return default;
    }
}
