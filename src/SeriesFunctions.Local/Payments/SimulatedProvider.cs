using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Local.Clock;

namespace SeriesFunctions.Local.Payments;

/// <summary>
/// The other company: payment pages, payments, refunds, disputes and events, in a file of its own. It knows nothing of our records but the metadata that it was given.
/// What it refuses it answers as a <see cref="Problem"/>; the codes are Stripe's where Stripe has one.
/// </summary>
public sealed partial class SimulatedProvider(string folder, HostClock clock, SimulatedProviderOptions options) : IDisposable
{
    /// <summary>As long as Stripe shows its own.</summary>
    private static readonly TimeSpan EventsKeptFor = TimeSpan.FromDays(30);

    private static readonly Problem Missing = Problem.NotFound("object at the payment provider");
    private static readonly Problem OtherParameters = Refused("idempotency-error", "Keys for idempotent requests can only be used with the parameters they were first used with.");

    private readonly ProviderFile _file = new(folder);

    /// <summary>Called after events were stored.</summary>
    public Action EventsStored { get; set; } = () => { };

    public SimulatedSession? FindSession(string id) => _file.Find(id, ProviderJson.Default.SimulatedSession);

    public SimulatedPayment? FindPayment(string id) => _file.Find(id, ProviderJson.Default.SimulatedPayment);

    /// <summary>The checkout is the idempotency key: asked again, the same session; asked again for something else, a refusal.</summary>
    public Task<Result<SimulatedSession>> OpenSessionAsync(OpenSession request) => OpenAsync(new(
        Ids.From("cs_sim", request.CheckoutId.Value), request.CheckoutId.Value, request.Subject.BuyerId.Value, request.Subject.SeriesId.Value, request.Title,
        request.Price.Amount, request.Price.Currency.ToLowerInvariant(), request.SuccessUrl.ToString(), request.CancelUrl.ToString(), SessionStatus.Open, null, clock.GetUtcNow(), request.ExpiresAt));

    private Task<Result<SimulatedSession>> OpenAsync(SimulatedSession opened) => _file.ChangeAsync<Result<SimulatedSession>>(() =>
    {
        if (_file.Load(opened.Id, ProviderJson.Default.SimulatedSession) is { } before)
        {
            // Everything but what became of it since.
            var asked = before with { Status = opened.Status, PaymentId = opened.PaymentId, CreatedAt = opened.CreatedAt, PaidAt = opened.PaidAt };
            return asked == opened ? before : OtherParameters;
        }
        Save(opened);
        return opened;
    });

    /// <summary>Nobody can pay on it any more. One that is paid or expired already is answered as it is.</summary>
    public Task<Result<SimulatedSession>> ExpireAsync(string sessionId) => ChangeSessionAsync(sessionId, (session, now) =>
    {
        // One whose time is over is still to be told of.
        if (session.Status != SessionStatus.Open)
            return session;
        var expired = session with { Status = SessionStatus.Expired };
        Save(expired);
        Emit("checkout.session.expired", now, (id, type) => StripeEvents.Session(id, type, expired, now));
        return expired;
    });

    /// <summary>The buyer pays. A page that is paid or expired takes no money. Where cards are declined at random the page may still be open afterwards.</summary>
    public Task<Result<SimulatedSession>> PayAsync(string sessionId) => ChangeSessionAsync(sessionId, (session, now) =>
    {
        if (NotOpen(session, now) is { } refused)
            return refused;
        if (options.DeclinePercent > 0 && RandomNumberGenerator.GetInt32(100) < options.DeclinePercent)
            return Decline(session, now);
        if (session.Offer is { } offer)
            return Subscribe(session, offer, now);
        var price = new Money(session.Amount, session.Currency.ToUpperInvariant());
        var paidAt = now + options.ConfirmationDelay;
        var payment = new SimulatedPayment(
            Ids.From("pi_sim", session.Id), session.CheckoutId, session.BuyerId, session.SeriesId, session.Amount, session.Currency,
            Math.Min(session.Amount, price.BasisPoints(options.FeeBasisPoints).Amount + options.FixedFee), paidAt > now ? PaymentStatus.Processing : PaymentStatus.Succeeded, now, [], null,
            paidAt > now ? paidAt : null, options.FeeDelay > TimeSpan.Zero ? paidAt + options.FeeDelay : null);
        var paid = session with { Status = SessionStatus.Complete, PaymentId = payment.Id, PaidAt = paidAt > now ? paidAt : null };
        Save(paid);
        Save(payment);
        _file.Enter(new(Ids.From("txn", payment.Id), BookKind.Charge, payment.Amount, payment.Fee, payment.Currency, payment.Id, payment.Id, paidAt));
        if (paidAt > now)
        {
            // Told twice, as Stripe does: the page was filled in, and later that the money came.
            Emit("payment_intent.processing", now, (id, type) => StripeEvents.Payment(id, type, payment, now));
            Emit("checkout.session.completed", now, (id, type) => StripeEvents.Session(id, type, paid, now));
        }
        Emit("payment_intent.succeeded", paidAt, (id, type) => StripeEvents.Payment(id, type, payment, paidAt));
        Emit(paidAt > now ? "checkout.session.async_payment_succeeded" : "checkout.session.completed", paidAt, (id, type) => StripeEvents.Session(id, type, paid, paidAt));
        if (payment.FeeKnownAt is { } feeKnownAt)
            Emit("charge.updated", feeKnownAt, (id, type) => StripeEvents.Charge(id, type, payment, feeKnownAt));
        return paid;
    });

