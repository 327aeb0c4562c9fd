using System.Globalization;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Analytics;

/// <summary>Finds the link that a payment counts for. See <see cref="Referral"/>.</summary>
public sealed class Attribution(Records records, CreatorLinks links, LinksOptions options)
{
    /// <summary>The name of the place that led to a purchase; null for none.</summary>
    public async ValueTask<string?> OfPurchaseAsync(PurchaseId id, UserId buyer, SeriesId series, UserId creator, DateTimeOffset paidAt, CancellationToken cancellationToken) =>
        (await records.FindAsync<CheckoutRecord>(CheckoutRecord.In(buyer), CheckoutRecord.DocumentId(id.Checkout), cancellationToken))?.Value is { } checkout
            ? await PlaceAsync(checkout.LinkCode, creator, series, checkout.CreatedAt, paidAt, cancellationToken)
            : null;

    /// <summary>The same of a payment for a subscription. A renewal is paid long after the click, and so counts for no link.</summary>
    public ValueTask<string?> OfSubscriptionAsync(Subscription subscription, DateTimeOffset paidAt, CancellationToken cancellationToken) =>
        PlaceAsync(subscription.LinkCode, subscription.CreatorId, series: null, subscription.CreatedAt, paidAt, cancellationToken);

    private async ValueTask<string?> PlaceAsync(string? linkCode, UserId creator, SeriesId? series, DateTimeOffset openedAt, DateTimeOffset paidAt, CancellationToken cancellationToken)
    {
        if (linkCode is null)
            return null;
        var referral = Referral.Parse(linkCode);
        return (await links.FindAsync(referral.Code, cancellationToken))?.Value is { } link && referral.Counts(link, creator, series, openedAt, paidAt, options.AttributionWindow) ? link.PlaceName : null;
    }
}

/// <summary>Off the queue: sales, refunds and lost disputes, on the day on which they happened, and for the place that led to the sale.</summary>
public sealed class CountSales(Records records, StatsRecords stats, Attribution attribution) : IHandle<PurchaseSettled>, IHandle<PurchaseRefunded>, IHandle<RefundCameBack>, IHandle<DisputeMoved>
{
    public async ValueTask<Handled> HandleAsync(PurchaseSettled message, CancellationToken cancellationToken)
    {
        var place = await PlaceAsync(message.PurchaseId, message.BuyerId, message.SeriesId, message.SubscriptionId, message.CreatorId, message.PaidAt, cancellationToken);
        await stats.ContributeAsync(
            message.CreatorId, new(Day(message.PaidAt), message.SeriesId, place, message.Amount.Currency), $"sale|{message.PurchaseId}", new(Sales: 1, Revenue: message.Amount.Amount), cancellationToken);
        return Handled.Done;
    }

    public ValueTask<Handled> HandleAsync(PurchaseRefunded message, CancellationToken cancellationToken) =>
        RefundAsync(message.PurchaseId, message.CreatorId, $"refund|{message.RefundId}", message.Amount, message.At, 1, cancellationToken);

    /// <summary>A refund that did not arrive was none. Counted as one less, so that it may be heard of before the refund is.</summary>
    public ValueTask<Handled> HandleAsync(RefundCameBack message, CancellationToken cancellationToken) =>
        RefundAsync(message.PurchaseId, message.CreatorId, $"back|{message.RefundId}", message.Amount, message.At, -1, cancellationToken);

    /// <summary>A dispute that was lost is money that went back, as a refund is. One that is open is not decided yet, and one that was won cost the creator a fee, which is in her books.</summary>
    public ValueTask<Handled> HandleAsync(DisputeMoved message, CancellationToken cancellationToken) => message.Status == DisputeStatus.Lost
        ? RefundAsync(message.PurchaseId, message.CreatorId, $"dispute|{message.DisputeId}", message.Amount, message.At, 1, cancellationToken)
        : ValueTask.FromResult(Handled.Done);

