using System.Globalization;
using System.Security.Cryptography;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;

namespace SeriesFunctions.Local.Payments;

/// <summary>The secrets that webhooks are signed with: the one in use first, then one that is being replaced.</summary>
public sealed record WebhookSecrets(IReadOnlyList<string> Values);

/// <summary>The payment port on the simulated provider.</summary>
public sealed partial class SimulatedPaymentGateway(SimulatedProvider provider, SimulatedProviderOptions options, WebhookSecrets secrets, HostAddress address, HostClock clock) : IPaymentGateway, IPayoutAccounts
{
    public async ValueTask<GatewayResult<ProviderSession>> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.OpenSessionAsync(request), Of);

    public async ValueTask<GatewayResult<ProviderSession>> FindSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        await AskAsync(() => Task.FromResult(Found(provider.FindSession(sessionId))), Of);

    public async ValueTask<GatewayResult<ProviderSession>> ExpireSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.ExpireAsync(sessionId), Of);

    public async ValueTask<GatewayResult<ProviderPayment>> FindPaymentAsync(string paymentId, CancellationToken cancellationToken) =>
        await AskAsync(() => Task.FromResult(Found(provider.FindPayment(paymentId))), Of);

    public async ValueTask<GatewayResult<ProviderRefund>> RefundAsync(RefundPayment request, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.RefundAsync(request), made => Of(made, request.Amount.Currency));

    public async ValueTask<GatewayResult<ProviderTransfer>> TransferAsync(MakeTransfer request, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.TransferAsync(request), made => new ProviderTransfer(made.Id, made.Account, Amount(made.Amount, made.Currency), made.CreatedAt));

    public async ValueTask<GatewayResult<ProviderBookPage>> ListBooksAsync(BooksRequest request, CancellationToken cancellationToken) =>
        await AskAsync(() => Task.FromResult(Books(request)), page => page);

    public async ValueTask<GatewayResult<ProviderAccount>> OpenAccountAsync(OpenAccount request, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.OpenAccountAsync(request), Of);

    public async ValueTask<GatewayResult<ProviderAccount>> FindAccountAsync(string accountId, CancellationToken cancellationToken) =>
        await AskAsync(() => Task.FromResult(Found(provider.FindAccount(accountId))), Of);

    public async ValueTask<GatewayResult<OnboardingLink>> LinkAccountAsync(LinkAccount request, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.LinkAsync(request), link => new OnboardingLink(new Uri(address.Url, $"/local/onboarding/{link.Id}"), link.ExpiresAt));

    public WebhookReading ReadWebhook(ReadOnlyMemory<byte> rawBody, string? signatureHeader) =>
        SignedWebhook.Read(rawBody, signatureHeader, secrets.Values, clock.GetUtcNow());

    private async ValueTask<GatewayResult<T>> AskAsync<TObject, T>(Func<Task<Result<TObject>>> ask, Func<TObject, T> translate)
        where T : class
    {
        if (options.Outage || Happens(options.OutagePercent))
            return GatewayResult<T>.Failed(GatewayStatus.Unavailable, "api_connection_error");
        var answer = await ask();
        // It did happen: whoever asks again with the same key is told so.
        if (options.LoseAnswers || Happens(options.LoseAnswersPercent))
            return GatewayResult<T>.Failed(GatewayStatus.Unavailable, "timeout");
        if (answer.IsOk(out var value, out var problem))
            return translate(value);
        return problem.Kind == ProblemKind.NotFound
            ? GatewayResult<T>.Failed(GatewayStatus.NotFound, "resource_missing")
            : GatewayResult<T>.Failed(GatewayStatus.Refused, problem.Code.Replace('-', '_'));
    }

    private const int PageSize = 100;

    private static bool Happens(int percent) => percent > 0 && RandomNumberGenerator.GetInt32(100) < percent;

    private Result<ProviderBookPage> Books(BooksRequest request)
    {
        if (!long.TryParse(request.Cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var after))
            return Problem.NotFound("page");
        var entries = provider.Books(request.From, request.To, after, PageSize);
        return new ProviderBookPage(
            [.. entries.Select(e => new ProviderBookEntry(e.Entry.Id, e.Entry.Kind, Amount(e.Entry.Amount, e.Entry.Currency), Amount(e.Entry.Fee, e.Entry.Currency), e.Entry.SourceId, e.Entry.PaymentId, e.Entry.CreatedAt))],
            entries.Count < PageSize ? null : entries[^1].Seq.ToString(CultureInfo.InvariantCulture));
    }

    private static Result<T> Found<T>(T? value)
        where T : class => value is null ? Problem.NotFound("object") : value;

    private static ProviderAccount Of(SimulatedAccount account) => new(account.Id, new(account.CreatorId), account.Status, account.Due);

    private ProviderSession Of(SimulatedSession session)
    {
        var now = clock.GetUtcNow();
        var status = session.StatusAt(now);
        return new(
            session.Id, status == SessionStatus.Open ? new Uri(address.Url, $"/local/checkout/{session.Id}") : null, status, session.IsPaidAt(now), session.PaymentId,
            session.Offer is null ? new(new(session.CheckoutId), new(session.BuyerId), new(session.SeriesId)) : null, Amount(session.Amount, session.Currency), session.ExpiresAt,
            session.Offer is { } offer ? new(new(offer.SubscriptionId), new(session.BuyerId), new(offer.CreatorId)) : null, session.SubscriptionId);
    }

    private ProviderPayment Of(SimulatedPayment payment) => new(
        payment.Id, payment.StatusAt(clock.GetUtcNow()), payment.CheckoutId.Length == 0 ? null : new(new(payment.CheckoutId), new(payment.BuyerId), new(payment.SeriesId)), Amount(payment.Amount, payment.Currency),
        payment.FeeAt(clock.GetUtcNow()) is { } fee ? Amount(fee, payment.Currency) : null, payment.SucceedsAt ?? payment.CreatedAt,
        [.. payment.Refunds.Select(refund => Of(refund, payment.Currency))],
        payment.Dispute is { } dispute
            ? new(dispute.Id, payment.Id, Amount(dispute.Amount, payment.Currency), Amount(dispute.Fee, payment.Currency), dispute.Status, dispute.CreatedAt)
            : null,
        payment.SubscriptionId);

    private static ProviderRefund Of(SimulatedRefund refund, string currency) => new(refund.Id, refund.PaymentId, Amount(refund.Amount, currency), refund.Status, refund.CreatedAt, refund.Key);

    private static Money Amount(long amount, string currency) => new(amount, currency.ToUpperInvariant());
}
