using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime;
using Azure.Core;
using Azure.Tests.Cosmos.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SeriesFunctions.Core;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Settings;
using SeriesFunctions.Cosmos;
using SeriesFunctions.Http;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Endpoints;

namespace ColdStart;

/// <summary>
/// What an instance does before its first answer, as far as it is ours: the app's composition of Core and Http with the store on the real SDK, all routes, a web server. In the place of the
/// Functions host, which can't be had everywhere, a request comes over a socket; the three other adapters are not there, since the first request for a series needs none of them.
/// </summary>
internal static class Serving
{
    /// <summary>Says when it listens and where; ends when its input does, and says how many methods had to be compiled.</summary>
    public static async Task RunAsync()
    {
        var started = long.Parse(Environment.GetEnvironmentVariable("COLDSTART_BEGAN")!, CultureInfo.InvariantCulture);
        var entered = Stopwatch.GetElapsedTime(started);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Cosmos:Endpoint", (string?)RestAccount.Endpoint)]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var reader = new SettingsReader();
        var settings = CoreSettings.Read(builder.Configuration, reader);
        reader.ThrowIfWrong();
        settings.Add(builder.Services);
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSeriesFunctionsCore()
            .AddSeriesFunctionsHttp()
            .AddSingleton(_ => Open())
            .AddCosmosDocumentStore()
            // Nobody asks them for a series.
            .AddSingleton<IMediaStore>(_ => null!)
            .AddSingleton<IMessageQueue>(_ => null!)
            .AddSingleton<IPaymentGateway>(_ => null!)
            .AddSingleton<IPayoutAccounts>(_ => null!)
            .AddSingleton<IReadOnlyList<Dependency>>([])
            .AddSingleton<ICaller, Nobody>();
        await using var app = builder.Build();
        var pipeline = app.Services.GetRequiredService<ApiPipeline>();
        foreach (var route in app.Services.GetRequiredService<ApiRoutes>().All)
            app.MapMethods(route.Pattern, [route.Method], (RequestDelegate)(http => pipeline.RunAsync(route, http)));
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{new Uri(address).Port} {entered.TotalMilliseconds} {Stopwatch.GetElapsedTime(started).TotalMilliseconds}"));
        Console.In.ReadToEnd();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{JitInfo.GetCompiledMethodCount()} {JitInfo.GetCompilationTime().TotalMilliseconds} {Environment.WorkingSet}"));
    }

    private static CosmosClient Open()
    {
        var options = CosmosConnection.ClientOptions(new() { Endpoint = RestAccount.Endpoint });
        var account = new RestAccount(TimeProvider.System);
        options.HttpClientFactory = () => new(account, disposeHandler: false);
        return new(RestAccount.Endpoint, new AnyToken(), options);
    }

    private sealed class Nobody : ICaller
    {
        public ValueTask<CallerReading> ReadAsync(HttpContext http) => new(CallerReading.Anonymous);

        public IPAddress? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress;
    }

    private sealed class AnyToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
