using System.Globalization;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Local.Payments;

/// <summary>
/// Monthly subscriptions at the other company: charged at the beginning of each period, tried again every other day when that fails, prorated from what was invoiced last when the price rises. The clock moves them: whoever looks
/// at one sees every period that has begun since, each charged at its own time.
/// </summary>
public sealed partial class SimulatedProvider
{
    private static readonly TimeSpan TriesAgainAfter = TimeSpan.FromDays(2);

    /// <summary>Then it gives up and ends the subscription.</summary>
    private const int MostTries = 8;

    private static readonly TimeSpan PortalIsGoodFor = TimeSpan.FromMinutes(5);

    public SimulatedPortal? FindPortal(string id) => _file.Find(id, ProviderJson.Default.SimulatedPortal) is { } portal && clock.GetUtcNow() < portal.ExpiresAt ? portal : null;

    /// <summary>Our subscription is the idempotency key, as a checkout is for a session of its own.</summary>
    public Task<Result<SimulatedSession>> OpenSubscriptionAsync(OpenSubscription request) => OpenAsync(new(
        Ids.From("cs_sim", request.Subject.SubscriptionId.Value), request.Subject.SubscriptionId.Value, request.Subject.ViewerId.Value, "", request.Title,
        request.Terms.Price.Amount, request.Terms.Price.Currency.ToLowerInvariant(), request.SuccessUrl.ToString(), request.CancelUrl.ToString(), SessionStatus.Open, null, clock.GetUtcNow(), request.ExpiresAt,
        Offer: new(request.Subject.SubscriptionId.Value, request.Subject.CreatorId.Value, request.Terms.TierId.Value)));

    /// <summary>As it was when somebody last looked; null where there is none.</summary>
    public SimulatedSubscription? FindSubscription(string id) => _file.Find(id, ProviderJson.Default.SimulatedSubscription);

    /// <summary>As it is by now.</summary>
    public Task<Result<SimulatedSubscription>> FindSubscriptionAsync(string id) => ChangeSubscriptionAsync(id, (subscription, _) => subscription);

    public Task<Result<SimulatedSubscription>> SetRenewalAsync(string id, bool renews) => ChangeSubscriptionAsync(id, (subscription, now) =>
    {
        if (subscription.Status == ProviderSubscriptionStatus.Ended)
            return Ended;
        return subscription.Renews == renews ? subscription : Updated(subscription with { Renews = renews }, now);
    });

    /// <summary>The card from now on. One that works pays what is open.</summary>
    public Task<Result<SimulatedSubscription>> SetCardAsync(string id, bool fails) => ChangeSubscriptionAsync(id, (subscription, now) =>
    {
        if (subscription.Status == ProviderSubscriptionStatus.Ended)
            return Ended;
        var after = subscription with { CardFails = fails };
        Save(after);
        return after.Status == ProviderSubscriptionStatus.PastDue && !fails ? Charge(after, now) : after;
    });

    public Task<Result<SimulatedSubscription>> CancelNowAsync(string id) => ChangeSubscriptionAsync(id, (subscription, now) =>
        subscription.Status == ProviderSubscriptionStatus.Ended ? subscription : End(subscription, now));

    /// <summary>The key of a change that was made answers as it is now; a change that was refused can be asked for again.</summary>
    public Task<Result<SimulatedSubscription>> ChangeTermsAsync(ChangeTerms request) => ChangeSubscriptionAsync(request.Id, (subscription, now) =>
    {
        if (subscription.Keys.Contains(request.Key))
            return subscription;
        if (subscription.Status == ProviderSubscriptionStatus.Ended)
            return Ended;
        var after = subscription with { TierId = request.Terms.TierId.Value, Amount = request.Terms.Price.Amount, Keys = [.. subscription.Keys, request.Key] };
        if (request.AtOnce)
        {
            var left = (decimal)(subscription.To - now).Ticks / (subscription.To - subscription.From).Ticks;
            var difference = (long)Math.Round(after.Amount * left, MidpointRounding.AwayFromZero) - (long)Math.Round(subscription.Billed * left, MidpointRounding.AwayFromZero);
            if (difference > 0 && Declines(subscription))
                return Refused("card-declined", "The card was declined.");
            if (difference > 0)
                after = Paid(after, new(Ids.Derived("in_sim", $"{after.Id} {request.Key}"), InvoiceReason.Change, difference, after.TierId, now, after.To, now, null, after.Amount), now);
        }
        return Updated(after, now);
    });

    public Task<Result<SimulatedPortal>> OpenPortalAsync(string id, string returnUrl) =>
        ChangeAsync<SimulatedSubscription, SimulatedPortal>(id, ProviderJson.Default.SimulatedSubscription, (subscription, now) =>
        {
            var portal = new SimulatedPortal(Ids.New("bps_sim", now), subscription.Id, returnUrl, now + PortalIsGoodFor);
            _file.Save(portal.Id, portal, ProviderJson.Default.SimulatedPortal);
            return portal;
        });

    private static readonly Problem Ended = Refused("subscription-ended", "This subscription has ended.");

