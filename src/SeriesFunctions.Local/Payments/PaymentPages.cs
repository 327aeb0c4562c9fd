using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Local.Clock;

namespace SeriesFunctions.Local.Payments;

/// <summary>The simulated provider's payment page, and the same by API; and what a bank does later.</summary>
public sealed class PaymentPages(SimulatedProvider provider, HostClock clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/local/checkout/{sessionId}", ["GET"], Guarded(ShowAsync));
        routes.MapMethods("/local/checkout/{sessionId}/pay", ["POST"], Guarded(http =>
            ActAsync(http, provider.PayAsync, session => session.Status == SessionStatus.Complete ? session.SuccessUrl : DeclinedPage(session))));
        routes.MapMethods("/local/checkout/{sessionId}/decline", ["POST"], Guarded(http => ActAsync(http, provider.DeclineAsync, DeclinedPage)));
        routes.MapMethods("/local/checkout/{sessionId}/abandon", ["POST"], Guarded(http => ActAsync(http, provider.ExpireAsync, session => session.CancelUrl)));
        routes.MapMethods("/local/payments/{paymentId}/dispute", ["POST"], Guarded(http => DisputeAsync(http, provider.DisputeAsync)));
        routes.MapMethods("/local/payments/{paymentId}/win", ["POST"], Guarded(http => DisputeAsync(http, id => provider.CloseDisputeAsync(id, won: true))));
        routes.MapMethods("/local/payments/{paymentId}/lose", ["POST"], Guarded(http => DisputeAsync(http, id => provider.CloseDisputeAsync(id, won: false))));
        routes.MapMethods("/local/payments/{paymentId}/refund", ["POST"], Guarded(RefundAsync));
        routes.MapMethods("/local/refunds/{refundId}/fail", ["POST"], Guarded(async http => await ShowRefundAsync(http, await provider.FailRefundAsync(Id(http, "refundId")))));
    }

    /// <summary>Without a body all that is left; with <c>{"amount": 100}</c> a part.</summary>
    private async Task RefundAsync(HttpContext http)
    {
        long? amount = null;
        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            if (body.Length > 0)
            {
                using var json = JsonDocument.Parse(body.ToArray());
                amount = json.RootElement.GetProperty("amount").GetInt64();
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            await ProblemAnswer.WriteAsync(http, new(ProblemKind.Malformed, "malformed-json", "Send nothing, or {\"amount\": 100} in minor units."));
            return;
        }
        await ShowRefundAsync(http, await provider.RefundHereAsync(Id(http, "paymentId"), amount));
    }

    private static async Task ShowRefundAsync(HttpContext http, Result<SimulatedRefund> refunded)
    {
        if (refunded.IsOk(out var refund, out var problem))
            await WriteJsonAsync(http, StripeEvents.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("refundId"u8, refund.Id);
                json.WriteNumber("amount"u8, refund.Amount);
                json.WriteString("status"u8, refund.Status.ToString().ToLowerInvariant());
                json.WriteEndObject();
            }));
        else
            await ProblemAnswer.WriteAsync(http, problem);
    }

    /// <summary>
    /// On loopback only, and not for other sites: whoever reaches these pages pays with nothing. Browsers say where a request comes from, and a name that
    /// somebody points at this machine is still a name.
    /// </summary>
    internal static RequestDelegate Guarded(Func<HttpContext, Task> handle) => http =>
    {
        if (http.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address) || !IsOurName(http.Request.Host.Host))
            return ProblemAnswer.WriteAsync(http, Problem.NotFound("route")).AsTask();
        return HttpMethods.IsPost(http.Request.Method) && http.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none")
            ? ProblemAnswer.WriteAsync(http, Problem.Forbidden("other-site", "Another site may not press this button.")).AsTask()
            : handle(http);
    };

    private static bool IsOurName(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address);

    private static string DeclinedPage(SimulatedSession session) => $"/local/checkout/{session.Id}?declined=1";

    private async Task ShowAsync(HttpContext http)
    {
        var session = provider.FindSession(Id(http, "sessionId"));
        if (session is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await PageAsync(http, "No such payment", "<p>There is no such payment page. Go back to the app and start again.</p>");
            return;
        }
        var price = new Money(session.Amount, session.Currency.ToUpperInvariant());
        var what = $"<p class=\"what\">{Encode(session.Title)}</p><p class=\"price\">{Encode(price.ToString())}</p>";
        var body = session.StatusAt(clock.GetUtcNow()) switch
        {
            SessionStatus.Complete => what + $"<p role=\"status\">This is paid. Thank you.</p><p><a href=\"{Encode(session.SuccessUrl)}\">Back to the app</a></p>",
            SessionStatus.Expired => what + $"<p role=\"status\">This page has expired; nothing was charged.</p><p><a href=\"{Encode(session.CancelUrl)}\">Back to the app</a></p>",
            _ => what
                + (http.Request.Query.ContainsKey("declined") ? "<p role=\"alert\" class=\"alert\">The card was declined. Try again.</p>" : "")
                + string.Create(CultureInfo.InvariantCulture, $"<p class=\"until\">Good until {session.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC</p>")
                + Button(session.Id, "pay", $"Pay {price}", "first") + Button(session.Id, "decline", "Let the card be declined", "") + Button(session.Id, "abandon", "Cancel", ""),
        };
        await PageAsync(http, session.Offer is null ? "Pay for your series" : "Subscribe, renewed each month", body);
    }

    private async Task ActAsync(HttpContext http, Func<string, Task<Result<SimulatedSession>>> act, Func<SimulatedSession, string> next)
    {
        var isForm = http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        var id = Id(http, "sessionId");
        if ((await act(id)).IsOk(out var session, out var problem))
        {
            if (isForm)
                Redirect(http, next(session));
            else
                await WriteJsonAsync(http, StripeEvents.SessionObject(session, clock.GetUtcNow()));
            return;
        }
        // A person who pressed twice sees how it stands; a program hears why it was refused.
        if (isForm && problem.Kind != ProblemKind.NotFound)
            Redirect(http, $"/local/checkout/{id}");
        else
            await ProblemAnswer.WriteAsync(http, problem);
    }

    private static async Task DisputeAsync(HttpContext http, Func<string, Task<Result<SimulatedPayment>>> act)
    {
        if ((await act(Id(http, "paymentId"))).IsOk(out var payment, out var problem))
            await WriteJsonAsync(http, Encoding.UTF8.GetBytes($$"""{"paymentId":"{{payment.Id}}","dispute":"{{payment.Dispute!.Status.ToString().ToLowerInvariant()}}"}"""));
        else
            await ProblemAnswer.WriteAsync(http, problem);
    }

    internal static async Task WriteJsonAsync(HttpContext http, byte[] body)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static string Id(HttpContext http, string name) => http.GetRouteValue(name) as string ?? "";

    internal static void Redirect(HttpContext http, string to)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = to;
    }

    private static string Button(string session, string action, string label, string style) =>
        $"<form method=\"post\" action=\"/local/checkout/{Encode(session)}/{action}\"><button class=\"{style}\">{Encode(label)}</button></form>";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    internal static async Task PageAsync(HttpContext http, string title, string body)
    {
        var page = $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Encode(title)}}</title>
            <style>
              :root { color-scheme: light dark; --ink: #17202a; --ground: #f3f5f8; --card: #fff; --line: #d5dbe3; --go: #2450d8; }
              @media (prefers-color-scheme: dark) { :root { --ink: #e8edf4; --ground: #11161d; --card: #1b232d; --line: #37424f; --go: #3f6df0; } }
              body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink); font: 17px/1.5 system-ui, sans-serif; }
              main { width: min(24rem, 100% - 2rem); padding: 1.75rem; box-sizing: border-box; background: var(--card); border: 1px solid var(--line); border-radius: 16px; }
              h1 { margin: 0 0 1.25rem; font-size: 1.15rem; font-weight: 600; }
              .what { margin: 0; overflow-wrap: anywhere; }
              .price { margin: 0; font-size: 2.1rem; font-weight: 700; font-variant-numeric: tabular-nums; }
              .until, .note { font-size: .9rem; opacity: .75; }
              .alert { padding: .6rem .8rem; border-radius: 10px; background: #b3261e; color: #fff; }
              form { margin: .6rem 0 0; }
              button { width: 100%; min-height: 48px; font: inherit; border-radius: 10px; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer; }
              button.first { background: var(--go); border-color: var(--go); color: #fff; font-weight: 600; }
              :focus-visible { outline: 3px solid var(--go); outline-offset: 2px; }
            </style>
            </head>
            <body><main><h1>{{Encode(title)}}</h1>{{body}}<p class="note">Simulated provider: no money moves.</p></main></body>
            </html>
            """;
        http.Response.ContentType = "text/html; charset=utf-8";
        // No form-action: browsers hold it against the redirect that follows, and that one leads to the app.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(page), http.RequestAborted);
    }
}
