namespace SeriesFunctions.Core.Limits;

/// <summary>
/// A token bucket whose state is one instant: when it will be full again. It is the generic cell rate algorithm; source: ITU-T I.371, "GCRA(T, τ)" as virtual scheduling. A state
/// that lies in the past is a full bucket, so 0 is one that was never used, and what is idle can be forgotten without a difference.
/// </summary>
public static class TokenBucket
{
    /// <summary>Takes one token, whatever other threads do to the same state. Returns 0, or in how many ticks there will be one; nothing was taken then.</summary>
    /// <param name="fullAt">The state, in ticks of <paramref name="now"/>'s clock.</param>
    /// <param name="now">Ticks.</param>
    /// <param name="every">In how many ticks a token is added, 1 or more.</param>
    /// <param name="burst">How many ticks an empty bucket takes to fill; never less than <paramref name="every"/>.</param>
    public static long Take(ref long fullAt, long now, long every, long burst)
    {
        while (true)
        {
            var seen = Volatile.Read(ref fullAt);
            if (seen > now + burst)
            {
                // Nothing is emptier than empty: the clock was set back, and nobody shall wait until it is where it was.
                Interlocked.CompareExchange(ref fullAt, now + burst, seen);
                continue;
            }
            var after = Math.Max(seen, now) + every;
            var wait = after - burst - now;
            if (wait > 0)
                return wait;
            if (Interlocked.CompareExchange(ref fullAt, after, seen) == seen)
                return 0;
        }
    }
}
