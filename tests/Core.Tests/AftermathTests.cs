using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace Core.Tests;

/// <summary>What the provider did to a payment, as the books are told of it. Finds a movement at the provider that our books don't show.</summary>
public sealed class AftermathTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static Purchase Bought(params RefundRecord[] refunds) => new(
        new("pur_1"), new("viewer"), new("ser_1"), new("creator"), "pi_1", Money.Usd(999), Money.Usd(59), Money.Usd(0), PurchaseState.Paid, null, null, refunds, Noon);

    private static RefundRecord Asked(RefundStatus status) => new("ref_1", null, Money.Usd(400), status, "operator", "asked for", Noon);

    private static ProviderPayment Payment(RefundStatus status, string? key) => new(
        "pi_1", PaymentStatus.Succeeded, new(new("chk_1"), new("viewer"), new("ser_1")), Money.Usd(999), Money.Usd(59), Noon, [new("re_1", "pi_1", Money.Usd(400), status, Noon.AddHours(1), key)], null);

    private static string[] Told(Purchase purchase, ProviderPayment payment, out Purchase after)
    {
        var events = new List<object>();
        after = Aftermath.Apply(purchase, payment, events);
        return [.. events.Select(told => told.GetType().Name)];
    }

    [Theory]
    [InlineData(null)]
    [InlineData(RefundStatus.Pending)]
    [InlineData(RefundStatus.Failed)]
    public void A_refund_that_was_made_and_came_back_before_we_looked_is_booked_both_ways_and_once(RefundStatus? ours)
    {
        var before = ours is { } status ? Bought(Asked(status)) : Bought();
        var payment = Payment(RefundStatus.Failed, ours is null ? null : "ref_1");
        Assert.Equal([nameof(PurchaseRefunded), nameof(RefundCameBack)], Told(before, payment, out var after));
        Assert.Equal((0, PurchaseState.Paid, 1), (after.Refunded.Amount, after.State, after.Refunds.Count));
        Assert.Empty(Told(after, payment, out _));
    }

    [Fact]
    public void A_refund_is_booked_when_it_is_made_and_again_when_it_comes_back()
    {
        Assert.Empty(Told(Bought(Asked(RefundStatus.Pending)), Payment(RefundStatus.Pending, "ref_1"), out var waiting));
        Assert.Equal([nameof(PurchaseRefunded)], Told(waiting, Payment(RefundStatus.Succeeded, "ref_1"), out var made));
        Assert.Equal((400, PurchaseState.PartlyRefunded), (made.Refunded.Amount, made.State));
        Assert.Equal([nameof(RefundCameBack)], Told(made, Payment(RefundStatus.Failed, "ref_1"), out var back));
        Assert.Equal((0, PurchaseState.Paid), (back.Refunded.Amount, back.State));
    }
}
