using System.Text.Json;

namespace Azure.Tests.App;

/// <summary>The Functions app serves what the local host serves and the document says. Finds the route that has no function, or one with another verb or path.</summary>
public sealed class RouteComparisonTests
{
    /// <summary>The function for what no route takes; it has no route of the contract.</summary>
    private const string NoRoute = "NoRoute";

    [Fact]
    public void Every_route_has_its_function_and_every_function_its_route()
    {
        // The local host maps this same list, each entry once.
        var routes = Functions.Routes.Select(route => $"{route.Name}: {route.Method} {route.Pattern}").Order(StringComparer.Ordinal);
        var functions = HttpFunctions().Select(one => $"{one.Name}: {one.Method} {one.Route}").Order(StringComparer.Ordinal);
        // In CONTRIBUTING, "Adding a route": one line in src/SeriesFunctions.App/Triggers.
        Assert.Equal(routes, functions);
    }

    [Fact]
    public void The_document_says_the_same()
    {
        using var document = JsonDocument.Parse(Functions.File("docs/openapi.json"));
        var described = from path in document.RootElement.GetProperty("paths").EnumerateObject()
                        from operation in path.Value.EnumerateObject()
                        select $"{operation.Name.ToUpperInvariant()} {path.Name.TrimStart('/')}";
        Assert.Equal(described.Order(StringComparer.Ordinal), HttpFunctions().Select(one => $"{one.Method} {one.Route}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_function_is_named_after_its_method_since_that_is_how_it_finds_its_route() =>
        Assert.All(Functions.All, trigger => Assert.Equal(trigger.Method.Name, trigger.Function));

    [Fact]
    public void No_function_asks_for_a_key() =>
        Assert.All(Functions.OfKind("Http"), trigger => Assert.Equal(0, trigger.Arguments[0]));

    [Fact]
    public void No_two_functions_have_one_name() =>
        Assert.Equal(Functions.All.Count, Functions.All.Select(trigger => trigger.Function).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void Paths_start_where_the_contract_says_on_the_host_and_in_the_worker()
    {
        // The worker looks for the file beside itself, so it has to be where the app was built to.
        foreach (var path in new[] { Path.Combine(Functions.Root, "host.json"), Path.Combine(AppContext.BaseDirectory, "host.json") })
        {
            using var host = JsonDocument.Parse(File.ReadAllText(path), new() { CommentHandling = JsonCommentHandling.Skip });
            Assert.Equal("", host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
            Assert.Equal("OpenTelemetry", host.RootElement.GetProperty("telemetryMode").GetString());
            Assert.False(host.RootElement.GetProperty("extensions").GetProperty("serviceBus").GetProperty("autoCompleteMessages").GetBoolean());
        }
        Assert.Contains("""<None Include="../../host.json" Link="host.json" CopyToOutputDirectory="PreserveNewest" CopyToPublishDirectory="PreserveNewest" />""",
            Functions.File("src/SeriesFunctions.App/SeriesFunctions.App.csproj"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_route_takes_is_caught_for_every_verb_of_the_contract()
    {
        var trigger = Functions.OfKind("Http").Single(one => one.Function == NoRoute);
        var verbs = ((object?[])trigger.Arguments[1]!).Select(verb => ((string)verb!).ToUpperInvariant()).ToHashSet();
        Assert.Equal("v1/{*path}", trigger.Named["Route"]);
        Assert.Superset(Functions.Routes.Select(route => route.Method).ToHashSet(), verbs);
    }

    private static IEnumerable<(string Name, string Method, string Route)> HttpFunctions() =>
        from trigger in Functions.OfKind("Http")
        where trigger.Function != NoRoute
        from method in (object?[])trigger.Arguments[1]!
        select (trigger.Function, ((string)method!).ToUpperInvariant(), (string)trigger.Named["Route"]!);
}
