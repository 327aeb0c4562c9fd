using System.Globalization;
using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Memory;

/// <summary>
/// Monthly subscriptions at the other company, as Stripe has them: a period moves on when it is over, its invoice is charged an hour later, and what can't be charged is tried again. Whoever moves the
/// clock stops at <see cref="NextTurn"/> and calls <see cref="Turn"/>.
/// </summary>
public sealed partial class MemoryProvider
{
    /// <summary>An invoice is a draft for so long before it is charged.</summary>
    public static readonly TimeSpan ChargedAfter = TimeSpan.FromHours(1);

    /// <summary>A subscription whose first payment is not confirmed by then is over.</summary>
    private static readonly TimeSpan IncompleteFor = TimeSpan.FromHours(23);

    /// <summary>How long after a try in vain the next one comes. The last one of them is later than our grace.</summary>
    private static readonly TimeSpan[] TriesAgainAfter = [TimeSpan.FromDays(2), TimeSpan.FromDays(3), TimeSpan.FromDays(4)];

    private readonly Dictionary<string, MemorySubscription> _subscriptions = [];
    private readonly Dictionary<string, OpenSubscription> _offers = [];
    private int _portals;

    /// <summary>A change at once is charged the difference to what the next period was to cost, and not to what is paid.</summary>
    public bool CreditsWhatIsToCome { get; init; }

    /// <summary>In the order in which they were made.</summary>
    public IReadOnlyCollection<MemorySubscription> Subscriptions => _subscriptions.Values;

    /// <summary>When the clock next changes a subscription.</summary>
    public DateTimeOffset? NextTurn => _subscriptions.Values.Min(subscription => subscription.NextTurn);

    /// <summary>Everything that the clock has done to subscriptions by now.</summary>
    public void Turn()
    {
        foreach (var subscription in _subscriptions.Values)
        {
            while (subscription.NextTurn <= clock.GetUtcNow())
                MoveOn(subscription);
        }
    }

    public GatewayResult<ProviderSession> OpenSubscription(OpenSubscription request)
    {
        var id = Ids.From("cs_mem", request.Subject.SubscriptionId.Value);
        if (_offers.TryGetValue(id, out var before))
            return before == request ? Now(_sessions[id]) : Refused<ProviderSession>("idempotency_error");
        _offers.Add(id, request);
        _sessions.Add(id, new(id, new($"https://pay.example/{id}"), SessionStatus.Open, IsPaid: false, null, null, request.Terms.Price, request.ExpiresAt, request.Subject));
        return Now(_sessions[id]);
    }

    /// <param name="id">The subscription's.</param>
    /// <param name="asker">Who asks, in a history.</param>
    public GatewayResult<ProviderSubscription> FindSubscription(string id, Op? asker = null)
    {
        if (!_subscriptions.TryGetValue(id, out var subscription))
            return Missing<ProviderSubscription>();
        if (asker is not null && subscription.HasLostEvents)
            subscription.Asked.Add(asker);
        return subscription.ToProvider();
    }

    public GatewayResult<ProviderSubscription> SetRenewal(string id, bool renews)
    {
        if (!_subscriptions.TryGetValue(id, out var subscription))
            return Missing<ProviderSubscription>();
        if (subscription.Status == ProviderSubscriptionStatus.Ended)
            return Refused<ProviderSubscription>("subscription_ended");
        if (subscription.Renews != renews)
        {
            subscription.Renews = renews;
            Tell("customer.subscription.updated", subscription);
        }
        return subscription.ToProvider();
    }

    /// <summary>The card that it is charged to from now on. One that works pays what is open.</summary>
    public void SetCard(MemorySubscription subscription, bool fails)
    {
        subscription.CardFails = fails;
        if (subscription.Status == ProviderSubscriptionStatus.PastDue && !fails)
            Charge(subscription);
    }

    public GatewayResult<ProviderSubscription> CancelNow(string id)
    {
        if (!_subscriptions.TryGetValue(id, out var subscription))
            return Missing<ProviderSubscription>();
        if (subscription.Status != ProviderSubscriptionStatus.Ended)
            End(subscription);
        return subscription.ToProvider();
    }