    /// <summary>Inside a change only: somebody has paid on the page.</summary>
    private SimulatedSession Subscribe(SimulatedSession session, SimulatedOffer offer, DateTimeOffset now)
    {
        var subscription = new SimulatedSubscription(
            Ids.From("sub_sim", session.Id), offer.SubscriptionId, session.BuyerId, offer.CreatorId, offer.TierId, session.Title, session.Amount, session.Currency, ProviderSubscriptionStatus.Active, now, 0,
            Renews: true, CardFails: false, 0, now.AddMonths(1), null, [], []);
        var paid = session with { Status = SessionStatus.Complete };
        Save(paid);
        Emit("customer.subscription.created", now, (id, type) => StripeEvents.Subscription(id, type, subscription, now));
        subscription = Charge(subscription with { Invoices = [InvoiceOf(subscription)] }, now, card: true);
        Emit("checkout.session.completed", now, (id, type) => StripeEvents.Session(id, type, paid, now));
        return paid;
    }

    private Task<Result<SimulatedSubscription>> ChangeSubscriptionAsync(string id, Func<SimulatedSubscription, DateTimeOffset, Result<SimulatedSubscription>> change) =>
        ChangeAsync<SimulatedSubscription, SimulatedSubscription>(id, ProviderJson.Default.SimulatedSubscription, (subscription, now) => change(Turned(subscription, now), now));

    /// <summary>Inside a change only: everything that the clock has done to it, one thing after the other.</summary>
    private SimulatedSubscription Turned(SimulatedSubscription subscription, DateTimeOffset now)
    {
        while (subscription.NextTurn is { } at && at <= now)
        {
            subscription = subscription.Status switch
            {
                ProviderSubscriptionStatus.PastDue when subscription.FailedTries >= MostTries => End(subscription, at),
                ProviderSubscriptionStatus.PastDue => Charge(subscription, at),
                _ when !subscription.Renews => End(subscription, at),
                _ => Renewed(subscription, at),
            };
        }
        return subscription;
    }

    private SimulatedSubscription Renewed(SimulatedSubscription subscription, DateTimeOffset at)
    {
        var next = subscription with { Period = subscription.Period + 1 };
        return Charge(next with { Invoices = [.. next.Invoices, InvoiceOf(next)] }, at);
    }

    private static SimulatedInvoice InvoiceOf(SimulatedSubscription subscription) => new(
        Ids.Derived("in_sim", string.Create(CultureInfo.InvariantCulture, $"{subscription.Id} {subscription.Period}")), InvoiceReason.Period, subscription.Amount, subscription.TierId, subscription.From, subscription.To,
        subscription.From, null, subscription.Amount);

    /// <summary>Tries to have the latest invoice paid.</summary>
    private SimulatedSubscription Charge(SimulatedSubscription subscription, DateTimeOffset at, bool? card = null)
    {
        var open = subscription.Invoices.Last(invoice => invoice.PaymentId is null);
        if (card ?? !Declines(subscription))
        {
            var paid = subscription with { Invoices = [.. subscription.Invoices.Where(invoice => invoice != open)] };
            return Updated(Paid(paid with { Status = ProviderSubscriptionStatus.Active, FailedTries = 0, NextTurn = paid.To }, open, at), at);
        }
        var failed = subscription with { Status = ProviderSubscriptionStatus.PastDue, FailedTries = subscription.FailedTries + 1, NextTurn = at + TriesAgainAfter };
        Emit("invoice.payment_failed", at, (id, type) => StripeEvents.Invoice(id, type, failed, open, at));
        return Updated(failed, at);
    }

    private bool Declines(SimulatedSubscription subscription) => subscription.CardFails || options.DeclineRenewals;

    private SimulatedSubscription Paid(SimulatedSubscription subscription, SimulatedInvoice invoice, DateTimeOffset at)
    {
        var price = new Money(invoice.Amount, subscription.Currency.ToUpperInvariant());
        var payment = new SimulatedPayment(
            Ids.Derived("pi_sim", invoice.Id), "", subscription.ViewerId, "", invoice.Amount, subscription.Currency, Math.Min(invoice.Amount, price.BasisPoints(options.FeeBasisPoints).Amount + options.FixedFee),
            PaymentStatus.Succeeded, at, [], null, FeeKnownAt: options.FeeDelay > TimeSpan.Zero ? at + options.FeeDelay : null, SubscriptionId: subscription.Id);
        var paid = invoice with { PaymentId = payment.Id };
        Save(payment);
        _file.Enter(new(Ids.From("txn", payment.Id), BookKind.Charge, payment.Amount, payment.Fee, payment.Currency, payment.Id, payment.Id, at));
        var after = subscription with { Invoices = [.. subscription.Invoices, paid] };
        Save(after);
        Emit("invoice.paid", at, (id, type) => StripeEvents.Invoice(id, type, after, paid, at));
        Emit("payment_intent.succeeded", at, (id, type) => StripeEvents.Payment(id, type, payment, at));
        if (payment.FeeKnownAt is { } feeKnownAt)
            Emit("charge.updated", feeKnownAt, (id, type) => StripeEvents.Charge(id, type, payment, feeKnownAt));
        return after;
    }

    private SimulatedSubscription Updated(SimulatedSubscription subscription, DateTimeOffset at)
    {
        Save(subscription);
        Emit("customer.subscription.updated", at, (id, type) => StripeEvents.Subscription(id, type, subscription, at));
        return subscription;
    }

    private SimulatedSubscription End(SimulatedSubscription subscription, DateTimeOffset at)
    {
        var ended = subscription with { Status = ProviderSubscriptionStatus.Ended, EndedAt = at, NextTurn = null };
        Save(ended);
        Emit("customer.subscription.deleted", at, (id, type) => StripeEvents.Subscription(id, type, ended, at));
        return ended;
    }

    private void Save(SimulatedSubscription subscription) => _file.Save(subscription.Id, subscription, ProviderJson.Default.SimulatedSubscription, subscription.NextTurn);
}
