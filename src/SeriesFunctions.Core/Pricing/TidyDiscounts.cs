using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Pricing;

/// <summary>
/// At each edge of a discount: has the series re-indexed, takes ended offers out of it, and says that one started or ended. Prices never wait for this, they follow the clock;
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
            var ended = before.Value.Offers.Where(offer => offer.EndsAt <= now).ToList();
            if (ended.Count == 0)
                return await StartedAsync(before.Value, message, now, cancellationToken);
            var after = (before.Value with { Offers = [.. before.Value.Offers.Where(offer => offer.EndsAt > now)] }).Changed(now);
            var shown = await series.FindPublicAsync(message.SeriesId, cancellationToken);
            var batch = SeriesRecords.Change(before, after, shown, now);
            foreach (var offer in ended)
                batch.Emit(new DiscountEnded(after.Id, after.CreatorId, offer.Id), now, id: Ids.From("evt_end", offer.Id.Value));
            if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
                continue;
            Telemetry.Count("discount-ended");
            return Handled.Done;
        }
    }

    private async ValueTask<Handled> StartedAsync(Series before, DiscountEdge message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (before.Offers.FirstOrDefault(offer => offer.Id == message.DiscountId) is not { } offer || offer.StartsAt != message.At || !offer.HoldsAt(now))
            return Handled.Done;
        // The discount's id makes the event's: where it is on its way already, that is a conflict, and all is well.
        await records.SaveAsync(
            new Batch(Series.In(before.Id)).Emit(new DiscountStarted(before.Id, before.CreatorId, offer.Id), now, id: Ids.From("evt_start", offer.Id.Value)), cancellationToken);
        return Handled.Done;
    }
}

/// <summary>Notes both edges of a discount where the minute's sweep looks, once their own messages have had their time: when thousands end at once, both would do the same work at the same moment.</summary>
public sealed class RememberDiscount(DueWork due) : IHandle<DiscountSet>
{
    public async ValueTask<Handled> HandleAsync(DiscountSet message, CancellationToken cancellationToken)
    {
        await RememberAsync(message, message.StartsAt, cancellationToken);
        await RememberAsync(message, message.EndsAt, cancellationToken);
        return Handled.Done;
    }

    private ValueTask RememberAsync(DiscountSet set, DateTimeOffset edge, CancellationToken cancellationToken) =>
        due.RememberAsync(new(DueKind.Discount, set.SeriesId.Value, set.DiscountId.Value, edge + DueWork.LeftToItsMessage), cancellationToken);
}

/// <summary>The minute's timer: finds every edge of a discount that came due since the last sweep, after any downtime, and tidies what its message did not.</summary>
public sealed class SweepDiscounts(DueWork due, TidyDiscounts tidy)
{
    public Task HandleAsync(CancellationToken cancellationToken) =>
        due.SweepAsync(DueKind.Discount, (item, stop) => tidy.HandleAsync(new(new(item.Owner), new(item.Id), item.At - DueWork.LeftToItsMessage), stop), cancellationToken);
}
