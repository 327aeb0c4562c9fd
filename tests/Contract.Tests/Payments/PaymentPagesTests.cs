using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;
using SeriesFunctions.Local.Payments;

namespace Contract.Tests.Payments;

/// <summary>The payment page in a browser and by API, and the webhooks that follow, over real HTTP.</summary>
public sealed class PaymentPagesTests : IAsyncLifetime
{
    private const string Secret = "whsec_in_use";

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private readonly string _folder = Directory.CreateTempSubdirectory("provider-").FullName;
    private readonly HostClock _clock = new();
    private readonly SimulatedProviderOptions _options = new();
    private readonly HostAddress _address = new();
    private readonly ConcurrentQueue<ProviderEvent?> _received = [];
    private readonly ConcurrentQueue<int> _answers = [];
    private WebApplication _app = null!;
    private SimulatedProvider _provider = null!;
    private SimulatedPaymentGateway _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = new(_folder, _clock, _options);
        _gateway = new(_provider, _options, new([Secret]), _address, _clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        new PaymentPages(_provider, _clock).Map(_app);
        _app.MapMethods("/v1/webhooks/stripe", ["POST"], ReceiveAsync);
        await _app.StartAsync(Cancel);
        _address.Url = new(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _provider.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_page_shows_price_and_expiry_and_runs_no_script()
    {
        var session = await OpenAsync("Bread & <script>alert(1)</script>");
        using var answer = await Http.GetAsync(session.Url, Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("USD 9.99", page, StringComparison.Ordinal);
        Assert.Contains("Good until", page, StringComparison.Ordinal);
        Assert.Contains("Bread &amp; &lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_not_there_is_404()
    {
        using var answer = await Http.GetAsync(new Uri(_address.Url, "/local/checkout/cs_sim_none"), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        using var paid = await PostAsync("/local/checkout/cs_sim_none/pay", "application/json");
        Assert.Equal(HttpStatusCode.NotFound, paid.StatusCode);
    }

    [Theory]
    [InlineData("pay", "https://app.example/paid?checkout=1")]
    [InlineData("abandon", "https://app.example/cancelled")]
    public async Task A_browser_is_sent_back_to_the_app(string action, string to)
    {
        var session = await OpenAsync("Bread");
        using var answer = await PostAsync($"/local/checkout/{session.Id}/{action}", "text/html,application/xhtml+xml");
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(to, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_declined_card_leads_back_to_the_page()
    {
        var session = await OpenAsync("Bread");
        using var answer = await PostAsync($"/local/checkout/{session.Id}/decline", "text/html");
        var page = await Http.GetStringAsync(new Uri(_address.Url, answer.Headers.Location!), Cancel);
        Assert.Contains("declined", page, StringComparison.Ordinal);
        Assert.Contains("/pay\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paying_by_API_answers_the_session_and_paying_twice_is_409()
    {
        var session = await OpenAsync("Bread");
        using var first = await PostAsync($"/local/checkout/{session.Id}/pay", "application/json");
        using var json = JsonDocument.Parse(await first.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("complete", json.RootElement.GetProperty("status").GetString());
        var events = _provider.CountDueEvents();

        using var second = await PostAsync($"/local/checkout/{session.Id}/pay", "application/json");
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Contains("\"already-paid\"", await second.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(events, _provider.CountDueEvents());
        Assert.Contains("This is paid", await Http.GetStringAsync(session.Url, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_whose_time_is_over_says_so_and_takes_no_money()
    {
        var session = await OpenAsync("Bread");
        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Contains("expired", await Http.GetStringAsync(session.Url, Cancel), StringComparison.Ordinal);
        using var answer = await PostAsync($"/local/checkout/{session.Id}/pay", "application/json");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Host", "shop.example", HttpStatusCode.NotFound)]
    public async Task Another_site_can_not_press_a_button(string header, string value, HttpStatusCode status)
    {
        var session = await OpenAsync("Bread");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address.Url, $"/local/checkout/{session.Id}/pay"));
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await Http.SendAsync(request, Cancel);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(SessionStatus.Open, (await _gateway.FindSessionAsync(session.Id, Cancel)).Value!.Status);
    }

    [Fact]
    public async Task A_dispute_is_opened_and_closed_by_API()
    {
        var session = await OpenAsync("Bread");
        (await PostAsync($"/local/checkout/{session.Id}/pay", "application/json")).Dispose();
        var payment = (await _gateway.FindSessionAsync(session.Id, Cancel)).Value!.PaymentId;
        using var early = await PostAsync($"/local/payments/{payment}/win", "application/json");
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        (await PostAsync($"/local/payments/{payment}/dispute", "application/json")).Dispose();
        using var lost = await PostAsync($"/local/payments/{payment}/lose", "application/json");
        Assert.Equal(HttpStatusCode.OK, lost.StatusCode);
        Assert.Equal(DisputeStatus.Lost, (await _gateway.FindPaymentAsync(payment!, Cancel)).Value!.Dispute!.Status);
    }

    [Fact]
    public async Task Webhooks_follow_signed_and_are_sent_again_until_they_are_taken()
    {
        _answers.Enqueue(500);
        _answers.Enqueue(503);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var http = new HttpClient();
        var delivery = new WebhookDelivery(_provider, http, new([Secret]), _options, _address, _clock, NullLogger<WebhookDelivery>.Instance);
        _provider.EventsStored = delivery.Wake;
        var running = delivery.RunAsync(stop.Token);

        var session = await OpenAsync("Bread");
        (await PostAsync($"/local/checkout/{session.Id}/pay", "application/json")).Dispose();
        await UntilAsync(() => _received.Count == 2 && delivery.OutstandingDue == 0);
        Assert.NotNull(_provider.NextDelivery());
        _clock.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => _received.Count == 4 && delivery.OutstandingDue == 0 && _provider.NextDelivery() is null);
        await stop.CancelAsync();
        await running;

        Assert.All(_received, Assert.NotNull);
        Assert.Equal(["checkout.session.completed", "payment_intent.succeeded"], _received.Skip(2).Select(told => told!.Type).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_loses_nothing()
    {
        _options.WebhookUrl = new("http://127.0.0.1:1/nobody");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var http = new HttpClient();
        var delivery = new WebhookDelivery(_provider, http, new([Secret]), _options, _address, _clock, NullLogger<WebhookDelivery>.Instance);
        _provider.EventsStored = delivery.Wake;
        var running = delivery.RunAsync(stop.Token);
        var session = await OpenAsync("Bread");
        (await PostAsync($"/local/checkout/{session.Id}/pay", "application/json")).Dispose();
        await UntilAsync(() => delivery.OutstandingDue == 0);
        Assert.Empty(_received);

        _options.WebhookUrl = null;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => _received.Count == 2);
        await stop.CancelAsync();
        await running;
    }

    private async Task ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _received.Enqueue(_gateway.ReadWebhook(body.ToArray(), http.Request.Headers["Stripe-Signature"]).Event);
        http.Response.StatusCode = _answers.TryDequeue(out var answer) ? answer : 200;
    }

    private async Task<ProviderSession> OpenAsync(string title)
    {
        var request = new OpenSession(
            new(new(Ids.New("chk", _clock.GetUtcNow())), new("usr_1"), new("ser_1")), Money.Usd(999), title,
            new("https://app.example/paid?checkout=1"), new("https://app.example/cancelled"), _clock.GetUtcNow().AddMinutes(30));
        return (await _gateway.OpenSessionAsync(request, Cancel)).Value!;
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address.Url, path)) { Content = new ByteArrayContent([]) };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await Http.SendAsync(request, Cancel);
    }

    /// <summary>What another thread is about to do has a deadline, not a duration.</summary>
    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (!isSo())
            await Task.Delay(5, deadline.Token);
    }
}
