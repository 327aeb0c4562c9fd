using System.Text;
using SeriesFunctions.Core.Messaging;

namespace Contract.Tests.Messaging;

public abstract partial class MessageQueueContract
{
    [Fact]
    public async Task A_scheduled_message_is_never_early_and_wakes_who_waits_for_it_when_it_is_due()
    {
        var due = Now + 5 * Second;
        await SendAsync("m1", scheduledFor: due);
        await AssertNothingAsync();
        var waiting = Queue.ReceiveAsync(Name, 10, TimeSpan.FromMinutes(5), Stop).AsTask();

        await AdvanceAsync(3 * Second);
        Assert.False(waiting.IsCompleted);
        await AdvanceAsync(2 * Second);

        var message = Assert.Single(await waiting.WaitAsync(Patience, Stop));
        Assert.Equal(("m1", 1), (message.Id, message.DeliveryCount));
        Assert.True(Now >= due, "It came early.");
    }

    [Fact]
    public async Task A_message_scheduled_for_months_ahead_comes_when_the_clock_gets_there()
    {
        var ahead = TimeSpan.FromDays(180);
        await SendAsync("m1", scheduledFor: Now + ahead);
        var waiting = Queue.ReceiveAsync(Name, 10, 2 * ahead, Stop).AsTask();

        await AdvanceAsync(ahead - TimeSpan.FromSeconds(20));
        await AssertNothingAsync();
        Assert.False(waiting.IsCompleted);
        await AdvanceAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("m1", Assert.Single(await waiting.WaitAsync(Patience, Stop)).Id);
    }

    [Fact]
    public async Task A_message_scheduled_for_the_past_comes_at_once()
    {
        await SendAsync("m1", scheduledFor: Now - TimeSpan.FromDays(1));

        Assert.Equal("m1", (await ReceiveOneAsync()).Id);
    }

    [Fact]
    public async Task A_scheduled_message_does_not_hold_up_the_others()
    {
        await SendAsync("later", scheduledFor: Now + TimeSpan.FromHours(1));
        await SendAsync("now");

        Assert.Equal("now", (await ReceiveOneAsync()).Id);
    }

    [Fact]
    public async Task An_id_seen_within_the_window_is_dropped()
    {
        await SendAsync("m1", "1");
        await SendAsync("m1", "2");
        Assert.Equal("1", Encoding.UTF8.GetString((await ReceiveOneAsync()).Body.Span));
        await AssertNothingAsync();
    }

    [Fact]
    public async Task An_id_is_remembered_for_the_whole_window_after_its_message_is_done()
    {
        await SendAsync("m1");
        Assert.True(await Queue.CompleteAsync(await ReceiveOneAsync(), Stop));

        await AdvanceAsync(DuplicateWindow - TimeSpan.FromSeconds(5));
        await SendAsync("m1");
        await AssertNothingAsync();

        await AdvanceAsync(TimeSpan.FromSeconds(5));
        await SendAsync("m1");
        Assert.Equal(("m1", 1), await ReceiveOneAsync() is var again ? (again.Id, again.DeliveryCount) : default);
    }

    [Fact]
    public async Task An_id_that_comes_twice_in_one_send_is_one_message()
    {
        await Queue.SendAsync(Name, [new("m1", Json("1")), new("m2", Json("1")), new("m1", Json("1"))], Stop);

        Assert.Equal(["m1", "m2"], (await ReceiveAllAsync()).Select(message => message.Id).Order());
    }

    [Fact]
    public async Task The_same_id_may_go_to_two_queues()
    {
        var other = Name + "-other";
        await SendAsync("m1");
        await Queue.SendAsync(other, [new("m1", Json("1"))], Stop);

        Assert.Equal("m1", (await ReceiveOneAsync()).Id);
        Assert.Equal("m1", Assert.Single(await Queue.ReceiveAsync(other, 10, TimeSpan.Zero, Stop)).Id);
    }

    [Fact]
    public async Task The_tenth_failure_dead_letters_with_its_reason()
    {
        await SendAsync("m1", """{"n":1}""");
        for (var delivery = 1; delivery <= QueueLimits.MaxDeliveries; delivery++)
        {
            Assert.Empty(await Queue.ListDeadLettersAsync(Name, 10, Stop));
            var message = await ReceiveOneAsync();
            Assert.Equal(delivery, message.DeliveryCount);
            Assert.True(await Queue.AbandonAsync(message, TimeSpan.Zero, $"reason {delivery}", Stop));
        }

        await AssertNothingAsync();
        var letter = Assert.Single(await Queue.ListDeadLettersAsync(Name, 10, Stop));
        Assert.Equal((Name, "m1", QueueLimits.MaxDeliveries, "reason 10"), (letter.Queue, letter.Id, letter.DeliveryCount, letter.Reason));
        Assert.Equal("""{"n":1}""", Encoding.UTF8.GetString(letter.Body.Span));
        Assert.InRange(letter.DeadLetteredAt, Now - Patience, Now + Second);
    }

    [Fact]
    public async Task A_message_that_nobody_ever_settles_is_a_dead_letter_after_the_tenth_lock()
    {
        await SendAsync("m1");
        for (var delivery = 1; delivery <= QueueLimits.MaxDeliveries; delivery++)
        {
            Assert.Equal(delivery, (await ReceiveOneAsync()).DeliveryCount);
            await AdvanceAsync(QueueLimits.LockTime);
        }
        await SendAsync("m2");

        Assert.Equal("m2", (await ReceiveOneAsync()).Id);
        var letter = Assert.Single(await Queue.ListDeadLettersAsync(Name, 10, Stop));
        Assert.Equal(("m1", QueueLimits.MaxDeliveries, "MaxDeliveryCountExceeded"), (letter.Id, letter.DeliveryCount, letter.Reason));
    }

