using System.Diagnostics.Metrics;
using Azure.Tests.Cosmos.Rest;
using Contract.Tests;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SeriesFunctions.Cosmos;
using SeriesFunctions.Local.Clock;

namespace Azure.Tests.Cosmos;

/// <summary>The store on the real SDK on an account in memory, whose clock can be set.</summary>
internal sealed class RestStore : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public RestStore(Action<CosmosOptions>? configure = null)
    {
        var options = new CosmosOptions { Endpoint = RestAccount.Endpoint, ThrottleSeconds = 2 };
        configure?.Invoke(options);
        Account = new(Clock);
        var clientOptions = CosmosConnection.ClientOptions(options);
        clientOptions.HttpClientFactory = () => new(Account, disposeHandler: false);
        Client = new(options.Endpoint, new FixedCredential(), clientOptions);
        Documents = new(Client, Options.Create(options), new(Meters));
        Feed = new(Client.GetContainer(options.Database, options.Container));
    }

    public HostClock Clock { get; } = new(new StandingTime());

    public RestAccount Account { get; }

    public CosmosClient Client { get; }

    public CosmosDocumentStore Documents { get; }

    public ChangeFeed Feed { get; }

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Account.Dispose();
        await _services.DisposeAsync();
    }
}
