namespace Model.Tests.Running;

/// <summary>How a call of a port goes.</summary>
public enum Passage
{
    Through,

    /// <summary>No answer, and it did not happen.</summary>
    LoseRequest,

    /// <summary>No answer, and it did happen.</summary>
    LoseAnswer,

    /// <summary>The instance is gone before the call.</summary>
    CrashBefore,

    /// <summary>The instance is gone after the call and before its answer.</summary>
    CrashAfter,
}

/// <summary>Something that runs on one instance: a request, a message, a delivery, a timer.</summary>
public sealed class Op(string name, Instance instance, DateTimeOffset startedAt)
{
    public string Name => name;

    public Instance Instance => instance;

    public DateTimeOffset StartedAt => startedAt;

    public Task Task { get; set; } = Task.CompletedTask;

    /// <summary>Whether a call of its went wrong, so that it may have ended without having done what it was for.</summary>
    public bool WasDisturbed { get; set; }

    /// <summary>The message or event that it handles, for those who must know.</summary>
    public string? About { get; set; }
}

/// <summary>An operation waits here, before a call of a port, until the scheduler lets it go on.</summary>
public sealed class Gate(Op op, string call)
{
    public Op Op => op;

    public string Call => call;

    public TaskCompletionSource<Passage> Opened { get; } = new();
}

/// <summary>
/// Runs operations on one thread and lets exactly one go on at a time, from one call of a port to the next: every interleaving of two instances that the
/// store can tell apart is an order of opened gates. What order, somebody else decides.
/// </summary>
public sealed class Scheduler : SynchronizationContext
{
    private readonly List<Gate> _gates = [];
    private readonly List<Op> _running = [];
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

    /// <summary>Waiting operations, in the order in which they came to their gates.</summary>
    public IReadOnlyList<Gate> Gates => _gates;

    public IReadOnlyList<Op> Running => _running;

    /// <summary>Whose code runs at this moment.</summary>
    public Op? Now { get; private set; }

    /// <summary>Called when an operation has ended, with what it threw, if it did.</summary>
    public Action<Op, Exception?> Ended { get; set; } = (_, _) => { };

    /// <summary>Calls of ports so far.</summary>
    public long Calls { get; private set; }

    public void Start(Op op, Func<Task> work)
    {
        _running.Add(op);
        RunAs(op, () => op.Task = work());
    }

    public Task<Passage> WaitAsync(string call)
    {
        var gate = new Gate(Now ?? throw new InvalidOperationException($"{call} is called by nobody."), call);
        _gates.Add(gate);
        return gate.Opened.Task;
    }

    public void Open(Gate gate, Passage passage)
    {
        Calls++;
        _gates.Remove(gate);
        gate.Op.WasDisturbed |= passage != Passage.Through;
        RunAs(gate.Op, () => gate.Opened.SetResult(passage));
    }

    /// <summary>Nothing that runs on the instance goes on, ever.</summary>
    public void Drop(Instance instance)
    {
        _gates.RemoveAll(gate => gate.Op.Instance == instance);
        _running.RemoveAll(op => op.Instance == instance);
    }

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    private void RunAs(Op op, Action step)
    {
        var outside = SynchronizationContext.Current;
        Now = op;
        SetSynchronizationContext(this);
        try
        {
            step();
            while (_posted.TryDequeue(out var posted))
                posted.Callback(posted.State);
        }
        finally
        {
            SetSynchronizationContext(outside);
            Now = null;
        }
        if (!op.Task.IsCompleted || !_running.Remove(op))
            return;
        Ended(op, op.Task.Exception?.InnerException);
    }
}
