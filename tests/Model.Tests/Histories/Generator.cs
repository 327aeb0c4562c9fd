using Model.Tests.Running;

namespace Model.Tests.Histories;

/// <summary>Makes a history from a seed, the same one every time.</summary>
public static class Generator
{
    public const int Steps = 60;

    /// <summary>How often each act comes up beside the others.</summary>
    private static readonly (Act Act, int Weight)[] Weights =
    [
        (Act.Buy, 16), (Act.DoubleClick, 4), (Act.TwoTabs, 3), (Act.Pay, 18), (Act.PayLater, 3), (Act.PayTwice, 2), (Act.Confirm, 4), (Act.Decline, 2),
        (Act.BuyGift, 4), (Act.AnswerGift, 4), (Act.SetCode, 5), (Act.EndCode, 1), (Act.WrongAmount, 2),
        (Act.SetDiscount, 6), (Act.EndDiscount, 2), (Act.List, 2), (Act.Delete, 1),
        (Act.Refund, 6), (Act.ProviderRefund, 2), (Act.RefundFails, 2), (Act.OpenDispute, 4), (Act.CloseDispute, 4),
        (Act.Seconds, 6), (Act.Edge, 6), (Act.HalfHour, 3), (Act.Day, 1),
        (Act.Outage, 2), (Act.Crash, 2), (Act.Timers, 3), (Act.Foreign, 1), (Act.Replay, 1), (Act.Watch, 2), (Act.Wait, 8),
        (Act.WatchOn, 3), (Act.OwnRefund, 4), (Act.SetCommission, 2), (Act.PayCreator, 2), (Act.Reconcile, 2), (Act.ReplayEvents, 2), (Act.LoseEvent, 3), (Act.Fortnight, 1),
    ];

    public static readonly IReadOnlyList<Act> Money = WheelOf(Weights);

    private static Act[] WheelOf((Act Act, int Weight)[] weights) => [.. weights.SelectMany(weighted => Enumerable.Repeat(weighted.Act, weighted.Weight))];

    /// <summary>What creators, moderators and those who report do, and as much of buying as that needs.</summary>
    public static readonly IReadOnlyList<Act> Review = WheelOf(
    [
        (Act.NewSeries, 3), (Act.Edit, 18), (Act.TwoEditors, 3), (Act.UploadCover, 4), (Act.Submit, 16), (Act.List, 3), (Act.Delete, 1), (Act.DeleteVideo, 2),
        (Act.Report, 7), (Act.Claim, 2), (Act.Decide, 18), (Act.TwoModerators, 3), (Act.Appeal, 8), (Act.PlatformStrike, 1),
        (Act.Buy, 6), (Act.Pay, 8), (Act.ProviderRefund, 1),
        (Act.Seconds, 5), (Act.HalfHour, 4), (Act.Crash, 2), (Act.Timers, 1), (Act.Replay, 1), (Act.Wait, 8),
    ]);

    /// <summary>What subscribers, their creators and their banks do in a year.</summary>
    public static readonly IReadOnlyList<Act> Subscriptions = WheelOf(
    [
        (Act.Buy, 14), (Act.DoubleClick, 2), (Act.TwoTabs, 4), (Act.Pay, 8), (Act.PayLater, 2), (Act.Confirm, 2), (Act.Decline, 1),
        (Act.Cancel, 4), (Act.Resume, 3), (Act.ChangeTier, 8), (Act.AgreePrice, 3), (Act.SetPrice, 3), (Act.Retire, 1),
        (Act.Card, 10), (Act.RenewThere, 3), (Act.EndThere, 3),
        (Act.Refund, 3), (Act.ProviderRefund, 2), (Act.RefundFails, 1), (Act.OpenDispute, 3), (Act.CloseDispute, 3),
        (Act.Seconds, 3), (Act.Edge, 10), (Act.HalfHour, 3), (Act.Day, 8), (Act.Weeks, 40), (Act.Sleep, 4),
        (Act.LoseEvents, 3), (Act.Outage, 2), (Act.Crash, 2), (Act.Timers, 1), (Act.Replay, 1), (Act.Watch, 1), (Act.Wait, 4),
    ]);

    /// <summary>A third of the histories have no faults but their interleavings, a third few, a third many.</summary>
    private static readonly int[] Faults = [0, 0, 8, 15, 40, 80];

    public static History Make(ulong seed, IReadOnlyList<Act> wheel)
    {
        var dice = new Dice(seed);
        return new(seed, dice.Pick(Faults), [.. Enumerable.Range(0, Steps).Select(_ => new Step(dice.Pick(wheel), dice.Roll(1_000), dice.Roll(1_000), dice.Next()))]);
    }
}
