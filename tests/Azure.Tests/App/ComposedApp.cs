using System.Reflection;
using System.Text.RegularExpressions;
using Azure.Tests.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SeriesFunctions.App.Hosting;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.ServiceBus;

namespace Azure.Tests.App;

/// <summary>The app's own composition with made-up addresses. The two clients that are bare signatures here are replaced by ports that nobody may call.</summary>
internal static class ComposedApp
{
    public static readonly IReadOnlyDictionary<string, string?> Settings = new Dictionary<string, string?>
    {
        ["Cosmos:Endpoint"] = "https://cosmos.example:443/",
        ["Blobs:Endpoint"] = "https://blobs.example/",
        ["ServiceBus:Namespace"] = "bus.example",
        ["Stripe:ApiKey"] = "sk_test_none",
        ["Stripe:WebhookSecret"] = "whsec_none",
    };

    public static ServiceProvider Build(params (string Key, string? Value)[] more) => Build(_ => { }, more);

    public static ServiceProvider Build(Action<IServiceCollection> change, params (string Key, string? Value)[] more)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings).AddInMemoryCollection(more.Select(one => KeyValuePair.Create(one.Key, one.Value))).Build();
        var services = new ServiceCollection().AddLogging().AddSeriesFunctions(configuration);
        services.Replace(ServiceDescriptor.Singleton(NobodyCalls<IPaymentGateway>()));
        services.Replace(ServiceDescriptor.Singleton(NobodyCalls<IPayoutAccounts>()));
        services.Replace(ServiceDescriptor.Singleton(NobodyCalls<SeriesFunctions.Core.Subscriptions.ISubscriptionGateway>()));
        services.Replace(ServiceDescriptor.Singleton(NobodyCalls<IMessageQueue>()));
        services.Replace(ServiceDescriptor.Singleton(new ServiceBusMessageQueue(new ModelBroker(new HostClock()), TimeProvider.System)));
        change(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    /// <summary>
    /// What a deployment's settings are: the template's own block of them, with made-up values for what Azure gives. A value that nobody made up here is a mistake of the test's, and an empty
    /// one of the template's.
    /// </summary>
    public static Dictionary<string, string?> TemplateSettings()
    {
        var documents = BicepFile.Of("infra/app/documents.bicep");
        var madeUp = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["hostStorageName"] = "sthost",
            ["identityClientId"] = "00000000-0000-0000-0000-000000000001",
            ["insightsConnectionString"] = "InstrumentationKey=00000000-0000-0000-0000-000000000002",
            ["cosmosEndpoint"] = "https://cosmos.example:443/",
            ["databaseName"] = documents.Value("databaseName"),
            ["containerName"] = documents.Value("containerName"),
            ["serviceBusHost"] = "bus.example",
            ["mediaBlobEndpoint"] = "https://media.example/",
            ["mediaQueueEndpoint"] = "https://media-queues.example",
            ["userIdClaim"] = "http://schemas.microsoft.com/identity/claims/objectidentifier",
            ["vaultName"] = "kv",
            ["contentSafetyEndpoint"] = "https://safety.example/",
        };
        var block = BicepFile.Block(BicepFile.Of("infra/app/api.bicep").Text.Split("name: 'appsettings'")[1], "properties");
        var settings = new Dictionary<string, string?>();
        foreach (var line in Regex.Matches(block, @"^\s*(\w+): (\S.*)$", RegexOptions.Multiline).Cast<Match>())
        {
            var value = line.Groups[2].Value;
            value = Regex.Match(value, @"^'@Microsoft\.KeyVault\(.*SecretName=([\w-]+)\)'$") is { Success: true } secret
                ? secret.Groups[1].Value.EndsWith("webhook-secret", StringComparison.Ordinal) ? "whsec_made_up" : "rk_live_made_up"
                : value.StartsWith('\'') ? Regex.Replace(value.Trim('\''), @"\$\{(\w+)\}", match => madeUp[match.Groups[1].Value]!) : madeUp[value];
            settings.Add(line.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal), value);
        }
        return settings;
    }

    public static T NobodyCalls<T>()
        where T : class =>
        DispatchProxy.Create<T, Untouched>();
}

/// <summary>Queues that are out of reach.</summary>
public class Unreachable : DispatchProxy
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new QueueUnavailableException("Service Bus: ServiceCommunicationProblem");
}

/// <summary>A port whose every call is a mistake of the test.</summary>
public class Untouched : DispatchProxy
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException($"{targetMethod?.Name} was called.");
}
