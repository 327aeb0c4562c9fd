namespace Model.Tests.Histories;

/// <summary>Makes a failing history shorter while it fails: whole stretches of steps first, then single ones, then the faults.</summary>
public static class Shrinker
{
    private const int MostTrials = 2_000;

    public static History Shrink(History failing, Func<History, bool> fails)
    {
        var trials = 0;
        bool Fails(History tried) => trials++ < MostTrials && fails(tried);

        if (failing.FaultsPerMille > 0 && failing with { FaultsPerMille = 0 } is var faultless && Fails(faultless))
            failing = faultless;
        for (var length = failing.Steps.Count / 2; length > 0;)
        {
            var shorter = false;
            for (var from = 0; from < failing.Steps.Count;)
            {
                var tried = failing with { Steps = [.. failing.Steps.Take(from), .. failing.Steps.Skip(from + length)] };
                if (Fails(tried))
                {
                    failing = tried;
                    shorter = true;
                }
                else
                {
                    from += length;
                }
            }
            // Once a single step is gone, another one may have become needless.
            if (length > 1 || !shorter)
                length /= 2;
        }
        return failing;
    }
}
