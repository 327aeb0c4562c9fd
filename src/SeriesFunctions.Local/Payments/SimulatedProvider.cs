using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Storage;

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
    private readonly string _path;
    private readonly HostClock _clock;
    private readonly SimulatedProviderOptions _options;
    private readonly GroupCommit _writer;
    private readonly ConcurrentBag<Reader> _readers = [];
    private readonly Statement _find, _put, _emit, _delivered, _later;

    public SimulatedProvider(string folder, HostClock clock, SimulatedProviderOptions options)
    {
        _path = Path.Combine(folder, "provider.db");
        _clock = clock;
        _options = options;
        var database = new Database(_path, readOnly: false, cacheKilobytes: 2_048);
        database.Execute("PRAGMA journal_mode=WAL");
        database.Execute("PRAGMA synchronous=NORMAL");
        // open_until: a session that nobody paid yet, to be found when its time is over.
        database.Execute("CREATE TABLE IF NOT EXISTS objects(id TEXT PRIMARY KEY, open_until INTEGER, body BLOB NOT NULL) WITHOUT ROWID");
        database.Execute("CREATE INDEX IF NOT EXISTS objects_open ON objects(open_until) WHERE open_until IS NOT NULL");
        database.Execute("CREATE TABLE IF NOT EXISTS events(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, body BLOB NOT NULL, deliver_at INTEGER, tries INTEGER NOT NULL DEFAULT 0)");
        database.Execute("CREATE INDEX IF NOT EXISTS events_due ON events(deliver_at) WHERE deliver_at IS NOT NULL");
        _find = database.Prepare("SELECT body FROM objects WHERE id=?1");
        _put = database.Prepare("INSERT OR REPLACE INTO objects(id, open_until, body) VALUES(?1, ?2, ?3)");
        _emit = database.Prepare("INSERT INTO events(id, body, deliver_at) VALUES(?1, ?2, ?3)");
        _delivered = database.Prepare("UPDATE events SET deliver_at=NULL WHERE seq=?1");
        _later = database.Prepare("UPDATE events SET deliver_at=?2, tries=tries+1 WHERE seq=?1");
        _writer = new(database, _ => { });
    }

    /// <summary>Called after events were stored.</summary>
    public Action EventsStored { get; set; } = () => { };

    public SimulatedSession? FindSession(string id) => Find(id, ProviderJson.Default.SimulatedSession);

    public SimulatedPayment? FindPayment(string id) => Find(id, ProviderJson.Default.SimulatedPayment);

    /// <summary>The checkout is the idempotency key: asked again, the same session; asked again for something else, a refusal.</summary>
    public Task<SimulatedSession> OpenSessionAsync(OpenSession request)
    {
        var now = _clock.GetUtcNow();
        var opened = new SimulatedSession(
            Ids.From("cs_sim", request.CheckoutId.Value), request.CheckoutId.Value, request.Subject.BuyerId.Value, request.Subject.SeriesId.Value, request.Title,
            request.Price.Amount, request.Price.Currency.ToLowerInvariant(), request.SuccessUrl.ToString(), request.CancelUrl.ToString(), SessionStatus.Open, null, now, request.ExpiresAt);
        return _writer.RunAsync(_ =>
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

    public Task<SimulatedSession> ExpireAsync(string sessionId) => ChangeSessionAsync(sessionId, (session, now) =>
    {
        if (session.StatusAt(now) != SessionStatus.Open && session.Status != SessionStatus.Open)
            return session;
        var expired = session with { Status = SessionStatus.Expired };
        Save(expired);
        Emit("checkout.session.expired", (id, type) => StripeEvents.Session(id, type, expired, now), now);
        return expired;
    });

    /// <summary>The buyer pays. A page that is paid or expired takes no money.</summary>
    public Task<SimulatedSession> PayAsync(string sessionId) => ChangeSessionAsync(sessionId, (session, now) =>
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
    public Task<SimulatedSession> DeclineAsync(string sessionId) => ChangeSessionAsync(sessionId, (session, now) =>
    {
        ThrowUnlessOpen(session, now);
        var declined = new SimulatedPayment(
            Ids.New("pi_sim", now), session.CheckoutId, session.BuyerId, session.SeriesId, session.Amount, session.Currency, 0, PaymentStatus.Failed, now, [], null);
        Save(declined);
        Emit("payment_intent.payment_failed", (id, type) => StripeEvents.Payment(id, type, declined, now), now);
        return session;
    });

    /// <summary>The key makes the refund's id: asked again, the same refund.</summary>
    public Task<SimulatedRefund> RefundAsync(string key, string paymentId, long amount)
    {
        var refundId = Ids.Derived("re_sim", key);
        return ChangePaymentAsync(paymentId, (payment, now) =>
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

    public Task<SimulatedPayment> DisputeAsync(string paymentId) => ChangePaymentAsync(paymentId, (payment, now) =>
    {
        if (payment.Status != PaymentStatus.Succeeded || payment.Dispute is not null || payment.Refunded >= payment.Amount)
            throw new ProviderRefusedException("not_disputable", "This payment can't be disputed (any more).");
        var disputed = payment with { Dispute = new(Ids.New("dp_sim", now), payment.Amount - payment.Refunded, _options.DisputeFee, DisputeStatus.Open, now) };
        Save(disputed);
        Emit("charge.dispute.created", (id, type) => StripeEvents.Dispute(id, type, disputed, now), now);
        return disputed;
    });

    public Task<SimulatedPayment> CloseDisputeAsync(string paymentId, bool won) => ChangePaymentAsync(paymentId, (payment, now) =>
    {
        if (payment.Dispute is not { Status: DisputeStatus.Open } dispute)
            throw new ProviderRefusedException("no_open_dispute", "There is no open dispute.");
        var closed = payment with { Dispute = dispute with { Status = won ? DisputeStatus.Won : DisputeStatus.Lost } };
        Save(closed);
        Emit("charge.dispute.closed", (id, type) => StripeEvents.Dispute(id, type, closed, now), now);
        return closed;
    });

    /// <summary>Tells of pages whose time is over, some at a time.</summary>
    public async Task ExpireOverdueAsync()
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var overdue = Read(reader =>
        {
            var list = reader.Statement("SELECT id FROM objects WHERE open_until IS NOT NULL AND open_until<=?1 LIMIT 1000");
            list.Number(1, now);
            var ids = new List<string>();
            while (list.Step())
                ids.Add(list.String(0));
            list.Reset();
            return ids;
        });
        foreach (var id in overdue)
            await ExpireAsync(id);
    }

    /// <summary>Events whose time to be delivered has come, in their order.</summary>
    public IReadOnlyList<PendingEvent> DueEvents(int max) => Read<IReadOnlyList<PendingEvent>>(reader =>
    {
        var list = reader.Statement("SELECT seq, id, body, tries FROM events WHERE deliver_at IS NOT NULL AND deliver_at<=?1 ORDER BY seq LIMIT ?2");
        list.Number(1, _clock.GetUtcNow().ToUnixTimeMilliseconds()).Number(2, max);
        var due = new List<PendingEvent>();
        while (list.Step())
            due.Add(new(list.Long(0), list.String(1), list.Bytes(2), (int)list.Long(3)));
        list.Reset();
        return due;
    });

    /// <summary>When the next event is to be delivered; null when none waits.</summary>
    public DateTimeOffset? NextDelivery() => Read<DateTimeOffset?>(reader =>
    {
        var next = reader.Statement("SELECT min(deliver_at) FROM events WHERE deliver_at IS NOT NULL");
        next.Step();
        DateTimeOffset? at = next.IsNull(0) ? null : DateTimeOffset.FromUnixTimeMilliseconds(next.Long(0));
        next.Reset();
        return at;
    });

    public Task MarkDeliveredAsync(long seq) => _writer.RunAsync(_ =>
    {
        _delivered.Number(1, seq).Run();
        return true;
    });

    public Task DeliverLaterAsync(long seq, DateTimeOffset at) => _writer.RunAsync(_ =>
    {
        _later.Number(1, seq).Number(2, at.ToUnixTimeMilliseconds()).Run();
        return true;
    });

    public void Dispose()
    {
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        _writer.Dispose();
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

    private async Task<T> ChangeAsync<TObject, T>(string id, JsonTypeInfo<TObject> shape, Func<TObject, DateTimeOffset, T> change)
        where TObject : class
    {
        var now = _clock.GetUtcNow();
        var changed = await _writer.RunAsync(_ =>
            change(Load(id, shape) ?? throw new ProviderRefusedException("resource_missing", "There is no such object."), now));
        EventsStored();
        return changed;
    }

    private Task<T> ChangeSessionAsync<T>(string id, Func<SimulatedSession, DateTimeOffset, T> change) => ChangeAsync(id, ProviderJson.Default.SimulatedSession, change);

    private Task<T> ChangePaymentAsync<T>(string id, Func<SimulatedPayment, DateTimeOffset, T> change) => ChangeAsync(id, ProviderJson.Default.SimulatedPayment, change);

    private void Emit(string type, Func<string, string, byte[]> write, DateTimeOffset now)
    {
        var id = Ids.New("evt_sim", now);
        var body = write(id, type);
        for (var i = 0; i < _options.Deliveries; i++)
            _emit.Text(1, id).Blob(2, body).Number(3, now.ToUnixTimeMilliseconds()).Run();
    }

    private void Save(SimulatedSession session) =>
        Save(session.Id, session.Status == SessionStatus.Open ? session.ExpiresAt.ToUnixTimeMilliseconds() : null, JsonSerializer.SerializeToUtf8Bytes(session, ProviderJson.Default.SimulatedSession));

    private void Save(SimulatedPayment payment) => Save(payment.Id, null, JsonSerializer.SerializeToUtf8Bytes(payment, ProviderJson.Default.SimulatedPayment));

    private void Save(string id, long? openUntil, byte[] body) => _put.Text(1, id).Number(2, openUntil).Blob(3, body).Run();

    private T? Load<T>(string id, JsonTypeInfo<T> shape)
        where T : class
    {
        _find.Text(1, id);
        var body = _find.Step() ? _find.Bytes(0) : null;
        _find.Reset();
        return Parse(body, shape);
    }

    private T? Find<T>(string id, JsonTypeInfo<T> shape)
        where T : class => Read(reader =>
    {
        var find = reader.Statement("SELECT body FROM objects WHERE id=?1");
        find.Text(1, id);
        var body = find.Step() ? find.Bytes(0) : null;
        find.Reset();
        return Parse(body, shape);
    });

    /// <summary>Null also where the id is that of another kind of object.</summary>
    private static T? Parse<T>(byte[]? body, JsonTypeInfo<T> shape)
        where T : class => body is null ? null : JsonSerializer.Deserialize(body, shape);

    private T Read<T>(Func<Reader, T> read)
    {
        if (!_readers.TryTake(out var reader))
            reader = new(new(_path, readOnly: true, cacheKilobytes: 512));
        try
        {
            return read(reader);
        }
        finally
        {
            _readers.Add(reader);
        }
    }
}
