using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Webhooks;
using SeriesFunctions.Http.Conventions;

namespace Feature.Tests;

/// <summary>
/// Every route of staff and platform that is no GET, from the list of routes, done once and looked up in the trail. Finds a new route without a row here, and one that leaves no entry.
/// </summary>
public sealed class AuditedRouteTests : IAsyncLifetime
{
    private static readonly string BadFile = new('b', 64);

    private readonly RunningHost _host = new();
    private Shop _shop = null!;
    private Person _staff = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.StartAsync("--Notifications:AllowLocalEndpoints=true", "--Notifications:WebhookTimeout=00:00:01");
        _shop = new(_host);
        _staff = await _host.PersonAsync("staff", "moderator", "operator", "platform");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>For each route: what it is about, and the request. What has to be there before is made by others.</summary>
    private Dictionary<string, Func<Task<(string Object, Reply Reply)>>> Acts => new()
    {
        ["ReportProfile"] = async () => await AboutAsync("creator-a", "PUT", "/v1/platform/creators/creator-a/profile", _shop.Profile()),
        ["ReportStrike"] = async () => await AboutAsync("creator-a", "PUT", "/v1/platform/creators/creator-a/strikes/str_1", new() { ["at"] = _host.Now(), ["reason"] = "spam" }),
        ["DecideApplication"] = async () =>
        {
            var small = await ApplicantAsync();
            return await AboutAsync(small, "POST", $"/v1/operator/applications/{small}/decision", new() { ["decision"] = "approve", ["reason"] = "good" });
        },
        ["InviteCreator"] = async () => await AboutAsync("creator-b", "POST", "/v1/operator/invitations", new() { ["creatorId"] = "creator-b" }),
        ["PostAdjustment"] = async () => await AboutAsync("creator-c", "POST", "/v1/operator/ledger/creator-c/adjustments", new() { ["amount"] = Shop.Price(100), ["reason"] = "goodwill" }),
        ["SetCommission"] = async () => await ConditionalAsync("creator-d", "/v1/operator/creators/creator-d/commission", new() { ["basisPoints"] = 100, ["reason"] = "agreed" }),
        ["SetPayoutAccount"] = async () => await ConditionalAsync("creator-e", "/v1/operator/creators/creator-e/payout-account", new() { ["account"] = "acct_e" }),
        ["StartPayout"] = async () =>
        {
            await ConditionalAsync("creator-f", "/v1/operator/creators/creator-f/payout-account", new() { ["account"] = "acct_f" });
            await AboutAsync("creator-f", "POST", "/v1/operator/ledger/creator-f/adjustments", new() { ["amount"] = Shop.Price(100), ["reason"] = "goodwill" });
            return await AboutAsync("creator-f", "POST", "/v1/operator/payouts", new() { ["creatorId"] = "creator-f", ["reason"] = "she leaves" });
        },
        ["StartReconciliation"] = async () => await AboutAsync(null, "POST", "/v1/operator/reconciliations", new() { ["day"] = _host.Now()[..10] }),
        ["ReplayDeadLetter"] = async () =>
        {
            await _host.Services.GetRequiredService<IMessageQueue>().SendAsync(Queues.Catalog, [new("msg_audited", "no envelope"u8.ToArray())], TestContext.Current.CancellationToken);
            await _host.DrainAsync();
            return await AboutAsync("msg_audited", "POST", "/v1/operator/dead-letters/catalog/msg_audited/replay");
        },
        ["ReplayParkedEvent"] = async () =>
        {
            var envelope = new Envelope("evt_audited", "ledger-opened", 1, _host.Clock.GetUtcNow(), null, """{"creatorId":"creator-g"}"""u8.ToArray(), null);
            var parked = new ParkedEvent("prk_audited", "event|evt_audited", "too-large", _host.Clock.GetUtcNow(), $$"""{"body":{{Encoding.UTF8.GetString(envelope.ToJson())}}}""");
            await _host.Services.GetRequiredService<Records>().SaveAsync(new Batch(ParkedEvent.On(parked.Day)).Put(parked.Id, parked, parked.Sort), TestContext.Current.CancellationToken);
            return await AboutAsync("prk_audited", "POST", $"/v1/operator/parked-events/{parked.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}/prk_audited/replay");
        },
        ["StartReplay"] = async () =>
        {
            var (_, checkout, _) = await SoldAsync();
            return await AboutAsync(null, "POST", "/v1/operator/replays", new() { ["objectId"] = "pi_sim_" + checkout[4..] });
        },
        ["ChangeAccess"] = async () =>
        {
            var (_, series, _) = await _shop.PublishedAsync();
            return await AboutAsync("viewer-a", "POST", $"/v1/operator/viewers/viewer-a/access/{series}", new() { ["decision"] = "grant", ["reason"] = "press" });
        },
        ["RefundPurchase"] = async () =>
        {
            var (_, checkout, _) = await SoldAsync();
            return await AboutAsync("pur" + checkout[3..], "POST", $"/v1/operator/purchases/pur{checkout[3..]}/refund", new() { ["reason"] = "asked" });
        },
        ["EraseAccount"] = async () => await AboutAsync("viewer-b", "POST", "/v1/platform/users/viewer-b/erasure"),
        ["EraseUser"] = async () => await AboutAsync("viewer-c", "POST", "/v1/operator/users/viewer-c/erasure"),
        ["RegisterWebhook"] = async () => await AboutAsync(null, "POST", "/v1/platform/webhooks", NewEndpoint()),
        ["RemoveWebhook"] = async () =>
        {
            var path = $"/v1/platform/webhooks/{await EndpointAsync()}";
            return (path[22..], await _staff.DeleteAsync(path, (await _staff.GetAsync(path)).ETag));
        },
        ["RotateWebhookSecret"] = async () =>
        {
            var id = await EndpointAsync();
            return await AboutAsync(id, "POST", $"/v1/platform/webhooks/{id}/rotate");
        },
        ["EnableWebhook"] = async () =>
        {
            var id = await EndpointAsync();
            Assert.True(await _host.Services.GetRequiredService<WebhookEndpoints>().DisableAsync(id, "failing", TestContext.Current.CancellationToken));
            return await AboutAsync(id, "POST", $"/v1/platform/webhooks/{id}/enable");
        },
        ["ReplayDelivery"] = async () =>
        {
            var id = await EndpointAsync();
            await _shop.CreatorAsync();
            var delivery = (await _staff.GetAsync($"/v1/platform/webhooks/{id}/deliveries")).Text("items.0.deliveryId");
            return await AboutAsync(id, "POST", $"/v1/platform/webhooks/{id}/deliveries/{delivery}/replay");
        },
        ["ClaimCase"] = async () =>
        {
            var (series, id) = await CaseAsync();
            return await AboutAsync(series, "POST", $"/v1/moderation/cases/{id}/claim");
        },
        ["ReleaseCase"] = async () =>
        {
            var (series, id) = await CaseAsync();
            (await _staff.PostAsync($"/v1/moderation/cases/{id}/claim")).Is(HttpStatusCode.OK);
            return await AboutAsync(series, "POST", $"/v1/moderation/cases/{id}/release");
        },
        ["DecideCase"] = async () =>
        {
            var (series, id) = await CaseAsync();
            return await AboutAsync(series, "POST", $"/v1/moderation/cases/{id}/decision", new() { ["decision"] = "approve", ["rule"] = "texts", ["note"] = "fine" });
        },
        ["BanFile"] = async () => await AboutAsync(BadFile, "POST", "/v1/moderation/known-bad-files", new() { ["sha256"] = BadFile, ["reason"] = "on a list" }),
        ["LiftFileBan"] = async () => (BadFile, await _staff.DeleteAsync($"/v1/moderation/known-bad-files/{BadFile}", (await _staff.GetAsync($"/v1/moderation/known-bad-files/{BadFile}")).ETag)),
    };

