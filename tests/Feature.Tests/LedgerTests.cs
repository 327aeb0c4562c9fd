using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Feature.Tests.Driving;
using Microsoft.Extensions.DependencyInjection;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Local.Payments;

namespace Feature.Tests;

/// <summary>What a creator earns and when she gets it. Finds a statement that changes, a payout that is made twice, and a day on which the books are not the provider's.</summary>
public sealed class LedgerTests : IAsyncLifetime
{
    private readonly RunningHost _host = new();
    private readonly Shop _shop;
    private Person _operator = null!;

    public LedgerTests() => _shop = new(_host);

    private SimulatedProviderOptions Provider => _host.Services.GetRequiredService<SimulatedProviderOptions>();

    private SimulatedProvider Books => _host.Services.GetRequiredService<SimulatedProvider>();

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        await ToAsync(Next(1).AddDays(2));
        _operator = await _host.PersonAsync("operator", "operator");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_month_is_closed_on_the_first_and_paid_on_the_fifteenth_once()
    {
        var (creator, series, _) = await _shop.PublishedAsync(9_999);
        await AccountAsync(creator);
        var month = Month();
        await _shop.BuyerAsync(series);
        var open = (await creator.GetAsync($"/v1/creators/me/statements/{month}")).Is(HttpStatusCode.OK);
        Assert.Equal(("open", "9999", "-320", "9679"), (open.Text("state"), open.Text("lines.0.sales.amount"), open.Text("lines.0.processingFees.amount"), open.Text("lines.0.closing.amount")));

        await ToAsync(Next(1));
        var closed = (await creator.GetAsync($"/v1/creators/me/statements/{month}")).Is(HttpStatusCode.OK);
        Assert.Equal(("closed", "9679"), (closed.Text("state"), closed.Text("lines.0.closing.amount")));
        await _shop.BuyerAsync(series);
        Assert.Equal(closed.Bytes, (await creator.GetAsync($"/v1/creators/me/statements/{month}")).Bytes);

        await ToAsync(Next(15).AddMinutes(-1));
        Assert.Empty((await creator.GetAsync("/v1/creators/me/payouts")).At("items")!.AsArray());
        Provider.LoseAnswers = true;
        await ToAsync(Next(15));
        Provider.LoseAnswers = false;
        await ToAsync(_host.Clock.GetUtcNow().AddHours(2));
        await ToAsync(_host.Clock.GetUtcNow().AddDays(3));
        var payout = Assert.Single((await creator.GetAsync("/v1/creators/me/payouts")).At("items")!.AsArray())!;
        Assert.Equal(("paid", "9679", month), (payout["state"]!.ToString(), payout["amount"]!["amount"]!.ToString(), payout["month"]!.ToString()));
        var moved = Assert.Single(Books.Books(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 0, 1_000), entry => entry.Entry.Kind == BookKind.Transfer);
        Assert.Equal(-9_679, moved.Entry.Amount);
        Assert.Equal("9679", (await creator.GetAsync("/v1/creators/me/balance")).Text("owed.0.amount"));
        Assert.Equal(payout["payoutId"]!.ToString(), (await _operator.GetAsync("/v1/operator/payouts")).Text("items.0.payoutId"));
        Assert.Equal("true", (await _operator.GetAsync($"/v1/operator/ledger/{creator.Id}")).Text("balances"));
    }