    /// <summary>The card is declined; the page stays open for another try.</summary>
    public Task<Result<SimulatedSession>> DeclineAsync(string sessionId) => ChangeSessionAsync(sessionId, (session, now) => NotOpen(session, now) ?? Decline(session, now));

    /// <summary>The key makes the refund's id: asked again, the same refund; asked again for something else, a refusal.</summary>
    public Task<Result<SimulatedRefund>> RefundAsync(RefundPayment request) =>
        RefundAsync(request.PaymentId, Ids.Derived("re_sim", request.Key), request.Amount.Amount, request.Amount.Currency, request.Key);

    /// <summary>Somebody gives money back at the provider itself: all that is left, or a part.</summary>
    public Task<Result<SimulatedRefund>> RefundHereAsync(string paymentId, long? amount, string? requestKey = null) =>
        RefundAsync(paymentId, requestKey is null ? Ids.New("re_sim", clock.GetUtcNow()) : Ids.Derived("re_sim", $"here {requestKey}"), amount, null, null);

    private Task<Result<SimulatedRefund>> RefundAsync(string paymentId, string refundId, long? asked, string? currency, string? key) =>
        ChangeAsync<SimulatedPayment, SimulatedRefund>(paymentId, ProviderJson.Default.SimulatedPayment, (payment, now) =>
        {
            var amount = asked ?? payment.Amount - payment.Refunded;
            if (_file.Load(refundId, ProviderJson.Default.SimulatedRefund) is { } before)
                return before.PaymentId == payment.Id && before.Amount == amount ? before : OtherParameters;
            if (payment.StatusAt(now) != PaymentStatus.Succeeded)
                return Refused("charge-not-paid", "This payment did not succeed.");
            if (payment.Dispute is { Status: not DisputeStatus.Won })
                return Refused("charge-disputed", "This payment is disputed.");
            if (currency is not null && !string.Equals(currency, payment.Currency, StringComparison.OrdinalIgnoreCase))
                return Refused("parameter-invalid", "A refund is in the currency of its payment.");
            if (payment.Refunded >= payment.Amount)
                return Refused("charge-already-refunded", "All of this was given back already.");
            if (amount <= 0 || amount > payment.Amount - payment.Refunded)
                return Refused("amount-too-large", "There is not so much left to refund.");
            var made = new SimulatedRefund(refundId, payment.Id, amount, RefundStatus.Succeeded, now, key);
            var refunded = payment with { Refunds = [.. payment.Refunds, made] };
            _file.Save(refundId, made, ProviderJson.Default.SimulatedRefund);
            Save(refunded);
            _file.Enter(new(Ids.Derived("txn", refundId), BookKind.Refund, -amount, 0, payment.Currency, refundId, payment.Id, now));
            Emit("charge.refunded", now, (id, type) => StripeEvents.Charge(id, type, refunded, now));
            return made;
        });

    /// <summary>The buyer's bank does not take a refund: the money comes back to us.</summary>
    public Task<Result<SimulatedRefund>> FailRefundAsync(string refundId) => ChangeAsync<SimulatedRefund, SimulatedRefund>(refundId, ProviderJson.Default.SimulatedRefund, (refund, now) =>
    {
        if (refund.Status != RefundStatus.Succeeded || _file.Load(refund.PaymentId, ProviderJson.Default.SimulatedPayment) is not { } payment)
            return Refused("refund-not-failable", "This refund has failed already.");
        var failed = refund with { Status = RefundStatus.Failed };
        var after = payment with { Refunds = [.. payment.Refunds.Select(r => r.Id == refundId ? failed : r)] };
        _file.Save(refundId, failed, ProviderJson.Default.SimulatedRefund);
        Save(after);
        _file.Enter(new(Ids.Derived("txn", $"{refundId} failed"), BookKind.RefundFailure, refund.Amount, 0, payment.Currency, refundId, payment.Id, now));
        Emit("refund.failed", now, (id, type) => StripeEvents.Refund(id, type, failed, payment.Currency, now));
        return failed;
    });

