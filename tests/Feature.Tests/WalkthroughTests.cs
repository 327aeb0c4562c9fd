using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using SeriesFunctions.Local.Walkthrough;

namespace Feature.Tests;

/// <summary>The story on a host of which it may only use the contract. Finds the step that leans on the local host's own routes.</summary>
public sealed class WalkthroughTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task With_tokens_of_its_own_it_needs_nothing_but_the_contract()
    {
        var people = new JsonObject();
        foreach (var role in Story.Roles)
        {
            var person = role is "creator" or "viewer" ? await host.PersonAsync(role) : await host.PersonAsync(role, role);
            people[role] = new JsonObject { ["token"] = person.Token, ["id"] = person.Id };
        }
        var file = Path.Combine(host.Folder, "tokens.json");
        await File.WriteAllTextAsync(file, people.ToJsonString(), TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        var code = await WalkthroughCommand.RunAsync(["--url", host.Anonymous().BaseAddress.ToString(), "--tokens", file], output);
        Assert.True(code == 0, output.ToString());
        Assert.Contains("She ends the discount", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Nobody can pay here", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("FAILED", output.ToString(), StringComparison.Ordinal);
        // Again with the same people: the creator is in the programme by then.
        var again = await WalkthroughCommand.RunAsync(["--url", host.Anonymous().BaseAddress.ToString(), "--tokens", file], output);
        Assert.True(again == 0, output.ToString());
        Assert.Contains("she is in the programme already", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tokens needs a place to go", "--principals")]
    [InlineData("another machine", "--url", "https://api.example.com", "--principals")]
    [InlineData("no such way to pay", "--url", "http://127.0.0.1:1", "--principals", "--pay", "later")]
    [InlineData("a value is missing", "--url")]
    public async Task A_mistake_in_the_arguments_is_named(string why, params string[] arguments) =>
        Assert.False(string.IsNullOrEmpty((await Assert.ThrowsAsync<ArgumentException>(() => WalkthroughCommand.RunAsync(arguments, TextWriter.Null))).Message), why);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("""{"platform":{"token":"t"}}""")]
    public void Tokens_that_are_not_whole_are_refused(string json) => Assert.Throws<ArgumentException>(() => RemoteStage.ReadTokens(json));
}
