using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static Microsoft.Azure.Functions.Worker.AuthorizationLevel;

namespace SeriesFunctions.App.Triggers;

/// <summary>What somebody was told: <see cref="Http.Endpoints.NotificationEndpoints"/>, a function a route.</summary>
public sealed class NotificationTriggers(ApiFunctions api)
{
    [Function(nameof(ListMyNotifications))]
    public Task<IResult> ListMyNotifications([HttpTrigger(Anonymous, "get", Route = "v1/me/notifications")] HttpRequest request) => api.RunAsync(request);

    [Function(nameof(MarkNotificationsRead))]
    public Task<IResult> MarkNotificationsRead([HttpTrigger(Anonymous, "post", Route = "v1/me/notifications/read")] HttpRequest request) => api.RunAsync(request);
}
