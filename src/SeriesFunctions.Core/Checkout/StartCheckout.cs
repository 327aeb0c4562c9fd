using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Pricing;

namespace SeriesFunctions.Core.Checkout;

/// <summary>
/// What a client asks for. <paramref name="LinkCode"/> says where the viewer came from; <paramref name="PromoCode"/> as she typed it; <paramref name="GiftTo"/> is who is to
/// get it, null for herself.
/// </summary>
public sealed record CheckoutRequest(string SuccessUrl, string CancelUrl, string? LinkCode, string? PromoCode = null, UserId? GiftTo = null);

/// <summary>An answer to "start a checkout". <paramref name="IsNew"/> false: the viewer had this one open already.</summary>
public sealed record StartedCheckout(CheckoutRecord Checkout, bool IsNew);

/// <summary>
/// A viewer starts paying for a series, for herself or for somebody else. Safe to repeat with the same key; asked again with another key it answers the open checkout, or,
/// when another promo code was given, ends that one and starts anew.
/// </summary>
public sealed partial class StartCheckout(
    Records records, MayBuy mayBuy, CodeRecords codes, EndCheckout end, TakeFree free, DueWork due, IdempotencyClaims claims, IPaymentGateway payments, TimeProvider clock, CheckoutOptions options,
    PricingOptions pricing, ILogger<StartCheckout> logger)
{
    /// <summary>A hold this much younger than a checkout's lifetime belongs to a request that is still under way; an older one to one that is not.</summary>
    private static readonly TimeSpan UnderWay = TimeSpan.FromMinutes(1);

    private const int MostLooks = 5;

    public async ValueTask<Result<StartedCheckout>> HandleAsync(SeriesId id, UserId buyer, CheckoutRequest request, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (key.ClaimedId is { } claimed && await FindAsync(buyer, new(claimed), cancellationToken) is { } earlier)
            return await WithSessionAsync(earlier, isNew: true, cancellationToken);
        var started = await DecideAsync(id, buyer, request, key, cancellationToken);
        if (started.Problem is null)
            return started;
        // Refused, perhaps for what this very request did: sent twice at once, the other one has bought it since we looked.
        return await TwinAsync(key, cancellationToken) ?? started;
    }

    private async ValueTask<Result<StartedCheckout>> DecideAsync(SeriesId id, UserId buyer, CheckoutRequest request, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (CheckReturnUrls(request) is { } refused)
            return refused;
        var code = Pricing.PromoCode.Normalize(request.PromoCode);
        if (request.PromoCode is not null && code is null)
            return CodeRules.Unknown;

        CheckoutId? dead = null;
        while (true)
        {
            if (!(await mayBuy.HandleAsync(id, buyer, request.GiftTo, cancellationToken)).IsOk(out var sale, out var problem))
                return problem;
            var now = clock.GetUtcNow();
            if (sale.Open is { } open && open.Value.ExpiresAt > now && await FindAsync(buyer, open.Value.CheckoutId, cancellationToken) is { Value.State: CheckoutState.Open } running)
            {
                if (running.Value.PromoCode == code)
                    return await RunningAsync(running, key, cancellationToken);
                // Its price is another one. Nobody may be able to pay on the old page when the new one opens.
                switch ((await end.TryAsync(running, CheckoutCause.Superseded, cancellationToken)).As)
                {
                    case EndedAs.Paying:
                        return await RunningAsync(running, key, cancellationToken);
                    case EndedAs.Unavailable when (await FindAsync(buyer, open.Value.CheckoutId, cancellationToken))?.ETag == running.ETag:
                        return Problem.Unavailable("payment provider");
                }
                continue;
            }

            var promo = code is null ? null : (await codes.FindAsync(id, code, cancellationToken))?.Value;
            var quote = sale.Shown.QuoteAt(promo?.Terms, pricing.LowestPrice, now);
            if (code is not null && CodeRules.Check(promo, quote, sale.Shown.QuoteAt(now), now) is { } noCode)
                return noCode;
            var hold = new CodeHold(new(Ids.New("chk", now)), now + options.Lifetime);
            if (promo is not null)
            {
                // Held before the checkout is stored: a crash between the two leaves a hold that goes when its time is over, and never a checkout beyond the limit.
                if (!(await codes.HoldAsync(promo, buyer, request.GiftTo, hold, dead, now, cancellationToken)).IsOk(out var held, out problem))
                    return problem;
                if (held.CheckoutId != hold.CheckoutId)
                {
                    var there = await FindAsync(buyer, held.CheckoutId, cancellationToken);
                    if (there is null ? held.ExpiresAt < now + options.Lifetime - UnderWay : there.Value.StateAt(now) != CheckoutState.Open)
                        dead = held.CheckoutId;
                    if (there is not null || dead == held.CheckoutId)
                        continue;
                    // The same request twice at once: both go on with one checkout, and one of them stores it.
                    hold = held;
                }
            }
            var checkout = new CheckoutRecord(
                hold.CheckoutId, buyer, id, sale.Shown.CreatorId, sale.Shown.Content.Title, quote.ListPrice, quote.Price, quote.Offer?.Id, request.LinkCode,
                request.SuccessUrl, request.CancelUrl, CheckoutMachine.Next(null, CheckoutCause.Started),
                SessionId: null, PayUrl: null, FailureCode: null, now, hold.ExpiresAt, code, request.GiftTo);
            var outcome = await records.SaveAsync(claims.Add(Opened(checkout, sale.Open, now), key, checkout.Id.Value), cancellationToken);
            if (outcome.IsOk)
            {
                Telemetry.Count("checkout-started");
                LogStarted(logger, checkout.Id, id);
                // Saved before the provider is asked, and the provider gets our id as its key: a crash between
                // the two leaves a record that the next attempt, with this key or another, completes.
                return await WithSessionAsync(new(checkout, outcome.ETags[0]!), isNew: true, cancellationToken);
            }
            // Somebody was faster: the same request a second time, or another of the same viewer. Look at what is there now.
            if (await TwinAsync(key, cancellationToken) is { } twin)
                return twin;
        }
    }

    /// <summary>What the same request, which came twice at once, has made meanwhile; null when it made nothing.</summary>
    private async ValueTask<Result<StartedCheckout>?> TwinAsync(IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (!(await claims.LookUpAsync(key.Owner, key.Scope, key.Key, key.BodyHash, cancellationToken)).IsOk(out var claim, out var problem))
            return problem;
        return claim.ClaimedId is { } id && await FindAsync(key.Owner, new(id), cancellationToken) is { } same
            ? await WithSessionAsync(same, isNew: true, cancellationToken)
            : default(Result<StartedCheckout>?);
    }

    private async ValueTask<Result<StartedCheckout>> RunningAsync(Stored<CheckoutRecord> running, IdempotencyKey key, CancellationToken cancellationToken) =>
        // It may be this very request's, sent twice at once: then the other one claimed the key since we looked, and both answer that it is new.
        (await claims.LookUpAsync(key.Owner, key.Scope, key.Key, key.BodyHash, cancellationToken)).IsOk(out var mine, out var reused)
            ? await WithSessionAsync(running, isNew: mine.ClaimedId == running.Value.Id.Value, cancellationToken)
            : reused;

    private static Batch Opened(CheckoutRecord checkout, Stored<OpenCheckout>? open, DateTimeOffset now) => new Batch(CheckoutRecord.In(checkout.BuyerId))
        .Create(CheckoutRecord.DocumentId(checkout.Id), checkout)
        .Save(OpenCheckout.DocumentId(checkout.SeriesId, checkout.GiftTo), open, new OpenCheckout(checkout.Id, checkout.ExpiresAt))
        .Emit(new CheckoutDue(checkout.Id, checkout.BuyerId, CheckoutCause.TimeUp), now, dueAt: checkout.ExpiresAt);

    private ValueTask<Stored<CheckoutRecord>?> FindAsync(UserId buyer, CheckoutId id, CancellationToken cancellationToken) =>
        records.FindAsync<CheckoutRecord>(CheckoutRecord.In(buyer), CheckoutRecord.DocumentId(id), cancellationToken);

    private async ValueTask<Result<StartedCheckout>> WithSessionAsync(Stored<CheckoutRecord> stored, bool isNew, CancellationToken cancellationToken)
    {
        var checkout = stored.Value;
        if (checkout is { State: CheckoutState.Failed, FailureCode: SessionRefused })
            return PaymentRefused;
        if (checkout.PayUrl is not null || checkout.StateAt(clock.GetUtcNow()) != CheckoutState.Open)
            return new StartedCheckout(checkout, isNew);
        if (checkout.Price.Amount == 0)
            return new StartedCheckout(await free.HandleAsync(stored, cancellationToken), isNew);
        await SweepCheckouts.RememberAsync(due, checkout, cancellationToken);
        var session = await payments.OpenSessionAsync(
            new(new(checkout.Id, checkout.BuyerId, checkout.SeriesId), checkout.Price, checkout.Title, new(checkout.SuccessUrl), new(checkout.CancelUrl), checkout.ExpiresAt), cancellationToken);
        if (session.Value is { Url: null } gone)
            return await WithoutPageAsync(stored, gone, isNew, cancellationToken);
        if (session.Status != GatewayStatus.Ok)
        {
            LogNoSession(logger, checkout.Id, session.Reason);
            if (session.Status != GatewayStatus.Refused)
                return Problem.Unavailable("payment provider");
            // When somebody else wrote meanwhile, whoever asks next finds out what.
            await EndCheckout.CloseAsync(records, stored, CheckoutCause.SessionRefused, SessionRefused, clock.GetUtcNow(), cancellationToken);
            return PaymentRefused;
        }
        var opened = checkout with { SessionId = session.Value!.Id, PayUrl = session.Value.Url!.ToString() };
        var outcome = await records.SaveAsync(new Batch(CheckoutRecord.In(checkout.BuyerId)).Replace(CheckoutRecord.DocumentId(checkout.Id), opened, stored.ETag), cancellationToken);
        // When somebody else wrote it meanwhile, it was with the same session: our id is the provider's key.
        if (outcome.IsOk || await FindAsync(checkout.BuyerId, checkout.Id, cancellationToken) is not { Value: { State: not CheckoutState.Open } ended })
            return new StartedCheckout(opened, isNew);
        // Or another request of hers ended it, which had no page to close yet. Nobody gets this one's address, and nobody may pay on it.
        await payments.ExpireSessionAsync(session.Value.Id, cancellationToken);
        return new StartedCheckout(ended, isNew);
    }

    /// <summary>
    /// The session that we asked for was opened before, and nobody can pay on it any more: the same request, sent twice, opened it, and then it was paid on, or another request of hers closed it
    /// and is about to write so. Whoever closed it may also be gone: then it is written here.
    /// </summary>
    private async ValueTask<Result<StartedCheckout>> WithoutPageAsync(Stored<CheckoutRecord> stored, ProviderSession gone, bool isNew, CancellationToken cancellationToken)
    {
        for (var look = 0; look < MostLooks; look++)
        {
            if (await FindAsync(stored.Value.BuyerId, stored.Value.Id, cancellationToken) is not { } now)
                break;
            if (now.Value.State != CheckoutState.Open || gone.Status != SessionStatus.Expired)
                return new StartedCheckout(now.Value, isNew);
            if (await EndCheckout.CloseAsync(records, now, CheckoutCause.Superseded, failureCode: null, clock.GetUtcNow(), cancellationToken))
                return new StartedCheckout(now.Value.Moved(CheckoutCause.Superseded), isNew);
        }
        return Problem.Unavailable("payment provider");
    }

    internal const string SessionRefused = "payment-refused";
    private static readonly Problem PaymentRefused = Problem.Conflict(SessionRefused, "The payment provider does not take this checkout.");

    private Problem? CheckReturnUrls(CheckoutRequest request)
    {
        var checks = new FieldChecks()
            .Must(options.IsReturnUrl(request.SuccessUrl), "successUrl", "not-a-return-url", "An absolute https URL of at most 500 characters.")
            .Must(options.IsReturnUrl(request.CancelUrl), "cancelUrl", "not-a-return-url", "An absolute https URL of at most 500 characters.")
            .Must(request.LinkCode is null || Ids.IsValid(request.LinkCode), "linkCode", "not-a-link-code", "1 to 64 characters of A-Z a-z 0-9 _ -.");
        return checks.AllGood ? null : checks.Problem;
    }
    [LoggerMessage(Level = LogLevel.Information, Message = "Checkout {CheckoutId} of series {SeriesId} started")]
    private static partial void LogStarted(ILogger logger, CheckoutId checkoutId, SeriesId seriesId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkout {CheckoutId} has no session yet: {Reason}")]
    private static partial void LogNoSession(ILogger logger, CheckoutId checkoutId, string? reason);
}

/// <summary>The buyer looks how her checkout stands.</summary>
public sealed class ShowCheckout(Records records, TimeProvider clock)
{
    public async ValueTask<Result<(Stored<CheckoutRecord> Checkout, CheckoutState State)>> HandleAsync(CheckoutId id, UserId buyer, CancellationToken cancellationToken) =>
        await records.FindAsync<CheckoutRecord>(CheckoutRecord.In(buyer), CheckoutRecord.DocumentId(id), cancellationToken) is { Value.ErasedAt: null } checkout
            ? (checkout, checkout.Value.StateAt(clock.GetUtcNow()))
            : Problem.NotFound("checkout");
}
