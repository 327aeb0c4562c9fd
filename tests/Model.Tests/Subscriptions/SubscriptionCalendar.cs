using Model.Tests.Histories;
using Model.Tests.Running;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Subscriptions;

/// <summary>
/// Moves the clock. The provider does everything at its time. Ours do so too, as a rule: whatever comes due meanwhile is worked off then, and access is looked at after each thing that happened; or they
/// are all down, and everything waits for them.
/// </summary>
public sealed class SubscriptionCalendar(SubscriptionStage stage, Background background, SubscriptionPlayer player, SubscriptionJudge judge)
{
    private const int MostMoves = 3_000;

    private static readonly TimeSpan LeftLying = TimeSpan.FromDays(10);

    private readonly World _world = stage.World;

    public void Move(Step step, Dice dice, int faultsPerMille)
    {
        switch (step.Act)
        {
            case Act.Seconds:
                Pass(TimeSpan.FromSeconds(1 + step.A % 100), dice, faultsPerMille);
                break;
            case Act.Edge:
                if (stage.Watch.Edges().ToList() is { Count: > 0 } edges && edges[step.A % Math.Min(edges.Count, 3)] - _world.Now is var until)
                    // Exactly there as a rule, else a millisecond before.
                    Pass(step.B % 4 == 0 ? until - TimeSpan.FromMilliseconds(1) : until, dice, faultsPerMille);
                break;
            case Act.HalfHour:
                Pass(TimeSpan.FromMinutes(30), dice, faultsPerMille);
                break;
            case Act.Day:
                Pass(TimeSpan.FromHours(12 + step.A % 72), dice, faultsPerMille);
                break;
            case Act.Weeks:
                // No provider is out for weeks.
                _world.Provider.Outage = false;
                Pass(TimeSpan.FromDays(7 + step.A % 28), dice, faultsPerMille, isInterrupted: step.B % 2 == 0);
                break;
            case Act.Sleep:
                Sleep(TimeSpan.FromHours(1 + step.A % (24 * (1 + step.B % 20))));
                break;
            default:
                throw new InvalidOperationException($"Nobody plays {step.Act}.");
        }
    }

    /// <summary>Time goes by, and everything is done when its time has come. <paramref name="isInterrupted"/>: only until a payment fails, so that somebody does something about it in time.</summary>
    public void Pass(TimeSpan by, Dice dice, int faultsPerMille, bool isInterrupted = false)
    {
        var until = _world.Now + by;
        var late = Late();
        while (_world.Violations.Count == 0)
        {
            background.Run(MostMoves, dice, faultsPerMille);
            judge.Look();
            if (_world.Now >= until)
                break;
            var next = Next() is { } due && due < until ? due : until;
            if (next > _world.Now)
                _world.Clock.Advance(next - _world.Now);
            _world.Provider.Turn();
            if (isInterrupted && Late() > late)
                until = _world.Now;
            // The minute's timer, not every minute.
            if (dice.Roll(6) == 0)
                background.StartTimer("SweepSubscriptions", dice);
            // And nobody leaves dead letters lying for months: the inbox forgets.
            if (_world.Queue.DeadLetters.Any(letter => _world.Now - letter.DeadLetteredAt > LeftLying))
                player.Replay(_world.Instance(dice.Roll(2)));
        }
    }

    /// <summary>Nobody of ours is there.</summary>
    private void Sleep(TimeSpan by)
    {
        var until = _world.Now + by;
        while (_world.Provider.NextTurn is { } turn && turn <= until)
        {
            if (turn > _world.Now)
                _world.Clock.Advance(turn - _world.Now);
            _world.Provider.Turn();
        }
        if (until > _world.Now)
            _world.Clock.Advance(until - _world.Now);
    }

    private int Late() => _world.Provider.Subscriptions.Count(one => one.Status == ProviderSubscriptionStatus.PastDue);

    /// <summary>When something comes due next.</summary>
    private DateTimeOffset? Next() => _world.Provider.Outgoing.Select(told => (DateTimeOffset?)told.DeliverAt).Append(_world.Queue.Next).Append(_world.Provider.NextTurn).Min();
}
