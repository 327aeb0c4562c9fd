using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SeriesFunctions.Core.Kernel;

/// <summary>The names under which traces and metrics of the business can be found. Tags hold ids and codes, never names or texts.</summary>
public static class Telemetry
{
    public const string Name = "SeriesFunctions";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Seconds a handler took, by <c>event</c> and <c>outcome</c>.</summary>
    public static readonly Histogram<double> HandleDuration = Meter.CreateHistogram<double>("seriesfunctions.handle.duration", "s");

    /// <summary>What happened in the business, by <c>event</c>: <c>series-published</c>, <c>checkout-started</c>, <c>purchase-settled</c> …</summary>
    public static readonly Counter<long> Business = Meter.CreateCounter<long>("seriesfunctions.business.events", "{event}");

    /// <summary>Minor units that moved, by <c>kind</c> (<c>sale</c>, <c>refund</c>) and <c>currency</c>.</summary>
    public static readonly Counter<long> MoneyMoved = Meter.CreateCounter<long>("seriesfunctions.money.moved", "{minor unit}");

    /// <summary>Seconds from an event's writing to its being on a queue: how far the relay is behind.</summary>
    public static readonly Histogram<double> OutboxLag = Meter.CreateHistogram<double>("seriesfunctions.outbox.lag", "s");

    /// <summary>Seconds that the oldest open case has been waiting, noted each minute.</summary>
    public static readonly Histogram<double> OldestCase = Meter.CreateHistogram<double>("seriesfunctions.moderation.oldest_case", "s");

    public static void Count(string businessEvent) => Business.Add(1, new KeyValuePair<string, object?>("event", businessEvent));
}
