using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.Core.Links;

/// <summary>So many clicks of a link on a day (UTC), as one instance saw them within a moment: document <c>clicks|{id}</c> of the link's partition. Nothing of who clicked.</summary>
public sealed record ClicksNoted(string Id, string Code, UserId CreatorId, SeriesId? SeriesId, string Place, DateOnly Day, int Clicks)
{
    /// <summary>What statistics can be recounted from, for a year and a month.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(400);

    public const string SortPrefix = "clicks|";

    public static string DocumentId(string id) => $"{SortPrefix}{id}";
}

/// <summary>Clicks were noted; the statistics are to follow.</summary>
public sealed record ClicksCounted(ClicksNoted Noted) : IEvent
{
    public static string Name => "clicks-counted";

    public static int Version => 1;
}

/// <summary>
/// Counts clicks in memory and writes them down after a second, each minute, and when the host stops: a redirect waits for no write. A process that dies loses its last second. What was to be
/// written keeps its id until it is, so a write whose answer was lost counts once. See docs/adr/0048.
/// </summary>
public sealed partial class Clicks(Records records, TimeProvider clock, ILogger<Clicks> logger) : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan WriteAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly List<ClicksNoted> _unwritten = [];
    private Dictionary<(string Code, DateOnly Day), (Link Link, int Clicks)> _counted = [];

    public void Count(Link link)
    {
        var key = (link.Code, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        lock (_gate)
        {
            _counted[key] = (link, _counted.GetValueOrDefault(key).Clicks + 1);
            if (_counted.Count > 1 || _counted[key].Clicks > 1)
                return;
        }
        _ = WriteSoonAsync();
    }

    /// <summary>Writes down what was counted so far; what can't be written now is the next time.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            Dictionary<(string Code, DateOnly Day), (Link Link, int Clicks)> counted;
            lock (_gate)
                (counted, _counted) = (_counted, []);
            var now = clock.GetUtcNow();
            foreach (var ((code, day), (link, clicks)) in counted)
                _unwritten.Add(new(Ids.New("clk", now), code, link.CreatorId, link.SeriesId, link.PlaceName, day, clicks));
            while (_unwritten.Count > 0)
            {
                var noted = _unwritten[^1];
                var id = ClicksNoted.DocumentId(noted.Id);
                // A conflict is the same one, written when its answer was lost.
                await records.SaveAsync(
                    new Batch(Link.In(noted.Code)).Create(id, noted, id, ClicksNoted.KeptFor).Emit(new ClicksCounted(noted), now, id: Ids.From("evt", noted.Id)), cancellationToken);
                _unwritten.RemoveAt(_unwritten.Count - 1);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopsWithin);
        try
        {
            await WriteAsync(patience.Token);
        }
        // The host stops; there is nobody to tell but the log.
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException or ObjectDisposedException)
        {
            LogLost(logger, e);
        }
        Dispose();
    }

    public void Dispose() => _writing.Dispose();

    private async Task WriteSoonAsync()
    {
        await Task.Delay(WriteAfter, CancellationToken.None);
        try
        {
            await WriteAsync(CancellationToken.None);
        }
        // Tried again with the next click, and each minute.
        catch (Exception e) when (e is StoreUnavailableException or ObjectDisposedException)
        {
            LogNotWritten(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Clicks could not be written down yet")]
    private static partial void LogNotWritten(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Clicks of the last second are lost: the host stopped and the store did not answer")]
    private static partial void LogLost(ILogger logger, Exception exception);
}
