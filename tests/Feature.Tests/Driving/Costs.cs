using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;

namespace Feature.Tests.Driving;

/// <summary>
/// What a use case asks of the ports, counted as calls go through them. On Azure a point read, a page and a batch are one request of Cosmos DB each, an item is what a batch is charged for,
/// a message is sent, received and settled once, and a blob or provider call is one request.
/// </summary>
public sealed record Cost(long PointReads, long Pages, long Batches, long Items, long Messages, long BlobCalls, long ProviderCalls)
{
    /// <summary>
    /// Request units by the service's published rules: 1 for a point read and about 6 for writing an item, of a kilobyte and with one indexed property, and about 3 for a page. What an account
    /// really charges is the metric <c>seriesfunctions.cosmos.request_charge</c>.
    /// </summary>
    public long RequestUnits => PointReads + 3 * Pages + 6 * Items;

    public static Cost operator -(Cost after, Cost before) => new(
        after.PointReads - before.PointReads, after.Pages - before.Pages, after.Batches - before.Batches, after.Items - before.Items,
        after.Messages - before.Messages, after.BlobCalls - before.BlobCalls, after.ProviderCalls - before.ProviderCalls);

    public override string ToString() => $"{PointReads} | {Pages} | {Batches} | {Items} | {Messages} | {BlobCalls} | {ProviderCalls} | {RequestUnits}";
}

/// <summary>Stands around the four ports of a host and counts.</summary>
public sealed class Costs
{
    private readonly ConcurrentDictionary<string, long> _calls = new();

    public Cost Now => new(
        Of("IDocumentStore.FindAsync"), Of("IDocumentStore.ListAsync"), Of("IDocumentStore.WriteAsync"), Of("items"),
        // What is done with is what was sent: in a host that is drained the two are the same.
        Of("IMessageQueue.CompleteAsync"), All("IMediaStore."), All("IPaymentGateway.") - Of("IPaymentGateway.ReadWebhook"));

    public void Stand(IServiceCollection services)
    {
        Wrap<IDocumentStore>(services);
        Wrap<IMessageQueue>(services);
        Wrap<IMediaStore>(services);
        Wrap<IPaymentGateway>(services);
    }

    private long Of(string call) => _calls.GetValueOrDefault(call);

    private long All(string port) => _calls.Where(call => call.Key.StartsWith(port, StringComparison.Ordinal)).Sum(call => call.Value);

    private void Wrap<TPort>(IServiceCollection services)
        where TPort : class
    {
        var made = services.Last(service => service.ServiceType == typeof(TPort));
        services.Remove(made);
        services.AddSingleton(provider =>
        {
            var counted = DispatchProxy.Create<TPort, Counting>();
            ((Counting)(object)counted).Set(
                made.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, made.ImplementationType!),
                (method, arguments) =>
                {
                    Count($"{typeof(TPort).Name}.{method}", 1);
                    if (arguments is [_, IReadOnlyList<Write> writes, ..])
                        Count("items", writes.Count);
                });
            return counted;
        });
    }

    private void Count(string call, long by) => _calls.AddOrUpdate(call, by, (_, before) => before + by);
}

/// <summary>Tells of a call and hands it on.</summary>
public class Counting : DispatchProxy
{
    private object _inner = null!;
    private Action<string, object?[]> _tell = null!;

    internal void Set(object inner, Action<string, object?[]> tell) => (_inner, _tell) = (inner, tell);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _tell(targetMethod!.Name, args ?? []);
        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
