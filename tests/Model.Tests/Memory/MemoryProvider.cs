using System.Globalization;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;

namespace Model.Tests.Memory;

/// <summary>
/// The other company, in memory: pages, payments, refunds, disputes, fees and events. It keeps its own books, which the history's end is compared with, and
/// shares no code with the product.
/// </summary>
public sealed partial class MemoryProvider(TimeProvider clock)
{
    public const string Signature = "signed";
    public const long DisputeFee = 1_500;

    private static readonly TimeSpan FeeDelay = TimeSpan.FromMinutes(10);

    /// <summary>An account that takes no transfers.</summary>
    public const string ClosedAccount = "acct_closed";

    /// <summary>How keys of refunds start that somebody makes on the provider's own side.</summary>
    public const string ByHand = "by-hand-";

    private readonly Dictionary<string, ProviderSession> _sessions = [];
    private readonly Dictionary<string, OpenSession> _asked = [];
    private readonly Dictionary<string, MemoryPayment> _payments = [];
    private readonly Dictionary<string, (RefundPayment Request, string RefundId)> _refunds = [];
    private readonly Dictionary<string, (MakeTransfer Request, ProviderTransfer Made)> _transfers = [];
    private readonly List<ProviderBookEntry> _books = [];
    private int _events;
    private int _disputes;

    public Lock Gate { get; } = new();

    /// <summary>Whether it answers nothing.</summary>
    public bool Outage { get; set; }

    /// <summary>Whether it names some fees only later.</summary>
    public bool LateFees { get; init; }

    /// <summary>Events that are to be delivered, some of them again.</summary>
    public List<MemoryEvent> Outgoing { get; } = [];

    /// <summary>Every event there ever was.</summary>
    public List<MemoryEvent> Told { get; } = [];

    /// <summary>Ids of events that never come.</summary>
    public HashSet<string> Lost { get; } = [];

    /// <summary>In the order in which they were opened, as they are by the clock.</summary>
    public IReadOnlyList<ProviderSession> Sessions => [.. _sessions.Values.Select(Now)];

    /// <summary>In the order in which they were made.</summary>
    public IReadOnlyList<MemoryPayment> Payments => [.. _payments.Values];

    /// <summary>Every movement of what is ours at the provider, in its order.</summary>
    public IReadOnlyList<ProviderBookEntry> Books => _books;

    /// <summary>What the provider holds for us, in minor units.</summary>
    public long Balance => _books.Sum(entry => entry.Amount.Amount - entry.Fee.Amount);

    public GatewayResult<ProviderSession> Open(OpenSession request)
    {
        var id = Ids.From("cs_mem", request.CheckoutId.Value);
        if (_asked.TryGetValue(id, out var before))
            return before == request ? Now(_sessions[id]) : Refused<ProviderSession>("idempotency_error");
        _asked.Add(id, request);
        _sessions.Add(id, new(id, new($"https://pay.example/{id}"), SessionStatus.Open, IsPaid: false, null, request.Subject, request.Price, request.ExpiresAt));
        return Now(_sessions[id]);
    }

    public GatewayResult<ProviderSession> FindSession(string id) => _sessions.TryGetValue(id, out var session) ? Now(session) : Missing<ProviderSession>();

    public GatewayResult<ProviderSession> Expire(string id)
    {
        if (!_sessions.TryGetValue(id, out var session))
            return Missing<ProviderSession>();
        if (session.Status != SessionStatus.Open)
            return Now(session);
        session = session with { Status = SessionStatus.Expired, Url = null };
        _sessions[id] = session;
        Tell("checkout.session.expired", ProviderObject.Session, id, null);
        return session;
    }

    public GatewayResult<ProviderPayment> FindPayment(string id) => _payments.TryGetValue(id, out var payment) ? payment.ToProvider(clock.GetUtcNow()) : Missing<ProviderPayment>();

    public GatewayResult<ProviderRefund> Refund(RefundPayment request)
    {
        if (!_payments.TryGetValue(request.PaymentId, out var payment))
            return Missing<ProviderRefund>();
        if (_refunds.TryGetValue(request.Key, out var before))
            return before.Request == request ? payment.Refunds.Single(refund => refund.Id == before.RefundId) : Refused<ProviderRefund>("idempotency_error");
        if (payment.Status != PaymentStatus.Succeeded)
            return Refused<ProviderRefund>("charge_not_paid");
        if (payment.Dispute is { Status: not DisputeStatus.Won })
            return Refused<ProviderRefund>("charge_disputed");
        if (request.Amount.Currency != payment.Amount.Currency || request.Amount.Amount <= 0 || request.Amount.Amount > payment.Amount.Amount - payment.Refunded)
            return Refused<ProviderRefund>("amount_too_large");
        var made = new ProviderRefund(Ids.Derived("re_mem", request.Key), payment.Id, request.Amount, RefundStatus.Succeeded, clock.GetUtcNow(), request.Key.StartsWith(ByHand, StringComparison.Ordinal) ? null : request.Key);
        payment.Refunds.Add(made);
        Enter(BookKind.Refund, -made.Amount.Amount, 0, made.Id, payment.Id);
        _refunds.Add(request.Key, (request, made.Id));
        Tell("charge.refunded", ProviderObject.Payment, payment.Id, payment);
        return made;
    }

