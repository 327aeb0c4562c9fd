using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SeriesFunctions.Local.Hosting;

/// <summary>
/// One thread that gives way to every other, for what nobody waits for: when thousands of discounts end at once, whoever reads or buys has the processors first. On Linux that is its nice value,
/// since .NET's priorities do nothing there.
/// </summary>
internal sealed partial class PatientThread : TaskScheduler, IDisposable
{
    /// <summary>A tenth of a processor while others want them all: it must come to the end of what it holds.</summary>
    private const int Nice = 10;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Thread _thread;

    public PatientThread()
    {
        _thread = new(Run) { Name = "tidying", IsBackground = true, Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Ends the thread after what it was given.</summary>
    public void Dispose() => _tasks.CompleteAdding();

    protected override void QueueTask(Task task)
    {
        try
        {
            _tasks.Add(task);
        }
        catch (InvalidOperationException)
        {
            // The host has stopped; what still goes on ends on the pool.
            ThreadPool.UnsafeQueueUserWorkItem(static late => late.Line.TryExecuteTask(late.Task), (Line: this, Task: task), preferLocal: false);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => Thread.CurrentThread == _thread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _tasks];

    private void Run()
    {
        // Of a process on other systems, of the calling thread on Linux.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(which: 0, who: 0, Nice);
        foreach (var task in _tasks.GetConsumingEnumerable())
            TryExecuteTask(task);
        _tasks.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int nice);
}
