using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;

namespace Core.Tests;

/// <summary>The table of a checkout's states, and what a payment makes of a checkout. Finds a state that nobody meant, and money that is kept for nothing.</summary>
public sealed class CheckoutMachineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static CheckoutRecord Checkout(CheckoutState state, UserId? giftTo = null) => new(
        new("chk_1"), new("viewer"), new("ser_1"), new("creator"), "Title", Money.Usd(999), Money.Usd(699), null, null, "https://a.example/", "https://a.example/", state, "cs_1", null, null,
        Noon, Noon.AddMinutes(30), null, giftTo);

    private static ProviderPayment Payment(Money amount) => new("pi_1", PaymentStatus.Succeeded, new(new("chk_1"), new("viewer"), new("ser_1")), amount, Money.Usd(50), Noon, [], null);

    [Fact]
    public void Every_state_and_every_cause_is_in_the_table_and_every_state_can_be_reached()
    {
        Assert.Equal(Enum.GetValues<CheckoutCause>().Order(), CheckoutMachine.Table.Select(row => row.Cause).Distinct().Order());
        var reached = new HashSet<CheckoutState>();
        var grew = true;
        while (grew)
            grew = CheckoutMachine.Table.Where(row => row.From is null || reached.Contains(row.From.Value)).Select(row => reached.Add(row.To)).ToList().Contains(true);
        Assert.Equal(Enum.GetValues<CheckoutState>(), reached.Order());
    }

    [Fact]
    public void A_way_that_is_not_in_the_table_is_a_bug()
    {
        Assert.Throws<InvalidOperationException>(() => CheckoutMachine.Next(CheckoutState.Failed, CheckoutCause.PaymentKept));
        Assert.Throws<InvalidOperationException>(() => Checkout(CheckoutState.Paid).Moved(CheckoutCause.TimeUp));
    }

    [Theory]
    [InlineData(CheckoutState.Open)]
    [InlineData(CheckoutState.Expired)]
    public void A_payment_of_what_was_quoted_is_kept_also_when_it_is_late(CheckoutState state)
    {
        var after = Settlement.Decide(new(Checkout(state), null, null), Payment(Money.Usd(699)), seriesExists: true, Noon.AddHours(1)).After;
        Assert.Equal((CheckoutState.Paid, true, Money.Usd(699)), (after.Checkout.State, after.Access!.IsLive, after.Purchase!.Amount));
    }

    [Theory]
    [InlineData(698, "USD", "amount-mismatch")]
    [InlineData(700, "USD", "amount-mismatch")]
    [InlineData(699, "EUR", "amount-mismatch")]
    public void Another_amount_or_currency_goes_back_and_gives_nothing(long amount, string currency, string reason)
    {
        var decision = Settlement.Decide(new(Checkout(CheckoutState.Open), null, null), Payment(new(amount, currency)), seriesExists: true, Noon);
        Assert.Equal((CheckoutState.Failed, reason), (decision.After.Checkout.State, decision.After.Checkout.FailureCode));
        Assert.Null(decision.After.Access);
        Assert.Equal(("pi_1", new Money(amount, currency)), decision.Events.OfType<PaymentUnwanted>().Select(unwanted => (unwanted.PaymentId, unwanted.Amount)).Single());
        // Told of again when nothing stands against it any more, it still goes back.
        var again = Settlement.Decide(decision.After, Payment(Money.Usd(699)), seriesExists: true, Noon);
        Assert.Equal(CheckoutState.Failed, again.After.Checkout.State);
        Assert.Null(again.After.Purchase);
    }

    [Fact]
    public void A_payment_while_an_earlier_one_is_disputed_goes_back()
    {
        var suspended = Access.Set(null, new("viewer"), new("ser_1"), GrantCause.Purchase, "pur_0", GrantState.Suspended, "disputed", Noon);
        Assert.Equal("purchase-disputed", Settlement.Decide(new(Checkout(CheckoutState.Open), null, suspended), Payment(Money.Usd(699)), seriesExists: true, Noon).After.Checkout.FailureCode);
    }

    [Fact]
    public void A_gift_gives_its_buyer_nothing_and_is_offered_once()
    {
        var decision = Settlement.Decide(new(Checkout(CheckoutState.Open, new UserId("friend")), null, null), Payment(Money.Usd(699)), seriesExists: true, Noon);
        Assert.Null(decision.After.Access);
        var moved = Assert.Single(decision.Events.OfType<GiftMoved>());
        var offered = GiftRules.Follow(new(null, null, null), decision.After.Purchase!, moved.To, Noon, TimeSpan.FromDays(30));
        Assert.Equal(GiftState.Offered, offered.Gift!.State);
        Assert.Equal(offered, GiftRules.Follow(offered, decision.After.Purchase!, moved.To, Noon.AddDays(1), TimeSpan.FromDays(30)));
        Assert.Equal(GiftState.Offered, offered.Gift.StateAt(Noon.AddDays(30).AddTicks(-1)));
        Assert.Equal(GiftState.Expired, offered.Gift.StateAt(Noon.AddDays(30)));
    }

    [Theory]
    [InlineData(999, 20, null, 799)]
    [InlineData(999, 99, null, 99)]
    [InlineData(999, 100, null, 0)]
    [InlineData(99, 50, null, 99)]
    [InlineData(999, null, 300, 699)]
    [InlineData(999, null, 998, 99)]
    public void A_code_stops_at_the_lowest_price_unless_it_takes_everything(long price, int? percent, int? amount, long expected)
    {
        var terms = new CodeTerms("CODE", percent, amount is { } off ? Money.Usd(off) : null, Noon, Noon.AddHours(1));
        Assert.Equal(expected, Quote.At(Money.Usd(price), [], terms, 99, Noon).Price.Amount);
    }

    [Fact]
    public void A_code_holds_its_first_instant_and_not_its_last()
    {
        var terms = new CodeTerms("CODE", 50, null, Noon, Noon.AddHours(1));
        var offer = new Offer(new("dis_1"), 30, Noon, Noon.AddMinutes(10));
        long At(DateTimeOffset now) => Quote.At(Money.Usd(999), [offer], terms, 99, now).Price.Amount;
        Assert.Equal((999, 350, 350, 500, 500, 999), (At(Noon.AddTicks(-1)), At(Noon), At(Noon.AddMinutes(10).AddTicks(-1)), At(Noon.AddMinutes(10)), At(Noon.AddHours(1).AddTicks(-1)), At(Noon.AddHours(1))));
    }
}
