using System.Globalization;
using Model.Tests.Memory;
using Model.Tests.Running;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Pricing;

namespace Model.Tests.Histories;

/// <summary>Does what a step says: begins operations, or moves the provider, the clock and the instances.</summary>
public sealed partial class Player(World world, Background background)
{
    private const int KeysInUse = 6;

    private readonly Dictionary<string, (CheckoutId Id, DateTimeOffset At)> _answered = [];

    public void Play(Step step, Dice dice)
    {
        switch (step.Act)
        {
            case Act.Buy or Act.BuyGift:
                Buy(step, step.B, dice.Roll(2));
                break;
            case Act.DoubleClick:
                Buy(step, step.B, 0);
                Buy(step, step.B, 1);
                break;
            case Act.TwoTabs:
                Buy(step, step.B, 0);
                Buy(step, step.B + 1, 1);
                break;
            case Act.Pay or Act.PayLater or Act.Decline:
                OnPage(step);
                break;
            case Act.PayTwice:
                PayTwice(step, dice);
                break;
            case Act.Confirm:
                if (Pick([.. world.Provider.Payments.Where(payment => payment.Status == PaymentStatus.Processing)], step.A) is { } waiting)
                    world.Provider.Confirm(waiting, good: step.B % 3 != 0);
                break;
            case Act.OpenDispute:
                if (PickPayment(step.A) is { } disputed)
                    world.Provider.OpenDispute(disputed);
                break;
            case Act.CloseDispute:
                if (Pick([.. world.Provider.Payments.Where(payment => payment.Dispute?.Status == DisputeStatus.Open)], step.A) is { } closed)
                    world.Provider.CloseDispute(closed, won: step.B % 2 == 0);
                break;
            case Act.ProviderRefund:
                if (PickPayment(step.A) is { } given)
                    world.Provider.Refund(new($"{MemoryProvider.ByHand}{step.Dice}", given.Id, Part(given.Amount, step.B)));
                break;
            case Act.RefundFails:
                if (Pick([.. world.Provider.Payments.Where(payment => payment.Refunds.Any(refund => refund.Status == RefundStatus.Succeeded))], step.A) is { } back)
                    world.Provider.FailRefund(back, back.Refunds.First(refund => refund.Status == RefundStatus.Succeeded));
                break;
            case Act.Foreign:
                world.Provider.PayElsewhere(step.B % 2 == 0 ? null : new(new($"chk_{step.A}"), World.Viewers[step.A % World.Viewers.Count], World.Series[0].Id), 999, "foreign");
                break;
            case Act.Refund:
                Refund(step, dice);
                break;
            case Act.WrongAmount:
                if (Pick([.. world.Watch.Checkouts.Values.Where(checkout => checkout.State == CheckoutState.Open)], step.A) is { } open)
                    world.Provider.PayElsewhere(new(open.Id, open.BuyerId, open.SeriesId), Math.Max(1, open.Price.Amount - 1 - step.B % 50), "odd");
                break;
            case Act.AnswerGift:
                if (Pick([.. world.All<Gift>("viewer|", "gift|").Where(gift => gift.State == GiftState.Offered)], step.A) is { } gift && world.Instance(dice.Roll(2)) is var answering)
                    world.Begin("answer gift", answering, async () => await answering.Get<AnswerGift>().HandleAsync(gift.Id, gift.To, accept: step.B % 3 != 0, CancellationToken.None));
                break;
            case Act.SetCode or Act.EndCode or Act.SetDiscount or Act.EndDiscount or Act.List or Act.Delete:
                Create(step, world.Instance(dice.Roll(2)));
                break;
            case Act.Watch:
                Watch(World.Viewers[step.A % World.Viewers.Count], step.B % World.Series.Count, world.Instance(dice.Roll(2)), _ => { });
                break;
            case Act.WatchOn:
                WatchOn(step);
                break;
            case Act.OwnRefund:
                OwnRefund(step, dice);
                break;
            case Act.LoseEvent:
                world.Provider.Lose(step.A);
                break;
            case Act.Day or Act.Fortnight:
                Days(step.Act == Act.Day ? 1 + step.A % 3 : 14, dice);
                break;
            case Act.SetCommission or Act.PayCreator or Act.Reconcile or Act.ReplayEvents:
                Operate(step, dice);
                break;
            case Act.Timers:
                background.StartTimers(dice);
                break;
            case Act.Replay:
                Replay(world.Instance(dice.Roll(2)));
                break;
            default:
                Move(step);
                break;
        }
    }

    /// <summary>A viewer asks for a video; <paramref name="told"/> hears whether she may see it.</summary>
    public void Watch(UserId viewer, int series, Instance instance, Action<bool> told)
    {
        var (id, _, _, video) = World.Series[series];
        world.Begin("watch", instance, async () =>
            told((await instance.Get<StartPlayback>().HandleAsync(id, video, viewer, isModerator: false, CancellationToken.None)).Problem is null));
    }

