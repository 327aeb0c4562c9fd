using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Model.Tests.Memory;
using SeriesFunctions.Core;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Settings;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Running;

/// <summary>One instance of the app: the product's own composition over the ports that all instances share. It can end between any two calls of a port.</summary>
public sealed class Instance : IDisposable
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    private static readonly CoreSettings Settings = CoreSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("Checkout:CommissionBasisPoints", World.CommissionBasisPoints.ToString(CultureInfo.InvariantCulture)), new("Ledger:PayoutMinimum", World.PayoutMinimum.ToString(CultureInfo.InvariantCulture)), new("Creators:StrikeWindow", World.StrikeWindow.ToString())]).Build(), new());

    private readonly Scheduler _scheduler;
    private readonly ServiceProvider _services;

    public Instance(int number, Scheduler scheduler, TimeProvider clock, IDocumentStore store, IMessageQueue queue, IPaymentGateway payments, ISubscriptionGateway subscriptions, IMediaStore media)
    {
        Number = number;
        _scheduler = scheduler;
        Store = new GatedStore(store, this);
        Queue = new GatedQueue(queue, this);
        Payments = new GatedPayments(payments, this);
        var services = new ServiceCollection()
            .AddSeriesFunctionsCore()
            .AddSingleton(clock)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton(Store)
            .AddSingleton(Queue)
            .AddSingleton(Payments)
            .AddSingleton<IPayoutAccounts, NoPayoutAccounts>()
            .AddSingleton<ISubscriptionGateway>(new GatedSubscriptions(subscriptions, this))
            .AddSingleton<IMediaStore>(new GatedMedia(media, this));
        Settings.Add(services);
        _services = services.BuildServiceProvider();
    }

    public int Number { get; }

    public bool IsGone { get; private set; }

    public IDocumentStore Store { get; }

    public IMessageQueue Queue { get; }

    public IPaymentGateway Payments { get; }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>The process is gone: what ran on it never goes on. What it had written stays.</summary>
    public void Crash()
    {
        IsGone = true;
        _scheduler.Drop(this);
    }

    public async ValueTask<Passage> BeforeAsync(string call)
    {
        var passage = await _scheduler.WaitAsync(call);
        if (passage == Passage.CrashBefore)
            await GoneAsync();
        return passage;
    }

    /// <summary>True when the answer is lost.</summary>
    public async ValueTask<bool> AfterAsync(Passage passage)
    {
        if (passage == Passage.CrashAfter)
            await GoneAsync();
        return passage == Passage.LoseAnswer;
    }

    /// <summary>The provider does not answer whoever runs now.</summary>
    public void Disturb()
    {
        if (_scheduler.Now is { } op)
            op.WasDisturbed = true;
    }

    public void Dispose() => _services.Dispose();

    private Task GoneAsync()
    {
        Crash();
        return Never;
    }
}
