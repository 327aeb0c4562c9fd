using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Http;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Endpoints;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Identity;
using SeriesFunctions.Local.Media;
using SeriesFunctions.Local.Payments;
using SeriesFunctions.Local.Queues;
using SeriesFunctions.Local.Storage;
using SeriesFunctions.Local.Timers;

namespace SeriesFunctions.Local.Hosting;

/// <summary>
/// The whole product in one process: Kestrel, the embedded store and queues, folder media, the simulated provider and the timers, over one data folder.
/// Started and stopped as one thing; stopping lets go of the folder.
/// </summary>
public sealed class LocalHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DataFolder _folder;

    private LocalHost(WebApplication app, DataFolder folder)
    {
        _app = app;
        _folder = folder;
    }

    public IServiceProvider Services => _app.Services;

    public HostClock Clock => _app.Services.GetRequiredService<HostClock>();

    /// <summary>Where it listens, with the port that it really got.</summary>
    public Uri Url { get; private set; } = null!;

    public string DataPath => _folder.Path;

    /// <summary>
    /// Starts a host. Throws <see cref="OptionsValidationException"/> for settings that are not allowed and <see cref="DataFolderInUseException"/> when another
    /// host has the folder; in both cases nothing was touched.
    /// </summary>
    /// <param name="arguments">Settings as <c>--Section:Key=value</c>; see <see cref="CommandLine"/>.</param>
    /// <param name="clock">Null: the system's clock, moved by what the data folder remembers.</param>
    /// <param name="configure">Changes services before they are put together, for tests.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<LocalHost> StartAsync(string[] arguments, HostClock? clock, Action<IServiceCollection>? configure, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = arguments, ContentRootPath = AppContext.BaseDirectory });
        LocalSettings.Add(builder.Services, builder.Configuration);
        var settings = LocalSettings.ReadChecked(builder.Configuration);
        var folder = DataFolder.Open(settings.Local.Data);
        try
        {
            var time = clock ?? new HostClock();
            var clockFile = new ClockFile(folder.Path);
            if (clock is null)
                time.Advance(clockFile.Load());
            builder.WebHost.UseUrls(settings.Local.Url).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
            builder.Services.AddSingleton(folder).AddSingleton(clockFile).AddSingleton(time).AddSingleton<TimeProvider>(time);
            LocalTelemetry.Add(builder);
            AddServices(builder.Services, settings.Local, folder, () => builder.Services);
            configure?.Invoke(builder.Services);
            var app = builder.Build();
            Map(app);
            var host = new LocalHost(app, folder);
            await app.StartAsync(cancellationToken);
            host.Url = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            app.Services.GetRequiredService<HostAddress>().Url = host.Url;
            return host;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Returns when somebody asked the process to stop.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
