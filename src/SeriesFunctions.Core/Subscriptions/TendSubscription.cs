using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>
/// Looks at a subscription when its time has come, whatever was told: closes a payment page that nobody used, asks after a renewal, and ends at the provider and then here what the clock has ended.
/// May run any number of times.
/// </summary>
public sealed class TendSubscription(Records records, IPaymentGateway payments, ISubscriptionGateway subscriptions, SettleSubscription settle, DueWork due, TimeProvider clock) : IHandle<SubscriptionDue>
{
    public async ValueTask<Handled> HandleAsync(SubscriptionDue message, CancellationToken cancellationToken)
    {
        if (await FindAsync(message, cancellationToken) is not { } stored)
            return Handled.Done;
        // Told early: another one has begun, and nobody may pay on this page any more.
        var superseded = stored.Value.State == SubscriptionState.Incomplete
            && await records.FindAsync<Subscribed>(Subscription.In(message.ViewerId), Subscribed.DocumentId(stored.Value.CreatorId), cancellationToken) is { } pointer
            && pointer.Value.SubscriptionId != stored.Value.Id;
        // A look that was put off since has a message of its own.
        if (!superseded && stored.Value.LookAt > clock.GetUtcNow())
            return Handled.Done;
        if (stored.Value.State == SubscriptionState.Incomplete)
        {
            switch (await CloseAsync(stored, superseded ? "superseded" : "not-paid", cancellationToken))
            {
                case EndedAs.Unavailable:
                    return Handled.Retry("unavailable");
                case EndedAs.Ended:
                    return Handled.Done;
            }
        }
        else if (await AskAsync(stored.Value, cancellationToken) is { } reason)
            return Handled.Retry(reason);

        if (await FindAsync(message, cancellationToken) is not { } after || after.Value.LookAt > clock.GetUtcNow())
            return Handled.Done;
        var now = clock.GetUtcNow();
        var later = after.Value with { LookAt = SubscriptionSettlement.NextLook(after.Value, now) };
        var batch = new Batch(Subscription.In(message.ViewerId)).Replace(Subscription.DocumentId(later.Id), later, after.ETag, later.Sort);
        await SettleSubscription.LookAsync(due, batch, later, now, cancellationToken);
        return (await records.SaveAsync(batch, cancellationToken)).IsOk ? Handled.Done : Handled.Retry("changed-meanwhile");
    }

    /// <summary>Ends one that nobody has paid: at the provider first, so that nobody pays on a page that we call closed.</summary>
    public async ValueTask<EndedAs> CloseAsync(Stored<Subscription> stored, string reason, CancellationToken cancellationToken)
    {
        if (stored.Value.SessionId is { } sessionId)
        {
            var session = await payments.ExpireSessionAsync(sessionId, cancellationToken);
            if (session.Status == GatewayStatus.Unavailable)
                return EndedAs.Unavailable;
            if (session.Value?.SubscriptionId is { } providerId)
                return (await settle.HandleAsync(providerId, null, cancellationToken)).As == SettledAs.Unavailable ? EndedAs.Unavailable : EndedAs.Paying;
        }
        return await EndAsync(stored, SubscriptionCause.NotPaid, reason, cancellationToken) ? EndedAs.Ended : EndedAs.Unavailable;
    }

    /// <summary>The provider says that nobody can pay on its page any more.</summary>
    public async ValueTask<Settled> ExpireAsync(SubscriptionSubject of, CancellationToken cancellationToken)
    {
        if (await records.FindAsync<Subscription>(Subscription.In(of.ViewerId), Subscription.DocumentId(of.SubscriptionId), cancellationToken) is not { } stored)
            return new(SettledAs.Unknown, "no-such-subscription");
        return stored.Value.State != SubscriptionState.Incomplete || await EndAsync(stored, SubscriptionCause.NotPaid, "not-paid", cancellationToken) ? Settled.Done : SettlePayment.ChangedMeanwhile;
    }

    /// <summary>Nobody pays on this page any more.</summary>
    public async ValueTask CloseSessionAsync(string sessionId, CancellationToken cancellationToken) => await payments.ExpireSessionAsync(sessionId, cancellationToken);

    /// <summary>Writes that nobody paid. False when somebody else wrote meanwhile.</summary>
    public async ValueTask<bool> EndAsync(Stored<Subscription> stored, SubscriptionCause cause, string reason, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var ended = SubscriptionSettlement.End(stored.Value, cause, reason, now);
        var outcome = await records.SaveAsync(
            new Batch(Subscription.In(ended.ViewerId))
                .Replace(Subscription.DocumentId(ended.Id), ended, stored.ETag, ended.Sort)
                .Emit(SubscriptionSettlement.Moved(stored.Value, ended, now), now),
            cancellationToken);
        return outcome.IsOk;
    }

