using Azure.Core;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.ServiceBus;

/// <summary>How the process is connected to the namespace: one client, and so one connection, for its whole life.</summary>
public static class ServiceBusConnection
{
    /// <summary>The queues on Service Bus, from the section <see cref="ServiceBusOptions.Section"/>; wrong settings stop the start.</summary>
    public static IServiceCollection AddServiceBusMessageQueue(this IServiceCollection services)
    {
        services.AddOptions<ServiceBusOptions>().BindConfiguration(ServiceBusOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<ServiceBusOptions>, ServiceBusOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        // In Azure this is the managed identity that AZURE_CLIENT_ID names, on a developer's machine whoever is signed in.
        services.TryAddSingleton<TokenCredential>(_ => new DefaultAzureCredential());
        services.TryAddSingleton(provider => Open(provider.GetRequiredService<IOptions<ServiceBusOptions>>().Value, provider.GetRequiredService<TokenCredential>()));
        services.TryAddSingleton<ServiceBusMessageQueue>();
        services.TryAddSingleton<IMessageQueue>(provider => provider.GetRequiredService<ServiceBusMessageQueue>());
        return services;
    }

    public static ServiceBusClient Open(ServiceBusOptions options, TokenCredential credential) => string.IsNullOrEmpty(options.ConnectionString)
        ? new(options.Namespace, credential, ClientOptions(options))
        : new(options.ConnectionString, ClientOptions(options));

    private static ServiceBusClientOptions ClientOptions(ServiceBusOptions options) => new()
    {
        Identifier = "SeriesFunctions",
        RetryOptions = new()
        {
            Mode = ServiceBusRetryMode.Exponential,
            MaxRetries = options.Retries,
            TryTimeout = TimeSpan.FromSeconds(options.TrySeconds),
        },
    };
}
