using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>
/// Asks the provider how a subscription stands and brings it, its purchases and its access in line with that, in one batch. May run any number of times, for whatever event, or for none: a renewal that
/// nobody told of is found in the subscription's invoices.
/// </summary>
public sealed partial class SettleSubscription(
    Records records, IPaymentGateway payments, ISubscriptionGateway subscriptions, DueWork due, TimeProvider clock, SubscriptionsOptions options, ILogger<SettleSubscription> logger)
{
    private const int MostAttempts = 5;

    /// <param name="providerId">The subscription at the provider.</param>
    /// <param name="paymentId">The payment that something happened to; null for none in particular.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Settled> HandleAsync(string providerId, string? paymentId, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var settled = await TryAsync(providerId, paymentId, cancellationToken);
            if (settled != SettlePayment.ChangedMeanwhile || attempt == MostAttempts)
                return settled;
        }
    }

    private async ValueTask<Settled> TryAsync(string providerId, string? paymentId, CancellationToken cancellationToken)
    {
        var found = await subscriptions.FindSubscriptionAsync(providerId, cancellationToken);
        if (found.Status == GatewayStatus.Unavailable)
            return new(SettledAs.Unavailable, found.Reason);
        if (found.Value is not { Subject: { } subject } state)
            return new(SettledAs.NotOurs, "not-our-subscription");
        var partition = Subscription.In(subject.ViewerId);
        if (await records.FindAsync<Subscription>(partition, Subscription.DocumentId(subject.SubscriptionId), cancellationToken) is not { } stored)
            return new(SettledAs.Unknown, "no-such-subscription");

        var now = clock.GetUtcNow();
        var access = await records.FindAsync<CreatorAccess>(partition, CreatorAccess.DocumentId(stored.Value.CreatorId), cancellationToken);
        var pointer = await records.FindAsync<Subscribed>(partition, Subscribed.DocumentId(stored.Value.CreatorId), cancellationToken);
        var other = pointer is not null && pointer.Value.SubscriptionId != stored.Value.Id
            ? await records.FindAsync<Subscription>(partition, Subscription.DocumentId(pointer.Value.SubscriptionId), cancellationToken)
            : null;
        var purchases = new Dictionary<string, Stored<Purchase>>();
        var returned = new Dictionary<string, Stored<ReturnedPayment>>();
        if (!(await ReadAsync(partition, state, paymentId, purchases, returned, cancellationToken)).IsOk(out var invoices, out var problem))
            return new(SettledAs.Unavailable, problem.Code);
        var before = new SubscriptionBooks(stored.Value, access?.Value, invoices, OtherRuns: other?.Value.StateAt(now) is SubscriptionState.Active or SubscriptionState.PastDue or SubscriptionState.Cancelling);
        var decision = SubscriptionSettlement.Decide(before, state, options.Grace, now);
        var after = decision.After;
        if (after.Subscription == stored.Value && decision.Events.Count == 0 && invoices.All(one => one == Match(after, one)) && ReferenceEquals(after.Access, access?.Value))
            return Settled.Done;

        // It was read before our records, and these may know something newer. Read after them it can't be older than what is replaced: the etags see to that.
        var again = await subscriptions.FindSubscriptionAsync(providerId, cancellationToken);
        if (again.Value is not { } newer)
            return new(SettledAs.Unavailable, again.Reason);
        if (newer.Invoices.Count != state.Invoices.Count || !newer.Invoices.SequenceEqual(state.Invoices) || newer with { Invoices = state.Invoices } != state)
        {
            if (!(await ReadAsync(partition, newer, paymentId, purchases, returned, cancellationToken)).IsOk(out invoices, out problem))
                return new(SettledAs.Unavailable, problem.Code);
            before = before with { Invoices = invoices };
            decision = SubscriptionSettlement.Decide(before, newer, options.Grace, now);
            after = decision.After;
        }

        var subscription = after.Subscription;
        var batch = new Batch(partition).Replace(Subscription.DocumentId(subscription.Id), subscription, stored.ETag, subscription.Sort);
        foreach (var one in after.Invoices)
        {
            var was = invoices.First(i => i.Invoice.Id == one.Invoice.Id);
            if (one.Purchase is { } bought && bought != was.Purchase)
                batch.Save(Purchase.DocumentId(bought.Id), purchases.GetValueOrDefault(one.Invoice.Id), bought, bought.Sort);
            if (one.Returned is { } refused && refused != was.Returned)
                batch.Save(ReturnedPayment.DocumentId(one.Invoice.PaymentId!), returned.GetValueOrDefault(one.Invoice.Id), refused);
        }
        if (after.Access is { } granted && !ReferenceEquals(granted, access?.Value))
            batch.Save(CreatorAccess.DocumentId(granted.CreatorId), access, granted);
        if (Runs(subscription.StateAt(now)) && (subscription.AccessUntil != stored.Value.AccessUntil || pointer?.Value.SubscriptionId != subscription.Id))
        {
            // Written also where it says so already: of two that are paid at the same moment, one finds it changed and looks again; and so does a renewal that was found when the clock had ended it,
            // at the moment in which she begins another one. That other one nobody paid for yet: this one was first, and nobody may pay on the other's page any more.
            batch.Save(Subscribed.DocumentId(subscription.CreatorId), pointer, new Subscribed(subscription.Id));
            if (other is { Value.State: SubscriptionState.Incomplete })
                batch.Emit(new SubscriptionDue(other.Value.Id, subscription.ViewerId), now);
        }
        foreach (var happened in decision.Events)
            Emit(batch, happened, now);
        if (subscription.LookAt != stored.Value.LookAt && subscription.State != SubscriptionState.Ended)
            await LookAsync(due, batch, subscription, now, cancellationToken);
        if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
            return SettlePayment.ChangedMeanwhile;
        LogSettled(logger, subscription.Id, subscription.State);
        return Settled.Done;
    }

    /// <summary>Noted where the sweep looks before the message leaves: docs/adr/0022.</summary>
    internal static async ValueTask LookAsync(DueWork due, Batch batch, Subscription subscription, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await due.RememberAsync(new(DueKind.Subscription, subscription.ViewerId.Value, subscription.Id.Value, subscription.LookAt + DueWork.LeftToItsMessage), cancellationToken);
        batch.Emit(new SubscriptionDue(subscription.Id, subscription.ViewerId), now, dueAt: subscription.LookAt);
    }

    private static bool Runs(SubscriptionState state) => state is SubscriptionState.Active or SubscriptionState.PastDue or SubscriptionState.Cancelling;

    private static InvoiceBooks? Match(SubscriptionBooks after, InvoiceBooks one) => after.Invoices.FirstOrDefault(i => i.Invoice.Id == one.Invoice.Id);

    /// <summary>Every paid invoice with what we have of it. The payment itself is asked for where we have none, where its fee is not known, and where it is the one that something happened to.</summary>
    private async ValueTask<Result<IReadOnlyList<InvoiceBooks>>> ReadAsync(
        Partition partition, ProviderSubscription state, string? paymentId, Dictionary<string, Stored<Purchase>> purchases, Dictionary<string, Stored<ReturnedPayment>> returned,
        CancellationToken cancellationToken)
    {
        var books = new List<InvoiceBooks>();
        foreach (var invoice in state.Invoices.Where(one => one is { IsPaid: true, PaymentId: not null }))
        {
            var purchase = await records.FindAsync<Purchase>(partition, Purchase.DocumentId(SubscriptionSettlement.IdOf(invoice)), cancellationToken);
            var refused = purchase is null ? await records.FindAsync<ReturnedPayment>(partition, ReturnedPayment.DocumentId(invoice.PaymentId!), cancellationToken) : null;
            if (purchase is not null)
                purchases[invoice.Id] = purchase;
            if (refused is not null)
                returned[invoice.Id] = refused;
            ProviderPayment? payment = null;
            if (invoice.PaymentId == paymentId || (purchase?.Value ?? refused?.Value.As) is not { FeeIsKnown: true })
            {
                var read = await payments.FindPaymentAsync(invoice.PaymentId!, cancellationToken);
                // One that the provider doesn't know is not paid: it says nothing.
                if (read.Status == GatewayStatus.Unavailable)
                    return Problem.Unavailable("payment provider");
                payment = read.Value;
            }
            books.Add(new(invoice, payment, purchase?.Value, refused?.Value));
        }
        return books;
    }

    private static void Emit(Batch batch, object happened, DateTimeOffset now)
    {
        switch (happened)
        {
            case SubscriptionMoved moved:
                batch.Emit(moved, now);
                Telemetry.Count("subscription-" + moved.To.ToString().ToLowerInvariant());
                break;
            case SubscriptionToTell tell:
                batch.Emit(tell, now);
                break;
            default:
                SettlePayment.Emit(batch, happened, now);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Subscription {SubscriptionId} settled; it is {State}")]
    private static partial void LogSettled(ILogger logger, SubscriptionId subscriptionId, SubscriptionState state);
}
