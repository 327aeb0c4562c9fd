using Contract.Tests.Documents;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace Contract.Tests.Sqlite;

public sealed class SqliteDocumentStoreTests : DocumentStoreContract
{
    private readonly SqliteStorage _storage = new(new(new StandingTime()));

    protected override ValueTask<IDocumentStore> OpenAsync() => new(_storage.Documents);

    protected override ValueTask CloseAsync() => _storage.DisposeAsync();

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _storage.Clock.Advance(by);
        return default;
    }

    protected override async ValueTask<IReadOnlyList<Envelope>> TakeEventsAsync(Partition partition)
    {
        await using var relay = _storage.Relay(_ => ["events"]);
        await relay.MoveAsync(Stop);
        var received = await _storage.Queue.ReceiveAsync("events", 100, TimeSpan.Zero, Stop);
        return [.. received.Select(message => Envelope.Parse(message.Body))];
    }
}
