using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Local.Clock;

namespace SeriesFunctions.Local.Payments;

/// <summary>The secret key that Stripe's libraries show to the simulated provider: <c>provider-key</c> of the data folder.</summary>
public sealed record ProviderKey(string Value);

/// <summary>
/// The simulated provider's objects over HTTP as Stripe's API has them, so that Stripe's own libraries can read them: sessions, payment intents, charges, refunds, disputes, transfers,
/// accounts, balance transactions, events. On an address of its own, and off unless <see cref="SimulatedProviderOptions.ApiUrl"/> says where.
/// </summary>
public sealed class ProviderApi(SimulatedProvider provider, SimulatedProviderOptions options, ProviderKey key, HostClock clock) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Where it listens, with the port that it really got; null when it is off.</summary>
    public Uri? Url { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.ApiUrl is null)
            return;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.ApiUrl.GetLeftPart(UriPartial.Authority)).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Use(GuardAsync);
        Get("/v1/checkout/sessions/{id}", http => provider.FindSession(Id(http)) is { } session ? StripeEvents.SessionObject(session, clock.GetUtcNow()) : null);
        Get("/v1/payment_intents/{id}", http => provider.FindPayment(Id(http)) is { } payment ? Object(json => StripeEvents.WritePayment(json, payment, clock.GetUtcNow(), IsExpanded(http, "latest_charge"))) : null);
        Get("/v1/charges/{id}", http => ChargeOf(Id(http)) is { } payment ? Object(json => StripeEvents.WriteCharge(json, payment, clock.GetUtcNow(), IsExpanded(http, "balance_transaction"))) : null);
        Get("/v1/subscriptions/{id}", http => provider.FindSubscription(Id(http)) is { } subscription ? StripeEvents.SubscriptionObject(subscription) : null);
        Get("/v1/refunds/{id}", http => provider.FindRefund(Id(http)) is { } refund ? Object(json => StripeEvents.WriteRefund(json, refund, CurrencyOf(refund))) : null);
        Get("/v1/refunds", Refunds);
        Get("/v1/disputes/{id}", http => provider.FindDisputed(Id(http)) is { } payment ? Object(json => StripeEvents.WriteDispute(json, payment)) : null);
        Get("/v1/transfers/{id}", http => provider.FindTransfer(Id(http)) is { } transfer ? Object(json => WriteTransfer(json, transfer)) : null);
        Get("/v1/accounts/{id}", http => provider.FindAccount(Id(http)) is { } account ? Object(json => StripeEvents.WriteAccount(json, account)) : null);
        Get("/v1/balance_transactions", Books);
        Get("/v1/events/{id}", http => provider.FindEvent(Id(http)));
        _app.MapPost("/v1/refunds", (RequestDelegate)RefundAsync);
        _app.MapPost("/v1/transfers", (RequestDelegate)TransferAsync);
        _app.MapFallback((RequestDelegate)(http => ErrorAsync(http, 404, "invalid_request_error", null, $"Unrecognized request URL ({http.Request.Method}: {http.Request.Path}).")));
        await _app.StartAsync(cancellationToken);
        Url = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        var given = http.Request.Headers.Authorization.ToString();
        if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes("Bearer " + key.Value)))
            await next(http);
        else
            await ErrorAsync(http, 401, "invalid_request_error", null, "Invalid API Key provided.");
    }

    private void Get(string pattern, Func<HttpContext, byte[]?> read) => _app!.MapGet(pattern, (RequestDelegate)(http =>
        read(http) is { } body ? WriteAsync(http, body) : ErrorAsync(http, 404, "invalid_request_error", "resource_missing", $"No such object: '{http.GetRouteValue("id")}'")));

    private async Task RefundAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        long? amount = form.ContainsKey("amount") ? Amount(form) : null;
        if (amount is null && form.ContainsKey("amount"))
            await ErrorAsync(http, 400, "invalid_request_error", "parameter_invalid_integer", "Invalid integer: amount");
        else if ((await provider.RefundHereAsync(form["payment_intent"].ToString(), amount, Key(http))).IsOk(out var refund, out var problem))
            await WriteAsync(http, Object(json => StripeEvents.WriteRefund(json, refund, CurrencyOf(refund))));
        else
            await RefuseAsync(http, problem);
    }

    private async Task TransferAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var currency = form["currency"].ToString().ToUpperInvariant();
        if (Amount(form) is not { } amount)
            await ErrorAsync(http, 400, "invalid_request_error", "parameter_invalid_integer", "Invalid integer: amount");
        else if (currency.Length != 3)
            await ErrorAsync(http, 400, "invalid_request_error", "parameter_missing", "Missing required param: currency.");
        // Without a key the library makes one up, so that each call is a transfer of its own.
        else if ((await provider.TransferAsync(new(Key(http) ?? Ids.New("key", clock.GetUtcNow()), form["destination"].ToString(), new(amount, currency)))).IsOk(out var transfer, out var problem))
            await WriteAsync(http, Object(json => WriteTransfer(json, transfer)));
        else
            await RefuseAsync(http, problem);
    }

    private static long? Amount(IFormCollection form) => long.TryParse(form["amount"], NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    private static string? Key(HttpContext http) => http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key ? key : null;

    private static Task RefuseAsync(HttpContext http, Problem problem)
    {
        var code = problem.Kind == ProblemKind.NotFound ? "resource_missing" : problem.Code.Replace('-', '_');
        return ErrorAsync(http, problem.Kind == ProblemKind.NotFound ? 404 : 400, code == "idempotency_error" ? "idempotency_error" : "invalid_request_error", code, problem.Detail);
    }

    private byte[]? Refunds(HttpContext http)
    {
        if (provider.FindPayment(http.Request.Query["payment_intent"].ToString()) is not { } payment)
            return null;
        return List("/v1/refunds", payment.Refunds.Reverse().ToList(), refund => refund.Id, http, (json, refund) => StripeEvents.WriteRefund(json, refund, payment.Currency));
    }

    private byte[] Books(HttpContext http)
    {
        DateTimeOffset At(string name, DateTimeOffset otherwise) =>
            long.TryParse(http.Request.Query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : otherwise;
        var entries = new List<SimulatedBookEntry>();
        IReadOnlyList<(long Seq, SimulatedBookEntry Entry)> read;
        long after = 0;
        while ((read = provider.Books(At("created[gte]", DateTimeOffset.UnixEpoch), At("created[lt]", DateTimeOffset.MaxValue), after, 1_000)).Count > 0)
        {
            entries.AddRange(read.Select(one => one.Entry));
            after = read[^1].Seq;
        }
        entries.Reverse();
        return List("/v1/balance_transactions", entries, entry => entry.Id, http, StripeEvents.WriteBookEntry);
    }

    /// <summary>A page as Stripe has it: newest first, behind <c>starting_after</c>.</summary>
    private static byte[] List<T>(string url, List<T> all, Func<T, string> idOf, HttpContext http, Action<Utf8JsonWriter, T> write)
    {
        var limit = int.TryParse(http.Request.Query["limit"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 100) : 10;
        var start = http.Request.Query["starting_after"].ToString() is { Length: > 0 } last ? all.FindIndex(one => idOf(one) == last) + 1 : 0;
        return Object(json =>
        {
            json.WriteString("object"u8, "list"u8);
            json.WriteString("url"u8, url);
            json.WriteBoolean("has_more"u8, start + limit < all.Count);
            json.WriteStartArray("data"u8);
            foreach (var one in all.Skip(start).Take(limit))
            {
                json.WriteStartObject();
                write(json, one);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private static void WriteTransfer(Utf8JsonWriter json, SimulatedTransfer transfer)
    {
        json.WriteString("id"u8, transfer.Id);
        json.WriteString("object"u8, "transfer"u8);
        json.WriteNumber("amount"u8, transfer.Amount);
        json.WriteString("currency"u8, transfer.Currency);
        json.WriteString("destination"u8, transfer.Account);
        json.WriteNumber("created"u8, transfer.CreatedAt.ToUnixTimeSeconds());
    }

    private SimulatedPayment? ChargeOf(string id) => id.StartsWith("ch_", StringComparison.Ordinal) ? provider.FindPayment("pi" + id[2..]) : null;

    private string CurrencyOf(SimulatedRefund refund) => provider.FindPayment(refund.PaymentId)?.Currency ?? "usd";

    /// <summary>Whether <c>expand[]</c> or <c>expand[0]</c> asks for this.</summary>
    private static bool IsExpanded(HttpContext http, string what) =>
        http.Request.Query.Where(query => query.Key.StartsWith("expand", StringComparison.Ordinal)).SelectMany(query => query.Value).Any(value => value?.StartsWith(what, StringComparison.Ordinal) == true);

    private static string Id(HttpContext http) => http.GetRouteValue("id") as string ?? "";

    private static byte[] Object(Action<Utf8JsonWriter> write) => StripeEvents.Write(json =>
    {
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    });

    private static Task ErrorAsync(HttpContext http, int status, string type, string? code, string message)
    {
        http.Response.StatusCode = status;
        return WriteAsync(http, Object(json =>
        {
            json.WriteStartObject("error"u8);
            json.WriteString("type"u8, type);
            if (code is not null)
                json.WriteString("code"u8, code);
            json.WriteString("message"u8, message);
            json.WriteEndObject();
        }));
    }

    private static async Task WriteAsync(HttpContext http, byte[] body)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
