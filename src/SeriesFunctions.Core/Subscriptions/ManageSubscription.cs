using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Privacy;

namespace SeriesFunctions.Core.Subscriptions;

/// <summary>A subscription as its viewer sees it now. <paramref name="Tier"/> is what the creator says of it today; null where it is gone.</summary>
public sealed record SubscriptionSeen(Stored<Subscription> Subscription, SubscriptionState State, Tier? Tier);

/// <summary>What a viewer may do with her subscription, pure: the record with her wish in it, or why not. The same object: it is so already. Source: product rules; terms: docs/adr/0041.</summary>
public static class SubscriptionRules
{
    public static Result<Subscription> Cancel(Subscription subscription, TimeSpan grace, DateTimeOffset now) => subscription.StateAt(now) switch
    {
        SubscriptionState.Cancelling => subscription,
        // What is paid is over and the next period is just being charged: there is nothing that she could use up, and nothing further may be charged.
        SubscriptionState.Active when now >= subscription.PaidUntil =>
            SubscriptionSettlement.End(subscription.Moved(SubscriptionCause.CancelAsked), SubscriptionCause.PeriodOver, "cancelled", now),
        SubscriptionState.Active => WithRenewal(subscription.Moved(SubscriptionCause.CancelAsked), false, grace),
        SubscriptionState.PastDue => SubscriptionSettlement.End(subscription, SubscriptionCause.CancelAsked, "cancelled", now),
        var state => NotRunning(state),
    };

    public static Result<Subscription> Resume(Subscription subscription, TimeSpan grace, DateTimeOffset now) => subscription.StateAt(now) switch
    {
        SubscriptionState.Active => subscription,
        SubscriptionState.Cancelling => WithRenewal(subscription.Moved(SubscriptionCause.Resumed), true, grace),
        SubscriptionState.PastDue => PastDue,
        var state => NotRunning(state),
    };

    /// <summary>A dearer tier counts at once and the rest of the period is charged; any other counts from the next period on, as does another price of the same tier.</summary>
    public static Result<Subscription> Change(Subscription subscription, SubscriptionTerms terms, string title, string key, DateTimeOffset now)
    {
        switch (subscription.StateAt(now))
        {
            case SubscriptionState.PastDue:
                return PastDue;
            case SubscriptionState.Cancelling:
                return Problem.Conflict("subscription-cancelling", "This subscription is not renewed. Resume it first.");
            case SubscriptionState.Active:
                break;
            case var state:
                return NotRunning(state);
        }
        if (subscription.Wish is { } waiting)
            return waiting.Terms == terms ? subscription : Problem.Conflict("change-pending", "An earlier change has not reached the payment provider yet. Try again in a moment.");
        if ((subscription.Next ?? subscription.Terms) == terms)
            return subscription;
        var atOnce = terms.TierId != subscription.Terms.TierId && terms.Price.Amount > subscription.Terms.Price.Amount;
        if (atOnce && subscription.OnHold)
            return Problem.Conflict("purchase-disputed", "The payment for the present period is disputed, and nothing can be watched until the bank has decided. Upgrade then.");
        return subscription with { Wish = new(key, terms, title, atOnce, now) };
    }

    /// <summary>
    /// She agrees to what the tier that she has costs by now; a change into another tier that was to come is taken back with it. Where it costs what she pays there is nothing to agree to, and nothing is
    /// taken back.
    /// </summary>
    public static Result<Subscription> Agree(Subscription subscription, Tier tier, Money price, string key, DateTimeOffset now)
    {
        if (tier.RetiredAt is not null)
            return TierRules.IsRetired;
        if (tier.Price != price)
            return Problem.Conflict("price-changed", "The tier costs something else by now. Look at it again.");
        return price == subscription.Terms.Price && subscription.Next is { } next && next.TierId != tier.Id
            ? Problem.Conflict("price-not-changed", "The tier costs what you pay for it. Choose it as your tier to stay in it.")
            : Change(subscription, new(tier.Id, price), tier.Name, key, now);
    }

    private static Subscription WithRenewal(Subscription moved, bool renews, TimeSpan grace)
    {
        var after = moved with { Renews = renews };
        return after with { AccessUntil = SubscriptionMachine.AccessUntil(after.State, after.PaidUntil, grace) };
    }

    private static Problem NotRunning(SubscriptionState state) => state == SubscriptionState.Incomplete
        ? Problem.Conflict("not-paid", "Nobody has paid for this subscription yet.")
        : Ended;

    public static readonly Problem Ended = Problem.Conflict("subscription-ended", "This subscription has ended. Subscribe again.");

    private static readonly Problem PastDue = Problem.Conflict("past-due", "The present period is not paid. Put the card right first, or cancel.");
}

