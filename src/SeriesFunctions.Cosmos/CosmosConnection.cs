using Azure.Core;
using Azure.Identity;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Documents;

namespace SeriesFunctions.Cosmos;

/// <summary>How the process is connected to the account: one client for its whole life, since the client holds the connections and the routing caches.</summary>
public static class CosmosConnection
{
    /// <summary>The document store on Cosmos DB, from the section <see cref="CosmosOptions.Section"/>; wrong settings stop the start.</summary>
    public static IServiceCollection AddCosmosDocumentStore(this IServiceCollection services)
    {
        services.AddOptions<CosmosOptions>().BindConfiguration(CosmosOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<CosmosOptions>, CosmosOptionsValidator>();
        services.AddMetrics();
        // In Azure this is the managed identity that AZURE_CLIENT_ID names, on a developer's machine whoever is signed in.
        services.TryAddSingleton<TokenCredential>(_ => new DefaultAzureCredential());
        services.TryAddSingleton(provider => Open(
            provider.GetRequiredService<IOptions<CosmosOptions>>().Value, provider.GetRequiredService<TokenCredential>()));
        services.TryAddSingleton<RequestCharges>();
        services.TryAddSingleton<IDocumentStore, CosmosDocumentStore>();
        return services;
    }

    public static CosmosClient Open(CosmosOptions options, TokenCredential credential) =>
        new(options.Endpoint, credential, ClientOptions(options));

    /// <summary>What every client of ours is set to; a test adds its transport.</summary>
    public static CosmosClientOptions ClientOptions(CosmosOptions options) => new()
    {
        ApplicationName = "SeriesFunctions",
        ConnectionMode = options.ConnectionMode,
        ApplicationPreferredRegions = options.PreferredRegions.Count == 0 ? null : [.. options.PreferredRegions],
        // A write answers with its etag; the document that we have just sent need not come back.
        EnableContentResponseOnWrite = false,
        MaxRetryAttemptsOnRateLimitedRequests = options.ThrottleRetries,
        MaxRetryWaitTimeOnRateLimitedRequests = TimeSpan.FromSeconds(options.ThrottleSeconds),
        RequestTimeout = TimeSpan.FromSeconds(Math.Min(options.OperationSeconds, 6)),
        CosmosClientTelemetryOptions = new() { DisableDistributedTracing = false },
    };
}
