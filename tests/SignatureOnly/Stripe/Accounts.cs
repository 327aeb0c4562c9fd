// As in StripeClient.cs.
#nullable disable
using SignatureOnly;

namespace Stripe;

public class Account : StripeEntity<Account>
{
    public string Id { get => throw Signature.Only(); set => throw Signature.Only(); }

    public AccountCapabilities Capabilities { get => throw Signature.Only(); set => throw Signature.Only(); }

    public bool DetailsSubmitted { get => throw Signature.Only(); set => throw Signature.Only(); }

    public bool PayoutsEnabled { get => throw Signature.Only(); set => throw Signature.Only(); }

    public AccountRequirements Requirements { get => throw Signature.Only(); set => throw Signature.Only(); }

    public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountCapabilities : StripeEntity<AccountCapabilities>
{
    public string Transfers { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountRequirements : StripeEntity<AccountRequirements>
{
    public List<string> CurrentlyDue { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string DisabledReason { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountCreateOptions : BaseOptions
{
    public AccountCapabilitiesOptions Capabilities { get => throw Signature.Only(); set => throw Signature.Only(); }

    public AccountControllerOptions Controller { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Country { get => throw Signature.Only(); set => throw Signature.Only(); }

    public Dictionary<string, string> Metadata { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountCapabilitiesOptions
{
    public AccountCapabilitiesTransfersOptions Transfers { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountCapabilitiesTransfersOptions
{
    public bool? Requested { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountControllerOptions
{
    public AccountControllerFeesOptions Fees { get => throw Signature.Only(); set => throw Signature.Only(); }

    public AccountControllerLossesOptions Losses { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string RequirementCollection { get => throw Signature.Only(); set => throw Signature.Only(); }

    public AccountControllerStripeDashboardOptions StripeDashboard { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountControllerFeesOptions
{
    public string Payer { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountControllerLossesOptions
{
    public string Payments { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountControllerStripeDashboardOptions
{
    public string Type { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountGetOptions : BaseOptions;

public class AccountService
{
    public virtual Task<Account> CreateAsync(AccountCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();

    public virtual Task<Account> GetAsync(string id, AccountGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
}

public class AccountLink : StripeEntity<AccountLink>
{
    public DateTime ExpiresAt { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Url { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountLinkCreateOptions : BaseOptions
{
    public string Account { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string RefreshUrl { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string ReturnUrl { get => throw Signature.Only(); set => throw Signature.Only(); }

    public string Type { get => throw Signature.Only(); set => throw Signature.Only(); }
}

public class AccountLinkService
{
    public virtual Task<AccountLink> CreateAsync(AccountLinkCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) => throw Signature.Only();
}