    public GatewayResult<ProviderSubscription> ChangeTerms(ChangeTerms request)
    {
        if (!_subscriptions.TryGetValue(request.Id, out var subscription))
            return Missing<ProviderSubscription>();
        if (subscription.Changes.FirstOrDefault(change => change.Request.Key == request.Key).Request is { } made)
            return made == request ? subscription.ToProvider() : Refused<ProviderSubscription>("idempotency_error");
        if (subscription.Status == ProviderSubscriptionStatus.Ended)
            return Refused<ProviderSubscription>("subscription_ended");
        if (request.AtOnce)
        {
            // What the rest of the period costs at the new price, less what it costs at the one that was invoiced last, each rounded half up.
            decimal left = (subscription.To - clock.GetUtcNow()).Ticks, whole = (subscription.To - subscription.From).Ticks;
            long Rest(Money price) => (long)Math.Floor(price.Amount * left / whole + 0.5m);
            var difference = Rest(request.Terms.Price) - Rest((CreditsWhatIsToCome ? subscription.Terms : subscription.Invoices[^1].Terms).Price);
            if (difference > 0 && subscription.CardFails)
                return Refused<ProviderSubscription>("card_declined");
            subscription.Terms = request.Terms;
            if (difference > 0)
                Pay(subscription, Invoice(subscription, InvoiceReason.Change, difference, clock.GetUtcNow(), request.Key));
        }
        subscription.Terms = request.Terms;
        subscription.Changes.Add((request, subscription.From));
        Tell("customer.subscription.updated", subscription);
        return subscription.ToProvider();
    }

    public GatewayResult<PortalLink> OpenPortal(string id) => _subscriptions.ContainsKey(id)
        ? new PortalLink(new(string.Create(CultureInfo.InvariantCulture, $"https://portal.example/{++_portals}")))
        : Missing<PortalLink>();

    /// <summary>What the bank says of a first payment that was under way.</summary>
    public void ConfirmFirst(MemorySubscription subscription, bool good)
    {
        var first = subscription.Invoices[0];
        if (good)
        {
            subscription.Status = ProviderSubscriptionStatus.Active;
            subscription.NextTurn = subscription.To;
            Pay(subscription, first);
            Tell("customer.subscription.updated", subscription);
            return;
        }
        first.Payment!.Status = PaymentStatus.Failed;
        Tell("payment_intent.payment_failed", ProviderObject.Payment, first.Payment.Id, first.Payment);
        End(subscription);
    }

    /// <summary>Of the events about subscriptions that are on their way so many are lost for good.</summary>
    public void LoseEvents(int most)
    {
        foreach (var told in Outgoing.Where(told => told.Tries == 0 && (told.Object is ProviderObject.Subscription or ProviderObject.Session || told.Type == "payment_intent.succeeded")).Take(most).ToList())
        {
            var id = told.Object == ProviderObject.Session ? _sessions[told.ObjectId].SubscriptionId : told.Object == ProviderObject.Payment ? _payments[told.ObjectId].SubscriptionId : told.ObjectId;
            Outgoing.Remove(told);
            Told.Remove(told);
            if (id is not null)
                _subscriptions[id].LoseEvent();
        }
    }

    /// <summary>Somebody has paid on the page; null where her bank asks her first and says it with <see cref="ConfirmFirst"/>.</summary>
    private MemoryPayment? Subscribe(ProviderSession session, bool later)
    {
        var subscription = new MemorySubscription
        {
            Id = Ids.From("sub_mem", session.Subscriber!.SubscriptionId.Value),
            Subject = session.Subscriber,
            Anchor = clock.GetUtcNow(),
            Terms = _offers[session.Id].Terms,
            Status = ProviderSubscriptionStatus.Incomplete,
            NextTurn = clock.GetUtcNow() + IncompleteFor,
        };
        _subscriptions.Add(subscription.Id, subscription);
        _sessions[session.Id] = session with { Status = SessionStatus.Complete, Url = null, SubscriptionId = subscription.Id, IsPaid = !later };
        var invoice = Invoice(subscription, InvoiceReason.Period, subscription.Terms.Price.Amount, subscription.From);
        Try(subscription, invoice, PaymentStatus.Processing);
        Tell("customer.subscription.created", subscription);
        if (!later)
            ConfirmFirst(subscription, good: true);
        Tell("checkout.session.completed", ProviderObject.Session, session.Id, null);
        return later ? null : invoice.Payment;
    }