    [Fact]
    public async Task Less_than_fifty_and_less_than_nothing_carry_over()
    {
        var (creator, series, _) = await _shop.PublishedAsync(3_999);
        await AccountAsync(creator);
        var (_, checkout) = await _shop.BuyerAsync(series);
        await ToAsync(Next(1));
        await ToAsync(Next(15));
        Assert.Empty((await creator.GetAsync("/v1/creators/me/payouts")).At("items")!.AsArray());
        // What was sold last month is refunded and disputed in this one: she owes us the fees.
        (await _host.Anonymous().PostAsync($"/local/payments/pi_sim_{checkout[4..]}/dispute")).Is(HttpStatusCode.OK);
        await _host.DrainAsync();
        Assert.Equal("-1646", (await creator.GetAsync("/v1/creators/me/balance")).Text("owed.0.amount"));
        await ToAsync(Next(1));
        await _shop.BuyerAsync(series);
        await _shop.BuyerAsync(series);
        var month = Month();
        await ToAsync(Next(1));
        var statement = await creator.GetAsync($"/v1/creators/me/statements/{month}");
        Assert.Equal(("-1646", "6060"), (statement.Text("lines.0.opening.amount"), statement.Text("lines.0.closing.amount")));
        await ToAsync(Next(15));
        Assert.Equal("6060", (await creator.GetAsync("/v1/creators/me/payouts")).Text("items.0.amount.amount"));
        Assert.Equal(["6060", "-1646", "3853"], (await creator.GetAsync("/v1/creators/me/statements")).At("items")!.AsArray().Select(item => item!["lines"]![0]!["closing"]!["amount"]!.ToString()));
    }

    [Fact]
    public async Task A_payout_whose_day_fell_into_a_downtime_is_made_when_the_timers_run_again()
    {
        var (creator, series, _) = await _shop.PublishedAsync(9_999);
        await AccountAsync(creator);
        var month = Month();
        await _shop.BuyerAsync(series);
        await ToAsync(Next(1));
        // The next minute that there is comes after the fifteenth, and after the end of the month.
        await ToAsync(Next(1));
        var payout = Assert.Single((await creator.GetAsync("/v1/creators/me/payouts")).At("items")!.AsArray())!;
        Assert.Equal(("paid", "9679", month), (payout["state"]!.ToString(), payout["amount"]!["amount"]!.ToString(), payout["month"]!.ToString()));
        await ToAsync(Next(15));
        Assert.Single((await creator.GetAsync("/v1/creators/me/payouts")).At("items")!.AsArray());
    }

    [Fact]
    public async Task A_refused_payout_is_owed_again_and_an_operator_pays_it_later()
    {
        var (creator, series, _) = await _shop.PublishedAsync(9_999);
        await AccountAsync(creator);
        await _shop.BuyerAsync(series);
        await ToAsync(Next(1));
        Provider.RefuseTransfers = true;
        await ToAsync(Next(15));
        Provider.RefuseTransfers = false;
        Assert.Equal(("failed", "account_invalid"), ((await creator.GetAsync("/v1/creators/me/payouts")).Text("items.0.state"), (await creator.GetAsync("/v1/creators/me/payouts")).Text("items.0.reason")));
        Assert.Equal("9679", (await creator.GetAsync("/v1/creators/me/balance")).Text("owed.0.amount"));
        var body = new JsonObject { ["creatorId"] = creator.Id, ["reason"] = "account is right now" };
        var started = (await _operator.PostAsync("/v1/operator/payouts", body, "pay")).Is(HttpStatusCode.Accepted);
        Assert.Equal(started.Text("payoutId"), (await _operator.PostAsync("/v1/operator/payouts", body.DeepClone(), "pay")).Is(HttpStatusCode.Accepted).Text("payoutId"));
        await _host.DrainAsync();
        Assert.Equal("paid", (await _operator.GetAsync($"/v1/operator/payouts/{started.Text("payoutId")}")).Text("state"));
        Assert.Equal("0", (await creator.GetAsync("/v1/creators/me/balance")).Text("owed.0.amount"));
        (await _operator.PostAsync("/v1/operator/payouts", body.DeepClone())).IsProblem(409, "nothing-owed");
        (await _operator.PostAsync("/v1/operator/payouts", new JsonObject { ["creatorId"] = "nobody", ["reason"] = "x" })).IsProblem(409, "no-payout-account");
    }

