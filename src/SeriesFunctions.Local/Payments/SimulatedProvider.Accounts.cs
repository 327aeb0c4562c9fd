using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;

namespace SeriesFunctions.Local.Payments;

/// <summary>Creators' accounts at the other company: opened for a key, filled in on its pages, told of when they change.</summary>
public sealed partial class SimulatedProvider
{
    /// <summary>As Stripe's: good once, and for a few minutes.</summary>
    private static readonly TimeSpan LinkIsGoodFor = TimeSpan.FromMinutes(5);

    public SimulatedAccount? FindAccount(string id) => _file.Find(id, ProviderJson.Default.SimulatedAccount);

    public SimulatedLink? FindLink(string id) => _file.Find(id, ProviderJson.Default.SimulatedLink);

    public bool IsUsable(SimulatedLink link) => !link.Used && clock.GetUtcNow() < link.ExpiresAt;

    /// <summary>The key makes the account's id: asked again, the same account; asked again for something else, a refusal.</summary>
    public Task<Result<SimulatedAccount>> OpenAccountAsync(OpenAccount request)
    {
        var now = clock.GetUtcNow();
        var opened = new SimulatedAccount(Ids.Derived("acct_sim", request.Key), request.CreatorId.Value, request.Country, PayoutAccountStatus.Pending, now);
        return _file.ChangeAsync<Result<SimulatedAccount>>(() =>
        {
            if (_file.Load(opened.Id, ProviderJson.Default.SimulatedAccount) is { } before)
                return before with { Status = opened.Status, CreatedAt = now } == opened ? before : OtherParameters;
            _file.Save(opened.Id, opened, ProviderJson.Default.SimulatedAccount);
            return opened;
        });
    }

    public Task<Result<SimulatedLink>> LinkAsync(LinkAccount request) => ChangeAsync<SimulatedAccount, SimulatedLink>(request.AccountId, ProviderJson.Default.SimulatedAccount, (account, now) =>
    {
        var link = new SimulatedLink(Ids.New("alink_sim", now), account.Id, request.ReturnUrl.OriginalString, request.RefreshUrl.OriginalString, now + LinkIsGoodFor, Used: false);
        _file.Save(link.Id, link, ProviderJson.Default.SimulatedLink);
        return link;
    });

    /// <summary>The creator does something on the page; with null she just leaves it.</summary>
    public Task<Result<(SimulatedLink Link, SimulatedAccount Account)>> UseLinkAsync(string linkId, PayoutAccountStatus? becomes) =>
        ChangeAsync<SimulatedLink, (SimulatedLink, SimulatedAccount)>(linkId, ProviderJson.Default.SimulatedLink, (link, now) =>
        {
            if (!IsUsable(link))
                return Refused("link-used-up", "This link was used already, or its time is over.");
            var account = _file.Load(link.AccountId, ProviderJson.Default.SimulatedAccount)!;
            _file.Save(link.Id, link with { Used = true }, ProviderJson.Default.SimulatedLink);
            return (link, becomes is { } status ? Become(account, status, now) : account);
        });

    /// <summary>The provider decides about an account by itself.</summary>
    public Task<Result<SimulatedAccount>> SetAccountAsync(string accountId, PayoutAccountStatus status) =>
        ChangeAsync<SimulatedAccount, SimulatedAccount>(accountId, ProviderJson.Default.SimulatedAccount, (account, now) => Become(account, status, now));

    private SimulatedAccount Become(SimulatedAccount account, PayoutAccountStatus status, DateTimeOffset now)
    {
        var after = account with { Status = status };
        _file.Save(after.Id, after, ProviderJson.Default.SimulatedAccount);
        Emit("account.updated", now, (id, type) => StripeEvents.Account(id, type, after, now));
        return after;
    }
}
