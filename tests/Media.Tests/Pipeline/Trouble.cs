namespace Media.Tests.Pipeline;

/// <summary>Counts every call of a port and lets one, or all from one on, fail: before it took effect or after, as a process that dies does.</summary>
public sealed class Trouble
{
    /// <summary>Calls so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Which call fails; 0 for none.</summary>
    public int FailsAt { get; set; }

    public bool FailsAfterwards { get; set; }

    /// <summary>True: every call from <see cref="FailsAt"/> on fails, until this is false again.</summary>
    public bool Lasts { get; set; }

    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> call, Func<Exception> outage)
    {
        Calls++;
        var fails = FailsAt > 0 && (Lasts ? Calls >= FailsAt : Calls == FailsAt);
        if (fails && !FailsAfterwards)
            throw outage();
        var result = await call();
        return fails ? throw outage() : result;
    }
}
