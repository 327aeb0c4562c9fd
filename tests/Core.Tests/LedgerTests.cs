using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;

namespace Core.Tests;

/// <summary>Books, refunds and disputes as functions. Finds a cent that is lost to rounding, an order that makes a difference, and a grant that outlives its money.</summary>
public sealed class LedgerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly UserId Creator = new("c");
    private static readonly PurchaseId Bought = new("pur_1");

    [Fact]
    public void However_the_same_things_are_told_the_books_end_the_same_and_a_sale_given_back_in_parts_leaves_no_commission()
    {
        var random = new Random(4);
        for (var round = 0; round < 2_000; round++)
        {
            var price = random.Next(99, 18_999);
            var fee = Math.Min(price, price * 29 / 1_000 + 30);
            var terms = new Terms(1, random.Next(0, 10_001), random.Next(0, 3_001));
            var parts = Parts(random, price);
            var disputed = random.Next(3) == 0 ? random.Next(1, price) : 0;
            List<Func<SaleLine?, Posted>> steps =
            [
                line => Posting.Sale(line, new(Bought, new("v"), new("ser_1"), Creator, "pi_1", Money.Usd(price), Money.Usd(0), Noon, FeeIsKnown: false), terms, Noon),
                line => Posting.Fee(line, new(Bought, Creator, "pi_1", Money.Usd(fee), Noon), Noon),
                .. parts.Select((part, i) => (Func<SaleLine?, Posted>)(line => Posting.Refund(line, new(Bought, Creator, "pi_1", $"re_{i}", Money.Usd(part), Money.Usd(price), Noon), Noon))),
            ];
            if (disputed > 0)
            {
                steps.Add(line => Posting.Dispute(line, new(Bought, Creator, "dp_1", Money.Usd(disputed), Money.Usd(1_500), DisputeStatus.Open, Noon, "pi_1"), "pi_1", Noon)!);
                steps.Add(line => Posting.Dispute(line, new(Bought, Creator, "dp_1", Money.Usd(disputed), Money.Usd(1_500), DisputeStatus.Won, Noon, "pi_1"), "pi_1", Noon)!);
            }
            var inOrder = Book(steps);
            var shuffled = steps.ToArray();
            random.Shuffle(shuffled);
            var inAnyOrder = Book(shuffled);
            Assert.Equal(inOrder.Line, inAnyOrder.Line);
            Assert.Equal(Totals(inOrder.Balance), Totals(inAnyOrder.Balance));
            Assert.Equal(0, inOrder.Balance.Totals.Values.Sum());
            Assert.Equal(inOrder.Balance.Owed("USD"), inOrder.Line.Net);
            // All of it went back: nothing is left to us or the store, and the creator bears the fees.
            Assert.Equal((0, 0), (inOrder.Line.Commission, inOrder.Line.StoreFee));
            Assert.Equal(-fee - (disputed > 0 ? 1_500 : 0), inOrder.Line.Net);
        }
    }

    [Theory]
    [InlineData(1_000, 5_000, 333, 156)]
    [InlineData(999, 1_500, 0, 141)]
    [InlineData(999, 1_500, 500, 70)]
    public void Commission_is_kept_of_what_was_not_given_back(long price, int commission, long refunded, long kept)
    {
        var line = Posting.Sale(null, new(Bought, new("v"), new("ser_1"), Creator, "pi_1", Money.Usd(price), Money.Usd(price == 1_000 ? 532 : 59), Noon), new(1, commission, 0), Noon).Line;
        if (refunded > 0)
            line = Posting.Refund(line, new(Bought, Creator, "pi_1", "re_1", Money.Usd(refunded), Money.Usd(price), Noon), Noon).Line;
        Assert.Equal(kept, line.Commission);
    }

    [Theory]
    [InlineData(5_000, 5_000, 5_000)]
    [InlineData(4_999, 10_000, 0)]
    [InlineData(10_000, 6_000, 6_000)]
    [InlineData(10_000, 4_999, 0)]
    [InlineData(10_000, -1, 0)]
    [InlineData(-10_000, 10_000, 0)]
    public void A_payout_is_the_lesser_of_what_the_month_ended_with_and_what_is_owed_and_at_least_fifty(long closing, long owed, long due) =>
        Assert.Equal(due, PayoutRules.Due(closing, owed, new()));

    [Fact]
    public void Nothing_is_booked_before_what_is_booked_or_into_a_closed_month()
    {
        var balance = LedgerBalance.Empty;
        Assert.Equal(Noon, balance.BookingTime(Noon));
        balance = balance with { LastBookedAt = Noon };
        Assert.Equal(Noon, balance.BookingTime(Noon.AddMinutes(-1)));
        balance = balance with { ClosedUntil = Noon.AddDays(1) };
        Assert.Equal(Noon.AddDays(1), balance.BookingTime(Noon.AddHours(1)));
    }

    [Fact]
    public void What_happened_to_a_payment_is_told_once_however_often_it_is_looked_at()
    {
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var payment = new ProviderPayment("pi_1", PaymentStatus.Succeeded, new(new("chk_1"), new("v"), new("ser_1")), Money.Usd(999), random.Next(2) == 0 ? null : Money.Usd(59), Noon, [], null);
            var purchase = new Purchase(Bought, new("v"), new("ser_1"), Creator, "pi_1", Money.Usd(999), payment.Fee ?? Money.Usd(0), Money.Usd(0), PurchaseState.Paid, null, null, [], Noon, payment.Fee is not null);
            var told = new List<object>();
            for (var step = 0; step < 12; step++)
            {
                payment = Happen(payment, random, step);
                // Seen now, later, or twice.
                for (var looks = random.Next(3); looks > 0; looks--)
                    purchase = Aftermath.Apply(purchase, payment, told);
            }
            purchase = Aftermath.Apply(purchase, payment, told);
            var again = new List<object>();
            Assert.Equal(purchase, Aftermath.Apply(purchase, payment, again));
            Assert.Empty(again);
            Assert.Equal(purchase.FeeIsKnown ? 59 : 0, purchase.Fee.Amount);
            Assert.Equal(told.Count, told.Distinct().Count());
            var refunded = payment.Refunds.Where(refund => refund.Status == RefundStatus.Succeeded).Sum(refund => refund.Amount.Amount);
            Assert.Equal(refunded, purchase.Refunded.Amount);
            Assert.Equal(refunded, told.OfType<PurchaseRefunded>().Sum(e => e.Amount.Amount) - told.OfType<RefundCameBack>().Sum(e => e.Amount.Amount));
            DisputeStatus[] moves = payment.Dispute switch
            {
                null => [],
                { Status: DisputeStatus.Open } => [DisputeStatus.Open],
                var closed => [DisputeStatus.Open, closed.Status],
            };
            Assert.Equal(moves, told.OfType<DisputeMoved>().Select(e => e.Status));
            var live = Aftermath.GrantOf(purchase.State) == GrantState.Live;
            Assert.Equal(refunded < 999 && payment.Dispute?.Status is null or DisputeStatus.Won, live);
        }
    }

    [Fact]
    public void A_grant_remembers_every_change()
    {
        var access = Access.Set(null, new("v"), new("ser_1"), GrantCause.Purchase, "pur_1", GrantState.Live, null, Noon, "provider");
        access = Access.Set(access, new("v"), new("ser_1"), GrantCause.Purchase, "pur_1", GrantState.Suspended, "disputed", Noon.AddDays(1), "provider");
        Assert.Same(access, Access.Set(access, new("v"), new("ser_1"), GrantCause.Purchase, "pur_1", GrantState.Suspended, "disputed", Noon.AddDays(2), "provider"));
        access = Access.Set(access, new("v"), new("ser_1"), GrantCause.Operator, "operator", GrantState.Live, "prize", Noon.AddDays(2), "op");
        Assert.True(access.IsLive);
        Assert.Equal(
            [new GrantChange(GrantState.Live, null, "provider", Noon), new GrantChange(GrantState.Suspended, "disputed", "provider", Noon.AddDays(1))],
            access.Grants[0].History);
        Assert.Equal([new GrantChange(GrantState.Live, "prize", "op", Noon.AddDays(2))], access.Grants[1].History);
    }

    private static ProviderPayment Happen(ProviderPayment payment, Random random, int step)
    {
        var left = Settlement.Left(payment);
        switch (random.Next(6))
        {
            case 0 when left > 0 && payment.Dispute is null or { Status: DisputeStatus.Won } && left > 0:
                return payment with { Refunds = [.. payment.Refunds, new($"re_{step}", "pi_1", Money.Usd(random.NextInt64(1, left + 1)), RefundStatus.Succeeded, Noon.AddMinutes(step))] };
            case 1 when payment.Refunds.Count > 0 && payment.Dispute is null:
                var at = random.Next(payment.Refunds.Count);
                // What was never seen to have arrived did not go out either.
                return payment with { Refunds = [.. payment.Refunds.Select((refund, i) => i == at ? refund with { Status = RefundStatus.Failed } : refund)] };
            case 2 when payment.Dispute is null && left > 0:
                return payment with { Dispute = new("dp_1", "pi_1", Money.Usd(left), Money.Usd(1_500), DisputeStatus.Open, Noon.AddMinutes(step)) };
            case 3 when payment.Dispute is { Status: DisputeStatus.Open } dispute:
                return payment with { Dispute = dispute with { Status = random.Next(2) == 0 ? DisputeStatus.Won : DisputeStatus.Lost } };
            case 4:
                return payment with { Fee = Money.Usd(59) };
            default:
                return payment;
        }
    }

    /// <summary>An account that nothing is in may be named or not.</summary>
    private static IEnumerable<KeyValuePair<string, long>> Totals(LedgerBalance balance) => balance.Totals.Where(total => total.Value != 0).OrderBy(total => total.Key, StringComparer.Ordinal);

    private static List<long> Parts(Random random, long price)
    {
        var parts = new List<long>();
        for (var left = price; left > 0; left -= parts[^1])
            parts.Add(parts.Count == 5 ? left : random.NextInt64(1, left + 1));
        return parts;
    }

    private static (SaleLine Line, LedgerBalance Balance) Book(IEnumerable<Func<SaleLine?, Posted>> steps)
    {
        SaleLine? line = null;
        var balance = LedgerBalance.Empty;
        foreach (var step in steps)
        {
            var posted = step(line);
            Assert.Equal(0, posted.Transaction.Sum);
            line = posted.Line;
            balance = balance.Plus(posted.Transaction);
        }
        return (line!, balance);
    }
}
