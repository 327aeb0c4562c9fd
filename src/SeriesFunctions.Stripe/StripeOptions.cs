using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SeriesFunctions.Stripe;

/// <summary>How we reach the payment provider. Section <see cref="Section"/>.</summary>
public sealed class StripeOptions
{
    public const string Section = "Stripe";

    /// <summary>A secret or restricted key, <c>sk_…</c> or <c>rk_…</c>. A reference to the key vault in a deployment.</summary>
    [Required, RegularExpression(@"^(sk|rk)_\S+$")]
    public string ApiKey { get; set; } = "";

    /// <summary>The secret of the webhook endpoint, <c>whsec_…</c>. Empty, and <see cref="FormerWebhookSecret"/> too: the route answers 404.</summary>
    [RegularExpression(@"^whsec_\S+$")]
    public string WebhookSecret { get; set; } = "";

    /// <summary>While the secret is being rolled, the one that is going: both are good as long as this is set.</summary>
    [RegularExpression(@"^whsec_\S+$")]
    public string FormerWebhookSecret { get; set; } = "";

    /// <summary>The secret of the second webhook endpoint, which hears of connected accounts (<c>account.updated</c>): Stripe sends their events to an endpoint of their own. Empty: there is none.</summary>
    [RegularExpression(@"^whsec_\S+$")]
    public string ConnectWebhookSecret { get; set; } = "";

    /// <summary>Seconds that one attempt may take. The library's own 80 are longer than any client of ours waits.</summary>
    [Range(1, 80)]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>How often the library repeats an attempt that got no answer, a conflict or a 5xx, with the same idempotency key and after 0.5 to 5 seconds.</summary>
    [Range(0, 5)]
    public int NetworkRetries { get; set; } = 2;

    /// <summary>Another address of the API, for Stripe's mock. Null: the real one.</summary>
    [Url]
    public string? ApiBase { get; set; }
}

[OptionsValidator]
public sealed partial class StripeOptionsValidator : IValidateOptions<StripeOptions>;
