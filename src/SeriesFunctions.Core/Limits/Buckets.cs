using System.Collections.Concurrent;

namespace SeriesFunctions.Core.Limits;

/// <summary>
/// The token buckets of many callers, at most <paramref name="most"/> of them. When there are more, full buckets are forgotten, which changes nothing for anybody; if that is not
/// enough, those that are nearest to full, which forgives their callers a little.
/// </summary>
internal sealed class Buckets<TKey>(int most, int each)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, long[]> _callers = new();
    private readonly Lock _clearing = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The state of one of a caller's buckets.</summary>
    public ref long Of(TKey caller, int bucket, long now)
    {
        if (!_callers.TryGetValue(caller, out var states))
        {
            if (Count >= most)
                Clear(now);
            states = new long[each];
            if (_callers.TryAdd(caller, states))
                Interlocked.Increment(ref _count);
            else
                states = _callers.GetValueOrDefault(caller) ?? states;
        }
        return ref states[bucket];
    }

    private void Clear(long now)
    {
        lock (_clearing)
        {
            if (Count < most)
                return;
            foreach (var caller in _callers)
            {
                if (FullAt(caller.Value) <= now)
                    Forget(caller.Key);
            }
            // A tenth at a time, so that a crowd of callers doesn't bring each of them here.
            var room = most - most / 10;
            if (Count <= room)
                return;
            foreach (var caller in _callers.OrderBy(caller => FullAt(caller.Value)).Take(Count - room).ToList())
                Forget(caller.Key);
        }
    }

    private void Forget(TKey caller)
    {
        if (_callers.TryRemove(caller, out _))
            Interlocked.Decrement(ref _count);
    }

    private static long FullAt(long[] states)
    {
        var last = 0L;
        for (var i = 0; i < states.Length; i++)
            last = Math.Max(last, Volatile.Read(ref states[i]));
        return last;
    }
}
