using System.Text.Json.Serialization;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Ledger;

namespace SeriesFunctions.Local.Payments;

/// <summary>A payment page at the simulated provider; for a subscription, with an <paramref name="Offer"/>, and <paramref name="CheckoutId"/> is that subscription's. Amounts in minor units, currency in lower case as Stripe has it. <paramref name="PaidAt"/> may lie ahead: the buyer's bank takes its time.</summary>
public sealed record SimulatedSession(
    string Id, string CheckoutId, string BuyerId, string SeriesId, string Title, long Amount, string Currency, string SuccessUrl, string CancelUrl,
    SessionStatus Status, string? PaymentId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? PaidAt = null, SimulatedOffer? Offer = null)
{
    /// <summary>The subscription that was made on it, once somebody has paid.</summary>
    public string? SubscriptionId => Offer is not null && Status == SessionStatus.Complete ? Core.Kernel.Ids.From("sub_sim", Id) : null;

    /// <summary>By the clock: nobody has to tidy up first.</summary>
    public SessionStatus StatusAt(DateTimeOffset now) => Status == SessionStatus.Open && now >= ExpiresAt ? SessionStatus.Expired : Status;

    public bool IsPaidAt(DateTimeOffset now) => SubscriptionId is not null || PaymentId is not null && (PaidAt is null || now >= PaidAt);
}

/// <summary><paramref name="Key"/> is the caller's; null for a refund that was made here.</summary>
public sealed record SimulatedRefund(string Id, string PaymentId, long Amount, RefundStatus Status, DateTimeOffset CreatedAt, string? Key = null);

public sealed record SimulatedDispute(string Id, long Amount, long Fee, DisputeStatus Status, DateTimeOffset CreatedAt);

/// <summary>A payment with what happened to it since. One of a subscription has no checkout. Whether one that takes its time has gone through, and whether its fee is known, the clock decides.</summary>
public sealed record SimulatedPayment(
    string Id, string CheckoutId, string BuyerId, string SeriesId, long Amount, string Currency, long Fee, PaymentStatus Status, DateTimeOffset CreatedAt,
    IReadOnlyList<SimulatedRefund> Refunds, SimulatedDispute? Dispute, DateTimeOffset? SucceedsAt = null, DateTimeOffset? FeeKnownAt = null,
    string? SubscriptionId = null)
{
    public long Refunded => Refunds.Where(refund => refund.Status != RefundStatus.Failed).Sum(refund => refund.Amount);

    public PaymentStatus StatusAt(DateTimeOffset now) => Status == PaymentStatus.Processing && now >= SucceedsAt ? PaymentStatus.Succeeded : Status;

    public long? FeeAt(DateTimeOffset now) => FeeKnownAt is null || now >= FeeKnownAt ? Fee : null;
}

public sealed record SimulatedTransfer(string Id, string Account, long Amount, string Currency, DateTimeOffset CreatedAt);

/// <summary>A creator's account, opened by us for her.</summary>
public sealed record SimulatedAccount(string Id, string CreatorId, string? Country, PayoutAccountStatus Status, DateTimeOffset CreatedAt)
{
    /// <summary>What is still to be told, in Stripe's words.</summary>
    public IReadOnlyList<string> Due => Status switch
    {
        PayoutAccountStatus.Ready => [],
        PayoutAccountStatus.Restricted => ["individual.verification.document"],
        _ => ["external_account", "individual.first_name", "individual.last_name", "tos_acceptance.date"],
    };
}

/// <summary>A link to the pages on which an account is filled in.</summary>
public sealed record SimulatedLink(string Id, string AccountId, string ReturnUrl, string RefreshUrl, DateTimeOffset ExpiresAt, bool Used);

/// <summary>Leads from a dispute to its payment.</summary>
public sealed record SimulatedDisputeOf(string PaymentId);

/// <summary>One movement of the balance; net is amount less fee.</summary>
public sealed record SimulatedBookEntry(string Id, BookKind Kind, long Amount, long Fee, string Currency, string SourceId, string? PaymentId, DateTimeOffset CreatedAt);

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(SimulatedSession))]
[JsonSerializable(typeof(SimulatedPayment))]
[JsonSerializable(typeof(SimulatedRefund))]
[JsonSerializable(typeof(SimulatedTransfer))]
[JsonSerializable(typeof(SimulatedAccount))]
[JsonSerializable(typeof(SimulatedLink))]
[JsonSerializable(typeof(SimulatedSubscription))]
[JsonSerializable(typeof(SimulatedPortal))]
[JsonSerializable(typeof(SimulatedDisputeOf))]
[JsonSerializable(typeof(SimulatedBookEntry))]
internal sealed partial class ProviderJson : JsonSerializerContext;
