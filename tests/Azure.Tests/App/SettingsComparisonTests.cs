using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SeriesFunctions.App.Hosting;

namespace Azure.Tests.App;

/// <summary>
/// Every setting that the code reads, beside what the template sets and what docs/settings.md says. Finds the misspelt setting that would silently not hold, and the one that a deployment lacks.
/// When a setting is added, <c>SETTINGS_WRITE=1 dotnet test tests/Azure.Tests -p:PartialFeed=true --filter SettingsComparisonTests</c> writes the document's table anew.
/// </summary>
public sealed class SettingsComparisonTests
{
    private const string Begin = "<!-- the options classes, by SettingsComparisonTests -->", End = "<!-- /options -->";

    /// <summary>What the platform, the host and the triggers' connections read.</summary>
    private static readonly string[] NotOurs = ["AzureWebJobsStorage", "CosmosConnection", "ServiceBusConnection", "UploadsConnection"];

    private static readonly IReadOnlyList<(string Name, PropertyInfo Property)> Settings =
    [
        .. from assembly in typeof(AppComposition).Assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("SeriesFunctions.", StringComparison.Ordinal)).Select(Assembly.Load).Append(typeof(AppComposition).Assembly)
           from type in assembly.GetTypes()
           let section = type.GetField("Section")?.GetRawConstantValue() as string
           where section is not null && type.Name.EndsWith("Options", StringComparison.Ordinal)
           from property in type.GetProperties()
           orderby section, property.MetadataToken
           select ($"{section}__{property.Name}", property),
    ];

    private static readonly IReadOnlyList<string> Set =
        BicepFile.Keys(BicepFile.Block(BicepFile.Of("infra/app/api.bicep").Text.Split("name: 'appsettings'")[1], "properties"));

    [Fact]
    public void What_the_template_sets_is_read() =>
        Assert.Empty(Ours(Set).Except(Settings.Select(setting => setting.Name)));

    [Fact]
    public void What_a_start_needs_is_set_by_the_template_and_by_the_example_for_one_machine()
    {
        // Required, and of no use as it is.
        var needed = Settings.Where(setting => setting.Property.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "RequiredAttribute") && Default(setting.Property) is "")
            .Select(setting => setting.Name).Where(name => name != "Catalog__Categories").ToList();
        Assert.Contains("Cosmos__Endpoint", needed);
        Assert.Empty(needed.Except(Set));
        Assert.Empty(needed.Except(Example()));
    }

    [Fact]
    public void The_example_for_one_machine_sets_only_what_is_read() =>
        Assert.Empty(Ours(Example()).Except(Settings.Select(setting => setting.Name)));

    [Fact]
    public void No_secret_stands_in_the_template()
    {
        var api = BicepFile.Of("infra/app/api.bicep").Text;
        Assert.Matches(@"Stripe__ApiKey: '@Microsoft\.KeyVault\(", api);
        Assert.Matches(@"Stripe__WebhookSecret: '@Microsoft\.KeyVault\(", api);
        Assert.Matches(@"Stripe__ConnectWebhookSecret: '@Microsoft\.KeyVault\(", api);
        Assert.DoesNotMatch(@"\b(sk|rk|whsec)_", api);
    }

    [Fact]
    public async Task The_document_lists_every_setting_with_its_default()
    {
        var path = Path.Combine(Functions.Root, "docs", "settings.md");
        var document = Functions.File("docs/settings.md");
        var table = $"{Begin}\n| setting | default | what it is |\n|---|---|---|\n{string.Concat(Settings.Select(Row))}{End}";
        var written = Regex.Match(document, $"{Regex.Escape(Begin)}.*{Regex.Escape(End)}", RegexOptions.Singleline).Value;
        if (Environment.GetEnvironmentVariable("SETTINGS_WRITE") == "1")
            await File.WriteAllTextAsync(path, document.Replace(written, table, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        else
            Assert.Equal(table, written);
    }

    private static IEnumerable<string> Ours(IEnumerable<string> settings) =>
        settings.Where(name => name.Contains("__", StringComparison.Ordinal) && !NotOurs.Contains(name.Split("__")[0]));

    private static List<string> Example()
    {
        using var json = JsonDocument.Parse(Functions.File("local.settings.json.example"));
        return [.. json.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name)];
    }

    private static string Row((string Name, PropertyInfo Property) setting)
    {
        var standing = Set.Contains(setting.Name) ? "set by the template" : Default(setting.Property) is { Length: > 0 } text ? $"`{text}`" : "empty";
        return $"| `{setting.Name}` | {standing} | {Summary(setting.Property)} |\n";
    }

    private static string Default(PropertyInfo property) => property.GetValue(Activator.CreateInstance(property.DeclaringType!)) switch
    {
        null => "",
        bool yes => yes ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        System.Collections.IEnumerable list and not string => string.Join(',', list.Cast<object>()),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => value.ToString()!,
    };

    /// <summary>What the property's comment says, on one line.</summary>
    private static string Summary(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        var summary = Docs(type.Assembly).GetValueOrDefault($"P:{type.FullName}.{property.Name}");
        if (summary is null)
            return "";
        foreach (var element in summary.Descendants().Reverse().ToList())
            element.ReplaceWith(element.Name.LocalName is "c" ? $"`{element.Value}`" : element.Attribute("cref") is { } reference ? $"`{reference.Value.Split('.')[^1]}`" : element.Value);
        return Regex.Replace(summary.Value, @"\s+", " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static Dictionary<string, XElement> Docs(Assembly assembly) =>
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml")).Descendants("member")
            .Where(member => member.Element("summary") is not null).ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);
}
