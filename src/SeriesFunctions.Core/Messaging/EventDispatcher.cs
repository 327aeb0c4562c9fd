using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core.Audit;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Messaging;

/// <summary>One event that one queue wants, and how its handler is called.</summary>
public sealed record EventRoute(string Name, int Version, string Queue, Func<Envelope, CancellationToken, ValueTask<Handled>> HandleAsync)
{
    /// <summary>What its handler changes is kept in the audit trail.</summary>
    public bool Audited { get; init; }

    public static EventRoute To<TEvent>(string queue, IHandle<TEvent> handler)
        where TEvent : class, IEvent =>
        new(TEvent.Name, TEvent.Version, queue, (envelope, cancellationToken) =>
            JsonSerializer.Deserialize(envelope.Body.Span, Shape<TEvent>.Info) is { } message
                ? handler.HandleAsync(message, cancellationToken)
                : ValueTask.FromResult(Handled.Poison("empty-body")));

    /// <summary>For a handler that needs the event's id and time too.</summary>
    public static EventRoute To<TEvent>(string queue, Func<Envelope, TEvent, CancellationToken, ValueTask<Handled>> handle)
        where TEvent : class, IEvent =>
        new(TEvent.Name, TEvent.Version, queue, (envelope, cancellationToken) =>
            JsonSerializer.Deserialize(envelope.Body.Span, Shape<TEvent>.Info) is { } message
                ? handle(envelope, message, cancellationToken)
                : ValueTask.FromResult(Handled.Poison("empty-body")));
}

/// <summary>Brings a message from a queue to its handler; both hosts settle the message by what this answers.</summary>
public sealed partial class EventDispatcher(IReadOnlyList<EventRoute> routes, TimeProvider clock, ILogger<EventDispatcher> logger)
{
    private readonly Dictionary<(string Queue, string Name), EventRoute> _routes = routes.ToDictionary(route => (route.Queue, route.Name));
    private readonly Dictionary<string, string[]> _queues = routes.GroupBy(route => route.Name)
        .ToDictionary(group => group.Key, group => group.Select(route => route.Queue).ToArray());

    /// <summary>The queues that want this event; none is fine.</summary>
    public IReadOnlyList<string> QueuesFor(string eventName) => _queues.GetValueOrDefault(eventName, []);

    /// <summary>Handles one message. An outage is a retry; a bug is a retry too, and a dead letter in the end, so that nothing is lost unread.</summary>
    public async ValueTask<Handled> DispatchAsync(string queue, ReadOnlyMemory<byte> body, int deliveryCount, CancellationToken cancellationToken)
    {
        Envelope envelope;
        try
        {
            envelope = Envelope.Parse(body);
        }
        catch (FormatException)
        {
            return Handled.Poison("not-an-envelope");
        }
        if (!_routes.TryGetValue((queue, envelope.Name), out var route))
            return Handled.Poison("no-handler");
        if (envelope.Version > route.Version)
            return Handled.Retry("newer-version");

        using var activity = Telemetry.Source.StartActivity($"handle {envelope.Name}", ActivityKind.Consumer, envelope.Context);
        activity?.SetTag("messaging.destination.name", queue);
        activity?.SetTag("messaging.message.id", envelope.Id);
        var started = Stopwatch.GetTimestamp();
        var handled = await HandleAsync(route, envelope, cancellationToken);
        Telemetry.HandleDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds,
            new("event", envelope.Name), new("outcome", handled.As.ToString().ToLowerInvariant()));
        if (handled.As == HandledAs.Done)
        {
            LogHandled(logger, envelope.Name, envelope.Id);
            return handled;
        }
        activity?.SetStatus(ActivityStatusCode.Error, handled.Reason);
        LogNotHandled(logger, envelope.Name, envelope.Id, handled.Reason, deliveryCount);
        return handled with { After = handled.After ?? BackOff(deliveryCount) };
    }

    private async ValueTask<Handled> HandleAsync(EventRoute route, Envelope envelope, CancellationToken cancellationToken)
    {
        try
        {
            // It ends with this method.
            if (route.Audited)
                Acting.Current = Acting.ByRule(envelope.Name, clock.GetUtcNow());
            return await route.HandleAsync(envelope, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (JsonException)
        {
            return Handled.Poison("body-not-readable");
        }
        // The edge of the system: whatever went wrong, the message is kept and tried again.
        catch (Exception e)
        {
            LogFailed(logger, e, envelope.Name, envelope.Id);
            return Handled.Retry(e is StoreUnavailableException or Media.MediaUnavailableException ? "unavailable" : e.GetType().Name);
        }
    }

    /// <summary>1 s, 2 s, 4 s … at most 5 minutes.</summary>
    private static TimeSpan BackOff(int deliveryCount) =>
        TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, Math.Clamp(deliveryCount - 1, 0, 10))));

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Event} {EventId} handled")]
    private static partial void LogHandled(ILogger logger, string @event, string eventId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Event} {EventId} not handled: {Reason} at delivery {DeliveryCount}")]
    private static partial void LogNotHandled(ILogger logger, string @event, string eventId, string? reason, int deliveryCount);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Event} {EventId} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string @event, string eventId);
}
