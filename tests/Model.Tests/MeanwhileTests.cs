using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Pricing;

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