    public void Replay(Instance instance)
    {
        foreach (var letter in world.Queue.DeadLetters.ToList())
            world.Begin("replay", instance, async () => await instance.Queue.ReplayDeadLetterAsync(letter.Queue, letter.Id, CancellationToken.None));
    }

    /// <summary>A day is looked back on minute by minute; more would only take longer, so that the timers ran in them.</summary>
    private void Days(int days, Dice dice)
    {
        if (days > 1)
            background.FinishTimers(dice);
        world.Clock.Advance(TimeSpan.FromDays(days));
        if (days > 1)
            world.SweptUntil(world.Now - TimeSpan.FromHours(1));
    }

    /// <summary>Time, the provider's health, and processes.</summary>
    private void Move(Step step)
    {
        switch (step.Act)
        {
            case Act.Seconds:
                world.Clock.Advance(TimeSpan.FromSeconds(1 + step.A % 100));
                break;
            case Act.Edge:
                if (world.Watch.Edges().ToList() is { Count: > 0 } edges && edges[step.A % Math.Min(edges.Count, 3)] - world.Now is var until)
                    // Exactly there as a rule, else a millisecond before.
                    world.Clock.Advance(step.B % 4 == 0 ? until - TimeSpan.FromMilliseconds(1) : until);
                break;
            case Act.HalfHour:
                world.Clock.Advance(TimeSpan.FromMinutes(30));
                break;
            case Act.Outage:
                world.Provider.Outage = !world.Provider.Outage;
                break;
            case Act.Crash:
                world.Instance(step.A % 2).Crash();
                break;
        }
    }

    private void Buy(Step step, int keyNumber, int instanceNumber)
    {
        var instance = world.Instance(instanceNumber);
        var viewer = World.Viewers[step.A % World.Viewers.Count];
        var series = World.Series[step.A / World.Viewers.Count % World.Series.Count].Id;
        var code = step.B % 2 == 0 ? null : $"CODE{step.B / 2 % 2}";
        var receiver = step.Act == Act.BuyGift ? World.Viewers[(step.A + 1 + step.B % 3) % World.Viewers.Count] : default(UserId?);
        var keyText = string.Create(CultureInfo.InvariantCulture, $"{viewer}-{series}-{keyNumber % KeysInUse}-{code}-{receiver}");
        var asked = world.Now;
        world.Begin("buy", instance, async () =>
        {
            if (!(await instance.Get<IdempotencyClaims>().LookUpAsync(viewer, "StartCheckout", keyText, series.Value, CancellationToken.None)).IsOk(out var key, out var problem))
            {
                world.Violated($"The key {keyText} is taken for something else: {problem.Code}.");
                return;
            }
            var answer = await instance.Get<StartCheckout>().HandleAsync(series, viewer, new("https://app.example/ok", "https://app.example/back", null, code, receiver), key, CancellationToken.None);
            if (!answer.IsOk(out var started, out var refused))
            {
                // An outage says nothing, and a page that the provider does not open is gone for good; else the same key has the same answer.
                if (refused.Code is not ("unavailable" or "payment-refused") && await Made(viewer, keyText, series) is { } made)
                    world.Violated($"The key {keyText} made {made} and was refused: {refused.Code}.");
                return;
            }
            if (!started.IsNew)
                return;
            // By when it was asked for: what hangs for weeks in between looked for the key before it was taken, and took it after it was forgotten.
            var remembered = world.Now - asked < IdempotencyClaims.KeptFor;
            if (remembered && _answered.TryGetValue(keyText, out var before) && before.Id != started.Checkout.Id && (asked - before.At).Duration() < IdempotencyClaims.KeptFor)
                world.Violated($"The key {keyText} made {before.Id} and then {started.Checkout.Id}.");
            // It is remembered from when it was made, however often it is answered.
            _answered[keyText] = (started.Checkout.Id, started.Checkout.CreatedAt);
        });
    }

    /// <summary>The checkout that a key stands for, read past the instances.</summary>
    private async ValueTask<string?> Made(UserId viewer, string keyText, SeriesId series) =>
        (await new IdempotencyClaims(world.Records, world.Clock).LookUpAsync(viewer, "StartCheckout", keyText, series.Value, CancellationToken.None)).IsOk(out var key, out _) ? key.ClaimedId : null;

    private void OnPage(Step step)
    {
        // The newest pages are the likeliest to be open in somebody's hands.
        if (Pick([.. world.Provider.Sessions.Reverse().Where(session => session.Status == SessionStatus.Open).Take(4)], step.A) is not { } page)
            return;
        if (step.Act == Act.Decline)
            world.Provider.Decline(page.Id);
        else
            world.Provider.Pay(page.Id, later: step.Act == Act.PayLater);
    }

