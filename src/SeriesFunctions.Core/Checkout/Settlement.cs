using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;

namespace SeriesFunctions.Core.Checkout;

/// <summary>Our records around one payment, before or after.</summary>
public sealed record Books(CheckoutRecord Checkout, Purchase? Purchase, Access? Access, ReturnedPayment? Returned = null);

/// <summary>What a payment's present state means for our records: the records to store and the events to emit. <see cref="Events"/> empty and books equal: nothing to do.</summary>
public sealed record SettlementDecision(Books After, IReadOnlyList<object> Events);

/// <summary>
/// The one place that decides what a payment does to checkout, purchase and access. Pure, and a function of what is so, not of what was said: however
/// events arrive, the same payment leads to the same books.
/// </summary>
public static class Settlement
{
    public static SettlementDecision Decide(Books before, ProviderPayment payment, bool seriesExists, DateTimeOffset now)
    {
        if (payment.Status != PaymentStatus.Succeeded)
            return new(before, []);
        // What was refused once is never sold later, whatever changed since: its money is on its way back.
        if (before.Returned is { } returned)
            return Refuse(before, payment, returned.Reason);
        // One that failed is over: another payment for it goes back as the first did.
        if (before is { Purchase: null, Checkout: { State: CheckoutState.Failed, FailureCode: { } known } })
            return Refuse(before, payment, known);
        if (before.Purchase is null && Unwanted(before, payment, seriesExists) is { } reason)
            return Refuse(before, payment, reason);

        var events = new List<object>();
        var purchase = before.Purchase;
        if (purchase is null)
        {
            purchase = new(
                PurchaseId.Of(before.Checkout.Id), before.Checkout.BuyerId, before.Checkout.SeriesId, before.Checkout.CreatorId, payment.Id, payment.Amount,
                payment.Fee ?? payment.Amount with { Amount = 0 }, payment.Amount with { Amount = 0 }, PurchaseState.Paid, Dispute: null, DisputeId: null, Refunds: [], payment.CreatedAt, payment.Fee is not null,
                GiftOf(before.Checkout));
            events.Add(new PurchaseSettled(purchase.Id, purchase.BuyerId, purchase.SeriesId, purchase.CreatorId, payment.Id, payment.Amount, purchase.Fee, payment.CreatedAt, purchase.FeeIsKnown));
        }
        else if (purchase.PaymentId != payment.Id)
        {
            // One checkout, two payments: the first one counts.
            return Refuse(before, payment, "paid-twice");
        }

        purchase = Aftermath.Apply(purchase, payment, events);

        var checkout = before.Checkout with
        {
            State = CheckoutMachine.Follow(before.Purchase is null ? CheckoutMachine.Next(before.Checkout.State, CheckoutCause.PaymentKept) : before.Checkout.State, purchase.State),
        };
        if (purchase.Gift is { } gift)
        {
            // Its receiver's partition is another one: there the gift follows what became of the purchase.
            if (purchase.State != before.Purchase?.State && gift.To != UserId.Erased)
                events.Add(new Gifts.GiftMoved(gift.Id, purchase.Id, purchase.BuyerId, gift.To));
            return new(new(checkout, purchase, before.Access), events);
        }
        // Nobody is there any more to have access.
        if (purchase.ErasedAt is not null)
            return new(new(checkout, purchase, before.Access), events);
        var access = Access.Set(
            before.Access, purchase.BuyerId, before.Checkout.SeriesId, GrantCause.Purchase, purchase.Id.Value, Aftermath.GrantOf(purchase.State), Aftermath.ReasonOf(purchase.State), now,
            Aftermath.ActorOf(purchase));
        if (access.IsLive != (before.Access?.IsLive ?? false))
            events.Add(new AccessChanged(purchase.BuyerId, before.Checkout.SeriesId));
        return new(new(checkout, purchase, access), events);
    }

