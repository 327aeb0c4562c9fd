using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Core.Checkout;

/// <summary>Section <c>Checkout</c>.</summary>
public sealed class CheckoutOptions
{
    public const string Section = "Checkout";

    /// <summary>How long a checkout, and its price with it, is good. The provider takes up to 24 hours, of which 30 minutes are the margin of docs/adr/0014. Source: product rules, "Discounts".</summary>
    [Range(typeof(TimeSpan), "00:30:00", "23:30:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>What we keep of a sale, in basis points, after the provider's fee. Source: TikTok at launch, 0.</summary>
    [Range(0, 10_000)]
    public int CommissionBasisPoints { get; set; }

    /// <summary>The provider's fee as creators are told of it before a sale, in basis points of the price. Stripe's standard for cards in the US.</summary>
    [Range(0, 10_000)]
    public int ExpectedFeeBasisPoints { get; set; } = 290;

    /// <summary>And so many minor units on top.</summary>
    [Range(0, 10_000)]
    public long ExpectedFixedFee { get; set; } = 30;

    /// <summary>How long a gift waits for its receiver before its buyer gets the money back. Source: ours, ADR 21.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan GiftWaits { get; set; } = TimeSpan.FromDays(30);

    /// <summary>For so long after paying a viewer may give a purchase back herself. Source: product rules, "refund", 14 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "366.00:00:00")]
    public TimeSpan RefundWindow { get; set; } = TimeSpan.FromDays(14);

    /// <summary>And only while less than this of the series was watched, in basis points. Source: product rules, "refund", 10 %.</summary>
    [Range(0, 10_000)]
    public int RefundWatchedBasisPoints { get; set; } = 1_000;

    /// <summary>Whether success and cancel URLs may be plain http. For one machine; a deployment keeps it off, and app links need no http.</summary>
    public bool AllowHttpReturnUrls { get; set; }

    /// <summary>Whether the provider may send somebody back to this URL.</summary>
    internal bool IsReturnUrl(string url) =>
        url.Length <= 500 && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || AllowHttpReturnUrls && uri.Scheme == Uri.UriSchemeHttp);
}
