using Model.Tests.Histories;
using SeriesFunctions.Core.Checkout;

namespace Model.Tests;

/// <summary>Random histories of people, processes and a provider, each compared at its end with the provider's books and the rules.</summary>
public sealed class HistoryTests
{
    private const int InEveryRun = 2_000;

    [Fact]
    public void No_history_ends_with_a_wrong_cent_or_a_wrong_access()
    {
        var campaign = new Campaign(Game.Money, firstSeed: 1, InEveryRun);
        var failure = campaign.Run();
        Assert.True(failure is null, failure is { } found ? Campaign.Describe(Game.Money, found) : "");
        // Every way of the table was gone; what was opened and closed at the provider before we looked may be gone in one step beside it.
        Assert.Empty(CheckoutMachine.Table.Where(row => row.From != row.To).Select(row => (row.From, row.To)).Except(campaign.Moves));
        Assert.Equal(Enum.GetValues<PurchaseState>().ToHashSet(), campaign.Purchases);
        // A campaign in which nothing happens proves nothing.
        string[] happened =
        [
            "Sale", "Sale at an agreed commission", "Fee", "Refund", "RefundReturned", "DisputeOpened", "DisputeWon", "Payout", "PayoutSent", "PayoutFailed",
            "payout Paid", "payout Paid of a month", "payout Failed", "statement", "MissingHere", "AmountDiffers", "NotOurs", "all events once more",
            "own refund: yes", "own refund: watched-too-much", "own refund: refund-window-over", "own refund: already-refunded", "own refund: disputed",
        ];
        Assert.Empty(happened.Except(campaign.Seen));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(40)]
    public void A_seed_is_the_same_history_every_time(ulong seed)
    {
        var first = Trial.Run(Game.Money.Make(seed));
        var second = Trial.Run(Game.Money.Make(seed));
        Assert.Equal((first.Trace, first.Calls, first.Payments), (second.Trace, second.Calls, second.Payments));
        Assert.True(first.Calls > 100);
    }
}
