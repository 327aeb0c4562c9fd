using System.Diagnostics.Metrics;

namespace SeriesFunctions.Blobs;

/// <summary>
/// How long calls of the media store take, in seconds with all their retries, by operation (<c>find</c>, <c>read</c>, <c>copy</c>, <c>delete</c>, <c>list</c>,
/// <c>key</c>) and result (<c>answered</c>, <c>unavailable</c>, <c>failed</c>, <c>cancelled</c>).
/// </summary>
public sealed class CallTimes(IMeterFactory meters, TimeProvider clock)
{
    public const string Meter = "SeriesFunctions.Blobs";
    public const string Name = "seriesfunctions.blobs.call_duration";

    private readonly Histogram<double> _times = meters.Create(Meter).CreateHistogram<double>(
        Name,
        unit: "s",
        description: "How long a call of the media store took.",
        advice: new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300] });

    public long Start() => clock.GetTimestamp();

    public void Record(string operation, string result, long start) =>
        _times.Record(clock.GetElapsedTime(start).TotalSeconds, new("operation", operation), new KeyValuePair<string, object?>("result", result));
}
