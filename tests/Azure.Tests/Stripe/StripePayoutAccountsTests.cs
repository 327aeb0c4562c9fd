using Contract.Tests.Payments;
using SeriesFunctions.Core.Ledger;

namespace Azure.Tests.Stripe;

/// <summary>The accounts' promises, kept through the real library on the API in memory. Says so where the library is not on the feed.</summary>
public sealed class StripePayoutAccountsTests : PayoutAccountsContract
{
    private StripeStage? _stage;

    protected override DateTimeOffset Now => _stage!.Clock.GetUtcNow();

    protected override ValueTask<IPayoutAccounts> OpenAsync() => new((_stage = new()).Gateway);

    protected override ValueTask CloseAsync()
    {
        _stage?.Dispose();
        return default;
    }

    protected override async ValueTask PayAsync(string sessionId) => Assert.Null((await _stage!.Provider.PayAsync(sessionId)).Problem);

    protected override async ValueTask BecomeAsync(string accountId, PayoutAccountStatus status) => Assert.Null((await _stage!.Provider.SetAccountAsync(accountId, status)).Problem);
}
