using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Checkout;

/// <summary>What came of ending a checkout.</summary>
public enum EndedAs
{
    /// <summary>It is over, and nobody can pay on its page.</summary>
    Ended,

    /// <summary>It was paid, or a payment is on its way: nothing was changed here.</summary>
    Paying,

    /// <summary>The provider did not answer, or somebody else wrote meanwhile: to be tried again.</summary>
    Unavailable,
}

/// <summary>
/// Ends an open checkout: first at the provider, so that nobody pays on a page that we call closed, then here, with the use of its promo code to be given back. When its time is over, and
/// when the viewer starts anew with another code or has the series another way. May run any number of times.
/// </summary>
public sealed class EndCheckout(Records records, IPaymentGateway payments, SettlePayment settle, TimeProvider clock) : IHandle<CheckoutDue>
{
    /// <summary>How long to wait for a payment that the provider is still working on, before looking again.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);

    public async ValueTask<Handled> HandleAsync(CheckoutDue message, CancellationToken cancellationToken)
    {
        var partition = CheckoutRecord.In(message.BuyerId);
        if (await records.FindAsync<CheckoutRecord>(partition, CheckoutRecord.DocumentId(message.CheckoutId), cancellationToken) is not { Value.State: CheckoutState.Open } checkout)
            return Handled.Done;
        var now = clock.GetUtcNow();
        if (message.Cause == CheckoutCause.TimeUp && checkout.Value.ExpiresAt - now is var left && left > TimeSpan.Zero)
            return Handled.Retry("not-yet", left);
        var (ended, paymentId) = await TryAsync(checkout, message.Cause, cancellationToken);
        switch (ended)
        {
            case EndedAs.Ended:
                return Handled.Done;
            case EndedAs.Unavailable:
                return Handled.Retry("unavailable");
        }
        if (paymentId is not null)
            return (await settle.HandleAsync(paymentId, cancellationToken)).As == SettledAs.Unavailable ? Handled.Retry("unavailable") : Handled.Done;
        var outcome = await records.SaveAsync(
            new Batch(partition).Replace(CheckoutRecord.DocumentId(message.CheckoutId), checkout.Value, checkout.ETag).Emit(message, now, dueAt: now + LookAgain), cancellationToken);
        return outcome.IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }

    /// <summary>Ends one that was read as open. <see cref="EndedAs.Paying"/> carries the payment's id where there is one.</summary>
    public async ValueTask<(EndedAs As, string? PaymentId)> TryAsync(Stored<CheckoutRecord> checkout, CheckoutCause cause, CancellationToken cancellationToken)
    {
        // Without a session that we know of, nobody has its page's address; a payment on it all the same is settled when it is told of.
        if (checkout.Value.SessionId is { } sessionId)
        {
            var session = await payments.ExpireSessionAsync(sessionId, cancellationToken);
            if (session.Status == GatewayStatus.Unavailable)
                return (EndedAs.Unavailable, null);
            if (session.Value is { IsPaid: true } paid)
                return (EndedAs.Paying, paid.PaymentId);
            if (session.Value is { Status: SessionStatus.Complete } waiting)
            {
                // The buyer's bank has taken its time. Has it said no, the page stays closed and there is nothing to wait for.
                var payment = waiting.PaymentId is { } paymentId ? await payments.FindPaymentAsync(paymentId, cancellationToken) : default;
                if (payment.Status == GatewayStatus.Unavailable)
                    return (EndedAs.Unavailable, null);
                if (payment.Value is not { Status: PaymentStatus.Failed })
                    return (EndedAs.Paying, null);
            }
        }
        return await CloseAsync(records, checkout, cause, failureCode: null, clock.GetUtcNow(), cancellationToken) ? (EndedAs.Ended, null) : (EndedAs.Unavailable, null);
    }

    /// <summary>Writes that a checkout came to its end unpaid. False when somebody else wrote meanwhile.</summary>
    public static async ValueTask<bool> CloseAsync(
        Records records, Stored<CheckoutRecord> checkout, CheckoutCause cause, string? failureCode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var after = checkout.Value.Moved(cause, failureCode);
        var partition = CheckoutRecord.In(after.BuyerId);
        var openId = OpenCheckout.DocumentId(after.SeriesId, after.GiftTo);
        var batch = new Batch(partition).Replace(CheckoutRecord.DocumentId(after.Id), after, checkout.ETag);
        if (await records.FindAsync<OpenCheckout>(partition, openId, cancellationToken) is { } open && open.Value.CheckoutId == after.Id)
            batch.Delete(openId, open.ETag);
        if (after.PromoCode is { } code)
            batch.Emit(new CodeUseDue(after.SeriesId, code, after.BuyerId, after.GiftTo, after.Id), now);
        if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
            return false;
        Telemetry.Count("checkout-" + after.State.ToString().ToLowerInvariant());
        return true;
    }
}

/// <summary>
/// The minute's timer: finds every checkout whose time was over five minutes ago and that is still open, because its message was lost or went to the dead letters while the provider was out,
/// and ends it. While the provider does not answer it looks again each minute.
/// </summary>
public sealed class SweepCheckouts(DueWork due, EndCheckout end)
{
    /// <summary>Noted before a payment page is opened, where the sweep looks: there is no page that nobody would close.</summary>
    public static ValueTask RememberAsync(DueWork due, CheckoutRecord checkout, CancellationToken cancellationToken) =>
        due.RememberAsync(new(DueKind.Checkout, checkout.BuyerId.Value, checkout.Id.Value, checkout.ExpiresAt + DueWork.LeftToItsMessage), cancellationToken);

    public Task HandleAsync(CancellationToken cancellationToken) =>
        due.SweepAsync(DueKind.Checkout, (item, stop) => end.HandleAsync(new(new(item.Id), new(item.Owner), CheckoutCause.TimeUp), stop), cancellationToken);
}

/// <summary>
/// Off the queue: brings the use of a promo code in line with the checkout that held it, as that is now. Also after a crash between holding a use and storing the
/// checkout: then there is none, and the hold goes when its time is over.
/// </summary>
public sealed class SettleCodeUse(Records records, CodeRecords codes, TimeProvider clock) : IHandle<CodeUseDue>
{
    public async ValueTask<Handled> HandleAsync(CodeUseDue message, CancellationToken cancellationToken)
    {
        var checkout = await records.FindAsync<CheckoutRecord>(CheckoutRecord.In(message.BuyerId), CheckoutRecord.DocumentId(message.CheckoutId), cancellationToken);
        var now = clock.GetUtcNow();
        switch (checkout?.Value.State)
        {
            case null or CheckoutState.Expired or CheckoutState.Failed:
                // An expired one may still be paid, late, and its use is committed before it says so; one that failed, or that nobody has to pay, is over.
                var forGood = checkout is { Value: { State: CheckoutState.Failed } or { Price.Amount: 0 } };
                await codes.ReleaseAsync(message.SeriesId, message.Code, message.BuyerId, message.GiftTo, message.CheckoutId, forGood, now, cancellationToken);
                break;
            case CheckoutState.Open:
                // Whatever ends it says so again.
                break;
            default:
                if (await codes.FindAsync(message.SeriesId, message.Code, cancellationToken) is { } code)
                    await codes.CommitAsync(code.Value, message.BuyerId, message.GiftTo, message.CheckoutId, now, cancellationToken);
                break;
        }
        return Handled.Done;
    }
}
