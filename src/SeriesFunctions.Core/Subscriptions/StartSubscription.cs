using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>What a client asks for. <paramref name="LinkCode"/> says where the viewer came from.</summary>
public sealed record SubscribeRequest(string SuccessUrl, string CancelUrl, string? LinkCode);

/// <summary>An answer to "subscribe". <paramref name="IsNew"/> false: the viewer had this one open already.</summary>
public sealed record StartedSubscription(Stored<Subscription> Subscription, bool IsNew);

/// <summary>
/// A viewer subscribes to a tier. Safe to repeat with the same key; asked again with another key it answers the open page, or, for another tier or price, closes that one and opens a new one.
/// </summary>
public sealed partial class StartSubscription(
    Records records, TierRecords tiers, CreatorRecords creators, TendSubscription tend, DueWork due, IdempotencyClaims claims, ISubscriptionGateway subscriptions, TimeProvider clock, CheckoutOptions options,
    ILogger<StartSubscription> logger)
{
    public async ValueTask<Result<StartedSubscription>> HandleAsync(UserId creator, TierId tierId, UserId viewer, SubscribeRequest request, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (key.ClaimedId is { } claimed && await FindAsync(viewer, new(claimed), cancellationToken) is { } earlier)
            return await WithSessionAsync(earlier, isNew: true, cancellationToken);
        var checks = new FieldChecks()
            .Must(options.IsReturnUrl(request.SuccessUrl), "successUrl", "not-a-return-url", "An absolute https URL of at most 500 characters.")
            .Must(options.IsReturnUrl(request.CancelUrl), "cancelUrl", "not-a-return-url", "An absolute https URL of at most 500 characters.")
            .Must(request.LinkCode is null || Ids.IsValid(request.LinkCode), "linkCode", "not-a-link-code", "1 to 64 characters of A-Z a-z 0-9 _ -.");
        if (!checks.AllGood)
            return checks.Problem;

        while (true)
        {
            if (!(await MayAsync(creator, tierId, viewer, cancellationToken)).IsOk(out var tier, out var problem))
                return problem;
            var now = clock.GetUtcNow();
            var partition = Subscription.In(viewer);
            var pointer = await records.FindAsync<Subscribed>(partition, Subscribed.DocumentId(creator), cancellationToken);
            if (pointer is not null && await FindAsync(viewer, pointer.Value.SubscriptionId, cancellationToken) is { } running)
            {
                switch (running.Value.StateAt(now))
                {
                    case SubscriptionState.Active or SubscriptionState.PastDue or SubscriptionState.Cancelling:
                        // It may be this very request's, sent twice at once, which was paid since.
                        return await TwinAsync(key, cancellationToken) ?? AlreadySubscribed(running.Value.Id);
                    case SubscriptionState.Incomplete when running.Value.Terms == new SubscriptionTerms(tier.Id, tier.Price):
                        return (await claims.LookUpAsync(key.Owner, key.Scope, key.Key, key.BodyHash, cancellationToken)).IsOk(out var mine, out var reused)
                            ? await WithSessionAsync(running, isNew: mine.ClaimedId == running.Value.Id.Value, cancellationToken)
                            : reused;
                    case SubscriptionState.Incomplete:
                        // Its terms are others. Nobody may be able to pay on the old page when the new one opens.
                        if (await tend.CloseAsync(running, "superseded", cancellationToken) == EndedAs.Unavailable
                            && (await FindAsync(viewer, running.Value.Id, cancellationToken))?.ETag == running.ETag)
                            return Problem.Unavailable("payment provider");
                        continue;
                }
            }
            var id = new SubscriptionId(Ids.New("sbn", now));
            var opened = new Subscription(
                id, viewer, creator, new(tier.Id, tier.Price), tier.Name, request.LinkCode, request.SuccessUrl, request.CancelUrl, SubscriptionMachine.Next(null, SubscriptionCause.Started), now,
                now + options.Lifetime, now + options.Lifetime);
            var batch = new Batch(partition)
                .Create(Subscription.DocumentId(id), opened, opened.Sort)
                .Save(Subscribed.DocumentId(creator), pointer, new Subscribed(id));
            await SettleSubscription.LookAsync(due, batch, opened, now, cancellationToken);
            var outcome = await records.SaveAsync(claims.Add(batch, key, id.Value), cancellationToken);
            if (outcome.IsOk)
            {
                Telemetry.Count("subscription-started");
                // Saved before the provider is asked, and the provider gets our id as its key: a crash between the two leaves a record that the next attempt completes.
                return await WithSessionAsync(new(opened, outcome.ETags[0]!), isNew: true, cancellationToken);
            }
            // Somebody was faster: the same request a second time, or another of the same viewer. Look at what is there now.
            if (await TwinAsync(key, cancellationToken) is { } twin)
                return twin;
        }
    }

    private async ValueTask<Result<Tier>> MayAsync(UserId creator, TierId tierId, UserId viewer, CancellationToken cancellationToken)
    {
        if ((await tiers.FindAsync(creator, cancellationToken))?.Value.Find(tierId) is not { } tier)
            return TierRules.NoSuchTier;
        if (tier.RetiredAt is not null)
            return TierRules.IsRetired;
        if (creator == viewer)
            return Problem.Conflict("own-tier", "A creator can't subscribe to herself.");
        if (await Privacy.DataErasure.RefusesToPayAsync(records, viewer, cancellationToken) is { } leaving)
            return leaving;
        return await creators.StatusAsync(creator, Programme.Subscription, cancellationToken) == ProgrammeStatus.Approved
            ? tier
            : TierRules.NotForSale;
    }

    private static Problem AlreadySubscribed(SubscriptionId id) =>
        Problem.Conflict("already-subscribed", "You are subscribed to this creator already; change the tier or resume instead.") with
        {
            Extensions = new Dictionary<string, object> { ["subscriptionId"] = id.Value },
        };

    private async ValueTask<Result<StartedSubscription>?> TwinAsync(IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (!(await claims.LookUpAsync(key.Owner, key.Scope, key.Key, key.BodyHash, cancellationToken)).IsOk(out var claim, out var problem))
            return problem;
        return claim.ClaimedId is { } id && await FindAsync(key.Owner, new(id), cancellationToken) is { } same
            ? await WithSessionAsync(same, isNew: true, cancellationToken)
            : default(Result<StartedSubscription>?);
    }

    private ValueTask<Stored<Subscription>?> FindAsync(UserId viewer, SubscriptionId id, CancellationToken cancellationToken) =>
        records.FindAsync<Subscription>(Subscription.In(viewer), Subscription.DocumentId(id), cancellationToken);

    private async ValueTask<Result<StartedSubscription>> WithSessionAsync(Stored<Subscription> stored, bool isNew, CancellationToken cancellationToken)
    {
        var subscription = stored.Value;
        if (subscription is { State: SubscriptionState.Ended, EndReason: SessionRefused })
            return PaymentRefused;
        if (subscription.PayUrl is not null || subscription.StateAt(clock.GetUtcNow()) != SubscriptionState.Incomplete)
            return new StartedSubscription(stored, isNew);
        var session = await subscriptions.OpenSubscriptionAsync(
            new(new(subscription.Id, subscription.ViewerId, subscription.CreatorId), subscription.Terms, subscription.Title, new(subscription.SuccessUrl), new(subscription.CancelUrl), subscription.ExpiresAt),
            cancellationToken);
        if (session.Status != GatewayStatus.Ok || session.Value!.Url is null)
        {
            LogNoSession(logger, subscription.Id, session.Reason);
            if (session.Status != GatewayStatus.Refused)
                return Problem.Unavailable("payment provider");
            // When somebody else wrote meanwhile, whoever asks next finds out what.
            await tend.EndAsync(stored, SubscriptionCause.NotPaid, SessionRefused, cancellationToken);
            return PaymentRefused;
        }
        var opened = subscription with { SessionId = session.Value.Id, PayUrl = session.Value.Url.ToString() };
        var outcome = await records.SaveAsync(
            new Batch(Subscription.In(subscription.ViewerId)).Replace(Subscription.DocumentId(subscription.Id), opened, stored.ETag, opened.Sort), cancellationToken);
        if (outcome.IsOk)
            return new StartedSubscription(new(opened, outcome.ETags[0]!), isNew);
        // When somebody else wrote it meanwhile, it was with the same session: our id is the provider's key.
        if (await FindAsync(subscription.ViewerId, subscription.Id, cancellationToken) is not { } now || now.Value.State != SubscriptionState.Ended)
            return new StartedSubscription(new(opened, stored.ETag), isNew);
        // Or another request of hers ended it, which had no page to close yet. Nobody gets this one's address.
        await tend.CloseSessionAsync(session.Value.Id, cancellationToken);
        return new StartedSubscription(now, isNew);
    }

    private const string SessionRefused = "payment-refused";
    private static readonly Problem PaymentRefused = Problem.Conflict(SessionRefused, "The payment provider does not take this subscription.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Subscription {SubscriptionId} has no session yet: {Reason}")]
    private static partial void LogNoSession(ILogger logger, SubscriptionId subscriptionId, string? reason);
}
