using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace Contract.Tests.Payments;

/// <summary>What every payment gateway must do. One joins by deriving from this and saying how a buyer and a bank act at its provider.</summary>
public abstract partial class PaymentGatewayContract : IAsyncLifetime
{
    private int _checkouts;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected IPaymentGateway Gateway { get; set; } = null!;

    protected abstract DateTimeOffset Now { get; }

    protected abstract ValueTask<IPaymentGateway> OpenAsync();

    protected abstract ValueTask CloseAsync();

    /// <summary>Moves the time that the provider goes by.</summary>
    protected abstract ValueTask AdvanceAsync(TimeSpan by);

    /// <summary>The buyer pays on the session's page; returns the payment's id.</summary>
    protected abstract ValueTask<string> PayAsync(string sessionId);

    /// <summary>The buyer's card is declined.</summary>
    protected abstract ValueTask DeclineAsync(string sessionId);

    /// <summary>The buyer's bank opens a dispute.</summary>
    protected abstract ValueTask DisputeAsync(string paymentId);

    protected abstract ValueTask CloseDisputeAsync(string paymentId, bool won);

    public async ValueTask InitializeAsync() => Gateway = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_session_is_open_and_carries_what_it_is_for()
    {
        var request = Request();
        var session = Ok(await Gateway.OpenSessionAsync(request, Cancel));
        Assert.True(Ids.IsValid(session.Id));
        Assert.Equal(SessionStatus.Open, session.Status);
        Assert.False(session.IsPaid);
        Assert.Null(session.PaymentId);
        Assert.NotNull(session.Url);
        Assert.Equal(request.Subject, session.Subject);
        Assert.Equal(request.Price, session.Amount);
        Assert.Equal(request.ExpiresAt.ToUnixTimeSeconds(), session.ExpiresAt.ToUnixTimeSeconds());
        Assert.Equal(session, Ok(await Gateway.FindSessionAsync(session.Id, Cancel)));
    }

    [Fact]
    public async Task The_same_checkout_gets_the_same_session()
    {
        var request = Request();
        var first = Ok(await Gateway.OpenSessionAsync(request, Cancel));
        Assert.Equal(first, Ok(await Gateway.OpenSessionAsync(request, Cancel)));
        Assert.NotEqual(first.Id, Ok(await Gateway.OpenSessionAsync(Request(), Cancel)).Id);
    }

