using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using SeriesFunctions.App.Hosting;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Media;

namespace Azure.Tests.App;

/// <summary>What a deployment is made of, beside what the code and its manual say of it. Finds the name that was changed in one place of two, and the limit that is shorter than what it has to hold.</summary>
public sealed class DeploymentComparisonTests
{
    private static readonly BicepFile Main = BicepFile.Of("infra/main.bicep");
    private static readonly BicepFile Api = BicepFile.Of("infra/app/api.bicep");
    private static readonly string Manual = Functions.File("docs/deploy.md");
    private static readonly string Subscribe = Functions.File("infra/scripts/subscribe-uploads.sh");

    [Fact]
    public void Every_meter_is_sent_and_every_metric_that_the_manual_names_is_one()
    {
        var ours = typeof(AppComposition).Assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("SeriesFunctions.", StringComparison.Ordinal)).Select(Assembly.Load)
            .SelectMany(assembly => assembly.GetTypes()).Select(type => type.GetField("Meter", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string).Where(name => name is not null).Append(Telemetry.Name);
        Assert.Equal(ours.Order(StringComparer.Ordinal), AzureTelemetry.Meters.Order(StringComparer.Ordinal));
        var code = string.Concat(Directory.EnumerateFiles(Path.Combine(Functions.Root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var named = Regex.Matches(Manual + Functions.File("docs/scale.md"), "`(seriesfunctions\\.[a-z_.]+)`").Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(named.Count >= 3);
        Assert.All(named, name => Assert.Contains($"\"{name}\"", code, StringComparison.Ordinal));
    }

    /// <summary>The platform's name for it, which no code of ours has. Source: Microsoft Learn, "Supported metrics for Microsoft.ServiceBus/Namespaces".</summary>
    [Fact]
    public void Dead_letters_are_counted_by_the_platforms_own_metric_queue_by_queue()
    {
        var alerts = BicepFile.Of("infra/app/alerts.bicep").Modules.Single(module => module.Symbol == "deadLetters").Body;
        Assert.Contains("metricNamespace: 'Microsoft.ServiceBus/namespaces'", alerts, StringComparison.Ordinal);
        Assert.Contains("metricName: 'DeadletteredMessages'", alerts, StringComparison.Ordinal);
        Assert.Contains("{ name: 'EntityName', operator: 'Include', values: ['*'] }", alerts, StringComparison.Ordinal);
        Assert.Contains("operator: 'GreaterThan'\n          threshold: 0", alerts, StringComparison.Ordinal);
        Assert.Contains("scopes: [serviceBusId]", alerts, StringComparison.Ordinal);
    }

    [Fact]
    public void Everybody_is_told_of_every_alert() =>
        Assert.Equal(2, Regex.Count(BicepFile.Of("infra/app/alerts.bicep").Text, @"empty\(email\) \? \[\] : \[people!\.outputs\.resourceId\]"));

    [Fact]
    public void Every_alert_that_the_manual_promises_is_there()
    {
        var alerts = BicepFile.Of("infra/app/alerts.bicep").Text;
        Assert.Equal(
            ["content-safety-unanswered", "oldest-case", "parked-events", "refused-payouts", "relay-lag", "webhook-endpoint-off", "webhook-failures"],
            Regex.Matches(alerts, @"^    name: '([\w-]+)'$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
        // Worst first: money and lost work wake somebody, a slow moderator doesn't.
        Assert.All(new[] { "parked-events", "webhook-failures" }, name => Assert.Matches($@"name: '{name}'\s+text: .*\s+severity: 1\s", alerts));
    }

    [Fact]
    public void Nothing_is_deleted_before_anybody_could_have_read_it()
    {
        // A message that waits for its time may wait for half a year.
        var life = XmlConvert.ToTimeSpan(Regex.Match(BicepFile.Of("infra/app/queues.bicep").Text, "defaultMessageTimeToLive: '(.*)'").Groups[1].Value);
        Assert.True(life > TimeSpan.FromDays(365));
        // An upload may begin at the end of its ticket, and is looked for again by a sweep.
        var rules = Regex.Matches(BicepFile.Of("infra/app/storage.bicep").Text, @"type: 'Lifecycle'.*?prefixMatch: \['(.*?)'\].*?delete: \{ daysAfterCreationGreaterThan: (\d+) \}", RegexOptions.Singleline)
            .ToDictionary(rule => rule.Groups[1].Value, rule => TimeSpan.FromDays(int.Parse(rule.Groups[2].Value, CultureInfo.InvariantCulture)));
        Assert.Equal(["${mediaContainer}/exports/", "${uploadsContainer}/"], rules.Keys.Order(StringComparer.Ordinal));
        Assert.True(rules["${uploadsContainer}/"] - TimeSpan.FromDays(1) > new MediaOptions().UploadTicketLifetime);
        Assert.True(rules["${mediaContainer}/exports/"] >= new MediaOptions().ExportsKeptFor);
    }

    [Fact]
    public void A_lock_is_renewed_for_as_long_as_a_function_may_take_and_that_is_longer_than_the_longest_work()
    {
        using var host = JsonDocument.Parse(Functions.File("host.json"), new() { CommentHandling = JsonCommentHandling.Skip });
        var most = TimeSpan.Parse(host.RootElement.GetProperty("functionTimeout").GetString()!, CultureInfo.InvariantCulture);
        var bus = host.RootElement.GetProperty("extensions").GetProperty("serviceBus");
        Assert.True(TimeSpan.Parse(bus.GetProperty("maxAutoLockRenewalDuration").GetString()!, CultureInfo.InvariantCulture) >= most);
        Assert.True(most > new MediaOptions().ValidationTimeout);
        // A message that was fetched and not begun would lose its lock behind a long one.
        Assert.Equal(0, bus.GetProperty("prefetchCount").GetInt32());
        Assert.InRange(bus.GetProperty("maxConcurrentCalls").GetInt32(), 1, 64);
    }

    [Fact]
    public void The_app_runs_on_the_framework_that_it_is_built_for()
    {
        var framework = Regex.Match(Functions.File("Directory.Build.props"), "<TargetFramework>net(.*)</TargetFramework>").Groups[1].Value;
        Assert.Matches($@"runtime: \{{\s+name: 'dotnet-isolated'\s+version: '{Regex.Escape(framework)}'", Api.Text);
        Assert.Contains("\"FUNCTIONS_WORKER_RUNTIME\": \"dotnet-isolated\"", Functions.File("local.settings.json.example"), StringComparison.Ordinal);
    }

    [Fact]
    public void Azd_finds_the_app_its_code_and_the_script_that_comes_after()
    {
        var azd = Functions.File("azure.yaml");
        var service = Regex.Match(azd, @"^services:\n  (\w+):\n    project: (\S+)$", RegexOptions.Multiline);
        Assert.Contains($"'azd-service-name': '{service.Groups[1].Value}'", Api.Text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Functions.Root, service.Groups[2].Value, Path.GetFileName(service.Groups[2].Value) + ".csproj")));
        Assert.True(File.Exists(Path.Combine(Functions.Root, Regex.Match(azd, @"^      run: (\S+)$", RegexOptions.Multiline).Groups[1].Value)));
        Assert.True(Directory.Exists(Path.Combine(Functions.Root, Regex.Match(azd, @"^  path: (\S+)$", RegexOptions.Multiline).Groups[1].Value)));
        Assert.Contains("{ 'azd-env-name': environmentName }", Main.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_script_and_the_manual_take_from_the_environment_the_template_gives()
    {
        var asked = Regex.Matches(Regex.Match(Subscribe, "^: (.*)$", RegexOptions.Multiline).Groups[1].Value, @"\$\{(\w+):").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(4, asked.Count);
        Assert.Empty(asked.Except(Main.Outputs));
        Assert.Empty(Regex.Matches(Manual, @"""\$([A-Z_]+)[""/]").Select(match => match.Groups[1].Value).Except(Main.Outputs));
        // And the other way: what azd is told by hand.
        var told = Regex.Matches(Functions.File("infra/main.parameters.json"), @"\$\{(SERIESFUNCTIONS_\w+)").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);
        Assert.Equal(told, Regex.Matches(Manual, @"^azd env set (SERIESFUNCTIONS_\w+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Uploads_are_told_of_when_they_are_committed_in_their_container_by_the_blob_extensions_webhook()
    {
        Assert.Contains("--included-event-types Microsoft.Storage.BlobCreated ", Subscribe, StringComparison.Ordinal);
        Assert.Contains("--subject-begins-with \"/blobServices/default/containers/$UPLOADS_CONTAINER/\"", Subscribe, StringComparison.Ordinal);
        Assert.Contains("/runtime/webhooks/blobs?functionName=Host.Functions.$function&code=$key", Subscribe, StringComparison.Ordinal);
        Assert.Contains("systemKeys.blobs_extension", Subscribe, StringComparison.Ordinal);
        Assert.Contains("output UPLOADS_CONTAINER string = storage.outputs.uploadsContainer", Main.Text, StringComparison.Ordinal);
        Assert.Contains("topicType: 'Microsoft.Storage.StorageAccounts'", BicepFile.Of("infra/app/storage.bicep").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_have_the_names_under_which_the_manual_puts_them()
    {
        var read = Regex.Matches(Api.Text, @"SecretName=([\w-]+)").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);
        Assert.Equal(read, Regex.Matches(Manual, @"secret set .*--name ([\w-]+)").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>More would be a door, less an app that fails at its first call.</summary>
    [Fact]
    public void The_app_has_the_rights_that_it_needs_and_no_others()
    {
        var roles = BicepFile.Of("infra/app/roles.bicep").Text;
        var given = Regex.Matches(roles, @"roleAssignments@[\d-]+' = (if \(.*?\)\) |\[\s+for (?<each>.*?): )?\{\s+scope: (?<scope>\S+)\s+name: guid\((?<guid>.*)\)\s+properties: \{\s+roleDefinitionId: subscriptionResourceId\('Microsoft\.Authorization/roleDefinitions', (?<role>\S+)\)")
            .Select(match =>
            {
                // Two assignments of one name would be one.
                Assert.EndsWith(", " + match.Groups["role"].Value, match.Groups["guid"].Value, StringComparison.Ordinal);
                return match;
            })
            .Select(match => $"{match.Groups["scope"].Value}: {match.Groups["role"].Value}{(match.Groups["each"].Success ? " for " + match.Groups["each"].Value : "")}").Order(StringComparer.Ordinal);
        Assert.Equal(
            new[]
            {
                "queues[i]: role.serviceBusDataSender for (name, i) in queueNames", "queues[i]: role.serviceBusDataReceiver for (name, i) in queueNames",
                "mediaStorage::blobs::uploads: role.storageBlobDataOwner", "mediaStorage::blobs::media: role.storageBlobDataOwner", "mediaStorage: role.storageBlobDelegator", "mediaStorage: role.storageQueueDataContributor",
                "hostStorage: id for id in [role.storageBlobDataOwner, role.storageQueueDataContributor, role.storageTableDataContributor]",
                "vault: role.keyVaultSecretsUser", "insights: role.monitoringMetricsPublisher", "contentSafety: role.cognitiveServicesUser",
            }.Order(StringComparer.Ordinal),
            given);
        Assert.Contains("scope: '${cosmos.id}/dbs/${databaseName}'", roles, StringComparison.Ordinal);
        // Source: Microsoft Learn, "Azure built-in roles" and, of Cosmos DB's own, "Built-in Data Contributor".
        var ids = new Dictionary<string, string>
        {
            ["storageBlobDataOwner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
            ["storageBlobDelegator"] = "db58b8e5-c6ad-4a2a-8342-4190687cbf4a",
            ["storageQueueDataContributor"] = "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
            ["storageTableDataContributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
            ["serviceBusDataSender"] = "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
            ["serviceBusDataReceiver"] = "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
            ["keyVaultSecretsUser"] = "4633458b-17de-408a-b874-0445c86b69e6",
            ["monitoringMetricsPublisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
            ["cognitiveServicesUser"] = "a97b65f3-24c7-4388-baec-2e87135dc908",
        };
        Assert.Equal(ids.OrderBy(id => id.Key, StringComparer.Ordinal), Regex.Matches(roles, @"^  (\w+): '([0-9a-f-]{36})'$", RegexOptions.Multiline).Select(match => KeyValuePair.Create(match.Groups[1].Value, match.Groups[2].Value)).OrderBy(id => id.Key, StringComparer.Ordinal));
        Assert.Contains("sqlRoleDefinitions/00000000-0000-0000-0000-000000000002", roles, StringComparison.Ordinal);
    }

    [Fact]
    public void Leases_lie_where_the_trigger_looks_for_them_on_Azure_and_on_one_machine()
    {
        var leases = (string)Functions.OfKind("CosmosDB").Single().Named["LeaseContainerName"]!;
        Assert.Matches(@"name: leasesName\s+paths: \['/id'\]", BicepFile.Of("infra/app/documents.bicep").Text);
        Assert.Contains($"new ContainerProperties(\"{leases}\", \"/id\")", Functions.File("src/SeriesFunctions.App/Hosting/Emulators.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void On_one_machine_every_connection_that_a_trigger_names_is_set()
    {
        using var example = JsonDocument.Parse(Functions.File("local.settings.json.example"));
        var set = example.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name).ToList();
        Assert.All(typeof(Connections).GetFields(), field => Assert.Contains((string)field.GetRawConstantValue()!, set));
        Assert.Contains("AzureWebJobsStorage", set);
    }
}
