using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Core.Privacy;

/// <summary>A viewer's partition: by the table, and with each document what it leads to elsewhere. Her access ends; what she paid stays in the books under an id that says nothing.</summary>
internal sealed class ErasureOfViewer(Records records, ErasureWalk walk, AnswerGift answers, ISubscriptionGateway subscriptions, SettleSubscription settle)
{
    public ValueTask<ErasurePlace?> HandleAsync(ErasureTurn turn, ErasurePlace at, CancellationToken cancellationToken) => walk.EachAsync(
        turn, Access.In(turn.User), "", at, (document, row) => DecideAsync(turn, document, row, cancellationToken), cancellationToken);

    private async ValueTask<Fate?> DecideAsync(ErasureTurn turn, Document document, PersonalDocument? row, CancellationToken cancellationToken)
    {
        if (row is null)
            return Fate.Kept;
        if (row.Type == typeof(Access))
            return await AccessAsync(turn, Records.Read<Access>(document), cancellationToken);
        if (row.Type == typeof(CreatorAccess))
            // It leads to what she said; her subscription is ended below, and for one that is over it is not written again.
            return turn.IsSecondPass ? Fate.Deleted : null;
        if (row.Type == typeof(CheckoutRecord))
            return await CheckoutAsync(turn, Records.Read<CheckoutRecord>(document), cancellationToken);
        if (row.Type == typeof(Purchase))
            return await PurchaseAsync(turn, Records.Read<Purchase>(document), cancellationToken);
        if (row.Type == typeof(ReturnedPayment))
            return await BlankAsync<ReturnedPayment>(turn, document.Id, returned => Blanks.Of(returned, turn.Now), _ => null, cancellationToken);
        if (row.Type == typeof(Subscription))
            return await SubscriptionAsync(turn, Records.Read<Subscription>(document), cancellationToken);
        if (row.Type == typeof(Gift))
            return await GiftAsync(turn, Records.Read<Gift>(document), cancellationToken);
        if (row.Type == typeof(OpenCheckout) && Records.Read<OpenCheckout>(document).ExpiresAt > turn.Now)
            return Fate.Kept;
        if (row.Type == typeof(Report))
            return await ReportAsync(turn, Records.Read<Report>(document), cancellationToken);
        return row.OnErasure.Fate;
    }

    private async ValueTask<Fate?> BlankAsync<T>(ErasureTurn turn, string id, Func<T, T> blank, Func<T, string?> sort, CancellationToken cancellationToken)
        where T : class => await walk.BlankAsync(turn, Access.In(turn.User), id, blank, sort, cancellationToken) == Blanking.Missing ? null : Fate.Blanked;

    /// <summary>Emptied first and deleted in the second pass: till then it leads to what she said. The series must not count her among its buyers; a message that is on its way finds her without access too.</summary>
    private async ValueTask<Fate?> AccessAsync(ErasureTurn turn, Access access, CancellationToken cancellationToken)
    {
        var kept = new List<Grant>();
        foreach (var grant in access.Grants.Where(grant => grant.Cause == GrantCause.Purchase))
        {
            if (await records.FindAsync<Purchase>(Purchase.In(turn.User), Purchase.DocumentId(new(grant.CauseId)), cancellationToken) is { Value: { ErasedAt: null } bought } && turn.IsNew(bought.PaidAt))
                kept.Add(grant);
        }
        if (kept.Count == 0 && turn.IsSecondPass)
        {
            await walk.DropAsync<Buyer>(turn, Series.In(access.SeriesId), Buyer.DocumentId(turn.User), cancellationToken);
            return Fate.Deleted;
        }
        await walk.BlankAsync<Access>(
            turn, Access.In(turn.User), Access.DocumentId(access.SeriesId), before => before.Grants.Count == kept.Count ? before : before with { Grants = kept }, after => after.Sort, cancellationToken);
        if (kept.Count > 0)
            return Fate.Kept;
        await walk.DropAsync<Buyer>(turn, Series.In(access.SeriesId), Buyer.DocumentId(turn.User), cancellationToken);
        return null;
    }

    private async ValueTask<Fate?> CheckoutAsync(ErasureTurn turn, CheckoutRecord checkout, CancellationToken cancellationToken)
    {
        if (checkout.State == CheckoutState.Open || turn.IsNew(checkout.CreatedAt) && checkout.State is CheckoutState.Paid or CheckoutState.Refunded or CheckoutState.Disputed)
            return Fate.Kept;
        if (checkout.PromoCode is { } code)
        {
            var uses = CodeUses.In(checkout.SeriesId, code);
            if (await records.FindAsync<CodePaid>(uses, CodePaid.DocumentId(checkout.Id), cancellationToken) is { Value.ReleasedAt: null }
                && await walk.BlankAsync<CodePaid>(turn, uses, CodePaid.DocumentId(checkout.Id), Blanks.Of, _ => null, cancellationToken) != Blanking.Missing)
                turn.Count(typeof(CodePaid), Fate.Blanked);
            if (await records.FindAsync<CodeUses>(uses, CodeUses.OfViewer(turn.User), cancellationToken) is { Value.Held: 0 })
                await walk.DropAsync<CodeUses>(turn, uses, CodeUses.OfViewer(turn.User), cancellationToken);
        }
        // Never paid, and nobody can pay on its page any more.
        var isOver = checkout.State == CheckoutState.Expired || checkout is { State: CheckoutState.Failed, FailureCode: StartCheckout.SessionRefused };
        return isOver && checkout.CreatedAt < turn.Settled ? Fate.Deleted : await BlankAsync<CheckoutRecord>(turn, CheckoutRecord.DocumentId(checkout.Id), before => Blanks.Of(before, turn.Now), _ => null, cancellationToken);
    }

