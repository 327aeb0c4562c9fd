// As in StripeClient.cs.
#nullable disable
using SignatureOnly;

namespace Stripe;

public class PaymentIntent : StripeEntity<PaymentIntent>
{
    public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Status { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long Amount { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long AmountReceived { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

    public DateTime Created { get => throw Signature.Only(); set => throw Signature.Only(); }

    public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }

    public Charge LatestCharge { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class Charge : StripeEntity<Charge>, IBalanceTransactionSource
{
    public string PaymentIntentId { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

    public bool Disputed { get => throw Signature.Only(); set => throw Signature.Only(); }

    public BalanceTransaction BalanceTransaction { get => throw Signature.Only(); set => throw Signature.Only(); }

    public StripeList<Refund> Refunds { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public interface IBalanceTransactionSource;

public class BalanceTransaction : StripeEntity<BalanceTransaction>
{
    public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string ReportingCategory { get => throw Signature.Only(); set => throw Signature.Only(); }

    public DateTime Created { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string SourceId { get => throw Signature.Only(); set => throw Signature.Only(); }

    public IBalanceTransactionSource Source { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long Amount { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long Fee { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

    public decimal? ExchangeRate { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class Refund : StripeEntity<Refund>, IBalanceTransactionSource
{
    public string PaymentIntentId { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long Amount { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Status { get => throw Signature.Only(); set => throw Signature.Only(); }

    public DateTime Created { get => throw Signature.Only(); set => throw Signature.Only(); }

    public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class Dispute : StripeEntity<Dispute>, IBalanceTransactionSource
{
    public string PaymentIntentId { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long Amount { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Status { get => throw Signature.Only(); set => throw Signature.Only(); }

    public DateTime Created { get => throw Signature.Only(); set => throw Signature.Only(); }

    public List<BalanceTransaction> BalanceTransactions { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class PaymentIntentGetOptions : BaseOptions;

public class RefundCreateOptions : BaseOptions
{
    public string PaymentIntent { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long? Amount { get => throw Signature.Only(); set => throw Signature.Only(); }

    public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class RefundListOptions : ListOptions
{
    public string PaymentIntent { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class DisputeListOptions : ListOptions
{
    public string PaymentIntent { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class PaymentIntentService
{
    public virtual Task<PaymentIntent> GetAsync(string id, PaymentIntentGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
}

public class RefundService
{
    public virtual Task<Refund> CreateAsync(RefundCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual IAsyncEnumerable<Refund> ListAutoPagingAsync(RefundListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
}

public class DisputeService
{
    public virtual IAsyncEnumerable<Dispute> ListAutoPagingAsync(DisputeListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
}

public class Transfer : StripeEntity<Transfer>, IBalanceTransactionSource
{
    public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

    public long Amount { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string DestinationId { get => throw Signature.Only(); set => throw Signature.Only(); }

    public DateTime Created { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class TransferCreateOptions : BaseOptions
{
    public long? Amount { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Currency { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Destination { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string TransferGroup { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class TransferListOptions : ListOptions
{
    public string TransferGroup { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class TransferService
{
    public virtual Task<Transfer> CreateAsync(TransferCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual Task<StripeList<Transfer>> ListAsync(TransferListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
}

public class BalanceTransactionListOptions : ListOptions
{
    public AnyOf<DateTime?, DateRangeOptions> Created { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class BalanceTransactionService
{
    public virtual Task<StripeList<BalanceTransaction>> ListAsync(BalanceTransactionListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
}

public class DateRangeOptions
{
    public DateTime? GreaterThanOrEqual { get => throw Signature.Only(); set => throw Signature.Only(); }

    public DateTime? LessThan { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AnyOf<T1, T2>
{
    public static implicit operator AnyOf<T1, T2>(T1 value) => throw Signature.Only();

    public static implicit operator AnyOf<T1, T2>(T2 value) => throw Signature.Only();
}
