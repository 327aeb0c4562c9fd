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

    [Fact]
    public async Task A_refund_carries_the_key_that_it_was_asked_for_with()
    {
        var (_, payment) = await PaidAsync();
        Assert.Equal("ref_1", Ok(await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(100)), Cancel)).Key);
        Assert.Equal("ref_1", Assert.Single(Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Refunds).Key);
    }

    [Fact]
    public async Task A_transfer_is_made_once_for_one_key()
    {
        await PaidAsync(18_999);
        var request = new MakeTransfer("pay_1", Account, Money.Usd(5_000));
        var transfers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Gateway.TransferAsync(request, Cancel).AsTask()));
        var transfer = Assert.Single(transfers.Select(Ok).Distinct());
        Assert.Equal((Account, Money.Usd(5_000)), (transfer.Account, transfer.Amount));
        Assert.Equal(GatewayStatus.Refused, (await Gateway.TransferAsync(request with { Amount = Money.Usd(5_001) }, Cancel)).Status);
        Assert.Single(await BooksAsync(), entry => entry.Kind == BookKind.Transfer);
    }

    [Fact]
    public async Task A_transfer_of_nothing_of_too_much_or_to_nobody_is_refused()
    {
        await PaidAsync(18_999);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.TransferAsync(new("pay_1", Account, Money.Usd(0)), Cancel)).Status);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.TransferAsync(new("pay_2", Account, Money.Usd(1_000_000)), Cancel)).Status);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.TransferAsync(new("pay_3", "nobody", Money.Usd(100)), Cancel)).Status);
        Assert.DoesNotContain(await BooksAsync(), entry => entry.Kind == BookKind.Transfer);
    }

    [Fact]
    public async Task The_books_name_every_movement_with_what_it_belongs_to()
    {
        var (_, payment) = await PaidAsync();
        var refund = Ok(await Gateway.RefundAsync(new("ref_1", payment.Id, Money.Usd(100)), Cancel));
        await DisputeAsync(payment.Id);
        await CloseDisputeAsync(payment.Id, won: true);
        var dispute = Ok(await Gateway.FindPaymentAsync(payment.Id, Cancel)).Dispute!;
        var books = (await BooksAsync()).Where(entry => entry.PaymentId == payment.Id).ToList();
        Assert.Equal(
            [(BookKind.Charge, 999L, payment.Fee!.Value.Amount, payment.Id), (BookKind.Refund, -100L, 0L, refund.Id), (BookKind.Dispute, -899L, dispute.Fee.Amount, dispute.Id), (BookKind.DisputeReversal, 899L, 0L, dispute.Id)],
            books.OrderBy(entry => entry.Kind).Select(entry => (entry.Kind, entry.Amount.Amount, entry.Fee.Amount, entry.SourceId!)));
        Assert.Equal(books.Count, books.Select(entry => entry.Id).Distinct().Count());
        Assert.Empty(await BooksAsync(Now.AddDays(-2), Now.AddDays(-1)));
    }

    [Fact]
    public async Task The_books_are_read_page_by_page_and_leave_nothing_out()
    {
        for (var i = 0; i < 105; i++)
            await PaidAsync();
        Assert.Equal(105, (await BooksAsync()).Select(entry => entry.SourceId).Distinct().Count());
    }

    /// <summary>An account that can receive transfers.</summary>
    protected virtual string Account => "acct_1";

    private async Task<List<ProviderBookEntry>> BooksAsync(DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        var entries = new List<ProviderBookEntry>();
        string? cursor = null;
        do
        {
            var page = Ok(await Gateway.ListBooksAsync(new(from ?? Now.AddDays(-1), to ?? Now.AddDays(1), cursor), Cancel));
            entries.AddRange(page.Entries);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return entries;
    }
}
