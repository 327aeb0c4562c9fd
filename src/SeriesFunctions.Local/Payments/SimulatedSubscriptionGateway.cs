using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Local.Payments;

/// <summary>The port of subscriptions on the simulated provider.</summary>
public sealed partial class SimulatedPaymentGateway : ISubscriptionGateway
{
    /// <summary>As many as a real provider is asked for.</summary>
    private const int MostInvoices = 24;

    public async ValueTask<GatewayResult<ProviderSession>> OpenSubscriptionAsync(OpenSubscription request, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.OpenSubscriptionAsync(request), Of);

    public async ValueTask<GatewayResult<ProviderSubscription>> FindSubscriptionAsync(string id, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.FindSubscriptionAsync(id), Of);

    public async ValueTask<GatewayResult<ProviderSubscription>> SetRenewalAsync(string id, bool renews, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.SetRenewalAsync(id, renews), Of);

    public async ValueTask<GatewayResult<ProviderSubscription>> ChangeTermsAsync(ChangeTerms request, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.ChangeTermsAsync(request), Of);

    public async ValueTask<GatewayResult<ProviderSubscription>> CancelNowAsync(string id, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.CancelNowAsync(id), Of);

    public async ValueTask<GatewayResult<PortalLink>> OpenPortalAsync(string id, Uri returnUrl, CancellationToken cancellationToken) =>
        await AskAsync(() => provider.OpenPortalAsync(id, returnUrl.OriginalString), portal => new PortalLink(new Uri(address.Url, $"/local/portal/{portal.Id}")));

    private static ProviderSubscription Of(SimulatedSubscription subscription) => new(
        subscription.Id, new(new(subscription.SubscriptionId), new(subscription.ViewerId), new(subscription.CreatorId)), subscription.Status,
        new(new(subscription.TierId), Amount(subscription.Amount, subscription.Currency)), subscription.From, subscription.To, subscription.Renews, subscription.EndedAt,
        [.. subscription.Invoices.Reverse().Take(MostInvoices).Select(invoice => new ProviderInvoice(
            invoice.Id, invoice.Reason, invoice.PaymentId is not null, invoice.PaymentId, Amount(invoice.Amount, subscription.Currency), new TierId(invoice.TierId), invoice.From, invoice.To, invoice.CreatedAt))]);
}
