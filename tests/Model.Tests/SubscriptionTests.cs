using Model.Tests.Histories;
using Model.Tests.Subscriptions;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests;

/// <summary>Random histories of subscribers, creators, banks and two crashing instances, over a year each: who may watch is compared all through it, and the money at its end, with the provider's books.</summary>
public sealed class SubscriptionTests
{
    private const int InEveryRun = 220;

    [Fact]
    public void At_every_instant_of_a_year_a_subscriber_watches_what_she_has_paid_for_and_pays_for_it_once()
    {
        var campaign = new Campaign(Game.Subscriptions, firstSeed: 1, InEveryRun);
        var failure = campaign.Run();
        Assert.True(failure is null, failure is { } found ? Campaign.Describe(Game.Subscriptions, found) : "");
        // Every row of the table was gone, and a campaign in which nothing was looked at proves nothing.
        Assert.Empty(SubscriptionMachine.Table.Select(SubscriptionWatch.NameOf).Append("Wish: at once").Append("Wish: at once, another was to come").Append("Wish: from the next period on").Append("Ran to the end").Except(campaign.Seen));
        Assert.Equal(Enum.GetValues<PurchaseState>().ToHashSet(), campaign.Purchases);
        Assert.True(campaign.Compared.Days >= InEveryRun * 300 && campaign.Compared.Instants >= campaign.Compared.Days / 4, campaign.ToString());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    public void A_seed_is_the_same_history_every_time(ulong seed)
    {
        var first = Game.Subscriptions.Run(Game.Subscriptions.Make(seed));
        var second = Game.Subscriptions.Run(Game.Subscriptions.Make(seed));
        Assert.Equal((first.Trace, first.Calls, first.Payments), (second.Trace, second.Calls, second.Payments));
        Assert.True(first.Calls > 100);
    }
}
