using SeriesFunctions.Core.Documents;
using SeriesFunctions.Local.Clock;

namespace SeriesFunctions.Local.Storage;

/// <summary>
/// Moves events from the outbox to the queues that want them, in the order in which they were stored: on the local host what the change feed's trigger is on Azure.
/// A move is one transaction, so an event is in exactly one of the two places.
/// </summary>
public sealed partial class OutboxRelay(
    SqliteDatabase database, SqliteMessageQueue queue, Func<string, IReadOnlyList<string>> queuesFor, Signal signal, TimeProvider clock, ILogger<OutboxRelay> logger)
{
    private const int AtATime = 200;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly QueueStatements _statements = new();
    private Database? _preparedOn;
    private Statement _next = null!, _clear = null!;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await signal.WaitAsync(cancellationToken);
                while (await MoveAsync() == AtATime)
                {
                    // There may be more.
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailableException e)
            {
                LogFailed(logger, e);
                await Task.Delay(PauseAfterFailure, CancellationToken.None);
                signal.Set();
            }
        }
    }

    private async Task<int> MoveAsync()
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var moved = await database.Writer.RunAsync(writer =>
        {
            Prepare(writer);
            var events = new List<(long Seq, string Id, string Name, long? Due, byte[] Body)>();
            _next.Number(1, AtATime);
            while (_next.Step())
                events.Add((_next.Long(0), _next.String(1), _next.String(2), _next.IsNull(3) ? null : _next.Long(3), _next.Bytes(4)));
            _next.Reset();
            foreach (var (_, id, name, due, body) in events)
            {
                foreach (var wanted in queuesFor(name))
                    _statements.On(writer).Insert(wanted, id, body, due, now);
            }
            if (events.Count > 0)
                _clear.Number(1, events[^1].Seq).Run();
            return events.Count;
        });
        if (moved > 0)
            queue.Arrived();
        return moved;
    }

    private void Prepare(Database writer)
    {
        if (_preparedOn == writer)
            return;
        _next = writer.Prepare("SELECT seq, id, name, due, body FROM outbox ORDER BY seq LIMIT ?1");
        _clear = writer.Prepare("DELETE FROM outbox WHERE seq<=?1");
        _preparedOn = writer;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Relaying events failed; they stay in the outbox and are tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
