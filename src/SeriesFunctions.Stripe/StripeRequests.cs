using System.Globalization;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Subscriptions;

namespace SeriesFunctions.Stripe;

/// <summary>
/// What we send that is worth a decision. All of it is a function of the port's request alone: the provider refuses a repeated key whose parameters differ,
/// so nothing here may depend on when or where it is asked.
/// </summary>
internal static class StripeRequests
{
    public const string CheckoutKey = "checkout_id";
    public const string BuyerKey = "buyer_id";
    public const string SeriesKey = "series_id";
    public const string ExpiresKey = "promised_until";
    public const string RefundKey = "refund_key";
    public const string CreatorKey = "creator_id";
    public const string SubscriptionKey = "subscription_id";
    public const string ViewerKey = "viewer_id";
    public const string TierKey = "tier_id";

    /// <summary>The one interval that we sell.</summary>
    public const string Monthly = "month";

    /// <summary>The provider's limit for a product's name.</summary>
    public const int LongestName = 250;

    /// <summary>
    /// How much later than our promise a session ends at the provider. It must live for at least 30 minutes from its own creation, which may be any time before our
    /// promise ends; so 30 minutes are always enough and never depend on the moment. We end the session ourselves when the promise ends. See docs/adr/0014.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(30);

    public static DateTimeOffset ExpiresAt(OpenSession request) => request.ExpiresAt + Margin;

    public static DateTimeOffset ExpiresAt(OpenSubscription request) => request.ExpiresAt + Margin;

    public static string SessionKey(OpenSession request) => $"session-{request.CheckoutId}";

    public static string SessionKey(OpenSubscription request) => $"session-{request.Subject.SubscriptionId}";

    public static string ChangeKeyOf(ChangeTerms request) => $"change-{request.Key}";

    public static string RefundKeyOf(RefundPayment request) => $"refund-{request.Key}";

    public static string AccountKeyOf(OpenAccount request) => $"account-{request.Key}";

    public static string TransferKeyOf(MakeTransfer request) => $"transfer-{request.Key}";

    /// <summary>A group of one: by it a transfer is found that the key made before, however long ago. See <see cref="Earlier"/>.</summary>
    public static string TransferGroup(MakeTransfer request) => $"key-{request.Key}";

    /// <summary>What leads from the payment back to our records.</summary>
    public static Dictionary<string, string> Metadata(PaymentSubject subject) => new()
    {
        [CheckoutKey] = subject.CheckoutId.Value,
        [BuyerKey] = subject.BuyerId.Value,
        [SeriesKey] = subject.SeriesId.Value,
    };

    public static Dictionary<string, string> SessionMetadata(OpenSession request)
    {
        var metadata = Metadata(request.Subject);
        metadata[ExpiresKey] = Seconds(request.ExpiresAt);
        return metadata;
    }

    /// <summary>What leads from a subscription back to our record, and which tier it is of where its product does not say so.</summary>
    public static Dictionary<string, string> Metadata(SubscriptionSubject subject, TierId tier) => new()
    {
        [SubscriptionKey] = subject.SubscriptionId.Value,
        [ViewerKey] = subject.ViewerId.Value,
        [CreatorKey] = subject.CreatorId.Value,
        [TierKey] = tier.Value,
    };

    public static Dictionary<string, string> SessionMetadata(OpenSubscription request)
    {
        var metadata = Metadata(request.Subject, request.Terms.TierId);
        metadata[ExpiresKey] = Seconds(request.ExpiresAt);
        return metadata;
    }

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>A title as a product's name: whole characters as people see them, no longer than the provider takes.</summary>
    public static string ProductName(string title)
    {
        if (title.Length <= LongestName)
            return title;
        var end = 0;
        var elements = StringInfo.GetTextElementEnumerator(title);
        while (elements.MoveNext() && elements.ElementIndex + elements.GetTextElement().Length <= LongestName)
            end = elements.ElementIndex + elements.GetTextElement().Length;
        return title[..end];
    }

    /// <summary>The refund that a key made before, however long ago: the provider forgets keys after a day, its objects stay.</summary>
    public static RefundFacts? Earlier(RefundPayment request, IReadOnlyList<RefundFacts> refunds) =>
        refunds.FirstOrDefault(refund => refund.Metadata?.TryGetValue(RefundKey, out var key) == true && key == request.Key);
}
