using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Storage.Sqlite;

namespace SeriesFunctions.Local.Payments;

/// <summary>What was asked of the simulated provider can't be done; the code is in its own words.</summary>
public sealed class ProviderRefusedException(string code, string message) : Exception(message)
{
    public string Code => code;
}

/// <summary>An event on its way to the webhook.</summary>
public sealed record PendingEvent(long Seq, string Id, byte[] Body, int Tries);

/// <summary>
/// The other company: payment pages, payments, refunds, disputes and events, in a file of its own. It knows nothing of our records but the metadata that it was given.
/// Its file is written with <c>synchronous=NORMAL</c>: safe when the process is killed, and a simulation's money need not outlive a power cut.
/// </summary>
public sealed class SimulatedProvider : IDisposable
{
    private readonly HostClock _clock;
    private readonly SimulatedProviderOptions _options;
    private readonly Connection _connection;
    private readonly Lock _gate = new();
    private readonly Statement _begin, _commit, _rollback, _find, _put, _emit, _delivered, _later, _overdue, _due, _next;

    public SimulatedProvider(string folder, HostClock clock, SimulatedProviderOptions options)
    {
        _clock = clock;
        _options = options;
        _connection = Connection.Open(Path.Combine(folder, "provider.db"), readOnly: false);
        // open_until: a session that nobody paid yet, to be found when its time is over.
        _connection.Execute("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
            CREATE TABLE IF NOT EXISTS objects(id TEXT PRIMARY KEY, open_until INTEGER, body BLOB NOT NULL);
            CREATE INDEX IF NOT EXISTS objects_open ON objects(open_until) WHERE open_until IS NOT NULL;
            CREATE TABLE IF NOT EXISTS events(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, body BLOB NOT NULL, deliver_at INTEGER, tries INTEGER NOT NULL DEFAULT 0);
            CREATE INDEX IF NOT EXISTS events_due ON events(deliver_at) WHERE deliver_at IS NOT NULL;
            """);
        _begin = _connection.Statement("BEGIN IMMEDIATE");
        _commit = _connection.Statement("COMMIT");
        _rollback = _connection.Statement("ROLLBACK");
        _find = _connection.Statement("SELECT body FROM objects WHERE id=?1");
        _put = _connection.Statement("INSERT OR REPLACE INTO objects(id, open_until, body) VALUES(?1, ?2, ?3)");
        _emit = _connection.Statement("INSERT INTO events(id, body, deliver_at) VALUES(?1, ?2, ?3)");
        _delivered = _connection.Statement("UPDATE events SET deliver_at=NULL WHERE seq=?1");
        _later = _connection.Statement("UPDATE events SET deliver_at=?2, tries=tries+1 WHERE seq=?1");
        _overdue = _connection.Statement("SELECT id FROM objects WHERE open_until IS NOT NULL AND open_until<=?1 LIMIT 1000");
        _due = _connection.Statement("SELECT seq, id, body, tries FROM events WHERE deliver_at IS NOT NULL AND deliver_at<=?1 ORDER BY seq LIMIT ?2");
        _next = _connection.Statement("SELECT min(deliver_at) FROM events WHERE deliver_at IS NOT NULL");
    }

    /// <summary>Called after events were stored.</summary>
    public Action EventsStored { get; set; } = () => { };

    public SimulatedSession? FindSession(string id) => Find(id, ProviderJson.Default.SimulatedSession);

    public SimulatedPayment? FindPayment(string id) => Find(id, ProviderJson.Default.SimulatedPayment);

    /// <summary>The checkout is the idempotency key: asked again, the same session; asked again for something else, a refusal.</summary>
    public SimulatedSession OpenSession(OpenSession request)
    {
        var now = _clock.GetUtcNow();
        var opened = new SimulatedSession(
            Ids.From("cs_sim", request.CheckoutId.Value), request.CheckoutId.Value, request.Subject.BuyerId.Value, request.Subject.SeriesId.Value, request.Title,
            request.Price.Amount, request.Price.Currency.ToLowerInvariant(), request.SuccessUrl.ToString(), request.CancelUrl.ToString(), SessionStatus.Open, null, now, request.ExpiresAt);
        return Write(() =>
        {
            if (Load(opened.Id, ProviderJson.Default.SimulatedSession) is { } before)
            {
                return before.Amount == opened.Amount && before.Currency == opened.Currency && before.SuccessUrl == opened.SuccessUrl && before.CancelUrl == opened.CancelUrl
                    ? before
                    : throw new ProviderRefusedException("idempotency_key_in_use", "Keys for idempotent requests can only be used with the same parameters.");
            }
            Save(opened);
            return opened;
        });
    }

    public SimulatedSession Expire(string sessionId) => ChangeSession(sessionId, (session, now) =>
    {
        if (session.StatusAt(now) != SessionStatus.Open && session.Status != SessionStatus.Open)
            return session;
        var expired = session with { Status = SessionStatus.Expired };
        Save(expired);
        Emit("checkout.session.expired", (id, type) => StripeEvents.Session(id, type, expired, now), now);
        return expired;
    });

    /// <summary>The buyer pays. A page that is paid or expired takes no money.</summary>
    public SimulatedSession Pay(string sessionId) => ChangeSession(sessionId, (session, now) =>
    {
        ThrowUnlessOpen(session, now);
        var price = new Money(session.Amount, session.Currency.ToUpperInvariant());
        var payment = new SimulatedPayment(
            Ids.From("pi_sim", session.Id), session.CheckoutId, session.BuyerId, session.SeriesId, session.Amount, session.Currency,
            Math.Min(session.Amount, price.BasisPoints(_options.FeeBasisPoints).Amount + _options.FixedFee), PaymentStatus.Succeeded, now, [], null);
        var paid = session with { Status = SessionStatus.Complete, PaymentId = payment.Id };
        Save(paid);
        Save(payment);
        Emit("payment_intent.succeeded", (id, type) => StripeEvents.Payment(id, type, payment, now), now);
        Emit("checkout.session.completed", (id, type) => StripeEvents.Session(id, type, paid, now), now);
        return paid;
    });

    /// <summary>The card is declined; the page stays open for another try.</summary>
    public SimulatedSession Decline(string sessionId) => ChangeSession(sessionId, (session, now) =>
    {
        ThrowUnlessOpen(session, now);
        var declined = new SimulatedPayment(
            Ids.New("pi_sim", now), session.CheckoutId, session.BuyerId, session.SeriesId, session.Amount, session.Currency, 0, PaymentStatus.Failed, now, [], null);
        Save(declined);
        Emit("payment_intent.payment_failed", (id, type) => StripeEvents.Payment(id, type, declined, now), now);
        return session;
    });

    /// <summary>The key makes the refund's id: asked again, the same refund.</summary>
    public SimulatedRefund Refund(string key, string paymentId, long amount)
    {
        var refundId = Ids.Derived("re_sim", key);
        return ChangePayment(paymentId, (payment, now) =>
        {
            if (payment.Refunds.FirstOrDefault(refund => refund.Id == refundId) is { } before)
                return before.Amount == amount ? before : throw new ProviderRefusedException("idempotency_key_in_use", "Keys for idempotent requests can only be used with the same parameters.");
            if (payment.Status != PaymentStatus.Succeeded)
                throw new ProviderRefusedException("charge_not_paid", "This payment did not succeed.");
            if (payment.Dispute is { Status: not DisputeStatus.Won })
                throw new ProviderRefusedException("charge_disputed", "This payment is disputed.");
            if (amount <= 0 || amount > payment.Amount - payment.Refunded)
                throw new ProviderRefusedException("charge_already_refunded", "There is not so much left to refund.");
            var made = new SimulatedRefund(refundId, amount, RefundStatus.Succeeded, now);
            var refunded = payment with { Refunds = [.. payment.Refunds, made] };
            Save(refunded);
            Emit("charge.refunded", (id, type) => StripeEvents.Charge(id, type, refunded, now), now);
            return made;
        });
    }

    public SimulatedPayment Dispute(string paymentId) => ChangePayment(paymentId, (payment, now) =>
    {
        if (payment.Status != PaymentStatus.Succeeded || payment.Dispute is not null || payment.Refunded >= payment.Amount)
            throw new ProviderRefusedException("not_disputable", "This payment can't be disputed (any more).");
        var disputed = payment with { Dispute = new(Ids.New("dp_sim", now), payment.Amount - payment.Refunded, _options.DisputeFee, DisputeStatus.Open, now) };
        Save(disputed);
        Emit("charge.dispute.created", (id, type) => StripeEvents.Dispute(id, type, disputed, now), now);
        return disputed;
    });

    public SimulatedPayment CloseDispute(string paymentId, bool won) => ChangePayment(paymentId, (payment, now) =>
    {
        if (payment.Dispute is not { Status: DisputeStatus.Open } dispute)
            throw new ProviderRefusedException("no_open_dispute", "There is no open dispute.");
        var closed = payment with { Dispute = dispute with { Status = won ? DisputeStatus.Won : DisputeStatus.Lost } };
        Save(closed);
        Emit("charge.dispute.closed", (id, type) => StripeEvents.Dispute(id, type, closed, now), now);
        return closed;
    });

    /// <summary>Tells of pages whose time is over, some at a time.</summary>
    public void ExpireOverdue()
    {
        var overdue = new List<string>();
        lock (_gate)
        {
            _overdue.Bind(1, _clock.GetUtcNow().ToUnixTimeMilliseconds());
            while (_overdue.Step())
                overdue.Add(_overdue.Text(0));
        }
        foreach (var id in overdue)
            Expire(id);
    }

    /// <summary>Events whose time to be delivered has come, in their order.</summary>
    public IReadOnlyList<PendingEvent> DueEvents(int max)
    {
        lock (_gate)
        {
            var due = new List<PendingEvent>();
            _due.Bind(1, _clock.GetUtcNow().ToUnixTimeMilliseconds()).Bind(2, max);
            while (_due.Step())
                due.Add(new(_due.Number(0), _due.Text(1), _due.Bytes(2), (int)_due.Number(3)));
            return due;
        }
    }

    /// <summary>When the next event is to be delivered; null when none waits.</summary>
    public DateTimeOffset? NextDelivery()
    {
        lock (_gate)
        {
            _next.Step();
            DateTimeOffset? at = _next.IsNull(0) ? null : DateTimeOffset.FromUnixTimeMilliseconds(_next.Number(0));
            _next.Reset();
            return at;
        }
    }

    public void MarkDelivered(long seq)
    {
        lock (_gate)
            _delivered.Bind(1, seq).Run();
    }

    public void DeliverLater(long seq, DateTimeOffset at)
    {
        lock (_gate)
            _later.Bind(1, seq).Bind(2, at.ToUnixTimeMilliseconds()).Run();
    }

    public void Dispose()
    {
        lock (_gate)
            _connection.Dispose();
    }

    private static void ThrowUnlessOpen(SimulatedSession session, DateTimeOffset now)
    {
        switch (session.StatusAt(now))
        {
            case SessionStatus.Complete:
                throw new ProviderRefusedException("already_paid", "This was paid already.");
            case SessionStatus.Expired:
                throw new ProviderRefusedException("session_expired", "This payment page has expired.");
        }
    }

    private T Change<TObject, T>(string id, JsonTypeInfo<TObject> shape, Func<TObject, DateTimeOffset, T> change)
        where TObject : class
    {
        var now = _clock.GetUtcNow();
        var changed = Write(() => change(Load(id, shape) ?? throw new ProviderRefusedException("resource_missing", "There is no such object."), now));
        EventsStored();
        return changed;
    }

    /// <summary>All of it or nothing.</summary>
    private T Write<T>(Func<T> write)
    {
        lock (_gate)
        {
            _begin.Run();
            try
            {
                var written = write();
                _commit.Run();
                return written;
            }
            catch
            {
                if (_connection.InTransaction)
                    _rollback.Run();
                throw;
            }
        }
    }

    private T ChangeSession<T>(string id, Func<SimulatedSession, DateTimeOffset, T> change) => Change(id, ProviderJson.Default.SimulatedSession, change);

    private T ChangePayment<T>(string id, Func<SimulatedPayment, DateTimeOffset, T> change) => Change(id, ProviderJson.Default.SimulatedPayment, change);

    private void Emit(string type, Func<string, string, byte[]> write, DateTimeOffset now)
    {
        var id = Ids.New("evt_sim", now);
        var body = write(id, type);
        for (var i = 0; i < _options.Deliveries; i++)
            _emit.Bind(1, id).Bind(2, body).Bind(3, now.ToUnixTimeMilliseconds()).Run();
    }

    private void Save(SimulatedSession session) =>
        Save(session.Id, session.Status == SessionStatus.Open ? session.ExpiresAt.ToUnixTimeMilliseconds() : null, JsonSerializer.SerializeToUtf8Bytes(session, ProviderJson.Default.SimulatedSession));

    private void Save(SimulatedPayment payment) => Save(payment.Id, null, JsonSerializer.SerializeToUtf8Bytes(payment, ProviderJson.Default.SimulatedPayment));

    private void Save(string id, long? openUntil, byte[] body) => _put.Bind(1, id).Bind(2, openUntil).Bind(3, body).Run();

    private T? Find<T>(string id, JsonTypeInfo<T> shape)
        where T : class
    {
        lock (_gate)
            return Load(id, shape);
    }

    private T? Load<T>(string id, JsonTypeInfo<T> shape)
        where T : class
    {
        if (!_find.Bind(1, id).Step())
            return null;
        var body = _find.Bytes(0);
        _find.Reset();
        return JsonSerializer.Deserialize(body, shape);
    }
}
