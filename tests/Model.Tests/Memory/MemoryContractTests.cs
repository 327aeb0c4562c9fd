using Contract.Tests.Documents;
using Contract.Tests.Messaging;
using Contract.Tests.Payments;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Local.Clock;
using Partition = SeriesFunctions.Core.Documents.Partition;

namespace Model.Tests.Memory;

/// <summary>The histories run on adapters in memory. These hold them to the contracts of the real ones, so that a history's world is one that could be.</summary>
public sealed class MemoryDocumentStoreTests : DocumentStoreContract
{
    private readonly HostClock _clock = new();
    private MemoryDocumentStore _store = null!;

    protected override ValueTask<IDocumentStore> OpenAsync() => new(_store = new(_clock));

    protected override ValueTask CloseAsync() => default;

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return default;
    }

    protected override ValueTask<IReadOnlyList<Envelope>> TakeEventsAsync(Partition partition)
    {
        var taken = _store.Outbox.Where(waiting => waiting.Partition == partition).ToList();
        taken.ForEach(_store.RemoveFromOutbox);
        return new([.. taken.Select(waiting => waiting.Event)]);
    }
}

public sealed class MemoryMessageQueueTests : MessageQueueContract
{
    private readonly HostClock _clock = new();
    private MemoryMessageQueue _queue = null!;

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override ValueTask<IMessageQueue> OpenAsync() => new(_queue = new(_clock));

    protected override ValueTask CloseAsync() => default;

    protected override ValueTask<IMessageQueue> ReopenAsync() => new(_queue);

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return default;
    }
}

public sealed class MemoryPaymentGatewayTests : PaymentGatewayContract
{
    private readonly HostClock _clock = new();
    private readonly MemoryProvider _provider;

    public MemoryPaymentGatewayTests()
    {
        _provider = new(_clock);
    }

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override ValueTask<IPaymentGateway> OpenAsync() => new(new MemoryPaymentGateway(_provider));

    protected override ValueTask CloseAsync() => default;

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return default;
    }

    protected override ValueTask<string> PayAsync(string sessionId) => new(_provider.Pay(sessionId)?.Id ?? throw new InvalidOperationException("The page takes no money."));

    protected override ValueTask DeclineAsync(string sessionId)
    {
        _provider.Decline(sessionId);
        return default;
    }

    protected override ValueTask DisputeAsync(string paymentId)
    {
        Assert.True(_provider.OpenDispute(_provider.Payments.Single(payment => payment.Id == paymentId)));
        return default;
    }

    protected override ValueTask CloseDisputeAsync(string paymentId, bool won)
    {
        Assert.True(_provider.CloseDispute(_provider.Payments.Single(payment => payment.Id == paymentId), won));
        return default;
    }
}

public sealed class MemorySubscriptionGatewayTests : SubscriptionGatewayContract
{
    private readonly HostClock _clock = new(new StoppedClock(new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)));
    private readonly MemoryProvider _provider;

    public MemorySubscriptionGatewayTests()
    {
        _provider = new(_clock);
        Payments = new MemoryPaymentGateway(_provider);
    }

    protected override IPaymentGateway Payments { get; }

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override ValueTask<ISubscriptionGateway> OpenAsync() => new(new MemorySubscriptionGateway(_provider));

    protected override ValueTask CloseAsync() => default;

    protected override ValueTask AdvanceAsync(TimeSpan by)
    {
        // The provider acts when its time has come.
        var until = Now + by;
        while (_provider.NextTurn is { } turn && turn <= until)
        {
            if (turn > Now)
                _clock.Advance(turn - Now);
            _provider.Turn();
        }
        if (until > Now)
            _clock.Advance(until - Now);
        return default;
    }

    protected override ValueTask PayAsync(string sessionId)
    {
        Assert.NotNull(_provider.Pay(sessionId));
        return default;
    }

    protected override ValueTask SetCardAsync(string id, bool fails)
    {
        _provider.SetCard(_provider.Subscriptions.Single(subscription => subscription.Id == id), fails);
        return default;
    }
}
