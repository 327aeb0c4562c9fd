using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Checkout;
using Stripe;
using Stripe.Checkout;

namespace SeriesFunctions.Stripe;

/// <summary>The payment port on Stripe: Checkout sessions, payment intents, refunds and disputes. Thin calls; what is decided is in <see cref="StripeRequests"/>, <see cref="StripeMapping"/> and <see cref="StripeErrors"/>.</summary>
public sealed partial class StripePaymentGateway(StripeClient client, IOptions<StripeOptions> options, TimeProvider clock, ILogger<StripePaymentGateway> logger) : IPaymentGateway
{
    /// <summary>More refunds or disputes than this are read in further pages.</summary>
    private const int PageSize = 100;

    /// <summary>Refusals of one key in one day that are gone past.</summary>
    private const int MostRepeatedRefusals = 10;

    /// <summary>One call brings the payment with its charge, the fee and the first refunds.</summary>
    private static readonly string[] s_withCharge = ["latest_charge.balance_transaction", "latest_charge.refunds"];

    public ValueTask<GatewayResult<ProviderSession>> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            var session = await client.V1.Checkout.Sessions.CreateAsync(Options(request), new() { IdempotencyKey = StripeRequests.SessionKey(request) }, cancellationToken);
            // A repeated key answers what was answered the first time, not how the session stands now.
            return IsReplayed(session.StripeResponse) ? await ReadAsync(session.Id, cancellationToken) : await CurrentAsync(session, cancellationToken);
        },
        cancellationToken);

    public ValueTask<GatewayResult<ProviderSession>> FindSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        AskAsync(async () => await ReadAsync(sessionId, cancellationToken), cancellationToken);

    public ValueTask<GatewayResult<ProviderSession>> ExpireSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        AskAsync(async () => await ExpireAsync(sessionId, cancellationToken), cancellationToken);

    public ValueTask<GatewayResult<ProviderPayment>> FindPaymentAsync(string paymentId, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            var payment = await PaymentAsync(paymentId, cancellationToken);
            var refunds = await RefundsAsync(payment, cancellationToken);
            List<DisputeFacts> disputes = [];
            if (payment.LatestCharge?.Disputed == true)
            {
                await foreach (var dispute in client.V1.Disputes.ListAutoPagingAsync(new() { PaymentIntent = paymentId, Limit = PageSize }, cancellationToken: cancellationToken))
                    disputes.Add(StripeReading.Of(dispute));
            }
            var found = StripeMapping.Payment(payment, refunds, disputes);
            // A subscription's payment carries nothing of ours: its invoice leads to the subscription.
            return (GatewayResult<ProviderPayment>)(found.Subject is null ? found with { SubscriptionId = await SubscriptionOfAsync(paymentId, cancellationToken) } : found);
        },
        cancellationToken);

    public ValueTask<GatewayResult<ProviderRefund>> RefundAsync(RefundPayment request, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            var payment = await PaymentAsync(request.PaymentId, cancellationToken);
            var paid = StripeAmounts.FromWire(payment.Amount, payment.Currency);
            // The API has no field for it: a refund is in the payment's currency, whatever we meant.
            if (paid.Currency != request.Amount.Currency)
                return GatewayResult<ProviderRefund>.Failed(GatewayStatus.Refused, "another_currency");
            if (StripeRequests.Earlier(request, await RefundsAsync(payment, cancellationToken)) is { } earlier)
            {
                var made = StripeMapping.Refund(earlier, payment.Id);
                return made.Amount == request.Amount ? made : GatewayResult<ProviderRefund>.Failed(GatewayStatus.Refused, "idempotency_error");
            }
            var refund = await OnceAsync(StripeRequests.RefundKeyOf(request), once => client.V1.Refunds.CreateAsync(
                new()
                {
                    PaymentIntent = request.PaymentId,
                    Amount = StripeAmounts.ToWire(request.Amount),
                    Metadata = new() { [StripeRequests.RefundKey] = request.Key },
                },
                once,
                cancellationToken));
            return StripeMapping.Refund(StripeReading.Of(refund), payment.Id);
        },
        cancellationToken);

    public ValueTask<GatewayResult<ProviderTransfer>> TransferAsync(MakeTransfer request, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            try
            {
                var found = await client.V1.Transfers.ListAsync(new() { TransferGroup = StripeRequests.TransferGroup(request), Limit = 1 }, cancellationToken: cancellationToken);
                if (found.Data is [var earlier, ..])
                {
                    var made = StripeMapping.Transfer(StripeReading.Of(earlier));
                    return made.Amount == request.Amount && made.Account == request.Account ? made : GatewayResult<ProviderTransfer>.Failed(GatewayStatus.Refused, "idempotency_error");
                }
                var transfer = await OnceAsync(StripeRequests.TransferKeyOf(request), once => client.V1.Transfers.CreateAsync(Options(request), once, cancellationToken));
                return StripeMapping.Transfer(StripeReading.Of(transfer));
            }
            catch (StripeException e) when (Outcome(e).Status == GatewayStatus.NotFound)
            {
                // What is missing is the receiver's account: asking again changes nothing.
                return GatewayResult<ProviderTransfer>.Failed(GatewayStatus.Refused, "no_such_account");
            }
        },
        cancellationToken);

    public ValueTask<GatewayResult<ProviderBookPage>> ListBooksAsync(BooksRequest request, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            var page = await client.V1.BalanceTransactions.ListAsync(
                new()
                {
                    Created = new DateRangeOptions { GreaterThanOrEqual = request.From.UtcDateTime, LessThan = request.To.UtcDateTime },
                    StartingAfter = request.Cursor,
                    Limit = PageSize,
                    // The source says which payment a movement belongs to.
                    Expand = ["data.source"],
                },
                cancellationToken: cancellationToken);
            return (GatewayResult<ProviderBookPage>)StripeMapping.Books([.. page.Data.Select(StripeReading.Entry)], page.HasMore);
        },
        cancellationToken);

    public WebhookReading ReadWebhook(ReadOnlyMemory<byte> rawBody, string? signatureHeader) =>
        SignedWebhook.Read(rawBody, signatureHeader, [options.Value.WebhookSecret, options.Value.ConnectWebhookSecret, options.Value.FormerWebhookSecret], clock.GetUtcNow());

    private static SessionCreateOptions Options(OpenSession request) => new()
    {
        Mode = "payment",
        ClientReferenceId = request.CheckoutId.Value,
        SuccessUrl = request.SuccessUrl.OriginalString,
        CancelUrl = request.CancelUrl.OriginalString,
        ExpiresAt = StripeRequests.ExpiresAt(request).UtcDateTime,
        Metadata = StripeRequests.SessionMetadata(request),
        // The buyer pays the amount that she was promised, in its currency.
        AdaptivePricing = new() { Enabled = false },
        PaymentIntentData = new()
        {
            Metadata = StripeRequests.Metadata(request.Subject),
            TransferGroup = request.CheckoutId.Value,
            // Captured at once, so that the fee is known with the payment and not some time later.
            CaptureMethod = "automatic",
        },
        LineItems =
        [
            new()
            {
                Quantity = 1,
                PriceData = new()
                {
                    Currency = request.Price.Currency.ToLowerInvariant(),
                    UnitAmount = StripeAmounts.ToWire(request.Price),
                    ProductData = new() { Name = StripeRequests.ProductName(request.Title) },
                },
            },
        ],
    };

    internal static TransferCreateOptions Options(MakeTransfer request) => new()
    {
        Amount = StripeAmounts.ToWire(request.Amount),
        Currency = request.Amount.Currency.ToLowerInvariant(),
        Destination = request.Account,
        TransferGroup = StripeRequests.TransferGroup(request),
    };

    private static bool IsReplayed(StripeResponse? response) => Header(response, "Idempotent-Replayed") == "true";

    private static string? Header(StripeResponse? response, string name) =>
        response?.Headers is { } headers && headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>
    /// Makes something once for a key. The provider also remembers refusals, for a day: a refusal that it only repeats is from then, not from now, so it is asked again under
    /// a key that follows from the refused request. Nothing was made by that one, and everybody who repeats gets to the same next key.
    /// </summary>
    private static async Task<T> OnceAsync<T>(string key, Func<RequestOptions, Task<T>> make)
    {
        var next = key;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await make(new() { IdempotencyKey = next });
            }
            catch (StripeException e) when (attempt < MostRepeatedRefusals && Outcome(e).Status == GatewayStatus.Refused && IsReplayed(e.StripeResponse)
                && Header(e.StripeResponse, "Original-Request") is { } refused)
            {
                next = $"{key}-{refused}";
            }
        }
    }

    private async Task<GatewayResult<ProviderSession>> ReadAsync(string sessionId, CancellationToken cancellationToken) =>
        await CurrentAsync(await client.V1.Checkout.Sessions.GetAsync(sessionId, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>As it stands; one that is past our promise is ended first, so that nobody pays what we have called over.</summary>
    private async Task<GatewayResult<ProviderSession>> CurrentAsync(Session session, CancellationToken cancellationToken)
    {
        var facts = StripeReading.Of(session);
        return StripeMapping.IsOverdue(facts, clock.GetUtcNow()) ? await ExpireAsync(session.Id, cancellationToken) : StripeMapping.Session(facts, clock.GetUtcNow());
    }

    private async Task<GatewayResult<ProviderSession>> ExpireAsync(string sessionId, CancellationToken cancellationToken)
    {
        try
        {
            return StripeMapping.Session(StripeReading.Of(await client.V1.Checkout.Sessions.ExpireAsync(sessionId, cancellationToken: cancellationToken)), clock.GetUtcNow());
        }
        catch (StripeException e) when (Outcome(e).Status == GatewayStatus.Refused)
        {
            // Only an open one can be expired: it was paid, or it had expired already.
            var facts = StripeReading.Of(await client.V1.Checkout.Sessions.GetAsync(sessionId, cancellationToken: cancellationToken));
            return facts.Status == "open" ? GatewayResult<ProviderSession>.Failed(GatewayStatus.Unavailable, Outcome(e).Reason) : StripeMapping.Session(facts, clock.GetUtcNow());
        }
    }

    private async Task<PaymentFacts> PaymentAsync(string paymentId, CancellationToken cancellationToken) =>
        StripeReading.Of(await client.V1.PaymentIntents.GetAsync(paymentId, new() { Expand = [.. s_withCharge] }, cancellationToken: cancellationToken));

    private async Task<IReadOnlyList<RefundFacts>> RefundsAsync(PaymentFacts payment, CancellationToken cancellationToken)
    {
        if (payment.LatestCharge?.Refunds is { HasMore: false } all)
            return all.Data;
        if (payment.LatestCharge is null)
            return [];
        List<RefundFacts> refunds = [];
        await foreach (var refund in client.V1.Refunds.ListAutoPagingAsync(new() { PaymentIntent = payment.Id, Limit = PageSize }, cancellationToken: cancellationToken))
            refunds.Add(StripeReading.Of(refund));
        return refunds;
    }

    /// <summary>Every call goes through here: what the provider and the network throw becomes an outcome.</summary>
    private async ValueTask<GatewayResult<T>> AskAsync<T>(Func<Task<GatewayResult<T>>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (StripeException e)
        {
            var (status, reason) = Outcome(e);
            if (status != GatewayStatus.NotFound)
                LogRefused(logger, (int)e.HttpStatusCode, e.StripeError?.Type, reason, e.StripeResponse?.RequestId);
            return GatewayResult<T>.Failed(status, reason);
        }
        catch (HttpRequestException e)
        {
            LogNoAnswer(logger, e.HttpRequestError.ToString());
            return GatewayResult<T>.Failed(GatewayStatus.Unavailable, StripeErrors.Of(0, null, null).Reason);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogNoAnswer(logger, "timeout");
            return GatewayResult<T>.Failed(GatewayStatus.Unavailable, "timeout");
        }
    }

    private static (GatewayStatus Status, string Reason) Outcome(StripeException e) =>
        StripeErrors.Of((int)e.HttpStatusCode, e.StripeError?.Type, e.StripeError?.Code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stripe answered {HttpStatus} {ErrorType} {Reason} to {RequestId}")]
    private static partial void LogRefused(ILogger logger, int httpStatus, string? errorType, string reason, string? requestId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stripe did not answer: {Reason}")]
    private static partial void LogNoAnswer(ILogger logger, string reason);
}
