using System.Globalization;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Stripe;

namespace Azure.Tests.Stripe;

/// <summary>What we ask for and what we make of a refusal.</summary>
public sealed class StripeRulesTests
{
    private static readonly DateTimeOffset s_end = new(2026, 1, 1, 12, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(404, "invalid_request_error", "resource_missing", GatewayStatus.NotFound, "resource_missing")]
    [InlineData(400, "invalid_request_error", "resource_missing", GatewayStatus.NotFound, "resource_missing")]
    [InlineData(404, null, null, GatewayStatus.NotFound, "http_404")]
    [InlineData(400, "invalid_request_error", "charge_already_refunded", GatewayStatus.Refused, "charge_already_refunded")]
    [InlineData(400, "invalid_request_error", null, GatewayStatus.Refused, "invalid_request_error")]
    [InlineData(402, "card_error", "card_declined", GatewayStatus.Refused, "card_declined")]
    [InlineData(400, "idempotency_error", null, GatewayStatus.Refused, "idempotency_error")]
    [InlineData(409, "idempotency_error", "idempotency_key_in_use", GatewayStatus.Unavailable, "idempotency_key_in_use")]
    [InlineData(400, "invalid_request_error", "lock_timeout", GatewayStatus.Unavailable, "lock_timeout")]
    [InlineData(429, "invalid_request_error", "rate_limit", GatewayStatus.Unavailable, "rate_limit")]
    [InlineData(401, "invalid_request_error", null, GatewayStatus.Unavailable, "invalid_request_error")]
    [InlineData(403, "invalid_request_error", "more_permissions_required", GatewayStatus.Unavailable, "more_permissions_required")]
    [InlineData(500, "api_error", null, GatewayStatus.Unavailable, "api_error")]
    [InlineData(503, null, null, GatewayStatus.Unavailable, "http_503")]
    [InlineData(0, null, null, GatewayStatus.Unavailable, "api_connection_error")]
    public void Every_error_has_one_meaning(int http, string? type, string? code, GatewayStatus expected, string reason) =>
        Assert.Equal((expected, reason), StripeErrors.Of(http, type, code));

    /// <summary>The provider wants 30 minutes to 24 hours from the session's creation, which may be any time while the checkout is open.</summary>
    [Theory]
    [InlineData("00:30:00")]
    [InlineData("23:30:00")]
    public void A_sessions_end_is_one_that_the_provider_takes_whenever_it_is_asked(string lifetime)
    {
        var length = TimeSpan.Parse(lifetime, CultureInfo.InvariantCulture);
        var end = StripeRequests.ExpiresAt(Request());
        foreach (var asked in new[] { s_end - length, s_end - length / 2, s_end.AddSeconds(-1) })
            Assert.InRange(end - asked, TimeSpan.FromMinutes(30), TimeSpan.FromHours(24));
    }

    [Fact]
    public void A_repeated_request_is_the_same_to_the_letter()
    {
        Assert.Equal("session-chk_1", StripeRequests.SessionKey(Request()));
        Assert.Equal(StripeRequests.SessionMetadata(Request()), StripeRequests.SessionMetadata(Request()));
        Assert.Equal("1767270600", StripeRequests.SessionMetadata(Request())["promised_until"]);
        Assert.Equal(Request().Subject, StripeMapping.Subject(StripeRequests.Metadata(Request().Subject)));
        Assert.Equal("refund-ref_1", StripeRequests.RefundKeyOf(new("ref_1", "pi_1", Money.Usd(1))));
        Assert.Equal(("transfer-pay_1", "key-pay_1"), (StripeRequests.TransferKeyOf(new("pay_1", "acct_1", Money.Usd(1))), StripeRequests.TransferGroup(new("pay_1", "acct_1", Money.Usd(1)))));
    }

    [Fact]
    public void A_refund_is_found_again_by_its_key_when_the_provider_has_forgotten_it()
    {
        RefundFacts[] refunds =
        [
            new("re_1", 100, "usd", "succeeded", s_end, null),
            new("re_2", 100, "usd", "succeeded", s_end, new Dictionary<string, string> { ["refund_key"] = "ref_2" }),
        ];
        Assert.Equal("re_2", StripeRequests.Earlier(new("ref_2", "pi_1", Money.Usd(100)), refunds)?.Id);
        Assert.Null(StripeRequests.Earlier(new("ref_1", "pi_1", Money.Usd(100)), refunds));
    }

    [Theory]
    [InlineData("USD", 999, 999)]
    [InlineData("JPY", 999, 999)]
    [InlineData("ISK", 1_500, 150_000)]
    [InlineData("UGX", 3_700, 370_000)]
    [InlineData("MGA", 45_000, 450)]
    [InlineData("KWD", 10_000, 10_000)]
    public void Amounts_go_there_and_back(string currency, long amount, long wire)
    {
        Assert.Equal(wire, StripeAmounts.ToWire(new(amount, currency)));
        Assert.Equal(new(amount, currency), StripeAmounts.FromWire(wire, currency.ToLowerInvariant()));
    }

    [Fact]
    public void What_the_provider_has_no_unit_for_is_not_rounded_away() => Assert.Throws<ArgumentException>(() => StripeAmounts.ToWire(new(45_050, "MGA")));

    [Fact]
    public void A_long_title_is_cut_between_characters()
    {
        // A family of four is one character to a person, and eleven to the machine.
        const string Family = "👨‍👩‍👧‍👦";
        var title = string.Concat(Enumerable.Repeat(Family, 80));
        var name = StripeRequests.ProductName(title);
        Assert.InRange(name.Length, StripeRequests.LongestName - Family.Length, StripeRequests.LongestName);
        Assert.Equal(0, name.Length % Family.Length);
        Assert.Equal("Bread", StripeRequests.ProductName("Bread"));
    }

    private static OpenSession Request() => new(
        new(new("chk_1"), new("usr_1"), new("ser_1")), Money.Usd(999), "Bread", new("https://app.example/paid"), new("https://app.example/cancelled"), s_end);
}
