using Model.Tests.Histories;

namespace Model.Tests;

/// <summary>Histories that once ended wrong, as they were shrunk. Each names the bug that it found.</summary>
public sealed class RegressionTests
{
    [Fact]
    public void A_refund_that_is_sent_twice_at_once_is_recorded_once() => Good(new(39, 8,
    [
        new(Act.Buy, 208, 688, 11431672008657616735),
        new(Act.Pay, 521, 795, 2398291359780868279),
        new(Act.Pay, 494, 938, 13467203905359298458),
        new(Act.Wait, 797, 58, 12562849900674119835),
        new(Act.Refund, 656, 823, 5349303748342552105),
    ]));

    [Fact]
    public void A_viewer_whose_payment_is_disputed_does_not_pay_again() => Good(new(53, 40,
    [
        new(Act.Buy, 610, 190, 13027433261624014006),
        new(Act.Pay, 726, 69, 16523933868139381478),
        new(Act.OpenDispute, 314, 644, 10243890700602334860),
        new(Act.DoubleClick, 96, 600, 7698188863078656232),
        new(Act.DoubleClick, 118, 936, 1311356949943801319),
        new(Act.PayLater, 774, 239, 15250467641022406299),
        new(Act.Confirm, 980, 761, 11448438380548479822),
        new(Act.Pay, 799, 969, 9695625062406775461),
        new(Act.Pay, 438, 343, 16750342838270440778),
    ]));

    [Fact]
    public void A_series_that_is_deleted_while_it_is_being_paid_for_stays_with_its_buyer() => Good(new(107, 0,
    [
        new(Act.Buy, 895, 668, 256665394013594161),
        new(Act.Pay, 371, 61, 2339461621062020594),
        new(Act.Delete, 724, 189, 18409157762205271580),
    ]));

    [Fact]
    public void A_payment_that_the_bank_refuses_late_gives_the_use_of_its_code_back() => Good(new(275, 40,
    [
        new(Act.Outage, 851, 850, 17583393048643443836),
        new(Act.SetCode, 179, 150, 10164131275776048829),
        new(Act.Outage, 92, 363, 4636943224730714434),
        new(Act.Buy, 323, 445, 9491134084662917760),
        new(Act.PayLater, 645, 13, 7301605585774881619),
        new(Act.PayLater, 985, 564, 1365580003164982611),
    ]));

    private static void Good(History history) => Assert.Empty(Trial.Run(history).Violations);
}