    [Fact]
    public async Task A_commission_counts_from_its_version_on_and_goes_back_with_a_refund()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        await _shop.BuyerAsync(series);
        var path = $"/v1/operator/creators/{creator.Id}/commission";
        var none = (await _operator.GetAsync(path)).Is(HttpStatusCode.OK);
        Assert.Equal(("0", "0"), (none.Text("version"), none.Text("basisPoints")));
        var body = new JsonObject { ["basisPoints"] = 1_500, ["reason"] = "contract of May" };
        var set = (await _operator.PutAsync(path, body, none.ETag)).Is(HttpStatusCode.OK);
        (await _operator.PutAsync(path, body.DeepClone(), none.ETag)).IsProblem(412, "stale");
        (await _operator.PutAsync(path, new JsonObject { ["basisPoints"] = 10_001, ["reason"] = "x" }, set.ETag)).IsProblem(422, "validation-failed");
        (await _operator.PutAsync(path, new JsonObject { ["basisPoints"] = 1, ["reason"] = "x", ["from"] = _host.Now(TimeSpan.FromDays(-1)) }, set.ETag)).IsProblem(422, "validation-failed");
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var (_, checkout) = await _shop.BuyerAsync(series);
        var sales = (await creator.GetAsync("/v1/creators/me/sales")).Is(HttpStatusCode.OK);
        Assert.Equal(("141", "1500", "799"), (sales.Text("items.0.commission.amount"), sales.Text("items.0.commissionBasisPoints"), sales.Text("items.0.net.amount")));
        Assert.Equal(("0", "940"), (sales.Text("items.1.commission.amount"), sales.Text("items.1.net.amount")));
        foreach (var part in new[] { 333, 333, 333 })
            (await _operator.PostAsync($"/v1/operator/purchases/pur{checkout[3..]}/refund", new JsonObject { ["reason"] = "part", ["amount"] = Shop.Price(part) })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        sales = await creator.GetAsync("/v1/creators/me/sales");
        Assert.Equal(("0", "-59"), (sales.Text("items.0.commission.amount"), sales.Text("items.0.net.amount")));
        Assert.Equal("true", (await _operator.GetAsync($"/v1/operator/ledger/{creator.Id}")).Text("balances"));
    }

