using System.Globalization;
using Model.Tests.Histories;
using Model.Tests.Memory;
using Model.Tests.Running;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Subscriptions;

namespace Model.Tests.Subscriptions;

/// <summary>Does what a step of a history of subscriptions says, but for the time: that is <see cref="SubscriptionCalendar"/>'s.</summary>
public sealed class SubscriptionPlayer(SubscriptionStage stage, Background background)
{
    private const int KeysInUse = 6;

    private readonly World _world = stage.World;

    /// <summary>False for a step that is about time.</summary>
    public bool Play(Step step, Dice dice)
    {
        switch (step.Act)
        {
            case Act.Buy:
                Subscribe(step, step.B, step.B, dice.Roll(2));
                // Most of those who ask for a page pay on it.
                if (dice.Roll(4) != 0)
                {
                    background.Run(200, dice, faultsPerMille: 0);
                    OnPage(step with { Act = Act.Pay }, SubscriptionStage.Viewers[step.A % SubscriptionStage.Viewers.Count]);
                }
                break;
            case Act.DoubleClick:
                Subscribe(step, step.B, step.B, 0);
                Subscribe(step, step.B, step.B, 1);
                break;
            case Act.TwoTabs:
                Subscribe(step, step.B, step.B, 0);
                Subscribe(step, step.B + 1, step.B + 1, 1);
                break;
            case Act.Pay or Act.PayLater or Act.Decline:
                OnPage(step);
                break;
            case Act.Confirm:
                if (Pick([.. _world.Provider.Subscriptions.Where(one => one.Status == ProviderSubscriptionStatus.Incomplete)], step.A) is { } waiting)
                    _world.Provider.ConfirmFirst(waiting, good: step.B % 3 != 0);
                break;
            case Act.ChangeTier when step.B % 4 == 0:
                // The cheapest tier is to come, as a rule, and now she wants the dearest.
                Manage(step with { B = 21 }, _world.Instance(dice.Roll(2)));
                background.Run(200, dice, faultsPerMille: 0);
                Manage(step with { B = 2 }, _world.Instance(dice.Roll(2)));
                break;
            case Act.Cancel or Act.Resume or Act.ChangeTier or Act.AgreePrice:
                Manage(step, _world.Instance(dice.Roll(2)));
                break;
            case Act.SetPrice or Act.Retire:
                Offer(step, _world.Instance(dice.Roll(2)));
                break;
            case Act.Card:
                // Whose payment failed puts in another card, as a rule.
                if (step.B % 2 == 0 && PastDue is { Count: > 0 } late)
                    _world.Provider.SetCard(late[step.A % late.Count], fails: false);
                else if (PickRunning(step.A) is { } charged)
                    _world.Provider.SetCard(charged, fails: step.B % 5 < 3);
                break;
            case Act.RenewThere:
                if (PickRunning(step.A) is { } renewed)
                {
                    renewed.WasResumedThere |= step.B % 2 == 0;
                    _world.Provider.SetRenewal(renewed.Id, renews: step.B % 2 == 0);
                }
                break;
            case Act.EndThere:
                if (PickRunning(step.A) is { } ended)
                    _world.Provider.CancelNow(ended.Id);
                break;
            case Act.Refund:
                Refund(step, dice);
                break;
            case Act.ProviderRefund:
                if (PickPayment(step.A) is { } given)
                    _world.Provider.Refund(new($"{MemoryProvider.ByHand}{step.Dice}", given.Id, Part(given.Amount, step.B)));
                break;
            case Act.RefundFails:
                if (Pick([.. _world.Provider.Payments.Where(payment => payment.Refunds.Any(refund => refund.Status == RefundStatus.Succeeded))], step.A) is { } back)
                    _world.Provider.FailRefund(back, back.Refunds.First(refund => refund.Status == RefundStatus.Succeeded));
                break;
            case Act.OpenDispute:
                if (PickPayment(step.A) is { } disputed)
                    _world.Provider.OpenDispute(disputed);
                break;
            case Act.CloseDispute:
                if (Pick([.. _world.Provider.Payments.Where(payment => payment.Dispute?.Status == DisputeStatus.Open)], step.A) is { } closed)
                    _world.Provider.CloseDispute(closed, won: step.B % 2 == 0);
                break;
            case Act.LoseEvents:
                _world.Provider.LoseEvents(1 + step.A % 6);
                break;
            case Act.Outage:
                _world.Provider.Outage = !_world.Provider.Outage;
                break;
            case Act.Crash:
                _world.Instance(step.A % 2).Crash();
                break;
            case Act.Timers:
                background.StartTimers(dice);
                break;
            case Act.Replay:
                Replay(_world.Instance(dice.Roll(2)));
                break;
            case Act.Watch:
                Watch(SubscriptionStage.Viewers[step.A % SubscriptionStage.Viewers.Count], World.Creators[step.B % World.Creators.Count], _world.Instance(dice.Roll(2)), _ => { });
                break;
            case Act.Wait:
                break;
            default:
                return false;
        }
        return true;
    }

