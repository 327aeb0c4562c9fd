using Model.Tests.Histories;
using Model.Tests.Running;
using SeriesFunctions.Core.Moderation;
using Verdict = Model.Tests.Histories.Verdict;

namespace Model.Tests.Review;

/// <summary>Plays a history of authoring and review in a world of its own, has everything decided that waits, and judges.</summary>
public static class ReviewTrial
{
    private const int MostRounds = 5;

    /// <param name="history">What happens.</param>
    /// <param name="log">Where every step and every call of a port is written to; null as a rule.</param>
    public static Verdict Run(History history, TextWriter? log = null)
    {
        using var stage = new ReviewStage();
        var world = stage.World;
        var background = new Background(world) { Log = log };
        var player = new ReviewPlayer(stage, background);
        foreach (var step in history.Steps)
        {
            if (world.Violations.Count > 0)
                break;
            log?.WriteLine($"{world.Now:dd HH:mm:ss.fff} == {step}");
            var dice = new Dice(step.Dice);
            player.Play(step, dice);
            background.Run(dice.Roll(24), dice, history.FaultsPerMille);
        }
        if (world.Violations.Count == 0 && Drain(stage, background, player, new(history.Seed)))
            new ReviewJudge(stage, background).Decide();
        return new(world.Violations, background.Trace, world.Scheduler.Calls, world.Provider.Payments.Count, new HashSet<(SeriesFunctions.Core.Checkout.CheckoutState?, SeriesFunctions.Core.Checkout.CheckoutState)>(), new HashSet<SeriesFunctions.Core.Checkout.PurchaseState>())
        {
            Seen = stage.Watch.Seen,
        };
    }

    /// <summary>Nothing goes wrong any more, claims lapse, dead letters are replayed once, and somebody decides every case that is open.</summary>
    private static bool Drain(ReviewStage stage, Background background, ReviewPlayer player, Dice dice)
    {
        var world = stage.World;
        if (!Trial.Rest(world, background, dice))
            return false;
        player.Replay(world.Instance(0));
        world.Clock.Advance(TimeSpan.FromMinutes(31));
        for (var round = 0; round < MostRounds; round++)
        {
            if (!Trial.Rest(world, background, dice))
                return false;
            var open = stage.Watch.Cases.Where(waiting => waiting.State == CaseState.Open).ToList();
            if (open.Count == 0)
                return true;
            foreach (var waiting in open)
                player.Decide(waiting, ReviewStage.LastModerator, dice, world.Instance(0));
        }
        world.Violated($"Cases are open that nobody can decide: {string.Join(", ", stage.Watch.Cases.Where(waiting => waiting.State == CaseState.Open).Select(waiting => waiting.Id))}.");
        return false;
    }
}
