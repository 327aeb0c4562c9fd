using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Pricing;

namespace Core.Tests;

/// <summary>Prices, windows and postings as numbers. Finds rounding and off-by-one-instant mistakes.</summary>
public sealed class PricingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void There_are_the_tiers_of_the_rules_and_no_others()
    {
        var options = new PricingOptions();
        var tiers = Enumerable.Range(0, 20_001).Where(amount => Tiers.Contains(Money.Usd(amount), options)).ToList();
        Assert.Equal(10 + 18 + 9, tiers.Count);
        Assert.Equal((99, 18_999), (tiers[0], tiers[^1]));
        Assert.Contains(1_499, tiers);
        Assert.DoesNotContain(1_099, tiers);
        Assert.False(Tiers.Contains(new(999, "EUR"), options));
    }

    [Theory]
    [InlineData(999, 30, 699)]
    [InlineData(999, 50, 500)]
    [InlineData(199, 5, 189)]
    [InlineData(99, 5, 94)]
    [InlineData(18_999, 90, 1_900)]
    public void A_discounted_price_is_rounded_half_up(long price, int percent, long expected) =>
        Assert.Equal(expected, Money.Usd(price).LessPercent(percent).Amount);

    [Fact]
    public void A_window_holds_its_first_instant_and_not_its_last()
    {
        var offer = new Offer(new("dis_1"), 30, Noon, Noon.AddMinutes(10));
        long At(DateTimeOffset now) => Quote.At(Money.Usd(999), [offer], now).Price.Amount;
        Assert.Equal(999, At(Noon.AddTicks(-1)));
        Assert.Equal(699, At(Noon));
        Assert.Equal(699, At(Noon.AddMinutes(10).AddTicks(-1)));
        Assert.Equal(999, At(Noon.AddMinutes(10)));
    }

    [Fact]
    public void A_discount_may_not_push_the_price_under_the_lowest()
    {
        var problem = DiscountRules.Check(new(90, Noon, Noon.AddHours(1)), Money.Usd(199), [], Noon, new());
        Assert.Equal("price-too-low", Assert.Single(problem!.Errors).Code);
    }

    [Fact]
    public void Windows_that_touch_do_not_overlap()
    {
        var first = new Offer(new("dis_1"), 30, Noon, Noon.AddHours(1));
        Assert.Null(DiscountRules.Check(new(20, Noon.AddHours(1), Noon.AddHours(2)), Money.Usd(999), [first], Noon, new()));
        Assert.Equal("discount-overlaps", DiscountRules.Check(new(20, Noon.AddHours(1).AddTicks(-1), Noon.AddHours(2)), Money.Usd(999), [first], Noon, new())!.Code);
    }

    [Fact]
    public void A_discount_that_is_asked_for_a_moment_late_begins_when_it_is_set()
    {
        var asked = new NewDiscount(20, Noon, Noon.AddHours(1));
        Assert.Equal(Noon.AddSeconds(30), asked.SetAt(Noon.AddSeconds(30), new("dis_1"), new("ser_1")).StartsAt);
        Assert.Equal(Noon, asked.SetAt(Noon.AddHours(-1), new("dis_1"), new("ser_1")).StartsAt);
        Assert.Equal(Noon.AddHours(1), asked.SetAt(Noon.AddSeconds(30), new("dis_1"), new("ser_1")).EndsAt);
    }

    [Theory]
    [InlineData(999, 59, 0)]
    [InlineData(999, 59, 1_500)]
    [InlineData(99, 33, 10_000)]
    [InlineData(18_999, 581, 1)]
    public void Every_posting_balances_and_a_full_refund_leaves_the_creator_with_the_fee_alone(long price, long fee, int commission)
    {
        var creator = new UserId("c");
        var purchase = new PurchaseId("pur_1");
        var (sale, line) = Posting.Sale(null, new(purchase, new("v"), new("ser_1"), creator, "pi_1", Money.Usd(price), Money.Usd(fee), Noon), new(1, commission, 0), Noon);
        var (refund, _) = Posting.Refund(line, new(purchase, creator, "pi_1", "re_1", Money.Usd(price), Money.Usd(price), Noon), Noon);
        var after = LedgerBalance.Empty.Plus(sale).Plus(refund);
        Assert.Equal((0, 0), (sale.Sum, refund.Sum));
        Assert.Equal(fee, after.Totals[LedgerBalance.Key("USD", Accounts.Creator)]);
        Assert.Equal(-fee, after.Totals[LedgerBalance.Key("USD", Accounts.Provider)]);
        Assert.Equal(0, after.Totals.GetValueOrDefault(LedgerBalance.Key("USD", Accounts.Commission)));
    }

    [Fact]
    public void Ids_sort_by_the_time_at_which_they_were_made()
    {
        var ids = Enumerable.Range(0, 500).Select(i => Ids.New("ser", Noon.AddMilliseconds(i * 37))).ToList();
        Assert.Equal(ids, ids.Order(StringComparer.Ordinal));
        Assert.All(ids, id => Assert.True(Ids.IsValid(id)));
    }
}
