using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;
using SeriesFunctions.Local.Media;

namespace Contract.Tests.Media;

/// <summary>The folder store behind a server of its own, on any free port.</summary>
internal sealed class FolderMediaHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FolderMediaHost(WebApplication app, FolderMediaStore store)
    {
        _app = app;
        Store = store;
    }

    public FolderMediaStore Store { get; }

    public Uri Url => new(_app.Urls.First());

    /// <param name="folder">Where the blobs and the key are; they outlive the host.</param>
    /// <param name="clock">The clock that URLs and blocks go by.</param>
    /// <param name="committed">Told of each committed upload.</param>
    public static async Task<FolderMediaHost> StartAsync(string folder, HostClock clock, Action<BlobFacts> committed)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var address = new HostAddress();
        var store = new FolderMediaStore(folder, UrlSigner.Open(Path.Combine(folder, "key")), address, clock);
        new MediaEndpoints(
            store,
            (facts, _) =>
            {
                committed(facts);
                return ValueTask.CompletedTask;
            },
            clock,
            NullLogger<MediaEndpoints>.Instance).Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        address.Url = new(app.Urls.First());
        return new(app, store);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
