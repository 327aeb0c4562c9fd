using System.Text.Json;
using System.Text.RegularExpressions;
using SeriesFunctions.Http.Conventions;

namespace Azure.Tests.App;

/// <summary>The Bicep files, as far as they can be checked without a compiler: finds the name that nothing declares, the parameter that nothing gives, and the door left open.</summary>
public sealed class TemplateTests
{
    public static TheoryData<string> Files => [.. BicepFile.All.Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Everything_that_is_opened_is_closed(string path)
    {
        var open = new Stack<char>();
        foreach (var c in BicepFile.Of(path).Code)
        {
            if (c is '{' or '[' or '(')
                open.Push(c);
            else if (c is '}' or ']' or ')')
                Assert.Equal(c switch { '}' => '{', ']' => '[', _ => '(' }, open.TryPop(out var opened) ? opened : ' ');
        }
        Assert.Empty(open);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_declared_is_used(string path)
    {
        var file = BicepFile.Of(path);
        Assert.All(file.Parameters.Concat(file.Variables), name => Assert.True(Regex.Count(file.Code, $@"(?<![\w.]){name}\b") - Regex.Count(file.Code, $@"^\s*{name}:", RegexOptions.Multiline) > 1, $"{name} is declared and not used"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_module_of_ours_gets_what_it_needs_and_nothing_else(string path)
    {
        foreach (var module in BicepFile.Of(path).Modules.Where(module => module.IsOurs))
        {
            var target = BicepFile.Of($"infra/{module.Source}");
            Assert.Empty(module.Params.Except(target.Parameters));
            Assert.Empty(target.Required.Except(module.Params));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void An_output_that_is_used_is_one(string path)
    {
        var file = BicepFile.Of(path);
        foreach (var use in Regex.Matches(file.Code, @"\b(\w+)!?\.outputs\.(\w+)").Cast<Match>())
        {
            var module = file.Modules.Single(module => module.Symbol == use.Groups[1].Value);
            if (module.IsOurs)
                Assert.Contains(use.Groups[2].Value, BicepFile.Of($"infra/{module.Source}").Outputs);
        }
    }

    [Fact]
    public void Modules_of_the_registry_are_pinned_and_each_at_one_version()
    {
        var registry = BicepFile.All.SelectMany(file => file.Modules).Where(module => !module.IsOurs).Select(module => module.Source).Distinct().ToList();
        Assert.True(registry.Count >= 10);
        Assert.All(registry, source => Assert.Matches(@"^br/public:avm/res/[a-z/-]+:\d+\.\d+\.\d+$", source));
        Assert.Equal(registry.Count, registry.Select(source => source[..source.LastIndexOf(':')]).Distinct().Count());
    }

    [Fact]
    public void Both_sizes_say_the_same_things_and_all_that_is_asked()
    {
        var sizes = new[] { "dev", "prod" }.Select(size => Keys($"infra/parameters/{size}.json")).ToList();
        Assert.Equal(sizes[0], sizes[1]);
        var asked = Regex.Matches(BicepFile.Of("infra/main.bicep").Code, @"chosen\.(\w+)").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(asked, sizes[0]);

        static IEnumerable<string> Keys(string path)
        {
            using var json = JsonDocument.Parse(Functions.File(path));
            return [.. json.RootElement.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public void The_parameters_that_azd_fills_in_are_those_of_the_template()
    {
        using var json = JsonDocument.Parse(Functions.File("infra/main.parameters.json"));
        var given = json.RootElement.GetProperty("parameters").EnumerateObject().Select(property => property.Name).ToList();
        var main = BicepFile.Of("infra/main.bicep");
        Assert.Empty(given.Except(main.Parameters));
        Assert.Empty(main.Required.Except(given));
    }

    [Fact]
    public void There_are_no_keys_and_nothing_is_public()
    {
        Assert.All(Bodies("storage/storage-account"), body =>
        {
            Assert.Contains("allowSharedKeyAccess: false", body, StringComparison.Ordinal);
            Assert.Contains("allowBlobPublicAccess: false", body, StringComparison.Ordinal);
            Assert.Equal(Regex.Count(body, @"\{ name: \w+Container,"), Regex.Count(body, "publicAccess: 'None'"));
        });
        Assert.All(Bodies("service-bus/namespace"), body => Assert.Contains("disableLocalAuth: true", body, StringComparison.Ordinal));
        Assert.All(Bodies("insights/component"), body => Assert.Contains("disableLocalAuth: true", body, StringComparison.Ordinal));
        Assert.All(Bodies("document-db/database-account"), body => Assert.Contains("disableLocalAuthentication: true", body, StringComparison.Ordinal));
        Assert.All(Bodies("cognitive-services/account"), body => Assert.Contains("disableLocalAuth: true", body, StringComparison.Ordinal));
        Assert.All(Bodies("key-vault/vault"), body => Assert.Contains("enableRbacAuthorization: true", body, StringComparison.Ordinal));
        Assert.All(BicepFile.All, file => Assert.DoesNotMatch(@"listKeys|ConnectionString\(|AccountKey|primaryKey|secondaryKey", file.Code));
    }

    [Fact]
    public void Every_right_is_given_in_one_file() =>
        Assert.Equal(["infra/app/roles.bicep"], BicepFile.All.Where(file => Regex.IsMatch(file.Text, "roleAssignments@|sqlRoleAssignments|roleAssignments:")).Select(file => file.Path));

    [Fact]
    public void Nobody_is_asked_who_she_is_exactly_where_the_contract_says_so()
    {
        // And the blob trigger's webhook, which has a key of the platform's.
        var open = Functions.Routes.Where(route => route.Who == Who.Nobody).Select(route => "/" + route.Pattern).Append("/runtime/webhooks/blobs");
        Assert.Equal(open.Order(StringComparer.Ordinal), BicepFile.Of("infra/app/api.bicep").List("openPaths").Order(StringComparer.Ordinal));
    }

    /// <summary>A name that no code emits would be an alert that never comes: every name in every query is looked up in what the code counts, measures and serves.</summary>
    [Fact]
    public void Every_name_that_an_alert_waits_for_is_one_that_the_code_gives()
    {
        var code = string.Concat(Directory.EnumerateFiles(Path.Combine(Functions.Root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var alerts = BicepFile.Of("infra/app/alerts.bicep").Text;
        var queries = Regex.Matches(alerts, @"^\s*(?:var counted =|query:) '(.*)'$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(Regex.Count(alerts, @"^\s*query: '", RegexOptions.Multiline) + 1, queries.Count);
        var checkedNames = 0;
        foreach (var (compared, name) in queries.SelectMany(query => Regex.Matches(query, """(\S+) (?:==|has|in) \(?("[^")]+"(?:, "[^")]+")*)""")
            .SelectMany(match => Regex.Matches(match.Groups[2].Value, "\"([^\"]+)\"").Select(one => (match.Groups[1].Value.TrimStart('('), one.Groups[1].Value)))))
        {
            checkedNames++;
            switch (compared)
            {
                case """tostring(Properties["event"])""":
                    Assert.Matches($"""Count\([^)]*"{name}" """.TrimEnd(), code);
                    break;
                case "Name" when name.StartsWith("seriesfunctions.", StringComparison.Ordinal):
                    Assert.Matches($"""Create\w+<\w+>\("{Regex.Escape(name)}" """.TrimEnd(), code);
                    break;
                default:
                    // Of a request: its function, or its route.
                    Assert.Equal("Name", compared);
                    Assert.Contains(Functions.Routes, route => route.Name == name || route.Pattern == name);
                    break;
            }
        }
        // Each query that names nothing itself goes on from the counter.
        Assert.True(checkedNames >= queries.Count, $"only {checkedNames} names were found in {queries.Count} queries");
        Assert.All(queries.Skip(1), query => Assert.Matches("^(?:\\$\\{counted\\} \\| where tostring|AppMetrics \\| where Name == |AppRequests \\| where )", query));
    }

    private static List<string> Bodies(string module)
    {
        var bodies = BicepFile.All.SelectMany(file => file.Modules).Where(one => one.Source.Contains($"/{module}:", StringComparison.Ordinal)).Select(one => one.Body).ToList();
        Assert.NotEmpty(bodies);
        return bodies;
    }
}