    /// <summary>A viewer asks for what a creator makes for subscribers; <paramref name="told"/> hears whether she may see it.</summary>
    public void Watch(UserId viewer, UserId creator, Instance instance, Action<bool> told) => _world.Begin("watch", instance, async () =>
        told((await instance.Get<WatchExclusive>().FeedAsync(creator, viewer, new(10, null), CancellationToken.None)).Problem is null));

    public void Replay(Instance instance)
    {
        foreach (var letter in _world.Queue.DeadLetters.ToList())
            _world.Begin("replay", instance, async () => await instance.Queue.ReplayDeadLetterAsync(letter.Queue, letter.Id, CancellationToken.None));
    }

    public void Cancel(Subscription subscription, Instance instance) => _world.Begin("cancel", instance, async () =>
        await instance.Get<ManageSubscription>().CancelAsync(subscription.ViewerId, subscription.Id, CancellationToken.None));

    private void Subscribe(Step step, int tierNumber, int keyNumber, int instanceNumber)
    {
        var instance = _world.Instance(instanceNumber);
        var viewer = SubscriptionStage.Viewers[step.A % SubscriptionStage.Viewers.Count];
        // Most of it happens between a few.
        var creator = World.Creators[step.A / SubscriptionStage.Viewers.Count % 3 == 2 ? 1 : 0];
        var tier = SubscriptionStage.TierOf(creator, tierNumber % SubscriptionStage.TiersEach);
        var key = string.Create(CultureInfo.InvariantCulture, $"{viewer}-{tier}-{keyNumber % KeysInUse}");
        _world.Begin("subscribe", instance, async () =>
        {
            if ((await instance.Get<IdempotencyClaims>().LookUpAsync(viewer, "Subscribe", key, tier.Value, CancellationToken.None)).IsOk(out var claimed, out _))
                await instance.Get<StartSubscription>().HandleAsync(creator, tier, viewer, new("https://app.example/ok", "https://app.example/back", null), claimed, CancellationToken.None);
        });
    }

    /// <summary>The newest pages are the likeliest to be open in somebody's hands. Of a page whose address was never given to anybody, nobody has heard.</summary>
    private void OnPage(Step step, UserId? viewer = null)
    {
        var given = stage.Watch.Subscriptions.Reverse().Where(one => viewer is null || one.ViewerId == viewer).Select(one => one.SessionId).OfType<string>().Take(4).ToList();
        if (Pick([.. _world.Provider.Sessions.Where(session => session.Status == SessionStatus.Open && given.Contains(session.Id))], step.A) is not { } page)
            return;
        if (step.Act == Act.Decline)
            _world.Provider.Decline(page.Id);
        else
            _world.Provider.Pay(page.Id, later: step.Act == Act.PayLater);
    }

