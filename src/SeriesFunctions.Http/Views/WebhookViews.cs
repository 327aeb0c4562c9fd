using SeriesFunctions.Core.Webhooks;

namespace SeriesFunctions.Http.Views;

/// <summary>Without <paramref name="Types"/>, or with none: everything.</summary>
public sealed record RegisterWebhookRequest(string Url, List<string>? Types = null);

/// <summary>An endpoint. <paramref name="Secret"/> comes only with the answer that made it; keep it.</summary>
public sealed record WebhookEndpointView(
    string EndpointId, string Url, IReadOnlyList<string> Types, EndpointState State, string? DisabledBecause, DateTimeOffset? DisabledAt, DateTimeOffset CreatedAt,
    DateTimeOffset? OldSecretValidUntil, string? Secret = null)
{
    public static WebhookEndpointView Of(WebhookEndpoint endpoint, bool withSecret = false) => new(
        endpoint.Id, endpoint.Url, endpoint.Types, endpoint.State, endpoint.DisabledBecause, endpoint.DisabledAt, endpoint.CreatedAt, endpoint.OldSecret?.ValidUntil,
        withSecret ? endpoint.Secret.Value : null);
}

/// <summary>A delivery as the log has it. <paramref name="Body"/> comes where one is asked for.</summary>
public sealed record DeliveryView(
    string DeliveryId, string MessageId, string Type, DeliveryState State, string? Reason, int Tries, IReadOnlyList<DeliveryAttempt> Attempts, DateTimeOffset CreatedAt, DateTimeOffset? NextTryAt,
    string? Body = null)
{
    public static DeliveryView Of(Delivery delivery, bool withBody = false) => new(
        delivery.Id, delivery.MessageId, delivery.Type, delivery.State, delivery.Reason, delivery.Tries, delivery.Attempts, delivery.CreatedAt, delivery.NextTryAt,
        withBody ? delivery.Body : null);
}
