using System.Buffers.Text;
using System.Text;
using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Cosmos;

namespace SeriesFunctions.App.Hosting;

/// <summary>
/// On a developer's machine with the official emulators (infra/local): they know no identities. Cosmos DB's takes the key that is the same on every machine in the world, Azurite
/// any token that has the form of one. Only for addresses of this machine; everywhere else there are identities and no keys.
/// </summary>
internal static class Emulators
{
    private const string Key = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

    /// <summary>Goes before the adapters, which take what is there already.</summary>
    public static IServiceCollection AddEmulators(this IServiceCollection services, IConfiguration configuration) => IsHere(configuration)
        ? services
            .AddSingleton<TokenCredential, AnyToken>()
            .AddSingleton(provider => Open(provider.GetRequiredService<IOptions<CosmosOptions>>().Value))
            .AddHostedService<Containers>()
        : services;

    /// <summary>Whether the documents are on this machine.</summary>
    internal static bool IsHere(IConfiguration configuration) =>
        Uri.TryCreate(configuration[$"{CosmosOptions.Section}:{nameof(CosmosOptions.Endpoint)}"], UriKind.Absolute, out var endpoint) && endpoint.IsLoopback;

    private static CosmosClient Open(CosmosOptions options)
    {
        var client = CosmosConnection.ClientOptions(options);
        client.ServerCertificateCustomValidationCallback = (_, _, _) => true;
        client.LimitToEndpoint = true;
        return new(options.Endpoint, Key, client);
    }

    /// <summary>What the template makes on Azure.</summary>
    private sealed class Containers(CosmosClient client, BlobServiceClient blobs, IOptions<CosmosOptions> options) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            var database = (await client.CreateDatabaseIfNotExistsAsync(options.Value.Database, cancellationToken: cancellationToken)).Database;
            var documents = new ContainerProperties(options.Value.Container, "/pk") { DefaultTimeToLive = -1 };
            documents.IndexingPolicy.IncludedPaths.Add(new() { Path = "/sort/?" });
            documents.IndexingPolicy.ExcludedPaths.Add(new() { Path = "/*" });
            await database.CreateContainerIfNotExistsAsync(documents, cancellationToken: cancellationToken);
            await database.CreateContainerIfNotExistsAsync(new ContainerProperties("leases", "/id"), cancellationToken: cancellationToken);
            foreach (var blob in new[] { BlobName.Upload("x"), BlobName.Media("x") })
                await blobs.GetBlobContainerClient(blob.ContainerName).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>A token without a signature, of an hour. Azurite's <c>--oauth basic</c> looks at its form, its audience and its times.</summary>
    internal sealed class AnyToken(TimeProvider clock) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            var audience = requestContext.Scopes[0].Replace("/.default", "", StringComparison.Ordinal);
            var claims = $$"""{"aud":"{{audience}}","iss":"https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/","iat":{{now.ToUnixTimeSeconds()}},"nbf":{{now.ToUnixTimeSeconds() - 60}},"exp":{{now.ToUnixTimeSeconds() + 3_600}},"oid":"00000000-0000-0000-0000-000000000001"}""";
            return new($"{Part("""{"alg":"none","typ":"JWT"}""")}.{Part(claims)}.{Part("-")}", now.AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));

        private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }
}
