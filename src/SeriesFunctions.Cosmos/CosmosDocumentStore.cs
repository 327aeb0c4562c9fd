using System.Globalization;
using Azure.Identity;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Cosmos;

/// <summary>
/// The document store on Cosmos DB: one container, one item a document or event, one logical partition a call. docs/adr/0010 says why.
/// Items go through the SDK's stream calls, so that a body is never taken apart and put together again on the way.
/// </summary>
public sealed class CosmosDocumentStore(CosmosClient client, IOptions<CosmosOptions> options, RequestCharges charges) : IDocumentStore
{
    private readonly Container _container = client.GetContainer(options.Value.Database, options.Value.Container);
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.Value.OperationSeconds);
    private readonly BatchWriter _writer = new(TimeSpan.FromDays(options.Value.OutboxDays), charges);

    public async ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken)
    {
        Keys.Check(partition, id);
        const string operation = "find";
        return await AskAsync<Document?>(
            operation,
            async deadline =>
            {
                using var response = await _container.ReadItemStreamAsync(CosmosItem.StoredId(id), new(partition.Key), cancellationToken: deadline);
                charges.Record(operation, response.Headers.RequestCharge);
                if (response.IsSuccessStatusCode)
                    return CosmosItem.Read(response.Content, ETag.FromService(response.Headers.ETag));
                var subStatus = SubStatus(response.Headers);
                return Answers.IsNotFound(response.StatusCode, subStatus)
                    ? null
                    : throw Answers.Failure(operation, response.StatusCode, subStatus, response.Headers.ActivityId, null);
            },
            cancellationToken);
    }

    public async ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        if (StoreLimits.Refuse(writes) is { } refusal)
            return refusal;
        foreach (var write in writes)
            Keys.Check(partition, write);
        return await AskAsync(
            BatchWriter.OperationOf(writes),
            deadline => _writer.WriteAsync(_container, partition, writes, deadline),
            cancellationToken);
    }

    public async ValueTask<DocumentPage> ListAsync(
        Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        Keys.Check(partition);
        var (from, to) = (SortKey.Bound(range.From), SortKey.Bound(range.To));
        if (cursor is not null)
        {
            var left = PageCursor.Read(partition, direction, range, cursor);
            (from, to) = direction == Direction.Ascending ? (SortKey.After(left), to) : (from, left);
        }
        // The service takes an empty range too, but it would be a request for nothing.
        if (string.CompareOrdinal(from, to) >= 0)
            return new([], null);
        var query = PageQuery.Of(direction, from, to);
        var (items, last) = await AskAsync("list", deadline => PageAsync(partition, query, limit, deadline), cancellationToken);
        return new(items, last?.Sort is { } sort ? PageCursor.Write(partition, direction, sort) : null);
    }

    public async ValueTask<DocumentPage> ScanAsync(Partition partition, string? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        Keys.Check(partition);
        var query = PageQuery.OfScan(after);
        var (items, last) = await AskAsync("list", deadline => PageAsync(partition, query, limit, deadline), cancellationToken);
        return new(items, last?.Id);
    }

    /// <summary>
    /// The query's first page that is not empty. Optimistic execution sends a query straight to its partition, where the SDK would otherwise ask for a plan first,
    /// which doubles the round trips of every list. It is known to go wrong when the partition splits between two pages of one query (the SDK's issue 4971), so
    /// it is used for one page and never continued: in the rare case that this one is empty but not the last, the query is read again the long way.
    /// </summary>
    /// <returns>The documents, and where the page ends if there is more: the last one's id and stored sort key.</returns>
    private async Task<(List<Document> Items, (string Id, string? Sort)? Last)> PageAsync(Partition partition, QueryDefinition query, int limit, CancellationToken deadline)
    {
        const string operation = "list";
        for (var optimistic = true; ; optimistic = false)
        {
            using var pages = _container.GetItemQueryStreamIterator(
                query,
                requestOptions: new()
                {
                    PartitionKey = new(partition.Key),
                    MaxItemCount = limit,
                    MaxConcurrency = 1,
                    EnableOptimisticDirectExecution = optimistic,
                });
            do
            {
                using var response = await pages.ReadNextAsync(deadline);
                charges.Record(operation, response.Headers.RequestCharge);
                if (!response.IsSuccessStatusCode)
                    throw Answers.Failure(operation, response.StatusCode, SubStatus(response.Headers), response.Headers.ActivityId, null);
                var (items, last) = CosmosItem.ReadPage(response.Content);
                if (items.Count > 0 || !pages.HasMoreResults)
                    return (items, items.Count > 0 && pages.HasMoreResults ? (items[^1].Id, last) : null);
            }
            while (!optimistic);
        }
    }

    /// <summary>
    /// Asks, and turns what is thrown into the port's exceptions. Where the network hangs the SDK would wait and repeat for minutes, and nobody would be there any more.
    /// </summary>
    private async Task<T> AskAsync<T>(string operation, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_patience);
        try
        {
            return await ask(deadline.Token);
        }
        catch (CosmosException e)
        {
            charges.Record(operation, e.RequestCharge);
            throw Answers.Failure(operation, e.StatusCode, e.SubStatusCode, e.ActivityId, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"Cosmos DB did not answer '{operation}' within {_patience.TotalSeconds} s.", e);
        }
        catch (Exception e) when (e is HttpRequestException or AuthenticationFailedException)
        {
            throw new StoreUnavailableException($"Cosmos DB could not be asked '{operation}'.", e);
        }
    }

    /// <summary>The SDK's property for it is internal; the header is part of the REST reference.</summary>
    internal static int SubStatus(Headers headers) =>
        headers.TryGetValue("x-ms-substatus", out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var code) ? code : 0;
}
