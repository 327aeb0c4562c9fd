using System.Diagnostics.Metrics;

namespace SeriesFunctions.Cosmos;

/// <summary>
/// What requests cost, in request units, by operation: <c>find</c>, <c>list</c>, <c>create</c>, <c>replace</c>, <c>put</c>, <c>delete</c>, <c>emit</c>, <c>batch</c>.
/// </summary>
public sealed class RequestCharges(IMeterFactory meters)
{
    public const string Meter = "SeriesFunctions.Cosmos";
    public const string Name = "seriesfunctions.cosmos.request_charge";

    private readonly Histogram<double> _charges = meters.Create(Meter).CreateHistogram<double>(
        Name,
        unit: "{request_unit}",
        description: "Request units that a call of the document store was charged.",
        advice: new() { HistogramBucketBoundaries = [1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 200, 500, 1_000] });

    public void Record(string operation, double charge) =>
        _charges.Record(charge, new KeyValuePair<string, object?>("operation", operation));
}
