using SeriesFunctions.Core.Checkout;

namespace SeriesFunctions.Stripe;

/// <summary>What the provider's errors mean to us: the one place where that is decided. Source: Stripe's API reference, "Errors" and "Idempotent requests".</summary>
internal static class StripeErrors
{
    /// <param name="httpStatus">0 where there was no answer.</param>
    /// <param name="type">E.g. <c>invalid_request_error</c>; null where the answer was not the API's.</param>
    /// <param name="code">E.g. <c>resource_missing</c>; many errors have none.</param>
    /// <returns>The outcome and a short reason: the code, or else the type, or else the status.</returns>
    public static (GatewayStatus Status, string Reason) Of(int httpStatus, string? type, string? code)
    {
        var reason = code ?? type ?? (httpStatus == 0 ? "api_connection_error" : $"http_{httpStatus}");
        return (httpStatus, type, code) switch
        {
            (_, _, "resource_missing") or (404, _, _) => (GatewayStatus.NotFound, reason),
            // The same key with other parameters. Repeating it changes nothing.
            (_, "idempotency_error", not "idempotency_key_in_use") => (GatewayStatus.Refused, reason),
            // The first request with this key is still at work, or somebody holds the object.
            (409, _, _) or (429, _, _) or (_, _, "lock_timeout" or "rate_limit" or "idempotency_key_in_use") => (GatewayStatus.Unavailable, reason),
            // Our key is wrong or lacks a permission. That says nothing about the payment, and it works again once the setting is right.
            (401 or 403, _, _) => (GatewayStatus.Unavailable, reason),
            ( >= 400 and < 500, _, _) => (GatewayStatus.Refused, reason),
            _ => (GatewayStatus.Unavailable, reason),
        };
    }
}
