using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Privacy;

/// <summary>Looks for what has to end before somebody is erased, since afterwards nobody could answer for it; and on the way for which of her series were sold.</summary>
internal sealed class FindBlockers(Records records, ErasureWalk walk, SeriesRecords series, CaseRecords cases, LedgerBooks books, ManageSubscription manage, TierRecords tiers)
{
    /// <summary>A month, its grace, and some days.</summary>
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(45);

    public ValueTask<ErasurePlace?> OfViewerAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) => walk.EachAsync(
        turn, Access.In(turn.User), "", at,
        (document, row) =>
        {
            if (row?.Type == typeof(CheckoutRecord) && Records.Read<CheckoutRecord>(document).State == CheckoutState.Open
                || row?.Type == typeof(Subscription) && Records.Read<Subscription>(document).State == SubscriptionState.Incomplete)
                turn.Blockers.Add(ErasureBlockers.Checkout);
            else if (row?.Type == typeof(Purchase))
                Look(turn, Records.Read<Purchase>(document));
            else if (row?.Type == typeof(ReturnedPayment))
            {
                var returned = Records.Read<ReturnedPayment>(document).As;
                Look(turn, returned);
                if (returned.State is PurchaseState.Paid or PurchaseState.PartlyRefunded)
                    turn.Blockers.Add(ErasureBlockers.Refund);
            }
            return default;
        },
        cancellationToken);

    public async ValueTask<ErasurePlace?> OfCreatorAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken)
    {
        var further = await walk.EachAsync(
            turn, CreatorStanding.In(turn.User), "", at,
            async (document, _) =>
            {
                if (Spots.OwnSeriesOf(document) is { } id
                    && (await series.FindAsync(id, cancellationToken) is { Value.DraftState: DraftState.InReview } || await cases.AnyOpenAsync(id, cancellationToken)))
                    turn.Blockers.Add(ErasureBlockers.Review);
                return null;
            },
            cancellationToken);
        // Of either sign: what we owe her, what she owes us, and what is on its way to her.
        var balance = await books.BalanceAsync(turn.User, cancellationToken);
        if (balance.Totals.Any(total => total.Value != 0 && (total.Key.EndsWith(' ' + Accounts.Creator, StringComparison.Ordinal) || total.Key.EndsWith(' ' + Accounts.Payouts, StringComparison.Ordinal))))
            turn.Blockers.Add(ErasureBlockers.Books);
        return further;
    }

    /// <summary>A series is sold while a sale of it was not given back in full; who watches it for nothing is found with the series.</summary>
    public ValueTask<ErasurePlace?> SalesAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) => walk.EachAsync(
        turn, LedgerTransaction.In(turn.User), "line|", at,
        async (document, _) =>
        {
            var line = Records.Read<SaleLine>(document);
            if (line.SeriesId is { } id)
            {
                if (line.Price == 0 || line.Refunded < line.Price)
                    turn.Sold.Add(id);
            }
            else if (!turn.IsSecondPass && line.SoldAt > turn.Now - LongestPeriod)
                await SubscriberAsync(turn, line, cancellationToken);
            return null;
        },
        cancellationToken);

    private static void Look(ErasureTurn turn, Purchase purchase)
    {
        if (purchase.Dispute == DisputeStatus.Open)
            turn.Blockers.Add(ErasureBlockers.Dispute);
        if (purchase.Refunds.Any(refund => refund.Status == RefundStatus.Pending))
            turn.Blockers.Add(ErasureBlockers.Refund);
        if (purchase is { Gift.State: GiftState.Offered, State: PurchaseState.Paid or PurchaseState.PartlyRefunded })
            turn.Blockers.Add(ErasureBlockers.Gift);
    }

    /// <summary>Who has paid for a month keeps it. It is not renewed, and nobody new subscribes: else there would never be an end.</summary>
    private async ValueTask SubscriberAsync(ErasureTurn turn, SaleLine line, CancellationToken cancellationToken)
    {
        if (await records.FindAsync<CheckoutOwner>(CheckoutOwner.In(line.PurchaseId.Checkout), CheckoutOwner.DocumentId, cancellationToken) is not { Value.BuyerId: var viewer }
            || await records.FindAsync<Purchase>(Purchase.In(viewer), Purchase.DocumentId(line.PurchaseId), cancellationToken) is not { Value.Period.SubscriptionId: var id })
            return;
        if (await StateAsync(turn, viewer, id, cancellationToken) is SubscriptionState.Active or SubscriptionState.PastDue)
            await manage.CancelAsync(viewer, id, cancellationToken);
        if (await StateAsync(turn, viewer, id, cancellationToken) is null or SubscriptionState.Ended)
            return;
        if (turn.Blockers.Add(ErasureBlockers.Subscribers))
            await RetireAsync(turn, cancellationToken);
    }

    private async ValueTask<SubscriptionState?> StateAsync(ErasureTurn turn, UserId viewer, SubscriptionId id, CancellationToken cancellationToken) =>
        (await records.FindAsync<Subscription>(Subscription.In(viewer), Subscription.DocumentId(id), cancellationToken))?.Value.StateAt(turn.Now);

    private async ValueTask RetireAsync(ErasureTurn turn, CancellationToken cancellationToken)
    {
        while (await tiers.FindAsync(turn.User, cancellationToken) is { Value.Offered.Count: > 0 } before)
        {
            var after = before.Value with { All = [.. before.Value.All.Select(tier => tier.RetiredAt is null ? tier with { RetiredAt = turn.Now } : tier)] };
            if ((await records.SaveAsync(new Batch(CreatorStanding.In(turn.User)).Replace(CreatorTiers.DocumentId, after, before.ETag), cancellationToken)).IsOk)
                return;
        }
    }
}
