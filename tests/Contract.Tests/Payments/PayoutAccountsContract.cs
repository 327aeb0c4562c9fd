using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;

namespace Contract.Tests.Payments;

/// <summary>What every adapter to creators' accounts must do. One joins by deriving from this and saying how the provider changes its mind.</summary>
public abstract class PayoutAccountsContract : IAsyncLifetime
{
    protected static readonly UserId Creator = new("usr_creator");

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected IPayoutAccounts Accounts { get; private set; } = null!;

    protected abstract ValueTask<IPayoutAccounts> OpenAsync();

    protected abstract ValueTask CloseAsync();

    protected abstract DateTimeOffset Now { get; }

    /// <summary>The provider decides about an account.</summary>
    protected abstract ValueTask BecomeAsync(string accountId, PayoutAccountStatus status);

    /// <summary>The buyer pays on the session's page.</summary>
    protected abstract ValueTask PayAsync(string sessionId);

    public async ValueTask InitializeAsync() => Accounts = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_account_is_opened_for_a_creator_and_waits_for_her()
    {
        var opened = Ok(await Accounts.OpenAccountAsync(new("pye_1", Creator, "US"), Cancel));
        Assert.StartsWith("acct_", opened.Id, StringComparison.Ordinal);
        Assert.True(Ids.IsValid(opened.Id));
        Assert.Equal((Creator, PayoutAccountStatus.Pending), (opened.CreatorId, opened.Status));
        Assert.NotEmpty(opened.Due);
        Assert.Equivalent(opened, Ok(await Accounts.FindAccountAsync(opened.Id, Cancel)), strict: true);
    }

    [Fact]
    public async Task The_same_key_opens_one_account_however_often()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Accounts.OpenAccountAsync(new("pye_1", Creator, null), Cancel).AsTask()));
        Assert.Single(opened.Select(one => Ok(one).Id).Distinct());
        Assert.NotEqual(opened[0].Value!.Id, Ok(await Accounts.OpenAccountAsync(new("pye_2", Creator, null), Cancel)).Id);
        Assert.Equal(GatewayStatus.Refused, (await Accounts.OpenAccountAsync(new("pye_1", new("usr_other"), null), Cancel)).Status);
    }

    [Fact]
    public async Task A_repeated_key_answers_how_the_account_stands_now()
    {
        var opened = Ok(await Accounts.OpenAccountAsync(new("pye_1", Creator, "US"), Cancel));
        await BecomeAsync(opened.Id, PayoutAccountStatus.Ready);
        Assert.Equal(PayoutAccountStatus.Ready, Ok(await Accounts.OpenAccountAsync(new("pye_1", Creator, "US"), Cancel)).Status);
    }

    [Fact]
    public async Task What_the_provider_decides_is_seen()
    {
        var id = Ok(await Accounts.OpenAccountAsync(new("pye_1", Creator, "US"), Cancel)).Id;
        await BecomeAsync(id, PayoutAccountStatus.Ready);
        var ready = Ok(await Accounts.FindAccountAsync(id, Cancel));
        Assert.Equal(PayoutAccountStatus.Ready, ready.Status);
        Assert.Empty(ready.Due);
        await BecomeAsync(id, PayoutAccountStatus.Restricted);
        var stopped = Ok(await Accounts.FindAccountAsync(id, Cancel));
        Assert.Equal(PayoutAccountStatus.Restricted, stopped.Status);
        Assert.NotEmpty(stopped.Due);
    }

    [Fact]
    public async Task Each_link_is_a_new_one_and_good_for_some_minutes()
    {
        var id = Ok(await Accounts.OpenAccountAsync(new("pye_1", Creator, "US"), Cancel)).Id;
        var request = new LinkAccount(id, new("https://app.example/back?from=payouts"), new("https://app.example/again"));
        var (first, second) = (Ok(await Accounts.LinkAccountAsync(request, Cancel)), Ok(await Accounts.LinkAccountAsync(request, Cancel)));
        Assert.NotEqual(first.Url, second.Url);
        Assert.True(first.Url.IsAbsoluteUri);
        Assert.InRange(first.ExpiresAt, Now.AddMinutes(1), Now.AddHours(1));
    }

    [Theory]
    [InlineData("acct_none")]
    [InlineData("x' OR '1'='1")]
    public async Task What_the_provider_does_not_know_is_not_found(string id)
    {
        Assert.Equal(GatewayStatus.NotFound, (await Accounts.FindAccountAsync(id, Cancel)).Status);
        Assert.Equal(GatewayStatus.NotFound, (await Accounts.LinkAccountAsync(new(id, new("https://app.example/"), new("https://app.example/")), Cancel)).Status);
    }

    [Fact]
    public async Task Nothing_can_be_transferred_to_an_account_that_is_not_ready()
    {
        var id = Ok(await Accounts.OpenAccountAsync(new("pye_1", Creator, "US"), Cancel)).Id;
        var transfer = await ((IPaymentGateway)Accounts).TransferAsync(new("pay_1", id, Money.Usd(1)), Cancel);
        Assert.Equal((GatewayStatus.Refused, "insufficient_capabilities_for_transfer"), (transfer.Status, transfer.Reason));
    }

    [Fact]
    public async Task Money_goes_to_an_account_once_it_is_ready_and_no_longer_when_it_was_stopped()
    {
        var gateway = (IPaymentGateway)Accounts;
        var subject = new PaymentSubject(new("chk_1"), new("usr_1"), new("ser_1"));
        await PayAsync(Ok(await gateway.OpenSessionAsync(new(subject, Money.Usd(9_999), "Ceramics", new("https://app.example/ok"), new("https://app.example/no"), Now.AddMinutes(30)), Cancel)).Id);
        var id = Ok(await Accounts.OpenAccountAsync(new("pye_1", Creator, "US"), Cancel)).Id;
        var first = new MakeTransfer("pay_1", id, Money.Usd(1_000));
        Assert.Equal(GatewayStatus.Refused, (await gateway.TransferAsync(first, Cancel)).Status);

        await BecomeAsync(id, PayoutAccountStatus.Ready);
        // With the key that was refused: the reason is gone, and so is the refusal.
        var made = Ok(await gateway.TransferAsync(first, Cancel));
        Assert.Equal((id, Money.Usd(1_000)), (made.Account, made.Amount));

        await BecomeAsync(id, PayoutAccountStatus.Restricted);
        Assert.Equal(GatewayStatus.Refused, (await gateway.TransferAsync(new("pay_2", id, Money.Usd(1_000)), Cancel)).Status);
        // What was made stays made, and is found by its key.
        Assert.Equal(made, Ok(await gateway.TransferAsync(first, Cancel)));
        var books = Ok(await gateway.ListBooksAsync(new(Now.AddHours(-1), Now.AddHours(1)), Cancel));
        Assert.Equal((-1_000L, made.Id), Assert.Single(books.Entries, entry => entry.Kind == BookKind.Transfer) is var entry ? (entry.Amount.Amount, entry.SourceId!) : default);
    }

    private static T Ok<T>(GatewayResult<T> result)
        where T : class
    {
        Assert.Equal((GatewayStatus.Ok, null), (result.Status, result.Reason));
        return Assert.IsType<T>(result.Value);
    }
}
