using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace Contract.Tests.Payments;

/// <summary>What every adapter to a provider's subscriptions must do. One joins by deriving from this and saying how a subscriber, her card and the time act at its provider.</summary>
public abstract class SubscriptionGatewayContract : IAsyncLifetime
{
    private static readonly SubscriptionTerms Friends = new(new("tie_friends"), Money.Usd(499));
    private static readonly SubscriptionTerms Family = new(new("tie_family"), Money.Usd(999));
    private static readonly SubscriptionTerms Studio = new(new("tie_studio"), Money.Usd(1_499));

    /// <summary>A provider may take its time to charge for a period that has begun.</summary>
    private static readonly TimeSpan Charged = TimeSpan.FromHours(3);

    private int _subscriptions;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected ISubscriptionGateway Gateway { get; private set; } = null!;

    /// <summary>The same provider's payments.</summary>
    protected abstract IPaymentGateway Payments { get; }

    protected abstract DateTimeOffset Now { get; }

    protected abstract ValueTask<ISubscriptionGateway> OpenAsync();

    protected abstract ValueTask CloseAsync();

    /// <summary>Time goes by at the provider.</summary>
    protected abstract ValueTask AdvanceAsync(TimeSpan by);

    /// <summary>The subscriber pays on the session's page.</summary>
    protected abstract ValueTask PayAsync(string sessionId);

    /// <summary>Whether her card can be charged from now on. One that can pays what is open.</summary>
    protected abstract ValueTask SetCardAsync(string id, bool fails);

    public async ValueTask InitializeAsync() => Gateway = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_page_is_open_and_says_whose_subscription_it_is_for()
    {
        var request = Request();
        var session = Ok(await Gateway.OpenSubscriptionAsync(request, Cancel));
        Assert.True(Ids.IsValid(session.Id));
        Assert.Equal((SessionStatus.Open, request.Subject, request.Terms.Price), (session.Status, session.Subscriber, session.Amount));
        Assert.Equal((null, null, null), (session.Subject, session.PaymentId, session.SubscriptionId));
        Assert.NotNull(session.Url);
        Assert.Equal(session, Ok(await Payments.FindSessionAsync(session.Id, Cancel)));
    }

