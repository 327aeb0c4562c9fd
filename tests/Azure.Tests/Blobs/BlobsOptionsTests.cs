using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SeriesFunctions.Blobs;
using SeriesFunctions.Core.Media;

namespace Azure.Tests.Blobs;

public sealed class BlobsOptionsTests
{
    private const string Endpoint = "https://series.blob.core.windows.net/";

    [Fact]
    public void The_endpoint_is_all_that_has_to_be_set()
    {
        using var services = Services(("Blobs:Endpoint", Endpoint), ("Blobs:TagCopies", "false"));

        Assert.IsType<BlobMediaStore>(services.GetRequiredService<IMediaStore>());
        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.False(services.GetRequiredService<IOptions<BlobsOptions>>().Value.TagCopies);
    }

    [Theory]
    [InlineData("Endpoint", "")]
    [InlineData("Endpoint", "series")]
    [InlineData("Endpoint", "http://series.blob.core.windows.net/")]
    [InlineData("Endpoint", "https://series.blob.core.windows.net/?sv=1&sig=2")]
    [InlineData("OperationSeconds", "0")]
    [InlineData("CopySeconds", "1")]
    [InlineData("Retries", "-1")]
    [InlineData("CopyBlockMegabytes", "0")]
    [InlineData("CopyBlockMegabytes", "4001")]
    [InlineData("CopyParallelism", "0")]
    [InlineData("DelegationKeyHours", "168")]
    public void What_cannot_work_stops_the_start(string name, string value)
    {
        using var services = name == "Endpoint" ? Services(("Blobs:Endpoint", value)) : Services(("Blobs:Endpoint", Endpoint), ($"Blobs:{name}", value));

        var refusal = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Of all that the SDK may log, only addresses could let a reader of the log in.</summary>
    [Fact]
    public void No_signature_gets_into_the_SDKs_log()
    {
        var diagnostics = BlobsConnection.ClientOptions(new() { Endpoint = Endpoint }).Diagnostics;

        Assert.DoesNotContain("x-ms-copy-source", diagnostics.LoggedHeaderNames, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain("Authorization", diagnostics.LoggedHeaderNames, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain("sig", diagnostics.LoggedQueryParameters, StringComparer.OrdinalIgnoreCase);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddBlobMediaStore().BuildServiceProvider();
    }
}
