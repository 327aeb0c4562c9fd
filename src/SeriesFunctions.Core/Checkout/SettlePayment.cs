using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Checkout;

public enum SettledAs
{
    Done,

    /// <summary>The payment is not about one of our checkouts.</summary>
    NotOurs,

    /// <summary>It is, and the checkout is not in our store (yet): to be parked.</summary>
    Unknown,

    /// <summary>The provider did not answer, or somebody else wrote meanwhile: to be tried again.</summary>
    Unavailable,
}

public readonly record struct Settled(SettledAs As, string? Reason = null)
{
    public static readonly Settled Done = new(SettledAs.Done);
}

/// <summary>Asks the provider how a payment stands and brings checkout, purchase and access in line with it, in one batch. May run any number of times.</summary>
public sealed partial class SettlePayment(
    Records records, SeriesRecords series, LibraryRecords library, CodeRecords codes, IPaymentGateway payments, Subscriptions.SettleSubscription subscriptions, TimeProvider clock, ILogger<SettlePayment> logger)
{
    private const int MostAttempts = 5;
    /// <summary>Somebody else wrote at the same time, again and again: to be looked at once more, at once.</summary>
    public static readonly Settled ChangedMeanwhile = new(SettledAs.Unavailable, "changed-meanwhile");

    /// <summary>Two events of one payment come at once as a rule: whoever loses the race looks again, at what the other one wrote.</summary>
    public async ValueTask<Settled> HandleAsync(string paymentId, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var settled = await TryAsync(paymentId, cancellationToken);
            if (settled != ChangedMeanwhile || attempt == MostAttempts)
                return settled;
        }
    }

    private async ValueTask<Settled> TryAsync(string paymentId, CancellationToken cancellationToken)
    {
        var found = await payments.FindPaymentAsync(paymentId, cancellationToken);
        if (found.Status == GatewayStatus.Unavailable)
            return new(SettledAs.Unavailable, found.Reason);
        if (found.Value?.SubscriptionId is { } subscription)
            return await subscriptions.HandleAsync(subscription, paymentId, cancellationToken);
        if (found.Value is not { Subject: { } subject } payment)
            return new(SettledAs.NotOurs, "not-our-payment");
        var partition = CheckoutRecord.In(subject.BuyerId);
        if (await records.FindAsync<CheckoutRecord>(partition, CheckoutRecord.DocumentId(subject.CheckoutId), cancellationToken) is not { } checkout)
            return new(SettledAs.Unknown, "no-such-checkout");

        var purchaseId = PurchaseId.Of(checkout.Value.Id);
        var purchase = await records.FindAsync<Purchase>(partition, Purchase.DocumentId(purchaseId), cancellationToken);
        // Stored together, read one after the other: a purchase of a checkout that was not bought yet was stored in between.
        if (purchase is not null && checkout.Value.State is CheckoutState.Open or CheckoutState.Expired or CheckoutState.Failed)
            return ChangedMeanwhile;
        var access = await library.AccessAsync(subject.BuyerId, checkout.Value.SeriesId, cancellationToken);
        // One that its creator took off sale is still honoured at the price that was promised; one that moderation removed is not sold.
        var seriesExists = await series.FindPublicAsync(checkout.Value.SeriesId, cancellationToken) is { Value: { DeletedAt: null, State: not SeriesState.Removed } };
        var now = clock.GetUtcNow();
        // A payment that did not become this checkout's purchase may have been refused before.
        var returned = purchase?.Value.PaymentId == payment.Id
            ? null
            : await records.FindAsync<ReturnedPayment>(partition, ReturnedPayment.DocumentId(payment.Id), cancellationToken);
        var before = new Books(checkout.Value, purchase?.Value, access?.Value, returned?.Value);
        var decision = Settlement.Decide(before, payment, seriesExists, now);
        if ((purchase is not null || returned is not null) && (decision.Events.Count > 0 || decision.After != before))
        {
            // The payment was read before our records, and these may know something newer of it. Read after them it can't be older than what is replaced: the etags see to that.
            var again = await payments.FindPaymentAsync(paymentId, cancellationToken);
            if (again.Value is not { } newer)
                return new(SettledAs.Unavailable, again.Reason);
            payment = newer;
            decision = Settlement.Decide(before, payment, seriesExists, now);
        }
        // The promo code's use is committed before the purchase is stored: a crash in between commits it once more, and a purchase without its use can't be.
        if (before.Purchase is null && decision.After.Purchase is not null && !await CommitCodeAsync(checkout.Value, now, cancellationToken))
            decision = Settlement.Refuse(before, payment, "code-used-up");

        // Only what changed is written: of the two events that every payment brings, the second finds nothing to do.
        var batch = new Batch(partition);
        if (decision.After.Checkout != before.Checkout)
            batch.Replace(CheckoutRecord.DocumentId(checkout.Value.Id), decision.After.Checkout, checkout.ETag);
        if (decision.After.Purchase is { } bought && bought != before.Purchase)
            batch.Save(Purchase.DocumentId(purchaseId), purchase, bought, bought.Sort);
        if (decision.After.Returned is { } refused && !ReferenceEquals(refused, before.Returned))
            batch.Save(ReturnedPayment.DocumentId(payment.Id), returned, refused);
        if (decision.After.Access is { } granted && !ReferenceEquals(granted, before.Access))
            batch.Save(Access.DocumentId(granted.SeriesId), access, granted, granted.Sort);
        var openId = OpenCheckout.DocumentId(checkout.Value.SeriesId, checkout.Value.GiftTo);
        if (decision.After.Checkout.State != CheckoutState.Open && await records.FindAsync<OpenCheckout>(partition, openId, cancellationToken) is { } open)
        {
            if (open.Value.CheckoutId == checkout.Value.Id)
                batch.Delete(openId, open.ETag);
            // She began another one meanwhile, and this payment gives her what that one is for.
            else if (decision.After.Access?.IsLive == true && before.Access?.IsLive != true)
                batch.Emit(new CheckoutDue(open.Value.CheckoutId, subject.BuyerId, CheckoutCause.Superseded), now);
        }
        if (before.Checkout is { PromoCode: { } code, State: not CheckoutState.Failed } && decision.After.Checkout.State == CheckoutState.Failed)
            batch.Emit(new CodeUseDue(before.Checkout.SeriesId, code, subject.BuyerId, before.Checkout.GiftTo, before.Checkout.Id), now);
        foreach (var happened in decision.Events)
            Emit(batch, happened, now);
        if (batch.Writes.Count == 0)
            return Settled.Done;

        if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
            return ChangedMeanwhile;
        LogSettled(logger, payment.Id, checkout.Value.Id, decision.After.Checkout.State);
        return Settled.Done;
    }

    /// <summary>The provider says that nobody can pay on a session any more.</summary>
    public async ValueTask<Settled> ExpireAsync(ProviderSession session, CancellationToken cancellationToken)
    {
        var partition = CheckoutRecord.In(session.Subject!.BuyerId);
        if (await records.FindAsync<CheckoutRecord>(partition, CheckoutRecord.DocumentId(session.Subject.CheckoutId), cancellationToken) is not { } checkout)
            return new(SettledAs.Unknown, "no-such-checkout");
        if (checkout.Value.State != CheckoutState.Open)
            return Settled.Done;
        return await EndCheckout.CloseAsync(records, checkout, CheckoutCause.TimeUp, failureCode: null, clock.GetUtcNow(), cancellationToken) ? Settled.Done : ChangedMeanwhile;
    }

    private async ValueTask<bool> CommitCodeAsync(CheckoutRecord checkout, DateTimeOffset now, CancellationToken cancellationToken) =>
        checkout.PromoCode is not { } code
        || await codes.FindAsync(checkout.SeriesId, code, cancellationToken) is not { } promo
        || await codes.CommitAsync(promo.Value, checkout.BuyerId, checkout.GiftTo, checkout.Id, now, cancellationToken);

    /// <summary>Adds what a settlement says happened to the batch that stores it.</summary>
    internal static void Emit(Batch batch, object happened, DateTimeOffset now)
    {
        switch (happened)
        {
            case PurchaseSettled settled:
                batch.Emit(settled, now);
                Telemetry.Count("purchase-settled");
                Telemetry.MoneyMoved.Add(settled.Amount.Amount, new("kind", "sale"), new("currency", settled.Amount.Currency));
                break;
            case PurchaseRefunded refunded:
                batch.Emit(refunded, now);
                Telemetry.Count("purchase-refunded");
                Telemetry.MoneyMoved.Add(refunded.Amount.Amount, new("kind", "refund"), new("currency", refunded.Amount.Currency));
                break;
            case DisputeMoved moved:
                batch.Emit(moved, now);
                Telemetry.Count("dispute-moved");
                break;
            case PaymentTaken taken:
                batch.Emit(taken, now);
                break;
            case FeeBecameKnown known:
                batch.Emit(known, now);
                break;
            case RefundCameBack back:
                batch.Emit(back, now);
                Telemetry.Count("refund-came-back");
                break;
            case PaymentUnwanted unwanted:
                batch.Emit(unwanted, now);
                Telemetry.Count("payment-unwanted");
                break;
            case Gifts.GiftMoved gift:
                batch.Emit(gift, now);
                break;
            case AccessChanged changed:
                batch.Emit(changed, now);
                break;
            default:
                throw new InvalidOperationException($"Nobody emits {happened.GetType().Name} yet.");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Payment {PaymentId} settled; checkout {CheckoutId} is {State}")]
    private static partial void LogSettled(ILogger logger, string paymentId, CheckoutId checkoutId, CheckoutState state);
}
