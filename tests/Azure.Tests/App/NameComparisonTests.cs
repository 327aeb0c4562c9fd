using System.Text.Json;
using Azure.Tests.ServiceBus;
using SeriesFunctions.App.Hosting;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Cosmos;

namespace Azure.Tests.App;

/// <summary>One name for one thing in triggers, adapters and templates. Finds the queue that nobody reads and the container that isn't there.</summary>
public sealed class NameComparisonTests
{
    private static readonly BicepFile Documents = BicepFile.Of("infra/app/documents.bicep");
    private static readonly BicepFile Storage = BicepFile.Of("infra/app/storage.bicep");
    private static readonly BicepFile Api = BicepFile.Of("infra/app/api.bicep");

    [Fact]
    public void The_template_makes_every_queue_and_no_other() =>
        Assert.Equal(Queues.All.Order(StringComparer.Ordinal), BicepFile.Of("infra/app/queues.bicep").List("queueNames").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_queue_has_its_function_which_settles_by_itself()
    {
        var triggers = Functions.OfKind("ServiceBus").ToList();
        Assert.Equal(Queues.All.Order(StringComparer.Ordinal), triggers.Select(trigger => trigger.Text(0)!).Order(StringComparer.Ordinal));
        Assert.All(triggers, trigger => Assert.Equal(false, trigger.Named["AutoCompleteMessages"]));
        // A function that named another queue to the dispatcher than it reads from would find no handler.
        var source = Functions.File("src/SeriesFunctions.App/Triggers/QueueTriggers.cs");
        Assert.Equal(
            System.Text.RegularExpressions.Regex.Matches(source, @"ServiceBusTrigger\(Queues\.(\w+)").Select(match => match.Groups[1].Value),
            System.Text.RegularExpressions.Regex.Matches(source, @"HandleAsync\(Queues\.(\w+)").Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void An_upload_is_told_by_Event_Grid_and_the_subscription_names_the_function()
    {
        var trigger = Functions.OfKind("Blob").Single();
        Assert.Equal($"{BlobName.Upload("x").ContainerName}/{{name}}", trigger.Text(0));
        Assert.Equal(1, trigger.Named["Source"]);
        Assert.Contains($"function={trigger.Function}\n", Functions.File("infra/scripts/subscribe-uploads.sh"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_emulator_has_the_same_queues_and_those_of_the_contract()
    {
        using var json = JsonDocument.Parse(Functions.File("infra/local/servicebus.json"));
        var queues = json.RootElement.GetProperty("UserConfig").GetProperty("Namespaces")[0].GetProperty("Queues").EnumerateArray().Select(queue => queue.GetProperty("Name").GetString()!);
        Assert.Equal(Queues.All.Concat(new QueuePool("contract").All).Order(StringComparer.Ordinal), queues.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_queue_keeps_the_promises_of_the_port()
    {
        var queues = BicepFile.Of("infra/app/queues.bicep").Text;
        Assert.Contains($"lockDuration: '{System.Xml.XmlConvert.ToString(QueueLimits.LockTime)}'", queues, StringComparison.Ordinal);
        Assert.Contains($"maxDeliveryCount: {QueueLimits.MaxDeliveries}", queues, StringComparison.Ordinal);
        Assert.Contains($"duplicateDetectionHistoryTimeWindow: '{System.Xml.XmlConvert.ToString(QueueLimits.DuplicateWindow)}'", queues, StringComparison.Ordinal);
        Assert.Contains("requiresDuplicateDetection: true", queues, StringComparison.Ordinal);
        Assert.Contains("deadLetteringOnMessageExpiration: true", queues, StringComparison.Ordinal);
    }

    [Fact]
    public void The_relay_reads_the_container_that_the_adapter_writes()
    {
        var trigger = Functions.OfKind("CosmosDB").Single();
        Assert.Equal("%Cosmos:Database%", trigger.Text(0));
        Assert.Equal("%Cosmos:Container%", trigger.Text(1));
        Assert.Equal(Documents.Value("leasesName"), trigger.Named["LeaseContainerName"]);
        // What the template hands to the settings is what it makes.
        Assert.Equal(new CosmosOptions().Database, Documents.Value("databaseName"));
        Assert.Equal(new CosmosOptions().Container, Documents.Value("containerName"));
        Assert.Contains("Cosmos__Database: databaseName", Api.Text, StringComparison.Ordinal);
        Assert.Contains("Cosmos__Container: containerName", Api.Text, StringComparison.Ordinal);
        Assert.True((bool)trigger.Named["StartFromBeginning"]!);
    }

    [Fact]
    public void The_relay_never_moves_past_a_batch_that_failed()
    {
        var retry = Functions.OfKind("CosmosDB").Single().Method.CustomAttributes.Single(attribute => attribute.AttributeType.Name == "ExponentialBackoffRetryAttribute");
        Assert.Equal(-1, retry.ConstructorArguments[0].Value);
    }

    [Fact]
    public void The_container_is_as_the_adapter_needs_it()
    {
        Assert.Matches(@"name: containerName\s+paths: \['/pk'\]", Documents.Text);
        Assert.Matches(@"includedPaths: \[\s+\{ path: '/sort/\?' \}\s+\]", Documents.Text);
        Assert.Matches(@"excludedPaths: \[\s+\{ path: '/\*' \}\s+\]", Documents.Text);
        Assert.Contains("defaultTtl: -1", Documents.Text, StringComparison.Ordinal);
        Assert.Contains("defaultConsistencyLevel: 'Session'", Documents.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_containers_of_blobs_have_the_names_that_the_port_gives_them()
    {
        Assert.Equal(BlobName.Upload("x").ContainerName, Storage.Value("uploadsContainer"));
        Assert.Equal(BlobName.Media("x").ContainerName, Storage.Value("mediaContainer"));
        var roles = BicepFile.Of("infra/app/roles.bicep").Text;
        Assert.Matches($"resource uploads 'containers' existing = \\{{\\s+name: '{Storage.Value("uploadsContainer")}'", roles);
        Assert.Matches($"resource media 'containers' existing = \\{{\\s+name: '{Storage.Value("mediaContainer")}'", roles);
        // Abandoned uploads go; what passed never does.
        Assert.Contains("prefixMatch: ['${uploadsContainer}/']", Storage.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_connection_that_a_trigger_names_is_an_identitys_and_is_set()
    {
        var set = BicepFile.Keys(BicepFile.Block(Api.Text[Api.Text.IndexOf("name: 'appsettings'", StringComparison.Ordinal)..], "properties"));
        var used = Functions.All.Select(trigger => trigger.Named.GetValueOrDefault("Connection") as string).Where(name => name is not null).Select(name => name!).Distinct().ToList();
        Assert.NotEmpty(used);
        Assert.Subset(typeof(Connections).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToHashSet(), used.ToHashSet());
        Assert.All(used, name =>
        {
            // A setting of the name alone would be a connection string: a key.
            Assert.DoesNotContain(name, set);
            // Source: Microsoft Learn, the "Connections" of each trigger's page.
            string[] address = name switch { Connections.Cosmos => ["accountEndpoint"], Connections.ServiceBus => ["fullyQualifiedNamespace"], _ => ["blobServiceUri", "queueServiceUri"] };
            Assert.Equal(address.Append("credential").Append("clientId").Select(part => $"{name}__{part}").Order(StringComparer.Ordinal), set.Where(setting => setting.StartsWith(name + "__", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        });
    }
}
