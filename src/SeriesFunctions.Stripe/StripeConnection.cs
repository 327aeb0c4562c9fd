using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Subscriptions;
using Stripe;

namespace SeriesFunctions.Stripe;

/// <summary>How the process is connected to the provider: one client for its whole life, with its own time-out and retries.</summary>
public static class StripeConnection
{
    /// <summary>The payment gateway on Stripe, from the section <see cref="StripeOptions.Section"/>; wrong settings stop the start.</summary>
    public static IServiceCollection AddStripePaymentGateway(this IServiceCollection services)
    {
        services.AddOptions<StripeOptions>().BindConfiguration(StripeOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<StripeOptions>, StripeOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        // Connections are given up now and then, so that a changed address of the provider is noticed.
        services.TryAddSingleton(provider => Open(
            provider.GetRequiredService<IOptions<StripeOptions>>().Value, new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }));
        services.TryAddSingleton<StripePaymentGateway>();
        services.TryAddSingleton<IPaymentGateway>(provider => provider.GetRequiredService<StripePaymentGateway>());
        services.TryAddSingleton<ISubscriptionGateway>(provider => provider.GetRequiredService<StripePaymentGateway>());
        services.TryAddSingleton<IPayoutAccounts>(provider => provider.GetRequiredService<StripePaymentGateway>());
        return services;
    }

    /// <summary>A client with our time-out and retries over this transport.</summary>
    public static StripeClient Open(StripeOptions options, HttpMessageHandler transport) => new(new StripeClientOptions
    {
        ApiKey = options.ApiKey,
        ApiBase = options.ApiBase,
        HttpClient = new SystemNetHttpClient(
            new HttpClient(transport) { Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds) },
            options.NetworkRetries,
            new AppInfo { Name = "SeriesFunctions" },
            enableTelemetry: false),
    });
}