    [Fact]
    public async Task The_same_subscription_gets_the_same_page_and_other_terms_get_none()
    {
        var request = Request();
        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Gateway.OpenSubscriptionAsync(request, Cancel).AsTask()));
        Assert.Single(opened.Select(one => Ok(one).Id).Distinct());
        Assert.Equal(GatewayStatus.Refused, (await Gateway.OpenSubscriptionAsync(request with { Terms = Family }, Cancel)).Status);
        Assert.NotEqual(opened[0].Value!.Id, Ok(await Gateway.OpenSubscriptionAsync(Request(), Cancel)).Id);
    }

    [Fact]
    public async Task A_paid_page_leads_to_a_subscription_whose_first_month_is_paid()
    {
        var request = Request();
        var session = Ok(await Gateway.OpenSubscriptionAsync(request, Cancel));
        await PayAsync(session.Id);
        var complete = Ok(await Payments.FindSessionAsync(session.Id, Cancel));
        Assert.Equal((SessionStatus.Complete, request.Subject), (complete.Status, complete.Subscriber));

        var found = Ok(await Gateway.FindSubscriptionAsync(complete.SubscriptionId!, Cancel));
        Assert.Equal((ProviderSubscriptionStatus.Active, request.Subject, Friends, true, null), (found.Status, found.Subject, found.Terms, found.Renews, found.EndedAt));
        var invoice = Assert.Single(found.Invoices);
        Assert.Equal((InvoiceReason.Period, true, Friends.Price, (TierId?)Friends.TierId), (invoice.Reason, invoice.IsPaid, invoice.Amount, invoice.TierId));
        Assert.Equal((found.PeriodStart, found.PeriodEnd, found.PeriodStart.AddMonths(1)), (invoice.From, invoice.To, invoice.To));
        var payment = Ok(await Payments.FindPaymentAsync(invoice.PaymentId!, Cancel));
        Assert.Equal((PaymentStatus.Succeeded, Friends.Price, found.Id, null), (payment.Status, payment.Amount, payment.SubscriptionId, payment.Subject));
    }

    [Fact]
    public async Task A_page_that_was_closed_takes_no_money_and_one_that_was_paid_is_answered_as_it_is()
    {
        var closed = Ok(await Gateway.OpenSubscriptionAsync(Request(), Cancel));
        Assert.Equal(SessionStatus.Expired, Ok(await Payments.ExpireSessionAsync(closed.Id, Cancel)).Status);
        Assert.Null(Ok(await Payments.FindSessionAsync(closed.Id, Cancel)).SubscriptionId);
        var paid = Ok(await Gateway.OpenSubscriptionAsync(Request(), Cancel));
        await PayAsync(paid.Id);
        Assert.NotNull(Ok(await Payments.ExpireSessionAsync(paid.Id, Cancel)).SubscriptionId);
    }

    [Fact]
    public async Task Each_month_is_charged_once_from_the_end_of_the_one_before()
    {
        var first = await SubscribedAsync();
        await AdvanceAsync(first.PeriodStart.AddMonths(3) - Now + Charged);
        var later = Ok(await Gateway.FindSubscriptionAsync(first.Id, Cancel));
        // The latest first, and all of them months from the first day.
        Assert.Equal([3, 2, 1, 0], later.Invoices.Select(invoice => Enumerable.Range(0, 4).Single(month => first.PeriodStart.AddMonths(month) == invoice.From && first.PeriodStart.AddMonths(month + 1) == invoice.To)));
        Assert.All(later.Invoices, invoice => Assert.Equal((true, Friends.Price), (invoice.IsPaid, invoice.Amount)));
        Assert.Equal(4, later.Invoices.Select(invoice => invoice.PaymentId).Distinct().Count());
        Assert.Equal((later.Invoices[0].From, later.Invoices[0].To), (later.PeriodStart, later.PeriodEnd));
    }

    [Fact]
    public async Task One_that_is_not_renewed_ends_with_its_period()
    {
        var subscription = await SubscribedAsync();
        Assert.False(Ok(await Gateway.SetRenewalAsync(subscription.Id, renews: false, Cancel)).Renews);
        Assert.True(Ok(await Gateway.SetRenewalAsync(subscription.Id, renews: true, Cancel)).Renews);
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal((false, ProviderSubscriptionStatus.Active), Ok(await Gateway.SetRenewalAsync(subscription.Id, renews: false, Cancel)) is var answer ? (answer.Renews, answer.Status) : default);
        await AdvanceAsync(subscription.PeriodEnd - Now + Charged);
        var ended = Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel));
        Assert.Equal((ProviderSubscriptionStatus.Ended, (DateTimeOffset?)subscription.PeriodEnd), (ended.Status, ended.EndedAt));
        Assert.Single(ended.Invoices);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.SetRenewalAsync(subscription.Id, renews: true, Cancel)).Status);
    }

    [Fact]
    public async Task A_dearer_price_at_once_charges_the_difference_for_the_rest_of_the_period_once()
    {
        var subscription = await SubscribedAsync();
        await AdvanceAsync((subscription.PeriodEnd - subscription.PeriodStart) / 4);
        var change = new ChangeTerms("chg_1", subscription.Id, Family, "Family", AtOnce: true);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var changed = Ok(await Gateway.ChangeTermsAsync(change, Cancel));
            Assert.Equal((Family, 2), (changed.Terms, changed.Invoices.Count));
            var difference = changed.Invoices[0];
            Assert.Equal((InvoiceReason.Change, true, (TierId?)Family.TierId, subscription.PeriodEnd), (difference.Reason, difference.IsPaid, difference.TierId, difference.To));
            // Three quarters of five dollars.
            Assert.InRange(difference.Amount.Amount, 374, 376);
        }
        await AdvanceAsync(subscription.PeriodEnd - Now + Charged);
        Assert.Equal(Family.Price, Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel)).Invoices[0].Amount);
    }

    /// <summary>What counts from the next period on, another tier's price or another price, is not what this one was paid at.</summary>
    [Theory]
    [InlineData("tie_friends", 499)]
    [InlineData("tie_family", 1_299)]
    public async Task The_difference_is_to_what_was_paid_and_not_to_what_was_to_come(string nextTier, long nextPrice)
    {
        var subscription = await SubscribedAsync(Family);
        var next = new SubscriptionTerms(new(nextTier), Money.Usd(nextPrice));
        Assert.Equal(next, Ok(await Gateway.ChangeTermsAsync(new("chg_1", subscription.Id, next, "Next", AtOnce: false), Cancel)).Terms);
        await AdvanceAsync((subscription.PeriodEnd - subscription.PeriodStart) / 4);
        // Where it can't be charged, what was to come still is.
        await SetCardAsync(subscription.Id, fails: true);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.ChangeTermsAsync(new("chg_2", subscription.Id, Studio, "Studio", AtOnce: true), Cancel)).Status);
        Assert.Equal(next, Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel)).Terms);
        await SetCardAsync(subscription.Id, fails: false);
        var changed = Ok(await Gateway.ChangeTermsAsync(new("chg_3", subscription.Id, Studio, "Studio", AtOnce: true), Cancel));
        // Three quarters of five dollars.
        Assert.InRange(changed.Invoices[0].Amount.Amount, 374, 376);
        Assert.Equal((Studio, InvoiceReason.Change), (changed.Terms, changed.Invoices[0].Reason));
        await AdvanceAsync(subscription.PeriodEnd - Now + Charged);
        Assert.Equal([Studio.Price, Family.Price], Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel)).Invoices.Where(invoice => invoice.Reason == InvoiceReason.Period).Select(invoice => invoice.Amount));
    }

    [Fact]
    public async Task What_was_to_come_is_taken_back_for_nothing_and_a_second_difference_is_to_the_first()
    {
        var subscription = await SubscribedAsync(Friends);
        Ok(await Gateway.ChangeTermsAsync(new("chg_1", subscription.Id, Family, "Family", AtOnce: true), Cancel));
        Ok(await Gateway.ChangeTermsAsync(new("chg_2", subscription.Id, Friends, "Friends", AtOnce: false), Cancel));
        Assert.Equal((Family, 2), Ok(await Gateway.ChangeTermsAsync(new("chg_3", subscription.Id, Family, "Family", AtOnce: false), Cancel)) is var back ? (back.Terms, back.Invoices.Count) : default);
        Ok(await Gateway.ChangeTermsAsync(new("chg_4", subscription.Id, Friends, "Friends", AtOnce: false), Cancel));
        await AdvanceAsync((subscription.PeriodEnd - subscription.PeriodStart) / 4);
        Assert.InRange(Ok(await Gateway.ChangeTermsAsync(new("chg_5", subscription.Id, Studio, "Studio", AtOnce: true), Cancel)).Invoices[0].Amount.Amount, 374, 376);
    }

    /// <summary>A period that has begun is invoiced, and may wait to be charged.</summary>
    [Fact]
    public async Task In_a_period_that_has_begun_the_difference_is_to_what_it_was_begun_at()
    {
        var subscription = await SubscribedAsync(Family);
        Ok(await Gateway.ChangeTermsAsync(new("chg_1", subscription.Id, Friends, "Friends", AtOnce: false), Cancel));
        await AdvanceAsync(subscription.PeriodEnd - Now + TimeSpan.FromSeconds(1));
        Assert.Equal(subscription.PeriodEnd, Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel)).PeriodStart);
        var changed = Ok(await Gateway.ChangeTermsAsync(new("chg_2", subscription.Id, Studio, "Studio", AtOnce: true), Cancel));
        Assert.InRange(changed.Invoices.Single(invoice => invoice.Reason == InvoiceReason.Change).Amount.Amount, 999, 1_000);
    }

    [Fact]
    public async Task A_difference_that_can_t_be_charged_changes_nothing()
    {
        var subscription = await SubscribedAsync();
        await SetCardAsync(subscription.Id, fails: true);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.ChangeTermsAsync(new("chg_1", subscription.Id, Family, "Family", AtOnce: true), Cancel)).Status);
        var found = Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel));
        Assert.Equal((Friends, 1), (found.Terms, found.Invoices.Count(invoice => invoice.IsPaid)));
    }

    [Fact]
    public async Task Another_price_from_the_next_period_on_charges_nothing_now()
    {
        var subscription = await SubscribedAsync();
        var changed = Ok(await Gateway.ChangeTermsAsync(new("chg_1", subscription.Id, Family, "Family", AtOnce: false), Cancel));
        Assert.Equal((Family, 1), (changed.Terms, changed.Invoices.Count));
        await AdvanceAsync(subscription.PeriodEnd - Now + Charged);
        var renewed = Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel)).Invoices;
        Assert.Equal([(Family.Price, Family.TierId), (Friends.Price, Friends.TierId)], renewed.Select(invoice => (invoice.Amount, invoice.TierId!.Value)));
    }

    /// <summary>Its invoice was made out when it began, and may wait to be charged.</summary>
    [Fact]
    public async Task Terms_that_change_when_a_period_has_begun_are_not_that_periods()
    {
        var subscription = await SubscribedAsync();
        // A provider may count whole seconds.
        await AdvanceAsync(subscription.PeriodEnd - Now + TimeSpan.FromSeconds(1));
        Assert.Equal(subscription.PeriodEnd, Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel)).PeriodStart);
        Assert.Equal(Family, Ok(await Gateway.ChangeTermsAsync(new("chg_1", subscription.Id, Family, "Family", AtOnce: false), Cancel)).Terms);
        await AdvanceAsync(Charged);
        var begun = Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel)).Invoices[0];
        Assert.Equal((true, subscription.PeriodEnd, Friends.Price, (TierId?)Friends.TierId), (begun.IsPaid, begun.From, begun.Amount, begun.TierId));
        await AdvanceAsync(begun.To - Now + Charged);
        var next = Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel)).Invoices[0];
        Assert.Equal((begun.To, Family.Price, (TierId?)Family.TierId), (next.From, next.Amount, next.TierId));
    }

    [Fact]
    public async Task A_renewal_that_can_t_be_charged_is_past_due_until_a_card_pays_it()
    {
        var subscription = await SubscribedAsync();
        await SetCardAsync(subscription.Id, fails: true);
        await AdvanceAsync(subscription.PeriodEnd - Now + Charged);
        var pastDue = Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel));
        Assert.Equal((ProviderSubscriptionStatus.PastDue, 1), (pastDue.Status, pastDue.Invoices.Count(invoice => invoice.IsPaid)));
        await SetCardAsync(subscription.Id, fails: false);
        var paid = Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel));
        Assert.Equal((ProviderSubscriptionStatus.Active, true, subscription.PeriodEnd), (paid.Status, paid.Invoices[0].IsPaid, paid.Invoices[0].From));
        Assert.Equal(PaymentStatus.Succeeded, Ok(await Payments.FindPaymentAsync(paid.Invoices[0].PaymentId!, Cancel)).Status);
    }

    [Fact]
    public async Task One_that_is_ended_stays_so_and_is_charged_no_more()
    {
        var subscription = await SubscribedAsync();
        var ended = Ok(await Gateway.CancelNowAsync(subscription.Id, Cancel));
        Assert.Equal((ProviderSubscriptionStatus.Ended, true), (ended.Status, ended.EndedAt is { } at && at <= Now));
        await AdvanceAsync(subscription.PeriodEnd - Now + Charged);
        Assert.Equivalent(ended, Ok(await Gateway.CancelNowAsync(subscription.Id, Cancel)), strict: true);
        Assert.Equal(GatewayStatus.Refused, (await Gateway.ChangeTermsAsync(new("chg_1", subscription.Id, Family, "Family", AtOnce: false), Cancel)).Status);
    }

    [Fact]
    public async Task A_months_payment_is_given_back_like_any_other()
    {
        var subscription = await SubscribedAsync();
        var paymentId = subscription.Invoices[0].PaymentId!;
        Ok(await Payments.RefundAsync(new("ref_1", paymentId, Money.Usd(100)), Cancel));
        var payment = Ok(await Payments.FindPaymentAsync(paymentId, Cancel));
        Assert.Equal((100, subscription.Id), (Assert.Single(payment.Refunds).Amount.Amount, payment.SubscriptionId));
        Assert.Equal(ProviderSubscriptionStatus.Active, Ok(await Gateway.FindSubscriptionAsync(subscription.Id, Cancel)).Status);
    }

    [Fact]
    public async Task Each_link_to_the_subscribers_pages_is_a_new_one()
    {
        var subscription = await SubscribedAsync();
        var (first, second) = (Ok(await Gateway.OpenPortalAsync(subscription.Id, new("https://app.example/back"), Cancel)), Ok(await Gateway.OpenPortalAsync(subscription.Id, new("https://app.example/back"), Cancel)));
        Assert.True(first.Url.IsAbsoluteUri);
        Assert.NotEqual(first.Url, second.Url);
    }

    [Theory]
    [InlineData("sub_none")]
    [InlineData("x' OR '1'='1")]
    public async Task What_the_provider_does_not_know_is_not_found(string id)
    {
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.FindSubscriptionAsync(id, Cancel)).Status);
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.SetRenewalAsync(id, renews: false, Cancel)).Status);
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.ChangeTermsAsync(new("chg_1", id, Family, "Family", AtOnce: true), Cancel)).Status);
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.CancelNowAsync(id, Cancel)).Status);
        Assert.Equal(GatewayStatus.NotFound, (await Gateway.OpenPortalAsync(id, new("https://app.example/"), Cancel)).Status);
    }

    private OpenSubscription Request(SubscriptionTerms? terms = null) => new(
        new(new($"sbn_{++_subscriptions}"), new("usr_viewer"), new("usr_creator")), terms ?? Friends, "Friends", new("https://app.example/ok"), new("https://app.example/no"), Now.AddMinutes(30));

    private async Task<ProviderSubscription> SubscribedAsync(SubscriptionTerms? terms = null)
    {
        var session = Ok(await Gateway.OpenSubscriptionAsync(Request(terms), Cancel));
        await PayAsync(session.Id);
        return Ok(await Gateway.FindSubscriptionAsync(Ok(await Payments.FindSessionAsync(session.Id, Cancel)).SubscriptionId!, Cancel));
    }

    private static T Ok<T>(GatewayResult<T> result)
        where T : class
    {
        Assert.Equal((GatewayStatus.Ok, null), (result.Status, result.Reason));
        return Assert.IsType<T>(result.Value);
    }
}
