using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Ledger;
using Stripe;

namespace SeriesFunctions.Stripe;

/// <summary>Creators' accounts on Stripe Connect: opened with the transfers capability alone, filled in on Stripe's own pages. See docs/adr/0028.</summary>
public sealed partial class StripePaymentGateway : IPayoutAccounts
{
    public ValueTask<GatewayResult<ProviderAccount>> OpenAccountAsync(OpenAccount request, CancellationToken cancellationToken) => AskAsync(
        async () =>
        {
            var account = await OnceAsync(StripeRequests.AccountKeyOf(request), once => client.V1.Accounts.CreateAsync(Options(request), once, cancellationToken));
            // A repeated key answers what was answered the first time, not how the account stands now.
            return (GatewayResult<ProviderAccount>)StripeMapping.Account(StripeReading.Of(IsReplayed(account.StripeResponse) ? await client.V1.Accounts.GetAsync(account.Id, cancellationToken: cancellationToken) : account));
        },
        cancellationToken);

    public ValueTask<GatewayResult<ProviderAccount>> FindAccountAsync(string accountId, CancellationToken cancellationToken) => AskOfAccountAsync(
        async () => (GatewayResult<ProviderAccount>)StripeMapping.Account(StripeReading.Of(await client.V1.Accounts.GetAsync(accountId, cancellationToken: cancellationToken))), cancellationToken);

    public ValueTask<GatewayResult<OnboardingLink>> LinkAccountAsync(LinkAccount request, CancellationToken cancellationToken) => AskOfAccountAsync(
        async () =>
        {
            // Without a key: a link is good once, so the answer to an earlier request is of no use to this one.
            var link = await client.V1.AccountLinks.CreateAsync(
                new()
                {
                    Account = request.AccountId,
                    Type = "account_onboarding",
                    ReturnUrl = request.ReturnUrl.OriginalString,
                    RefreshUrl = request.RefreshUrl.OriginalString,
                },
                cancellationToken: cancellationToken);
            return (GatewayResult<OnboardingLink>)StripeMapping.Link(StripeReading.Of(link));
        },
        cancellationToken);

    /// <summary>
    /// The API says with 403 that an account doesn't exist or has let us go. For this one question that is an answer and no fault of our key's, which is said with another code.
    /// </summary>
    private ValueTask<GatewayResult<T>> AskOfAccountAsync<T>(Func<Task<GatewayResult<T>>> ask, CancellationToken cancellationToken)
        where T : class => AskAsync(
        async () =>
        {
            try
            {
                return await ask();
            }
            catch (StripeException e) when (e.StripeError?.Code == "account_invalid")
            {
                return GatewayResult<T>.Failed(GatewayStatus.NotFound, "account_invalid");
            }
        },
        cancellationToken);

    /// <summary>
    /// Stripe's pages and dashboard for the creator; what Stripe asks for and the losses of an account that is paid out too much stay with the platform, as with every account that only gets transfers.
    /// Source: Stripe's documentation, "Connect accounts, controller properties".
    /// </summary>
    internal static AccountCreateOptions Options(OpenAccount request) => new()
    {
        Country = request.Country,
        Capabilities = new() { Transfers = new() { Requested = true } },
        Controller = new()
        {
            Fees = new() { Payer = "application" },
            Losses = new() { Payments = "application" },
            RequirementCollection = "stripe",
            StripeDashboard = new() { Type = "express" },
        },
        Metadata = new() { [StripeRequests.CreatorKey] = request.CreatorId.Value },
    };
}
