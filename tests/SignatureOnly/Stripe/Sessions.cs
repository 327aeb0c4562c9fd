// As in StripeClient.cs.
#nullable disable
using SignatureOnly;

namespace Stripe.Checkout;

public class Session : StripeEntity<Session>
{
    public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Url { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Status { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string PaymentStatus { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string PaymentIntentId { get => throw Signature.Only(); set => throw Signature.Only(); }

    public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string SubscriptionId { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long? AmountTotal { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

    public DateTime ExpiresAt { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class SessionCreateOptions : BaseOptions
{
    public string Mode { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string ClientReferenceId { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string SuccessUrl { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string CancelUrl { get => throw Signature.Only(); set => throw Signature.Only(); }

    public DateTime? ExpiresAt { get => throw Signature.Only(); set => throw Signature.Only(); }

    public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }

    public SessionAdaptivePricingOptions AdaptivePricing { get => throw Signature.Only(); set => throw Signature.Only(); }

    public SessionPaymentIntentDataOptions PaymentIntentData { get => throw Signature.Only(); set => throw Signature.Only(); }

    public SessionSubscriptionDataOptions SubscriptionData { get => throw Signature.Only(); set => throw Signature.Only(); }

    public List<SessionLineItemOptions> LineItems { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class SessionAdaptivePricingOptions
{
    public bool? Enabled { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class SessionPaymentIntentDataOptions
{
    public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string TransferGroup { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string CaptureMethod { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class SessionSubscriptionDataOptions
{
    public SessionSubscriptionDataBillingModeOptions BillingMode { get => throw Signature.Only(); set => throw Signature.Only(); }

    public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class SessionSubscriptionDataBillingModeOptions
{
    public string Type { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class SessionLineItemOptions
{
    public long? Quantity { get => throw Signature.Only(); set => throw Signature.Only(); }

    public SessionLineItemPriceDataOptions PriceData { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class SessionLineItemPriceDataOptions
{
    public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long? UnitAmount { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Product { get => throw Signature.Only(); set => throw Signature.Only(); }

    public SessionLineItemPriceDataRecurringOptions Recurring { get => throw Signature.Only(); set => throw Signature.Only(); }

    public SessionLineItemPriceDataProductDataOptions ProductData { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class SessionLineItemPriceDataRecurringOptions
{
    public string Interval { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class SessionLineItemPriceDataProductDataOptions
{
    public string Name { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class SessionGetOptions : BaseOptions;

public class SessionExpireOptions : BaseOptions;

public class SessionService
{
    public virtual Task<Session> CreateAsync(SessionCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual Task<Session> GetAsync(string id, SessionGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual Task<Session> ExpireAsync(string id, SessionExpireOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
}
