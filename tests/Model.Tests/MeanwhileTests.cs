using Model.Tests.Running;
using Model.Tests.Subscriptions;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests;

/// <summary>Two requests in one order of calls, chosen by hand: the orders that chance seldom finds and no end of a history shows.</summary>
public sealed class MeanwhileTests
{
    [Fact]
    public void A_page_that_opens_for_a_checkout_which_another_request_has_ended_is_closed_and_nobody_gets_its_address()
    {
        using var world = new World();
        CheckoutRecord? first = null;
        CheckoutRecord? second = null;
        Begin(world, 0, null, started => first = started);
        OpenUntil(world, world.Scheduler.Running[0], "provider open session");
        // The other device asks with a code, which ends the checkout that has no page yet.
        SetCode(world, percentOff: 50, limit: 5);
        Begin(world, 1, "CODE0", started => second = started);
        OpenUntil(world, world.Scheduler.Running[1], null);
        OpenUntil(world, world.Scheduler.Running[0], null);

        Assert.Empty(world.Violations);
        Assert.Equal((CheckoutState.Expired, null), (first!.State, first.PayUrl));
        Assert.Equal(CheckoutState.Open, second!.State);
        Assert.Equal(second.SessionId, Assert.Single(world.Provider.Sessions, session => session.Status == SessionStatus.Open).Id);
        Assert.Equal(2, world.Provider.Sessions.Count);
    }

    [Fact]
    public void A_gift_for_nothing_whose_use_another_request_has_taken_over_is_not_given()
    {
        using var world = new World();
        var (buyer, series) = (World.Viewers[0], World.Series[0].Id);
        SetCode(world, percentOff: 100, limit: 1);
        CheckoutRecord? slow = null;
        CheckoutRecord? quick = null;
        Begin(world, 0, "CODE0", started => slow = started, World.Viewers[1]);
        var first = Assert.Single(world.Scheduler.Running);
        OpenUntil(world, first, $"write {CheckoutRecord.In(buyer)}");
        // For so long that it counts as gone: the same gift, asked for once more, goes on with the only use there is.
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        Begin(world, 1, "CODE0", started => quick = started, World.Viewers[1]);
        OpenUntil(world, world.Scheduler.Running[1], null);
        OpenUntil(world, first, null);

        Assert.Empty(world.Violations);
        Assert.Equal((CheckoutState.Paid, CheckoutState.Expired), (quick!.State, slow!.State));
        Assert.Equal(PurchaseId.Of(quick.Id), Assert.Single(world.All<Purchase>(CheckoutRecord.In(buyer).Key, "purchase|")).Id);
        Assert.Equal(new CodeUses(Held: 0, Paid: 1), world.Find<CodeUses>(CodeUses.In(series, "CODE0"), CodeUses.DocumentId));
    }

    [Fact]
    public void A_dispute_that_is_won_while_its_beginning_is_settled_stays_won()
    {
        using var world = new World();
        var (buyer, series) = (World.Viewers[0], World.Series[0].Id);
        CheckoutRecord? bought = null;
        Begin(world, 0, null, started => bought = started);
        OpenUntil(world, Assert.Single(world.Scheduler.Running), null);
        var payment = world.Provider.Pay(bought!.SessionId!)!;
        Settle(0);
        Assert.True(world.Provider.OpenDispute(payment));
        world.Begin("settle", world.Instance(0), async () => await world.Instance(0).Get<SettlePayment>().HandleAsync(payment.Id, CancellationToken.None));
        var late = Assert.Single(world.Scheduler.Running);
        // It has asked the provider, and has not looked at our records yet.
        OpenUntil(world, late, $"find {CheckoutRecord.In(buyer)} {CheckoutRecord.DocumentId(bought.Id)}");
        Assert.True(world.Provider.CloseDispute(payment, won: true));
        Settle(1);
        OpenUntil(world, late, null);

        Assert.Empty(world.Violations);
        var purchase = world.Find<Purchase>(CheckoutRecord.In(buyer), Purchase.DocumentId(PurchaseId.Of(bought.Id)))!;
        Assert.Equal((PurchaseState.Paid, DisputeStatus.Won), (purchase.State, purchase.Dispute));
        Assert.True(world.Find<Access>(Access.In(buyer), Access.DocumentId(series))!.IsLive);

        void Settle(int number) => ToItsEnd(world, number, async instance => Assert.Equal(Settled.Done, await instance.Get<SettlePayment>().HandleAsync(payment.Id, CancellationToken.None)));
    }

