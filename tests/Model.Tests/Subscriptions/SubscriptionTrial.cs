using Model.Tests.Histories;
using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Subscriptions;

/// <summary>Plays a history of subscriptions in a world of its own, lets everything come to its end, and judges all the way.</summary>
public static class SubscriptionTrial
{
    /// <param name="history">What happens.</param>
    /// <param name="log">Where every step and every call of a port is written to; null as a rule.</param>
    public static Verdict Run(History history, TextWriter? log = null)
    {
        using var stage = new SubscriptionStage();
        var world = stage.World;
        var start = world.Now;
        var background = new Background(world) { Log = log };
        var judge = new SubscriptionJudge(stage);
        var player = new SubscriptionPlayer(stage, background);
        var calendar = new SubscriptionCalendar(stage, background, player, judge);
        foreach (var step in history.Steps)
        {
            if (world.Violations.Count > 0)
                break;
            log?.WriteLine($"{world.Now:dd HH:mm:ss.fff} == {step}");
            var dice = new Dice(step.Dice);
            if (!player.Play(step, dice))
                calendar.Move(step, dice, history.FaultsPerMille);
            background.Run(dice.Roll(24), dice, history.FaultsPerMille);
            judge.Look();
        }
        if (world.Violations.Count == 0)
            Drain(stage, background, judge, player, calendar, new(history.Seed));
        return new(world.Violations, background.Trace, world.Scheduler.Calls, world.Provider.Payments.Count, new HashSet<(CheckoutState?, CheckoutState)>(), world.Watch.PurchaseStates)
        {
            Seen = stage.Watch.Seen,
            Days = (int)(world.Now - start).TotalDays,
            Instants = judge.Instants,
        };
    }

    /// <summary>Nothing goes wrong any more and everybody decides. A month later everything is as it should be; then all cancel, and another month later nothing runs any more.</summary>
    private static void Drain(SubscriptionStage stage, Background background, SubscriptionJudge judge, SubscriptionPlayer player, SubscriptionCalendar calendar, Dice dice)
    {
        var world = stage.World;
        world.Provider.Outage = false;
        foreach (var waiting in world.Provider.Subscriptions.Where(one => one.Status == ProviderSubscriptionStatus.Incomplete).ToList())
            world.Provider.ConfirmFirst(waiting, good: dice.Roll(3) != 0);
        foreach (var payment in world.Provider.Payments.Where(payment => payment.Dispute?.Status == DisputeStatus.Open))
            world.Provider.CloseDispute(payment, won: dice.Roll(2) == 0);
        if (!Pass(TimeSpan.FromDays(1)))
            return;
        player.Replay(world.Instance(0));
        if (!Pass(TimeSpan.FromDays(40)))
            return;
        judge.Decide();
        if (world.Provider.Subscriptions.Any(one => one.Runs))
            stage.Watch.Seen.Add("Ran to the end");
        foreach (var one in stage.Watch.Subscriptions.Where(one => one.State is SubscriptionState.Active or SubscriptionState.PastDue))
            player.Cancel(one, world.Instance(0));
        if (!Pass(TimeSpan.FromDays(40)))
            return;
        foreach (var left in stage.Watch.Subscriptions.Where(one => one.State != SubscriptionState.Ended))
            world.Violated($"{left.Id} was cancelled a month ago and is {left.State}.");
        judge.Decide();
        Watch(stage, background, player, dice);

        bool Pass(TimeSpan by)
        {
            if (world.Violations.Count == 0)
                calendar.Pass(by, dice, faultsPerMille: 0);
            // What the provider told in the last minutes is to arrive before anything is judged.
            while (world.Violations.Count == 0 && world.Provider.Outgoing.Count > 0)
                calendar.Pass(TimeSpan.FromMinutes(15), dice, faultsPerMille: 0);
            return world.Violations.Count == 0;
        }
    }

    /// <summary>At last every viewer asks for every creator's videos: nobody has a subscription any more.</summary>
    private static void Watch(SubscriptionStage stage, Background background, SubscriptionPlayer player, Dice dice)
    {
        foreach (var viewer in SubscriptionStage.Viewers)
        {
            foreach (var creator in World.Creators)
                player.Watch(viewer, creator, stage.World.Instance(0), may => stage.World.Violations.AddRange(may ? [$"{viewer} watches what {creator} makes for subscribers and is none."] : []));
        }
        background.Run(1_000, dice, faultsPerMille: 0);
    }
}
