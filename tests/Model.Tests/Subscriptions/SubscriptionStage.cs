using Model.Tests.Running;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Subscriptions;

/// <summary>The world of money with what subscriptions need besides: two creators in the subscription programme, each with three tiers.</summary>
public sealed class SubscriptionStage : IDisposable
{
    /// <summary>So few that they meet.</summary>
    public static readonly IReadOnlyList<UserId> Viewers = [.. World.Viewers.Take(3)];

    public static readonly IReadOnlyList<long> Prices = [299, 499, 999, 1_499];

    public const int TiersEach = 3;

    public SubscriptionStage()
    {
        Watch = new(World);
        World.Store.Stored = Watch.Saw;
        foreach (var creator in World.Creators)
        {
            var standing = World.Find<CreatorStanding>(CreatorStanding.In(creator), CreatorStanding.DocumentId)!;
            var tiers = Enumerable.Range(0, TiersEach).Select(i => new Tier(TierOf(creator, i), $"Tier {i}", Money.Usd(Prices[i]), [], World.Now)).ToList();
            World.Save(new Batch(CreatorStanding.In(creator))
                .Put(CreatorStanding.DocumentId, standing with { Subscription = standing.Series })
                .Create(CreatorTiers.DocumentId, new CreatorTiers(creator, tiers)));
        }
    }

    public World World { get; } = new();

    public SubscriptionWatch Watch { get; }

    public static TierId TierOf(UserId creator, int number) => new($"tie_{creator}_{number}");

    public void Dispose() => World.Dispose();
}
