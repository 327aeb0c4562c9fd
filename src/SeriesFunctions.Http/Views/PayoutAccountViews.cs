using SeriesFunctions.Core.Ledger;

namespace SeriesFunctions.Http.Views;

/// <summary>Where the provider's pages lead when the creator is done, and when the link is used up; the same, where only one is given.</summary>
public sealed record OpenPayoutAccountRequest(string ReturnUrl, string? RefreshUrl = null);

/// <summary>
/// The caller's account at the payment provider. <paramref name="Due"/> names what the provider still wants to know, in its words; <paramref name="Link"/> leads to its pages and comes only with the answer
/// that made it.
/// </summary>
public sealed record MyPayoutAccountView(PayoutAccountStatus Status, string? AccountId, IReadOnlyList<string> Due, DateTimeOffset? ChangedAt, OnboardingLinkView? Link)
{
    public static MyPayoutAccountView Of(Payee? payee, OnboardingLink? link = null) => payee is null
        ? new(PayoutAccountStatus.None, null, [], null, null)
        : new(payee.Status, payee.AccountId, payee.Due, payee.ChangedAt, link is null ? null : new(link.Url, link.ExpiresAt));
}

/// <summary>Good once, and until <paramref name="ExpiresAt"/>.</summary>
public sealed record OnboardingLinkView(Uri Url, DateTimeOffset ExpiresAt);
