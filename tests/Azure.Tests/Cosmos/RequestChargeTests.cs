using System.Diagnostics.Metrics;
using System.Net;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Cosmos;

namespace Azure.Tests.Cosmos;

public sealed class RequestChargeTests : IAsyncDisposable
{
    private readonly RestStore _store = new(options => options.ThrottleRetries = 0);
    private readonly List<(string Operation, double Charge)> _charges = [];
    private readonly MeterListener _listener = new();

    public RequestChargeTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other tests have meters of the same name; this store's are its factory's.
            if (instrument.Name == RequestCharges.Name && ReferenceEquals(instrument.Meter.Scope, _store.Meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, charge, tags, _) => _charges.Add(((string)tags[0].Value!, charge)));
        _listener.Start();
    }

    [Fact]
    public async Task Every_call_records_what_it_was_charged()
    {
        var stop = TestContext.Current.CancellationToken;
        var partition = new Partition("series|1");
        var body = "{}"u8.ToArray();
        var created = await _store.Documents.WriteAsync(partition, [new Write.Create("a", "s", body)], stop);
        await _store.Documents.WriteAsync(partition, [new Write.Create("a", "s", body)], stop);
        await _store.Documents.WriteAsync(partition, [new Write.Replace("a", "s", body, created.ETags[0]!)], stop);
        await _store.Documents.WriteAsync(partition, [new Write.Put("b", "s", body), new Write.Delete("a")], stop);
        await _store.Documents.FindAsync(partition, "b", stop);
        await _store.Documents.FindAsync(partition, "a", stop);
        await _store.Documents.ListAsync(partition, SortRange.Prefix(""), Direction.Ascending, 10, null, stop);
        _store.Account.FailNext(1, HttpStatusCode.TooManyRequests);
        await _store.Documents.WriteAsync(partition, [new Write.Put("b", "s", body)], stop);
        await _store.Documents.WriteAsync(partition, [new Write.Delete("b")], stop);

        Assert.Equal(
            ["create", "create", "replace", "batch", "find", "find", "list", "put", "delete"],
            _charges.Select(charge => charge.Operation));
        Assert.All(_charges, charge => Assert.True(charge.Charge > 0));
        Assert.Equal(11, _charges[3].Charge);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return _store.DisposeAsync();
    }
}
