using Stripe;
using Stripe.Checkout;

namespace SeriesFunctions.Stripe;

/// <summary>Takes what we need off the library's objects. Nothing is decided here.</summary>
internal static class StripeReading
{
    public static SessionFacts Of(Session session) => new(
        session.Id, session.Url, session.Status, session.PaymentStatus, session.PaymentIntentId, session.Metadata, session.AmountTotal, session.Currency, Utc(session.ExpiresAt),
        session.SubscriptionId);

    public static SubscriptionFacts Of(Subscription subscription) => new(
        subscription.Id, subscription.Status, subscription.CancelAtPeriodEnd, Utc(subscription.CancelAt), Utc(subscription.EndedAt), subscription.Metadata,
        subscription.Items?.Data is [{ } item, ..]
            ? new(item.Id, Utc(item.CurrentPeriodStart), Utc(item.CurrentPeriodEnd), item.Price?.UnitAmount, item.Price?.Currency, item.Price?.ProductId)
            : null);

    public static InvoiceFacts Of(Invoice invoice) => new(
        invoice.Id, invoice.Status, invoice.BillingReason, invoice.AmountPaid, invoice.Currency, Utc(invoice.Created), invoice.Parent?.SubscriptionDetails?.Metadata,
        [.. (invoice.Lines?.Data ?? []).Select(line => new InvoiceLineFacts(line.Amount, Utc(line.Period.Start), Utc(line.Period.End), line.Pricing?.PriceDetails?.Product))],
        [.. (invoice.Payments?.Data ?? []).Select(payment => new InvoicePaymentFacts(payment.Status, payment.Payment?.PaymentIntentId))]);

    public static PaymentFacts Of(PaymentIntent payment) => new(
        payment.Id, payment.Status, payment.Amount, payment.AmountReceived, payment.Currency, Utc(payment.Created), payment.Metadata,
        payment.LatestCharge is { } charge ? Of(charge) : null);

    public static RefundFacts Of(Refund refund) => new(refund.Id, refund.Amount, refund.Currency, refund.Status, Utc(refund.Created), refund.Metadata);

    public static DisputeFacts Of(Dispute dispute) => new(
        dispute.Id, dispute.Amount, dispute.Currency, dispute.Status, Utc(dispute.Created), [.. (dispute.BalanceTransactions ?? []).Select(Of)]);

    public static TransferFacts Of(Transfer transfer) => new(transfer.Id, transfer.Amount, transfer.Currency, transfer.DestinationId, Utc(transfer.Created));

    public static AccountFacts Of(Account account) => new(
        account.Id, account.DetailsSubmitted, account.PayoutsEnabled,
        account.Capabilities is { } can ? new(can.Transfers) : null,
        account.Requirements is { } requirements ? new(requirements.CurrentlyDue, requirements.DisabledReason) : null,
        account.Metadata);

    public static AccountLinkFacts Of(AccountLink link) => new(link.Url, Utc(link.ExpiresAt));

    public static EntryFacts Entry(BalanceTransaction entry) => new(
        entry.Id, entry.Amount, entry.Fee, entry.Currency, entry.ReportingCategory, Utc(entry.Created),
        entry.Source switch
        {
            Charge charge => new(charge.Id, charge.PaymentIntentId),
            Refund refund => new(refund.Id, refund.PaymentIntentId),
            Dispute dispute => new(dispute.Id, dispute.PaymentIntentId),
            _ => entry.SourceId is { } id ? new(id, null) : null,
        });

    private static ChargeFacts Of(Charge charge) => new(
        charge.Id, charge.Disputed,
        charge.BalanceTransaction is { } balance ? Of(balance) : null,
        charge.Refunds is { } refunds ? new([.. (refunds.Data ?? []).Select(Of)], refunds.HasMore) : null);

    private static BalanceFacts Of(BalanceTransaction balance) => new(balance.Amount, balance.Fee, balance.Currency, balance.ExchangeRate);

    private static DateTimeOffset? Utc(DateTime? time) => time is { } at ? Utc(at) : null;

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
