using SeriesFunctions.Core.Documents;

namespace Azure.Tests.Cosmos;

/// <summary>Alone, since the SDK's switch is the process's environment.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class QueryPlanTests : IAsyncDisposable
{
    private const string Switch = "AZURE_COSMOS_BYPASS_QUERY_PARSING";

    private readonly RestStore _store = new();

    public QueryPlanTests() => Environment.SetEnvironmentVariable(Switch, "true");

    [Fact]
    public async Task Without_a_compiler_the_service_is_asked_for_the_plan()
    {
        var stop = TestContext.Current.CancellationToken;
        var partition = new Partition("series|1");
        Assert.True((await _store.Documents.WriteAsync(partition, [new Write.Create("a", "s", "{}"u8.ToArray())], stop)).IsOk);
        _store.Account.EmptyPages = 1;

        var page = await _store.Documents.ListAsync(partition, SortRange.Prefix(""), Direction.Descending, 5, null, stop);

        Assert.Equal(["a"], page.Items.Select(item => item.Id));
        Assert.Contains("POST plan", _store.Account.Asked);
    }

    public ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Switch, null);
        return _store.DisposeAsync();
    }
}
