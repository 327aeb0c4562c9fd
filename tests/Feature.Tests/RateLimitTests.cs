using System.Net;
using Feature.Tests.Driving;
using SeriesFunctions.Core.Limits;
using SeriesFunctions.Http.Conventions;

namespace Feature.Tests;

/// <summary>Who sends too much is told when to come back, and nobody else notices. Finds a route that isn't counted, and a limit that can be walked around.</summary>
public sealed class RateLimitTests : IAsyncLifetime
{
    private readonly RunningHost _host = new() { Clock = new(new Frozen()) };

    public ValueTask InitializeAsync() => new(_host.StartAsync(
        "--Limits:Enabled=true", "--Limits:Burst=00:00:30", "--Limits:ReadsPerMinute=8", "--Limits:WritesPerMinute=6", "--Limits:CheckoutsPerMinute=4", "--Limits:UploadsPerMinute=4",
        "--Limits:StaffPerMinute=10", "--Limits:PlatformPerMinute=10", "--Limits:AnonymousPerMinute=10"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task After_the_burst_requests_wait_for_as_long_as_they_are_told()
    {
        var viewer = await _host.PersonAsync("viewer");
        for (var i = 0; i < 4; i++)
            (await viewer.GetAsync("/v1/me/library")).Is(HttpStatusCode.OK);
        var refused = (await viewer.GetAsync("/v1/me/library")).IsProblem(429, "too-many-requests");
        // Eight a minute are one in 7.5 seconds; told in whole seconds, never too few.
        Assert.Equal("8", refused.Headers.GetValues("Retry-After").Single());
        _host.Clock.Advance(TimeSpan.FromSeconds(7.4));
        Assert.Equal("1", (await viewer.GetAsync("/v1/me/library")).IsProblem(429, "too-many-requests").Headers.GetValues("Retry-After").Single());
        _host.Clock.Advance(TimeSpan.FromSeconds(0.1));
        (await viewer.GetAsync("/v1/me/library")).Is(HttpStatusCode.OK);
        (await viewer.GetAsync("/v1/me/library")).IsProblem(429, "too-many-requests");
        (await (await _host.PersonAsync("other")).GetAsync("/v1/me/library")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Another_token_of_the_same_person_is_the_same_person()
    {
        var phone = await _host.SignInAsync("somebody");
        var tablet = await _host.SignInAsync("somebody");
        for (var i = 0; i < 4; i++)
            (await phone.GetAsync("/v1/me/library")).Is(HttpStatusCode.OK);
        (await tablet.GetAsync("/v1/me/library")).IsProblem(429, "too-many-requests");
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_counted_by_her_address_whatever_she_writes_into_headers()
    {
        for (var i = 0; i < 5; i++)
        {
            (await _host.Anonymous().GetAsync(
                "/v1/series", ("X-Forwarded-For", $"203.0.113.{i}"), ("X-Azure-ClientIP", $"203.0.113.{i}"), ("Client-IP", $"203.0.113.{i}"), ("Forwarded", $"for=203.0.113.{i}"))).Is(HttpStatusCode.OK);
        }
        (await _host.Anonymous().GetAsync("/v1/series", ("X-Forwarded-For", "203.0.113.77"))).IsProblem(429, "too-many-requests");
        // Somebody with a token is not her address.
        (await (await _host.PersonAsync("viewer")).GetAsync("/v1/series")).Is(HttpStatusCode.OK);
        // Neither are probes, or the provider's webhook.
        (await _host.Anonymous().GetAsync("/health/ready")).Is(HttpStatusCode.OK);
        (await _host.Anonymous().PostAsync("/v1/webhooks/stripe")).IsProblem(400, "bad-signature");
    }

    [Fact]
    public async Task Trying_tokens_is_counted_too()
    {
        for (var i = 0; i < 5; i++)
            (await _host.Anonymous().GetAsync("/v1/me/library", ("Authorization", $"Bearer AAAA{i}"))).IsProblem(401, "not-authenticated");
        (await _host.Anonymous().GetAsync("/v1/me/library", ("Authorization", "Bearer AAAA5"))).IsProblem(429, "too-many-requests");
    }

    /// <summary>Every route, by what it answers once its group's bucket is empty. A new route is counted without anything being done.</summary>
    [Fact]
    public async Task Every_route_for_people_is_counted_in_its_group()
    {
        var wrong = new List<string>();
        foreach (var group in _host.Routes.GroupBy(route => route.Limit))
        {
            var person = await _host.PersonAsync("all", "moderator", "operator", "platform");
            var (path, method) = (Path(group.First()), group.First().Method);
            if (group.Key == LimitGroup.Exempt)
                Assert.All(group, route => Assert.Equal(Who.Nobody, route.Who));
            else
            {
                for (var i = 0; (int)(await person.SendAsync(method, path, null)).Status != 429; i++)
                    Assert.True(i < 10, $"{group.Key} is not limited");
            }
            foreach (var route in group)
            {
                var limited = (int)(await person.SendAsync(route.Method, Path(route), null)).Status == 429;
                if (limited != (group.Key != LimitGroup.Exempt))
                    wrong.Add($"{route.Name} of {group.Key}");
            }
        }
        Assert.Empty(wrong);
        Assert.Equal(Enum.GetValues<LimitGroup>().Order(), _host.Routes.Select(route => route.Limit).Distinct().Order());
    }

    [Fact]
    public async Task A_refused_request_stores_nothing()
    {
        var viewer = await _host.PersonAsync("viewer");
        await _host.DrainAsync();
        for (var i = 0; i < 3; i++)
            await viewer.PostAsync("/v1/me/notifications/read", new System.Text.Json.Nodes.JsonObject { ["surprise"] = true });
        var before = _host.Stored();
        (await viewer.PostAsync("/v1/creators/me/application", new System.Text.Json.Nodes.JsonObject { ["programme"] = "series" })).IsProblem(429, "too-many-requests");
        Assert.Equal(before, _host.Stored());
    }

    private static string Path(ApiRoute route) => "/" + string.Join('/', route.Pattern.Split('/').Select(part => part.StartsWith('{') ? "x_1" : part));

    /// <summary>Stands still but for what the test adds: how fast the machine is doesn't matter.</summary>
    private sealed class Frozen : TimeProvider
    {
        private readonly DateTimeOffset _now = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
