using Model.Tests.Running;
using Model.Tests.Subscriptions;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Kernel;
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
        var code = new NewPromoCode("code0", 50, null, null, null, 5, 5);
        var (series, owner, _, _) = World.Series[0];
        world.Begin(
            "set code", world.Instance(1),
            async () => await world.Instance(1).Get<SetPromoCode>().HandleAsync(series, owner, code, new(owner, "SetPromoCode", "key", "body", null), CancellationToken.None));
        OpenUntil(world, world.Scheduler.Running[1], null);
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

    private static void Begin(World world, int number, string? code, Action<CheckoutRecord> told)
    {
        var instance = world.Instance(number);
        world.Begin("buy", instance, async () =>
        {
            var request = new CheckoutRequest("https://app.example/ok", "https://app.example/back", null, code);
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
