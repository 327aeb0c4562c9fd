using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;
using Stripe;

namespace SeriesFunctions.Stripe;

/// <summary>The port of subscriptions on Stripe Billing: Checkout in subscription mode, subscriptions with one item, their invoices, the customer portal. See docs/adr/0041.</summary>
public sealed partial class StripePaymentGateway : ISubscriptionGateway
{
    /// <summary>Two years of months, or a year with many changes. What is older was settled when it happened, or is found by the daily comparison of the books.</summary>
    private const int MostInvoices = 24;

    public ValueTask<GatewayResult<ProviderSession>> OpenSubscriptionAsync(OpenSubscription request, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            await OfferAsync(request.Terms.TierId, request.Title, cancellationToken);
            var session = await client.V1.Checkout.Sessions.CreateAsync(Options(request), new() { IdempotencyKey = StripeRequests.SessionKey(request) }, cancellationToken);
            // A repeated key answers what was answered the first time, not how the session stands now.
            return IsReplayed(session.StripeResponse) ? await ReadAsync(session.Id, cancellationToken) : await CurrentAsync(session, cancellationToken);
        },
        cancellationToken);

    public ValueTask<GatewayResult<ProviderSubscription>> FindSubscriptionAsync(string id, CancellationToken cancellationToken) => AskAsync(
        async () => await WithInvoicesAsync(await client.V1.Subscriptions.GetAsync(id, cancellationToken: cancellationToken), cancellationToken), cancellationToken);

    public ValueTask<GatewayResult<ProviderSubscription>> SetRenewalAsync(string id, bool renews, CancellationToken cancellationToken) => AskAsync(
        async () => await WithInvoicesAsync(
            await client.V1.Subscriptions.UpdateAsync(id, new() { CancelAtPeriodEnd = !renews }, cancellationToken: cancellationToken), cancellationToken),
        cancellationToken);

    public ValueTask<GatewayResult<ProviderSubscription>> ChangeTermsAsync(ChangeTerms request, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            var before = await client.V1.Subscriptions.GetAsync(request.Id, cancellationToken: cancellationToken);
            var facts = StripeReading.Of(before);
            // The provider forgets keys after a day. A change that is there already is not made again: it would be prorated again.
            if (StripeMapping.Subscription(facts, []).Terms == request.Terms)
                return await WithInvoicesAsync(before, cancellationToken);
            if (facts.Item is not { } item)
                return GatewayResult<ProviderSubscription>.Failed(GatewayStatus.Refused, "no_subscription_item");
            await OfferAsync(request.Terms.TierId, request.Title, cancellationToken);
            var after = await OnceAsync(StripeRequests.ChangeKeyOf(request), once => client.V1.Subscriptions.UpdateAsync(request.Id, Options(request, item.Id), once, cancellationToken));
            return await WithInvoicesAsync(after, cancellationToken);
        },
        cancellationToken);

    public ValueTask<GatewayResult<ProviderSubscription>> CancelNowAsync(string id, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            try
            {
                return await WithInvoicesAsync(await client.V1.Subscriptions.CancelAsync(id, cancellationToken: cancellationToken), cancellationToken);
            }
            catch (StripeException e) when (Outcome(e).Status is GatewayStatus.Refused or GatewayStatus.NotFound)
            {
                // One that has ended can't be cancelled; it is there to be read.
                return await WithInvoicesAsync(await client.V1.Subscriptions.GetAsync(id, cancellationToken: cancellationToken), cancellationToken);
            }
        },
        cancellationToken);

    public ValueTask<GatewayResult<PortalLink>> OpenPortalAsync(string id, Uri returnUrl, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            var subscription = await client.V1.Subscriptions.GetAsync(id, cancellationToken: cancellationToken);
            // Without a key: a link is good for a short while, so the answer to an earlier request is of no use to this one.
            var portal = await client.V1.BillingPortal.Sessions.CreateAsync(
                new() { Customer = subscription.CustomerId, ReturnUrl = returnUrl.OriginalString, FlowData = new() { Type = "payment_method_update" } }, cancellationToken: cancellationToken);
            return (GatewayResult<PortalLink>)new PortalLink(new Uri(portal.Url));
        },
        cancellationToken);

    /// <summary>
    /// A tier is a product there, under its own id and by the name that it has now: what a line of an invoice was made out for is its product, for good. See docs/adr/0054.
    /// </summary>
    private async Task OfferAsync(TierId tier, string title, CancellationToken cancellationToken)
    {
        var name = StripeRequests.ProductName(title);
        try
        {
            await client.V1.Products.UpdateAsync(tier.Value, new() { Name = name }, cancellationToken: cancellationToken);
        }
        catch (StripeException e) when (Outcome(e).Status == GatewayStatus.NotFound)
        {
            try
            {
                await client.V1.Products.CreateAsync(new() { Id = tier.Value, Name = name }, cancellationToken: cancellationToken);
            }
            catch (StripeException made) when (made.StripeError?.Code == "resource_already_exists")
            {
                // Somebody else's subscriber was faster.
            }
        }
    }

    private async Task<GatewayResult<ProviderSubscription>> WithInvoicesAsync(global::Stripe.Subscription subscription, CancellationToken cancellationToken)
    {
        var invoices = await client.V1.Invoices.ListAsync(new() { Subscription = subscription.Id, Limit = MostInvoices, Expand = ["data.payments"] }, cancellationToken: cancellationToken);
        return StripeMapping.Subscription(StripeReading.Of(subscription), [.. invoices.Data.Select(StripeReading.Of)]);
    }

    /// <summary>The subscription whose invoice a payment paid; null for any other payment.</summary>
    private async Task<string?> SubscriptionOfAsync(string paymentId, CancellationToken cancellationToken)
    {
        var found = await client.V1.InvoicePayments.ListAsync(
            new() { Payment = new() { Type = "payment_intent", PaymentIntent = paymentId }, Limit = 1, Expand = ["data.invoice"] }, cancellationToken: cancellationToken);
        return found.Data is [{ Invoice.Parent.SubscriptionDetails.SubscriptionId: { } subscription }, ..] ? subscription : null;
    }

    private static global::Stripe.Checkout.SessionCreateOptions Options(OpenSubscription request) => new()
    {
        Mode = "subscription",
        ClientReferenceId = request.Subject.SubscriptionId.Value,
        SuccessUrl = request.SuccessUrl.OriginalString,
        CancelUrl = request.CancelUrl.OriginalString,
        ExpiresAt = StripeRequests.ExpiresAt(request).UtcDateTime,
        Metadata = StripeRequests.SessionMetadata(request),
        // The subscriber pays the amount that she was promised, in its currency.
        AdaptivePricing = new() { Enabled = false },
        SubscriptionData = new()
        {
            Metadata = StripeRequests.Metadata(request.Subject, request.Terms.TierId),
            // What is credited when terms change is what was billed, and not what the item says by now. See docs/adr/0055.
            BillingMode = new() { Type = "flexible" },
        },
        LineItems =
        [
            new()
            {
                Quantity = 1,
                PriceData = new()
                {
                    Currency = request.Terms.Price.Currency.ToLowerInvariant(),
                    UnitAmount = StripeAmounts.ToWire(request.Terms.Price),
                    Recurring = new() { Interval = StripeRequests.Monthly },
                    Product = request.Terms.TierId.Value,
                },
            },
        ],
    };

    /// <summary>
    /// At once: the difference to what was billed is invoiced for the rest of the period and charged now, and where that can't be paid nothing is changed. Else: no proration, so the period that is paid stays as it is and the
    /// next one costs the new price. Source: Stripe's API reference, "Update a subscription", <c>proration_behavior</c> and <c>payment_behavior</c>.
    /// </summary>
    internal static SubscriptionUpdateOptions Options(ChangeTerms request, string itemId) => new()
    {
        Items =
        [
            new()
            {
                Id = itemId,
                PriceData = new()
                {
                    Currency = request.Terms.Price.Currency.ToLowerInvariant(),
                    Product = request.Terms.TierId.Value,
                    UnitAmount = StripeAmounts.ToWire(request.Terms.Price),
                    Recurring = new() { Interval = StripeRequests.Monthly },
                },
            },
        ],
        Metadata = new() { [StripeRequests.TierKey] = request.Terms.TierId.Value },
        ProrationBehavior = request.AtOnce ? "always_invoice" : "none",
        PaymentBehavior = request.AtOnce ? "error_if_incomplete" : null,
    };
}