    private void Manage(Step step, Instance instance)
    {
        // Those that run, and now and then one that does not.
        var running = stage.Watch.Subscriptions.Where(one => one.State is SubscriptionState.Active or SubscriptionState.PastDue or SubscriptionState.Cancelling).ToList();
        if (step.B % 3 == 0 && running.Where(one => one.State == SubscriptionState.PastDue).ToList() is { Count: > 0 } late)
            running = late;
        if (Pick(step.B % 20 == 0 || running.Count == 0 ? [.. stage.Watch.Subscriptions] : running, step.A) is not { } one)
            return;
        if (step.Act == Act.Cancel)
        {
            Cancel(one, instance);
            return;
        }
        var tier = SubscriptionStage.TierOf(one.CreatorId, step.B % SubscriptionStage.TiersEach);
        _world.Begin(step.Act.ToString(), instance, async () =>
        {
            var manage = instance.Get<ManageSubscription>();
            _ = step.Act switch
            {
                Act.Resume => await manage.ResumeAsync(one.ViewerId, one.Id, CancellationToken.None),
                Act.ChangeTier => await manage.ChangeTierAsync(one.ViewerId, one.Id, tier, CancellationToken.None),
                _ => (await instance.Get<TierRecords>().FindAsync(one.CreatorId, CancellationToken.None))?.Value.Find(one.Terms.TierId) is { } now
                    ? await manage.AgreePriceAsync(one.ViewerId, one.Id, now.Price, CancellationToken.None)
                    : default,
            };
        });
    }

    private void Offer(Step step, Instance instance)
    {
        var creator = World.Creators[step.A % World.Creators.Count];
        var id = SubscriptionStage.TierOf(creator, step.B % SubscriptionStage.TiersEach);
        _world.Begin(step.Act.ToString(), instance, async () =>
        {
            if (await instance.Get<TierRecords>().FindAsync(creator, CancellationToken.None) is not { } tiers)
                return;
            // One tier of each creator is never retired: something has to be for sale.
            if (step.Act == Act.Retire && tiers.Value.Offered.Count > 1)
                await instance.Get<SetTiers>().RetireAsync(creator, id, tiers.ETag, CancellationToken.None);
            else
                await instance.Get<SetTiers>().ChangeAsync(creator, id, new(null, Money.Usd(SubscriptionStage.Prices[step.A / 2 % SubscriptionStage.Prices.Count]), null), tiers.ETag, CancellationToken.None);
        });
    }

    private void Refund(Step step, Dice dice)
    {
        if (PickPayment(step.A) is not { } payment || _world.Watch.Purchases.FirstOrDefault(bought => bought.PaymentId == payment.Id) is not { } purchase)
            return;
        var amount = step.B % 2 == 0 ? default(Money?) : Part(purchase.Amount, step.B);
        var key = $"refund-{step.Dice % 50}";
        for (var i = dice.Roll(4) == 0 ? 2 : 1; i > 0; i--)
        {
            var instance = _world.Instance(i % 2);
            _world.Begin("refund", instance, async () =>
            {
                if ((await instance.Get<IdempotencyClaims>().LookUpAsync(new("operator"), "RefundPurchase", key, $"{purchase.Id} {amount}", CancellationToken.None)).IsOk(out var claimed, out _))
                    await instance.Get<RefundPurchase>().HandleAsync(purchase.Id, amount, "asked for", new("operator"), claimed, CancellationToken.None);
            });
        }
    }

    private IReadOnlyList<MemorySubscription> PastDue => [.. _world.Provider.Subscriptions.Where(one => one.Status == ProviderSubscriptionStatus.PastDue)];

    /// <summary>Every other time one whose payment failed, where there is one: they are so for a few days only.</summary>
    private MemorySubscription? PickRunning(int number) => Pick(number % 2 == 0 && PastDue is { Count: > 0 } late ? late : [.. _world.Provider.Subscriptions.Where(one => one.Runs)], number / 2);

    /// <summary>One of the last ones, as a rule: of the present periods.</summary>
    private MemoryPayment? PickPayment(int number) => Pick([.. _world.Provider.Payments.Where(payment => payment.Status == PaymentStatus.Succeeded).Reverse().Take(number % 5 == 0 ? 100 : 5)], number / 5);

    private static Money Part(Money of, int number) => of with { Amount = number % 4 < 2 ? of.Amount : 1 + number * 37 % of.Amount };

    private static T? Pick<T>(IReadOnlyList<T> from, int number)
        where T : class => from.Count == 0 ? null : from[number % from.Count];
}
