using System.Globalization;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;

namespace SeriesFunctions.Stripe;

/// <summary>What the provider's objects mean in the port's words. Pure.</summary>
internal static partial class StripeMapping
{
    /// <param name="session">As the provider has it.</param>
    /// <param name="now">A session that is still open there after the time that we promised is overdue; see <see cref="IsOverdue"/>.</param>
    public static ProviderSession Session(SessionFacts session, DateTimeOffset now)
    {
        var status = session.Status switch
        {
            "complete" => SessionStatus.Complete,
            "expired" => SessionStatus.Expired,
            _ => IsOverdue(session, now) ? SessionStatus.Expired : SessionStatus.Open,
        };
        return new(
            session.Id,
            status == SessionStatus.Open && session.Url is { } url ? new Uri(url) : null,
            status,
            session.PaymentStatus == "paid",
            // Older API versions name the payment intent before there is a payment.
            status == SessionStatus.Complete ? session.PaymentIntent : null,
            Subject(session.Metadata),
            StripeAmounts.FromWire(session.AmountTotal ?? 0, session.Currency),
            ExpiresAt(session),
            Subscriber(session.Metadata),
            status == SessionStatus.Complete ? session.Subscription : null);
    }

    /// <summary>Open at the provider, and over by our clock: to be expired there before anybody is told how it stands.</summary>
    public static bool IsOverdue(SessionFacts session, DateTimeOffset now) => session.Status == "open" && now >= ExpiresAt(session);

    public static ProviderPayment Payment(PaymentFacts payment, IReadOnlyList<RefundFacts> refunds, IReadOnlyList<DisputeFacts> disputes)
    {
        var status = payment.Status switch
        {
            "succeeded" => PaymentStatus.Succeeded,
            "canceled" or "requires_payment_method" => PaymentStatus.Failed,
            _ => PaymentStatus.Processing,
        };
        return new(
            payment.Id,
            status,
            Subject(payment.Metadata),
            StripeAmounts.FromWire(status == PaymentStatus.Succeeded ? payment.AmountReceived : payment.Amount, payment.Currency),
            payment.LatestCharge?.BalanceTransaction is { } balance ? Fee(balance, payment.Currency) : null,
            payment.Created,
            [.. refunds.OrderBy(refund => refund.Created).ThenBy(refund => refund.Id, StringComparer.Ordinal).Select(refund => Refund(refund, payment.Id))],
            disputes.OrderByDescending(dispute => dispute.Created).Select(dispute => Dispute(dispute, payment.Id)).FirstOrDefault(dispute => dispute is not null));
    }

    public static ProviderRefund Refund(RefundFacts refund, string paymentId) => new(
        refund.Id,
        paymentId,
        StripeAmounts.FromWire(refund.Amount, refund.Currency),
        refund.Status switch
        {
            "succeeded" => RefundStatus.Succeeded,
            "failed" or "canceled" => RefundStatus.Failed,
            _ => RefundStatus.Pending,
        },
        refund.Created,
        refund.Metadata?.GetValueOrDefault(StripeRequests.RefundKey));

    public static ProviderTransfer Transfer(TransferFacts transfer) =>
        new(transfer.Id, transfer.Destination ?? "", StripeAmounts.FromWire(transfer.Amount, transfer.Currency), transfer.Created);

    /// <summary>
    /// Ready when we may transfer to it and it may pay out to its holder's bank. Stopped is one whose holder has told everything once and now has to do something, or was turned away; while the provider
    /// itself is still checking, she waits. Source: Stripe's API reference, "The Account object".
    /// </summary>
    public static ProviderAccount Account(AccountFacts account)
    {
        var reason = account.Requirements?.DisabledReason;
        var status = account switch
        {
            { PayoutsEnabled: true, Capabilities.Transfers: "active" } => PayoutAccountStatus.Ready,
            _ when reason?.StartsWith("rejected.", StringComparison.Ordinal) == true || reason is "platform_paused" => PayoutAccountStatus.Restricted,
            { DetailsSubmitted: true } when reason is not (null or "requirements.pending_verification" or "under_review") => PayoutAccountStatus.Restricted,
            _ => PayoutAccountStatus.Pending,
        };
        return new(
            account.Id,
            account.Metadata?.TryGetValue(StripeRequests.CreatorKey, out var creator) == true && Ids.IsValid(creator) ? new UserId(creator) : null,
            status,
            account.Requirements?.CurrentlyDue ?? []);
    }

