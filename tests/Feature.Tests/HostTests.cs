using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.Options;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Local.Hosting;
using SeriesFunctions.Local.Storage;

namespace Feature.Tests;

/// <summary>The host itself: health, documents, settings, the folder, traces. Finds what an operator would.</summary>
public sealed class HostTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Ready_names_every_dependency()
    {
        (await host.Anonymous().GetAsync("/health/live")).Is(HttpStatusCode.OK);
        var ready = (await host.Anonymous().GetAsync("/health/ready")).Is(HttpStatusCode.OK);
        Assert.Equal(["media", "payments", "queues", "store"], ready.At("dependencies")!.AsArray().Select(dependency => dependency!["name"]!.ToString()).Order());
    }

    [Fact]
    public async Task The_checked_in_document_is_what_the_code_says()
    {
        var fresh = await OpenApiDocument.CreateAsync(TestContext.Current.CancellationToken);
        var served = (await host.Anonymous().GetAsync("/openapi.json")).Is(HttpStatusCode.OK);
        Assert.True(System.Text.Encoding.UTF8.GetString(served.Bytes) == fresh, "docs/openapi.json is stale: dotnet run --project src/SeriesFunctions.Local -- openapi docs/openapi.json");
        var documented = served.At("paths")!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key[1..]}")).Order(StringComparer.Ordinal);
        Assert.Equal(host.Routes.Select(route => $"{route.Method} {route.Pattern}").Order(StringComparer.Ordinal), documented);
    }

    [Fact]
    public async Task A_second_host_on_the_folder_is_refused_and_harms_nothing()
    {
        var refused = await Assert.ThrowsAsync<DataFolderInUseException>(() =>
            LocalHost.StartAsync([$"--Local:Data={host.Folder}", "--Local:Url=http://127.0.0.1:0"], clock: null, TestContext.Current.CancellationToken));
        Assert.Contains(host.Folder, refused.Message, StringComparison.Ordinal);
        (await host.Anonymous().GetAsync("/health/ready")).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("--Media:PlaybackUrlLifetime=00:00:01", "PlaybackUrlLifetime")]
    [InlineData("--Media:PlaybackUrlLifetime=soon", "PlaybackUrlLifetime")]
    [InlineData("--Checkout:Lifetime=00:10:00", "Lifetime")]
    [InlineData("--Creators:Regions=usa", "Creators:Regions")]
    [InlineData("--Pricing:Curency=EUR", "Pricing:Curency")]
    [InlineData("--Local:Url=http://0.0.0.0:80", "Local:Url")]
    [InlineData("--Telemetry:OtlpEndpoint=collector", "Telemetry:OtlpEndpoint")]
    public async Task A_wrong_setting_is_named_before_anything_starts(string setting, string named)
    {
        var folder = Path.Combine(Path.GetTempPath(), "series-none-" + Guid.NewGuid().ToString("N"));
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => LocalHost.StartAsync([$"--Local:Data={folder}", setting], clock: null, TestContext.Current.CancellationToken));
        Assert.Contains(refused.Failures, failure => failure.Contains(named, StringComparison.Ordinal));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task One_trace_leads_from_the_request_through_outbox_and_queue_to_the_handler()
    {
        var spans = new System.Collections.Concurrent.ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "SeriesFunctions" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var shop = new Shop(host);
        var creator = await shop.CreatorAsync();
        var (id, _) = await shop.CompleteDraftAsync(creator);
        (await creator.PostAsync($"/v1/series/{id}/submit")).Is(HttpStatusCode.Accepted);
        await host.DrainAsync();
        var request = Assert.Single(spans, span => span.GetTagItem("seriesfunctions.operation") as string == "SubmitSeries" && span.GetTagItem("seriesfunctions.seriesId") as string == id);
        var handlers = spans.Where(span => span.TraceId == request.TraceId && span.Kind == ActivityKind.Consumer).Select(span => span.OperationName).ToList();
        Assert.Contains("handle series-submitted", handlers);
        Assert.Contains("handle series-changed", handlers);
    }

    [Fact]
    public async Task What_was_stored_and_queued_goes_on_after_a_restart()
    {
        await using var second = new RunningHost();
        await second.InitializeAsync();
        var shop = new Shop(second);
        var (_, series, video) = await shop.PublishedAsync();
        var viewer = await second.PersonAsync("viewer");
        var checkout = await Shop.CheckoutAsync(viewer, series);
        (await second.Anonymous().PostAsync(new Uri(checkout.Text("url")).AbsolutePath + "/pay")).Is(HttpStatusCode.OK);
        // Stopped at once: the webhooks, or the messages that they became, are still on their way.
        await second.StopAsync();
        await second.StartAsync();
        // A webhook that found the host stopping is tried again after a moment.
        second.Clock.Advance(TimeSpan.FromSeconds(10));
        await second.DrainAsync();
        var again = await second.PersonAsync("other");
        Assert.Equal("public, max-age=30", (await second.Anonymous().GetAsync($"/v1/series/{series}")).Headers.CacheControl!.ToString());
        (await again.GetAsync($"/v1/series/{series}/videos/{video}/playback")).IsProblem(403, "purchase-required");
        var moderator = await second.PersonAsync("operator", "operator");
        Assert.Equal("1", (await moderator.GetAsync("/v1/operator/ledger/creator-2")).Text("transactions"));
    }

    [Fact]
    public async Task Local_routes_check_what_they_are_given()
    {
        var anyone = host.Anonymous();
        (await anyone.PostAsync("/local/tokens", new JsonObject { ["userId"] = "a b" })).IsProblem(422, "validation-failed");
        (await anyone.PostAsync("/local/tokens", new JsonObject { ["userId"] = "a", ["roles"] = new JsonArray("god") })).IsProblem(422, "validation-failed");
        (await anyone.SendAsync("POST", "/local/tokens", "{")).IsProblem(400, "malformed-json");
        (await anyone.PostAsync("/local/clock", new JsonObject { ["advanceSeconds"] = -1 })).IsProblem(422, "validation-failed");
        (await anyone.PostAsync("/local/checkout/cs_sim_none/pay")).IsProblem(404, "not-found");
        (await anyone.PostAsync("/local/payments/pi_none/dispute")).IsProblem(404, "not-found");
        Assert.Equal(HttpStatusCode.NotFound, (await anyone.GetAsync("/local/checkout/cs_sim_none")).Status);
    }

    [Fact]
    public void Every_route_for_a_person_has_somebody_who_may_call_it()
    {
        Assert.Equal(host.Routes.Count, host.Routes.Select(route => route.Name).Distinct().Count());
        Assert.All(host.Routes.Where(route => route.Keyed), route => Assert.NotEqual(Who.Nobody, route.Who));
        Assert.All(host.Routes.Where(route => route.Method is "PATCH" or "DELETE"), route => Assert.True(route.Conditional, route.Name));
    }
}