    /// <summary>Asks the provider, and ends there what is over by our clock. Null when that went well, otherwise why it is to be tried again.</summary>
    private async ValueTask<string?> AskAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        var settled = await settle.HandleAsync(subscription.ProviderId!, null, cancellationToken);
        if (settled.As == SettledAs.Unavailable)
            return settled.Reason ?? "unavailable";
        if (await FindAsync(new(subscription.Id, subscription.ViewerId), cancellationToken) is not { } after || clock.GetUtcNow() < after.Value.AccessUntil)
            return null;
        var cancelled = await subscriptions.CancelNowAsync(subscription.ProviderId!, cancellationToken);
        if (cancelled.Status == GatewayStatus.Unavailable)
            return cancelled.Reason ?? "unavailable";
        settled = await settle.HandleAsync(subscription.ProviderId!, null, cancellationToken);
        return settled.As == SettledAs.Unavailable ? settled.Reason ?? "unavailable" : null;
    }

    /// <summary>Null for one that is not there or has ended: there is nothing to look at.</summary>
    private async ValueTask<Stored<Subscription>?> FindAsync(SubscriptionDue of, CancellationToken cancellationToken) =>
        await records.FindAsync<Subscription>(Subscription.In(of.ViewerId), Subscription.DocumentId(of.SubscriptionId), cancellationToken) is { Value.State: not SubscriptionState.Ended } found ? found : null;
}

/// <summary>The minute's timer: finds every subscription whose time came five minutes ago and that nobody has looked at since, because its message was lost or the provider was out for long.</summary>
public sealed class SweepSubscriptions(DueWork due, TendSubscription tend)
{
    public Task HandleAsync(CancellationToken cancellationToken) =>
        due.SweepAsync(DueKind.Subscription, (item, stop) => tend.HandleAsync(new(new(item.Id), new(item.Owner)), stop), cancellationToken);
}

/// <summary>
/// Tells the provider what a viewer decided, and ends there what has ended here: right away, and off the queue with patience where that did not go through. What counts is the record as it is now, so
/// two wishes one after the other end with the last one.
/// </summary>
public sealed class TellProvider(Records records, ISubscriptionGateway subscriptions, SettleSubscription settle, TimeProvider clock) : IHandle<SubscriptionToTell>
{
    public async ValueTask<Handled> HandleAsync(SubscriptionToTell message, CancellationToken cancellationToken)
    {
        var told = await TellAsync(message.SubscriptionId, message.ViewerId, cancellationToken);
        return told.Status == GatewayStatus.Unavailable
            ? await Patience.AgainAsync(
                records, Subscription.In(message.ViewerId), $"{message.SubscriptionId} {message.Since?.ToUnixTimeMilliseconds() ?? clock.GetUtcNow().ToUnixTimeMilliseconds()} {message.Try}", message.Try, message.Since,
                clock.GetUtcNow(), since => message with { Try = message.Try + 1, Since = since }, told.Reason, cancellationToken)
            : Handled.Done;
    }

    /// <summary>What became of the last wish: <see cref="GatewayStatus.Refused"/> where the provider does not do it; then it is forgotten.</summary>
    public async ValueTask<(GatewayStatus Status, string? Reason)> TellAsync(SubscriptionId id, UserId viewer, CancellationToken cancellationToken)
    {
        var (status, reason) = (GatewayStatus.Ok, default(string));
        while (true)
        {
            if (await records.FindAsync<Subscription>(Subscription.In(viewer), Subscription.DocumentId(id), cancellationToken) is not { Value: { ProviderId: { } providerId } subscription })
                return (status, reason);
            GatewayResult<ProviderSubscription> told;
            Subscription done;
            if (subscription.State == SubscriptionState.Ended)
            {
                told = await subscriptions.CancelNowAsync(providerId, cancellationToken);
                return (told.Status == GatewayStatus.Unavailable ? told.Status : GatewayStatus.Ok, told.Reason);
            }
            if (subscription.Wish is { } wish)
            {
                told = await subscriptions.ChangeTermsAsync(new(wish.Key, providerId, wish.Terms, wish.Title, wish.AtOnce), cancellationToken);
                done = subscription with { Wish = null };
            }
            else if (subscription.Renews is { } renews)
            {
                told = await subscriptions.SetRenewalAsync(providerId, renews, cancellationToken);
                done = subscription with { Renews = null };
            }
            else
                return (status, reason);
            if (told.Status == GatewayStatus.Unavailable)
                return (told.Status, told.Reason);
            (status, reason) = (told.Status, told.Reason);
            // Settled before the wish is forgotten: whoever looks in between must not take the provider's old word for the viewer's, and what was charged for it is known by the wish.
            var settled = await settle.HandleAsync(providerId, null, cancellationToken);
            if (told.Status == GatewayStatus.Ok && settled.As == SettledAs.Unavailable)
                return (GatewayStatus.Unavailable, settled.Reason);
            if (await records.FindAsync<Subscription>(Subscription.In(viewer), Subscription.DocumentId(id), cancellationToken) is not { } now || now.Value.State == SubscriptionState.Ended)
                return (status, reason);
            // Somebody has wished something else meanwhile: that is told next.
            if (now.Value.Wish != subscription.Wish || now.Value.Renews != subscription.Renews)
                continue;
            await records.SaveAsync(
                new Batch(Subscription.In(viewer)).Replace(Subscription.DocumentId(id), now.Value with { Wish = done.Wish, Renews = done.Renews }, now.ETag, now.Value.Sort), cancellationToken);
        }
    }
}
