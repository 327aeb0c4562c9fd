// As in StripeClient.cs.
#nullable disable
using SignatureOnly;

namespace Stripe
{
    public class Subscription : StripeEntity<Subscription>
    {
        public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

        public DateTime? CancelAt { get => throw Signature.Only(); set => throw Signature.Only(); }

        public bool CancelAtPeriodEnd { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string CustomerId { get => throw Signature.Only(); set => throw Signature.Only(); }

        public DateTime? EndedAt { get => throw Signature.Only(); set => throw Signature.Only(); }

        public StripeList<SubscriptionItem> Items { get => throw Signature.Only(); set => throw Signature.Only(); }

        public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string Status { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class SubscriptionItem : StripeEntity<SubscriptionItem>
    {
        public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

        public DateTime CurrentPeriodEnd { get => throw Signature.Only(); set => throw Signature.Only(); }

        public DateTime CurrentPeriodStart { get => throw Signature.Only(); set => throw Signature.Only(); }

        public Price Price { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class Price : StripeEntity<Price>
    {
        public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string ProductId { get => throw Signature.Only(); set => throw Signature.Only(); }

        public long? UnitAmount { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class Product : StripeEntity<Product>;

    public class ProductCreateOptions : BaseOptions
    {
        public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string Name { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class ProductUpdateOptions : BaseOptions
    {
        public string Name { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class ProductService
    {
        public virtual Task<Product> CreateAsync(ProductCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();

        public virtual Task<Product> UpdateAsync(string id, ProductUpdateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
    }

    public class SubscriptionGetOptions : BaseOptions;

    public class SubscriptionCancelOptions : BaseOptions;

    public class SubscriptionUpdateOptions : BaseOptions
    {
        public bool? CancelAtPeriodEnd { get => throw Signature.Only(); set => throw Signature.Only(); }

        public List<SubscriptionItemOptions> Items { get => throw Signature.Only(); set => throw Signature.Only(); }

        public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string PaymentBehavior { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string ProrationBehavior { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class SubscriptionItemOptions
    {
        public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

        public SubscriptionItemPriceDataOptions PriceData { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class SubscriptionItemPriceDataOptions
    {
        public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string Product { get => throw Signature.Only(); set => throw Signature.Only(); }

        public SubscriptionItemPriceDataRecurringOptions Recurring { get => throw Signature.Only(); set => throw Signature.Only(); }

        public long? UnitAmount { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class SubscriptionItemPriceDataRecurringOptions
    {
        public string Interval { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class SubscriptionService
    {
        public virtual Task<Subscription> CancelAsync(string id, SubscriptionCancelOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();

        public virtual Task<Subscription> GetAsync(string id, SubscriptionGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();

        public virtual Task<Subscription> UpdateAsync(string id, SubscriptionUpdateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
    }

    public class Invoice : StripeEntity<Invoice>
    {
        public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

        public long AmountPaid { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string BillingReason { get => throw Signature.Only(); set => throw Signature.Only(); }

        public DateTime Created { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

        public StripeList<InvoiceLineItem> Lines { get => throw Signature.Only(); set => throw Signature.Only(); }

        public InvoiceParent Parent { get => throw Signature.Only(); set => throw Signature.Only(); }

        public StripeList<InvoicePayment> Payments { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string Status { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoiceLineItem : StripeEntity<InvoiceLineItem>
    {
        public long Amount { get => throw Signature.Only(); set => throw Signature.Only(); }

        public InvoiceLineItemPeriod Period { get => throw Signature.Only(); set => throw Signature.Only(); }

        public InvoiceLineItemPricing Pricing { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoiceLineItemPricing : StripeEntity<InvoiceLineItemPricing>
    {
        public InvoiceLineItemPricingPriceDetails PriceDetails { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoiceLineItemPricingPriceDetails : StripeEntity<InvoiceLineItemPricingPriceDetails>
    {
        public string Product { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoiceLineItemPeriod : StripeEntity<InvoiceLineItemPeriod>
    {
        public DateTime End { get => throw Signature.Only(); set => throw Signature.Only(); }

        public DateTime Start { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoiceParent : StripeEntity<InvoiceParent>
    {
        public InvoiceParentSubscriptionDetails SubscriptionDetails { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoiceParentSubscriptionDetails : StripeEntity<InvoiceParentSubscriptionDetails>
    {
        public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string SubscriptionId { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoicePayment : StripeEntity<InvoicePayment>
    {
        public Invoice Invoice { get => throw Signature.Only(); set => throw Signature.Only(); }

        public InvoicePaymentPayment Payment { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string Status { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoicePaymentPayment : StripeEntity<InvoicePaymentPayment>
    {
        public string PaymentIntentId { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoiceListOptions : ListOptions
    {
        public string Subscription { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoiceService
    {
        public virtual Task<StripeList<Invoice>> ListAsync(InvoiceListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
    }

    public class InvoicePaymentListOptions : ListOptions
    {
        public InvoicePaymentPaymentOptions Payment { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoicePaymentPaymentOptions
    {
        public string PaymentIntent { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string Type { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class InvoicePaymentService
    {
        public virtual Task<StripeList<InvoicePayment>> ListAsync(InvoicePaymentListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
    }

    public class BillingPortalService
    {
        public virtual BillingPortal.SessionService Sessions => throw Signature.Only();
    }
}

namespace Stripe.BillingPortal
{
    public class Session : StripeEntity<Session>
    {
        public string Url { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class SessionCreateOptions : BaseOptions
    {
        public string Customer { get => throw Signature.Only(); set => throw Signature.Only(); }

        public SessionFlowDataOptions FlowData { get => throw Signature.Only(); set => throw Signature.Only(); }

        public string ReturnUrl { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class SessionFlowDataOptions
    {
        public string Type { get => throw Signature.Only(); set => throw Signature.Only(); }
    }

    public class SessionService
    {
        public virtual Task<Session> CreateAsync(SessionCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
    }
}
