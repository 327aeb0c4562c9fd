using SeriesFunctions.Core.Webhooks;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Where the platform wants to be told, and what was sent there.</summary>
public sealed class PlatformWebhookEndpoints(RegisterWebhook register, ChangeWebhook change, WebhookEndpoints endpoints, DeliveryLog log)
{
    public async ValueTask<Answer> RegisterAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<RegisterWebhookRequest>().IsOk(out var body, out var problem)
            || !(await register.HandleAsync(body.Value.Url, body.Value.Types, call.User, call.Key, cancellationToken)).IsOk(out var made, out problem))
            return problem;
        return Answer.Json(WebhookEndpointView.Of(made.Value, withSecret: true), made.ETag, 201, location: $"/v1/platform/webhooks/{made.Value.Id}");
    }

    public ValueTask<Answer> ListAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => endpoints.PageAsync(page, cancellationToken), endpoint => WebhookEndpointView.Of(endpoint));

    public async ValueTask<Answer> ShowAsync(ApiCall call, CancellationToken cancellationToken) =>
        await endpoints.FindAsync(Endpoint(call), cancellationToken) is { } found
            ? Answer.Json(WebhookEndpointView.Of(found.Value), found.ETag)
            : Core.Kernel.Problem.NotFound("endpoint");

    public async ValueTask<Answer> RotateAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await change.RotateAsync(Endpoint(call), call.Key, cancellationToken)).IsOk(out var rotated, out var problem)
            ? Answer.Json(WebhookEndpointView.Of(rotated.Value, withSecret: true), rotated.ETag)
            : problem;

    public async ValueTask<Answer> EnableAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await change.EnableAsync(Endpoint(call), cancellationToken)).IsOk(out var enabled, out var problem)
            ? Answer.Json(WebhookEndpointView.Of(enabled.Value), enabled.ETag)
            : problem;

    public async ValueTask<Answer> RemoveAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await change.RemoveAsync(Endpoint(call), call.IfMatch, cancellationToken)).Problem is { } problem ? problem : Answer.Empty();

    public ValueTask<Answer> ListDeliveriesAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => log.PageAsync(Endpoint(call), page, cancellationToken), delivery => DeliveryView.Of(delivery));

    public async ValueTask<Answer> ShowDeliveryAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await log.OneAsync(Endpoint(call), call.Id("deliveryId"), cancellationToken)).IsOk(out var found, out var problem)
            ? Answer.Json(DeliveryView.Of(found, withBody: true))
            : problem;

    /// <summary>With a key that was used before, it is under way already.</summary>
    public async ValueTask<Answer> ReplayAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var replayed = call.Key.ClaimedId is null
            ? await log.ReplayAsync(Endpoint(call), call.Id("deliveryId"), cancellationToken)
            : await log.OneAsync(Endpoint(call), call.Id("deliveryId"), cancellationToken);
        return replayed.IsOk(out var delivery, out var problem) ? Answer.Json(DeliveryView.Of(delivery), status: 202) : problem;
    }

    private static string Endpoint(ApiCall call) => call.Id("endpointId");
}
