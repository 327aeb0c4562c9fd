using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Media;

namespace SeriesFunctions.Blobs;

/// <summary>How the process is connected to the account: one client for its whole life, since it holds the connections and the tokens.</summary>
public static class BlobsConnection
{
    /// <summary>The media store on Blob Storage, from the section <see cref="BlobsOptions.Section"/>; wrong settings stop the start.</summary>
    public static IServiceCollection AddBlobMediaStore(this IServiceCollection services)
    {
        services.AddOptions<BlobsOptions>().BindConfiguration(BlobsOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<BlobsOptions>, BlobsOptionsValidator>();
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        // In Azure this is the managed identity that AZURE_CLIENT_ID names, on a developer's machine whoever is signed in.
        services.TryAddSingleton<TokenCredential>(_ => new DefaultAzureCredential());
        services.TryAddSingleton(provider => Open(
            provider.GetRequiredService<IOptions<BlobsOptions>>().Value, provider.GetRequiredService<TokenCredential>()));
        services.TryAddSingleton<CallTimes>();
        services.TryAddSingleton<IMediaStore, BlobMediaStore>();
        return services;
    }

    public static BlobServiceClient Open(BlobsOptions options, TokenCredential credential) =>
        new(new Uri(options.Endpoint), credential, ClientOptions(options));

    /// <summary>What every client of ours is set to; a test adds its transport.</summary>
    public static BlobClientOptions ClientOptions(BlobsOptions options)
    {
        var client = new BlobClientOptions
        {
            Diagnostics = { ApplicationId = "SeriesFunctions" },
            Retry =
            {
                Mode = RetryMode.Exponential,
                MaxRetries = options.Retries,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(4),
                // Of one request. The whole call has its own limit, which a copy's requests may use up.
                NetworkTimeout = TimeSpan.FromSeconds(60),
            },
        };
        // A copy's source is an address that carries a signature; the SDK would write it into its log.
        client.Diagnostics.LoggedHeaderNames.Remove("x-ms-copy-source");
        return client;
    }
}
