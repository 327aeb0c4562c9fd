// The names and shapes of Stripe.net 52.2.0, as far as we use them. README.md says what they were compared with. The package knows no nullable annotations.
#nullable disable
using System.Net;
using System.Net.Http.Headers;
using SignatureOnly;

namespace Stripe;

public class StripeClient
{
    public StripeClient(StripeClientOptions options) => throw Signature.Only();

    public virtual V1Services V1 => throw Signature.Only();
}

public class StripeClientOptions
{
    public string ApiKey { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string ApiBase { get => throw Signature.Only(); set => throw Signature.Only(); }

    public IHttpClient HttpClient { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public interface IHttpClient;

public class SystemNetHttpClient : IHttpClient
{
    public SystemNetHttpClient(HttpClient httpClient = null, int maxNetworkRetries = 2, AppInfo appInfo = null, bool enableTelemetry = true) => throw Signature.Only();
}

public class AppInfo
{
    public string Name { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class V1Services
{
    public virtual CheckoutService Checkout => throw Signature.Only();

    public virtual AccountService Accounts => throw Signature.Only();

    public virtual AccountLinkService AccountLinks => throw Signature.Only();

    public virtual PaymentIntentService PaymentIntents => throw Signature.Only();

    public virtual ProductService Products => throw Signature.Only();

    public virtual RefundService Refunds => throw Signature.Only();

    public virtual DisputeService Disputes => throw Signature.Only();

    public virtual SubscriptionService Subscriptions => throw Signature.Only();

    public virtual InvoiceService Invoices => throw Signature.Only();

    public virtual InvoicePaymentService InvoicePayments => throw Signature.Only();

    public virtual BillingPortalService BillingPortal => throw Signature.Only();

    public virtual TransferService Transfers => throw Signature.Only();

    public virtual BalanceTransactionService BalanceTransactions => throw Signature.Only();
}

public class CheckoutService
{
    public virtual Checkout.SessionService Sessions => throw Signature.Only();
}

public class RequestOptions
{
    public string IdempotencyKey { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class BaseOptions
{
    public List<string> Expand { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class ListOptions : BaseOptions
{
    public string StartingAfter { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long? Limit { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class StripeException : Exception
{
    public HttpStatusCode HttpStatusCode { get => throw Signature.Only(); set => throw Signature.Only(); }

    public StripeError StripeError { get => throw Signature.Only(); set => throw Signature.Only(); }

    public StripeResponse StripeResponse { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class StripeError : StripeEntity<StripeError>
{
    public string Code { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Type { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public abstract class StripeResponseBase
{
    public HttpResponseHeaders Headers => throw Signature.Only();

    public string RequestId => throw Signature.Only();
}

public class StripeResponse : StripeResponseBase;

public abstract class StripeEntity
{
    public StripeResponse StripeResponse { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public abstract class StripeEntity<T> : StripeEntity
    where T : StripeEntity<T>;

public class StripeList<T> : StripeEntity<StripeList<T>>
{
    public List<T> Data { get => throw Signature.Only(); set => throw Signature.Only(); }

    public bool HasMore { get => throw Signature.Only(); set => throw Signature.Only(); }
}