    [Fact]
    public async Task The_same_checkout_at_once_gets_one_session()
    {
        var request = Request();
        var sessions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Gateway.OpenSessionAsync(request, Cancel).AsTask()));
        Assert.Single(sessions.Select(session => Ok(session).Id).Distinct());
    }

    [Fact]
    public async Task The_same_checkout_at_another_price_is_refused()
    {
        var request = Request();
        var first = Ok(await Gateway.OpenSessionAsync(request, Cancel));
        Assert.Equal(GatewayStatus.Refused, (await Gateway.OpenSessionAsync(request with { Price = Money.Usd(1) }, Cancel)).Status);
        Assert.Equal(first, Ok(await Gateway.FindSessionAsync(first.Id, Cancel)));
    }

    [Theory]
    [InlineData("cs_sim_none")]
    [InlineData("pi_sim_none")]
    [InlineData("x' OR '1'='1")]
    public async Task What_the_provider_does_not_know_is_not_found(string id)
    {
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.FindSessionAsync(id, Cancel)).Status);
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.FindPaymentAsync(id, Cancel)).Status);
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.ExpireSessionAsync(id, Cancel)).Status);
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.RefundAsync(new("key", id, Money.Usd(1)), Cancel)).Status);
    }

    [Fact]
    public async Task A_session_is_no_payment_and_a_payment_is_no_session()
    {
        var (session, payment) = await PaidAsync();
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.FindPaymentAsync(session.Id, Cancel)).Status);
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.FindSessionAsync(payment.Id, Cancel)).Status);
    }

    [Fact]
    public async Task A_paid_session_leads_to_its_payment()
    {
        var (session, payment) = await PaidAsync();
        Assert.Equal(SessionStatus.Complete, session.Status);
        Assert.True(session.IsPaid);
        Assert.Equal(payment.Id, session.PaymentId);
        Assert.Equal(PaymentStatus.Succeeded, payment.Status);
        Assert.Equal(session.Subject, payment.Subject);
        Assert.Equal(session.Amount, payment.Amount);
        Assert.Empty(payment.Refunds);
        Assert.Null(payment.Dispute);
        Assert.InRange(payment.CreatedAt, Now.AddMinutes(-1), Now.AddMinutes(1));
    }

    [Theory]
    [InlineData(999, 59)]
    [InlineData(18_999, 581)]
    [InlineData(99, 33)]
    public async Task The_fee_is_the_providers_standard_one(long price, long fee)
    {
        var (_, payment) = await PaidAsync(price);
        Assert.Equal(Money.Usd(fee), payment.Fee);
    }

    [Fact]
    public async Task After_a_declined_card_the_page_can_still_be_paid_on()
    {
        var session = Ok(await Gateway.OpenSessionAsync(Request(), Cancel));
        await DeclineAsync(session.Id);
        Assert.Equal(session, Ok(await Gateway.FindSessionAsync(session.Id, Cancel)));
        await PayAsync(session.Id);
        Assert.True(Ok(await Gateway.FindSessionAsync(session.Id, Cancel)).IsPaid);
    }

    [Fact]
    public async Task An_expired_session_can_not_be_paid_and_expires_only_once()
    {
        var session = Ok(await Gateway.OpenSessionAsync(Request(), Cancel));
        var expired = Ok(await Gateway.ExpireSessionAsync(session.Id, Cancel));
        Assert.Equal(SessionStatus.Expired, expired.Status);
        Assert.Null(expired.Url);
        Assert.Equal(expired, Ok(await Gateway.ExpireSessionAsync(session.Id, Cancel)));
        await Assert.ThrowsAnyAsync<Exception>(async () => await PayAsync(session.Id));
        Assert.False(Ok(await Gateway.FindSessionAsync(session.Id, Cancel)).IsPaid);
    }

    [Fact]
    public async Task A_session_expires_by_the_clock()
    {
        var request = Request();
        var session = Ok(await Gateway.OpenSessionAsync(request, Cancel));
        await AdvanceAsync(TimeSpan.FromMinutes(29));
        Assert.Equal(SessionStatus.Open, Ok(await Gateway.FindSessionAsync(session.Id, Cancel)).Status);
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(SessionStatus.Expired, Ok(await Gateway.FindSessionAsync(session.Id, Cancel)).Status);
        Assert.Equal(SessionStatus.Expired, Ok(await Gateway.OpenSessionAsync(request, Cancel)).Status);
        await Assert.ThrowsAnyAsync<Exception>(async () => await PayAsync(session.Id));
    }

    [Fact]
    public async Task A_paid_session_can_not_be_expired()
    {
        var (session, _) = await PaidAsync();
        Assert.Equal(session, Ok(await Gateway.ExpireSessionAsync(session.Id, Cancel)));
        await AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Equal(session, Ok(await Gateway.FindSessionAsync(session.Id, Cancel)));
    }

    [Fact]
    public async Task A_session_is_paid_once()
    {
        var (session, payment) = await PaidAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () => await PayAsync(session.Id));
        Assert.Equal(session, Ok(await Gateway.FindSessionAsync(session.Id, Cancel)));
        Assert.Equivalent(payment, Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)), strict: true);
    }

    protected OpenSession Request(long price = 999)
    {
        var id = new CheckoutId(Ids.New("chk", Now));
        return new(
            new(id, new($"usr_{++_checkouts}"), new("ser_1")), Money.Usd(price), "Bread & <salt>",
            new("https://app.example/paid?checkout=1"), new("https://app.example/cancelled"), Now.AddMinutes(30));
    }

    protected async Task<(ProviderSession Session, ProviderPayment Payment)> PaidAsync(long price = 999)
    {
        var session = Ok(await Gateway.OpenSessionAsync(Request(price), Cancel));
        var payment = await PayAsync(session.Id);
        return (Ok(await Gateway.FindSessionAsync(session.Id, Cancel)), Ok(await Gateway.FindPaymentAsync(payment, Cancel)));
    }

    protected static T Ok<T>(GatewayResult<T> result)
        where T : class
    {
        Assert.Equal(GatewayStatus.Ok, result.Status);
        return Assert.IsType<T>(result.Value);
    }
}