    private void PayTwice(Step step, Dice dice)
    {
        if (Pick([.. world.Provider.Sessions.Reverse().Where(session => session.Status == SessionStatus.Open).Take(4)], step.A) is not { } page)
            return;
        world.Provider.Pay(page.Id, later: true);
        world.Clock.Advance(TimeSpan.FromMinutes(31));
        background.Run(200, dice, faultsPerMille: 0);
        var viewer = World.Viewers.ToList().IndexOf(page.Subject!.BuyerId);
        var series = World.Series.ToList().FindIndex(sold => sold.Id == page.Subject.SeriesId);
        Buy(step with { Act = Act.Buy, A = viewer + series * World.Viewers.Count, B = step.B * 2 }, step.B, dice.Roll(2));
        background.Run(200, dice, faultsPerMille: 0);
        if (world.Provider.Sessions.LastOrDefault(session => session.Status == SessionStatus.Open && session.Subject == page.Subject with { CheckoutId = session.Subject!.CheckoutId }) is { } second)
            world.Provider.Pay(second.Id);
    }

    private void Refund(Step step, Dice dice)
    {
        if (Pick([.. world.Watch.Purchases.Where(bought => bought.Amount.Amount > 0)], step.A) is not { } purchase)
            return;
        var amount = step.B % 2 == 0 ? default(Money?) : Part(purchase.Amount, step.B);
        var key = $"refund-{step.Dice % 50}";
        for (var i = dice.Roll(4) == 0 ? 2 : 1; i > 0; i--)
        {
            var instance = world.Instance(i % 2);
            world.Begin("refund", instance, async () =>
            {
                if ((await instance.Get<IdempotencyClaims>().LookUpAsync(new("operator"), "RefundPurchase", key, $"{purchase.Id} {amount}", CancellationToken.None)).IsOk(out var claimed, out _))
                    await instance.Get<RefundPurchase>().HandleAsync(purchase.Id, amount, "asked for", new("operator"), claimed, CancellationToken.None);
            });
        }
    }

    private void Create(Step step, Instance instance)
    {
        var (id, owner, _, _) = World.Series[step.A % World.Series.Count];
        world.Begin(step.Act.ToString(), instance, async () =>
        {
            switch (step.Act)
            {
                case Act.SetDiscount:
                    var startsAt = world.Now + TimeSpan.FromMinutes(step.A % 3 * 7);
                    var key = new IdempotencyKey(owner, "SetDiscount", $"discount-{step.Dice}", id.Value, null);
                    await instance.Get<SetDiscount>().HandleAsync(id, owner, new(5 + step.B % 62, startsAt, startsAt + TimeSpan.FromMinutes(10 + step.B % 50)), key, CancellationToken.None);
                    break;
                case Act.SetCode:
                    var asked = (step.B / 2 % 4) switch
                    {
                        0 => new NewPromoCode($"code{step.B % 2}", 100, null, null, null, 1 + step.A % 3, 1),
                        1 => new NewPromoCode($"code{step.B % 2}", 5 + step.B % 60, null, null, world.Now.AddMinutes(20), 1 + step.A % 3, 1 + step.B % 2),
                        _ => new NewPromoCode($"code{step.B % 2}", null, Money.Usd(51 + step.B % 100), null, null, 1 + step.A % 3, 1 + step.B % 2),
                    };
                    await instance.Get<SetPromoCode>().HandleAsync(id, owner, asked, new(owner, "SetPromoCode", $"code-{step.Dice}", id.Value, null), CancellationToken.None);
                    break;
                case Act.EndCode:
                    if (await instance.Get<CodeRecords>().FindAsync(id, $"CODE{step.B % 2}", CancellationToken.None) is { } running)
                        await instance.Get<EndPromoCode>().HandleAsync(id, owner, running.Value.Code, running.ETag, CancellationToken.None);
                    break;
                case Act.EndDiscount:
                    if (Pick([.. world.Watch.Discounts.Where(discount => discount.SeriesId == id)], step.B) is { } ending
                        && await instance.Get<DiscountRecords>().FindAsync(id, ending.Id, CancellationToken.None) is { } found)
                        await instance.Get<EndDiscount>().HandleAsync(id, owner, ending.Id, found.ETag, CancellationToken.None);
                    break;
                case Act.List:
                    await instance.Get<ListSeries>().HandleAsync(id, owner, listed: step.B % 3 != 0, CancellationToken.None);
                    break;
                case Act.Delete:
                    if (await instance.Get<SeriesRecords>().FindAsync(id, CancellationToken.None) is { } series)
                        await instance.Get<DeleteSeries>().HandleAsync(id, owner, series.ETag, CancellationToken.None);
                    break;
            }
        });
    }

    private MemoryPayment? PickPayment(int number) => Pick([.. world.Provider.Payments.Where(payment => payment.Status == PaymentStatus.Succeeded && payment.Subject is not null)], number);

    private static Money Part(Money of, int number) => of with { Amount = number % 5 == 0 ? of.Amount : 1 + number * 37 % of.Amount };

    private static T? Pick<T>(IReadOnlyList<T> from, int number)
        where T : class => from.Count == 0 ? null : from[number % from.Count];
}
