using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SeriesFunctions.App.Identity;
using SeriesFunctions.App.Triggers;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Http.Conventions;

namespace Azure.Tests.App;

/// <summary>From a trigger to an answer, without the worker.</summary>
public sealed class ApiFunctionsTests
{
    [Fact]
    public async Task A_function_answers_by_the_route_of_its_name() =>
        Assert.Equal((200, "live"), await RunAsync("GET", "/health/live", "Live", null, "status"));

    [Fact]
    public async Task Where_the_host_chose_another_function_the_workers_own_routing_is_right() =>
        Assert.Equal((200, "live"), await RunAsync("GET", "/health/live", "NoRoute", "Live", "status"));

    [Fact]
    public async Task A_route_for_somebody_is_closed_to_nobody() =>
        Assert.Equal((401, "not-authenticated"), await RunAsync("GET", "/v1/creators/me", "ShowMyStanding", "ShowMyStanding", "code"));

    [Fact]
    public async Task What_no_route_takes_is_a_problem() =>
        Assert.Equal((404, "not-found"), await RunAsync("GET", "/v1/nothing/here", "NoRoute", "NoRoute", "code"));

    [Fact]
    public async Task A_known_path_with_another_method_says_which_it_takes()
    {
        var http = Request("PUT", "/v1/series/ser_1/submit", "NoRoute");
        Assert.Equal((405, "method-not-allowed"), await RunAsync(http, "NoRoute", "code"));
        Assert.Equal("POST", http.Response.Headers.Allow);
    }

    [Fact]
    public async Task Who_sends_too_much_is_told_when_to_come_back()
    {
        using var app = ComposedApp.Build(("Limits:AnonymousPerMinute", "2"), (AppServiceCaller.EnabledSetting, "True"));
        var functions = app.GetRequiredService<ApiFunctions>();
        async Task<HttpResponse> AskAsync(string address)
        {
            var http = Request("GET", "/v1/creators/me", "ShowMyStanding");
            http.Connection.RemoteIpAddress = IPAddress.Parse(address);
            await functions.RunAsync(http.Request, "ShowMyStanding");
            return http.Response;
        }
        Assert.Equal(401, (await AskAsync("203.0.113.9")).StatusCode);
        Assert.Equal(401, (await AskAsync("203.0.113.9")).StatusCode);
        var refused = await AskAsync("203.0.113.9");
        Assert.Equal((429, "application/problem+json; charset=utf-8"), (refused.StatusCode, refused.ContentType));
        Assert.InRange(int.Parse(refused.Headers.RetryAfter.ToString(), CultureInfo.InvariantCulture), 1, 30);
        Assert.Equal(401, (await AskAsync("203.0.113.10")).StatusCode);
    }

    [Fact]
    public async Task Queues_that_are_out_of_reach_are_an_outage_and_not_a_bug()
    {
        using var app = ComposedApp.Build(
            services => services.Replace(ServiceDescriptor.Singleton(DispatchProxy.Create<IMessageQueue, Unreachable>())).Replace(ServiceDescriptor.Singleton<ICaller>(new AnOperator())));
        var http = Request("GET", "/v1/operator/dead-letters", "ListDeadLetters");

        Assert.Equal((503, "unavailable"), await RunAsync(app, http, "ListDeadLetters", "code"));
        Assert.Equal("2", http.Response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData(10_000_000L)]
    [InlineData(null)]
    public async Task A_body_that_is_too_large_is_not_read_to_its_end(long? announced)
    {
        var http = Request("POST", "/v1/webhooks/stripe", "ReceiveWebhook");
        using var body = new Endless();
        http.Request.Body = body;
        http.Request.ContentLength = announced;
        Assert.Equal((413, "body-too-large"), await RunAsync(http, "ReceiveWebhook", "code"));
        // Announced, not a byte of it; in chunks, no more than tells that it is too much.
        Assert.InRange(body.Given, 0, announced is null ? 2 * 512 * 1024 : 0);
    }

    /// <summary>Gives as much as is asked for, for ever.</summary>
    private sealed class Endless : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }

    private static Task<(int Status, string? Value)> RunAsync(string method, string path, string function, string? endpoint, string property) =>
        RunAsync(Request(method, path, endpoint), function, property);

    private static DefaultHttpContext Request(string method, string path, string? endpoint)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = method;
        http.Request.Path = path;
        http.Response.Body = new MemoryStream();
        if (endpoint is not null)
            http.SetEndpoint(new(null, null, endpoint));
        return http;
    }

    private static async Task<(int Status, string? Value)> RunAsync(DefaultHttpContext http, string function, string property)
    {
        using var app = ComposedApp.Build();
        return await RunAsync(app, http, function, property);
    }

    private static async Task<(int Status, string? Value)> RunAsync(ServiceProvider app, DefaultHttpContext http, string function, string property)
    {
        Assert.Same(Results.Empty, await app.GetRequiredService<ApiFunctions>().RunAsync(http.Request, function));
        http.Response.Body.Position = 0;
        using var json = await JsonDocument.ParseAsync(http.Response.Body, cancellationToken: TestContext.Current.CancellationToken);
        return (http.Response.StatusCode, json.RootElement.GetProperty(property).GetString());
    }

    private sealed class AnOperator : ICaller
    {
        public ValueTask<CallerReading> ReadAsync(HttpContext http) => new(new CallerReading(new(new("op"), new HashSet<string> { Roles.Operator }), false));

        public IPAddress? AddressOf(HttpContext http) => null;
    }
}
