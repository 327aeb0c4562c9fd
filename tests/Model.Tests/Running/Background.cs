using System.Text;
using Model.Tests.Memory;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Messaging;

namespace Model.Tests.Running;

/// <summary>What runs beside the requests: relay, queue workers, webhooks, timers. Each turn is one operation on one instance, as in the hosts.</summary>
public sealed class Background(World world)
{
    private const int MostAtOnce = 10;

    /// <summary>When the provider posts an event again that was not taken.</summary>
    private static readonly TimeSpan RepeatedAfter = TimeSpan.FromMinutes(20);

    /// <summary>A hash over what went on, in its order: two runs of a history agree in it or were not the same.</summary>
    public ulong Trace { get; private set; } = 14_695_981_039_346_656_037;

    /// <summary>Where calls are written to as they are let through.</summary>
    public TextWriter? Log { get; init; }

    /// <summary>
    /// Lets so many things happen: an operation goes on to its next call, or a turn of the background begins. False when there was nothing left to do.
    /// </summary>
    public bool Run(int moves, Dice dice, int faultsPerMille)
    {
        for (var i = 0; i < moves; i++)
        {
            if (!Move(dice, faultsPerMille))
                return false;
        }
        return true;
    }

    /// <summary>When the minute's timers began, and whose books were in the list of all books then.</summary>
    public List<(DateTimeOffset At, IReadOnlyList<UserId> Books)> Timers { get; } = [];

    /// <summary>The minute's timers, each on one of the instances; two instances may both run one.</summary>
    public void StartTimers(Dice dice)
    {
        Timers.Add((world.Now, [.. world.All<LedgerEntry>(LedgerEntry.In.Key, "ledger|").Select(entry => entry.CreatorId)]));
        world.Provider.ExpireOverdue();
        foreach (var name in world.Instance(0).Get<Sweeps>().All.Select(work => work.Name))
            StartTimer(name, dice);
    }

    /// <summary>One of them.</summary>
    public void StartTimer(string name, Dice dice)
    {
        var instance = world.Instance(dice.Roll(2));
        world.Begin(name, instance, () => instance.Get<Sweeps>()[name].RunAsync(CancellationToken.None));
    }

    /// <summary>Lets the timers that run come to their end: one that goes on over days would write back how far it had come before them.</summary>
    public void FinishTimers(Dice dice)
    {
        var timers = world.Instance(0).Get<Sweeps>().All.Select(work => work.Name).ToHashSet();
        while (world.Scheduler.Gates.FirstOrDefault(gate => timers.Contains(gate.Op.Name)) is { } gate)
            Open(gate, dice, faultsPerMille: 0);
    }

    /// <summary>The provider posts what is due at both instances at once.</summary>
    public void DeliverToBoth()
    {
        foreach (var told in world.Provider.Outgoing.Where(told => told.DeliverAt <= world.Now).ToList())
        {
            told.DeliverAt = world.Now + RepeatedAfter;
            foreach (var instance in new[] { world.Instance(0), world.Instance(1) })
                world.Begin("webhook", instance, () => ReceiveAsync(instance, told, again: false), told.Id);
        }
    }

    private bool Move(Dice dice, int faultsPerMille)
    {
        var gates = world.Scheduler.Gates;
        if (gates.Count > 0 && (gates.Count >= MostAtOnce || dice.Roll(10) < 7))
        {
            Open(dice.Pick(gates), dice, faultsPerMille);
            return true;
        }
        if (BeginTurn(dice))
            return true;
        if (world.Scheduler.Gates.Count == 0)
            return false;
        Open(dice.Pick(world.Scheduler.Gates), dice, faultsPerMille);
        return true;
    }

    private void Open(Gate gate, Dice dice, int faultsPerMille)
    {
        var passage = dice.Fate(faultsPerMille);
        foreach (var c in gate.Op.Name)
            Trace = (Trace ^ c) * 1_099_511_628_211;
        Trace = (Trace ^ (ulong)passage ^ (ulong)world.Now.Ticks ^ gate.Call[0]) * 1_099_511_628_211;
        Log?.WriteLine($"{world.Now:dd HH:mm:ss.fff}   {gate.Op.Instance.Number} {gate.Op.Name}: {gate.Call}{(passage == Passage.Through ? "" : $" {passage}")} {gate.Op.About}");
        world.Scheduler.Open(gate, passage);
    }

