namespace SeriesFunctions.Core.Messaging;

/// <summary>Something that is done every minute. A failure is noted; the next minute does it again. On Azure <paramref name="Name"/> is the timer function's.</summary>
public sealed record TimedWork(string Name, Func<CancellationToken, Task> RunAsync);

/// <summary>What both hosts' timers do each minute, UTC: finding what no message and no event came for. The list is in <see cref="CoreComposition"/>.</summary>
public sealed class Sweeps(IReadOnlyList<TimedWork> all)
{
    public IReadOnlyList<TimedWork> All => all;

    public TimedWork this[string name] => all.First(work => work.Name == name);
}
