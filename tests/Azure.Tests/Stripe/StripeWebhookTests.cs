using System.Text;
using System.Text.Json.Nodes;
using Contract.Tests.Payments;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Stripe;

namespace Azure.Tests.Stripe;

/// <summary>The contract of webhooks on the Stripe gateway, and headers that the provider's own library made.</summary>
public sealed class StripeWebhookTests : WebhookContract
{
    private const string Signed = """{"id":"evt_1","object":"event","type":"charge.refunded","created":1767225600,"data":{"object":{"id":"ch_1","object":"charge","payment_intent":"pi_1","note":"Ünïcödé 🎬"}}}""";

    /// <summary>Made with <c>stripe</c> 23.1.0 from npm, <c>webhooks.generateTestHeaderString</c>, at 1767225600, with <c>whsec_in_use</c> and with <c>whsec_next</c>.</summary>
    private const string InUse = "t=1767225600,v1=f8d99829b6696628ff1770e815df9d0f2755649497bfcabd12db8af753159b98";
    private const string Next = "t=1767225600,v1=6d61c623581a888e9b7ae0454dc36ea218d2695a00377916d279a2852fa89646";

    protected override DateTimeOffset Now { get; } = new HostClock().GetUtcNow();

    protected override IPaymentGateway Open(params string[] secrets) => Open(Now, secrets.ElementAtOrDefault(0) ?? "", secrets.ElementAtOrDefault(1) ?? "");

    [Theory]
    [InlineData("whsec_in_use", "", InUse, null)]
    [InlineData("whsec_next", "whsec_in_use", InUse, null)]
    [InlineData("whsec_next", "whsec_in_use", Next, null)]
    [InlineData("whsec_next", "", InUse, "bad-signature")]
    [InlineData("", "whsec_in_use", InUse, null)]
    [InlineData("", "", InUse, "not-configured")]
    [InlineData(" ", "", InUse, "not-configured")]
    public void The_providers_own_library_signs_as_we_verify(string secret, string former, string header, string? refusal)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1_767_225_600);
        var reading = Open(at, secret, former).ReadWebhook(Encoding.UTF8.GetBytes(Signed), header);
        Assert.Equal(refusal, reading.Refusal);
        Assert.Equal(refusal is null ? "pi_1" : null, reading.Event?.ObjectId);
        Assert.Equal("bad-signature", Open(at.AddMinutes(6), "whsec_in_use", "whsec_next").ReadWebhook(Encoding.UTF8.GetBytes(Signed), header).Refusal);
    }

    [Theory]
    [InlineData("checkout.session", "checkout.session.completed", ProviderObject.Session)]
    [InlineData("payment_intent", "payment_intent.succeeded", ProviderObject.Payment)]
    [InlineData("charge", "charge.refunded", ProviderObject.Payment)]
    [InlineData("refund", "refund.failed", ProviderObject.Payment)]
    [InlineData("dispute", "charge.dispute.created", ProviderObject.Payment)]
    [InlineData("transfer", "transfer.created", ProviderObject.Other)]
    public void An_event_in_the_providers_shape_is_read(string kind, string type, ProviderObject about)
    {
        var thing = StripeObjects.Example(kind);
        if (thing.ContainsKey("payment_intent"))
            thing["payment_intent"] = "pi_9";
        var body = StripeObjects.Example("event", ("type", type), ("data", new JsonObject { ["object"] = thing })).ToJsonString();
        var bytes = Encoding.UTF8.GetBytes(body);

        var read = Open(Secret).ReadWebhook(bytes, WebhookSignature.Sign(bytes, Secret, Now)).Event;

        Assert.NotNull(read);
        Assert.Equal(
            (type, about, about switch { ProviderObject.Session => thing["id"]!.GetValue<string>(), ProviderObject.Payment => kind == "payment_intent" ? thing["id"]!.GetValue<string>() : "pi_9", _ => "" }),
            (read.Type, read.Object, read.ObjectId));
    }

    /// <summary>Reading a webhook asks nobody, so there is no client here: the package may be absent.</summary>
    private static StripePaymentGateway Open(DateTimeOffset now, string secret, string former) => new(
        null!, Options.Create(new StripeOptions { ApiKey = "sk_test_1", WebhookSecret = secret, FormerWebhookSecret = former }), new Fixed(now), NullLogger<StripePaymentGateway>.Instance);

    private sealed class Fixed(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
