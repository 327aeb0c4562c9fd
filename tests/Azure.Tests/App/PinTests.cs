using System.Text.RegularExpressions;

namespace Azure.Tests.App;

/// <summary>What is fetched from elsewhere is one version of it. Finds the image or the action that would be another one tomorrow.</summary>
public sealed class PinTests
{
    [Fact]
    public void Every_image_names_a_version()
    {
        var tags = Regex.Matches(Functions.File("infra/local/compose.yaml"), @"^\s*image: \S+?:(\S+)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(Regex.Count(Functions.File("infra/local/compose.yaml"), @"^\s*image:", RegexOptions.Multiline), tags.Count);
        Assert.True(tags.Count >= 5);
        Assert.All(tags, tag => Assert.DoesNotMatch("latest|preview$|^[a-z]+$", tag));
    }

    [Fact]
    public void Azurite_is_of_one_version_wherever_it_runs()
    {
        var here = Regex.Match(Functions.File(".ci/azurite"), @"^version=(\S+)$", RegexOptions.Multiline).Groups[1].Value;
        Assert.Contains($"azure-storage/azurite:{here}\n", Functions.File("infra/local/compose.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_action_is_pinned_to_a_commit_and_one_commit_each()
    {
        var uses = Directory.EnumerateFiles(Path.Combine(Functions.Root, ".github", "workflows"))
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"uses: (.*)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value.Trim())).Distinct().ToList();
        Assert.True(uses.Count >= 3);
        Assert.All(uses, use => Assert.Matches(@"^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", use));
        Assert.Equal(uses.Count, uses.Select(use => use[..use.IndexOf('@', StringComparison.Ordinal)]).Distinct().Count());
    }

    [Fact]
    public void Tools_that_the_workflows_install_name_a_version() =>
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Functions.Root, ".github", "workflows")).SelectMany(file => Regex.Matches(File.ReadAllText(file), @"npm install --global (\S+)").Select(match => match.Groups[1].Value)),
            package => Assert.Matches(@"@\d+\.\d+\.\d+$", package));
}