    [Fact]
    public async Task Whatever_staff_and_platform_do_is_in_the_trail()
    {
        var acts = Acts;
        var routes = _host.Routes.Where(route => route.Who is Who.Moderator or Who.Operator or Who.Platform && route.Method != "GET").Select(route => route.Name).ToList();
        Assert.Equal(routes.Order(StringComparer.Ordinal), acts.Keys.Order(StringComparer.Ordinal));
        foreach (var name in routes)
        {
            var (about, reply) = await acts[name]();
            Assert.True((int)reply.Status is >= 200 and < 300, $"{name}: {(int)reply.Status} {reply.Body?.ToJsonString()}");
            await _host.DrainAsync();
            var entries = (await _staff.GetAsync($"/v1/operator/audit?actor={_staff.Id}&limit=100")).Is(HttpStatusCode.OK).At("items")!.AsArray().Where(entry => entry!["action"]!.ToString() == name).ToList();
            Assert.True(entries.Count > 0, $"{name} left nothing in the trail");
            Assert.All(entries, entry => Assert.Matches("^[0-9a-f]{32}$", entry!["traceId"]!.ToString()));
            Assert.True(about is null || entries.Any(entry => entry!["objects"]!.AsArray().Any(one => one!.ToString() == about)), $"{name} does not say that it was about {about}");
            if (about is not null)
                Assert.Contains(name, (await _staff.GetAsync($"/v1/operator/audit?object={about}&limit=100")).At("items")!.AsArray().Select(entry => entry!["action"]!.ToString()));
        }
    }

    private async Task<(string Object, Reply Reply)> AboutAsync(string? about, string method, string path, JsonObject? body = null) =>
        (about!, await _staff.SendAsync(method, path, body?.ToJsonString(), ("Idempotency-Key", Guid.NewGuid().ToString("N"))));

    private async Task<(string Object, Reply Reply)> ConditionalAsync(string about, string path, JsonObject body) =>
        (about, await _staff.PutAsync(path, body, (await _staff.GetAsync(path)).Is(HttpStatusCode.OK).ETag));

    private async Task<string> ApplicantAsync()
    {
        var platform = await _host.PersonAsync("platform", "platform");
        var small = await _host.PersonAsync("small");
        var profile = _shop.Profile();
        profile["followers"] = 4_000;
        (await platform.PutAsync($"/v1/platform/creators/{small.Id}/profile", profile)).Is(HttpStatusCode.NoContent);
        (await small.PostAsync("/v1/creators/me/application", new JsonObject { ["programme"] = "series", ["portfolioUrl"] = "https://courses.example.com/cleo" })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        return small.Id;
    }

    private async Task<(Person Viewer, string Checkout, string Series)> SoldAsync()
    {
        var (_, series, _) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        return (viewer, checkout, series);
    }

    private async Task<(string Series, string Case)> CaseAsync()
    {
        var creator = await _shop.CreatorAsync();
        var (series, _) = await _shop.CompleteDraftAsync(creator);
        (await creator.PostAsync($"/v1/series/{series}/submit")).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        return (series, await _shop.CaseOfAsync(series));
    }

    /// <summary>Nobody listens there.</summary>
    private static JsonObject NewEndpoint() => new() { ["url"] = "http://127.0.0.1:7321/hooks" };

    private async Task<string> EndpointAsync() => (await _staff.PostAsync("/v1/platform/webhooks", NewEndpoint())).Is(HttpStatusCode.Created).Text("endpointId");
}
