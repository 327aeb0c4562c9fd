using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace Contract.Tests.Sqlite;

public sealed class OutboxRelayTests : IAsyncDisposable
{
    private static readonly Partition Anywhere = new("test|1");

    private readonly SqliteStorage _storage = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Every_event_is_moved_once_and_in_order()
    {
        const int Events = 350;
        for (var n = 0; n < Events; n += 50)
            await EmitAsync([.. Enumerable.Range(n, 50).Select(i => SqliteStorage.Emit($"e{i:d3}"))]);
        await using var relay = _storage.Relay(_ => ["queue"]);
        Assert.Equal(Events, relay.Waiting(Stop));

        var moved = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await relay.MoveAsync(Stop), Stop)));

        Assert.Equal(Events, moved.Sum());
        Assert.Equal(0, relay.Waiting(Stop));
        var received = await _storage.Queue.ReceiveAsync("queue", Events + 1, TimeSpan.Zero, Stop);
        Assert.Equal(Enumerable.Range(0, Events).Select(n => $"e{n:d3}"), received.Select(message => message.Id));
        Assert.All(received, message => Assert.Equal(message.Id, Envelope.Parse(message.Body).Id));
    }

    [Fact]
    public async Task An_event_goes_to_each_of_its_queues_and_is_dropped_where_it_has_none()
    {
        await EmitAsync([SqliteStorage.Emit("e1", "paid"), SqliteStorage.Emit("e2", "ignored"), SqliteStorage.Emit("e3", "opened")]);
        await using var relay = _storage.Relay(name => name switch
        {
            "paid" => ["ledger", "library"],
            "opened" => ["library"],
            _ => [],
        });

        Assert.Equal(3, await relay.MoveAsync(Stop));

        Assert.Equal(["e1"], await IdsAsync("ledger"));
        Assert.Equal(["e1", "e3"], await IdsAsync("library"));
        Assert.Equal(0, relay.Waiting(Stop));
    }

    [Fact]
    public async Task An_event_that_is_due_later_is_scheduled()
    {
        var due = _storage.Clock.GetUtcNow() + TimeSpan.FromMinutes(10);
        await EmitAsync([SqliteStorage.Emit("e1", due: due)]);
        await using var relay = _storage.Relay(_ => ["queue"]);
        await relay.MoveAsync(Stop);

        Assert.Equal(1, _storage.Queue.Counts("queue", Stop).Scheduled);
        Assert.Empty(await IdsAsync("queue"));
        _storage.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["e1"], await IdsAsync("queue"));
    }

    [Fact]
    public async Task A_running_relay_moves_what_it_found_and_what_comes()
    {
        await EmitAsync([SqliteStorage.Emit("before")]);
        await using var relay = _storage.Relay(_ => ["queue"]);
        relay.Start();

        Assert.Equal("before", Assert.Single(await _storage.Queue.ReceiveAsync("queue", 1, TimeSpan.FromSeconds(20), Stop)).Id);
        await EmitAsync([SqliteStorage.Emit("after")]);
        Assert.Equal("after", Assert.Single(await _storage.Queue.ReceiveAsync("queue", 1, TimeSpan.FromSeconds(20), Stop)).Id);
    }

    [Fact]
    public async Task A_relay_that_fails_moves_nothing_and_goes_on_afterwards()
    {
        await EmitAsync([SqliteStorage.Emit("e1"), SqliteStorage.Emit("e2", "unknown")]);
        var broken = true;
        await using var relay = _storage.Relay(name => broken && name == "unknown" ? throw new InvalidOperationException("no route") : ["queue"]);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await relay.MoveAsync(Stop));
        Assert.Equal(2, relay.Waiting(Stop));
        Assert.Empty(await IdsAsync("queue"));
        broken = false;

        Assert.Equal(2, await relay.MoveAsync(Stop));
        Assert.Equal(["e1", "e2"], await IdsAsync("queue"));
    }

    [Fact]
    public async Task An_event_not_yet_moved_survives_a_kill()
    {
        await EmitAsync([SqliteStorage.Emit("e1")]);

        await using var after = _storage.OpenAsAfterAKill();
        await using var relay = after.Relay(_ => ["queue"]);

        Assert.Equal(1, await relay.MoveAsync(Stop));
        Assert.Equal("e1", Assert.Single(await after.Queue.ReceiveAsync("queue", 1, TimeSpan.Zero, Stop)).Id);
    }

    private async Task EmitAsync(IReadOnlyList<Write> events) => Assert.True((await _storage.Documents.WriteAsync(Anywhere, events, Stop)).IsOk);

    private async Task<string[]> IdsAsync(string queue) =>
        [.. (await _storage.Queue.ReceiveAsync(queue, 100, TimeSpan.Zero, Stop)).Select(message => message.Id)];
}
