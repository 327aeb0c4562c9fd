using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SeriesFunctions.ServiceBus;
using SeriesFunctions.Stripe;

namespace Azure.Tests;

/// <summary>Settings of the queues and of the payment provider: what can't work stops the start, and says which it is.</summary>
public sealed class OptionsTests
{
    private const string Emulator = "Endpoint=sb://localhost;SharedAccessKeyName=x;SharedAccessKey=y;UseDevelopmentEmulator=true;";

    [Theory]
    [InlineData("ServiceBus:Namespace", "name.servicebus.windows.net")]
    [InlineData("ServiceBus:ConnectionString", Emulator)]
    public void One_setting_leads_to_the_queues(string name, string value) => Check(ServiceBus((name, value)));

    [Theory]
    [InlineData("Namespace")]
    [InlineData("Namespace", "ServiceBus:Namespace", "sb://name/")]
    [InlineData("Namespace", "ServiceBus:Namespace", "name.servicebus.windows.net", "ServiceBus:ConnectionString", Emulator)]
    [InlineData("ConnectionString", "ServiceBus:ConnectionString", "Endpoint=sb://name.servicebus.windows.net/;SharedAccessKeyName=x;SharedAccessKey=y")]
    [InlineData("TrySeconds", "ServiceBus:Namespace", "n", "ServiceBus:TrySeconds", "0")]
    [InlineData("Retries", "ServiceBus:Namespace", "n", "ServiceBus:Retries", "11")]
    public void Wrong_settings_of_the_queues_stop_the_start(string named, params string[] settings) => Refuses(ServiceBus(Pairs(settings)), named);

    [Theory]
    [InlineData("Stripe:ApiKey", "sk_test_1")]
    [InlineData("Stripe:ApiKey", "rk_live_1", "Stripe:WebhookSecret", "whsec_1", "Stripe:FormerWebhookSecret", "whsec_0")]
    [InlineData("Stripe:ApiKey", "sk_test_1", "Stripe:WebhookSecret", "", "Stripe:ApiBase", "http://localhost:12111")]
    public void A_key_is_all_that_the_provider_needs(params string[] settings) => Check(Stripe(Pairs(settings)));

    [Theory]
    [InlineData("ApiKey")]
    [InlineData("ApiKey", "Stripe:ApiKey", "pk_live_1")]
    [InlineData("ApiKey", "Stripe:ApiKey", "sk_live 1")]
    [InlineData("WebhookSecret", "Stripe:ApiKey", "sk_1", "Stripe:WebhookSecret", "secret")]
    [InlineData("FormerWebhookSecret", "Stripe:ApiKey", "sk_1", "Stripe:FormerWebhookSecret", "secret")]
    [InlineData("TimeoutSeconds", "Stripe:ApiKey", "sk_1", "Stripe:TimeoutSeconds", "0")]
    [InlineData("NetworkRetries", "Stripe:ApiKey", "sk_1", "Stripe:NetworkRetries", "6")]
    [InlineData("ApiBase", "Stripe:ApiKey", "sk_1", "Stripe:ApiBase", "localhost")]
    public void Wrong_settings_of_the_provider_stop_the_start(string named, params string[] settings) => Refuses(Stripe(Pairs(settings)), named);

    private static ServiceProvider ServiceBus(params (string, string)[] settings) => Services(settings).AddServiceBusMessageQueue().BuildServiceProvider();

    private static ServiceProvider Stripe(params (string, string)[] settings) => Services(settings).AddStripePaymentGateway().BuildServiceProvider();

    private static IServiceCollection Services(IEnumerable<(string Key, string Value)> settings) => new ServiceCollection().AddSingleton<IConfiguration>(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());

    private static (string, string)[] Pairs(string[] settings) => [.. settings.Chunk(2).Select(pair => (pair[0], pair[1]))];

    private static void Check(ServiceProvider services)
    {
        using (services)
            services.GetRequiredService<IStartupValidator>().Validate();
    }

    private static void Refuses(ServiceProvider services, string named)
    {
        using (services)
            Assert.Contains(named, Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate).Message, StringComparison.Ordinal);
    }
}
