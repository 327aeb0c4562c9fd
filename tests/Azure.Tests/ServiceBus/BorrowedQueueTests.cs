using Contract.Tests;
using Contract.Tests.Messaging;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Clock;

namespace Azure.Tests.ServiceBus;

/// <summary>
/// The suite as it runs on an emulator, on a broker in memory: few queues, borrowed by one test after another, with all that the tests before left in them. Finds a test that
/// would only pass on a queue of its own.
/// </summary>
public sealed class BorrowedQueueTests : MessageQueueContract
{
    private static readonly HostClock s_clock = new(new StandingTime());
    private static readonly ModelBroker s_broker = new(s_clock);
    private static readonly QueuePool s_pool = new("contract");

    private BorrowedQueue? _borrowed;

    protected override DateTimeOffset Now => s_clock.GetUtcNow();

    protected override string Name { get; } = s_pool.Next();

    protected override ValueTask<IMessageQueue> OpenAsync() => new(_borrowed = new(new(s_broker, s_clock), s_broker, s_clock));

    protected override ValueTask CloseAsync() => default;

    protected override ValueTask<IMessageQueue> ReopenAsync() => new(_borrowed!.Reopened(new(s_broker, s_clock)));

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        s_clock.Advance(by);
        return default;
    }

    [Fact]
    public async Task What_others_left_is_not_shown_and_is_gone_afterwards()
    {
        var before = new BorrowedQueue(new(s_broker, s_clock), s_broker, s_clock);
        await before.SendAsync(Name, [new("m1", "{}"u8.ToArray()), new("m2", "{}"u8.ToArray())], Stop);
        var left = await before.ReceiveAsync(Name, 1, TimeSpan.Zero, Stop);
        Assert.True(await before.DeadLetterAsync(left[0], "no", "no", Stop));

        Assert.Empty(await _borrowed!.ReceiveAsync(Name, 10, TimeSpan.Zero, Stop));
        Assert.Empty(await _borrowed.ListDeadLettersAsync(Name, 10, Stop));
        Assert.Empty(await before.ReceiveAsync(Name, 10, TimeSpan.Zero, Stop));
        Assert.Empty(await before.ListDeadLettersAsync(Name, 10, Stop));
    }

    [Fact]
    public void The_pool_and_the_apps_queues_are_no_more_than_the_emulator_takes() =>
        Assert.InRange(s_pool.All.Concat(Queues.All).Distinct().Count(), QueuePool.Size * 3, 50);
}
