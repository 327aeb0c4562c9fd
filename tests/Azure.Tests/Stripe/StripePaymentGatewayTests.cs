using System.Net;
using Contract.Tests.Payments;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace Azure.Tests.Stripe;

/// <summary>The payment port's promises, kept through the real library on the API in memory. Says so where the library is not on the feed.</summary>
public sealed class StripePaymentGatewayTests : PaymentGatewayContract
{
    private StripeStage? _stage;

    protected override DateTimeOffset Now => _stage!.Clock.GetUtcNow();

    protected override ValueTask<IPaymentGateway> OpenAsync() => new((_stage = new()).Gateway);

    protected override ValueTask CloseAsync()
    {
        _stage?.Dispose();
        return default;
    }

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _stage!.Clock.Advance(by);
        return default;
    }

    protected override async ValueTask<string> PayAsync(string sessionId) => Done(await _stage!.Provider.PayAsync(sessionId)).PaymentId!;

    protected override async ValueTask DeclineAsync(string sessionId) => Done(await _stage!.Provider.DeclineAsync(sessionId));

    protected override async ValueTask DisputeAsync(string paymentId) => Done(await _stage!.Provider.DisputeAsync(paymentId));

    protected override async ValueTask CloseDisputeAsync(string paymentId, bool won) => Done(await _stage!.Provider.CloseDisputeAsync(paymentId, won));

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "{}", GatewayStatus.Unavailable, "http_500")]
    [InlineData(HttpStatusCode.BadGateway, "<html>", GatewayStatus.Unavailable, "http_502")]
    [InlineData(HttpStatusCode.TooManyRequests, """{"error":{"type":"invalid_request_error","code":"rate_limit"}}""", GatewayStatus.Unavailable, "rate_limit")]
    [InlineData(HttpStatusCode.Unauthorized, """{"error":{"type":"invalid_request_error"}}""", GatewayStatus.Unavailable, "invalid_request_error")]
    [InlineData(HttpStatusCode.PaymentRequired, """{"error":{"type":"card_error","code":"card_declined"}}""", GatewayStatus.Refused, "card_declined")]
    public async Task What_the_library_throws_is_an_outcome(HttpStatusCode status, string body, GatewayStatus expected, string reason)
    {
        _stage!.Api.Instead.Enqueue(() => new(status) { Content = new StringContent(body) });
        var answer = await Gateway.FindPaymentAsync("pi_1", Cancel);
        Assert.Equal((expected, reason), (answer.Status, answer.Reason));
    }

    [Fact]
    public async Task No_answer_is_an_outcome_too()
    {
        _stage!.Api.Instead.Enqueue(() => throw new HttpRequestException(HttpRequestError.ConnectionError));
        Assert.Equal("api_connection_error", (await Gateway.FindPaymentAsync("pi_1", Cancel)).Reason);
        _stage.Api.Instead.Enqueue(() => throw new TaskCanceledException("The time is up."));
        Assert.Equal("timeout", (await Gateway.FindPaymentAsync("pi_1", Cancel)).Reason);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Gateway.FindPaymentAsync("pi_1", gone.Token));
    }

    [Fact]
    public async Task A_payment_costs_one_request_and_two_when_it_is_disputed()
    {
        var (_, payment) = await PaidAsync();
        var before = _stage!.Api.Requests.Count;
        await Gateway.FindPaymentAsync(payment.Id, Cancel);
        Assert.Equal(before + 1, _stage.Api.Requests.Count);
        await DisputeAsync(payment.Id);
        await Gateway.FindPaymentAsync(payment.Id, Cancel);
        Assert.Equal(before + 3, _stage.Api.Requests.Count);
    }

    [Fact]
    public async Task A_session_that_is_opened_in_the_last_second_of_the_promise_is_taken()
    {
        var request = Request();
        await AdvanceAsync(TimeSpan.FromMinutes(29) + TimeSpan.FromSeconds(58));
        Assert.Equal(SessionStatus.Open, Ok(await Gateway.OpenSessionAsync(request, Cancel)).Status);
    }

    private static T Done<T>(Result<T> result) => result.IsOk(out var value, out var problem) ? value : throw new InvalidOperationException(problem.Code);
}
