using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Local.Clock;
using SeriesFunctions.Local.Payments;

namespace Azure.Tests.Stripe;

/// <summary>
/// The provider's API in memory, for the library's own transport: what the gateway sends is read as Stripe reads it (form fields, idempotency keys, limits of <c>expires_at</c>), the
/// simulated provider does it, and the answer has Stripe's shape. Only what the gateway uses. Source: Stripe's API reference.
/// </summary>
internal sealed partial class StripeApi(SimulatedProvider provider, HostClock clock) : HttpMessageHandler
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<string, (string Body, HttpStatusCode Status, string Answer, string Request)> _keys = [];
    private readonly Dictionary<string, JsonObject> _metadata = [];
    private readonly Dictionary<string, string> _groups = [];
    private readonly Dictionary<string, long> _bookPlaces = [];

    /// <summary>What the next requests are answered instead, to see what becomes of failures.</summary>
    public Queue<Func<HttpResponseMessage>> Instead { get; } = [];

    public List<HttpRequestMessage> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            Requests.Add(request);
            if (Instead.TryDequeue(out var other))
                return other();
            if (request.Headers.Authorization?.Parameter != "sk_test_1")
                return Json(HttpStatusCode.Unauthorized, Error("invalid_request_error", null).ToJsonString());
            var key = request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null;
            if (key is not null && _keys.TryGetValue(key, out var before))
            {
                if (before.Body != request.RequestUri!.AbsolutePath + body)
                    return Json(HttpStatusCode.BadRequest, Error("idempotency_error", null).ToJsonString());
                var replayed = Json(before.Status, before.Answer);
                replayed.Headers.Add("Idempotent-Replayed", "true");
                replayed.Headers.Add("Original-Request", before.Request);
                return replayed;
            }
            var (status, answer) = await AnswerAsync(request, Fields(request, body));
            if (key is not null && request.Method == HttpMethod.Post)
                _keys[key] = (request.RequestUri!.AbsolutePath + body, status, answer.ToJsonString(), $"req_{Requests.Count}");
            return Json(status, answer.ToJsonString());
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _oneAtATime.Dispose();
        base.Dispose(disposing);
    }

    private async Task<(HttpStatusCode Status, JsonObject Answer)> AnswerAsync(HttpRequestMessage request, Dictionary<string, string> fields)
    {
        var now = clock.GetUtcNow();
        var path = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(HttpUtility.UrlDecode).ToArray();
        switch (request.Method.Method, path)
        {
            case ("POST", ["v1", "checkout", "sessions"]):
                return await OpenAsync(fields, now);
            case ("GET", ["v1", "checkout", "sessions", var id]):
                return provider.FindSession(id!) is { } found ? Ok(Session(found, now)) : Missing();
            case ("POST", ["v1", "checkout", "sessions", var id, "expire"]):
                if (provider.FindSession(id!) is not { } open)
                    return Missing();
                return open.StatusAt(now) != SessionStatus.Open ? Bad("invalid_request_error", null) : Ok(Session(Value(await provider.ExpireAsync(id!)), now));
            case ("GET", ["v1", "payment_intents", var id]):
                Assert.Equal(["latest_charge.balance_transaction", "latest_charge.refunds"], [fields["expand[0]"], fields["expand[1]"]]);
                return provider.FindPayment(id!) is { } payment ? Ok(Payment(payment, now)) : Missing();
            case ("POST", ["v1", "refunds"]):
                return await RefundAsync(fields);
            case ("GET", ["v1", "disputes"]):
                return Ok(Page(provider.FindPayment(fields["payment_intent"])!.Dispute is null ? [] : [Dispute(provider.FindPayment(fields["payment_intent"])!)], false));
            case ("POST", ["v1", "transfers"]):
                var made = await provider.TransferAsync(new(fields["transfer_group"], fields["destination"], new(Number(fields["amount"]), fields["currency"].ToUpperInvariant())));
                if (!made.IsOk(out var transfer, out var refused))
                    return Bad("invalid_request_error", refused.Code.Replace('-', '_'));
                _groups[fields["transfer_group"]] = transfer.Id;
                return Ok(Transfer(transfer));
            case ("GET", ["v1", "transfers"]):
                return Ok(Page(_groups.TryGetValue(fields["transfer_group"], out var known) ? [Transfer(provider.FindTransfer(known)!)] : [], false));
            case ("POST", ["v1", "accounts"]):
                return await OpenAccountAsync(request.Headers.GetValues("Idempotency-Key").Single(), fields);
            case ("GET", ["v1", "accounts", var id]):
                return provider.FindAccount(id!) is { } account ? Ok(Account(account)) : NoAccount();
            case ("POST", ["v1", "account_links"]):
                Assert.Equal("account_onboarding", fields["type"]);
                var linked = await provider.LinkAsync(new(fields["account"], new(fields["return_url"]), new(fields["refresh_url"])));
                return linked.IsOk(out var link, out _) ? Ok(Link(link)) : NoAccount();
            case ("GET", ["v1", "balance_transactions"]):
                return Ok(Books(fields, now));
            case (_, ["v1", "products" or "subscriptions" or "invoices" or "invoice_payments" or "billing_portal", ..]):
                return await AnswerSubscriptionAsync(request, path, fields);
            default:
                throw new InvalidOperationException($"The gateway is not known to ask for {request.Method} {request.RequestUri}.");
        }
    }

    private async Task<(HttpStatusCode, JsonObject)> OpenAsync(Dictionary<string, string> fields, DateTimeOffset now)
    {
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(Number(fields["expires_at"]));
        if (expiresAt < now.AddMinutes(30).AddSeconds(-1) || expiresAt > now.AddHours(24))
            return Bad("invalid_request_error", "parameter_invalid");
        Assert.Equal(("1", "false"), (fields["line_items[0][quantity]"], fields["adaptive_pricing[enabled]"]));
        if (fields["mode"] == "subscription")
            return await OpenSubscriptionAsync(fields, expiresAt, now);
        Assert.Equal(("payment", "automatic"), (fields["mode"], fields["payment_intent_data[capture_method]"]));
        var subject = new PaymentSubject(new(fields["payment_intent_data[metadata][checkout_id]"]), new(fields["payment_intent_data[metadata][buyer_id]"]), new(fields["payment_intent_data[metadata][series_id]"]));
        Assert.Equal(subject.CheckoutId.Value, fields["client_reference_id"]);
        var price = new Money(Number(fields["line_items[0][price_data][unit_amount]"]), fields["line_items[0][price_data][currency]"].ToUpperInvariant());
        var opened = Value(await provider.OpenSessionAsync(new(subject, price, fields["line_items[0][price_data][product_data][name]"], new(fields["success_url"]), new(fields["cancel_url"]), expiresAt)));
        return Opened(opened, fields, now);
    }

    private (HttpStatusCode, JsonObject) Opened(SimulatedSession opened, Dictionary<string, string> fields, DateTimeOffset now)
    {
        _metadata[opened.Id] = new(fields.Where(f => f.Key.StartsWith("metadata[", StringComparison.Ordinal)).Select(f => KeyValuePair.Create(f.Key[9..^1], (JsonNode?)f.Value)));
        return Ok(Session(opened, now));
    }

    private async Task<(HttpStatusCode, JsonObject)> RefundAsync(Dictionary<string, string> fields)
    {
        var payment = provider.FindPayment(fields["payment_intent"]);
        if (payment is null)
            return Missing();
        var made = await provider.RefundAsync(new(fields["metadata[refund_key]"], payment.Id, new(Number(fields["amount"]), payment.Currency)));
        return made.IsOk(out var refund, out var problem) ? Ok(Refund(refund, payment.Currency)) : Bad("invalid_request_error", problem.Code.Replace('-', '_'));
    }

    private async Task<(HttpStatusCode, JsonObject)> OpenAccountAsync(string key, Dictionary<string, string> fields)
    {
        Assert.Equal(
            ("true", "application", "application", "stripe", "express"),
            (fields["capabilities[transfers][requested]"], fields["controller[fees][payer]"], fields["controller[losses][payments]"], fields["controller[requirement_collection]"],
                fields["controller[stripe_dashboard][type]"]));
        var opened = await provider.OpenAccountAsync(new(key, new(fields["metadata[creator_id]"]), fields.GetValueOrDefault("country")));
        return opened.IsOk(out var account, out var problem) ? Ok(Account(account)) : Bad("invalid_request_error", problem.Code.Replace('-', '_'));
    }

    private static JsonObject Account(SimulatedAccount account) => Write(writer => StripeEvents.WriteAccount(writer, account));

    private static JsonObject Link(SimulatedLink link) =>
        new() { ["object"] = "account_link", ["expires_at"] = link.ExpiresAt.ToUnixTimeSeconds(), ["url"] = $"https://connect.stripe.com/setup/{link.Id}" };

    /// <summary>The API does not say whether there is no such account or whether it is somebody else's.</summary>
    private static (HttpStatusCode, JsonObject) NoAccount() => (HttpStatusCode.Forbidden, Error("invalid_request_error", "account_invalid"));

    private JsonObject Session(SimulatedSession session, DateTimeOffset now)
    {
        var json = JsonNode.Parse(StripeEvents.SessionObject(session, now))!.AsObject();
        json["metadata"] = _metadata[session.Id].DeepClone();
        json["url"] = session.StatusAt(now) == SessionStatus.Open ? $"https://checkout.stripe.com/c/pay/{session.Id}" : null;
        return json;
    }

    private static JsonObject Payment(SimulatedPayment payment, DateTimeOffset now)
    {
        var json = Write(writer => StripeEvents.WritePayment(writer, payment, now, expanded: true));
        json["latest_charge"]!["refunds"] = Page([.. payment.Refunds.Select(refund => Refund(refund, payment.Currency)).Reverse()], false);
        return json;
    }

    private static JsonObject Refund(SimulatedRefund refund, string currency) => Write(writer => StripeEvents.WriteRefund(writer, refund, currency));

    private static JsonObject Dispute(SimulatedPayment payment)
    {
        var json = Write(writer => StripeEvents.WriteDispute(writer, payment));
        json["balance_transactions"] = new JsonArray(
            new JsonObject { ["id"] = "txn_1", ["object"] = "balance_transaction", ["amount"] = -payment.Dispute!.Amount, ["fee"] = payment.Dispute.Fee, ["currency"] = payment.Currency });
        return json;
    }

    private static JsonObject Transfer(SimulatedTransfer transfer) => new()
    {
        ["id"] = transfer.Id,
        ["object"] = "transfer",
        ["amount"] = transfer.Amount,
        ["currency"] = transfer.Currency,
        ["destination"] = transfer.Account,
        ["created"] = transfer.CreatedAt.ToUnixTimeSeconds(),
    };

    private JsonObject Books(Dictionary<string, string> fields, DateTimeOffset now)
    {
        var after = fields.TryGetValue("starting_after", out var last) ? _bookPlaces[last] : 0;
        var limit = (int)Number(fields["limit"]);
        var entries = provider.Books(DateTimeOffset.FromUnixTimeSeconds(Number(fields["created[gte]"])), DateTimeOffset.FromUnixTimeSeconds(Number(fields["created[lt]"])), after, limit + 1);
        foreach (var (seq, entry) in entries)
            _bookPlaces[entry.Id] = seq;
        Assert.Equal("data.source", fields["expand[0]"]);
        return Page([.. entries.Take(limit).Select(e => Entry(e.Entry, now))], entries.Count > limit);
    }

    private JsonObject Entry(SimulatedBookEntry entry, DateTimeOffset now)
    {
        var json = Write(writer => StripeEvents.WriteBookEntry(writer, entry));
        json["source"] = entry.Kind switch
        {
            BookKind.Charge => Write(writer => StripeEvents.WriteCharge(writer, provider.FindPayment(entry.PaymentId!)!, now, expanded: false)),
            BookKind.Refund or BookKind.RefundFailure => Refund(provider.FindRefund(entry.SourceId)!, entry.Currency),
            BookKind.Dispute or BookKind.DisputeReversal => Dispute(provider.FindPayment(entry.PaymentId!)!),
            BookKind.Transfer => Transfer(provider.FindTransfer(entry.SourceId)!),
            _ => entry.SourceId,
        };
        return json;
    }

    private static JsonObject Write(Action<System.Text.Json.Utf8JsonWriter> write) => JsonNode.Parse(StripeEvents.Write(writer =>
    {
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
    }))!.AsObject();

    private static JsonObject Page(JsonNode[] items, bool hasMore) => new() { ["object"] = "list", ["data"] = new JsonArray(items), ["has_more"] = hasMore };

    private static Dictionary<string, string> Fields(HttpRequestMessage request, string body)
    {
        var fields = HttpUtility.ParseQueryString(request.Method == HttpMethod.Get ? request.RequestUri!.Query : body);
        return fields.AllKeys.ToDictionary(name => name!, name => fields[name]!);
    }

    private static T Value<T>(Result<T> result) => result.IsOk(out var value, out var problem) ? value : throw new InvalidOperationException(problem.Code);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static (HttpStatusCode, JsonObject) Ok(JsonObject answer) => (HttpStatusCode.OK, answer);

    private static (HttpStatusCode, JsonObject) Missing() => (HttpStatusCode.NotFound, Error("invalid_request_error", "resource_missing"));

    private static (HttpStatusCode, JsonObject) Bad(string type, string? code) => (HttpStatusCode.BadRequest, Error(type, code));

    private static JsonObject Error(string type, string? code) => new() { ["error"] = new JsonObject { ["type"] = type, ["code"] = code, ["message"] = "No." } };

    private static HttpResponseMessage Json(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
