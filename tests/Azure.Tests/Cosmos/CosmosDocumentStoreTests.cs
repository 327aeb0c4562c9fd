using Contract.Tests.Documents;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace Azure.Tests.Cosmos;

/// <summary>The store port's promises, kept through the real SDK on the account in memory.</summary>
public sealed class CosmosDocumentStoreTests : DocumentStoreContract
{
    private readonly RestStore _store = new();

    protected override ValueTask<IDocumentStore> OpenAsync() => new(_store.Documents);

    protected override ValueTask CloseAsync() => _store.DisposeAsync();

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _store.Clock.Advance(by);
        return default;
    }

    protected override async ValueTask<IReadOnlyList<Envelope>> TakeEventsAsync(Partition partition) => await _store.Feed.TakeAsync(partition, Stop);
}