    private async ValueTask<Handled> RefundAsync(PurchaseId id, UserId creator, string cause, Money amount, DateTimeOffset at, int sign, CancellationToken cancellationToken)
    {
        // A payment that never was a sale is nobody's but the books'.
        if (creator == Ledger.Accounts.Platform)
            return Handled.Done;
        if (await records.FindAsync<CheckoutOwner>(CheckoutOwner.In(id.Checkout), CheckoutOwner.DocumentId, cancellationToken) is not { } owner
            || await records.FindAsync<Purchase>(Purchase.In(owner.Value.BuyerId), Purchase.DocumentId(id), cancellationToken) is not { } purchase)
            return Handled.Retry("owner-not-noted");
        var place = await PlaceAsync(id, owner.Value.BuyerId, owner.Value.SeriesId, purchase.Value.Period?.SubscriptionId, creator, purchase.Value.PaidAt, cancellationToken);
        await stats.ContributeAsync(creator, new(Day(at), owner.Value.SeriesId, place, amount.Currency), cause, new(Refunds: sign, Refunded: sign * amount.Amount), cancellationToken);
        return Handled.Done;
    }

    private async ValueTask<string?> PlaceAsync(PurchaseId id, UserId buyer, SeriesId? series, SubscriptionId? subscription, UserId creator, DateTimeOffset paidAt, CancellationToken cancellationToken)
    {
        if (series is { } bought)
            return await attribution.OfPurchaseAsync(id, buyer, bought, creator, paidAt, cancellationToken);
        return subscription is { } paid && await records.FindAsync<Subscription>(Subscription.In(buyer), Subscription.DocumentId(paid), cancellationToken) is { } found
            ? await attribution.OfSubscriptionAsync(found.Value, paidAt, cancellationToken)
            : null;
    }

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}

/// <summary>
/// Off the queue: subscribers gained, on the day of their first payment, and lost, on the day on which it ended, as the record has it by now; so a message may come late and for another move.
/// One who was never charged was none. Both count for the place that led to the subscription.
/// </summary>
public sealed class CountSubscribers(Records records, StatsRecords stats, Attribution attribution) : IHandle<SubscriptionMoved>
{
    public async ValueTask<Handled> HandleAsync(SubscriptionMoved message, CancellationToken cancellationToken)
    {
        if ((await records.FindAsync<Subscription>(Subscription.In(message.ViewerId), Subscription.DocumentId(message.SubscriptionId), cancellationToken))?.Value is not { FirstPaidAt: { } since } subscription)
            return Handled.Done;
        var place = await attribution.OfSubscriptionAsync(subscription, since, cancellationToken);
        await stats.ContributeAsync(
            subscription.CreatorId, new(Day(since), Place: place), $"gained|{subscription.Id}", new(SubscribersGained: 1), cancellationToken);
        if (subscription is { State: SubscriptionState.Ended, EndedAt: { } ended })
            await stats.ContributeAsync(subscription.CreatorId, new(Day(ended), Place: place), $"lost|{subscription.Id}", new(SubscribersLost: 1), cancellationToken);
        return Handled.Done;
    }

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}

/// <summary>Off the queue: clicks.</summary>
public sealed class CountClicks(StatsRecords stats) : IHandle<ClicksCounted>
{
    public async ValueTask<Handled> HandleAsync(ClicksCounted message, CancellationToken cancellationToken)
    {
        var noted = message.Noted;
        await stats.ContributeAsync(noted.CreatorId, new(noted.Day, noted.SeriesId, noted.Place), $"clicks|{noted.Id}", new(Clicks: noted.Clicks), cancellationToken);
        return Handled.Done;
    }
}

/// <summary>
/// Off the queue: what somebody watched, day by day, as her progress has it by now. Who it was is in the marks as a hash, and gone with them.
/// </summary>
public sealed class CountWatching(Records records, StatsRecords stats) : IHandle<SeriesWatched>
{
    public async ValueTask<Handled> HandleAsync(SeriesWatched message, CancellationToken cancellationToken)
    {
        if (await records.FindAsync<SeriesProgress>(Access.In(message.ViewerId), SeriesProgress.DocumentId(message.SeriesId), cancellationToken) is not { } progress)
            return Handled.Done;
        foreach (var day in progress.Value.Days ?? [])
        {
            var viewer = Ids.Derived("v", string.Create(CultureInfo.InvariantCulture, $"{message.CreatorId} {message.ViewerId} {day.Day:yyyyMMdd}"));
            await stats.ContributeAsync(
                message.CreatorId, new(day.Day, message.SeriesId), $"watch|{message.SeriesId}|{viewer}", new(Views: day.Views, Viewers: 1, WatchSeconds: day.Seconds), cancellationToken);
            // Of all series together she is one viewer of that day.
            await stats.ContributeAsync(message.CreatorId, new(day.Day), $"viewer|{viewer}", new(Viewers: 1), cancellationToken);
        }
        return Handled.Done;
    }
}
