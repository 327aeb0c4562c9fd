using Azure.Tests.Cosmos.Rest;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Cosmos;

namespace Azure.Tests.Cosmos;

public sealed class CosmosOptionsTests
{
    [Fact]
    public void The_endpoint_is_all_that_has_to_be_set()
    {
        using var services = Services(("Cosmos:Endpoint", RestAccount.Endpoint), ("Cosmos:PreferredRegions:0", "West Europe"));

        Assert.IsType<CosmosDocumentStore>(services.GetRequiredService<IDocumentStore>());
        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Equal(["West Europe"], services.GetRequiredService<IOptions<CosmosOptions>>().Value.PreferredRegions);
    }

    [Theory]
    [InlineData("Endpoint", "")]
    [InlineData("Endpoint", "series")]
    [InlineData("Database", "")]
    [InlineData("Container", "a/b")]
    [InlineData("OperationSeconds", "0")]
    [InlineData("ThrottleRetries", "-1")]
    [InlineData("ThrottleSeconds", "0")]
    [InlineData("OutboxDays", "1")]
    public void What_cannot_work_stops_the_start(string name, string value)
    {
        using var services = name == "Endpoint"
            ? Services(("Cosmos:Endpoint", value))
            : Services(("Cosmos:Endpoint", RestAccount.Endpoint), ($"Cosmos:{name}", value));

        var refusal = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddCosmosDocumentStore().BuildServiceProvider();
    }
}