/// <summary>
/// A viewer looks at her subscriptions, cancels, resumes and changes them. Each is recorded here, then told to the provider, then settled by what that says; where the provider does not answer, the
/// record stands and it is told off the queue.
/// </summary>
public sealed class ManageSubscription(
    Records records, TierRecords tiers, CreatorRecords creators, TellProvider tell, ISubscriptionGateway subscriptions, DueWork due, TimeProvider clock, SubscriptionsOptions options, CheckoutOptions checkout)
{
    /// <summary>Newest first.</summary>
    public async ValueTask<Result<RecordPage<SubscriptionSeen>>> ListAsync(UserId viewer, PageRequest page, CancellationToken cancellationToken)
    {
        if (!(await records.ListAsync<Subscription>(Subscription.In(viewer), SortRange.Prefix("subscription|"), Direction.Descending, page, cancellationToken)).IsOk(out var found, out var problem))
            return problem;
        var seen = new List<SubscriptionSeen>(found.Items.Count);
        foreach (var subscription in found.Items)
            seen.Add(await SeeAsync(new(subscription, ""), cancellationToken));
        return new RecordPage<SubscriptionSeen>(seen, found.Cursor);
    }

    public async ValueTask<Result<SubscriptionSeen>> ShowAsync(UserId viewer, SubscriptionId id, CancellationToken cancellationToken) =>
        await FindAsync(viewer, id, cancellationToken) is { } found ? await SeeAsync(found, cancellationToken) : NotFound;

    /// <summary>To the end of what is paid; one of which nothing is paid any more ends at once.</summary>
    public ValueTask<Result<SubscriptionSeen>> CancelAsync(UserId viewer, SubscriptionId id, CancellationToken cancellationToken) =>
        DecideAsync(viewer, id, (subscription, now) => ValueTask.FromResult(SubscriptionRules.Cancel(subscription, options.Grace, now)), cancellationToken);

    public ValueTask<Result<SubscriptionSeen>> ResumeAsync(UserId viewer, SubscriptionId id, CancellationToken cancellationToken) =>
        DecideAsync(viewer, id, (subscription, now) => UnlessSomebodyGoesAsync(subscription, SubscriptionRules.Resume(subscription, options.Grace, now), cancellationToken), cancellationToken);

    /// <summary>Into another tier, at its present price; a dearer one is a sale, which a suspended creator makes none of. Into the one that she has: takes an earlier change back, at the price that she has.</summary>
    public ValueTask<Result<SubscriptionSeen>> ChangeTierAsync(UserId viewer, SubscriptionId id, TierId tierId, CancellationToken cancellationToken) => DecideAsync(
        viewer, id,
        async (subscription, now) =>
        {
            if ((await tiers.FindAsync(subscription.CreatorId, cancellationToken))?.Value.Find(tierId) is not { } tier)
                return TierRules.NoSuchTier;
            var isHers = tierId == subscription.Terms.TierId;
            if (!isHers && tier.RetiredAt is not null)
                return TierRules.IsRetired;
            var changed = SubscriptionRules.Change(subscription, isHers ? subscription.Terms : new(tier.Id, tier.Price), tier.Name, Ids.New("chg", now), now);
            if (changed.IsOk(out var after, out _) && !ReferenceEquals(after, subscription) && after.Wish is { AtOnce: true }
                && await creators.StatusAsync(subscription.CreatorId, Programme.Subscription, cancellationToken) != ProgrammeStatus.Approved)
                return TierRules.NotForSale;
            return await UnlessSomebodyGoesAsync(subscription, changed, cancellationToken);
        },
        cancellationToken);

    /// <summary>She agrees to what the tier costs by now, from the next period on. <paramref name="price"/> is what she was shown: another one is not agreed to.</summary>
    public ValueTask<Result<SubscriptionSeen>> AgreePriceAsync(UserId viewer, SubscriptionId id, Money price, CancellationToken cancellationToken) => DecideAsync(
        viewer, id,
        async (subscription, now) =>
        {
            if ((await tiers.FindAsync(subscription.CreatorId, cancellationToken))?.Value.Find(subscription.Terms.TierId) is not { } tier)
                return TierRules.NoSuchTier;
            return await UnlessSomebodyGoesAsync(subscription, SubscriptionRules.Agree(subscription, tier, price, Ids.New("chg", now), now), cancellationToken);
        },
        cancellationToken);

    public async ValueTask<Result<PortalLink>> OpenPortalAsync(UserId viewer, SubscriptionId id, string returnUrl, CancellationToken cancellationToken)
    {
        if (!checkout.IsReturnUrl(returnUrl))
            return Problem.Invalid([new("returnUrl", "not-a-return-url", "An absolute https URL of at most 500 characters.")]);
        if (await FindAsync(viewer, id, cancellationToken) is not { } found)
            return NotFound;
        if (found.Value.ProviderId is not { } providerId)
            return Problem.Conflict("not-paid", "Nobody has paid for this subscription yet.");
        var link = await subscriptions.OpenPortalAsync(providerId, new(returnUrl), cancellationToken);
        return link.Value is { } portal ? portal
            : link.Status == GatewayStatus.Unavailable ? Problem.Unavailable("payment provider")
            : Problem.Conflict("portal-refused", "The payment provider has no pages for this subscription.");
    }

    private static readonly Problem NotFound = Problem.NotFound("subscription");

    /// <summary>Nothing goes on, and nothing begins, that an erasure is to end: its creator's, whose subscribers keep what they have paid for and no more, or her own.</summary>
    private async ValueTask<Result<Subscription>> UnlessSomebodyGoesAsync(Subscription before, Result<Subscription> changed, CancellationToken cancellationToken)
    {
        if (!changed.IsOk(out var after, out _) || ReferenceEquals(after, before))
            return changed;
        if (await DataErasure.EndsSubscriptionsAsync(records, before.CreatorId, cancellationToken))
            return TierRules.NotForSale;
        return await DataErasure.RefusesToPayAsync(records, before.ViewerId, cancellationToken) is { } leaving ? leaving : changed;
    }

    private async ValueTask<Result<SubscriptionSeen>> DecideAsync(
        UserId viewer, SubscriptionId id, Func<Subscription, DateTimeOffset, ValueTask<Result<Subscription>>> decide, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync(viewer, id, cancellationToken) is not { } stored)
                return NotFound;
            var now = clock.GetUtcNow();
            if (!(await decide(stored.Value, now)).IsOk(out var after, out var problem))
                return problem;
            if (ReferenceEquals(after, stored.Value))
                return await SeeAsync(stored, cancellationToken);
            if (after.State != SubscriptionState.Ended && after.AccessUntil != stored.Value.AccessUntil)
                after = after with { LookAt = SubscriptionSettlement.NextLook(after, now) };
            var access = await records.FindAsync<CreatorAccess>(CreatorAccess.In(viewer), CreatorAccess.DocumentId(after.CreatorId), cancellationToken);
            var granted = CreatorAccess.Set(access?.Value, after, after.OnHold ? Library.GrantState.Suspended : Library.GrantState.Live, null, now, viewer.Value);
            var batch = new Batch(Subscription.In(viewer))
                .Replace(Subscription.DocumentId(id), after, stored.ETag, after.Sort)
                .Emit(new SubscriptionToTell(id, viewer), now);
            if (!ReferenceEquals(granted, access?.Value))
                batch.Save(CreatorAccess.DocumentId(after.CreatorId), access, granted);
            if (after.AccessUntil > stored.Value.AccessUntil)
            {
                // It is given longer than it had: of this and of another one that she begins when it is over, one finds the other.
                if (await records.FindAsync<Subscribed>(batch.Partition, Subscribed.DocumentId(after.CreatorId), cancellationToken) is not { } pointer || pointer.Value.SubscriptionId != id)
                    return SubscriptionRules.Ended;
                batch.Save(Subscribed.DocumentId(after.CreatorId), pointer, pointer.Value);
            }
            if (after.State != stored.Value.State)
                batch.Emit(SubscriptionSettlement.Moved(stored.Value, after, now), now);
            if (after.LookAt != stored.Value.LookAt)
                await SettleSubscription.LookAsync(due, batch, after, now, cancellationToken);
            if (!(await records.SaveAsync(batch, cancellationToken)).IsOk)
                continue;
            // At once, so that the answer is as it will stay; what does not go through is told off the queue.
            var told = await tell.TellAsync(id, viewer, cancellationToken);
            if (told.Status is GatewayStatus.Refused or GatewayStatus.NotFound && after.Wish is not null)
                return Problem.Conflict("payment-refused", "The payment provider does not make this change: the card was declined, or the subscription has ended. Nothing was changed.");
            return await ShowAsync(viewer, id, cancellationToken);
        }
    }

    /// <summary>What was hers before she was erased is nobody's.</summary>
    private async ValueTask<Stored<Subscription>?> FindAsync(UserId viewer, SubscriptionId id, CancellationToken cancellationToken) =>
        await records.FindAsync<Subscription>(Subscription.In(viewer), Subscription.DocumentId(id), cancellationToken) is { Value.ErasedAt: null } found ? found : null;

    private async ValueTask<SubscriptionSeen> SeeAsync(Stored<Subscription> found, CancellationToken cancellationToken) => new(
        found, found.Value.StateAt(clock.GetUtcNow()), (await tiers.FindAsync(found.Value.CreatorId, cancellationToken))?.Value.Find(found.Value.Terms.TierId));
}
