using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Pricing;

/// <summary>A discount was set: its two edges are to be remembered where the sweep looks.</summary>
public sealed record DiscountSet(SeriesId SeriesId, DiscountId DiscountId, DateTimeOffset StartsAt, DateTimeOffset EndsAt) : IEvent
{
    public static string Name => "discount-set";

    public static int Version => 1;
}

/// <summary>Held back until a discount starts or ends; then there is something to tidy and to tell.</summary>
public sealed record DiscountEdge(SeriesId SeriesId, DiscountId DiscountId, DateTimeOffset At) : IEvent
{
    public static string Name => "discount-edge";

    public static int Version => 1;
}

/// <summary>A discount's first instant has come. The price followed the clock already; this is for whoever shows or tells it.</summary>
public sealed record DiscountStarted(SeriesId SeriesId, UserId CreatorId, DiscountId DiscountId) : IEvent
{
    public static string Name => "discount-started";

    public static int Version => 1;
}

/// <summary>A discount is over, by its time or because its creator ended it.</summary>
public sealed record DiscountEnded(SeriesId SeriesId, UserId CreatorId, DiscountId DiscountId) : IEvent
{
    public static string Name => "discount-ended";

    public static int Version => 1;
}

/// <summary>Reads discounts, and adds a new one to a batch of its series' partition.</summary>
public sealed class DiscountRecords(Records records)
{
    public ValueTask<Stored<Discount>?> FindAsync(SeriesId series, DiscountId id, CancellationToken cancellationToken) =>
        records.FindAsync<Discount>(Series.In(series), Discount.DocumentId(id), cancellationToken);

    /// <summary>Newest first, ended ones included.</summary>
    public ValueTask<Result<RecordPage<Discount>>> ListAsync(SeriesId series, PageRequest page, CancellationToken cancellationToken) =>
        records.ListAsync<Discount>(Series.In(series), SortRange.Prefix("discount|"), Direction.Descending, page, cancellationToken);

    /// <summary>The discount, a message at each of its edges, and the note for the sweep that finds what those messages missed.</summary>
    public static Batch AddNew(Batch batch, Discount discount, DateTimeOffset now) => batch
        .Create(Discount.DocumentId(discount.Id), discount, discount.Sort)
        .Emit(new DiscountSet(discount.SeriesId, discount.Id, discount.StartsAt, discount.EndsAt), now)
        .Emit(new DiscountEdge(discount.SeriesId, discount.Id, discount.StartsAt), now, dueAt: discount.StartsAt)
        .Emit(new DiscountEdge(discount.SeriesId, discount.Id, discount.EndsAt), now, dueAt: discount.EndsAt);
}
