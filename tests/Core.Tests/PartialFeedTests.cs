using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Core.Tests;

/// <summary>The switch <c>PartialFeed</c> and the bare signatures behind it. Finds a way in which something that can't run could be shipped or come to be needed.</summary>
public sealed class PartialFeedTests
{
    private const string On = "'$(PartialFeed)' == 'true'";
    private const string Off = "'$(PartialFeed)' != 'true'";
    private const string Signatures = "SignatureOnly";

    private static readonly string Root = FindRoot();

    [Fact]
    public void The_signatures_are_referenced_only_under_the_switch()
    {
        var found = 0;
        foreach (var (path, project) in Projects())
        {
            foreach (var element in project.Descendants().Where(e => e.Name.LocalName != "InternalsVisibleTo" && e.Attributes().Any(a => a.Value.Contains(Signatures, StringComparison.Ordinal))))
            {
                found++;
                Assert.True(element.Name.LocalName == "ProjectReference" && element.Parent!.Attribute("Condition")?.Value == On,
                    $"{path} uses {Signatures} without the condition {On}.");
            }
        }
        Assert.True(found >= 3, "Stripe, Service Bus and the app stand on the signatures under the switch.");
    }

    [Fact]
    public void Who_stands_on_signatures_under_the_switch_has_the_packages_without_it()
    {
        foreach (var (path, project) in Projects().Where(p => Groups(p.Project, On).Any(e => Names(e, Signatures))))
        {
            var packages = Groups(project, Off).Where(e => e.Name.LocalName == "PackageReference").Select(e => e.Attribute("Include")!.Value).ToList();
            Assert.True(packages.Count > 0, $"{path} has no package for what the signatures stand in for.");
            Assert.All(packages, package => Assert.Contains(package, CentralVersions()));
        }
    }

    /// <summary>Package and version as they are shipped; where one changes, this table changes with it, and what was compared in tests/SignatureOnly/README.md too.</summary>
    [Theory]
    [InlineData("SeriesFunctions.Blobs", "Azure.Storage.Blobs 12.30.0")]
    [InlineData("SeriesFunctions.ServiceBus", "Azure.Messaging.ServiceBus 7.20.1")]
    [InlineData("SeriesFunctions.Stripe", "Stripe.net 52.2.0")]
    [InlineData(
        "SeriesFunctions.App",
        "Azure.Monitor.OpenTelemetry.Exporter 1.9.0", "Microsoft.Azure.Functions.Worker 2.52.0", "Microsoft.Azure.Functions.Worker.Extensions.CosmosDB 4.16.1",
        "Microsoft.Azure.Functions.Worker.Extensions.Http 3.3.0", "Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore 2.1.1",
        "Microsoft.Azure.Functions.Worker.Extensions.ServiceBus 5.24.0", "Microsoft.Azure.Functions.Worker.Extensions.Storage.Blobs 6.8.2",
        "Microsoft.Azure.Functions.Worker.Extensions.Timer 4.3.1", "Microsoft.Azure.Functions.Worker.OpenTelemetry 1.2.0", "Microsoft.Azure.Functions.Worker.Sdk 2.1.0",
        "OpenTelemetry.Extensions.Hosting 1.20.1")]
    public void Without_the_switch_a_shipped_project_names_the_real_packages(string name, params string[] expected)
    {
        var versions = XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion").ToDictionary(e => e.Attribute("Include")!.Value, e => e.Attribute("Version")!.Value);
        var project = XDocument.Load(Path.Combine(Root, "src", name, $"{name}.csproj"));
        Assert.Equal(expected, Groups(project, Off).Where(e => e.Name.LocalName == "PackageReference").Select(e => $"{e.Attribute("Include")!.Value} {versions[e.Attribute("Include")!.Value]}").Order(StringComparer.Ordinal));
        // And so evaluated: what stands under no condition, or under the one that holds without the switch.
        var shipped = project.Descendants().Where(e => e.Name.LocalName is "ProjectReference" or "Reference" or "PackageReference" or "Import" && !e.AncestorsAndSelf().Any(a => a.Attribute("Condition")?.Value == On)).ToList();
        Assert.NotEmpty(shipped);
        Assert.DoesNotContain(shipped, element => element.Attributes().Any(a => a.Value.Contains(Signatures, StringComparison.Ordinal) || a.Value.Contains("PartialFeed.props", StringComparison.Ordinal)));
    }