    [Fact]
    public async Task A_statement_as_csv_adds_up_and_no_note_is_a_formula()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        await _shop.BuyerAsync(series);
        (await _operator.PostAsync($"/v1/operator/ledger/{creator.Id}/adjustments", new JsonObject { ["amount"] = Shop.Price(-40), ["reason"] = "=1+1 \"wrong\"" })).Is(HttpStatusCode.Created);
        (await _operator.PostAsync($"/v1/operator/ledger/{creator.Id}/adjustments", new JsonObject { ["amount"] = Shop.Price(0), ["reason"] = "nothing" })).IsProblem(422, "validation-failed");
        foreach (var reply in new[] { await creator.GetAsync($"/v1/creators/me/statements/{Month()}?format=csv"), await creator.GetAsync($"/v1/creators/me/statements/{Month()}", ("Accept", "text/csv")) })
        {
            Assert.Equal("text/csv", reply.Is(HttpStatusCode.OK).ContentType);
            var rows = Encoding.UTF8.GetString(reply.Bytes).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("bookedAt,kind,what,purchaseId,amount,currency,note", rows[0]);
            var amounts = rows[1..].Select(row => row.Split(',')).Select(cells => (Kind: cells[1], Amount: long.Parse(cells[4], CultureInfo.InvariantCulture))).ToList();
            Assert.Equal(900, amounts.Single(row => row.Kind == "closing").Amount);
            Assert.Equal(900, amounts.Where(row => row.Kind != "closing").Sum(row => row.Amount));
            Assert.EndsWith("\"'=1+1 \"\"wrong\"\"\"", rows.Single(row => row.Contains("adjustment")));
        }
        (await creator.GetAsync("/v1/creators/me/statements/2026-13")).IsProblem(400, "bad-month");
        (await creator.GetAsync("/v1/creators/me/statements/2999-01")).IsProblem(404, "not-found");
        (await creator.GetAsync($"/v1/creators/me/statements/{Month()}?format=pdf")).IsProblem(400, "bad-format");
    }

    [Fact]
    public async Task A_day_is_compared_and_each_difference_says_what_to_do()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (_, good) = await _shop.BuyerAsync(series);
        var day = Day();
        // One refund of which no event came.
        var payment = "pi_sim_" + good[4..];
        Provider.DropPercent = 100;
        (await _host.Anonymous().PostAsync($"/local/payments/{payment}/refund")).Is(HttpStatusCode.OK);
        Provider.DropPercent = 0;
        await ToAsync(_host.Clock.GetUtcNow().Date.AddDays(1).AddHours(2));
        var report = (await _operator.GetAsync($"/v1/operator/reconciliations/{day}")).Is(HttpStatusCode.OK);
        Assert.Equal(("2", "1"), (report.Text("compared"), report.Text("differences")));
        var difference = (await _operator.GetAsync($"/v1/operator/reconciliations/{day}/differences")).Is(HttpStatusCode.OK);
        Assert.Equal(("missingHere", payment, "-999"), (difference.Text("items.0.kind"), difference.Text("items.0.paymentId"), difference.Text("items.0.theirs.amount")));
        Assert.Contains("/v1/operator/replays", difference.Text("items.0.whatToDo"));

        (await _operator.PostAsync("/v1/operator/replays", new JsonObject { ["objectId"] = payment })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        (await _operator.PostAsync("/v1/operator/reconciliations", new JsonObject { ["day"] = day })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        Assert.Equal("0", (await _operator.GetAsync($"/v1/operator/reconciliations/{day}")).Text("differences"));
        Assert.Empty((await _operator.GetAsync($"/v1/operator/reconciliations/{day}/differences")).At("items")!.AsArray());

        // The day on which the late one was booked finds it at the provider, although it moved the day before.
        await ToAsync(_host.Clock.GetUtcNow().Date.AddDays(1).AddHours(2));
        var next = DateOnly.Parse(day, CultureInfo.InvariantCulture).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal("0", (await _operator.GetAsync($"/v1/operator/reconciliations/{next}")).Text("differences"));
        Assert.Equal(next, (await _operator.GetAsync("/v1/operator/reconciliations")).Text("items.0.day"));
        Assert.Equal("-59", (await creator.GetAsync("/v1/creators/me/balance")).Text("owed.0.amount"));
        (await _operator.PostAsync("/v1/operator/reconciliations", new JsonObject { ["day"] = "tomorrow" })).IsProblem(422, "validation-failed");
    }

    [Fact]
    public async Task A_transfer_that_is_booked_days_after_it_was_made_is_found_among_the_movements_of_its_day()
    {
        var (creator, series, _) = await _shop.PublishedAsync(9_999);
        await AccountAsync(creator);
        await _shop.BuyerAsync(series);
        Provider.LoseAnswers = true;
        var payout = (await _operator.PostAsync("/v1/operator/payouts", new JsonObject { ["creatorId"] = creator.Id, ["reason"] = "all of it" })).Is(HttpStatusCode.Accepted).Text("payoutId");
        await _host.DrainAsync();
        // The provider has made it and is not heard for longer than the order waits.
        for (var hours = 0; hours < 78; hours++)
            await ToAsync(_host.Clock.GetUtcNow().AddHours(1));
        Provider.LoseAnswers = false;
        var letters = (await _operator.GetAsync("/v1/operator/dead-letters?queue=payments")).Is(HttpStatusCode.OK).At("items")!.AsArray();
        var order = Assert.Single(letters, letter => letter!["event"]!.ToString() == "payout-requested")!;
        await ToAsync(_host.Clock.GetUtcNow().AddDays(1));
        var day = Day();
        (await _operator.PostAsync($"/v1/operator/dead-letters/payments/{order["messageId"]}/replay")).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        Assert.Equal("paid", (await _operator.GetAsync($"/v1/operator/payouts/{payout}")).Text("state"));
        Assert.Single(Books.Books(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 0, 1_000), entry => entry.Entry.Kind == BookKind.Transfer);

        await ToAsync(_host.Clock.GetUtcNow().Date.AddDays(1).AddHours(2));
        Assert.Equal("0", (await _operator.GetAsync($"/v1/operator/reconciliations/{day}")).Is(HttpStatusCode.OK).Text("differences"));
    }

    [Fact]
    public async Task A_transfer_of_which_we_know_nothing_yet_is_told_of_as_one_that_may_be_a_payout_on_its_way()
    {
        var (creator, series, _) = await _shop.PublishedAsync(9_999);
        await AccountAsync(creator);
        await _shop.BuyerAsync(series);
        Provider.LoseAnswers = true;
        (await _operator.PostAsync("/v1/operator/payouts", new JsonObject { ["creatorId"] = creator.Id, ["reason"] = "all of it" })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        Provider.LoseAnswers = false;
        var day = Day();
        (await _operator.PostAsync("/v1/operator/reconciliations", new JsonObject { ["day"] = day })).Is(HttpStatusCode.Accepted);
        await _host.DrainAsync();
        var difference = (await _operator.GetAsync($"/v1/operator/reconciliations/{day}/differences")).Is(HttpStatusCode.OK);
        Assert.Equal(("notOurs", "-9679"), (difference.Text("items.0.kind"), difference.Text("items.0.theirs.amount")));
        Assert.Contains("GET /v1/operator/payouts", difference.Text("items.0.whatToDo"));
    }

    [Fact]
    public async Task Money_of_others_is_nobody_elses_to_see()
    {
        var (creator, series, _) = await _shop.PublishedAsync();
        var (viewer, checkout) = await _shop.BuyerAsync(series);
        var other = await _host.PersonAsync("other");
        Assert.Empty((await other.GetAsync("/v1/creators/me/sales")).Is(HttpStatusCode.OK).At("items")!.AsArray());
        (await other.GetAsync($"/v1/creators/me/statements/{Month()}")).IsProblem(404, "not-found");
        (await other.PostAsync($"/v1/me/purchases/pur{checkout[3..]}/refund")).IsProblem(404, "not-found");
        foreach (var path in new[] { "/v1/operator/payouts", $"/v1/operator/creators/{creator.Id}/commission", "/v1/operator/dead-letters", "/v1/operator/reconciliations", $"/v1/operator/purchases/pur{checkout[3..]}" })
        {
            (await creator.GetAsync(path)).IsProblem(403, "role-required");
            (await viewer.GetAsync(path)).IsProblem(403, "role-required");
        }
    }

    private async Task AccountAsync(Person creator)
    {
        var path = $"/v1/operator/creators/{creator.Id}/payout-account";
        var none = (await _operator.GetAsync(path)).Is(HttpStatusCode.OK);
        (await _operator.PutAsync(path, new JsonObject { ["account"] = "nobody" }, none.ETag)).IsProblem(422, "validation-failed");
        (await _operator.PutAsync(path, new JsonObject { ["account"] = "acct_" + creator.Id }, none.ETag)).Is(HttpStatusCode.OK);
    }

    private string Day() => _host.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private string Month() => _host.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>The next time that it is this day of a month, at 00:00 UTC.</summary>
    private DateTimeOffset Next(int day)
    {
        var now = _host.Clock.GetUtcNow();
        var at = new DateTimeOffset(now.Year, now.Month, day, 0, 0, 0, TimeSpan.Zero);
        return at > now ? at : at.AddMonths(1);
    }

    private async Task ToAsync(DateTimeOffset at)
    {
        _host.Clock.Advance(at - _host.Clock.GetUtcNow());
        await _host.DrainAsync();
    }
}
