using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>What a creator earns: balance, sales, statements, payouts; and what operators do about it.</summary>
public sealed class LedgerEndpoints(
    ShowLedger ledger, LedgerBooks books, MonthlyStatements statements, Payouts payouts, StartPayout startPayout, SetCommission commission, PostAdjustment adjust, Reconcile reconcile,
    LedgerOptions options, TimeProvider clock)
{
    public async ValueTask<Answer> BalanceAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var next = Months.Start(now).AddDays(options.PayoutDay - 1);
        return Answer.Json(new BalanceView(
            await ledger.BalanceAsync(call.User, cancellationToken), new(options.PayoutMinimum, options.PayoutCurrency),
            DateOnly.FromDateTime((next <= now ? Months.Start(now).AddMonths(1).AddDays(options.PayoutDay - 1) : next).UtcDateTime),
            await payouts.HasAccountAsync(call.User, cancellationToken)));
    }

    public ValueTask<Answer> SalesAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => ledger.SalesAsync(call.User, page, cancellationToken), SaleView.Of);

    public ValueTask<Answer> StatementsAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => statements.PageAsync(call.User, page, cancellationToken), StatementView.Of);

    /// <summary>JSON, or CSV where <c>format</c> or <c>Accept</c> ask for it.</summary>
    public async ValueTask<Answer> StatementAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var format = call.Query("format") ?? (call.Http.Request.Headers.Accept.ToString().Contains("text/csv", StringComparison.OrdinalIgnoreCase) ? "csv" : "json");
        if (format is not ("json" or "csv"))
            return new Problem(ProblemKind.Malformed, "bad-format", "format is one of: json, csv.");
        if (!(await statements.ShowAsync(call.User, call.Id("month"), cancellationToken)).IsOk(out var statement, out var problem))
            return problem;
        return format == "json"
            ? Answer.Json(StatementView.Of(statement), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{statement.Month}-{statement.Transactions}{(statement.ClosedAt is null ? "" : "c")}"))
            : Answer.File(await StatementCsv.WriteAsync(statement, books, cancellationToken), StatementCsv.ContentType, $"statement-{statement.Month}.csv");
    }

    public ValueTask<Answer> MyPayoutsAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => payouts.OfAsync(call.User, page, cancellationToken), PayoutView.Of);

    public ValueTask<Answer> PayoutsAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => payouts.PageAsync(page, cancellationToken), entry => PayoutView.Of(entry.Payout));

    public async ValueTask<Answer> PayoutAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await payouts.ShowAsync(call.Id("payoutId"), cancellationToken)).IsOk(out var payout, out var problem) ? Answer.Json(PayoutView.Of(payout), $"{payout.Id}-{payout.State}") : problem;

    public async ValueTask<Answer> StartPayoutAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<PayoutRequest>().IsOk(out var body, out var problem)
            || !(await startPayout.HandleAsync(new(body.Value.CreatorId), body.Value.Reason, call.User, call.Key, cancellationToken)).IsOk(out var payout, out problem))
            return problem;
        return Answer.Json(PayoutView.Of(payout), status: 202, location: $"/v1/operator/payouts/{payout.Id}");
    }

    public async ValueTask<Answer> PayoutAccountAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var creator = new UserId(call.Id("creatorId"));
        var account = await payouts.AccountAsync(creator, cancellationToken);
        return Answer.Json(new PayoutAccountView(creator, account?.Value.Account, account?.Value.By, account?.Value.At), account?.ETag ?? Payouts.NoneYet);
    }

    public async ValueTask<Answer> SetPayoutAccountAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var creator = new UserId(call.Id("creatorId"));
        if (!call.Read<PayoutAccountRequest>().IsOk(out var body, out var problem)
            || !(await payouts.SetAccountAsync(creator, body.Value.Account, call.User, call.IfMatch, cancellationToken)).IsOk(out var set, out problem))
            return problem;
        return Answer.Json(new PayoutAccountView(creator, set.Value.Account, set.Value.By, set.Value.At), set.ETag);
    }

    public async ValueTask<Answer> CommissionAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var creator = new UserId(call.Id("creatorId"));
        var (policy, current, etag) = await commission.ShowAsync(creator, cancellationToken);
        return Answer.Json(CommissionView.Of(creator, policy, current), etag);
    }

    public async ValueTask<Answer> SetCommissionAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var creator = new UserId(call.Id("creatorId"));
        if (!call.Read<CommissionRequest>().IsOk(out var body, out var problem)
            || (await commission.HandleAsync(creator, body.Value.BasisPoints, body.Value.From, body.Value.Reason, call.User, call.IfMatch, cancellationToken)).Problem is { } refused && (problem = refused) is not null)
            return problem;
        return await CommissionAsync(call, cancellationToken);
    }

    public async ValueTask<Answer> AdjustAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<AdjustmentRequest>().IsOk(out var body, out var problem)
            || !(await adjust.HandleAsync(new(call.Id("creatorId")), body.Value.Amount, body.Value.Against, body.Value.Reason, call.User, call.Key, cancellationToken)).IsOk(out var posted, out problem))
            return problem;
        return Answer.Json(TransactionView.Of(posted), status: 201);
    }

    public ValueTask<Answer> ReconciliationsAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => reconcile.PageAsync(page, cancellationToken), ReconciliationView.Of);

    public async ValueTask<Answer> ReconciliationAsync(ApiCall call, CancellationToken cancellationToken) =>
        (await reconcile.ShowAsync(call.Id("day"), cancellationToken)).IsOk(out var report, out var problem) ? Answer.Json(ReconciliationView.Of(report), report.Run) : problem;

    public ValueTask<Answer> DifferencesAsync(ApiCall call, CancellationToken cancellationToken) =>
        Pages.AnswerAsync(call, page => reconcile.DifferencesAsync(call.Id("day"), page, cancellationToken), DifferenceView.Of);

    public async ValueTask<Answer> ReconcileAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.Read<ReconcileRequest>().IsOk(out var body, out var problem) || (await reconcile.AskAsync(body.Value.Day, call.Key, cancellationToken)).Problem is { } refused && (problem = refused) is not null)
            return problem;
        return Answer.Json(new ReconcileAnswer(body.Value.Day), status: 202, location: $"/v1/operator/reconciliations/{body.Value.Day}");
    }
}
