using SeriesFunctions.Core.Kernel;

namespace SeriesFunctions.Core.Ledger;

/// <summary>
/// The port to creators' accounts at the payment provider, to which payouts go. The provider asks people for what the law wants to know of them, on pages of its own: we hand out links and learn how
/// an account stands. Every answer is as the provider has it now.
/// </summary>
public interface IPayoutAccounts
{
    /// <summary>Opens an account for a creator. The same <see cref="OpenAccount.Key"/> gives the same account again.</summary>
    ValueTask<Checkout.GatewayResult<ProviderAccount>> OpenAccountAsync(OpenAccount request, CancellationToken cancellationToken);

    ValueTask<Checkout.GatewayResult<ProviderAccount>> FindAccountAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>A link to the provider's pages, good once and for some minutes. Each call makes a new one.</summary>
    ValueTask<Checkout.GatewayResult<OnboardingLink>> LinkAccountAsync(LinkAccount request, CancellationToken cancellationToken);
}

/// <summary>How an account stands.</summary>
public enum PayoutAccountStatus
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Something is still to be told or checked; nothing can be paid yet.</summary>
    Pending,

    /// <summary>It can be paid to.</summary>
    Ready,

    /// <summary>The provider has stopped it until its holder does something, or for good.</summary>
    Restricted,
}

/// <summary>An account to open. <paramref name="Key"/> is the idempotency key; <paramref name="CreatorId"/> is kept at the provider, so that an event leads back to our records.</summary>
public sealed record OpenAccount(string Key, UserId CreatorId, string? Country);

/// <summary>An account at the provider. <paramref name="CreatorId"/> is null for one that we did not open; <paramref name="Due"/> names what the provider still wants to know, in its words.</summary>
public sealed record ProviderAccount(string Id, UserId? CreatorId, PayoutAccountStatus Status, IReadOnlyList<string> Due);

/// <summary>A link to make: where the provider sends the creator when she is done, and where when the link is used up.</summary>
public sealed record LinkAccount(string AccountId, Uri ReturnUrl, Uri RefreshUrl);

public sealed record OnboardingLink(Uri Url, DateTimeOffset ExpiresAt);