    /// <summary>One turn of the background, chosen among those that have something to do.</summary>
    private bool BeginTurn(Dice dice)
    {
        var now = world.Now;
        var events = world.Provider.Outgoing.Where(told => told.DeliverAt <= now).ToList();
        var queues = world.Queue.Due;
        var choices = new List<Action>(3);
        var instance = world.Instance(dice.Roll(2));
        if (world.Store.Outbox.Count > 0)
        {
            // The relay goes through a partition in its order; which partition, is chance.
            var picked = dice.Pick(world.Store.Outbox);
            var first = world.Store.Outbox.First(waiting => waiting.Partition == picked.Partition);
            choices.Add(() => world.Begin("relay " + first.Event.Name, instance, () => RelayAsync(instance, first)));
        }
        if (queues.Count > 0)
        {
            var queue = dice.Pick(queues);
            choices.Add(() => world.Begin("work " + queue, instance, () => WorkAsync(instance, queue)));
        }
        if (events.Count > 0)
        {
            var told = dice.Pick(events);
            var fate = dice.Roll(20);
            var later = TimeSpan.FromSeconds(dice.Roll(600));
            choices.Add(() => Deliver(instance, told, fate, later));
        }
        if (choices.Count == 0)
            return false;
        dice.Pick(choices)();
        return true;
    }

    /// <summary>The provider posts an event: now and once as a rule; some come late, some again, some at both instances at once. What it hears nothing of it posts again.</summary>
    private void Deliver(Instance instance, MemoryEvent told, int fate, TimeSpan later)
    {
        if (fate < 3 && told.Tries == 0)
        {
            told.Tries++;
            told.DeliverAt = world.Now + later;
            return;
        }
        told.Tries++;
        told.DeliverAt = world.Now + RepeatedAfter;
        world.Begin("webhook", instance, () => ReceiveAsync(instance, told, again: fate < 5), told.Id);
        if (fate == 19 && world.Instance(1 - instance.Number) is { } other)
            world.Begin("webhook", other, () => ReceiveAsync(other, told, again: false), told.Id);
    }

    private async Task ReceiveAsync(Instance instance, MemoryEvent told, bool again)
    {
        var received = await instance.Get<ReceiveWebhook>().HandleAsync(told.Body, MemoryProvider.Signature, CancellationToken.None);
        if (received.Problem is { } problem)
            world.Violated($"The event {told.Type} was refused: {problem.Code}.");
        else if (!again)
            world.Provider.Outgoing.Remove(told);
    }

    private async Task RelayAsync(Instance instance, OutboxEvent waiting)
    {
        var message = new QueueMessage(waiting.Event.Id, waiting.Event.ToJson(), waiting.Event.DueAt);
        foreach (var queue in instance.Get<EventDispatcher>().QueuesFor(waiting.Event.Name))
            await instance.Queue.SendAsync(queue, [message], CancellationToken.None);
        world.Store.RemoveFromOutbox(waiting);
    }

    private async Task WorkAsync(Instance instance, string queue)
    {
        foreach (var message in await instance.Queue.ReceiveAsync(queue, 1, TimeSpan.Zero, CancellationToken.None))
        {
            world.Scheduler.Now!.About = Encoding.UTF8.GetString(message.Body.Span);
            var handled = await instance.Get<EventDispatcher>().DispatchAsync(queue, message.Body, message.DeliveryCount, CancellationToken.None);
            // A bug in a handler is a retry to the dispatcher, and may well go by itself; here it is one.
            if (handled.Reason?.EndsWith("Exception", StringComparison.Ordinal) == true && handled.Reason != nameof(QueueUnavailableException))
                world.Violated($"{world.Scheduler.Now.Name} threw {handled.Reason} over {world.Scheduler.Now.About}.");
            _ = handled.As switch
            {
                HandledAs.Done => await instance.Queue.CompleteAsync(message, CancellationToken.None),
                HandledAs.Poison => await instance.Queue.DeadLetterAsync(message, handled.Reason ?? "poison", "", CancellationToken.None),
                _ => await instance.Queue.AbandonAsync(message, handled.After ?? TimeSpan.Zero, handled.Reason ?? "retry", CancellationToken.None),
            };
        }
    }
}
