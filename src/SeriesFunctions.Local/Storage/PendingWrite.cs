using System.Threading.Tasks.Sources;

namespace SeriesFunctions.Local.Storage;

/// <summary>Something that waits for the writer. <see cref="Apply"/> may run twice: again, alone, when the transaction it shared came to nothing.</summary>
internal interface IPendingWrite
{
    /// <summary>Whether it must be on disk before it is answered.</summary>
    bool IsDurable { get; }

    void Apply(WriteSession session);

    void Committed();

    void Failed(Exception reason);
}

/// <summary>
/// A caller's write and the task it awaits. The task is completed after the commit, and its continuation runs on the thread pool:
/// the writer's thread has the next group to write.
/// </summary>
internal sealed class PendingWrite<TState, TResult>(TState state, Func<WriteSession, TState, TResult> apply, bool isDurable) : IPendingWrite, IValueTaskSource<TResult>
{
    private ManualResetValueTaskSourceCore<TResult> _task = new() { RunContinuationsAsynchronously = true };
    private TResult? _result;

    public bool IsDurable => isDurable;

    public ValueTask<TResult> Task => new(this, _task.Version);

    public void Apply(WriteSession session) => _result = apply(session, state);

    public void Committed() => _task.SetResult(_result!);

    public void Failed(Exception reason) => _task.SetException(reason);

    public TResult GetResult(short token) => _task.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _task.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _task.OnCompleted(continuation, state, token, flags);
}