    /// <summary>The buyer's bank does not take a refund: the money is ours again.</summary>
    public void FailRefund(MemoryPayment payment, ProviderRefund refund)
    {
        payment.Refunds[payment.Refunds.IndexOf(refund)] = refund with { Status = RefundStatus.Failed };
        Enter(BookKind.RefundFailure, refund.Amount.Amount, 0, refund.Id, payment.Id);
        Tell("refund.failed", ProviderObject.Payment, payment.Id, payment);
    }

    public GatewayResult<ProviderTransfer> Transfer(MakeTransfer request)
    {
        if (_transfers.TryGetValue(request.Key, out var before))
            return before.Request == request ? before.Made : Refused<ProviderTransfer>("idempotency_error");
        if (!request.Account.StartsWith("acct_", StringComparison.Ordinal) || request.Amount.Amount <= 0)
            return Refused<ProviderTransfer>("parameter_invalid");
        if (request.Account == ClosedAccount)
            return Refused<ProviderTransfer>("account_closed");
        if (request.Amount.Amount > Balance)
            return Refused<ProviderTransfer>("balance_insufficient");
        var made = new ProviderTransfer(Ids.Derived("tr_mem", request.Key), request.Account, request.Amount, clock.GetUtcNow());
        _transfers.Add(request.Key, (request, made));
        Enter(BookKind.Transfer, -made.Amount.Amount, 0, made.Id, null);
        return made;
    }

    /// <summary>Pages of a hundred.</summary>
    public GatewayResult<ProviderBookPage> ListBooks(BooksRequest request)
    {
        var from = request.Cursor is null ? 0 : int.Parse(request.Cursor, CultureInfo.InvariantCulture);
        var asked = _books.Where(entry => entry.CreatedAt >= request.From && entry.CreatedAt < request.To).ToList();
        return new ProviderBookPage([.. asked.Skip(from).Take(100)], asked.Count > from + 100 ? (from + 100).ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>The buyer pays. <paramref name="later"/>: her bank asks her first, and the money comes, or doesn't, with <see cref="Confirm"/>. Null when the page takes no money.</summary>
    public MemoryPayment? Pay(string sessionId, bool later = false)
    {
        var session = Now(_sessions[sessionId]);
        if (session.Status != SessionStatus.Open)
            return null;
        if (session.Subscriber is not null)
            return Subscribe(session, later);
        var payment = new MemoryPayment
        {
            Id = Ids.From("pi_mem", sessionId),
            Subject = session.Subject,
            Amount = session.Amount,
            CreatedAt = clock.GetUtcNow(),
            Status = PaymentStatus.Processing,
        };
        _payments.Add(payment.Id, payment);
        _sessions[sessionId] = session with { Status = SessionStatus.Complete, Url = null, PaymentId = payment.Id };
        if (later)
        {
            Tell("payment_intent.processing", ProviderObject.Payment, payment.Id, payment);
            Tell("checkout.session.completed", ProviderObject.Session, sessionId, payment);
        }
        else
        {
            Succeed(payment, sessionId, "checkout.session.completed");
        }
        return payment;
    }

    /// <summary>What the bank says of a payment that was under way.</summary>
    public void Confirm(MemoryPayment payment, bool good)
    {
        var session = _sessions.Values.Single(session => session.PaymentId == payment.Id);
        if (good)
        {
            Succeed(payment, session.Id, "checkout.session.async_payment_succeeded");
            return;
        }
        payment.Status = PaymentStatus.Failed;
        Tell("payment_intent.payment_failed", ProviderObject.Payment, payment.Id, payment);
        Tell("checkout.session.async_payment_failed", ProviderObject.Session, session.Id, payment);
    }

    public void Decline(string sessionId)
    {
        var session = Now(_sessions[sessionId]);
        if (session.Status != SessionStatus.Open)
            return;
        var declined = new MemoryPayment
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"pi_mem_declined{_events}"),
            Subject = session.Subject,
            Amount = session.Amount,
            CreatedAt = clock.GetUtcNow(),
            Status = PaymentStatus.Failed,
        };
        _payments.Add(declined.Id, declined);
        Tell("payment_intent.payment_failed", ProviderObject.Payment, declined.Id, declined);
    }

