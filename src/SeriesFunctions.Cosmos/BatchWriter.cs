using Microsoft.Azure.Cosmos;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Cosmos;

/// <summary>Sends writes: one as the point operation that it is, several as a transactional batch, which the service carries out in order and as one.</summary>
internal sealed class BatchWriter(TimeSpan outboxRetention, RequestCharges charges)
{
    /// <summary>The name under which the request's charge is counted.</summary>
    public static string OperationOf(IReadOnlyList<Write> writes) => writes.Count > 1 ? "batch" : writes[0] switch
    {
        Write.Create => "create",
        Write.Replace => "replace",
        Write.Put => "put",
        Write.Delete => "delete",
        Write.Emit => "emit",
        _ => throw new ArgumentOutOfRangeException(nameof(writes)),
    };

    public async Task<WriteOutcome> WriteAsync(
        Container container, Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        try
        {
            return writes.Count == 1
                ? await WriteOneAsync(container, partition, writes[0], cancellationToken)
                : await WriteAllAsync(container, partition, writes, cancellationToken);
        }
        // A refusal that is thrown, and not answered, came before any single write was looked at.
        catch (CosmosException e) when (Answers.Refusal(e.StatusCode, e.SubStatusCode) is { } status)
        {
            charges.Record(OperationOf(writes), e.RequestCharge);
            return WriteOutcome.Failed(status, -1);
        }
    }

    private async Task<WriteOutcome> WriteOneAsync(Container container, Partition partition, Write write, CancellationToken cancellationToken)
    {
        var operation = OperationOf([write]);
        var key = new PartitionKey(partition.Key);
        using var item = Item(partition, write);
        using var response = await (write switch
        {
            Write.Create or Write.Emit => container.CreateItemStreamAsync(item, key, cancellationToken: cancellationToken),
            Write.Put => container.UpsertItemStreamAsync(item, key, cancellationToken: cancellationToken),
            Write.Replace replace => container.ReplaceItemStreamAsync(
                item, CosmosItem.StoredId(replace.Id), key, new() { IfMatchEtag = ETag.ToService(replace.ETag) }, cancellationToken),
            Write.Delete delete => container.DeleteItemStreamAsync(
                CosmosItem.StoredId(delete.Id), key, delete.ETag is { } etag ? new() { IfMatchEtag = ETag.ToService(etag) } : null, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(write)),
        });
        charges.Record(operation, response.Headers.RequestCharge);
        if (response.IsSuccessStatusCode)
            return WriteOutcome.Ok([HasETag(write) ? ETag.FromService(response.Headers.ETag) : null]);
        var subStatus = CosmosDocumentStore.SubStatus(response.Headers);
        return Answers.Refusal(response.StatusCode, subStatus) is { } status
            ? WriteOutcome.Failed(status, status == WriteStatus.Busy ? -1 : 0)
            : throw Answers.Failure(operation, response.StatusCode, subStatus, response.Headers.ActivityId, null);
    }

    private async Task<WriteOutcome> WriteAllAsync(
        Container container, Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        const string operation = "batch";
        var batch = container.CreateTransactionalBatch(new(partition.Key));
        foreach (var write in writes)
        {
            // The batch disposes the streams once it has been sent.
            var item = Item(partition, write);
            batch = write switch
            {
                Write.Create or Write.Emit => batch.CreateItemStream(item),
                Write.Put => batch.UpsertItemStream(item),
                Write.Replace replace => batch.ReplaceItemStream(
                    CosmosItem.StoredId(replace.Id), item, new() { IfMatchEtag = ETag.ToService(replace.ETag) }),
                Write.Delete delete => batch.DeleteItem(
                    CosmosItem.StoredId(delete.Id), delete.ETag is { } etag ? new() { IfMatchEtag = ETag.ToService(etag) } : null),
                _ => throw new ArgumentOutOfRangeException(nameof(writes)),
            };
        }
        using var response = await batch.ExecuteAsync(cancellationToken);
        charges.Record(operation, response.RequestCharge);
        if (response.IsSuccessStatusCode)
        {
            var etags = new string?[writes.Count];
            for (var i = 0; i < etags.Length; i++)
                etags[i] = HasETag(writes[i]) ? ETag.FromService(response[i].ETag) : null;
            return WriteOutcome.Ok(etags);
        }
        var subStatus = CosmosDocumentStore.SubStatus(response.Headers);
        return Answers.Refusal(response, subStatus)
            ?? throw Answers.Failure(operation, response.StatusCode, subStatus, response.ActivityId, null);
    }

    private static bool HasETag(Write write) => write is not (Write.Delete or Write.Emit);

    private MemoryStream? Item(Partition partition, Write write) => write switch
    {
        Write.Create create => CosmosItem.Write(partition, create.Id, create.Sort, create.Body, create.TimeToLive),
        Write.Replace replace => CosmosItem.Write(partition, replace.Id, replace.Sort, replace.Body, replace.TimeToLive),
        Write.Put put => CosmosItem.Write(partition, put.Id, put.Sort, put.Body, put.TimeToLive),
        Write.Emit emit => CosmosItem.Write(partition, emit.Event, outboxRetention),
        _ => null,
    };
}
