using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.App.Identity;
using SeriesFunctions.App.Relay;
using SeriesFunctions.App.Triggers;
using SeriesFunctions.Blobs;
using SeriesFunctions.Core;
using SeriesFunctions.Core.Settings;
using SeriesFunctions.Cosmos;
using SeriesFunctions.Http;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.ServiceBus;
using SeriesFunctions.Stripe;

namespace SeriesFunctions.App.Hosting;

/// <summary>Puts the Azure adapters behind the ports. Wrong settings stop the start, all of them named.</summary>
public static class AppComposition
{
    /// <summary>Everything but the Functions worker and telemetry, which only exist where the app is deployed.</summary>
    public static IServiceCollection AddSeriesFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        var reader = new SettingsReader();
        reader.CheckNames(configuration, [(IdentityOptions.Section, typeof(IdentityOptions))]);
        var settings = CoreSettings.Read(configuration, reader);
        var identity = reader.Read(IdentityOptions.Section, () => configuration.GetSection(IdentityOptions.Section).Get<IdentityOptions>(), new IdentityOptionsValidator());
        reader.ThrowIfWrong();
        settings.Add(services);
        return services
            .AddSingleton(configuration)
            .AddSingleton(TimeProvider.System)
            .AddSeriesFunctionsCore()
            .AddSeriesFunctionsHttp()
            .AddEmulators(configuration)
            .AddCosmosDocumentStore()
            .AddBlobMediaStore()
            .AddServiceBusMessageQueue()
            .AddStripePaymentGateway()
            .AddSingleton(ContentSafetyIdentity.Of)
            .AddSingleton(identity)
            .AddSingleton<ICaller, AppServiceCaller>()
            .AddSingleton(Readiness.Of)
            .AddSingleton<ApiFunctions>()
            .AddSingleton<QueueFunctions>()
            .AddSingleton<RelayOutbox>();
    }
}
