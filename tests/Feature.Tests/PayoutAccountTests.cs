using System.Net;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>How a creator comes to be paid: the provider's pages, what she is told, and what happens when the provider is away or changes its mind.</summary>
public sealed class PayoutAccountTests : IAsyncLifetime
{
    private const string Path = "/v1/creators/me/payout-account";

    private readonly RunningHost _host = new();
    private Shop _shop = null!;
    private Person _creator = null!;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        _shop = new(_host);
        _creator = await _shop.CreatorAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_creator_goes_through_the_providers_pages_and_is_ready()
    {
        Assert.Equal("none", (await _creator.GetAsync(Path)).Is(HttpStatusCode.OK).Text("status"));
        var opened = (await _creator.PostAsync(Path, Body())).Is(HttpStatusCode.Created);
        Assert.Equal("pending", opened.Text("status"));
        Assert.NotEmpty(opened.At("due")!.AsArray());
        Assert.Equal(_host.Clock.GetUtcNow().AddMinutes(5), DateTimeOffset.Parse(opened.Text("link.expiresAt"), System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromSeconds(30));
        Assert.Equal("pending", (await _creator.GetAsync(Path)).Text("status"));

        await CompleteAsync(opened);
        await _host.DrainAsync();
        var ready = (await _creator.GetAsync(Path)).Is(HttpStatusCode.OK);
        Assert.Equal("ready", ready.Text("status"));
        Assert.Empty(ready.At("due")!.AsArray());
        Assert.Null(ready.At("link"));
        Assert.StartsWith("acct_", ready.Text("accountId"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operators_payout_goes_to_the_account_that_she_opened_once_it_is_ready()
    {
        var op = await _host.PersonAsync("operator", "operator");
        var pay = new JsonObject { ["creatorId"] = _creator.Id, ["reason"] = "now" };
        (await op.PostAsync("/v1/operator/payouts", pay.DeepClone())).IsProblem(409, "no-payout-account");
        var opened = await _creator.PostAsync(Path, Body());
        (await op.PostAsync("/v1/operator/payouts", pay.DeepClone())).IsProblem(409, "no-payout-account");
        Assert.Equal("false", (await _creator.GetAsync("/v1/creators/me/balance")).Text("hasPayoutAccount"));
        await CompleteAsync(opened);
        await _host.DrainAsync();
        Assert.Equal("true", (await _creator.GetAsync("/v1/creators/me/balance")).Text("hasPayoutAccount"));
        (await op.PostAsync("/v1/operator/payouts", pay.DeepClone())).IsProblem(409, "nothing-owed");
    }

    [Fact]
    public async Task Each_time_she_asks_she_gets_a_fresh_link_to_the_same_account()
    {
        var first = (await _creator.PostAsync(Path, Body(), "k1")).Is(HttpStatusCode.Created);
        var again = (await _creator.PostAsync(Path, Body(), "k1")).Is(HttpStatusCode.Created);
        Assert.Equal(first.Text("accountId"), again.Text("accountId"));
        Assert.NotEqual(first.Text("link.url"), again.Text("link.url"));
        (await _creator.PostAsync(Path, Body("https://app.example.com/elsewhere"), "k1")).IsProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_link_is_good_once_and_for_five_minutes_and_leads_back_to_the_app()
    {
        var opened = await _creator.PostAsync(Path, Body());
        var page = await _host.Anonymous().GetAsync(new Uri(opened.Text("link.url")).PathAndQuery);
        Assert.Contains("Say whom to pay", System.Text.Encoding.UTF8.GetString(page.Is(HttpStatusCode.OK).Bytes), StringComparison.Ordinal);
        await CompleteAsync(opened);
        (await _host.Anonymous().PostAsync(new Uri(opened.Text("link.url")).PathAndQuery + "/complete")).IsProblem(409, "link-used-up");
        var used = await _host.Anonymous().GetAsync(new Uri(opened.Text("link.url")).PathAndQuery);
        Assert.Equal("https://app.example.com/again", used.Is(HttpStatusCode.SeeOther).Headers.Location!.ToString());

        var other = await _creator.PostAsync(Path, Body());
        _host.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("https://app.example.com/again", (await _host.Anonymous().GetAsync(new Uri(other.Text("link.url")).PathAndQuery)).Is(HttpStatusCode.SeeOther).Headers.Location!.ToString());
    }

    [Fact]
    public async Task An_account_that_the_provider_stops_is_restricted_and_can_be_ready_again()
    {
        var opened = await _creator.PostAsync(Path, Body());
        await CompleteAsync(opened);
        await _host.DrainAsync();
        var account = opened.Text("accountId");
        (await _host.Anonymous().PostAsync($"/local/accounts/{account}/restrict")).Is(HttpStatusCode.OK);
        await _host.DrainAsync();
        Assert.Equal("restricted", (await _creator.GetAsync(Path)).Text("status"));
        (await _host.Anonymous().PostAsync($"/local/accounts/{account}/release")).Is(HttpStatusCode.OK);
        await _host.DrainAsync();
        Assert.Equal("ready", (await _creator.GetAsync(Path)).Text("status"));
    }

    [Fact]
    public async Task An_event_that_is_lost_keeps_nobody_waiting()
    {
        _host.Services.GetRequiredService<SimulatedProviderOptions>().DropPercent = 100;
        var opened = await _creator.PostAsync(Path, Body());
        await CompleteAsync(opened);
        await _host.DrainAsync();
        Assert.Equal("ready", (await _creator.GetAsync(Path)).Text("status"));
    }

    [Fact]
    public async Task While_the_provider_is_away_she_is_told_to_try_again_and_gets_one_account()
    {
        var provider = _host.Services.GetRequiredService<SimulatedProviderOptions>();
        provider.LoseAnswers = true;
        (await _creator.PostAsync(Path, Body())).IsProblem(503, "unavailable");
        provider.LoseAnswers = false;
        var opened = (await _creator.PostAsync(Path, Body())).Is(HttpStatusCode.Created);
        provider.Outage = true;
        Assert.Equal("pending", (await _creator.GetAsync(Path)).Is(HttpStatusCode.OK).Text("status"));
        provider.Outage = false;
        Assert.Equal(opened.Text("accountId"), (await _creator.PostAsync(Path, Body())).Text("accountId"));
    }

    [Fact]
    public async Task Two_requests_at_once_open_one_account()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _creator.PostAsync(Path, Body())));
        Assert.Single(opened.Select(one => one.Is(HttpStatusCode.Created).Text("accountId")).Distinct());
    }

    [Fact]
    public async Task Who_is_no_creator_has_nothing_to_be_paid()
    {
        var viewer = await _host.PersonAsync("viewer");
        (await viewer.PostAsync(Path, Body())).IsProblem(403, "creator-required");
        Assert.Equal("none", (await viewer.GetAsync(Path)).Is(HttpStatusCode.OK).Text("status"));
    }

    [Theory]
    [InlineData("/relative")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user:secret@app.example.com/")]
    public async Task A_return_url_is_an_absolute_https_one(string url) =>
        Assert.Equal("returnUrl", (await _creator.PostAsync(Path, Body(url))).IsProblem(422, "validation-failed").Text("errors.0.field"));

    private async Task CompleteAsync(Reply opened) => (await _host.Anonymous().PostAsync(new Uri(opened.Text("link.url")).PathAndQuery + "/complete")).Is(HttpStatusCode.OK);

    private static JsonObject Body(string returnUrl = "https://app.example.com/back") => new() { ["returnUrl"] = returnUrl, ["refreshUrl"] = "https://app.example.com/again" };
}
