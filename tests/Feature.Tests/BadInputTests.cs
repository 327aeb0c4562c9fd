using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using SeriesFunctions.Http.Conventions;

namespace Feature.Tests;

/// <summary>Every route against everything that is wrong with a request in general: the documented problem, and nothing stored. Finds a route that was added without the checks.</summary>
public sealed class BadInputTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const string SomeId = "ser_01ARZ3NDEKTSV4RRFFQ69G5FAV";

    private sealed record Attempt(string What, ApiRoute Route, Func<Person, Task<Reply>> Send, int Status, string Code);

    [Fact]
    public async Task Every_route_answers_what_is_documented_and_stores_nothing()
    {
        // What is counted is what requests store: the minute's sweeps store a mark now and then.
        await using var host = new RunningHost { Clock = new(new StoppedClock()) };
        await host.StartAsync();
        var everybody = await host.PersonAsync("all", "moderator", "operator", "platform");
        var nobody = host.Anonymous();
        var plain = await host.PersonAsync("plain");
        // What another test left to be tried again in a second is done first.
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        await host.DrainAsync();
        var wrong = new List<string>();
        var tried = 0;
        foreach (var route in host.Routes)
        {
            foreach (var attempt in Attempts(route))
            {
                tried++;
                var person = attempt.What switch { "no token" => nobody, "no role" => plain, _ => everybody };
                var before = host.Stored();
                var reply = await attempt.Send(person);
                var name = $"{route.Method} /{route.Pattern}, {attempt.What}";
                if ((int)reply.Status != attempt.Status || reply.At("code")?.ToString() != attempt.Code || reply.ContentType != "application/problem+json" || reply.At("traceId") is null)
                    wrong.Add($"{name}: expected {attempt.Status} {attempt.Code}, got {(int)reply.Status} {reply.Body?.ToJsonString()}");
                if (host.Stored() != before)
                    wrong.Add($"{name}: something was stored");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(tried > 300, $"only {tried} attempts were made");
    }

    [Fact]
    public async Task Nothing_in_a_list_is_malformed_whatever_the_list_is_of()
    {
        var everybody = await host.PersonAsync("all", "moderator", "operator", "platform");
        var wrong = new List<string>();
        var tried = 0;
        foreach (var route in host.Routes.Where(route => route.Request is not null))
        {
            foreach (var list in route.Request!.GetProperties().Where(property => property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(System.Collections.IEnumerable))))
            {
                tried++;
                var name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(list.Name);
                var reply = await everybody.SendAsync(route.Method, Path(route, SomeId), new JsonObject { [name] = new JsonArray(null, null) }.ToJsonString(), Usual(route));
                var told = reply.At("errors")?.AsArray().Select(error => (error!["field"]!.ToString(), error["code"]!.ToString())).ToList() ?? [];
                if ((int)reply.Status != 400 || !told.Contains(($"{name}[1]", "null-not-allowed")))
                    wrong.Add($"{route.Method} /{route.Pattern}, nothing in {name}: {(int)reply.Status} {reply.Body?.ToJsonString()}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(tried >= 5, $"only {tried} lists were found");
    }

    private static IEnumerable<Attempt> Attempts(ApiRoute route)
    {
        var path = Path(route, SomeId);
        Attempt Try(string what, int status, string code, string? body = null, string? at = null, params (string, string)[] headers) =>
            new(what, route, person => person.SendAsync(route.Method, at ?? path, body ?? Body(route), [.. Usual(route), .. headers]), status, code);

        if (route.Who is not (Who.Anyone or Who.Nobody))
            yield return Try("no token", 401, "not-authenticated");
        if (route.Who != Who.Nobody)
        {
            yield return Try("a token of nobody's", 401, "not-authenticated", headers: ("Authorization", "Bearer AAAA"));
            yield return Try("another scheme", 401, "not-authenticated", headers: ("Authorization", "Basic dXNlcjpwYXNz"));
        }
        if (route.Who is Who.Moderator or Who.Operator or Who.Platform)
            yield return Try("no role", 403, "role-required");
        if (route.PathParameters.Count > 0)
        {
            foreach (var odd in new[] { "a%20b", "%C3%A4", "a.b", "..%5cetc", new string('x', 65), "a;drop", "%7B%7D" })
                yield return Try($"the id {odd}", 400, "bad-id", at: Path(route, odd));
        }
        if (route.Request is not null)
        {
            foreach (var malformed in new[] { "{", "", "not json", "{\"a\":1,\"a\":2}", "[1,", "{\"a\":\"\\ud800\"", "{\"\\ud800\":1}" })
                yield return Try($"the body {malformed}", 400, "malformed-json", malformed);
            foreach (var other in new[] { "[]", "1", "\"text\"", "null" })
                yield return Try($"the body {other}", 400, "malformed-body", other);
            yield return Try("nothing but an unknown field", 400, UnknownAloneCode(route), "{\"surprise\":true}");
            yield return Try("wrong types", 400, "malformed-body", WrongTypes(route));
            yield return Try("1 MB", 413, "body-too-large", "{\"x\":\"" + new string('x', 1_000_000) + "\"}");
            yield return Try("plain text", 415, "json-required", "{}", headers: ("Content-Type", "text/plain"));
        }
        if (route.Keyed)
        {
            yield return new("no key", route, person => person.SendAsync(route.Method, path, Body(route)), 400, "idempotency-key-required");
            yield return Try("a long key", 400, "idempotency-key-required", headers: ("Idempotency-Key", new string('k', 65)));
            yield return Try("a key with a space", 400, "idempotency-key-required", headers: ("Idempotency-Key", "a b"));
        }
        if (route.Conditional)
        {
            yield return new("no If-Match", route, person => person.SendAsync(route.Method, path, Body(route)), 428, "if-match-required");
            foreach (var tag in new[] { "*", "abc", "W/\"abc\"", "\"a\", \"b\"", "\"\"" })
                yield return Try($"If-Match {tag}", 400, "bad-if-match", headers: ("If-Match", tag));
        }
        if (route.Paged && route.PathParameters.Count == 0)
        {
            foreach (var limit in new[] { "0", "101", "-1", "ten", "1e1", "" })
                yield return Try($"limit {limit}", 400, "bad-limit", at: $"{path}?limit={limit}");
            foreach (var cursor in new[] { "garbage", "%00", "AAAA", "eyJhIjoxfQ", new string('A', 5_000) })
                yield return Try($"cursor {cursor[..Math.Min(8, cursor.Length)]}", 400, "bad-cursor", at: $"{path}?cursor={cursor}");
        }
    }

    private static string Path(ApiRoute route, string id) =>
        "/" + string.Join('/', route.Pattern.Split('/').Select(part => part.StartsWith('{') ? id : part));

    private static (string, string)[] Usual(ApiRoute route) =>
        [.. route.Keyed ? new[] { ("Idempotency-Key", "key-1") } : [], .. route.Conditional ? new[] { ("If-Match", "\"1f\"") } : []];

    private static string? Body(ApiRoute route) => route.Request is null ? null : "{}";

    /// <summary>A request whose fields are all optional has nothing else to complain about.</summary>
    private static string UnknownAloneCode(ApiRoute route) => Required(route).Any() ? "malformed-body" : "unknown-field";

    private static string WrongTypes(ApiRoute route)
    {
        var body = new JsonObject();
        foreach (var property in route.Request!.GetProperties().Where(property => property.CanWrite))
        {
            var name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            body[name] = property.PropertyType == typeof(string) ? 7 : "wrong";
        }
        foreach (var (name, value) in body.ToList().Where(field => field.Value?.ToString() == "wrong"))
            body[name] = new JsonArray(new JsonObject());
        return body.ToJsonString();
    }

    private static IEnumerable<string> Required(ApiRoute route) =>
        route.Request!.GetConstructors()[0].GetParameters().Where(parameter => !parameter.HasDefaultValue).Select(parameter => parameter.Name!);

    [Fact]
    public async Task All_wrong_fields_are_told_at_once()
    {
        var creator = await new Shop(host).CreatorAsync();
        var shape = (await creator.PostAsync("/v1/series", new JsonObject { ["title"] = 7, ["price"] = new JsonObject { ["amount"] = "9.99", ["colour"] = "red" }, ["extra"] = 1 })).IsProblem(400, "malformed-body");
        Assert.Equal(
            ["description:required", "extra:unknown-field", "price.amount:wrong-type", "price.colour:unknown-field", "price.currency:required", "title:wrong-type"],
            shape.At("errors")!.AsArray().Select(error => $"{error!["field"]}:{error["code"]}").Order(StringComparer.Ordinal));

        var rules = (await creator.PostAsync("/v1/series", new JsonObject { ["title"] = new string('t', 81), ["description"] = new string('d', 2_001), ["category"] = "nope", ["price"] = Shop.Price(1_000) })).IsProblem(422, "validation-failed");
        Assert.Equal(
            ["category:unknown-category", "description:too-long", "price.amount:not-a-tier", "title:too-long"],
            rules.At("errors")!.AsArray().Select(error => $"{error!["field"]}:{error["code"]}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00")]
    [InlineData("2026-01-01")]
    [InlineData("yesterday")]
    [InlineData("2026-13-01T00:00:00Z")]
    public async Task A_time_that_is_no_time_is_refused(string time)
    {
        var creator = await new Shop(host).CreatorAsync();
        var id = await Shop.DraftAsync(creator);
        var reply = (await creator.PostAsync($"/v1/series/{id}/discounts", new JsonObject { ["percentOff"] = 20, ["startsAt"] = time, ["endsAt"] = host.Now(TimeSpan.FromDays(1)) })).IsProblem(400, "malformed-body");
        Assert.Equal("startsAt", reply.Text("errors.0.field"));
    }

    [Fact]
    public async Task A_path_that_is_none_is_a_404_and_another_method_a_405()
    {
        (await host.Anonymous().GetAsync("/v1/nothing")).IsProblem(404, "not-found");
        var other = (await host.Anonymous().SendAsync("DELETE", "/v1/me/library", null)).IsProblem(405, "method-not-allowed");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, other.Status);
    }
}
