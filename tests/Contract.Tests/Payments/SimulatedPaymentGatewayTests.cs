using System.Text.Json;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Hosting;
using SeriesFunctions.Local.Payments;

namespace Contract.Tests.Payments;

/// <summary>The simulated provider keeps the contract, tells of what happens as Stripe would, and makes trouble when it is asked to.</summary>
public sealed class SimulatedPaymentGatewayTests : PaymentGatewayContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provider-").FullName;
    private readonly HostClock _clock = new();
    private readonly SimulatedProviderOptions _options = new();
    private SimulatedProvider _provider = null!;

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override ValueTask<IPaymentGateway> OpenAsync()
    {
        _provider = new(_folder, _clock, _options);
        return ValueTask.FromResult<IPaymentGateway>(new SimulatedPaymentGateway(_provider, _options, new([]), new HostAddress { Url = new("http://127.0.0.1:1") }, _clock));
    }

    protected override ValueTask CloseAsync()
    {
        _provider.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask<string> PayAsync(string sessionId) => Done(await _provider.PayAsync(sessionId)).PaymentId!;

    protected override async ValueTask DeclineAsync(string sessionId) => Done(await _provider.DeclineAsync(sessionId));

    protected override async ValueTask DisputeAsync(string paymentId) => Done(await _provider.DisputeAsync(paymentId));

    protected override async ValueTask CloseDisputeAsync(string paymentId, bool won) => Done(await _provider.CloseDisputeAsync(paymentId, won));

    [Fact]
    public async Task A_payment_is_told_of_in_Stripes_words()
    {
        var (session, payment) = await PaidAsync();
        var events = Events();
        Assert.Equal(["payment_intent.succeeded", "checkout.session.completed"], events.Select(Type));
        var told = events[1].GetProperty("data").GetProperty("object");
        Assert.Equal("event", events[1].GetProperty("object").GetString());
        Assert.Equal(session.Id, told.GetProperty("id").GetString());
        Assert.Equal(payment.Id, told.GetProperty("payment_intent").GetString());
        Assert.Equal("paid", told.GetProperty("payment_status").GetString());
        Assert.Equal(999, told.GetProperty("amount_total").GetInt64());
        Assert.Equal("usd", told.GetProperty("currency").GetString());
        Assert.Equal(session.Subject!.CheckoutId.Value, told.GetProperty("client_reference_id").GetString());
        Assert.Equal(session.Subject.CheckoutId.Value, told.GetProperty("metadata").GetProperty("checkout_id").GetString());
        Assert.Equal(session.Subject.BuyerId.Value, told.GetProperty("metadata").GetProperty("buyer_id").GetString());
        Assert.Equal(session.Subject.SeriesId.Value, told.GetProperty("metadata").GetProperty("series_id").GetString());
        Assert.All(_provider.DueEvents(10), pending => Assert.True(Ids.IsValid(pending.Id)));
    }

    [Fact]
    public async Task What_happens_later_is_told_of_too()
    {
        var (_, payment) = await PaidAsync();
        await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(100)), Cancel);
        await DisputeAsync(payment.Id);
        await CloseDisputeAsync(payment.Id, won: false);
        Assert.Equal(["charge.refunded", "charge.dispute.created", "charge.dispute.closed"], Events().Skip(2).Select(Type));
        Assert.All(Events().Skip(2), told => Assert.Equal(payment.Id, told.GetProperty("data").GetProperty("object").GetProperty("payment_intent").GetString()));
    }

    [Fact]
    public async Task A_session_whose_time_is_over_is_told_of_once()
    {
        var session = Ok(await Gateway.OpenSessionAsync(Request(), Cancel));
        await PaidAsync();
        _clock.Advance(TimeSpan.FromMinutes(31));
        await _provider.ExpireOverdueAsync();
        await _provider.ExpireOverdueAsync();
        await Gateway.ExpireSessionAsync(session.Id, Cancel);
        var told = Assert.Single(Events(), told => Type(told) == "checkout.session.expired");
        Assert.Equal(session.Id, told.GetProperty("data").GetProperty("object").GetProperty("id").GetString());
    }

    [Fact]
    public async Task What_is_refused_is_not_told_of()
    {
        var (session, payment) = await PaidAsync();
        var before = _provider.CountDueEvents();
        await _provider.PayAsync(session.Id);
        await _provider.DeclineAsync(session.Id);
        await _provider.ExpireAsync(session.Id);
        await _provider.CloseDisputeAsync(payment.Id, won: true);
        await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(1_000)), Cancel);
        Assert.Equal(before, _provider.CountDueEvents());
    }

    [Fact]
    public async Task A_restart_forgets_nothing()
    {
        var (session, payment) = await PaidAsync();
        _provider.Dispose();
        Gateway = await OpenAsync();
        Assert.Equal(session, Ok(await Gateway.FindSessionAsync(session.Id, Cancel)));
        Assert.Equivalent(payment, Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)), strict: true);
        Assert.Equal(2, _provider.CountDueEvents());
    }

    [Fact]
    public async Task In_an_outage_nothing_happens()
    {
        var request = Request();
        _options.Outage = true;
        Assert.Equal(GatewayStatus.Unavailable, (await Gateway.OpenSessionAsync(request, Cancel)).Status);
        _options.Outage = false;
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.FindSessionAsync(Ids.From("cs_sim", request.CheckoutId.Value), Cancel)).Status);
    }

    [Fact]
    public async Task A_lost_answer_is_found_again_with_the_same_key()
    {
        var (_, payment) = await PaidAsync();
        var request = new RefundPayment("ref_1", payment.Id, Money.Usd(999));
        _options.LoseAnswers = true;
        Assert.Equal(GatewayStatus.Unavailable, (await Gateway.RefundAsync(request, Cancel)).Status);
        _options.LoseAnswers = false;
        var refund = Ok(await Gateway.RefundAsync(request, Cancel));
        Assert.Equal([refund], Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Refunds);
    }

    [Fact]
    public async Task Events_can_come_twice_and_in_any_order()
    {
        _options.Deliveries = 2;
        for (var i = 0; i < 10; i++)
            await PaidAsync();
        Assert.Equal(40, _provider.CountDueEvents());
        Assert.Equal(20, _provider.DueEvents(40).Select(pending => pending.Id).Distinct().Count());
        var inOrder = _provider.DueEvents(40).Select(pending => pending.Seq).ToList();
        Assert.Equal(inOrder.Order(), inOrder);
        _options.Shuffle = true;
        var shuffled = _provider.DueEvents(40).Select(pending => pending.Seq).ToList();
        Assert.NotEqual(inOrder, shuffled);
        Assert.Equal(inOrder, shuffled.Order());
    }

    [Fact]
    public async Task Every_card_can_be_declined()
    {
        _options.DeclinePercent = 100;
        var session = Ok(await Gateway.OpenSessionAsync(Request(), Cancel));
        Assert.Null(await PayAsync(session.Id));
        Assert.Equal(["payment_intent.payment_failed"], Events().Select(Type));
        _options.DeclinePercent = 0;
        Assert.NotNull(await PayAsync(session.Id));
    }

    [Fact]
    public async Task A_bank_may_take_its_time()
    {
        _options.ConfirmationDelay = TimeSpan.FromMinutes(5);
        var session = Ok(await Gateway.OpenSessionAsync(Request(), Cancel));
        var payment = await PayAsync(session.Id);
        Assert.Equal(PaymentStatus.Processing, Ok(await Gateway.FindPaymentAsync(payment, Cancel)).Status);
        Assert.False(Ok(await Gateway.FindSessionAsync(session.Id, Cancel)).IsPaid);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.RefundAsync(new("ref_1", payment, Money.Usd(1)), Cancel)).Status);
        Assert.Equal(["payment_intent.processing", "checkout.session.completed"], Events().Select(Type));
        Assert.Empty(Ok(await Gateway.ListBooksAsync(new(Now.AddDays(-1), Now.AddDays(1)), Cancel)).Entries);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(PaymentStatus.Succeeded, Ok(await Gateway.FindPaymentAsync(payment, Cancel)).Status);
        Assert.True(Ok(await Gateway.FindSessionAsync(session.Id, Cancel)).IsPaid);
        Assert.Equal(["payment_intent.succeeded", "checkout.session.async_payment_succeeded"], Events().Skip(2).Select(Type));
        Assert.Single(Ok(await Gateway.ListBooksAsync(new(Now.AddDays(-1), Now.AddDays(1)), Cancel)).Entries);
    }

    [Fact]
    public async Task A_fee_may_be_known_later()
    {
        _options.FeeDelay = TimeSpan.FromMinutes(2);
        var (_, payment) = await PaidAsync();
        Assert.Null(payment.Fee);
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(Money.Usd(59), Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Fee);
        Assert.Equal("charge.updated", Type(Events()[^1]));
    }

    [Fact]
    public async Task Events_can_be_late_or_lost()
    {
        _options.EventDelay = TimeSpan.FromHours(1);
        await PaidAsync();
        Assert.Empty(Events());
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, Events().Count);
        _options.DropPercent = 100;
        await PaidAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, Events().Count);
    }

    [Fact]
    public async Task The_provider_gives_money_back_by_itself_and_a_refund_can_fail_later()
    {
        var (_, payment) = await PaidAsync();
        var refund = Done(await _provider.RefundHereAsync(payment.Id, 300));
        Assert.Null(Assert.Single(Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Refunds).Key);
        Done(await _provider.FailRefundAsync(refund.Id));
        Assert.Equal(RefundStatus.Failed, Assert.Single(Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Refunds).Status);
        Assert.Equal(["charge.refunded", "refund.failed"], Events().Skip(2).Select(Type));
        Ok(await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(999)), Cancel));
    }

    [Fact]
    public async Task Delivered_events_go_after_thirty_days()
    {
        await PaidAsync();
        var told = _provider.DueEvents(10);
        foreach (var pending in told)
            await _provider.MarkDeliveredAsync(pending.Seq);
        _clock.Advance(TimeSpan.FromDays(29));
        await _provider.ExpireOverdueAsync();
        Assert.NotNull(_provider.FindEvent(told[0].Id));
        _clock.Advance(TimeSpan.FromDays(1));
        await _provider.ExpireOverdueAsync();
        Assert.Null(_provider.FindEvent(told[0].Id));
    }

    private List<JsonElement> Events() => [.. _provider.DueEvents(100).Select(pending => JsonDocument.Parse(pending.Body).RootElement)];

    private static string Type(JsonElement told) => told.GetProperty("type").GetString()!;

    private static T Done<T>(Result<T> result) =>
        result.IsOk(out var value, out var problem) ? value : throw new InvalidOperationException(problem.Code);
}

/// <summary>The simulated gateway reads webhooks as the contract says.</summary>
public sealed class SimulatedWebhookTests : WebhookContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provider-").FullName;
    private readonly HostClock _clock = new();
    private readonly SimulatedProviderOptions _options = new();
    private readonly SimulatedProvider _provider;

    public SimulatedWebhookTests()
    {
        _provider = new(_folder, _clock, _options);
    }

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override IPaymentGateway Open(params string[] secrets) => new SimulatedPaymentGateway(_provider, _options, new(secrets), new HostAddress(), _clock);

    public void Dispose()
    {
        _provider.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
