using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Tiers, and viewers who subscribe to them.</summary>
public sealed class SubscriptionEndpoints(SetTiers set, TierRecords tiers)
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
        var found = await tiers.FindAsync(Creator(call), cancellationToken);
        return Answer.Json(List(Creator(call), found?.Value.Offered), found?.ETag, cacheControl: Public);
    }

    public async ValueTask<Answer> TierAsync(ApiCall call, CancellationToken cancellationToken) =>
        await tiers.FindAsync(Creator(call), cancellationToken) is { } found && found.Value.Find(Tier(call)) is { } tier
            ? Answer.Json(TierView.Of(Creator(call), tier), found.ETag, cacheControl: Public)
            : TierRules.NoSuchTier;

    private static UserId Creator(ApiCall call) => new(call.Id("creatorId"));

    private static TierId Tier(ApiCall call) => new(call.Id("tierId"));

    private static ListView<TierView> List(UserId creator, IReadOnlyList<Tier>? all) => new([.. (all ?? []).Select(tier => TierView.Of(creator, tier))], null);
}
