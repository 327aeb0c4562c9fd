using System.Globalization;
using System.Net;
using System.Text;
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
        routes.MapMethods("/local/checkout/{sessionId}", ["GET"], ShowAsync);
        routes.MapMethods("/local/checkout/{sessionId}/pay", ["POST"], http => ActAsync(http, provider.Pay, session => session.SuccessUrl));
        routes.MapMethods("/local/checkout/{sessionId}/decline", ["POST"], http => ActAsync(http, provider.Decline, session => $"/local/checkout/{session.Id}?declined=1"));
        routes.MapMethods("/local/checkout/{sessionId}/abandon", ["POST"], http => ActAsync(http, provider.Expire, session => session.CancelUrl));
        routes.MapMethods("/local/payments/{paymentId}/dispute", ["POST"], http => DisputeAsync(http, provider.Dispute));
        routes.MapMethods("/local/payments/{paymentId}/win", ["POST"], Win);
        routes.MapMethods("/local/payments/{paymentId}/lose", ["POST"], Lose);
    }

    private Task Win(HttpContext http) => DisputeAsync(http, id => provider.CloseDispute(id, won: true));

    private Task Lose(HttpContext http) => DisputeAsync(http, id => provider.CloseDispute(id, won: false));

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
        await PageAsync(http, "Pay for your series", body);
    }

    private async Task ActAsync(HttpContext http, Func<string, SimulatedSession> act, Func<SimulatedSession, string> next)
    {
        if (!IsOurs(http))
        {
            await ProblemAnswer.WriteAsync(http, Problem.Forbidden("other-site", "Another site may not press this button."));
            return;
        }
        var isForm = http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        var id = Id(http, "sessionId");
        if (Try(() => act(id)) is var (session, problem) && session is null)
        {
            // A person who pressed twice sees how it stands; a program hears why it was refused.
            if (isForm && provider.FindSession(id) is not null)
                Redirect(http, $"/local/checkout/{id}");
            else
                await ProblemAnswer.WriteAsync(http, problem!);
            return;
        }
        if (isForm)
        {
            Redirect(http, next(session));
            return;
        }
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.Body.WriteAsync(StripeEvents.SessionObject(session, clock.GetUtcNow()), http.RequestAborted);
    }

    private static async Task DisputeAsync(HttpContext http, Func<string, SimulatedPayment> act)
    {
        var (payment, problem) = Try(() => act(Id(http, "paymentId")));
        if (payment is null)
        {
            await ProblemAnswer.WriteAsync(http, problem!);
            return;
        }
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.WriteAsync($$"""{"paymentId":"{{payment.Id}}","dispute":"{{payment.Dispute!.Status.ToString().ToLowerInvariant()}}"}""", http.RequestAborted);
    }

    private static (T? Value, Problem? Problem) Try<T>(Func<T> act)
        where T : class
    {
        try
        {
            return (act(), null);
        }
        catch (ProviderRefusedException refused)
        {
            return (null, refused.Code == "resource_missing" ? Problem.NotFound("payment") : Problem.Conflict(refused.Code.Replace('_', '-'), refused.Message));
        }
    }

    /// <summary>A form on another site must not press a button here: browsers say where a request comes from.</summary>
    private static bool IsOurs(HttpContext http) => http.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    private static string Id(HttpContext http, string name) => http.GetRouteValue(name) as string ?? "";

    private static void Redirect(HttpContext http, string to)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = to;
    }

    private static string Button(string session, string action, string label, string style) =>
        $"<form method=\"post\" action=\"/local/checkout/{Encode(session)}/{action}\"><button class=\"{style}\">{Encode(label)}</button></form>";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static async Task PageAsync(HttpContext http, string title, string body)
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
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(page), http.RequestAborted);
    }
}