    private async ValueTask<Fate?> PurchaseAsync(ErasureTurn turn, Purchase purchase, CancellationToken cancellationToken)
    {
        if (purchase.ErasedAt is null && turn.IsNew(purchase.PaidAt))
            return Fate.Kept;
        var owner = CheckoutOwner.In(purchase.Id.Checkout);
        if (await walk.BlankAsync<CheckoutOwner>(turn, owner, CheckoutOwner.DocumentId, before => before.Erased ? before : before with { Erased = true }, _ => null, cancellationToken) != Blanking.Missing)
            turn.Count(typeof(CheckoutOwner), Fate.Blanked);
        // Whoever got it need not know any more from whom; while it waits for her it must be known whom to give the money back.
        if (purchase.Gift is { } gift && gift.To != UserId.Erased)
            await walk.BlankAsync<Gift>(
                turn, Gift.In(gift.To), Gift.DocumentId(gift.Id), before => before.State == GiftState.Offered || before.From == UserId.Erased ? before : before with { From = UserId.Erased }, after => after.Sort,
                cancellationToken);
        return await BlankAsync<Purchase>(turn, Purchase.DocumentId(purchase.Id), before => Blanks.Of(before, turn.Now), after => after.Sort, cancellationToken);
    }

    /// <summary>One that runs is ended at the provider, which charges nothing any more; what it says then is what our records say.</summary>
    private async ValueTask<Fate?> SubscriptionAsync(ErasureTurn turn, Subscription subscription, CancellationToken cancellationToken)
    {
        if (subscription.State == SubscriptionState.Incomplete)
            return Fate.Kept;
        if (subscription is { State: not SubscriptionState.Ended, ProviderId: { } providerId })
        {
            if ((await subscriptions.CancelNowAsync(providerId, cancellationToken)).Status == GatewayStatus.Unavailable
                || (await settle.HandleAsync(providerId, null, cancellationToken)).As == SettledAs.Unavailable)
            {
                turn.Waits = true;
                return null;
            }
        }
        return await BlankAsync<Subscription>(turn, Subscription.DocumentId(subscription.Id), before => Blanks.Of(before, turn.Now), after => after.Sort, cancellationToken);
    }

    /// <summary>
    /// One that waits is declined. Of one that is over nobody stands in her place in the giver's purchase, unless the giver's money is still on its way; so nothing that happens to the payment
    /// later leads here, and in the second pass it goes.
    /// </summary>
    private async ValueTask<Fate?> GiftAsync(ErasureTurn turn, Gift gift, CancellationToken cancellationToken)
    {
        if (gift.State == GiftState.Offered)
        {
            _ = await answers.HandleAsync(gift.Id, turn.User, accept: false, cancellationToken);
            return Fate.Kept;
        }
        var purchase = Purchase.In(gift.From);
        if (gift.From != UserId.Erased)
        {
            var bought = (await records.FindAsync<Purchase>(purchase, Purchase.DocumentId(gift.PurchaseId), cancellationToken))?.Value;
            if (gift.State != GiftState.Accepted && bought?.State is PurchaseState.Paid or PurchaseState.PartlyRefunded or PurchaseState.Disputed)
                return Fate.Kept;
            await walk.BlankAsync<Purchase>(
                turn, purchase, Purchase.DocumentId(gift.PurchaseId), before => before.Gift is not { } given || given.To == UserId.Erased ? before : before with { Gift = given with { To = UserId.Erased } },
                after => after.Sort, cancellationToken);
            await walk.BlankAsync<CheckoutRecord>(
                turn, purchase, CheckoutRecord.DocumentId(gift.PurchaseId.Checkout), before => before.GiftTo is null || before.GiftTo == UserId.Erased ? before : before with { GiftTo = UserId.Erased },
                _ => null, cancellationToken);
        }
        return turn.IsSecondPass ? Fate.Deleted : null;
    }

    /// <summary>Her own leads to the one in its case, so it goes last; where that is not written yet, in the second pass.</summary>
    private async ValueTask<Fate?> ReportAsync(ErasureTurn turn, Report report, CancellationToken cancellationToken)
    {
        var gathered = await walk.BlankAsync<GatheredReport>(turn, Case.In(report.SeriesId), GatheredReport.DocumentId(report.Id), Blanks.Of, after => after.Sort, cancellationToken);
        turn.CountUnnamed(typeof(GatheredReport), gathered);
        if (gathered != Blanking.Missing || turn.IsSecondPass || report.At < turn.Settled)
            return Fate.Deleted;
        await walk.BlankAsync<Report>(turn, Access.In(turn.User), report.DocumentId, before => before.Note is null ? before : before with { Note = null }, after => after.Sort, cancellationToken);
        return null;
    }
}