    /// <summary>The buyer's bank takes back what was not refunded. False when it can't.</summary>
    public bool OpenDispute(MemoryPayment payment)
    {
        if (payment.Status != PaymentStatus.Succeeded || payment.Dispute is not null || payment.Refunded >= payment.Amount.Amount)
            return false;
        payment.Dispute = new(
            string.Create(CultureInfo.InvariantCulture, $"dp_mem_{++_disputes}"), payment.Id, payment.Amount with { Amount = payment.Amount.Amount - payment.Refunded },
            payment.Amount with { Amount = DisputeFee }, DisputeStatus.Open, clock.GetUtcNow());
        Enter(BookKind.Dispute, -payment.Dispute.Amount.Amount, DisputeFee, payment.Dispute.Id, payment.Id);
        Tell("charge.dispute.created", ProviderObject.Payment, payment.Id, payment);
        return true;
    }

    public bool CloseDispute(MemoryPayment payment, bool won)
    {
        if (payment.Dispute is not { Status: DisputeStatus.Open } dispute)
            return false;
        payment.Dispute = dispute with { Status = won ? DisputeStatus.Won : DisputeStatus.Lost };
        if (won)
            Enter(BookKind.DisputeReversal, dispute.Amount.Amount, 0, dispute.Id, payment.Id);
        Tell("charge.dispute.closed", ProviderObject.Payment, payment.Id, payment);
        return true;
    }

    /// <summary>A payment that was made at the same account and not on a page of ours: with a subject, somebody's idea of one, or without.</summary>
    public void PayElsewhere(PaymentSubject? subject, long amount, string kind)
    {
        var payment = new MemoryPayment
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"pi_mem_{kind}{_events}"),
            Subject = subject,
            Amount = Money.Usd(amount),
            CreatedAt = clock.GetUtcNow(),
            Status = PaymentStatus.Succeeded,
        };
        _payments.Add(payment.Id, payment);
        Enter(BookKind.Charge, amount, 0, payment.Id, payment.Id);
        Tell("payment_intent.succeeded", ProviderObject.Payment, payment.Id, payment);
    }

    /// <summary>An event is lost for good. Not that a dispute was lost: no money moves then, so no comparison of books can find it.</summary>
    public void Lose(int number)
    {
        var events = Outgoing.Where(told => told.Snapshot?.Dispute?.Status != DisputeStatus.Lost).ToList();
        if (events.Count == 0)
            return;
        Lost.Add(events[number % events.Count].Id);
        Outgoing.Remove(events[number % events.Count]);
    }

    /// <summary>Tells of pages whose time is over.</summary>
    public void ExpireOverdue()
    {
        foreach (var session in _sessions.Values.Where(session => session.Status == SessionStatus.Open && clock.GetUtcNow() >= session.ExpiresAt).ToList())
            Expire(session.Id);
    }

    private void Succeed(MemoryPayment payment, string sessionId, string sessionEvent)
    {
        _sessions[sessionId] = _sessions[sessionId] with { IsPaid = true };
        Take(payment);
        Tell(sessionEvent, ProviderObject.Session, sessionId, payment);
        NameFeeLater(payment);
    }

    /// <summary>What some payments cost is known days after they were made.</summary>
    private void NameFeeLater(MemoryPayment payment)
    {
        if (!LateFees || _events % 4 != 0)
            return;
        payment.FeeKnownAt = clock.GetUtcNow() + FeeDelay;
        Tell("charge.updated", ProviderObject.Payment, payment.Id, payment, FeeDelay);
    }

    private void Take(MemoryPayment payment)
    {
        payment.Status = PaymentStatus.Succeeded;
        // 2.9 % and 30 cents, rounded half up, and never more than was paid.
        payment.Fee = Math.Min(payment.Amount.Amount, (payment.Amount.Amount * 290 + 5_000) / 10_000 + 30);
        Enter(BookKind.Charge, payment.Amount.Amount, payment.Fee, payment.Id, payment.Id);
        Tell("payment_intent.succeeded", ProviderObject.Payment, payment.Id, payment);
    }

    private void Enter(BookKind kind, long amount, long fee, string source, string? payment) =>
        _books.Add(new(string.Create(CultureInfo.InvariantCulture, $"txn_mem_{_books.Count + 1}"), kind, Money.Usd(amount), Money.Usd(fee), source, payment, clock.GetUtcNow()));

    private void Tell(string type, ProviderObject kind, string objectId, MemoryPayment? about, TimeSpan after = default)
    {
        var at = clock.GetUtcNow() + after;
        var told = new MemoryEvent
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"evt_mem_{++_events:D5}"),
            Type = type,
            Object = kind,
            ObjectId = objectId,
            CreatedAt = at,
            DeliverAt = at,
            Snapshot = about?.ToProvider(at),
        };
        Outgoing.Add(told);
        Told.Add(told);
    }

    private ProviderSession Now(ProviderSession session) =>
        session.Status == SessionStatus.Open && clock.GetUtcNow() >= session.ExpiresAt ? session with { Status = SessionStatus.Expired, Url = null } : session;

    private static GatewayResult<T> Missing<T>()
        where T : class => GatewayResult<T>.Failed(GatewayStatus.NotFound, "resource_missing");

    private static GatewayResult<T> Refused<T>(string reason)
        where T : class => GatewayResult<T>.Failed(GatewayStatus.Refused, reason);
}