    [Fact]
    public void No_other_spelling_of_the_switch_exists()
    {
        foreach (var (path, project) in Projects())
        {
            var conditions = project.Descendants().Attributes("Condition").Select(a => a.Value).Where(value => value.Contains("PartialFeed", StringComparison.OrdinalIgnoreCase));
            Assert.All(conditions, condition => Assert.True(condition is On or Off, $"{path}: {condition}"));
            Assert.DoesNotContain(project.Descendants(), element => element.Name.LocalName == "PartialFeed");
        }
        foreach (var props in Directory.EnumerateFiles(Root, "Directory.*.props", SearchOption.AllDirectories))
            Assert.DoesNotContain(XDocument.Load(props).Descendants(), element => element.Name.LocalName == "PartialFeed");
    }

    [Fact]
    public void The_signatures_can_be_neither_packed_nor_published_and_so_nothing_built_on_them()
    {
        var project = XDocument.Load(Path.Combine(Root, "tests", Signatures, $"{Signatures}.csproj"));
        Assert.Equal("false", project.Descendants("IsPackable").Single().Value);
        Assert.Equal("false", project.Descendants("IsPublishable").Single().Value);

        var refusal = XDocument.Load(Path.Combine(Root, "Directory.Build.targets")).Descendants("Target").Single(t => t.Attribute("Name")!.Value == "RefusePartialFeed");
        Assert.Equal(On, refusal.Attribute("Condition")!.Value);
        var before = refusal.Attribute("BeforeTargets")!.Value.Split(';');
        Assert.Contains("Publish", before);
        Assert.Contains("Pack", before);
        Assert.Single(refusal.Elements("Error"));
    }

    [Fact]
    public void Nothing_in_the_local_solution_needs_the_switch()
    {
        using var filter = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "SeriesFunctions.Local.slnf")));
        var waiting = new Queue<string>(filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray().Select(p => FullPath(Root, p.GetString()!)));
        var seen = new HashSet<string>();
        while (waiting.TryDequeue(out var path))
        {
            if (!seen.Add(path))
                continue;
            var project = XDocument.Load(path);
            Assert.DoesNotContain(project.Descendants().Attributes("Condition"), condition => condition.Value.Contains("PartialFeed", StringComparison.Ordinal));
            foreach (var reference in project.Descendants("ProjectReference"))
                waiting.Enqueue(FullPath(Path.GetDirectoryName(path)!, reference.Attribute("Include")!.Value));
        }
        Assert.True(seen.Count >= 7);
        Assert.DoesNotContain(seen, path => Path.GetFileNameWithoutExtension(path) == Signatures);
    }

    /// <summary>A signature may be transcribed wrongly, and nothing here would notice: what is changed has to be compared again.</summary>
    [Fact]
    public void Every_signature_is_as_it_was_compared_with_the_packages_source()
    {
        var folder = Path.Combine(Root, "tests", Signatures);
        var now = new[] { "Functions", "ServiceBus", "Stripe" }.SelectMany(package => Directory.EnumerateFiles(Path.Combine(folder, package), "*.cs"))
            .Select(file => $"| `{Path.GetRelativePath(folder, file).Replace('\\', '/')}` | `{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(File.ReadAllText(file).ReplaceLineEndings("\n"))))[..16]}` |").Order(StringComparer.Ordinal);
        Assert.Equal(now, Regex.Matches(File.ReadAllText(Path.Combine(folder, "README.md")), @"^\| `\w+/\w+\.cs` \| `[0-9a-f]{16}` \|", RegexOptions.Multiline).Select(row => row.Value).Order(StringComparer.Ordinal));
    }

    private static bool Names(XElement element, string what) => element.Attribute("Include")?.Value.Contains(what, StringComparison.Ordinal) == true;

    private static IEnumerable<XElement> Groups(XDocument project, string condition) =>
        project.Descendants("ItemGroup").Where(group => group.Attribute("Condition")?.Value == condition).Elements();

    private static IEnumerable<string> CentralVersions() =>
        XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion").Select(e => e.Attribute("Include")!.Value);

    private static IEnumerable<(string Path, XDocument Project)> Projects() =>
        new[] { "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => (path, XDocument.Load(path)));

    private static string FullPath(string folder, string relative) => Path.GetFullPath(Path.Combine(folder, relative.Replace('\\', '/')));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SeriesFunctions.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
