using System.Net;
using System.Text;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Http.Conventions;

namespace SeriesFunctions.Local.Payments;

/// <summary>The simulated provider's pages for creators who want to be paid, and the same by API: fill everything in, be stopped, or leave.</summary>
public sealed class OnboardingPages(SimulatedProvider provider)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/local/onboarding/{linkId}", ["GET"], PaymentPages.Guarded(ShowAsync));
        routes.MapMethods("/local/onboarding/{linkId}/complete", ["POST"], PaymentPages.Guarded(http => ActAsync(http, PayoutAccountStatus.Ready)));
        routes.MapMethods("/local/onboarding/{linkId}/leave", ["POST"], PaymentPages.Guarded(http => ActAsync(http, null)));
        // What the provider does by itself, later.
        routes.MapMethods("/local/accounts/{accountId}/restrict", ["POST"], PaymentPages.Guarded(http => SetAsync(http, PayoutAccountStatus.Restricted)));
        routes.MapMethods("/local/accounts/{accountId}/release", ["POST"], PaymentPages.Guarded(http => SetAsync(http, PayoutAccountStatus.Ready)));
    }

    private async Task ShowAsync(HttpContext http)
    {
        if (provider.FindLink(Id(http, "linkId")) is not { } link)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await PaymentPages.PageAsync(http, "No such page", "<p>There is no such page. Go back to the app and start again.</p>");
            return;
        }
        if (!provider.IsUsable(link))
        {
            PaymentPages.Redirect(http, link.RefreshUrl);
            return;
        }
        await PaymentPages.PageAsync(
            http, "Say whom to pay", "<p>Here the provider would ask for your name, your address and your bank account.</p>" + Button(link.Id, "complete", "Fill everything in", "first") + Button(link.Id, "leave", "Leave", ""));
    }

    /// <summary>A link is used up by what is done with it; a used one leads to where a new one is made.</summary>
    private async Task ActAsync(HttpContext http, PayoutAccountStatus? becomes)
    {
        var used = await provider.UseLinkAsync(Id(http, "linkId"), becomes);
        var isForm = http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        if (used.IsOk(out var done, out var problem))
        {
            if (isForm)
                PaymentPages.Redirect(http, done.Link.ReturnUrl);
            else
                await WriteAsync(http, done.Account);
        }
        else if (isForm && provider.FindLink(Id(http, "linkId")) is { } link)
            PaymentPages.Redirect(http, link.RefreshUrl);
        else
            await ProblemAnswer.WriteAsync(http, problem);
    }

    private async Task SetAsync(HttpContext http, PayoutAccountStatus status)
    {
        if ((await provider.SetAccountAsync(Id(http, "accountId"), status)).IsOk(out var account, out var problem))
            await WriteAsync(http, account);
        else
            await ProblemAnswer.WriteAsync(http, problem);
    }

    private static Task WriteAsync(HttpContext http, SimulatedAccount account) =>
        PaymentPages.WriteJsonAsync(http, Encoding.UTF8.GetBytes($$"""{"accountId":"{{account.Id}}","status":"{{account.Status.ToString().ToLowerInvariant()}}"}"""));

    private static string Id(HttpContext http, string name) => http.GetRouteValue(name) as string ?? "";

    private static string Button(string link, string action, string label, string style) =>
        $"<form method=\"post\" action=\"/local/onboarding/{WebUtility.HtmlEncode(link)}/{action}\"><button class=\"{style}\">{WebUtility.HtmlEncode(label)}</button></form>";
}
