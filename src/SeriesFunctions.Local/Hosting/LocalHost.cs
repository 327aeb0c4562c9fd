using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Endpoints;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Media;
using SeriesFunctions.Local.Payments;
using SeriesFunctions.Local.Storage;

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
    public Uri Url => _app.Services.GetRequiredService<HostAddress>().Url;

    public string DataPath => _folder.Path;

    /// <summary>
    /// Starts a host. Throws <see cref="OptionsValidationException"/> for settings that are not allowed and <see cref="DataFolderInUseException"/> when another
    /// host has the folder; in both cases nothing was touched.
    /// </summary>
    /// <param name="arguments">Settings as <c>--Section:Key=value</c>.</param>
    /// <param name="clock">Null: the system's clock, moved by what the data folder remembers.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <param name="replace">Has the last word on what the host is made of: for a test that counts or breaks what passes through a port.</param>
    public static async Task<LocalHost> StartAsync(string[] arguments, HostClock? clock, CancellationToken cancellationToken, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = arguments, ContentRootPath = AppContext.BaseDirectory });
        var settings = LocalSettings.Read(builder.Configuration);
        var folder = DataFolder.Take(settings.Local.Data);
        try
        {
            var time = clock ?? new HostClock();
            var clockFile = new ClockFile(folder.Path);
            if (clock is null)
                time.Advance(clockFile.Load());
            builder.WebHost.UseUrls(settings.Local.Url).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
            builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.Hosting", LogLevel.Warning);
            // That it can't listen is said in a sentence where it was started.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
            // Keys of a folder that only its owner reads; that they are not encrypted once more is no news.
            builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
            settings.Add(builder.Services);
            builder.Services.AddSingleton(folder).AddSingleton(clockFile).AddSingleton(time).AddSingleton<TimeProvider>(time);
            builder.Services.AddDataProtection().PersistKeysToFileSystem(new(folder.Sub("keys"))).SetApplicationName("SeriesFunctions.Local");
            builder.Services.AddLocalHost(folder);
            replace?.Invoke(builder.Services);
            var app = builder.Build();
            Map(app);
            _ = app.Services.GetRequiredService<LocalTelemetry>();
            await app.StartAsync(cancellationToken);
            return new(app, folder);
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

    private static void Map(WebApplication app)
    {
        var pipeline = app.Services.GetRequiredService<ApiPipeline>();
        var address = app.Services.GetRequiredService<HostAddress>();
        app.Lifetime.ApplicationStarted.Register(() => address.Url = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));
        foreach (var route in app.Services.GetRequiredService<ApiRoutes>().All)
            app.MapMethods("/" + route.Pattern, [route.Method], http => pipeline.RunAsync(route, http)).WithMetadata(route);
        app.Services.GetRequiredService<LocalEndpoints>().Map(app);
        app.Services.GetRequiredService<PaymentPages>().Map(app);
        app.Services.GetRequiredService<OnboardingPages>().Map(app);
        app.Services.GetRequiredService<PortalPages>().Map(app);
        app.Services.GetRequiredService<MediaEndpoints>().Map(app);
        // What no route takes is a problem like any other; a known path with another method says which it takes.
        app.UseStatusCodePages(context => context.HttpContext.Response.StatusCode switch
        {
            StatusCodes.Status405MethodNotAllowed => ProblemAnswer.WriteMethodNotAllowedAsync(context.HttpContext).AsTask(),
            StatusCodes.Status404NotFound => ProblemAnswer.WriteAsync(context.HttpContext, NoRoute).AsTask(),
            _ => Task.CompletedTask,
        });
    }

    private static readonly Core.Kernel.Problem NoRoute = Core.Kernel.Problem.NotFound("route");
}
