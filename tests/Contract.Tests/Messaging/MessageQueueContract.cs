using System.Text;
using SeriesFunctions.Core.Messaging;

namespace Contract.Tests.Messaging;

/// <summary>
/// What every queue promises. An adapter's test class says how to open one; each test has a queue of its own by name, which an adapter whose
/// queues must exist beforehand creates in <see cref="OpenAsync"/>.
/// </summary>
public abstract partial class MessageQueueContract : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Long enough for any machine; only a failing test waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private IMessageQueue? _queue;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The queue of this test.</summary>
    protected virtual string Name { get; } = $"test-{Guid.NewGuid():N}";

    /// <summary>How long the queue remembers an id. The adapters promise <see cref="QueueLimits.DuplicateWindow"/>; an emulator may not be able to.</summary>
    protected virtual TimeSpan DuplicateWindow => QueueLimits.DuplicateWindow;

    private IMessageQueue Queue => _queue!;

    public async ValueTask InitializeAsync() => _queue = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await CloseAsync();
    }

    protected abstract ValueTask<IMessageQueue> OpenAsync();

    protected abstract ValueTask CloseAsync();

    /// <summary>Closes the queue as a stopping host does, and opens it again with whatever it kept.</summary>
    protected abstract ValueTask<IMessageQueue> ReopenAsync();

    /// <summary>The queue's clock.</summary>
    protected abstract DateTimeOffset Now { get; }

    /// <summary>Returns when the queue's clock has gone forward by <paramref name="by"/>: at once where it can be set, else by waiting.</summary>
    protected abstract ValueTask AdvanceAsync(TimeSpan by);

    [Fact]
    public async Task A_message_is_received_with_everything_it_was_given()
    {
        var before = Now;
        await SendAsync("m1", """{"title":"Ünïcödé 🎬"}""");

        var message = await ReceiveOneAsync();

        Assert.Equal((Name, "m1", 1), (message.Queue, message.Id, message.DeliveryCount));
        Assert.Equal("""{"title":"Ünïcödé 🎬"}""", Encoding.UTF8.GetString(message.Body.Span));
        Assert.InRange(message.EnqueuedAt, before - Second, Now + Second);
        Assert.NotEmpty(message.LockToken);
    }

    [Fact]
    public async Task A_completed_message_never_comes_again()
    {
        await SendAsync("m1");
        Assert.True(await Queue.CompleteAsync(await ReceiveOneAsync(), Stop));

        await AdvanceAsync(QueueLimits.LockTime);

        await AssertNothingAsync();
    }

    [Fact]
    public async Task A_queue_gives_only_what_was_sent_to_it()
    {
        await SendAsync("m1");

        Assert.Empty(await Queue.ReceiveAsync(Name + "x", 10, TimeSpan.Zero, Stop));
    }

    [Fact]
    public async Task A_receiver_gets_no_more_than_it_asked_for()
    {
        await Queue.SendAsync(Name, [.. Enumerable.Range(0, 5).Select(n => new QueueMessage($"m{n}", Json("1")))], Stop);

        var first = await Queue.ReceiveAsync(Name, 3, TimeSpan.Zero, Stop);
        Assert.InRange(first.Count, 1, 3);
        var all = first.Concat(await ReceiveAllAsync()).Select(message => message.Id).Order();
        Assert.Equal(["m0", "m1", "m2", "m3", "m4"], all);
    }

    [Fact]
    public async Task Sending_nothing_does_nothing()
    {
        await Queue.SendAsync(Name, [], Stop);

        await AssertNothingAsync();
    }

    [Fact]
    public async Task A_locked_message_is_hidden_until_its_lock_runs_out()
    {
        await SendAsync("m1");
        var first = await ReceiveOneAsync();

        await AdvanceAsync(QueueLimits.LockTime - 2 * Second);
        await AssertNothingAsync();
        await AdvanceAsync(2 * Second);

        var second = await ReceiveOneAsync();
        Assert.Equal(("m1", 2), (second.Id, second.DeliveryCount));
        Assert.NotEqual(first.LockToken, second.LockToken);
    }

    [Fact]
    public async Task A_waiting_receiver_gets_a_message_whose_lock_runs_out()
    {
        await SendAsync("m1");
        await ReceiveOneAsync();
        var waiting = Queue.ReceiveAsync(Name, 1, QueueLimits.LockTime * 3, Stop).AsTask();

        await AdvanceAsync(QueueLimits.LockTime);

        Assert.Equal(2, Assert.Single(await waiting.WaitAsync(Patience, Stop)).DeliveryCount);
    }

    [Fact]
    public async Task Who_lost_the_lock_is_told_so_whatever_it_does()
    {
        await SendAsync("m1");
        var lost = await ReceiveOneAsync();
        await AdvanceAsync(QueueLimits.LockTime);

        await AssertLostAsync(lost);
        var held = await ReceiveOneAsync();
        await AssertLostAsync(lost);

        Assert.True(await Queue.CompleteAsync(held, Stop));
        await AssertLostAsync(lost);
        await AssertLostAsync(held);
        Assert.Empty(await Queue.ListDeadLettersAsync(Name, 10, Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("-1--1")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task A_lock_token_that_is_none_is_a_lost_lock(string token)
    {
        await SendAsync("m1");

        await AssertLostAsync(await ReceiveOneAsync() with { LockToken = token });
    }

    [Fact]
    public async Task A_renewed_lock_holds_for_another_lock_time()
    {
        await SendAsync("m1");
        var message = await ReceiveOneAsync();

        for (var i = 0; i < 3; i++)
        {
            await AdvanceAsync(QueueLimits.LockTime - 5 * Second);
            Assert.True(await Queue.RenewAsync(message, Stop));
        }
        await AdvanceAsync(QueueLimits.LockTime - 5 * Second);

        await AssertNothingAsync();
        Assert.True(await Queue.CompleteAsync(message, Stop));
    }

    [Fact]
    public async Task An_abandoned_message_comes_again_after_its_delay()
    {
        await SendAsync("m1");

        Assert.True(await Queue.AbandonAsync(await ReceiveOneAsync(), TimeSpan.Zero, "first", Stop));
        var second = await ReceiveOneAsync();
        Assert.Equal(2, second.DeliveryCount);
        Assert.True(await Queue.AbandonAsync(second, TimeSpan.FromMinutes(5), "second", Stop));
        await AssertLostAsync(second);
        await AdvanceAsync(TimeSpan.FromMinutes(5) - 2 * Second);
        await AssertNothingAsync();
        await AdvanceAsync(2 * Second);

        Assert.Equal(3, (await ReceiveOneAsync()).DeliveryCount);
    }

    [Fact]
    public async Task A_waiting_receiver_gets_an_abandoned_message_before_its_lock_would_have_ended()
    {
        await SendAsync("m1");
        var message = await ReceiveOneAsync();
        var waiting = Queue.ReceiveAsync(Name, 1, QueueLimits.LockTime / 2, Stop).AsTask();

        Assert.True(await Queue.AbandonAsync(message, TimeSpan.Zero, "again", Stop));

        Assert.Equal(2, Assert.Single(await waiting.WaitAsync(Patience, Stop)).DeliveryCount);
    }

    [Fact]
    public async Task A_waiting_receiver_is_woken_by_a_message()
    {
        var waiting = Queue.ReceiveAsync(Name, 5, TimeSpan.FromMinutes(5), Stop).AsTask();
        Assert.False(waiting.IsCompleted);

        await SendAsync("m1");

        Assert.Equal("m1", Assert.Single(await waiting.WaitAsync(Patience, Stop)).Id);
    }

    [Fact]
    public async Task A_receiver_waits_no_longer_than_it_was_told_to()
    {
        var waiting = Queue.ReceiveAsync(Name, 5, TimeSpan.FromSeconds(30), Stop).AsTask();

        await AdvanceAsync(TimeSpan.FromSeconds(30));

        Assert.Empty(await waiting.WaitAsync(Patience, Stop));
    }

    [Fact]
    public async Task A_waiting_receiver_can_be_called_off()
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var waiting = Queue.ReceiveAsync(Name, 5, TimeSpan.FromMinutes(5), gone.Token).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience, Stop));
        await SendAsync("m1");
        Assert.Equal(1, (await ReceiveOneAsync()).DeliveryCount);
    }

    [Fact]
    public async Task Concurrent_receivers_never_get_the_same_message()
    {
        const int Messages = 400;
        foreach (var part in Enumerable.Range(0, Messages).Chunk(100))
            await Queue.SendAsync(Name, [.. part.Select(n => new QueueMessage($"m{n}", Json("1")))], Stop);

        var received = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            async () =>
            {
                List<ReceivedMessage> mine = [];
                while (await Queue.ReceiveAsync(Name, 1 + worker, TimeSpan.Zero, Stop) is { Count: > 0 } messages)
                {
                    mine.AddRange(messages);
                    // Some are done with while the others still receive, and some stay locked.
                    if (worker % 2 == 0)
                        Assert.True(await Queue.CompleteAsync(messages[0], Stop));
                }
                return mine;
            },
            Stop)));

        var all = received.SelectMany(mine => mine).ToArray();
        Assert.Equal(Messages, all.Length);
        Assert.Equal(Messages, all.Select(message => message.Id).Distinct().Count());
        Assert.All(all, message => Assert.Equal(1, message.DeliveryCount));
    }

    private static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes(text);

    private async Task SendAsync(string id, string body = "{}", DateTimeOffset? scheduledFor = null) =>
        await Queue.SendAsync(Name, [new(id, Json(body), scheduledFor)], Stop);

    /// <summary>The one message that is due.</summary>
    private async Task<ReceivedMessage> ReceiveOneAsync() => Assert.Single(await Queue.ReceiveAsync(Name, 10, TimeSpan.Zero, Stop));

    private async Task<List<ReceivedMessage>> ReceiveAllAsync()
    {
        List<ReceivedMessage> all = [];
        while (await Queue.ReceiveAsync(Name, 10, TimeSpan.Zero, Stop) is { Count: > 0 } messages)
            all.AddRange(messages);
        return all;
    }

    private async Task AssertNothingAsync() => Assert.Empty(await Queue.ReceiveAsync(Name, 10, TimeSpan.Zero, Stop));

    private async Task AssertLostAsync(ReceivedMessage message)
    {
        Assert.False(await Queue.CompleteAsync(message, Stop));
        Assert.False(await Queue.RenewAsync(message, Stop));
        Assert.False(await Queue.AbandonAsync(message, TimeSpan.Zero, "lost", Stop));
        Assert.False(await Queue.DeadLetterAsync(message, "lost", "lost", Stop));
    }
}
