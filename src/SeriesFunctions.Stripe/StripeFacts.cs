namespace SeriesFunctions.Stripe;

// What we read of the provider's objects, under the names that the API gives them. StripeReading fills them from the library's types, StripeMapping
// makes the port's of them, and the tests fill them from the API's own JSON: what is decided here needs no library to be tested.

internal sealed record SessionFacts(
    string Id,
    string? Url,
    string? Status,
    string? PaymentStatus,
    string? PaymentIntent,
    IReadOnlyDictionary<string, string>? Metadata,
    long? AmountTotal,
    string? Currency,
    DateTimeOffset ExpiresAt,
    string? Subscription = null);

internal sealed record PaymentFacts(
    string Id,
    string? Status,
    long Amount,
    long AmountReceived,
    string? Currency,
    DateTimeOffset Created,
    IReadOnlyDictionary<string, string>? Metadata,
    ChargeFacts? LatestCharge);

internal sealed record ChargeFacts(string Id, bool Disputed, BalanceFacts? BalanceTransaction, PageFacts<RefundFacts>? Refunds);

/// <summary>A movement of our balance; in the currency that we are settled in, which need not be the payment's.</summary>
internal sealed record BalanceFacts(long Amount, long Fee, string? Currency, decimal? ExchangeRate);

internal sealed record RefundFacts(string Id, long Amount, string? Currency, string? Status, DateTimeOffset Created, IReadOnlyDictionary<string, string>? Metadata);

internal sealed record DisputeFacts(string Id, long Amount, string? Currency, string? Status, DateTimeOffset Created, IReadOnlyList<BalanceFacts> BalanceTransactions);

internal sealed record TransferFacts(string Id, long Amount, string? Currency, string? Destination, DateTimeOffset Created);

internal sealed record AccountFacts(string Id, bool DetailsSubmitted, bool PayoutsEnabled, CapabilitiesFacts? Capabilities, RequirementsFacts? Requirements, IReadOnlyDictionary<string, string>? Metadata);

/// <summary>Each is <c>active</c>, <c>inactive</c> or <c>pending</c>; absent where it was never asked for.</summary>
internal sealed record CapabilitiesFacts(string? Transfers);

internal sealed record RequirementsFacts(IReadOnlyList<string>? CurrentlyDue, string? DisabledReason);

internal sealed record AccountLinkFacts(string Url, DateTimeOffset ExpiresAt);

/// <summary>A movement of our balance as the provider's books have it.</summary>
internal sealed record EntryFacts(string Id, long Amount, long Fee, string? Currency, string? ReportingCategory, DateTimeOffset Created, SourceFacts? Source);

/// <summary>The object behind a movement; <paramref name="PaymentIntent"/> where it belongs to a payment.</summary>
internal sealed record SourceFacts(string Id, string? PaymentIntent);

internal sealed record PageFacts<T>(IReadOnlyList<T> Data, bool HasMore);
