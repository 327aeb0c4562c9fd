using System.Xml.Linq;

namespace Core.Tests;

/// <summary>Which project may use which. Finds the reference that would tie the product to one host.</summary>
public sealed class ArrowTests
{
    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("Core")]
    [InlineData("Http", "Core")]
    [InlineData("Cosmos", "Core")]
    [InlineData("Blobs", "Core")]
    [InlineData("ServiceBus", "Core")]
    [InlineData("Stripe", "Core")]
    [InlineData("Local", "Core", "Http")]
    [InlineData("App", "Core", "Http", "Cosmos", "Blobs", "ServiceBus", "Stripe")]
    public void A_project_references_only_what_the_design_allows(string project, params string[] allowed) =>
        Assert.Equal(allowed.Order(), References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))["SeriesFunctions.".Length..]).Order());

    [Fact]
    public void Core_has_no_packages_and_knows_nothing_of_the_web()
    {
        Assert.Empty(References("Core", "PackageReference"));
        Assert.DoesNotContain(
            typeof(SeriesFunctions.Core.CoreComposition).Assembly.GetReferencedAssemblies(),
            name => name.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "SeriesFunctions.sln"));
        var missing = Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}artifacts{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(Path.GetFileName).Where(name => !solution.Contains(name!, StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    /// <summary>Without the bare signatures, which PartialFeedTests hold to the switch.</summary>
    private static List<string> References(string project, string kind) =>
        [.. XDocument.Load(Path.Combine(Root, "src", $"SeriesFunctions.{project}", $"SeriesFunctions.{project}.csproj")).Descendants(kind)
            .Select(reference => reference.Attribute("Include")!.Value).Where(include => !include.EndsWith("/SignatureOnly.csproj", StringComparison.Ordinal))];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SeriesFunctions.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
