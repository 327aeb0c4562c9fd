namespace SeriesFunctions.Local.Clock;

/// <summary>Wakes one waiting loop. Any number of calls before it looks are one; set from the start, for what an earlier process left.</summary>
public sealed class Signal
{
    private TaskCompletionSource _set = Completed();

    public void Set() => Volatile.Read(ref _set).TrySetResult();

    /// <summary>Returns once it is set, and unsets it: whoever sets it from now on wakes the next wait. Look for work after this, not before.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Volatile.Read(ref _set).Task.WaitAsync(cancellationToken);
        Interlocked.Exchange(ref _set, new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }
}
