using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Stripe;

namespace Azure.Tests.Stripe;

/// <summary>
/// The adapter through the library on Stripe's own mock (<c>SERIES_STRIPE_MOCK</c>, e.g. <c>http://127.0.0.1:12111</c>). The mock holds every request against Stripe's published description of its
/// API and answers examples of it; it remembers nothing. So this finds a parameter that there isn't, one of another type, and an answer that we can't read; what the answers mean is the contract suite's.
/// </summary>
[Trait("needs", "stripe-mock")]
public sealed class StripeMockTests
{
    private static readonly string? s_mock = Environment.GetEnvironmentVariable("SERIES_STRIPE_MOCK");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_can_be_opened_found_and_expired()
    {
        var gateway = Open();
        var now = TimeProvider.System.GetUtcNow();
        var opened = Taken(await gateway.OpenSessionAsync(
            new(new(new(Ids.New("chk", now)), new("usr_1"), new("ser_1")), Money.Usd(999), "Bread & <salt>", new("https://app.example/paid"), new("https://app.example/back"), now.AddMinutes(30)), Cancel));
        Assert.Equal("cs_", opened.Id[..3]);
        Assert.Equal("cs_", Taken(await gateway.FindSessionAsync("cs_test_1", Cancel)).Id[..3]);
        Assert.Equal("cs_", Taken(await gateway.ExpireSessionAsync("cs_test_1", Cancel)).Id[..3]);
    }

    [Fact]
    public async Task A_payment_is_read_with_its_charge_and_refunded()
    {
        var gateway = Open();
        var payment = Taken(await gateway.FindPaymentAsync("pi_1", Cancel));
        Assert.Equal("pi_", payment.Id[..3]);
        Assert.Equal(3, payment.Amount.Currency.Length);
        Assert.Equal("re_", Taken(await gateway.RefundAsync(new("ref_1", payment.Id, new(1, payment.Amount.Currency)), Cancel)).Id[..3]);
    }

    /// <summary>The mock finds a transfer for every key; so making one is asked for without looking first.</summary>
    [Fact]
    public async Task A_transfer_can_be_looked_for_and_made()
    {
        var found = await Open().TransferAsync(new("pay_1", "acct_1", Money.Usd(5_000)), Cancel);
        Assert.Contains((found.Status, found.Reason), new[] { (GatewayStatus.Ok, null), (GatewayStatus.Refused, "idempotency_error") });
        var made = await Client().V1.Transfers.CreateAsync(StripePaymentGateway.Options(new MakeTransfer("pay_1", "acct_1", Money.Usd(5_000))), cancellationToken: Cancel);
        Assert.Equal("tr_", made.Id[..3]);
    }

    [Fact]
    public async Task An_account_can_be_opened_found_and_linked_to()
    {
        var gateway = Open();
        Assert.Equal("acct_", Taken(await gateway.OpenAccountAsync(new("pye_1", new("usr_1"), "US"), Cancel)).Id[..5]);
        Assert.Equal("acct_", Taken(await gateway.FindAccountAsync("acct_1", Cancel)).Id[..5]);
        Assert.True(Taken(await gateway.LinkAccountAsync(new("acct_1", new("https://app.example/back"), new("https://app.example/again")), Cancel)).Url.IsAbsoluteUri);
    }

    [Fact]
    public async Task The_books_can_be_listed()
    {
        var page = Taken(await Open().ListBooksAsync(new(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow()), Cancel));
        Assert.All(page.Entries, entry => Assert.Equal("txn_", entry.Id[..4]));
        Assert.NotEmpty(page.Entries);
    }

    private static global::Stripe.StripeClient Client()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(s_mock), "SERIES_STRIPE_MOCK names no mock.");
        RealPackages.Need(typeof(StripePaymentGateway).Assembly);
        return StripeConnection.Open(Settings(), new SocketsHttpHandler());
    }

    private static StripePaymentGateway Open() => new(Client(), Options.Create(Settings()), TimeProvider.System, NullLogger<StripePaymentGateway>.Instance);

    private static StripeOptions Settings() => new() { ApiKey = "sk_test_123", ApiBase = s_mock, NetworkRetries = 0 };

    private static T Taken<T>(GatewayResult<T> answer)
        where T : class
    {
        Assert.True(answer.Status == GatewayStatus.Ok, $"{answer.Status}: {answer.Reason}");
        return answer.Value!;
    }
}