    /// <summary>Money goes from our balance to a creator's account. The key makes the transfer's id.</summary>
    public Task<Result<SimulatedTransfer>> TransferAsync(MakeTransfer request)
    {
        var now = clock.GetUtcNow();
        var made = new SimulatedTransfer(Ids.Derived("tr_sim", request.Key), request.Account, request.Amount.Amount, request.Amount.Currency.ToLowerInvariant(), now);
        return _file.ChangeAsync<Result<SimulatedTransfer>>(() =>
        {
            if (_file.Load(made.Id, ProviderJson.Default.SimulatedTransfer) is { } before)
                return before with { CreatedAt = now } == made ? before : OtherParameters;
            if (options.RefuseTransfers || !made.Account.StartsWith("acct_", StringComparison.Ordinal))
                return Refused("account-invalid", "There is no such account, or it can't receive transfers.");
            if (_file.Load(made.Account, ProviderJson.Default.SimulatedAccount) is { Status: not PayoutAccountStatus.Ready })
                return Refused("insufficient-capabilities-for-transfer", "This account can't receive transfers yet, or not any more.");
            if (made.Amount <= 0)
                return Refused("parameter-invalid-integer", "A transfer moves at least one minor unit.");
            if (_file.Balance(made.Currency, now) < made.Amount)
                return Refused("balance-insufficient", "There is not so much in the balance.");
            _file.Save(made.Id, made, ProviderJson.Default.SimulatedTransfer);
            _file.Enter(new(Ids.Derived("txn", made.Id), BookKind.Transfer, -made.Amount, 0, made.Currency, made.Id, null, now));
            return made;
        });
    }

    public SimulatedRefund? FindRefund(string id) => _file.Find(id, ProviderJson.Default.SimulatedRefund);

    public SimulatedTransfer? FindTransfer(string id) => _file.Find(id, ProviderJson.Default.SimulatedTransfer);

    /// <summary>The payment that a dispute is about; null where there is no such dispute.</summary>
    public SimulatedPayment? FindDisputed(string disputeId) => _file.Find(disputeId, ProviderJson.Default.SimulatedDisputeOf) is { } of ? FindPayment(of.PaymentId) : null;

    /// <summary>An event as it was or will be delivered; null where there is none.</summary>
    public byte[]? FindEvent(string id) => _file.Event(id);

    /// <summary>What moved the balance, up to this instant; each with a number that a next page starts behind.</summary>
    public IReadOnlyList<(long Seq, SimulatedBookEntry Entry)> Books(DateTimeOffset from, DateTimeOffset to, long after, int max)
    {
        var now = clock.GetUtcNow();
        return _file.Books(from, to > now ? now.AddMilliseconds(1) : to, after, max);
    }

    /// <summary>The buyer's bank takes back what was not refunded.</summary>
    public Task<Result<SimulatedPayment>> DisputeAsync(string paymentId) => ChangePaymentAsync(paymentId, (payment, now) =>
    {
        if (payment.StatusAt(now) != PaymentStatus.Succeeded || payment.Dispute is not null || payment.Refunded >= payment.Amount)
            return Refused("not-disputable", "This payment can't be disputed (any more).");
        var disputed = payment with { Dispute = new(Ids.New("dp_sim", now), payment.Amount - payment.Refunded, options.DisputeFee, DisputeStatus.Open, now) };
        Save(disputed);
        var dispute = disputed.Dispute!;
        _file.Save(dispute.Id, new SimulatedDisputeOf(payment.Id), ProviderJson.Default.SimulatedDisputeOf);
        _file.Enter(new(Ids.Derived("txn", dispute.Id), BookKind.Dispute, -dispute.Amount, dispute.Fee, payment.Currency, dispute.Id, payment.Id, now));
        Emit("charge.dispute.created", now, (id, type) => StripeEvents.Dispute(id, type, disputed, now));
        return disputed;
    });

