using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using SeriesFunctions.App.Hosting;
using SeriesFunctions.Core.Messaging;

namespace SeriesFunctions.App.Triggers;

/// <summary>A function a queue of <see cref="Queues"/>. The message is settled by what its handler said, never by whether the function returned.</summary>
public sealed class QueueTriggers(QueueFunctions queues)
{
    [Function(nameof(HandleMedia))]
    public Task HandleMedia([ServiceBusTrigger(Queues.Media, Connection = Connections.ServiceBus, AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken) =>
        queues.HandleAsync(Queues.Media, message, actions, cancellationToken);

    [Function(nameof(HandleModeration))]
    public Task HandleModeration([ServiceBusTrigger(Queues.Moderation, Connection = Connections.ServiceBus, AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken) =>
        queues.HandleAsync(Queues.Moderation, message, actions, cancellationToken);

    [Function(nameof(HandleCatalog))]
    public Task HandleCatalog([ServiceBusTrigger(Queues.Catalog, Connection = Connections.ServiceBus, AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken) =>
        queues.HandleAsync(Queues.Catalog, message, actions, cancellationToken);

    [Function(nameof(HandleDiscounts))]
    public Task HandleDiscounts([ServiceBusTrigger(Queues.Discounts, Connection = Connections.ServiceBus, AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken) =>
        queues.HandleAsync(Queues.Discounts, message, actions, cancellationToken);

    [Function(nameof(HandlePayments))]
    public Task HandlePayments([ServiceBusTrigger(Queues.Payments, Connection = Connections.ServiceBus, AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken) =>
        queues.HandleAsync(Queues.Payments, message, actions, cancellationToken);

    [Function(nameof(HandleStatistics))]
    public Task HandleStatistics([ServiceBusTrigger(Queues.Statistics, Connection = Connections.ServiceBus, AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken) =>
        queues.HandleAsync(Queues.Statistics, message, actions, cancellationToken);

    [Function(nameof(HandleNotifications))]
    public Task HandleNotifications([ServiceBusTrigger(Queues.Notifications, Connection = Connections.ServiceBus, AutoCompleteMessages = false)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken cancellationToken) =>
        queues.HandleAsync(Queues.Notifications, message, actions, cancellationToken);
}
