using System.Runtime.CompilerServices;
using Azure.Core;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SeriesFunctions.App.Hosting;
using SeriesFunctions.App.Relay;
using SeriesFunctions.App.Triggers;
using SeriesFunctions.Blobs;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Cosmos;
using SeriesFunctions.Http.Endpoints;
using SeriesFunctions.ServiceBus;
using SeriesFunctions.Stripe;

namespace Azure.Tests.App;

/// <summary>What the app is made of. Finds the class that nobody registered before a cold instance does.</summary>
public sealed class CompositionTests
{
    [Fact]
    public void Every_function_class_can_be_made()
    {
        using var app = ComposedApp.Build();
        var classes = Functions.All.Select(trigger => trigger.Method.DeclaringType!).Distinct().ToList();
        Assert.True(classes.Count > 7);
        Assert.All(classes, type => Assert.NotNull(ActivatorUtilities.CreateInstance(app, type)));
        Assert.NotNull(app.GetRequiredService<ApiFunctions>());
        Assert.NotNull(app.GetRequiredService<RelayOutbox>());
    }

    [Fact]
    public async Task On_the_templates_own_settings_everything_can_be_made_and_each_port_is_its_adapter()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(ComposedApp.TemplateSettings()).Build();
        var services = new ServiceCollection().AddLogging().AddSeriesFunctions(configuration);
        var classes = Functions.All.Select(trigger => trigger.Method.DeclaringType!).Distinct().ToList();
        foreach (var type in classes)
            services.AddScoped(type);
        // The two clients that may be bare signatures here are objects that were never made; nothing is asked of them.
        services.Replace(ServiceDescriptor.Singleton((ServiceBusClient)RuntimeHelpers.GetUninitializedObject(typeof(ServiceBusClient))));
        services.Replace(ServiceDescriptor.Singleton((global::Stripe.StripeClient)RuntimeHelpers.GetUninitializedObject(typeof(global::Stripe.StripeClient))));

        await using var app = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        app.GetRequiredService<IStartupValidator>().Validate();
        Assert.IsType<CosmosDocumentStore>(app.GetRequiredService<IDocumentStore>());
        Assert.IsType<BlobMediaStore>(app.GetRequiredService<IMediaStore>());
        Assert.IsType<ServiceBusMessageQueue>(app.GetRequiredService<IMessageQueue>());
        Assert.IsType<StripePaymentGateway>(app.GetRequiredService<IPaymentGateway>());
        Assert.IsType<StripePaymentGateway>(app.GetRequiredService<IPayoutAccounts>());
        Assert.IsType<StripePaymentGateway>(app.GetRequiredService<SeriesFunctions.Core.Subscriptions.ISubscriptionGateway>());
        Assert.Equal("bus.example", app.GetRequiredService<IOptions<ServiceBusOptions>>().Value.Namespace);
        Assert.Contains(app.GetRequiredService<IReadOnlyList<IContentCheck>>(), check => check is ContentSafetyCheck);
        await using var scope = app.CreateAsyncScope();
        Assert.All(classes, type => Assert.NotNull(scope.ServiceProvider.GetRequiredService(type)));
        Assert.NotNull(ActivatorUtilities.CreateInstance<InvocationMiddleware>(scope.ServiceProvider));
    }

    [Fact]
    public async Task Content_safety_is_asked_by_the_apps_identity_and_an_identity_without_a_token_is_no_exception()
    {
        using var app = ComposedApp.Build();
        Assert.DoesNotContain(app.GetRequiredService<IReadOnlyList<IContentCheck>>(), check => check is ContentSafetyCheck);
        foreach (var (credential, expected) in new (TokenCredential, string?)[] { (new Fixed("token"), "token"), (new Fixed(null), null) })
        {
            await using var services = new ServiceCollection().AddSingleton(credential).AddSingleton(ContentSafetyIdentity.Of).BuildServiceProvider();
            Assert.Equal(expected, await services.GetRequiredService<ContentSafetyToken>()(TestContext.Current.CancellationToken));
        }
    }

    private sealed class Fixed(string? token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            requestContext.Scopes is not ["https://cognitiveservices.azure.com/.default"] ? throw new InvalidOperationException("A token for something else was asked for.")
            : token is null ? throw new CredentialUnavailableException("There is no identity.")
            : new(token, DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }

    [Fact]
    public void Every_sweep_has_its_timer_and_every_timer_its_sweep()
    {
        using var app = ComposedApp.Build();
        // In CONTRIBUTING, "Adding a sweep": one line in TimerTriggers.
        Assert.Equal(app.GetRequiredService<Sweeps>().All.Select(sweep => sweep.Name).Order(StringComparer.Ordinal), Functions.OfKind("Timer").Select(timer => timer.Function).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Readiness_names_each_dependency_that_the_local_host_names()
    {
        using var app = ComposedApp.Build();
        Assert.Equal(["store", "queues", "media", "payments"], app.GetRequiredService<IReadOnlyList<Dependency>>().Select(dependency => dependency.Name));
    }

    [Theory]
    [InlineData("https://127.0.0.1:8081/", true)]
    [InlineData("https://localhost:8081/", true)]
    [InlineData("https://cosmos.example:443/", false)]
    [InlineData("https://127.0.0.1.example:443/", false)]
    public void The_emulators_key_and_token_are_for_this_machine_alone(string endpoint, bool here)
    {
        using var app = ComposedApp.Build(("Cosmos:Endpoint", endpoint));
        Assert.Equal(here, app.GetRequiredService<Azure.Core.TokenCredential>() is Emulators.AnyToken);
    }

    [Fact]
    public void Wrong_settings_stop_the_start_and_are_all_named()
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => ComposedApp.Build(("Pricing:LowestPrice", "-1"), ("Identity:UserIdClaims", "sub"), ("Checkout:Lifetime", "00:01:00")));
        Assert.Contains(wrong.Failures, failure => failure.Contains("LowestPrice", StringComparison.Ordinal));
        Assert.Contains(wrong.Failures, failure => failure.Contains("Identity:UserIdClaims", StringComparison.Ordinal));
        Assert.Contains(wrong.Failures, failure => failure.Contains("Lifetime", StringComparison.Ordinal));
    }
}
