using Azure.Identity;
using Contract.Tests.Documents;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Cosmos;

namespace Azure.Tests.Cosmos;

/// <summary>
/// The same suite on an emulator or account: <c>SERIES_COSMOS_ENDPOINT</c> names it. With <c>SERIES_COSMOS_KEY</c>, which only an emulator has, the container is made;
/// without, whoever is signed in is used, and the container is there (infra/). Each test writes partitions of its own. Waiting is real, so this takes minutes.
/// </summary>
[Trait("needs", "cosmos")]
public sealed class ConfiguredAccountTests : DocumentStoreContract
{
    private static readonly string? s_endpoint = Environment.GetEnvironmentVariable("SERIES_COSMOS_ENDPOINT");
    private static readonly string? s_key = Environment.GetEnvironmentVariable("SERIES_COSMOS_KEY");

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private CosmosClient? _client;
    private ChangeFeed? _feed;

    protected override async ValueTask<IDocumentStore> OpenAsync()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(s_endpoint), "SERIES_COSMOS_ENDPOINT names no emulator or account.");
        var options = new CosmosOptions { Endpoint = s_endpoint! };
        _client = await ConnectAsync(options);
        _feed = new(_client.GetContainer(options.Database, options.Container));
        return new CosmosDocumentStore(_client, Options.Create(options), ActivatorUtilities.CreateInstance<RequestCharges>(_services));
    }

    protected override ValueTask CloseAsync()
    {
        _client?.Dispose();
        return _services.DisposeAsync();
    }

    /// <summary>A second more, since the service counts whole ones.</summary>
    protected override async ValueTask AdvanceAsync(TimeSpan by) => await Task.Delay(by + TimeSpan.FromSeconds(1), Stop);

    protected override async ValueTask<IReadOnlyList<Envelope>> TakeEventsAsync(Partition partition) => await _feed!.TakeAsync(partition, Stop);

    private static async Task<CosmosClient> ConnectAsync(CosmosOptions options)
    {
        var clientOptions = CosmosConnection.ClientOptions(options);
        if (string.IsNullOrEmpty(s_key))
            return new(options.Endpoint, new DefaultAzureCredential(), clientOptions);
        // An emulator names an address inside its container as its own, and signs its certificate itself.
        clientOptions.LimitToEndpoint = true;
        if (new Uri(options.Endpoint).IsLoopback)
            clientOptions.ServerCertificateCustomValidationCallback = (_, _, _) => true;
        var client = new CosmosClient(options.Endpoint, s_key, clientOptions);
        var database = await client.CreateDatabaseIfNotExistsAsync(options.Database, cancellationToken: Stop);
        await database.Database.CreateContainerIfNotExistsAsync(
            new(options.Container, "/pk")
            {
                DefaultTimeToLive = -1,
                IndexingPolicy = new() { IncludedPaths = { new() { Path = "/sort/?" } }, ExcludedPaths = { new() { Path = "/*" } } },
            },
            cancellationToken: Stop);
        return client;
    }
}
