using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace Contract.Tests.Payments;

/// <summary>What happens to a payment after it was made: refunds and disputes.</summary>
public abstract partial class PaymentGatewayContract
{
    [Fact]
    public async Task A_full_refund_shows_on_the_payment()
    {
        var (_, payment) = await PaidAsync();
        var refund = Ok(await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(999)), Cancel));
        Assert.Equal(Money.Usd(999), refund.Amount);
        Assert.Equal(payment.Id, refund.PaymentId);
        Assert.Equal([refund], Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Refunds);
    }

    [Fact]
    public async Task Refunds_in_parts_go_up_to_the_price()
    {
        var (_, payment) = await PaidAsync();
        var first = Ok(await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(500)), Cancel));
        Assert.Equal(GatewayStatus.Refused, (await Gateway.RefundAsync(new("ref_2", payment.Id, Money.Usd(500)), Cancel)).Status);
        var second = Ok(await Gateway.RefundAsync(new("ref_3", payment.Id, Money.Usd(499)), Cancel));
        Assert.Equal([first, second], Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Refunds);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.RefundAsync(new("ref_4", payment.Id, Money.Usd(1)), Cancel)).Status);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_refund_of_too_much_or_nothing_is_refused(long amount)
    {
        var (_, payment) = await PaidAsync();
        Assert.Equal(GatewayStatus.Refused, (await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(amount)), Cancel)).Status);
        Assert.Empty(Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Refunds);
    }

    [Fact]
    public async Task A_refund_in_another_currency_is_refused()
    {
        var (_, payment) = await PaidAsync();
        Assert.Equal(GatewayStatus.Refused, (await Gateway.RefundAsync(new("ref_1", payment.Id, new(100, "EUR")), Cancel)).Status);
    }

    [Fact]
    public async Task The_same_key_refunds_once()
    {
        var (_, payment) = await PaidAsync();
        var request = new RefundPayment("ref_1", payment.Id, Money.Usd(400));
        var refunds = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Gateway.RefundAsync(request, Cancel).AsTask()));
        Assert.Single(refunds.Select(Ok).Distinct());
        Assert.Single(Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Refunds);
    }

    [Fact]
    public async Task The_same_key_for_another_refund_is_refused()
    {
        var (_, payment) = await PaidAsync();
        var (_, other) = await PaidAsync();
        Ok(await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(400)), Cancel));
        Assert.Equal(GatewayStatus.Refused, (await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(401)), Cancel)).Status);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.RefundAsync(new("ref_1", other.Id, Money.Usd(400)), Cancel)).Status);
        Assert.Empty(Ok(await Gateway.FindPaymentAsync(other.Id, Cancel)).Refunds);
    }

    [Fact]
    public async Task Refunds_at_once_never_exceed_the_price()
    {
        var (_, payment) = await PaidAsync();
        var refunds = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Gateway.RefundAsync(new($"ref_{i}", payment.Id, Money.Usd(300)), Cancel).AsTask()));
        Assert.Equal(3, refunds.Count(refund => refund.Status == GatewayStatus.Ok));
        Assert.Equal(900, Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Refunds.Sum(refund => refund.Amount.Amount));
    }

    [Theory]
    [InlineData(true, DisputeStatus.Won)]
    [InlineData(false, DisputeStatus.Lost)]
    public async Task A_dispute_is_open_and_then_won_or_lost(bool won, DisputeStatus end)
    {
        var (_, payment) = await PaidAsync();
        await DisputeAsync(payment.Id);
        var open = Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Dispute!;
        Assert.Equal(DisputeStatus.Open, open.Status);
        Assert.Equal(payment.Id, open.PaymentId);
        Assert.Equal(payment.Amount, open.Amount);
        Assert.Equal(payment.Amount.Currency, open.Fee.Currency);

        await CloseDisputeAsync(payment.Id, won);
        Assert.Equal(open with { Status = end }, Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Dispute);
    }

    [Fact]
    public async Task What_is_disputed_is_not_refunded_too()
    {
        var (_, payment) = await PaidAsync();
        await DisputeAsync(payment.Id);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(999)), Cancel)).Status);
        await CloseDisputeAsync(payment.Id, won: true);
        Ok(await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(999)), Cancel));
    }
}