    public Task<Result<SimulatedPayment>> CloseDisputeAsync(string paymentId, bool won) => ChangePaymentAsync(paymentId, (payment, now) =>
    {
        if (payment.Dispute is not { Status: DisputeStatus.Open } dispute)
            return Refused("no-open-dispute", "There is no open dispute.");
        var closed = payment with { Dispute = dispute with { Status = won ? DisputeStatus.Won : DisputeStatus.Lost } };
        Save(closed);
        if (won)
            _file.Enter(new(Ids.Derived("txn", $"{dispute.Id} won"), BookKind.DisputeReversal, dispute.Amount, 0, payment.Currency, dispute.Id, payment.Id, now));
        Emit("charge.dispute.closed", now, (id, type) => StripeEvents.Dispute(id, type, closed, now));
        return closed;
    });

    /// <summary>Tells of pages whose time is over, and charges subscriptions whose time has come.</summary>
    public async Task ExpireOverdueAsync()
    {
        while (_file.Overdue(clock.GetUtcNow()) is { Count: > 0 } overdue)
            await Task.WhenAll(overdue.Select<string, Task>(id => id.StartsWith("sub_", StringComparison.Ordinal) ? FindSubscriptionAsync(id) : ExpireAsync(id)));
        await _file.ForgetDeliveredAsync(clock.GetUtcNow() - EventsKeptFor);
    }

    /// <summary>Events whose time to be delivered has come, in their order unless the options shuffle them.</summary>
    public IReadOnlyList<PendingEvent> DueEvents(int max) => _file.DueEvents(clock.GetUtcNow(), max, options.Shuffle);

    /// <summary>How many events are due and not delivered, those on their way included.</summary>
    public long CountDueEvents() => _file.CountDueEvents(clock.GetUtcNow());

    /// <summary>When the next event is to be delivered; null when none waits.</summary>
    public DateTimeOffset? NextDelivery() => _file.NextDelivery();

    public Task MarkDeliveredAsync(long seq) => _file.MarkDeliveredAsync(seq, clock.GetUtcNow());

    public Task DeliverLaterAsync(long seq, DateTimeOffset at) => _file.DeliverLaterAsync(seq, at);

    public void Dispose() => _file.Dispose();

    private static Problem Refused(string code, string detail) => Problem.Conflict(code, detail);

    private static Problem? NotOpen(SimulatedSession session, DateTimeOffset now) => session.StatusAt(now) switch
    {
        SessionStatus.Complete => Refused("already-paid", "This was paid already."),
        SessionStatus.Expired => Refused("session-expired", "This payment page has expired."),
        _ => null,
    };

    private Result<SimulatedSession> Decline(SimulatedSession session, DateTimeOffset now)
    {
        var declined = new SimulatedPayment(
            Ids.New("pi_sim", now), session.Offer is null ? session.CheckoutId : "", session.BuyerId, session.SeriesId, session.Amount, session.Currency, 0, PaymentStatus.Failed, now, [], null);
        Save(declined);
        Emit("payment_intent.payment_failed", now, (id, type) => StripeEvents.Payment(id, type, declined, now));
        return session;
    }

    private async Task<Result<T>> ChangeAsync<TObject, T>(string id, JsonTypeInfo<TObject> shape, Func<TObject, DateTimeOffset, Result<T>> change)
        where TObject : class
    {
        var now = clock.GetUtcNow();
        var changed = await _file.ChangeAsync(() => _file.Load(id, shape) is { } found ? change(found, now) : Missing);
        EventsStored();
        return changed;
    }

    private Task<Result<SimulatedSession>> ChangeSessionAsync(string id, Func<SimulatedSession, DateTimeOffset, Result<SimulatedSession>> change) =>
        ChangeAsync(id, ProviderJson.Default.SimulatedSession, change);

    private Task<Result<SimulatedPayment>> ChangePaymentAsync(string id, Func<SimulatedPayment, DateTimeOffset, Result<SimulatedPayment>> change) =>
        ChangeAsync(id, ProviderJson.Default.SimulatedPayment, change);

    private void Save(SimulatedSession session) =>
        _file.Save(session.Id, session, ProviderJson.Default.SimulatedSession, session.Status == SessionStatus.Open ? session.ExpiresAt : null);

    private void Save(SimulatedPayment payment) => _file.Save(payment.Id, payment, ProviderJson.Default.SimulatedPayment);

    private void Emit(string type, DateTimeOffset at, Func<string, string, byte[]> write)
    {
        if (options.DropPercent > 0 && RandomNumberGenerator.GetInt32(100) < options.DropPercent)
            return;
        var id = Ids.New("evt_sim", at);
        var body = write(id, type);
        for (var i = 0; i < options.Deliveries; i++)
            _file.Emit(id, body, at + options.EventDelay);
    }
}