    /// <summary>A checkout with nothing to pay: bought at once, and a sale of zero.</summary>
    public static SettlementDecision Free(CheckoutRecord open, Access? access, DateTimeOffset now)
    {
        var checkout = open.Moved(CheckoutCause.TakenFree);
        var zero = checkout.Price;
        var purchase = new Purchase(
            PurchaseId.Of(checkout.Id), checkout.BuyerId, checkout.SeriesId, checkout.CreatorId, Purchase.FreePayment(checkout.Id), zero, zero, zero,
            PurchaseState.Paid, Dispute: null, DisputeId: null, Refunds: [], now, Gift: GiftOf(checkout));
        var settled = new PurchaseSettled(purchase.Id, purchase.BuyerId, purchase.SeriesId, purchase.CreatorId, purchase.PaymentId, zero, zero, now);
        return purchase.Gift is { } gift
            ? new(new(checkout, purchase, access), [settled, new Gifts.GiftMoved(gift.Id, purchase.Id, purchase.BuyerId, gift.To)])
            : new(
                new(checkout, purchase, Access.Set(access, purchase.BuyerId, checkout.SeriesId, GrantCause.Purchase, purchase.Id.Value, GrantState.Live, null, now)),
                [settled, new AccessChanged(purchase.BuyerId, checkout.SeriesId)]);
    }

    private static PurchasedGift? GiftOf(CheckoutRecord checkout) =>
        checkout.GiftTo is { } receiver ? new(GiftId.Of(checkout.Id), receiver, Gifts.GiftState.Offered) : null;

    /// <summary>Why a payment can't be kept; null when it can.</summary>
    private static string? Unwanted(Books before, ProviderPayment payment, bool seriesExists)
    {
        if (payment.Amount != before.Checkout.Price)
            return "amount-mismatch";
        if (!seriesExists)
            return "series-gone";
        if (before.Checkout.GiftTo is not null)
            return null;
        if (before.Access?.IsLive == true)
            return "already-owned";
        // Another payment of hers is disputed: should we win, she would have paid twice.
        return before.Access?.Grants.Any(grant => grant.State == GrantState.Suspended) == true ? "purchase-disputed" : null;
    }

    /// <summary>The payment goes back in full; a checkout that nothing else was paid for has failed.</summary>
    public static SettlementDecision Refuse(Books before, ProviderPayment payment, string reason)
    {
        var events = new List<object>();
        var returned = GiveBack(before.Returned, payment, before.Checkout.BuyerId, before.Checkout.SeriesId, reason, events);
        var checkout = before.Purchase is null && before.Checkout.State != CheckoutState.Failed ? before.Checkout.Moved(CheckoutCause.PaymentReturned, reason) : before.Checkout;
        return new(before with { Checkout = checkout, Returned = returned }, events);
    }

    /// <summary>Our record of a payment that is not kept, as it stands now: the same object where nothing about it changed.</summary>
    public static ReturnedPayment GiveBack(ReturnedPayment? before, ProviderPayment payment, UserId buyer, SeriesId? seriesId, string reason, List<object> events)
    {
        var taken = before?.As;
        if (taken is null)
        {
            taken = new(
                new(Ids.Derived("ret", payment.Id)), buyer, seriesId, Ledger.Accounts.Platform, payment.Id, payment.Amount,
                payment.Fee ?? payment.Amount with { Amount = 0 }, payment.Amount with { Amount = 0 }, PurchaseState.Paid, Dispute: null, DisputeId: null, Refunds: [], payment.CreatedAt, payment.Fee is not null);
            events.Add(new PaymentTaken(taken.Id, taken.BuyerId, taken.SeriesId, taken.CreatorId, payment.Id, payment.Amount, taken.Fee, payment.CreatedAt, taken.FeeIsKnown));
        }
        taken = Aftermath.Apply(taken, payment, events);
        // Asked for until it shows as given. What the buyer's bank has taken back, or is about to decide on, we can't give.
        if (Left(payment) > 0 && payment.Dispute is null or { Status: DisputeStatus.Won })
            events.Add(new PaymentUnwanted(payment.Id, payment.Amount, reason));
        return before?.As == taken ? before : new(reason, taken);
    }

    /// <summary>What of a payment was not given back and is not on its way, in minor units.</summary>
    public static long Left(ProviderPayment payment) => payment.Amount.Amount - payment.Refunds.Where(r => r.Status != RefundStatus.Failed).Sum(r => r.Amount.Amount);
}
