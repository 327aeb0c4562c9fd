using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SeriesFunctions.Core.Checkout;

namespace Contract.Tests.Payments;

/// <summary>What every payment gateway makes of a webhook: nothing unsigned is believed, nothing signed is misread. Signatures as Stripe makes them.</summary>
public abstract class WebhookContract
{
    protected const string Secret = "whsec_in_use";
    protected const string NextSecret = "whsec_next";

    private const string Body = """{"id":"evt_1","object":"event","type":"charge.refunded","created":1767225600,"data":{"object":{"id":"ch_1","object":"charge","payment_intent":"pi_1"}}}""";

    protected abstract DateTimeOffset Now { get; }

    /// <summary>A gateway that trusts these secrets.</summary>
    protected abstract IPaymentGateway Open(params string[] secrets);

    [Fact]
    public void A_signed_event_is_read()
    {
        var reading = Open(Secret).ReadWebhook(Bytes(Body), Sign(Body, Secret, Now));
        Assert.Null(reading.Refusal);
        Assert.Equal(new("evt_1", "charge.refunded", ProviderObject.Payment, "pi_1", DateTimeOffset.FromUnixTimeSeconds(1_767_225_600)), reading.Event);
    }

    [Theory]
    [InlineData("checkout.session.completed", """{"id":"cs_1","object":"checkout.session","payment_intent":"pi_1"}""", ProviderObject.Session, "cs_1")]
    [InlineData("checkout.session.expired", """{"id":"cs_1","object":"checkout.session","payment_intent":null}""", ProviderObject.Session, "cs_1")]
    [InlineData("payment_intent.succeeded", """{"id":"pi_1","object":"payment_intent"}""", ProviderObject.Payment, "pi_1")]
    [InlineData("payment_intent.payment_failed", """{"id":"pi_1","object":"payment_intent"}""", ProviderObject.Payment, "pi_1")]
    [InlineData("charge.refunded", """{"id":"ch_1","object":"charge","payment_intent":"pi_1"}""", ProviderObject.Payment, "pi_1")]
    [InlineData("charge.dispute.created", """{"id":"dp_1","object":"dispute","charge":"ch_1","payment_intent":"pi_1"}""", ProviderObject.Payment, "pi_1")]
    [InlineData("account.updated", """{"id":"acct_1","object":"account"}""", ProviderObject.Account, "acct_1")]
    [InlineData("charge.dispute.closed", """{"id":"dp_1","object":"dispute","charge":"ch_1","payment_intent":"pi_1"}""", ProviderObject.Payment, "pi_1")]
    public void An_event_leads_to_the_session_or_the_payment_it_is_about(string type, string thing, ProviderObject kind, string id)
    {
        var body = Event(type, thing);
        var read = Open(Secret).ReadWebhook(Bytes(body), Sign(body, Secret, Now)).Event;
        Assert.NotNull(read);
        Assert.Equal((type, kind, id), (read.Type, read.Object, read.ObjectId));
    }

    [Theory]
    [InlineData("customer.created", """{"id":"cus_1","object":"customer"}""")]
    [InlineData("charge.refunded", """{"id":"ch_1","object":"charge","payment_intent":null}""")]
    public void An_event_about_nothing_of_ours_is_taken_note_of(string type, string thing)
    {
        var body = Event(type, thing);
        Assert.Equal(ProviderObject.Other, Open(Secret).ReadWebhook(Bytes(body), Sign(body, Secret, Now)).Event?.Object);
    }

    [Fact]
    public void A_body_that_was_tampered_with_is_refused() =>
        AssertRefused("bad-signature", Body.Replace("pi_1", "pi_2", StringComparison.Ordinal), Sign(Body, Secret, Now));

    [Fact]
    public void Another_secret_is_refused() => AssertRefused("bad-signature", Body, Sign(Body, "whsec_other", Now));

