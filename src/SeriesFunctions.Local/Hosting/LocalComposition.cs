using System.Security.Cryptography;
using SeriesFunctions.Core;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Http;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Endpoints;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Identity;
using SeriesFunctions.Local.Media;
using SeriesFunctions.Local.Payments;
using SeriesFunctions.Local.Storage;
using SeriesFunctions.Local.Timers;

namespace SeriesFunctions.Local.Hosting;

/// <summary>Puts the local adapters behind the ports, and what runs beside the requests.</summary>
internal static class LocalComposition
{
    public static IServiceCollection AddLocalHost(this IServiceCollection services, DataFolder folder) => services
        .AddSeriesFunctionsCore()
        .AddSeriesFunctionsHttp()
        .AddSingleton<HostAddress>()
        .AddSingleton<LocalTelemetry>()
        .AddSingleton(provider => SqliteDatabase.Open(folder, provider.GetRequiredService<HostClock>(), provider.GetRequiredService<ILogger<SqliteDatabase>>()))
        .AddSingleton<SqliteMessageQueue>()
        .AddSingleton<IMessageQueue>(provider => provider.GetRequiredService<SqliteMessageQueue>())
        .AddSingleton<IDocumentStore, SqliteDocumentStore>()
        .AddSingleton(provider => new OutboxRelay(
            provider.GetRequiredService<SqliteDatabase>(), provider.GetRequiredService<EventDispatcher>().QueuesFor, provider.GetRequiredService<ILogger<OutboxRelay>>()))
        .AddSingleton(provider => new FolderMediaStore(
            folder.Sub("blobs"), UrlSigner.Open(Path.Combine(folder.Path, "url-key")), provider.GetRequiredService<HostAddress>(), provider.GetRequiredService<HostClock>()))
        .AddSingleton<IMediaStore>(provider => provider.GetRequiredService<FolderMediaStore>())
        .AddSingleton(provider => new MediaEndpoints(
            provider.GetRequiredService<FolderMediaStore>(), provider.GetRequiredService<UploadEvents>().TellAsync, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MediaEndpoints>>()))
        .AddSingleton(_ => new WebhookSecrets([Secret(Path.Combine(folder.Path, "webhook-secret"))]))
        .AddSingleton(provider => new SimulatedProvider(folder.Path, provider.GetRequiredService<HostClock>(), provider.GetRequiredService<SimulatedProviderOptions>()))
        .AddSingleton<IPaymentGateway, SimulatedPaymentGateway>()
        .AddSingleton<IPayoutAccounts, SimulatedPaymentGateway>()
        .AddSingleton<Core.Subscriptions.ISubscriptionGateway, SimulatedPaymentGateway>()
        .AddSingleton<PortalPages>()
        .AddSingleton<OnboardingPages>()
        .AddSingleton(_ => new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(10) })
        .AddSingleton<WebhookDelivery>()
        .AddSingleton<PaymentPages>()
        .AddSingleton(_ => new ProviderKey(Secret(Path.Combine(folder.Path, "provider-key"), "sk_test_")))
        .AddHostedService<ProviderApi>()
        .AddSingleton<LocalTokens>()
        .AddSingleton<ICaller>(provider => provider.GetRequiredService<LocalTokens>())
        .AddSingleton<IReadOnlyList<Dependency>>(provider => Dependencies(provider, folder))
        .AddSingleton<IReadOnlyList<TimedWork>>(Timed)
        .AddSingleton<MinuteTimer>()
        .AddSingleton<IReadOnlyList<Backlog>>(Backlogs)
        .AddSingleton<Drain>()
        .AddSingleton<LocalEndpoints>()
        .AddHostedService<BackgroundWork>();

    private static List<TimedWork> Timed(IServiceProvider services) =>
    [
        .. services.GetRequiredService<Sweeps>().All,
        new("expired-sessions", _ => services.GetRequiredService<SimulatedProvider>().ExpireOverdueAsync()),
        new("expired-documents", async cancellationToken => await services.GetRequiredService<SqliteDatabase>().PurgeAsync(cancellationToken)),
    ];

    /// <summary>Webhooks are counted first: one that was taken is in the outbox by then.</summary>
    private static List<Backlog> Backlogs(IServiceProvider services) =>
    [
        new("webhooks", _ => ValueTask.FromResult(services.GetRequiredService<WebhookDelivery>().OutstandingDue)),
        new("messages", _ => ValueTask.FromResult((long)services.GetRequiredService<SqliteDatabase>().Unfinished())),
    ];

    private static List<Dependency> Dependencies(IServiceProvider services, DataFolder folder) =>
    [
        new("store", async cancellationToken => await services.GetRequiredService<IDocumentStore>().FindAsync(new("health"), "ready", cancellationToken)),
        new("queues", cancellationToken =>
        {
            services.GetRequiredService<SqliteMessageQueue>().Counts(Core.Messaging.Queues.Media, cancellationToken);
            return ValueTask.CompletedTask;
        }),
        new("media", cancellationToken => Directory.Exists(Path.Combine(folder.Path, "blobs")) ? ValueTask.CompletedTask : throw new DirectoryNotFoundException("The media folder is gone.")),
        new("payments", cancellationToken =>
        {
            services.GetRequiredService<SimulatedProvider>().FindSession("cs_sim_none");
            return ValueTask.CompletedTask;
        }),
    ];

    /// <summary>A secret that only this folder knows: nobody else on the machine can sign a webhook.</summary>
    private static string Secret(string path, string prefix = "whsec_")
    {
        if (File.Exists(path) && File.ReadAllText(path) is { Length: > 20 } kept)
            return kept;
        var secret = prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        File.WriteAllText(path, secret);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return secret;
    }
}
