using System.Diagnostics.Metrics;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Tests.Cosmos;
using Contract.Tests.Media;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Blobs;

namespace Azure.Tests.Blobs;

/// <summary>The media store on the real SDK, and the line between it and whatever account it is on.</summary>
internal sealed class MediaAccount : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddLogging().BuildServiceProvider();
    private readonly HttpClient _http;

    private MediaAccount(string endpoint, TokenCredential credential, Line line, TimeProvider clock, Action<BlobsOptions>? configure)
    {
        Options = new() { Endpoint = endpoint };
        configure?.Invoke(Options);
        Line = line;
        Meters = _services.GetRequiredService<IMeterFactory>();
        _http = new(line) { Timeout = Timeout.InfiniteTimeSpan };
        var clientOptions = BlobsConnection.ClientOptions(Options);
        clientOptions.Transport = new HttpClientTransport(_http);
        clientOptions.Retry.Delay = TimeSpan.FromMilliseconds(5);
        Service = new(new Uri(endpoint), credential, clientOptions);
        Store = new(Service, Microsoft.Extensions.Options.Options.Create(Options), ActivatorUtilities.CreateInstance<CallTimes>(_services, clock), clock, _services.GetRequiredService<ILogger<BlobMediaStore>>());
    }

    public BlobsOptions Options { get; }

    public BlobServiceClient Service { get; }

    public BlobMediaStore Store { get; }

    public Line Line { get; }

    public IMeterFactory Meters { get; }

    /// <summary>Azurite as .ci/azurite starts it, emptied. Skips the test where there is none.</summary>
    public static async Task<MediaAccount> OnAzuriteAsync(Action<BlobsOptions>? configure = null, TimeProvider? clock = null)
    {
        var endpoint = Environment.GetEnvironmentVariable("SERIES_AZURITE_ENDPOINT");
        Assert.SkipWhen(string.IsNullOrEmpty(endpoint), "SERIES_AZURITE_ENDPOINT names no Azurite; .ci/azurite starts one.");
        var account = new MediaAccount(endpoint!, new EmulatorToken(), new(PinnedCertificate.Handler()), clock ?? TimeProvider.System, configure);
        foreach (var name in new[] { "uploads", "media" })
        {
            var container = account.Service.GetBlobContainerClient(name);
            await container.DeleteIfExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
            await container.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        }
        account.Line.Requests.Clear();
        return account;
    }

    /// <summary>An account of one's own, for tests alone: <b>everything in its containers is deleted</b>. Skips the test where none is named.</summary>
    public static async Task<MediaAccount> OnConfiguredAsync()
    {
        var endpoint = Environment.GetEnvironmentVariable("SERIES_BLOBS_ENDPOINT");
        Assert.SkipWhen(string.IsNullOrEmpty(endpoint), "SERIES_BLOBS_ENDPOINT names no account whose containers may be emptied.");
        var account = new MediaAccount(endpoint!, new DefaultAzureCredential(), new(), TimeProvider.System, null);
        foreach (var name in new[] { "uploads", "media" })
        {
            var container = account.Service.GetBlobContainerClient(name);
            await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, null, TestContext.Current.CancellationToken))
            {
                if (blob.Properties.LeaseState is LeaseState.Leased)
                    await container.GetBlobClient(blob.Name).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);
                await container.GetBlobClient(blob.Name).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: TestContext.Current.CancellationToken);
            }
        }
        return account;
    }

    /// <summary>No account at all: the test answers every request.</summary>
    public static MediaAccount Scripted(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> answer, Action<BlobsOptions>? configure = null, TimeProvider? clock = null,
        TokenCredential? credential = null) =>
        new("https://series.blob.core.windows.net/", credential ?? new FixedCredential(), new() { Before = answer }, clock ?? TimeProvider.System, configure);

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        _http.Dispose();
        await _services.DisposeAsync();
    }
}