    public static OnboardingLink Link(AccountLinkFacts link) => new(new(link.Url), link.ExpiresAt);

    /// <summary>A page of the books. The next one starts after the last entry.</summary>
    public static ProviderBookPage Books(IReadOnlyList<EntryFacts> entries, bool hasMore) =>
        new([.. entries.Select(Entry)], hasMore && entries.Count > 0 ? entries[^1].Id : null);

    private static ProviderBookEntry Entry(EntryFacts entry)
    {
        // Source: Stripe's documentation, "Reporting categories".
        var kind = entry.ReportingCategory switch
        {
            "charge" => BookKind.Charge,
            "refund" or "partial_capture_reversal" => BookKind.Refund,
            "refund_failure" => BookKind.RefundFailure,
            "dispute" => BookKind.Dispute,
            "dispute_reversal" => BookKind.DisputeReversal,
            "transfer" => BookKind.Transfer,
            _ => BookKind.Other,
        };
        return new(
            entry.Id, kind, StripeAmounts.FromWire(entry.Amount, entry.Currency), StripeAmounts.FromWire(entry.Fee, entry.Currency),
            kind == BookKind.Charge ? entry.Source?.PaymentIntent ?? entry.Source?.Id : entry.Source?.Id,
            entry.Source?.PaymentIntent, entry.Created);
    }

    /// <summary>
    /// Null for an inquiry (<c>warning_…</c>) and for a dispute that was prevented: no money was taken from us. An inquiry that becomes a dispute changes its status,
    /// and we are told.
    /// </summary>
    public static ProviderDispute? Dispute(DisputeFacts dispute, string paymentId)
    {
        DisputeStatus? status = dispute.Status switch
        {
            "warning_needs_response" or "warning_under_review" or "warning_closed" or "prevented" => null,
            "won" => DisputeStatus.Won,
            "lost" => DisputeStatus.Lost,
            _ => DisputeStatus.Open,
        };
        if (status is null)
            return null;
        // The first movement takes the amount and the fee; a second one, when we win, gives the amount back.
        var fees = dispute.BalanceTransactions.Select(balance => Fee(balance, dispute.Currency).Amount).DefaultIfEmpty(0).Max();
        return new(
            dispute.Id, paymentId, StripeAmounts.FromWire(dispute.Amount, dispute.Currency), StripeAmounts.FromWire(0, dispute.Currency) with { Amount = fees },
            status.Value, dispute.Created);
    }

    /// <summary>Null for an object that doesn't carry our three ids, as ids are: it is not ours.</summary>
    public static PaymentSubject? Subject(IReadOnlyDictionary<string, string>? metadata) =>
        metadata is not null
        && metadata.TryGetValue(StripeRequests.CheckoutKey, out var checkout) && Ids.IsValid(checkout)
        && metadata.TryGetValue(StripeRequests.BuyerKey, out var buyer) && Ids.IsValid(buyer)
        && metadata.TryGetValue(StripeRequests.SeriesKey, out var series) && Ids.IsValid(series)
            ? new(new(checkout), new(buyer), new(series))
            : null;

    /// <summary>When our promise ends. The provider's own <c>expires_at</c> is later: see <see cref="StripeRequests.Margin"/>.</summary>
    private static DateTimeOffset ExpiresAt(SessionFacts session) =>
        session.Metadata?.TryGetValue(StripeRequests.ExpiresKey, out var text) == true
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : session.ExpiresAt;

    /// <summary>A fee in the payment's currency: where we are settled in another, brought back by the rate that the provider used, half up.</summary>
    private static Money Fee(BalanceFacts balance, string? currency)
    {
        var settled = StripeAmounts.FromWire(balance.Fee, balance.Currency ?? currency);
        var wanted = currency?.ToUpperInvariant() ?? settled.Currency;
        if (settled.Currency == wanted || balance.ExchangeRate is not > 0)
            return settled with { Currency = wanted };
        return StripeAmounts.FromWire((long)Math.Round(balance.Fee / balance.ExchangeRate.Value, MidpointRounding.AwayFromZero), wanted);
    }
}
