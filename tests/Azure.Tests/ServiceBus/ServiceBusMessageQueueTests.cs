using System.Net.Sockets;
using System.Text;
using Azure.Identity;
using Contract.Tests;
using Contract.Tests.Messaging;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.ServiceBus;

namespace Azure.Tests.ServiceBus;

/// <summary>The queue port's promises, kept by our rules on a broker that behaves as Service Bus is documented to.</summary>
public sealed class ServiceBusMessageQueueTests : MessageQueueContract
{
    private readonly HostClock _clock = new(new StandingTime());
    private readonly ModelBroker _broker;

    public ServiceBusMessageQueueTests() => _broker = new(_clock);

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override ValueTask<IMessageQueue> OpenAsync() => new(Open());

    protected override ValueTask CloseAsync() => default;

    protected override ValueTask<IMessageQueue> ReopenAsync() => new(Open());

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return default;
    }

    [Fact]
    public async Task A_message_that_waits_for_its_next_try_keeps_its_id_and_its_count()
    {
        var queue = Open();
        await queue.SendAsync(Name, [new("evt_1", "{}"u8.ToArray())], Stop);
        for (var delivery = 1; delivery < QueueLimits.MaxDeliveries; delivery++)
        {
            var message = await OneAsync(queue);
            Assert.Equal(("evt_1", delivery), (message.Id, message.DeliveryCount));
            Assert.True(await queue.AbandonAsync(message, TimeSpan.FromSeconds(30), "unavailable", Stop));
            Assert.Empty(await queue.ReceiveAsync(Name, 10, TimeSpan.Zero, Stop));
            _clock.Advance(TimeSpan.FromSeconds(30));
        }
        var last = await OneAsync(queue);
        Assert.True(await queue.AbandonAsync(last, TimeSpan.FromMinutes(5), "unavailable", Stop));

        var letter = Assert.Single(await queue.ListDeadLettersAsync(Name, 10, Stop));
        Assert.Equal(("evt_1", QueueLimits.MaxDeliveries, "unavailable"), (letter.Id, letter.DeliveryCount, letter.Reason));
        Assert.Equal(0, _broker.CountOf(Name));
    }

    [Fact]
    public async Task A_crash_between_the_copy_and_the_completion_leaves_one_copy_however_often_it_happens()
    {
        var queue = Open();
        await queue.SendAsync(Name, [new("evt_1", "{}"u8.ToArray())], Stop);
        var message = await OneAsync(queue);
        _broker.CompletingFails = true;
        await Assert.ThrowsAsync<QueueUnavailableException>(async () => await queue.AbandonAsync(message, TimeSpan.FromMinutes(3), "unavailable", Stop));
        Assert.Equal(2, _broker.CountOf(Name));

        // The same step again, from the same state, as after a broken connection: the copy's id is the same, so the broker drops it.
        await _broker.SendAsync(Name, [new(WireRules.CopyId("evt_1", 1, 1), "{}"u8.ToArray(), null, WireRules.CopyProperties("evt_1", 1))], Stop);
        Assert.Equal(2, _broker.CountOf(Name));

        _broker.CompletingFails = false;
        _clock.Advance(QueueLimits.LockTime);
        var again = await OneAsync(queue);
        Assert.Equal(("evt_1", 2), (again.Id, again.DeliveryCount));
        Assert.True(await queue.CompleteAsync(again, Stop));
        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("evt_1", (await OneAsync(queue)).Id);
    }

    [Fact]
    public async Task Locks_that_run_out_count_together_with_earlier_tries()
    {
        var queue = Open();
        await queue.SendAsync(Name, [new("evt_1", "{}"u8.ToArray())], Stop);
        for (var i = 0; i < 6; i++)
        {
            Assert.True(await queue.AbandonAsync(await OneAsync(queue), TimeSpan.FromSeconds(1), "unavailable", Stop));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        for (var delivery = 7; delivery <= QueueLimits.MaxDeliveries; delivery++)
        {
            Assert.Equal(delivery, (await OneAsync(queue)).DeliveryCount);
            _clock.Advance(QueueLimits.LockTime);
        }

        Assert.Empty(await queue.ReceiveAsync(Name, 10, TimeSpan.Zero, Stop));
        var letter = Assert.Single(await queue.ListDeadLettersAsync(Name, 10, Stop));
        Assert.Equal(("evt_1", QueueLimits.MaxDeliveries, WireRules.TooManyDeliveries), (letter.Id, letter.DeliveryCount, letter.Reason));
    }

    [Fact]
    public async Task A_dead_letter_is_replayed_from_among_many_and_the_others_stay()
    {
        var queue = Open();
        var ids = Enumerable.Range(0, 250).Select(n => $"evt_{n}").ToList();
        await queue.SendAsync(Name, [.. ids.Select(id => new QueueMessage(id, Encoding.UTF8.GetBytes($"\"{id}\"")))], Stop);
        foreach (var message in await queue.ReceiveAsync(Name, 250, TimeSpan.Zero, Stop))
            Assert.True(await queue.DeadLetterAsync(message, "no", "because", Stop));

        Assert.True(await queue.ReplayDeadLetterAsync(Name, "evt_222", Stop));

        Assert.Equal("evt_222", (await OneAsync(queue)).Id);
        Assert.Equal(ids.Where(id => id != "evt_222").Order(), (await queue.ListDeadLettersAsync(Name, 1_000, Stop)).Select(letter => letter.Id).Order());
        // And the others can be replayed at once: they were given back, not left locked.
        Assert.True(await queue.ReplayDeadLetterAsync(Name, "evt_3", Stop));
    }

    /// <summary>Whoever looks for one of them receives the others too, which the broker counts.</summary>
    [Fact]
    public async Task A_dead_letter_that_another_was_looked_for_behind_says_how_often_it_was_handled()
    {
        var queue = Open();
        await queue.SendAsync(Name, [new("evt_1", "{}"u8.ToArray())], Stop);
        for (var delivery = 1; delivery <= QueueLimits.MaxDeliveries; delivery++)
        {
            Assert.Equal(delivery, (await OneAsync(queue)).DeliveryCount);
            _clock.Advance(QueueLimits.LockTime);
        }
        await queue.SendAsync(Name, [new("evt_2", "{}"u8.ToArray())], Stop);
        Assert.True(await queue.DeadLetterAsync(await OneAsync(queue), "no", "because", Stop));
        Assert.True(await queue.ReplayDeadLetterAsync(Name, "evt_2", Stop));

        var letter = Assert.Single(await queue.ListDeadLettersAsync(Name, 10, Stop));
        Assert.Equal(("evt_1", QueueLimits.MaxDeliveries, WireRules.TooManyDeliveries), (letter.Id, letter.DeliveryCount, letter.Reason));
    }

    [Fact]
    public async Task What_died_after_a_replay_can_be_replayed_again()
    {
        var queue = Open();
        await queue.SendAsync(Name, [new("evt_1", "{}"u8.ToArray())], Stop);
        for (var i = 0; i < 3; i++)
        {
            var message = await OneAsync(queue);
            Assert.Equal(("evt_1", 1), (message.Id, message.DeliveryCount));
            Assert.True(await queue.DeadLetterAsync(message, "no", "no", Stop));
            Assert.True(await queue.ReplayDeadLetterAsync(Name, "evt_1", Stop));
        }
        Assert.Empty(await queue.ListDeadLettersAsync(Name, 10, Stop));
    }

    [Fact]
    public async Task A_reason_longer_than_the_broker_takes_is_cut()
    {
        var queue = Open();
        await queue.SendAsync(Name, [new("evt_1", "{}"u8.ToArray())], Stop);
        Assert.True(await queue.DeadLetterAsync(await OneAsync(queue), new('r', 5_000), new('d', 5_000), Stop));
        var letter = Assert.Single(await queue.ListDeadLettersAsync(Name, 1, Stop));
        Assert.Equal((WireRules.LongestReason, WireRules.LongestReason), (letter.Reason.Length, letter.Description.Length));
    }

    public static TheoryData<Exception, bool> Thrown => new()
    {
        { new UnauthorizedAccessException("Send is missing."), true },
        { new CredentialUnavailableException("Nobody is signed in."), true },
        { new AuthenticationFailedException("No token."), true },
        { new TimeoutException(), true },
        { new IOException(), true },
        { new SocketException((int)SocketError.HostNotFound), true },
        { new ArgumentException("Too large."), false },
        { new InvalidOperationException(), false },
        { new OperationCanceledException(), false },
    };

    /// <summary>An outage is tried again later; a bug is not called one.</summary>
    [Theory]
    [MemberData(nameof(Thrown), DisableDiscoveryEnumeration = true)]
    public void What_the_library_throws_of_its_own_is_an_outage_or_a_bug(Exception thrown, bool outage) => Assert.Equal(outage, ServiceBusWire.IsOutage(thrown));

    private ServiceBusMessageQueue Open() => new(_broker, _clock);

    private async Task<ReceivedMessage> OneAsync(ServiceBusMessageQueue queue) => Assert.Single(await queue.ReceiveAsync(Name, 10, TimeSpan.Zero, Stop));
}