    private void MoveOn(MemorySubscription subscription)
    {
        switch (subscription)
        {
            case { Status: ProviderSubscriptionStatus.Incomplete }:
                ConfirmFirst(subscription, good: false);
                break;
            case { Status: ProviderSubscriptionStatus.PastDue } or { Status: ProviderSubscriptionStatus.Active } when subscription.Invoices.Any(invoice => invoice.IsOpen):
                Charge(subscription);
                break;
            case { Renews: false }:
                End(subscription);
                break;
            default:
                subscription.Period++;
                Invoice(subscription, InvoiceReason.Period, subscription.Terms.Price.Amount, subscription.From);
                subscription.NextTurn = clock.GetUtcNow() + ChargedAfter;
                Tell("customer.subscription.updated", subscription);
                Tell("invoice.created", subscription);
                break;
        }
    }

    /// <summary>Tries to have the open invoice paid. After the last try it gives up: every other subscription ends, and every other one stays as it is for whoever decides.</summary>
    private void Charge(MemorySubscription subscription)
    {
        var open = subscription.Invoices.Last(invoice => invoice.IsOpen);
        if (!subscription.CardFails)
        {
            (subscription.Status, subscription.Tries, subscription.NextTurn) = (ProviderSubscriptionStatus.Active, 0, subscription.To);
            Pay(subscription, open);
            Tell("customer.subscription.updated", subscription);
            return;
        }
        Try(subscription, open, PaymentStatus.Failed);
        subscription.Status = ProviderSubscriptionStatus.PastDue;
        Tell("invoice.payment_failed", subscription);
        Tell("payment_intent.payment_failed", ProviderObject.Payment, open.Payment!.Id, open.Payment);
        if (subscription.Tries == TriesAgainAfter.Length && _subscriptions.Values.ToList().IndexOf(subscription) % 2 == 0)
        {
            End(subscription);
            return;
        }
        subscription.NextTurn = subscription.Tries < TriesAgainAfter.Length ? clock.GetUtcNow() + TriesAgainAfter[subscription.Tries++] : null;
        Tell("customer.subscription.updated", subscription);
    }

    private MemoryInvoice Invoice(MemorySubscription subscription, InvoiceReason reason, long amount, DateTimeOffset from, string? change = null)
    {
        var invoice = new MemoryInvoice
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"in{subscription.Id[3..]}_{subscription.Invoices.Count}"),
            Reason = reason,
            Amount = subscription.Terms.Price with { Amount = amount },
            Terms = subscription.Terms,
            From = from,
            To = subscription.To,
            CreatedAt = clock.GetUtcNow(),
            Change = change,
        };
        subscription.Invoices.Add(invoice);
        return invoice;
    }

    /// <summary>An invoice has one payment, however often it is tried.</summary>
    private void Try(MemorySubscription subscription, MemoryInvoice invoice, PaymentStatus status)
    {
        if (invoice.Payment is null)
        {
            invoice.Payment = new() { Id = "pi" + invoice.Id[2..], Subject = null, Amount = invoice.Amount, CreatedAt = clock.GetUtcNow(), SubscriptionId = subscription.Id };
            _payments.Add(invoice.Payment.Id, invoice.Payment);
        }
        invoice.Payment.Status = status;
    }

    private void Pay(MemorySubscription subscription, MemoryInvoice invoice)
    {
        Try(subscription, invoice, PaymentStatus.Processing);
        Take(invoice.Payment!);
        Tell("invoice.paid", subscription);
        NameFeeLater(invoice.Payment!);
    }

    private void End(MemorySubscription subscription)
    {
        (subscription.Status, subscription.EndedAt, subscription.NextTurn) = (ProviderSubscriptionStatus.Ended, clock.GetUtcNow(), null);
        foreach (var open in subscription.Invoices.Where(invoice => invoice.IsOpen))
            open.IsVoid = true;
        Tell("customer.subscription.deleted", subscription);
    }

    private void Tell(string type, MemorySubscription about) => Tell(type, ProviderObject.Subscription, about.Id, null);
}