    [Fact]
    public void A_time_that_was_tampered_with_is_refused()
    {
        var old = Sign(Body, Secret, Now.AddMinutes(-6));
        AssertRefused("bad-signature", Body, $"t={Now.ToUnixTimeSeconds()}{old[old.IndexOf(',', StringComparison.Ordinal)..]}");
    }

    [Theory]
    [InlineData(-290, true)]
    [InlineData(-310, false)]
    [InlineData(310, false)]
    public void A_signature_is_good_for_five_minutes(int seconds, bool isGood)
    {
        var reading = Open(Secret).ReadWebhook(Bytes(Body), Sign(Body, Secret, Now.AddSeconds(seconds)));
        Assert.Equal(isGood ? null : "bad-signature", reading.Refusal);
    }

    [Fact]
    public void While_a_secret_is_changed_either_is_good()
    {
        var both = Open(NextSecret, Secret);
        Assert.Null(both.ReadWebhook(Bytes(Body), Sign(Body, Secret, Now)).Refusal);
        Assert.Null(both.ReadWebhook(Bytes(Body), Sign(Body, NextSecret, Now)).Refusal);
        // And the provider signs with both for a time.
        var next = Sign(Body, NextSecret, Now);
        var header = Sign(Body, Secret, Now) + next[next.IndexOf(',', StringComparison.Ordinal)..];
        Assert.Null(Open(NextSecret).ReadWebhook(Bytes(Body), header).Refusal);
        Assert.Null(Open(Secret).ReadWebhook(Bytes(Body), header).Refusal);
    }

    [Fact]
    public void A_signature_of_a_scheme_that_we_do_not_know_is_passed_over()
    {
        var good = Sign(Body, Secret, Now);
        Assert.Null(Open(Secret).ReadWebhook(Bytes(Body), good + ",v0=00").Refusal);
        AssertRefused("bad-signature", Body, good.Replace("v1=", "v0=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t=")]
    [InlineData("v1=00")]
    [InlineData("t=1767225600")]
    [InlineData("t=x,v1=00")]
    [InlineData("t=99999999999999999999,v1=00")]
    [InlineData("t=9223372036854775807,v1=00")]
    [InlineData("t=-1,v1=00")]
    [InlineData("=====,,,,=")]
    [InlineData("t=1767225600,v1=zz")]
    public void Garbage_for_a_signature_is_refused(string? header) => AssertRefused("bad-signature", Body, header);

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":"evt_1","type":"x","created":1,"data":{}}""")]
    [InlineData("""{"id":"evt_1","type":"x","created":1,"data":{"object":"text"}}""")]
    [InlineData("""{"id":null,"type":"x","created":1,"data":{"object":{"object":"charge","payment_intent":"pi_1"}}}""")]
    [InlineData("""{"id":"evt_1","type":"x","created":"soon","data":{"object":{"object":"charge","payment_intent":"pi_1"}}}""")]
    [InlineData("""{"id":"evt_1","type":"x","created":9223372036854775807,"data":{"object":{"object":"charge","payment_intent":"pi_1"}}}""")]
    public void Signed_garbage_is_malformed(string body) => AssertRefused("malformed", body, Sign(body, Secret, Now));

    [Fact]
    public void Without_a_secret_there_is_no_webhook() => Assert.Equal("not-configured", Open().ReadWebhook(Bytes(Body), Sign(Body, "", Now)).Refusal);

    private void AssertRefused(string refusal, string body, string? header)
    {
        var reading = Open(Secret).ReadWebhook(Bytes(body), header);
        Assert.Null(reading.Event);
        Assert.Equal(refusal, reading.Refusal);
    }

    private static string Event(string type, string thing) => $$$"""{"id":"evt_1","object":"event","type":"{{{type}}}","created":1767225600,"data":{"object":{{{thing}}} }}""";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Written out here, so that the code under test is not its own judge.</summary>
    private static string Sign(string body, string secret, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Bytes(secret), Bytes($"{time}.{body}")))}";
    }
}
