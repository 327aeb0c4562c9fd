using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;

namespace Core.Tests;

/// <summary>Which of the videos that were taken out of a series somebody keeps. Finds a purchase that is older or younger than it was.</summary>
public sealed class RetiredVideoTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly UserId Viewer = new("viewer");

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void A_grant_that_began_before_it_went_keeps_it_and_one_of_that_instant_does_not(int minutes, bool keeps) => Keeps(keeps, Bought("pur_1", minutes));

    [Fact]
    public void Without_access_or_when_it_ended_there_is_nothing_to_keep()
    {
        Assert.Null(Series(Noon).For(Viewer, null).Find(new("vid_out")));
        Keeps(false, Set(Bought("pur_1", -9), GrantCause.Purchase, "pur_1", GrantState.Revoked, -5));
    }

    [Fact]
    public void What_was_given_back_and_bought_again_began_when_it_was_bought_again() =>
        Keeps(false, Set(Set(Bought("pur_1", -9), GrantCause.Purchase, "pur_1", GrantState.Revoked, -5), GrantCause.Purchase, "pur_2", GrantState.Live, 5));

    [Fact]
    public void A_dispute_that_was_won_and_a_refund_that_did_not_arrive_are_the_purchase_of_before()
    {
        foreach (var meanwhile in new[] { GrantState.Suspended, GrantState.Revoked })
            Keeps(true, Set(Set(Bought("pur_1", -9), GrantCause.Purchase, "pur_1", meanwhile, -5), GrantCause.Purchase, "pur_1", GrantState.Live, 5));
    }

    [Fact]
    public void What_an_operator_took_away_and_gives_again_begins_then_and_what_she_gave_before_stays()
    {
        var given = Set(null, GrantCause.Operator, "operator", GrantState.Live, -9);
        Keeps(true, given);
        Keeps(false, Set(Set(given, GrantCause.Operator, "operator", GrantState.Revoked, -5), GrantCause.Operator, "operator", GrantState.Live, 5));
        Keeps(true, Set(Set(given, GrantCause.Operator, "operator", GrantState.Revoked, -5), GrantCause.Operator, "operator", GrantState.Live, -3));
    }

    [Fact]
    public void Any_live_grant_of_before_is_enough_and_one_that_ended_is_none()
    {
        var both = Set(Set(null, GrantCause.Gift, "gift_1", GrantState.Live, -9), GrantCause.Purchase, "pur_1", GrantState.Live, 5);
        Keeps(true, both);
        Keeps(false, Set(both, GrantCause.Gift, "gift_1", GrantState.Revoked, 6));
    }

    [Fact]
    public void One_that_went_before_that_was_kept_is_everybodys_and_all_are_their_creators()
    {
        Assert.NotNull(Series(null).For(Viewer, Bought("pur_1", 5)).Find(new("vid_out")));
        Assert.NotNull(Series(Noon).For(new("creator"), null).Find(new("vid_out")));
    }

    [Fact]
    public void A_grant_of_before_changes_were_kept_began_when_it_got_its_state() =>
        Assert.Equal(Noon, new Grant(GrantCause.Purchase, "pur_1", GrantState.Live, Noon, null).Began);

    private static void Keeps(bool keeps, Access access) => Assert.Equal(keeps, Series(Noon).For(Viewer, access).Find(new("vid_out")) is not null);

    private static Access Bought(string purchase, int minutes) => Set(null, GrantCause.Purchase, purchase, GrantState.Live, minutes);

    private static Access Set(Access? before, GrantCause cause, string id, GrantState state, int minutes) =>
        Access.Set(before, Viewer, new("ser_1"), cause, id, state, null, Noon.AddMinutes(minutes));

    private static PublicSeries Series(DateTimeOffset? retiredAt) => new(
        new("ser_1"), new("creator"), null, SeriesState.Published, 2, new("Title", "Text", "crafts", null, null, [new(new("vid_in"), "In", 30_000)]), new(999, "USD"), [],
        [new(new("vid_out"), "Out", 30_000, retiredAt)], Noon, 3);
}
