namespace Model.Tests.Running;

/// <summary>Chance that can be had again: SplitMix64, so that a seed means the same on every machine and framework.</summary>
public sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="sides"/> less one.</summary>
    public int Roll(int sides) => (int)(Next() % (ulong)sides);

    public bool Chance(int perMille) => Roll(1_000) < perMille;

    /// <summary>How a call goes: so many of a thousand go wrong, one way or another.</summary>
    public Passage Fate(int faultsPerMille) => !Chance(faultsPerMille) ? Passage.Through : Roll(20) switch
    {
        < 9 => Passage.LoseRequest,
        < 15 => Passage.LoseAnswer,
        < 18 => Passage.CrashBefore,
        _ => Passage.CrashAfter,
    };

    public T Pick<T>(IReadOnlyList<T> from) => from[Roll(from.Count)];
}
