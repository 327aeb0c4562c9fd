using System.Net;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Http.Conventions;

namespace SeriesFunctions.Local.Payments;

/// <summary>The simulated provider's pages for a subscriber, and what a test does to a subscription there by API: the card fails or works, it is not renewed, it ends.</summary>
public sealed class PortalPages(SimulatedProvider provider)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/local/portal/{portalId}", ["GET"], PaymentPages.Guarded(ShowAsync));
        foreach (var (name, act) in Actions)
        {
            routes.MapMethods($"/local/portal/{{portalId}}/{name}", ["POST"], PaymentPages.Guarded(http => UseAsync(http, act)));
            routes.MapMethods($"/local/subscriptions/{{subscriptionId}}/{name}", ["POST"], PaymentPages.Guarded(http => ActAsync(http, act)));
        }
    }

    private IEnumerable<(string Name, Func<string, Task<Result<SimulatedSubscription>>> Act)> Actions =>
    [
        ("card-works", id => provider.SetCardAsync(id, fails: false)),
        ("card-fails", id => provider.SetCardAsync(id, fails: true)),
        ("cancel", id => provider.SetRenewalAsync(id, renews: false)),
        ("resume", id => provider.SetRenewalAsync(id, renews: true)),
        ("end", provider.CancelNowAsync),
    ];

    private static string Id(HttpContext http, string name) => http.GetRouteValue(name) as string ?? "";

    private async Task ShowAsync(HttpContext http)
    {
        if (provider.FindPortal(Id(http, "portalId")) is not { } portal || !(await provider.FindSubscriptionAsync(portal.SubscriptionId)).IsOk(out var subscription, out _))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await PaymentPages.PageAsync(http, "No such page", "<p>This link is not good any more. Go back to the app and ask for another.</p>");
            return;
        }
        var price = new Money(subscription.Amount, subscription.Currency.ToUpperInvariant());
        var state = subscription.Status switch
        {
            ProviderSubscriptionStatus.Ended => "It has ended.",
            ProviderSubscriptionStatus.PastDue => "The last payment failed. Put in a card that works.",
            _ => subscription.Renews ? "It is renewed each month." : "It is not renewed.",
        };
        var body = $"<p class=\"what\">{Encode(subscription.Title)}</p><p class=\"price\">{Encode(price.ToString())} a month</p><p role=\"status\">{state}</p>";
        if (subscription.Status != ProviderSubscriptionStatus.Ended)
        {
            body += Button(portal.Id, "card-works", "Use a card that works", "first") + Button(portal.Id, "card-fails", "Use a card that is declined", "")
                + (subscription.Renews ? Button(portal.Id, "cancel", "Don't renew", "") : Button(portal.Id, "resume", "Renew after all", ""));
        }
        await PaymentPages.PageAsync(http, "Your subscription", body + $"<p><a href=\"{Encode(portal.ReturnUrl)}\">Back to the app</a></p>");
    }

    private async Task UseAsync(HttpContext http, Func<string, Task<Result<SimulatedSubscription>>> act)
    {
        if (provider.FindPortal(Id(http, "portalId")) is not { } portal)
        {
            await ProblemAnswer.WriteAsync(http, Problem.NotFound("portal page"));
            return;
        }
        // What is refused the page shows; there is nothing else to say.
        await act(portal.SubscriptionId);
        PaymentPages.Redirect(http, $"/local/portal/{portal.Id}");
    }

    private static async Task ActAsync(HttpContext http, Func<string, Task<Result<SimulatedSubscription>>> act)
    {
        if ((await act(Id(http, "subscriptionId"))).IsOk(out var subscription, out var problem))
            await PaymentPages.WriteJsonAsync(http, StripeEvents.SubscriptionObject(subscription));
        else
            await ProblemAnswer.WriteAsync(http, problem);
    }

    private static string Button(string portal, string action, string label, string style) =>
        $"<form method=\"post\" action=\"/local/portal/{Encode(portal)}/{action}\"><button class=\"{style}\">{Encode(label)}</button></form>";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
