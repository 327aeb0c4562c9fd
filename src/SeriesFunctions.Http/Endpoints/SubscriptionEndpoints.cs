using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Tiers, and viewers who subscribe to them.</summary>
public sealed class SubscriptionEndpoints(SetTiers set, TierRecords tiers, StartSubscription start, ManageSubscription manage, TimeProvider clock)
{
    /// <summary>As the rest of the public catalogue.</summary>
    private const string Public = "public, max-age=30";

    public async ValueTask<Answer> AddTierAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<TierRequest>().IsOk(out var body, out var problem)
            || !(await set.AddAsync(call.User, new(body.Value.Name, body.Value.Price, body.Value.Perks), call.Key, cancellationToken)).IsOk(out var made, out problem))
            return problem;
        return Answer.Json(TierView.Of(call.User, made.Tier), made.Tiers.ETag, 201, location: $"/v1/creators/{call.User}/tiers/{made.Tier.Id}");
    }

    public async ValueTask<Answer> MyTiersAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var found = await tiers.FindAsync(call.User, cancellationToken);
        return Answer.Json(List(call.User, found?.Value.All), found?.ETag);
    }

    public async ValueTask<Answer> ReorderTiersAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<ReorderTiersRequest>().IsOk(out var body, out var problem)
            || !(await set.ReorderAsync(call.User, [.. body.Value.TierIds.Select(id => new TierId(id))], call.IfMatch, cancellationToken)).IsOk(out var after, out problem))
            return problem;
        return Answer.Json(List(call.User, after.Value.All), after.ETag);
    }

    public async ValueTask<Answer> PatchTierAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<PatchTierRequest>(patch: true).IsOk(out var body, out var problem)
            || !(await set.ChangeAsync(call.User, Tier(call), new(body.Value.Name, body.Value.Price, body.Value.Perks), call.IfMatch, cancellationToken)).IsOk(out var after, out problem))
            return problem;
        return Answer.Json(TierView.Of(call.User, after.Tier), after.Tiers.ETag);
    }

    public async ValueTask<Answer> RetireTierAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await set.RetireAsync(call.User, Tier(call), call.IfMatch, cancellationToken)).Problem is { } problem ? problem : Answer.Empty();

    public async ValueTask<Answer> TiersAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var found = await tiers.FindOfferedAsync(Creator(call), cancellationToken);
        return Answer.Json(List(Creator(call), found?.Value.All), found?.ETag, cacheControl: Public);
    }

    public async ValueTask<Answer> TierAsync(ApiCall call, CancellationToken cancellationToken) =>
        await tiers.FindAsync(Creator(call), cancellationToken) is { } found && found.Value.Find(Tier(call)) is { } tier
            ? Answer.Json(TierView.Of(Creator(call), tier), found.ETag, cacheControl: Public)
            : TierRules.NoSuchTier;

    public async ValueTask<Answer> SubscribeAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<SubscribeBody>().IsOk(out var body, out var problem)
            || !(await start.HandleAsync(Creator(call), Tier(call), call.User, new(body.Value.SuccessUrl, body.Value.CancelUrl, body.Value.LinkCode), call.Key, cancellationToken)).IsOk(out var started, out problem))
            return problem;
        var subscription = started.Subscription.Value;
        return Answer.Json(
            SubscriptionView.Of(subscription, subscription.StateAt(clock.GetUtcNow()), tier: null), status: started.IsNew ? 201 : 200,
            location: started.IsNew ? $"/v1/me/subscriptions/{subscription.Id}" : null);
    }

    public ValueTask<Answer> MySubscriptionsAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => manage.ListAsync(call.User, page, cancellationToken), seen => SubscriptionView.Of(seen.Subscription.Value, seen.State, seen.Tier));

    public async ValueTask<Answer> MySubscriptionAsync(ApiCall call, CancellationToken cancellationToken) =>
        Seen(await manage.ShowAsync(call.User, Subscription(call), cancellationToken));

    public async ValueTask<Answer> CancelAsync(ApiCall call, CancellationToken cancellationToken) =>
        Seen(await manage.CancelAsync(call.User, Subscription(call), cancellationToken));

    public async ValueTask<Answer> ResumeAsync(ApiCall call, CancellationToken cancellationToken) =>
        Seen(await manage.ResumeAsync(call.User, Subscription(call), cancellationToken));

    public async ValueTask<Answer> ChangeTierAsync(ApiCall call, CancellationToken cancellationToken) =>
        call.Read<ChangeTierRequest>().IsOk(out var body, out var problem)
            ? Seen(await manage.ChangeTierAsync(call.User, Subscription(call), body.Value.TierId, cancellationToken))
            : problem;

    public async ValueTask<Answer> AgreePriceAsync(ApiCall call, CancellationToken cancellationToken) =>
        call.Read<AgreePriceRequest>().IsOk(out var body, out var problem)
            ? Seen(await manage.AgreePriceAsync(call.User, Subscription(call), body.Value.Price, cancellationToken))
            : problem;

    public async ValueTask<Answer> PortalAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<PortalRequest>().IsOk(out var body, out var problem)
            || !(await manage.OpenPortalAsync(call.User, Subscription(call), body.Value.ReturnUrl, cancellationToken)).IsOk(out var portal, out problem))
            return problem;
        return Answer.Json(new PortalView(portal.Url), status: 201);
    }

    /// <summary>The clock makes another representation of the same document, and so does what the creator says of the tier.</summary>
    private static Answer Seen(Result<SubscriptionSeen> result)
    {
        if (!result.IsOk(out var seen, out var problem))
            return problem;
        var view = SubscriptionView.Of(seen.Subscription.Value, seen.State, seen.Tier);
        return Answer.Json(view, $"{seen.Subscription.ETag}~{view.State}.{view.NewPrice?.Amount}");
    }

    private static SubscriptionId Subscription(ApiCall call) => new(call.Id("subscriptionId"));

    private static UserId Creator(ApiCall call) => new(call.Id("creatorId"));

    private static TierId Tier(ApiCall call) => new(call.Id("tierId"));

    private static ListView<TierView> List(UserId creator, IReadOnlyList<Tier>? all) => new([.. (all ?? []).Select(tier => TierView.Of(creator, tier))], null);
}
