using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Library;

/// <summary>Somebody's access to a series changed.</summary>
public sealed record AccessChanged(UserId ViewerId, SeriesId SeriesId) : IEvent
{
    public static string Name => "access-changed";

    public static int Version => 1;
}

/// <summary>Reads what a viewer has.</summary>
public sealed class LibraryRecords(Records records, SeriesRecords series)
{
    public ValueTask<Stored<Access>?> AccessAsync(UserId viewer, SeriesId id, CancellationToken cancellationToken) =>
        records.FindAsync<Access>(Access.In(viewer), Access.DocumentId(id), cancellationToken);

    /// <summary>The series that the viewer can watch, newest first, each with what is public of it, also where it is unlisted or its creator suspended.</summary>
    public async ValueTask<Result<RecordPage<(Access Access, PublicSeries? Series)>>> PageAsync(UserId viewer, PageRequest page, CancellationToken cancellationToken)
    {
        var read = await records.ListAsync<Access>(Access.In(viewer), SortRange.Prefix("library|"), Direction.Descending, page, cancellationToken);
        if (!read.IsOk(out var accesses, out var problem))
            return problem;
        var items = new List<(Access, PublicSeries?)>(accesses.Items.Count);
        foreach (var access in accesses.Items)
            items.Add((access, (await series.FindPublicAsync(access.SeriesId, cancellationToken))?.Value));
        return new RecordPage<(Access, PublicSeries?)>(items, accesses.Cursor);
    }

    /// <summary>Newest first.</summary>
    public ValueTask<Result<RecordPage<Purchase>>> PurchasesAsync(UserId viewer, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<Purchase>(Access.In(viewer), SortRange.Prefix("purchase|"), Direction.Descending, page, cancellationToken);
}

/// <summary>Off the queue: the series knows who has it, so that it can't be deleted under its buyers. Reads the access as it is now; any order is fine.</summary>
public sealed class NoteBuyer(Records records, LibraryRecords library) : IHandle<AccessChanged>
{
    public async ValueTask<Handled> HandleAsync(AccessChanged message, CancellationToken cancellationToken)
    {
        var access = (await library.AccessAsync(message.ViewerId, message.SeriesId, cancellationToken))?.Value;
        var id = Buyer.DocumentId(message.ViewerId);
        var batch = new Batch(Series.In(message.SeriesId));
        if (access?.IsLive == true)
            batch.Put(id, new Buyer(message.ViewerId, access.FirstGrantedAt), sort: id);
        else
            batch.Delete(id);
        await records.SaveAsync(batch, cancellationToken);
        return Handled.Done;
    }
}