    [Fact]
    public async Task A_message_that_cannot_succeed_is_kept_with_why()
    {
        await SendAsync("m1");
        var message = await ReceiveOneAsync();

        Assert.True(await Queue.DeadLetterAsync(message, "unknown-series", "There is no series ser_1.", Stop));

        await AssertLostAsync(message);
        await AdvanceAsync(QueueLimits.LockTime);
        await AssertNothingAsync();
        var letter = Assert.Single(await Queue.ListDeadLettersAsync(Name, 10, Stop));
        Assert.Equal(("m1", 1, "unknown-series", "There is no series ser_1."), (letter.Id, letter.DeliveryCount, letter.Reason, letter.Description));
    }

    [Fact]
    public async Task Dead_letters_are_listed_oldest_first_and_no_more_than_asked_for()
    {
        foreach (var id in new[] { "m3", "m1", "m2" })
        {
            await SendAsync(id);
            Assert.True(await Queue.DeadLetterAsync(await ReceiveOneAsync(), "no", "no", Stop));
            await AdvanceAsync(Second);
        }

        Assert.Equal(["m3", "m1"], (await Queue.ListDeadLettersAsync(Name, 2, Stop)).Select(letter => letter.Id));
        Assert.Equal(["m3", "m1", "m2"], (await Queue.ListDeadLettersAsync(Name, 10, Stop)).Select(letter => letter.Id));
        Assert.Empty(await Queue.ListDeadLettersAsync(Name + "x", 10, Stop));
    }

    [Fact]
    public async Task A_replayed_dead_letter_comes_again_as_if_new()
    {
        await SendAsync("m1", """{"n":1}""");
        await SendAsync("m2");
        foreach (var message in await ReceiveAllAsync())
            Assert.True(await Queue.DeadLetterAsync(message, "no", "no", Stop));
        var waiting = Queue.ReceiveAsync(Name, 10, TimeSpan.FromMinutes(5), Stop).AsTask();

        Assert.True(await Queue.ReplayDeadLetterAsync(Name, "m1", Stop));

        // Within the duplicate window, which is not meant for what the queue itself puts back.
        var again = Assert.Single(await waiting.WaitAsync(Patience, Stop));
        Assert.Equal(("m1", 1), (again.Id, again.DeliveryCount));
        Assert.Equal("""{"n":1}""", Encoding.UTF8.GetString(again.Body.Span));
        Assert.Equal("m2", Assert.Single(await Queue.ListDeadLettersAsync(Name, 10, Stop)).Id);
        Assert.False(await Queue.ReplayDeadLetterAsync(Name, "m1", Stop));
        Assert.False(await Queue.ReplayDeadLetterAsync(Name + "x", "m2", Stop));
        Assert.True(await Queue.CompleteAsync(again, Stop));
    }

    [Fact]
    public async Task Delivery_counts_and_everything_else_are_kept_over_a_restart()
    {
        await SendAsync("done");
        Assert.True(await Queue.CompleteAsync(await ReceiveOneAsync(), Stop));
        await SendAsync("dead");
        Assert.True(await Queue.DeadLetterAsync(await ReceiveOneAsync(), "no", "because", Stop));
        await SendAsync("scheduled", scheduledFor: Now + TimeSpan.FromMinutes(5));
        await SendAsync("tried");
        for (var i = 0; i < 3; i++)
            Assert.True(await Queue.AbandonAsync(await ReceiveOneAsync(), TimeSpan.Zero, "not yet", Stop));

        _queue = await ReopenAsync();

        var tried = await ReceiveOneAsync();
        Assert.Equal(("tried", 4), (tried.Id, tried.DeliveryCount));
        Assert.True(await Queue.CompleteAsync(tried, Stop));
        Assert.Equal(("dead", "because"), Assert.Single(await Queue.ListDeadLettersAsync(Name, 10, Stop)) is var letter ? (letter.Id, letter.Description) : default);
        await SendAsync("done");
        await AssertNothingAsync();
        await AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("scheduled", (await ReceiveOneAsync()).Id);
    }

    [Fact]
    public async Task A_message_that_was_locked_at_a_restart_comes_again_with_a_higher_count()
    {
        await SendAsync("m1");
        await ReceiveOneAsync();

        _queue = await ReopenAsync();
        await AdvanceAsync(QueueLimits.LockTime);

        Assert.Equal(2, (await ReceiveOneAsync()).DeliveryCount);
    }

    [Theory]
    [InlineData("it's \"odd\" but legal; -- %_")]
    [InlineData("ä🎬")]
    [InlineData("a/b\\c?d#e")]
    public async Task Odd_characters_in_ids_and_reasons_survive(string odd)
    {
        await SendAsync(odd);
        var message = await ReceiveOneAsync();
        Assert.Equal(odd, message.Id);

        Assert.True(await Queue.DeadLetterAsync(message, odd, odd, Stop));
        var letter = Assert.Single(await Queue.ListDeadLettersAsync(Name, 10, Stop));
        Assert.Equal((odd, odd, odd), (letter.Id, letter.Reason, letter.Description));
        Assert.True(await Queue.ReplayDeadLetterAsync(Name, odd, Stop));
    }
}
