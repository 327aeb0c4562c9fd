using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Pricing;

/// <summary>
/// At each edge of a discount: takes ended offers out of the series and re-indexes it. Prices never wait for this, they follow the clock;
/// it keeps documents small and tells whom it concerns.
/// </summary>
public sealed class TidyDiscounts(Records records, SeriesRecords series, TimeProvider clock) : IHandle<DiscountEdge>
{
    public async ValueTask<Handled> HandleAsync(DiscountEdge message, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await series.FindAsync(message.SeriesId, cancellationToken) is not { } before)
                return Handled.Done;
            var now = clock.GetUtcNow();
            if (before.Value.Offers.All(offer => offer.EndsAt > now))
                return Handled.Done;
            var after = (before.Value with { Offers = [.. before.Value.Offers.Where(offer => offer.EndsAt > now)] }).Changed(now);
            var shown = await series.FindPublicAsync(message.SeriesId, cancellationToken);
            if (!(await records.SaveAsync(SeriesRecords.Change(before, after, shown, now), cancellationToken)).IsOk)
                continue;
            Telemetry.Count("discount-ended");
            return Handled.Done;
        }
    }
}

/// <summary>Notes both edges of a discount where the minute's sweep looks.</summary>
public sealed class RememberDiscount(DueWork due) : IHandle<DiscountSet>
{
    public async ValueTask<Handled> HandleAsync(DiscountSet message, CancellationToken cancellationToken)
    {
        await due.RememberAsync(new(DueKind.Discount, message.SeriesId.Value, message.DiscountId.Value, message.StartsAt), cancellationToken);
        await due.RememberAsync(new(DueKind.Discount, message.SeriesId.Value, message.DiscountId.Value, message.EndsAt), cancellationToken);
        return Handled.Done;
    }
}

/// <summary>The minute's timer: finds every edge of a discount that came due since the last sweep, after any downtime, and tidies what its message did not.</summary>
public sealed class SweepDiscounts(DueWork due, TidyDiscounts tidy)
{
    public Task HandleAsync(CancellationToken cancellationToken) =>
        due.SweepAsync(DueKind.Discount, (item, stop) => tidy.HandleAsync(new(new(item.Owner), new(item.Id), item.At), stop), cancellationToken);
}
