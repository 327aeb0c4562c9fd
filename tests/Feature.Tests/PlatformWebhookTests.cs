using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests;

/// <summary>Webhooks out, against a receiver that fails in every way. Finds a webhook that is lost, unsigned, sent where it must not go, or held up by somebody else's outage.</summary>
public sealed class PlatformWebhookTests : IAsyncLifetime
{
    private static readonly string[] Settings = ["--Notifications:AllowLocalEndpoints=true", "--Notifications:WebhookTimeout=00:00:01"];

    private readonly RunningHost _host = new();
    private Person _platform = null!;
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.StartAsync(Settings);
        _receiver = await Receiver.StartAsync();
        _platform = await _host.PersonAsync("platform", "platform");
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _host.DisposeAsync();
    }

    private async Task<JsonNode> RegisterAsync(Uri url, params string[] types) =>
        (await _platform.PostAsync("/v1/platform/webhooks", new JsonObject { ["url"] = url.ToString(), ["types"] = new JsonArray([.. types.Select(type => JsonValue.Create(type))]) }))
            .Is(HttpStatusCode.Created).Body!;

    private async Task<JsonArray> LogAsync(JsonNode endpoint) =>
        (await (await AgainAsync()).GetAsync($"/v1/platform/webhooks/{endpoint["endpointId"]}/deliveries?limit=100")).Is(HttpStatusCode.OK).At("items")!.AsArray();

    /// <summary>A token doesn't last for days.</summary>
    private async Task<Person> AgainAsync() => _platform = await _host.SignInAsync(_platform.Id, "platform");

    /// <summary>Something happens that is told: a video was validated, as the queue says it.</summary>
    private async Task HappenAsync(string id = "evt_01HAPPENED", DateTimeOffset? at = null)
    {
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["videoId"] = "vid_1", ["creatorId"] = "creator", ["accepted"] = true }.ToJsonString());
        var message = new Envelope(id, "video-validated", 1, at ?? _host.Clock.GetUtcNow(), null, body, null).ToJson();
        Assert.Equal(HandledAs.Done, (await _host.Services.GetRequiredService<EventDispatcher>().DispatchAsync(Queues.Notifications, message, 1, CancellationToken.None)).As);
        await _host.DrainAsync();
    }

    /// <summary>Worked out here by the words of Standard Webhooks, not by our code.</summary>
    private static string Signed(Got got, string secret)
    {
        var signed = Encoding.UTF8.GetBytes($"{got.Id}.{got.Timestamp}.").Concat(got.Body).ToArray();
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
    }

    [Fact]
    public async Task The_platform_hears_of_a_sale_from_application_to_refund_and_can_check_who_says_so()
    {
        var endpoint = await RegisterAsync(new(_receiver.Url, "/hooks"));
        var shop = new Shop(_host);
        var (_, series, _) = await shop.PublishedAsync();
        var (viewer, checkout) = await shop.BuyerAsync(series);
        var oper = await _host.PersonAsync("operator", "operator");
        (await oper.PostAsync($"/v1/operator/purchases/pur{checkout[3..]}/refund", new JsonObject { ["reason"] = "asked" })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();

        Assert.Equal(
            ["access.changed", "access.changed", "application.approved", "purchase.refunded", "purchase.sold", "series.approved", "video.validated"],
            _receiver.Received.Select(got => JsonNode.Parse(got.Body)!["type"]!.ToString()).Order(StringComparer.Ordinal));
        foreach (var got in _receiver.Received)
        {
            Assert.Equal(Signed(got, endpoint["secret"]!.ToString()), got.Signature);
            Assert.True(Math.Abs(_host.Clock.GetUtcNow().ToUnixTimeSeconds() - long.Parse(got.Timestamp, CultureInfo.InvariantCulture)) < 60);
            Assert.Equal(got.Id, JsonNode.Parse(got.Body)!["id"]!.ToString());
        }
        var sold = _receiver.Received.Select(got => JsonNode.Parse(got.Body)!).Single(body => body["type"]!.ToString() == "purchase.sold")["data"]!;
        Assert.Equal((series, viewer.Id, 999), (sold["seriesId"]!.ToString(), sold["viewerId"]!.ToString(), sold["amount"]!["amount"]!.GetValue<int>()));
        Assert.All(await LogAsync(endpoint), line => Assert.Equal("delivered", line!["state"]!.ToString()));
    }

    [Fact]
    public async Task Both_secrets_sign_while_one_is_changed_and_the_old_one_ends()
    {
        var endpoint = await RegisterAsync(_receiver.Url);
        var old = endpoint["secret"]!.ToString();
        var path = $"/v1/platform/webhooks/{endpoint["endpointId"]}";
        var rotated = (await _platform.PostAsync(path + "/rotate", key: "one")).Is(HttpStatusCode.OK);
        var fresh = rotated.Text("secret");
        Assert.NotEqual(old, fresh);
        // The answer was lost, the client asks again: no third secret.
        Assert.Equal(fresh, (await _platform.PostAsync(path + "/rotate", key: "one")).Text("secret"));

        await HappenAsync();
        Assert.True(_receiver.Received.TryDequeue(out var got));
        Assert.Equal($"{Signed(got, fresh)} {Signed(got, old)}", got.Signature);
        _host.Clock.Advance(TimeSpan.FromHours(25));
        await HappenAsync("evt_01LATER");
        Assert.True(_receiver.Received.TryDequeue(out got));
        Assert.Equal(Signed(got, fresh), got.Signature);
    }

    [Fact]
    public async Task One_that_fails_is_tried_again_until_it_takes_it_always_with_the_same_id()
    {
        var endpoint = await RegisterAsync(_receiver.Url);
        _receiver.Answer = Receiver.Status(500);
        await HappenAsync();
        Assert.Single(_receiver.Received);
        _host.Clock.Advance(TimeSpan.FromSeconds(10));
        await _host.DrainAsync();
        Assert.Equal(2, _receiver.Received.Count);
        _receiver.Answer = Receiver.Status(204);
        _host.Clock.Advance(TimeSpan.FromSeconds(15));
        await _host.DrainAsync();
        _host.Clock.Advance(TimeSpan.FromHours(5));
        await _host.DrainAsync();

        Assert.Equal(3, _receiver.Received.Count);
        Assert.Single(_receiver.Received.Select(got => got.Id).Distinct());
        var line = Assert.Single(await LogAsync(endpoint))!;
        Assert.Equal("delivered", line["state"]!.ToString());
        Assert.Equal(["500 not-taken", "500 not-taken", "204 "], line["attempts"]!.AsArray().Select(attempt => $"{attempt!["status"]} {attempt["error"]}"));
    }

    [Fact]
    public async Task One_that_hangs_or_floods_or_redirects_holds_up_nobody_else()
    {
        await using var other = await Receiver.StartAsync();
        var bad = await RegisterAsync(_receiver.Url);
        var good = await RegisterAsync(other.Url);
        _receiver.Answer = Receiver.HangAsync;
        foreach (var n in Enumerable.Range(0, 30))
            await HappenAsync($"evt_01HANG{n}");
        Assert.Equal(30, other.Received.Count);
        Assert.All(await LogAsync(good), line => Assert.Equal("delivered", line!["state"]!.ToString()));
        // While it hangs it is asked now and then, not thirty times.
        Assert.InRange(_receiver.Received.Count, 1, 10);
        Assert.Equal("timed-out", (await LogAsync(bad)).SelectMany(line => line!["attempts"]!.AsArray()).First()!["error"]!.ToString());

        _receiver.Answer = Receiver.Status(302, new Uri(other.Url, "/elsewhere").ToString());
        _host.Clock.Advance(TimeSpan.FromHours(2));
        await _host.DrainAsync();
        Assert.DoesNotContain(other.Received, got => got.Path == "/elsewhere");
        Assert.Contains((await LogAsync(bad)).SelectMany(line => line!["attempts"]!.AsArray()), attempt => attempt!["error"]?.ToString() == "redirects-are-not-followed");

        // An answer without end is read for a moment and cut off; its status counts.
        _receiver.Answer = Receiver.FloodAsync;
        foreach (var _ in Enumerable.Range(0, 12))
        {
            _host.Clock.Advance(TimeSpan.FromHours(2));
            await _host.DrainAsync();
        }
        Assert.All(await LogAsync(bad), line => Assert.Equal("delivered", line!["state"]!.ToString()));
    }

    [Fact]
    public async Task One_that_is_gone_is_switched_off_loudly_and_its_log_can_be_replayed()
    {
        var endpoint = await RegisterAsync(_receiver.Url);
        var path = $"/v1/platform/webhooks/{endpoint["endpointId"]}";
        _receiver.Answer = Receiver.Status(410);
        await HappenAsync();
        var shown = (await _platform.GetAsync(path)).Is(HttpStatusCode.OK);
        Assert.Equal(("disabled", "gone"), (shown.Text("state"), shown.Text("disabledBecause")));
        var told = Assert.Single((await _platform.GetAsync("/v1/me/notifications")).At("items")!.AsArray())!;
        Assert.Equal(("webhook-endpoint.disabled", endpoint["endpointId"]!.ToString()), (told["type"]!.ToString(), told["about"]!["endpointId"]!.ToString()));

        // What happens meanwhile is noted and not sent.
        await HappenAsync("evt_01MEANWHILE");
        Assert.Single(_receiver.Received);
        var log = await LogAsync(endpoint);
        Assert.Equal(["failed endpoint-off", "failed endpoint-off"], log.Select(line => $"{line!["state"]} {line["reason"]}"));
        var meanwhile = $"{path}/deliveries/{log[0]!["deliveryId"]}";
        (await _platform.PostAsync(meanwhile + "/replay")).IsProblem(409, "endpoint-off");

        _receiver.Answer = Receiver.Status(200);
        Assert.Equal("enabled", (await _platform.PostAsync(path + "/enable")).Is(HttpStatusCode.OK).Text("state"));
        foreach (var line in log)
        {
            foreach (var _ in Enumerable.Range(0, 2))
                (await _platform.PostAsync($"{path}/deliveries/{line!["deliveryId"]}/replay", key: line["deliveryId"]!.ToString())).Is(HttpStatusCode.Accepted);
        }
        await _host.DrainAsync();
        Assert.All(await LogAsync(endpoint), line => Assert.Equal("delivered", line!["state"]!.ToString()));
        Assert.Equal(3, _receiver.Received.Count);
        Assert.Contains("vid_1", (await _platform.GetAsync(meanwhile)).Text("body"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_three_days_without_an_answer_it_is_given_up()
    {
        var endpoint = await RegisterAsync(_receiver.Url);
        _receiver.Answer = Receiver.Status(503);
        await HappenAsync();
        var tried = 0;
        for (var hours = 0; hours < 75; hours++)
        {
            if (hours == 71)
            {
                tried = _receiver.Received.Count;
                Assert.Equal("enabled", (await (await AgainAsync()).GetAsync($"/v1/platform/webhooks/{endpoint["endpointId"]}")).Text("state"));
            }
            _host.Clock.Advance(TimeSpan.FromHours(1));
            await _host.DrainAsync();
        }
        Assert.True(tried > 60, $"tried only {tried} times");
        Assert.Equal("failed", Assert.Single(await LogAsync(endpoint))!["state"]!.ToString());
        await HappenAsync("evt_01DAYSLATER");
        Assert.True(_receiver.Received.Count <= tried + 4);
        var shown = (await _platform.GetAsync($"/v1/platform/webhooks/{endpoint["endpointId"]}")).Is(HttpStatusCode.OK);
        Assert.Equal(("disabled", "took-nothing-for-three-days"), (shown.Text("state"), shown.Text("disabledBecause")));
    }

    [Fact]
    public async Task An_event_that_is_handled_twice_is_sent_once_and_only_to_those_who_want_it()
    {
        var all = await RegisterAsync(new(_receiver.Url, "/all"));
        await RegisterAsync(new(_receiver.Url, "/sales"), "purchase.sold", "purchase.refunded");
        var at = _host.Clock.GetUtcNow();
        foreach (var _ in Enumerable.Range(0, 3))
            await HappenAsync(at: at);
        Assert.Equal("/all", Assert.Single(_receiver.Received).Path);
        Assert.Single(await LogAsync(all));
        _host.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Empty(await LogAsync(all));
    }

    [Fact]
    public async Task An_endpoint_is_registered_once_by_one_key_its_secret_is_shown_once_and_removing_it_ends_it()
    {
        var body = new JsonObject { ["url"] = _receiver.Url.ToString() };
        var first = (await _platform.PostAsync("/v1/platform/webhooks", body, "key")).Is(HttpStatusCode.Created);
        var second = (await _platform.PostAsync("/v1/platform/webhooks", body.DeepClone(), "key")).Is(HttpStatusCode.Created);
        Assert.Equal((first.Text("endpointId"), first.Text("secret")), (second.Text("endpointId"), second.Text("secret")));
        var path = $"/v1/platform/webhooks/{first.Text("endpointId")}";
        var shown = (await _platform.GetAsync(path)).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("whsec_", shown.Body!.ToJsonString() + (await _platform.GetAsync("/v1/platform/webhooks")).Body!.ToJsonString(), StringComparison.Ordinal);
        (await _platform.DeleteAsync(path, "\"1f\"")).IsProblem(412, "stale");
        (await _platform.DeleteAsync(path, shown.ETag)).Is(HttpStatusCode.NoContent);
        (await _platform.GetAsync(path)).IsProblem(404, "not-found");
        await HappenAsync();
        Assert.Empty(_receiver.Received);
    }

    [Theory]
    [InlineData("http://example.com/hook", "https-required")]
    [InlineData("ftp://example.com/hook", "https-required")]
    [InlineData("https://user:pass@93.184.216.34/", "not-a-url")]
    [InlineData("https://93.184.216.34/#part", "not-a-url")]
    [InlineData("/hook", "not-a-url")]
    [InlineData("https://localhost/", "address-not-public")]
    [InlineData("https://127.0.0.1/", "address-not-public")]
    [InlineData("https://127.1/", "address-not-public")]
    [InlineData("https://2130706433/", "address-not-public")]
    [InlineData("https://10.1.2.3/", "address-not-public")]
    [InlineData("https://172.31.0.1/", "address-not-public")]
    [InlineData("https://192.168.0.1/", "address-not-public")]
    [InlineData("https://169.254.169.254/metadata", "address-not-public")]
    [InlineData("https://168.63.129.16/", "address-not-public")]
    [InlineData("https://[::1]/", "address-not-public")]
    [InlineData("https://[fd00::1]/", "address-not-public")]
    [InlineData("https://[fe80::1]/", "address-not-public")]
    [InlineData("https://[::ffff:10.0.0.1]/", "address-not-public")]
    [InlineData("https://[64:ff9b::7f00:1]/", "address-not-public")]
    [InlineData("https://[2002:7f00:1::]/", "address-not-public")]
    public async Task Where_a_webhook_may_not_go_no_endpoint_is_registered(string url, string code)
    {
        await _host.StopAsync();
        await _host.StartAsync();
        var platform = await _host.PersonAsync("platform", "platform");
        var refused = (await platform.PostAsync("/v1/platform/webhooks", new JsonObject { ["url"] = url })).IsProblem(422, "validation-failed");
        Assert.Equal(("url", code), (refused.Text("errors.0.field"), refused.Text("errors.0.code")));
    }

    /// <summary>A name may lead elsewhere once it was registered; here, the setting that allowed it is gone.</summary>
    [Fact]
    public async Task The_address_is_looked_at_again_each_time_something_is_sent()
    {
        var endpoint = await RegisterAsync(_receiver.Url);
        await _host.StopAsync();
        await _host.StartAsync();
        await HappenAsync();
        Assert.Empty(_receiver.Received);
        Assert.Equal("address-not-public", Assert.Single(await LogAsync(endpoint))!["attempts"]![0]!["error"]!.ToString());
    }
}
