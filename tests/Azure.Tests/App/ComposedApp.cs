using System.Reflection;
using Azure.Tests.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SeriesFunctions.App.Hosting;
using SeriesFunctions.Core.Checkout;
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

    public static ServiceProvider Build(params (string Key, string? Value)[] more)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings).AddInMemoryCollection(more.Select(one => KeyValuePair.Create(one.Key, one.Value))).Build();
        var services = new ServiceCollection().AddLogging().AddSeriesFunctions(configuration);
        services.Replace(ServiceDescriptor.Singleton(NobodyCalls<IPaymentGateway>()));
        services.Replace(ServiceDescriptor.Singleton(NobodyCalls<IMessageQueue>()));
        services.Replace(ServiceDescriptor.Singleton(new ServiceBusMessageQueue(new ModelBroker(new HostClock()), TimeProvider.System)));
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    public static T NobodyCalls<T>()
        where T : class =>
        DispatchProxy.Create<T, Untouched>();
}

/// <summary>A port whose every call is a mistake of the test.</summary>
public class Untouched : DispatchProxy
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException($"{targetMethod?.Name} was called.");
}
