using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;

namespace SeriesFunctions.Core.Checkout;

/// <summary>What a client asks for. <paramref name="LinkCode"/> says where the viewer came from.</summary>
public sealed record CheckoutRequest(string SuccessUrl, string CancelUrl, string? LinkCode);

/// <summary>An answer to "start a checkout". <paramref name="IsNew"/> false: the viewer had this one open already.</summary>
public sealed record StartedCheckout(CheckoutRecord Checkout, bool IsNew);

/// <summary>A viewer starts paying for a series. Safe to repeat with the same key; asked again with another key it answers the open checkout.</summary>
public sealed partial class StartCheckout(
    Records records, SeriesRecords series, LibraryRecords library, CreatorRecords creators, IdempotencyClaims claims, IPaymentGateway payments,
    TimeProvider clock, CheckoutOptions options, ILogger<StartCheckout> logger)
{
    public async ValueTask<Result<StartedCheckout>> HandleAsync(SeriesId id, UserId buyer, CheckoutRequest request, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var partition = CheckoutRecord.In(buyer);
        if (key.ClaimedId is { } claimed && await FindAsync(buyer, new(claimed), cancellationToken) is { } earlier)
            return await WithSessionAsync(earlier, isNew: true, cancellationToken);
        if (CheckReturnUrls(request) is { } refused)
            return refused;
        if (await series.FindPublicAsync(id, cancellationToken) is not { Value: { State: SeriesState.Published } shown })
            return Problem.NotFound("series");
        if (shown.CreatorId == buyer)
            return Problem.Conflict("own-series", "A creator has her own series already.");
        if ((await library.AccessAsync(buyer, id, cancellationToken))?.Value.IsLive == true)
            return Problem.Conflict("already-owned", "You have this series already.");
        if ((await creators.StandingAsync(shown.CreatorId, cancellationToken))?.Value.Series.Status == ProgrammeStatus.Suspended)
            return Problem.Conflict("not-for-sale", "This series can't be bought at the moment.");

        while (true)
        {
            var now = clock.GetUtcNow();
            var open = await records.FindAsync<OpenCheckout>(partition, OpenCheckout.DocumentId(id), cancellationToken);
            if (open is not null && open.Value.ExpiresAt > now && await FindAsync(buyer, open.Value.CheckoutId, cancellationToken) is { } running)
            {
                // It may be this very request's, sent twice at once: then the other one claimed the key since we looked, and both answer that it is new.
                return (await claims.LookUpAsync(key.Owner, key.Scope, key.Key, key.BodyHash, cancellationToken)).IsOk(out var mine, out var reused)
                    ? await WithSessionAsync(running, isNew: mine.ClaimedId == running.Value.Id.Value, cancellationToken)
                    : reused;
            }

            var quote = shown.QuoteAt(now);
            var checkout = new CheckoutRecord(
                new(Ids.New("chk", now)), buyer, id, shown.CreatorId, shown.Content.Title, quote.ListPrice, quote.Price, quote.Offer?.Id, request.LinkCode,
                request.SuccessUrl, request.CancelUrl, CheckoutState.Open, SessionId: null, PayUrl: null, FailureCode: null, now, now + options.Lifetime);
            var batch = new Batch(partition)
                .Create(CheckoutRecord.DocumentId(checkout.Id), checkout)
                .Save(OpenCheckout.DocumentId(id), open, new OpenCheckout(checkout.Id, checkout.ExpiresAt));
            var outcome = await records.SaveAsync(claims.Add(batch, key, checkout.Id.Value), cancellationToken);
            if (outcome.IsOk)
            {
                Telemetry.Count("checkout-started");
                LogStarted(logger, checkout.Id, id);
                // Saved before the provider is asked, and the provider gets our id as its key: a crash between
                // the two leaves a record that the next attempt, with this key or another, completes.
                return await WithSessionAsync(new(checkout, outcome.ETags[0]!), isNew: true, cancellationToken);
            }
            // Somebody was faster: the same request a second time, or another of the same viewer. Look at what is there now.
            if (!(await claims.LookUpAsync(key.Owner, key.Scope, key.Key, key.BodyHash, cancellationToken)).IsOk(out var claim, out var problem))
                return problem;
            if (claim.ClaimedId is { } other && await FindAsync(buyer, new(other), cancellationToken) is { } same)
                return await WithSessionAsync(same, isNew: true, cancellationToken);
        }
    }

    private ValueTask<Stored<CheckoutRecord>?> FindAsync(UserId buyer, CheckoutId id, CancellationToken cancellationToken) =>
        records.FindAsync<CheckoutRecord>(CheckoutRecord.In(buyer), CheckoutRecord.DocumentId(id), cancellationToken);

    private async ValueTask<Result<StartedCheckout>> WithSessionAsync(Stored<CheckoutRecord> stored, bool isNew, CancellationToken cancellationToken)
    {
        var checkout = stored.Value;
        if (checkout.PayUrl is not null || checkout.StateAt(clock.GetUtcNow()) != CheckoutState.Open)
            return new StartedCheckout(checkout, isNew);
        var session = await payments.OpenSessionAsync(
            new(new(checkout.Id, checkout.BuyerId, checkout.SeriesId), checkout.Price, checkout.Title, new(checkout.SuccessUrl), new(checkout.CancelUrl), checkout.ExpiresAt), cancellationToken);
        if (session.Status != GatewayStatus.Ok || session.Value!.Url is null)
        {
            LogNoSession(logger, checkout.Id, session.Reason);
            return session.Status == GatewayStatus.Refused
                ? Problem.Conflict("payment-refused", "The payment provider does not take this checkout.")
                : Problem.Unavailable("payment provider");
        }
        var opened = checkout with { SessionId = session.Value.Id, PayUrl = session.Value.Url.ToString() };
        // When somebody else wrote it meanwhile, it was with the same session: our id is the provider's key.
        await records.SaveAsync(new Batch(CheckoutRecord.In(checkout.BuyerId)).Replace(CheckoutRecord.DocumentId(checkout.Id), opened, stored.ETag), cancellationToken);
        return new StartedCheckout(opened, isNew);
    }

    private Problem? CheckReturnUrls(CheckoutRequest request)
    {
        var checks = new FieldChecks()
            .Must(IsReturnUrl(request.SuccessUrl), "successUrl", "not-a-return-url", "An absolute https URL of at most 500 characters.")
            .Must(IsReturnUrl(request.CancelUrl), "cancelUrl", "not-a-return-url", "An absolute https URL of at most 500 characters.")
            .Must(request.LinkCode is null || Ids.IsValid(request.LinkCode), "linkCode", "not-a-link-code", "1 to 64 characters of A-Z a-z 0-9 _ -.");
        return checks.AllGood ? null : checks.Problem;
    }

    private bool IsReturnUrl(string url) =>
        url.Length <= 500 && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || options.AllowHttpReturnUrls && uri.Scheme == Uri.UriSchemeHttp);

    [LoggerMessage(Level = LogLevel.Information, Message = "Checkout {CheckoutId} of series {SeriesId} started")]
    private static partial void LogStarted(ILogger logger, CheckoutId checkoutId, SeriesId seriesId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkout {CheckoutId} has no session yet: {Reason}")]
    private static partial void LogNoSession(ILogger logger, CheckoutId checkoutId, string? reason);
}

/// <summary>The buyer looks how her checkout stands.</summary>
public sealed class ShowCheckout(Records records, TimeProvider clock)
{
    public async ValueTask<Result<(Stored<CheckoutRecord> Checkout, CheckoutState State)>> HandleAsync(CheckoutId id, UserId buyer, CancellationToken cancellationToken) =>
        await records.FindAsync<CheckoutRecord>(CheckoutRecord.In(buyer), CheckoutRecord.DocumentId(id), cancellationToken) is { } checkout
            ? (checkout, checkout.Value.StateAt(clock.GetUtcNow()))
            : Problem.NotFound("checkout");
}