    [Fact]
    public void A_subscription_that_is_resumed_at_its_last_moment_does_not_run_beside_the_next_one()
    {
        using var stage = new SubscriptionStage();
        var (world, viewer) = (stage.World, SubscriptionStage.Viewers[0]);
        Subscribe(world, 0);
        world.Provider.Pay(Assert.Single(world.Provider.Sessions).Id, later: false);
        ToItsEnd(world, 0, async instance => await instance.Get<SettleSubscription>().HandleAsync(Assert.Single(world.Provider.Subscriptions).Id, null, CancellationToken.None));
        var id = Assert.Single(stage.Watch.Subscriptions).Id;
        ToItsEnd(world, 0, async instance => Assert.Null((await instance.Get<ManageSubscription>().CancelAsync(viewer, id, CancellationToken.None)).Problem));

        world.Clock.Advance(stage.Watch.Find(id)!.AccessUntil!.Value - TimeSpan.FromMilliseconds(1) - world.Now);
        Problem? refused = null;
        world.Begin("resume", world.Instance(0), async () => refused = (await world.Instance(0).Get<ManageSubscription>().ResumeAsync(viewer, id, CancellationToken.None)).Problem);
        var resume = Assert.Single(world.Scheduler.Running);
        OpenUntil(world, resume, $"write viewer|{viewer}");
        // It is over, and she begins another one.
        world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Subscribe(world, 1);
        OpenUntil(world, resume, null);

        Assert.Empty(world.Violations);
        Assert.Equal("subscription-ended", refused?.Code);
        Assert.Equal([SubscriptionState.Ended, SubscriptionState.Incomplete], stage.Watch.Subscriptions.Select(one => one.StateAt(world.Now)));
    }

    private static void Subscribe(World world, int number) => ToItsEnd(world, number, async instance =>
    {
        var (viewer, creator) = (SubscriptionStage.Viewers[0], World.Creators[0]);
        var tier = SubscriptionStage.TierOf(creator, 0);
        var answer = await instance.Get<StartSubscription>().HandleAsync(
            creator, tier, viewer, new("https://app.example/ok", "https://app.example/back", null), new(viewer, "Subscribe", $"key-{number}", tier.Value, null), CancellationToken.None);
        Assert.Null(answer.Problem);
    });

    private static void ToItsEnd(World world, int number, Func<Instance, Task> work)
    {
        world.Begin("alone", world.Instance(number), () => work(world.Instance(number)));
        OpenUntil(world, world.Scheduler.Running[^1], null);
    }

    private static void SetCode(World world, int percentOff, int limit) => ToItsEnd(world, 1, async instance =>
    {
        var (series, owner, _, _) = World.Series[0];
        var code = new NewPromoCode("code0", percentOff, null, null, null, limit, limit);
        Assert.Null((await instance.Get<SetPromoCode>().HandleAsync(series, owner, code, new(owner, "SetPromoCode", "key", "body", null), CancellationToken.None)).Problem);
    });

    private static void Begin(World world, int number, string? code, Action<CheckoutRecord> told, UserId? giftTo = null)
    {
        var instance = world.Instance(number);
        world.Begin("buy", instance, async () =>
        {
            var request = new CheckoutRequest("https://app.example/ok", "https://app.example/back", null, code, giftTo);
            var answer = await instance.Get<StartCheckout>().HandleAsync(World.Series[0].Id, World.Viewers[0], request, new(World.Viewers[0], "StartCheckout", $"key-{number}", "body", null), CancellationToken.None);
            Assert.Null(answer.Problem);
            told(answer.IsOk(out var started, out _) ? started.Checkout : throw new InvalidOperationException());
        });
    }

    /// <summary>Lets one operation go on, and no other, until it stands before this call; null: to its end.</summary>
    private static void OpenUntil(World world, Op op, string? call)
    {
        while (world.Scheduler.Gates.FirstOrDefault(gate => gate.Op == op) is { } gate && gate.Call != call)
            world.Scheduler.Open(gate, Passage.Through);
        Assert.True(op.Task.IsCompleted || call is not null);
    }
}
